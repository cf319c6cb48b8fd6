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

constexpr std::size_t kReorderedMax = 60;

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

// Moves the conditions of inner joins that nothing else separates into the pool.
void TakeConditions(BoundSource& source, std::vector<ExprPtr>& pool) {
  if (source.kind != SourceKind::kJoin || source.join != JoinKind::kInner) return;
  SplitConjuncts(std::move(source.condition), pool);
  TakeConditions(*source.left, pool);
  TakeConditions(*source.right, pool);
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

std::vector<int> Planner::SlotsRead(const BoundSource& source) const {
  std::vector<int> slots;
  if (source.kind == SourceKind::kJoin) {
    slots = SlotsRead(*source.left);
    for (const int slot : SlotsRead(*source.right)) slots.push_back(slot);
    return slots;
  }
  for (int slot = source.offset; slot < source.offset + source.width; ++slot) {
    const bool is_key =
        source.table && slot - source.offset >= static_cast<int>(source.table->columns.size());
    const auto at = static_cast<std::size_t>(slot);
    if (reads_everything_ || is_key || (at < read_.size() && read_[at])) slots.push_back(slot);
  }
  return slots;
}

PlanPtr Planner::MakeJoin(JoinKind join) const {
  auto node = std::make_unique<PlanNode>();
  node->kind = NodeKind::kHashJoin;
  node->join = join;
  node->row_width = row_width_;
  return node;
}

PlanPtr Planner::PlanFullJoin(BoundSource& source) {
  PlanPtr node = MakeJoin(JoinKind::kFull);
  node->outer_slots = SlotsRead(*source.left);
  node->inner_slots = SlotsRead(*source.right);
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
  if (source.join == JoinKind::kFull) return PlanFullJoin(source);
  if (source.join == JoinKind::kInner) {
    const std::vector<BoundSource*> sources = FlattenInner(source);
    TakeConditions(source, pool);
    if (MayReorder(sources)) return PlanInOrder(OrderJoins(sources, pool, known), pool, known, inner);
  }
  BoundSource* outer_side = source.left.get();
  BoundSource* inner_side = source.right.get();
  if (source.join == JoinKind::kRight) std::swap(outer_side, inner_side);
  std::vector<ExprPtr> on;
  const bool is_inner = source.join == JoinKind::kInner;
  if (!is_inner) SplitConjuncts(std::move(source.condition), on);
  std::vector<ExprPtr>& conditions = is_inner ? pool : on;
  if (is_inner && outer_side->kind == SourceKind::kTable && !IsLateral(*inner_side) &&
      !LeadsToPoints(*outer_side, *inner_side, pool, known) &&
      LeadsToPoints(*inner_side, *outer_side, pool, known)) {
    std::swap(outer_side, inner_side);
  }
  PlanPtr node = MakeJoin(is_inner ? JoinKind::kInner : JoinKind::kLeft);
  node->outer_slots = SlotsRead(*outer_side);
  node->inner_slots = SlotsRead(*inner_side);
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

// Where something volatile is called, it runs as often and in that order as the text says. Of two tables that
// were never analyzed nothing is known that would tell them apart.
bool Planner::MayReorder(const std::vector<BoundSource*>& sources) const {
  if (!may_reorder_ || sources.size() > kReorderedMax) return false;
  const auto is_lateral = [](const BoundSource* source) {
    return IsLateral(*source) || (source->kind == SourceKind::kFunction &&
                                  std::any_of(source->functions.begin(), source->functions.end(),
                                              [](const ExprPtr& call) { return !IsRowIndependent(*call); }));
  };
  if (std::any_of(sources.begin(), sources.end(), is_lateral)) return false;
  return sources.size() > 2 || std::any_of(sources.begin(), sources.end(), [](const BoundSource* source) {
           return source->statistics != nullptr;
         });
}

PlanPtr Planner::PlanInOrder(const std::vector<JoinStep>& steps, std::vector<ExprPtr>& pool,
                             const SlotSet& known, bool inner) {
  PlanPtr node = PlanSource(*steps.front().source, pool, known, inner);
  SlotSet before = SlotsOf(*steps.front().source);
  std::vector<int> read = SlotsRead(*steps.front().source);
  for (std::size_t i = 1; i < steps.size(); ++i) {
    BoundSource& next = *steps[i].source;
    node = PlanStep(std::move(node), before, read, steps[i], pool, known);
    AddSlots(before, next.offset, next.width);
    for (const int slot : SlotsRead(next)) read.push_back(slot);
  }
  return node;
}

// Joins one more source to those before, whose slots are `before` and of which `read` are read.
PlanPtr Planner::PlanStep(PlanPtr joined, const SlotSet& before, const std::vector<int>& read,
                          const JoinStep& step, std::vector<ExprPtr>& pool, const SlotSet& known) {
  const SlotSet own = SlotsOf(*step.source);
  SlotSet all = known;
  if (all.size() < before.size()) all.resize(before.size());
  for (std::size_t slot = 0; slot < before.size(); ++slot) all[slot] = all[slot] || before[slot];
  PlanPtr node = MakeJoin(JoinKind::kInner);
  const bool keeps_outer = step.method == JoinStep::Method::kHashOuter;
  const bool by_key =
      keeps_outer || step.method == JoinStep::Method::kHashInner || step.method == JoinStep::Method::kMerge;
  const bool hashes = by_key && (keeps_outer ? TakeHashKeys(pool, own, before, *node)
                                             : TakeHashKeys(pool, before, own, *node));
  if (!hashes) {
    node->kind = NodeKind::kNestedLoop;
    node->inner_slots = SlotsRead(*step.source);
    node->left = std::move(joined);
    node->right =
        PlanSource(*step.source, pool, step.method == JoinStep::Method::kLookup ? all : known, true);
    AddSlots(all, step.source->offset, step.source->width);
    node->condition = JoinConjuncts(Take(pool, all, own));
    return node;
  }
  PlanPtr added = PlanSource(*step.source, pool, {}, false);
  if (step.method == JoinStep::Method::kMerge &&
      MatchKeys(ScanBelowFilters(joined.get()), ScanBelowFilters(added.get()), node->expressions,
                node->inner_keys)) {
    node->kind = NodeKind::kMergeJoin;
  }
  node->inner_slots = keeps_outer ? read : SlotsRead(*step.source);
  node->left = keeps_outer ? std::move(added) : std::move(joined);
  node->right = keeps_outer ? std::move(joined) : std::move(added);
  AddSlots(all, step.source->offset, step.source->width);
  node->condition = JoinConjuncts(Take(pool, all, own));
  return node;
}

}  // namespace ordinal::sql
