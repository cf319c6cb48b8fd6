// Plans joins: by hash where an equality allows it, else by nested loops.
#include <algorithm>
#include <optional>
#include <utility>

#include "base/error.h"
#include "sql/expr/function.h"
#include "sql/plan/access_path.h"
#include "sql/plan/planner.h"

namespace ordinal::sql {
namespace {

SlotSet SlotsOf(const BoundSource& source) {
  SlotSet slots;
  AddSlots(slots, source.offset, source.width);
  return slots;
}

// Says whether a point lookup in `looked_up` is possible once `first` is known.
bool LeadsToPoints(const BoundSource& first, const BoundSource& looked_up, const std::vector<ExprPtr>& pool,
                   const SlotSet& known) {
  if (looked_up.kind != SourceKind::kTable) return false;
  SlotSet available = known;
  AddSlots(available, first.offset, first.width);
  const Access access = ChooseAccess(*looked_up.table, looked_up.offset, pool, available);
  return access.kind != AccessKind::kFull && ReadsAccess(access, SlotsOf(first));
}

bool IsLateral(const BoundSource& source) {
  return source.lateral || (source.left && IsLateral(*source.left)) ||
         (source.right && IsLateral(*source.right));
}

// Which argument of an equality between the sides belongs to `outer`; nullopt when it is no such equality.
std::optional<std::size_t> OuterArgument(const Expression& condition, const SlotSet& outer,
                                         const SlotSet& inner) {
  if (!IsHashable(condition)) return std::nullopt;
  for (std::size_t i = 0; i < 2; ++i) {
    const Expression& mine = *condition.args[i];
    const Expression& other = *condition.args[1 - i];
    if (ReadsOnly(mine, outer) && ReadsAny(mine, outer) && ReadsOnly(other, inner) &&
        ReadsAny(other, inner)) {
      return i;
    }
  }
  return std::nullopt;
}

bool IsConstant(const ExprPtr& condition) { return condition->kind == ExprKind::kConstant; }

}  // namespace

// Moves the equalities between the two sides out of `conditions` into the keys of a hash join.
bool TakeHashKeys(std::vector<ExprPtr>& conditions, const SlotSet& outer, const SlotSet& inner,
                  PlanNode& node) {
  std::vector<ExprPtr> rest;
  for (ExprPtr& condition : conditions) {
    const auto mine = OuterArgument(*condition, outer, inner);
    if (!mine) {
      rest.push_back(std::move(condition));
      continue;
    }
    node.expressions.push_back(std::move(condition->args[*mine]));
    node.inner_keys.push_back(std::move(condition->args[1 - *mine]));
  }
  conditions = std::move(rest);
  return !node.expressions.empty();
}

PlanPtr Planner::PlanFullJoin(BoundSource& source, PlanPtr node) {
  std::vector<ExprPtr> on;
  SplitConjuncts(std::move(source.condition), on);
  const bool has_keys = TakeHashKeys(on, SlotsOf(*source.left), SlotsOf(*source.right), *node);
  if (!has_keys && !std::all_of(on.begin(), on.end(), IsConstant)) {
    throw base::Error(base::sqlstate::kFeatureNotSupported,
                      "FULL JOIN is only supported with merge-joinable or hash-joinable join conditions");
  }
  std::vector<ExprPtr> none;
  node->left = PlanSource(*source.left, none, {}, false);
  node->right = PlanSource(*source.right, none, {}, false);
  node->condition = JoinConjuncts(std::move(on));
  return node;
}

PlanPtr Planner::PlanJoin(BoundSource& source, std::vector<ExprPtr>& pool, const SlotSet& known, bool inner) {
  BoundSource* outer_side = source.left.get();
  BoundSource* inner_side = source.right.get();
  if (source.join == JoinKind::kRight) std::swap(outer_side, inner_side);
  std::vector<ExprPtr> on;
  const bool is_inner = source.join == JoinKind::kInner;
  if (source.join != JoinKind::kFull) SplitConjuncts(std::move(source.condition), is_inner ? pool : on);
  std::vector<ExprPtr>& conditions = is_inner ? pool : on;
  if (is_inner && outer_side->kind == SourceKind::kTable && !IsLateral(*inner_side) &&
      !LeadsToPoints(*outer_side, *inner_side, pool, known) &&
      LeadsToPoints(*inner_side, *outer_side, pool, known)) {
    std::swap(outer_side, inner_side);
  }
  auto node = std::make_unique<PlanNode>();
  node->kind = NodeKind::kHashJoin;
  node->join = is_inner ? JoinKind::kInner : JoinKind::kLeft;
  node->row_width = row_width_;
  node->offset = source.offset;
  node->width = source.width;
  node->outer_offset = outer_side->offset;
  node->outer_width = outer_side->width;
  node->inner_offset = inner_side->offset;
  node->inner_width = inner_side->width;
  if (source.join == JoinKind::kFull) {
    node->join = JoinKind::kFull;
    return PlanFullJoin(source, std::move(node));
  }
  SlotSet with_outer = known;
  AddSlots(with_outer, outer_side->offset, outer_side->width);
  const bool hashes = !IsLateral(*inner_side) &&
                      !LeadsToPoints(*outer_side, *inner_side, conditions, known) &&
                      TakeHashKeys(conditions, SlotsOf(*outer_side), SlotsOf(*inner_side), *node);
  if (!hashes) node->kind = NodeKind::kNestedLoop;
  node->left = PlanSource(*outer_side, pool, known, inner);
  // What is hashed is kept while rows outside of the join change, and must not depend on them.
  node->right = hashes ? PlanSource(*inner_side, conditions, {}, false)
                       : PlanSource(*inner_side, conditions, with_outer, true);
  if (is_inner && hashes) {
    SlotSet both = with_outer;
    AddSlots(both, inner_side->offset, inner_side->width);
    on = Take(pool, both, SlotsOf(*inner_side));
  }
  node->condition = JoinConjuncts(std::move(on));
  return node;
}

}  // namespace ordinal::sql
