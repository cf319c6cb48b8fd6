// Tells whether two bound expressions compute the same thing in the same way.
#pragma once

#include "sql/expr/expression.h"

namespace ordinal::sql {

// Compares structure; positions in the text do not count. Volatile expressions are equal only to themselves.
bool ExpressionsEqual(const Expression& left, const Expression& right);

// Whether `left`, which stands `depth` levels below `right`, says the same. Volatile ones may be equal.
bool TreesEqual(const Expression& left, const Expression& right, int depth);

}  // namespace ordinal::sql
