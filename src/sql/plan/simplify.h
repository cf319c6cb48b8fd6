// Computes constant parts of expressions before a statement runs, in PostgreSQL's order. That shows: a
// constant part that fails does so before the statement draws a value, and a part that is dropped never
// draws.
#pragma once

#include "sql/bind/bound.h"
#include "sql/expr/eval_context.h"
#include "sql/plan/plan.h"

namespace ordinal::sql {

// Simplifies all expressions of the statement but CHECK conditions, which PostgreSQL prepares with the first
// row. An error is not thrown, since preparing a statement must succeed: the part that fails stays as it is,
// and its expression is returned for PlannedStatement::early, as are those that may fail once the parameters
// are known.
std::vector<ExprPtr> Simplify(BoundStatement& statement, EvalContext& context);

// Called when a run begins, with parameters_ set: throws what the early expressions throw.
void CheckEarly(const PlannedStatement& statement, EvalContext& context);

}  // namespace ordinal::sql
