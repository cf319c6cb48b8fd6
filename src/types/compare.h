// Orders and hashes values of one type the way PostgreSQL's default btree and hash operator classes do, under
// collation "C": strings by bytes, bpchar ignoring trailing blanks, NaN above all other numbers and equal to
// itself.
#pragma once

#include <cstddef>

#include "types/type.h"
#include "types/value.h"

namespace ordinal::types {

// Returns a number below, equal to or above zero. REQUIRES both values of `type` and not NULL.
int Compare(const Value& left, const Value& right, TypeId type);

// Equal values (Compare == 0) hash alike. REQUIRES a value that is not NULL.
std::size_t Hash(const Value& value, TypeId type);

}  // namespace ordinal::types
