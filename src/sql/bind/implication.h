// Tells when the rows that a statement asks for all lie in a partial index.
#pragma once

#include <vector>

#include "catalog/descriptor.h"
#include "sql/expr/expression.h"

namespace ordinal::sql {

// Takes a condition apart into those that AND joins.
void AddConjuncts(ExprPtr condition, std::vector<ExprPtr>& conjuncts);

// True when the index has no predicate, or when each part of it is one of `conditions` or follows from one:
// column IS NOT NULL from a comparison of the column. The table's columns are the slots from `offset`.
bool PredicateHolds(const catalog::IndexDescriptor& index, const std::vector<ExprPtr>& conditions,
                    int offset = 0);

}  // namespace ordinal::sql
