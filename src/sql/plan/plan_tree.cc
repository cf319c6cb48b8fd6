#include "sql/plan/plan_tree.h"

namespace ordinal::sql {
namespace {

void VisitAccess(const Access& access, const ExpressionVisitor& visit) {
  for (const ExprPtr& value : access.equal) visit(*value);
  for (const ExprPtr& value : access.any_of) visit(*value);
  if (access.lower) visit(*access.lower);
  if (access.upper) visit(*access.upper);
}

}  // namespace

void VisitExpressions(const PlanNode& node, const ExpressionVisitor& visit) {
  for (const ExprPtr* one : {&node.condition, &node.gate, &node.limit, &node.offset_rows}) {
    if (*one) visit(**one);
  }
  for (const ExprPtr& expression : node.expressions) visit(*expression);
  for (const ExprPtr& key : node.inner_keys) visit(*key);
  for (const auto& row : node.values) {
    for (const ExprPtr& expression : row) visit(*expression);
  }
  for (const PlanSortKey& key : node.sort_keys) visit(*key.expression);
  for (const BoundAggregate& aggregate : node.aggregates) {
    for (const ExprPtr& arg : aggregate.args) visit(*arg);
    if (aggregate.filter) visit(*aggregate.filter);
  }
  if (node.window) {
    for (const ExprPtr& key : node.window->partition) visit(*key);
    for (const SortKey& key : node.window->order) visit(*key.expression);
  }
  for (const BoundWindowCall& call : node.window_calls) {
    for (const ExprPtr& arg : call.args) visit(*arg);
    if (call.filter) visit(*call.filter);
  }
  VisitAccess(node.access, visit);
}

void VisitModify(const BoundModify& modify, const ExpressionVisitor& visit) {
  for (const Assignment& assignment : modify.assignments) visit(*assignment.value);
  for (const Assignment& assignment : modify.conflict_set) visit(*assignment.value);
  for (const ExprPtr& check : modify.checks) visit(*check);
  for (const ViewCheck& check : modify.conflict_checks) visit(*check.condition);
  for (const ViewCheck& check : modify.view_checks) visit(*check.condition);
  for (const ExprPtr& returned : modify.returning) visit(*returned);
  for (const ExprPtr* one : {&modify.where, &modify.conflict_where}) {
    if (*one) visit(**one);
  }
}

}  // namespace ordinal::sql
