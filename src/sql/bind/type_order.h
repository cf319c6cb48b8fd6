// Refuses to sort or compare values of types that have no order.
#pragma once

#include "sql/expr/function.h"

namespace ordinal::sql {

// Throws 42883 `could not identify an ordering operator for type json`, with the position.
void RequireOrder(TypeId type, int position);
// Throws 42883 `could not identify an equality operator for type json`, with the position.
void RequireEquality(TypeId type, int position);

}  // namespace ordinal::sql
