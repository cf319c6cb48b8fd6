// Tells how the subqueries of expressions may be answered. Private to the room.
#pragma once

#include <vector>

#include "sql/bind/bound.h"

namespace ordinal::sql {

// Of one subquery of an expression.
struct SubqueryFacts {
  bool correlated = false;  // reads a row of an enclosing query, and so runs anew for every row
  // Its rows are one set of single values that never changes while the statement runs: IN may look them up.
  bool looks_up = false;
  // One run answers for every enclosing row: what it asks of that row are values of these expressions over
  // it, to be found as the last columns of the subquery's rows.
  std::vector<ExprPtr> keys;
};

// By number of the subquery. Rewrites those of EXISTS and IN that are correlated by nothing but equalities,
// where no index serves these equalities: the equalities become `keys`. So both are joins by hash, semi or
// anti, three-valued logic included.
std::vector<SubqueryFacts> StudySubqueries(BoundStatement& statement);

}  // namespace ordinal::sql
