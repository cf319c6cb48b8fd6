// Converts values between SQL types, as pg_cast lists them.
#pragma once

#include <cstdint>

#include "types/settings.h"
#include "types/type.h"
#include "types/value.h"

namespace ordinal::types {

// Says where a cast may be applied, weakest demand last (pg_cast.castcontext).
enum class CastContext : std::uint8_t { kImplicit, kAssignment, kExplicit };

// True when a value of `from` can become `to` in that context. Every type casts to and from the string types:
// to them on assignment, from them explicitly (from kUnknown, implicitly), through the text form.
bool CanCast(TypeId from, TypeId to, CastContext context);

// Converts; NULL stays NULL. REQUIRES CanCast(from, to, kExplicit). The target's modifier is applied: an
// explicit cast truncates a string that is too long for varchar(n) or char(n), any other reports 22001 `value
// too long for type character varying(5)`; numerics round to the scale or report 22003 `numeric field
// overflow` with PostgreSQL's detail. Errors: 22003 `integer out of range`, 22P02 and so on.
Value Cast(const Value& value, Type from, Type to, CastContext context, const Settings& settings);

// Applies only the modifier of `type` to a value that has its TypeId already.
Value ApplyModifier(const Value& value, Type type, CastContext context);

}  // namespace ordinal::types
