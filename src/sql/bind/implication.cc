#include "sql/bind/implication.h"

#include <algorithm>
#include <utility>

#include "sql/bind/expression_equality.h"
#include "sql/expr/function.h"

namespace ordinal::sql {
namespace {

bool IsColumn(const Expression& expression, int slot) {
  return expression.kind == ExprKind::kColumn && expression.level == 0 && expression.index == slot;
}

// A strict comparison is not true of NULL.
bool RulesOutNull(const Expression& condition, int slot) {
  if (condition.kind != ExprKind::kCall || condition.function->kind != FunctionKind::kOperator) return false;
  const std::string_view name = condition.function->name;
  if (name != "=" && name != "<>" && name != "<" && name != "<=" && name != ">" && name != ">=") return false;
  return std::any_of(condition.args.begin(), condition.args.end(),
                     [slot](const ExprPtr& arg) { return IsColumn(*arg, slot); });
}

bool Follows(const Expression& part, const Expression& condition) {
  if (ExpressionsEqual(part, condition)) return true;
  return part.kind == ExprKind::kIsNull && part.negated && part.args[0]->kind == ExprKind::kColumn &&
         RulesOutNull(condition, part.args[0]->index);
}

}  // namespace

void AddConjuncts(ExprPtr condition, std::vector<ExprPtr>& conjuncts) {
  if (condition->kind != ExprKind::kAnd) {
    conjuncts.push_back(std::move(condition));
    return;
  }
  for (ExprPtr& arg : condition->args) AddConjuncts(std::move(arg), conjuncts);
}

bool PredicateHolds(const catalog::IndexDescriptor& index, const std::vector<ExprPtr>& conditions,
                    int offset) {
  if (!index.predicate) return true;
  ExprPtr predicate = DeserializeExpression(*index.predicate);
  WalkMutable(*predicate, [offset](Expression& part) {
    if (part.kind == ExprKind::kColumn) part.index += offset;
  });
  std::vector<ExprPtr> parts;
  AddConjuncts(std::move(predicate), parts);
  return std::all_of(parts.begin(), parts.end(), [&](const ExprPtr& part) {
    return std::any_of(conditions.begin(), conditions.end(),
                       [&](const ExprPtr& condition) { return Follows(*part, *condition); });
  });
}

}  // namespace ordinal::sql
