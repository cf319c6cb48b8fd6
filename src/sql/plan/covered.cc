// Finds the scans that need not read rows, because the entries of their index say enough.
#include "sql/plan/access_path.h"
#include "sql/plan/planner.h"

namespace ordinal::sql {
namespace {

void Note(PlanNode* node) {
  if (node == nullptr) return;
  if (node->kind == NodeKind::kTableScan) {
    node->access.index_only = Covers(*node->table, node->access, node->needed);
  }
  Note(node->left.get());
  Note(node->right.get());
}

}  // namespace

void NoteCovered(PlannedStatement& statement) {
  Note(statement.query.get());
  if (statement.modify) Note(statement.modify->input.get());
  for (PlannedCte& cte : statement.ctes) {
    Note(cte.query.get());
    Note(cte.recursive.get());
    if (cte.modify) Note(cte.modify->input.get());
  }
  for (PlannedSubquery& subquery : statement.subqueries) Note(subquery.plan.get());
}

}  // namespace ordinal::sql
