// Takes conditions apart and tells which slots they read.
#pragma once

#include <vector>

#include "sql/expr/expression.h"

namespace ordinal::sql {

using SlotSet = std::vector<bool>;

void AddSlots(SlotSet& slots, int offset, int width);
// True when nothing but slots of `available` is read. Subqueries may read anything, so they never qualify.
bool ReadsOnly(const Expression& expression, const SlotSet& available);
// True when the expression reads a slot of `slots`.
bool ReadsAny(const Expression& expression, const SlotSet& slots);
bool HasSubquery(const Expression& expression);

// Splits at AND, in order of evaluation.
void SplitConjuncts(ExprPtr condition, std::vector<ExprPtr>& conjuncts);
// Joins with AND; null for none.
ExprPtr JoinConjuncts(std::vector<ExprPtr> conjuncts);

}  // namespace ordinal::sql
