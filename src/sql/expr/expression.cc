#include "sql/expr/expression.h"

#include <algorithm>
#include <utility>

#include "sql/expr/conversion.h"
#include "sql/expr/function.h"

namespace ordinal::sql {
namespace {

ExprPtr MakeNode(ExprKind kind, Type type, int position) {
  auto node = std::make_unique<Expression>();
  node->kind = kind;
  node->type = type;
  node->position = position;
  return node;
}

Volatility OwnVolatility(const Expression& node) {
  switch (node.kind) {
    case ExprKind::kSubquery:
      return Volatility::kVolatile;
    case ExprKind::kCast:
      return ConversionVolatility(node.args[0]->type.id, node.type.id);
    default:
      return node.function != nullptr ? node.function->volatility : Volatility::kImmutable;
  }
}

}  // namespace

ExprPtr MakeConstant(Value value, Type type, int position) {
  ExprPtr node = MakeNode(ExprKind::kConstant, type, position);
  node->constant = std::move(value);
  return node;
}

ExprPtr MakeColumn(int slot, Type type, int position) {
  ExprPtr node = MakeNode(ExprKind::kColumn, type, position);
  node->index = slot;
  return node;
}

ExprPtr MakeBoolean(ExprKind kind, int position) {
  auto node = std::make_unique<Expression>();
  node->kind = kind;
  node->type = {TypeId::kBool, -1};
  node->position = position;
  return node;
}

ExprPtr MakeParameter(int index, Type type, int position) {
  ExprPtr node = MakeNode(ExprKind::kParameter, type, position);
  node->index = index;
  return node;
}

ExprPtr Clone(const Expression& expression) {
  auto copy = std::make_unique<Expression>();
  copy->kind = expression.kind;
  copy->type = expression.type;
  copy->negated = expression.negated;
  copy->subquery = expression.subquery;
  copy->cast_context = expression.cast_context;
  copy->index = expression.index;
  copy->level = expression.level;
  copy->position = expression.position;
  copy->function = expression.function;
  copy->routine = expression.routine;
  copy->constant = expression.constant;
  copy->shape = expression.shape;
  copy->args.reserve(expression.args.size());
  for (const ExprPtr& arg : expression.args) copy->args.push_back(Clone(*arg));
  return copy;
}

Volatility VolatilityOf(const Expression& expression) {
  Volatility most = Volatility::kImmutable;
  Walk(expression, [&most](const Expression& node) { most = std::max(most, OwnVolatility(node)); });
  return most;
}

bool IsRowIndependent(const Expression& expression) {
  bool independent = true;
  Walk(expression, [&independent](const Expression& node) {
    if (node.kind == ExprKind::kColumn || node.kind == ExprKind::kAggregate ||
        node.kind == ExprKind::kSubquery || node.kind == ExprKind::kWindow ||
        node.kind == ExprKind::kGrouping || node.kind == ExprKind::kCaseTest) {
      independent = false;
    }
  });
  return independent;
}

}  // namespace ordinal::sql
