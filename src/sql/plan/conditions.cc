#include "sql/plan/conditions.h"

#include <utility>

namespace ordinal::sql {
namespace {

bool Contains(const SlotSet& slots, int slot) {
  return slot >= 0 && static_cast<std::size_t>(slot) < slots.size() && slots[static_cast<std::size_t>(slot)];
}

}  // namespace

void AddSlots(SlotSet& slots, int offset, int width) {
  const auto end = static_cast<std::size_t>(offset + width);
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

void SplitConjuncts(ExprPtr condition, std::vector<ExprPtr>& conjuncts) {
  if (!condition) return;
  if (condition->kind != ExprKind::kAnd) {
    conjuncts.push_back(std::move(condition));
    return;
  }
  for (ExprPtr& arg : condition->args) SplitConjuncts(std::move(arg), conjuncts);
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
