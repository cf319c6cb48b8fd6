#include "sql/bind/query_walk.h"

namespace ordinal::sql {
namespace {

void EachSourceAt(BoundSource& source, int depth, const SourceVisitor& visit) {
  visit(source, depth);
  if (source.subquery) {
    ordinal::sql::EachSourceAt(*source.subquery, source.lateral ? depth + 1 : depth, visit);
  }
  if (source.left) EachSourceAt(*source.left, depth, visit);
  if (source.right) EachSourceAt(*source.right, depth, visit);
}

}  // namespace

void EachSourceAt(BoundQuery& query, int depth, const SourceVisitor& visit) {
  if (query.from) EachSourceAt(*query.from, depth, visit);
  if (query.left) EachSourceAt(*query.left, depth, visit);
  if (query.right) EachSourceAt(*query.right, depth, visit);
}

void EachExpressionAt(BoundSource& source, int depth, const DepthVisitor& visit) {
  for (ExprPtr& call : source.functions) {
    for (ExprPtr& arg : call->args) visit(arg, depth);
  }
  visit(source.condition, depth);
  if (source.subquery) EachExpressionAt(*source.subquery, source.lateral ? depth + 1 : depth, visit);
  if (source.left) EachExpressionAt(*source.left, depth, visit);
  if (source.right) EachExpressionAt(*source.right, depth, visit);
}

void EachExpressionAt(BoundQuery& query, int depth, const DepthVisitor& visit) {
  const auto each = [&](std::vector<ExprPtr>& expressions) {
    for (ExprPtr& expression : expressions) visit(expression, depth);
  };
  each(query.targets);
  visit(query.where, depth);
  visit(query.having, depth);
  visit(query.offset, depth);
  visit(query.limit, depth);
  if (query.from) EachExpressionAt(*query.from, depth, visit);
  for (auto& row : query.values) each(row);
  for (ExprPtr& call : query.series) each(call->args);
  each(query.group_keys);
  for (BoundAggregate& aggregate : query.aggregates) {
    each(aggregate.args);
    visit(aggregate.filter, depth);
  }
  for (BoundWindow& window : query.windows) {
    each(window.partition);
    for (SortKey& key : window.order) visit(key.expression, depth);
    visit(window.frame.start_offset, depth);
    visit(window.frame.end_offset, depth);
  }
  for (BoundWindowCall& call : query.window_calls) {
    each(call.args);
    visit(call.filter, depth);
  }
  for (SortKey& key : query.order) visit(key.expression, depth);
  for (SortKey& key : query.distinct_on) visit(key.expression, depth);
  if (query.left) EachExpressionAt(*query.left, depth, visit);
  if (query.right) EachExpressionAt(*query.right, depth, visit);
}

}  // namespace ordinal::sql
