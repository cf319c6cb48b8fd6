// Walks the expressions of plans. Private to the room.
#pragma once

#include <functional>

#include "sql/plan/plan.h"

namespace ordinal::sql {

using ExpressionVisitor = std::function<void(const Expression&)>;

// Calls `visit` for every expression of this node, not of those below it.
void VisitExpressions(const PlanNode& node, const ExpressionVisitor& visit);

// Calls `visit` for every expression of a modification but those of its input.
void VisitModify(const BoundModify& modify, const ExpressionVisitor& visit);

}  // namespace ordinal::sql
