// Takes conditions apart and tells which slots they read.
#pragma once

#include <cstdint>
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
// True for an equality that a hash table can answer: equal values of both sides have one hash, and nothing
// volatile is called.
bool IsHashable(const Expression& condition);

// Moves the conditions that read `own`, and nothing but `available`, out of the pool. Volatile ones stay: how
// often they run must not depend on the plan.
std::vector<ExprPtr> Take(std::vector<ExprPtr>& pool, const SlotSet& available, const SlotSet& own);

// Splits at AND, in order of evaluation.
void SplitConjuncts(ExprPtr condition, std::vector<ExprPtr>& conjuncts);
// In half operators, as PostgreSQL counts them: functions, operators and casts cost one each, a list half an
// operator for each element.
std::int64_t CostOf(const Expression& expression);
// Sorts by PostgreSQL's estimate of cost, which decides what a condition that draws is asked for. Equal ones
// keep the order of `written`; those not in it come last.
void SortByCost(std::vector<ExprPtr>& conjuncts, const std::vector<const Expression*>& written);
// Replaces each column of this level, counted from `offset`, by a copy of the target with its number.
ExprPtr OverTargets(ExprPtr expression, const std::vector<ExprPtr>& targets, int offset);
// Joins with AND; null for none.
ExprPtr JoinConjuncts(std::vector<ExprPtr> conjuncts);

}  // namespace ordinal::sql
