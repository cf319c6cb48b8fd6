// Says which casts exist and performs them: those of the types room, and those of the types that name catalog
// objects (regclass and kin), which need the session's names.
#pragma once

#include <string>
#include <string_view>

#include "sql/expr/eval_context.h"
#include "sql/expr/expression.h"

namespace ordinal::sql {

// True when a value of `from` can become `to` in that context. Unknown literals become any type. kInvalid as
// `to` means "any" and takes every type.
bool CanConvert(TypeId from, TypeId to, types::CastContext context);

// Casts that read the clock, the time zone, the date style or the catalog are stable, all others immutable.
Volatility ConversionVolatility(TypeId from, TypeId to);

// Converts a value; NULL stays NULL. REQUIRES CanConvert(from, to, kExplicit). Errors as types::Cast; 42P01,
// 42704 and 3F000 for names that mean nothing.
Value Convert(const Value& value, Type from, Type to, types::CastContext context, EvalContext& eval);

// Prints a value as its type's output function does, names of objects included. REQUIRES a value that is not
// NULL.
std::string Print(const Value& value, TypeId type, EvalContext& eval);

// Parses a literal whose meaning depends on neither session nor catalog; false when it does depend, and must
// be converted at evaluation. Errors as types::ParseText.
bool ParseLiteral(std::string_view text, Type to, types::CastContext context, Value& result);

// Reads a type name as regtype input does: SQL spellings and pg_type names. kInvalid when there is no such
// type.
TypeId FindTypeBySqlName(std::string_view name);

}  // namespace ordinal::sql
