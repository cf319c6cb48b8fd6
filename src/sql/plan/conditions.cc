#include "sql/plan/conditions.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "sql/expr/function.h"

namespace ordinal::sql {
namespace {

bool Contains(const SlotSet& slots, int slot) {
  return slot >= 0 && static_cast<std::size_t>(slot) < slots.size() && slots[static_cast<std::size_t>(slot)];
}

// PostgreSQL takes equalities out of the list, and puts them back behind the others.
bool IsEquality(const Expression& condition) {
  return condition.kind == ExprKind::kCall && condition.function->kind == FunctionKind::kOperator &&
         condition.function->name == "=" && VolatilityOf(condition) != Volatility::kVolatile;
}

}  // namespace

void AddSlots(SlotSet& slots, int offset, int width) {
  const auto end = static_cast<std::size_t>(offset) + static_cast<std::size_t>(width);
  if (slots.size() < end) slots.resize(end);
  for (auto slot = static_cast<std::size_t>(offset); slot < end; ++slot) slots[slot] = true;
}

bool ReadsOnly(const Expression& expression, const SlotSet& available) {
  bool only = true;
  Walk(expression, [&](const Expression& node) {
    if (node.kind == ExprKind::kSubquery) only = false;
    if (node.kind == ExprKind::kColumn && node.level == 0 && !Contains(available, node.index)) only = false;
  });
  return only;
}

bool ReadsAny(const Expression& expression, const SlotSet& slots) {
  bool any = false;
  Walk(expression, [&](const Expression& node) {
    if (node.kind == ExprKind::kColumn && node.level == 0 && Contains(slots, node.index)) any = true;
  });
  return any;
}

bool HasSubquery(const Expression& expression) {
  bool found = false;
  Walk(expression, [&](const Expression& node) { found = found || node.kind == ExprKind::kSubquery; });
  return found;
}

bool IsHashable(const Expression& condition) {
  if (!IsEquality(condition) || condition.args.size() != 2) return false;
  const TypeId left = condition.args[0]->type.id;
  const TypeId right = condition.args[1]->type.id;
  return left == right || (types::IsInteger(left) && types::IsInteger(right));
}

void SplitConjuncts(ExprPtr condition, std::vector<ExprPtr>& conjuncts) {
  if (!condition) return;
  if (condition->kind != ExprKind::kAnd) {
    conjuncts.push_back(std::move(condition));
    return;
  }
  for (ExprPtr& arg : condition->args) SplitConjuncts(std::move(arg), conjuncts);
}

std::vector<ExprPtr> Take(std::vector<ExprPtr>& pool, const SlotSet& available, const SlotSet& own) {
  std::vector<ExprPtr> taken;
  std::vector<ExprPtr> rest;
  for (ExprPtr& condition : pool) {
    const bool fits = ReadsAny(*condition, own) && ReadsOnly(*condition, available) &&
                      VolatilityOf(*condition) != Volatility::kVolatile;
    (fits ? taken : rest).push_back(std::move(condition));
  }
  pool = std::move(rest);
  return taken;
}

std::int64_t CostOf(const Expression& expression) {
  std::int64_t cost = 0;
  Walk(expression, [&](const Expression& node) {
    switch (node.kind) {
      case ExprKind::kCall:
      case ExprKind::kCast:
      case ExprKind::kIsDistinct:
      case ExprKind::kNullIf:
      case ExprKind::kMinMax:
        cost += 2;
        break;
      case ExprKind::kInList:
        cost += static_cast<std::int64_t>(node.args.size()) - 1;
        break;
      default:
        break;
    }
  });
  return cost;
}

void SortByCost(std::vector<ExprPtr>& conjuncts, const std::vector<const Expression*>& written) {
  const auto place = [&](const ExprPtr& conjunct) {
    const auto at = std::find(written.begin(), written.end(), conjunct.get()) - written.begin();
    return std::tuple(CostOf(*conjunct), IsEquality(*conjunct), at);
  };
  std::stable_sort(conjuncts.begin(), conjuncts.end(),
                   [&](const ExprPtr& left, const ExprPtr& right) { return place(left) < place(right); });
}

ExprPtr OverTargets(ExprPtr expression, const std::vector<ExprPtr>& targets, int offset) {
  if (expression->kind == ExprKind::kColumn && expression->level == 0) {
    return Clone(*targets[static_cast<std::size_t>(expression->index - offset)]);
  }
  for (ExprPtr& arg : expression->args) arg = OverTargets(std::move(arg), targets, offset);
  return expression;
}

ExprPtr JoinConjuncts(std::vector<ExprPtr> conjuncts) {
  if (conjuncts.empty()) return nullptr;
  if (conjuncts.size() == 1) return std::move(conjuncts.front());
  auto all = std::make_unique<Expression>();
  all->kind = ExprKind::kAnd;
  all->type = {TypeId::kBool};
  all->args = std::move(conjuncts);
  return all;
}

}  // namespace ordinal::sql
