#include <utility>

#include "base/error.h"
#include "sql/plan/access_path.h"
#include "sql/plan/planner.h"

namespace ordinal::sql {
namespace {

PlanPtr Wrap(NodeKind kind, PlanPtr below) {
  auto node = std::make_unique<PlanNode>();
  node->kind = kind;
  node->row_width = below->row_width;
  node->offset = below->offset;
  node->width = below->width;
  node->left = std::move(below);
  return node;
}

PlanPtr AddFilter(PlanPtr below, std::vector<ExprPtr> conjuncts) {
  if (conjuncts.empty()) return below;
  PlanPtr node = Wrap(NodeKind::kFilter, std::move(below));
  node->condition = JoinConjuncts(std::move(conjuncts));
  return node;
}

// Moves the conditions that read nothing but `available` out of the pool. Volatile ones stay: how often they
// run must not depend on the plan.
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

SlotSet SlotsOf(const BoundSource& source) {
  SlotSet slots;
  AddSlots(slots, source.offset, source.width);
  return slots;
}

bool ReadsSlots(const Access& access, const SlotSet& slots) {
  const auto reads = [&](const ExprPtr& expression) { return expression && ReadsAny(*expression, slots); };
  for (const ExprPtr& value : access.equal) {
    if (reads(value)) return true;
  }
  for (const ExprPtr& value : access.any_of) {
    if (reads(value)) return true;
  }
  return reads(access.lower) || reads(access.upper);
}

// Says whether a point lookup in `looked_up` is possible once `first` is known.
bool LeadsToPoints(const BoundSource& first, const BoundSource& looked_up, const std::vector<ExprPtr>& pool,
                   const SlotSet& known) {
  if (looked_up.kind != SourceKind::kTable) return false;
  SlotSet available = known;
  AddSlots(available, first.offset, first.width);
  return ChooseAccess(*looked_up.table, looked_up.offset, pool, available).kind == AccessKind::kPoints;
}

}  // namespace

void PushDown(BoundSource& source, ExprPtr& where) {
  BoundQuery& query = *source.subquery;
  if (query.is_values || query.set_operation != SetOperation::kNone || query.aggregated || query.distinct ||
      !query.series.empty() || query.limit || query.offset) {
    return;
  }
  std::vector<ExprPtr> conditions;
  std::vector<ExprPtr> inside;
  std::vector<ExprPtr> rest;
  SplitConjuncts(std::move(where), conditions);
  SplitConjuncts(std::move(query.where), inside);
  for (ExprPtr& condition : conditions) {
    bool fits = true;
    Walk(*condition, [&](const Expression& node) {
      if (node.kind == ExprKind::kSubquery) fits = false;
      if (node.kind != ExprKind::kColumn || node.level != 0 || !fits) return;
      fits = !query.volatile_targets[static_cast<std::size_t>(node.index - source.offset)];
    });
    if (fits) {
      inside.push_back(OverTargets(std::move(condition), query.targets, source.offset));
    } else {
      rest.push_back(std::move(condition));
    }
  }
  query.where = JoinConjuncts(std::move(inside));
  where = JoinConjuncts(std::move(rest));
}

PlanPtr Planner::MakeLeaf(BoundSource& source) {
  auto node = std::make_unique<PlanNode>();
  node->row_width = row_width_;
  node->offset = source.offset;
  node->width = source.width;
  switch (source.kind) {
    case SourceKind::kTable:
      node->kind = NodeKind::kTableScan;
      node->table = source.table;
      node->needed.assign(source.table->columns.size(), reads_everything_);
      for (std::size_t i = 0; i < node->needed.size(); ++i) {
        const std::size_t slot = static_cast<std::size_t>(source.offset) + i;
        if (slot < read_.size() && read_[slot]) node->needed[i] = true;
      }
      break;
    case SourceKind::kVirtual:
      node->kind = NodeKind::kVirtualScan;
      node->virtual_table = source.virtual_table;
      break;
    case SourceKind::kSequence:
      node->kind = NodeKind::kSequenceScan;
      node->sequence = source.sequence;
      break;
    case SourceKind::kFunction:
      node->kind = NodeKind::kFunctionScan;
      node->expressions = std::move(source.functions);
      node->ordinality = source.ordinality;
      break;
    case SourceKind::kSubquery: {
      Planner inner(statement_, correlated_);
      node->kind = NodeKind::kSubqueryScan;
      node->left = inner.PlanQuery(*source.subquery);
      break;
    }
    case SourceKind::kCte:
      node->kind = NodeKind::kCteScan;
      node->cte = source.cte;
      break;
    case SourceKind::kJoin:
      break;
  }
  return node;
}

PlanPtr Planner::PlanLeaf(BoundSource& source, std::vector<ExprPtr>& pool, const SlotSet& known, bool inner) {
  const SlotSet own = SlotsOf(source);
  SlotSet available = known;
  AddSlots(available, source.offset, source.width);
  std::vector<ExprPtr> with_outer = Take(pool, available, own);
  PlanPtr node = MakeLeaf(source);
  bool reads_outer = false;
  if (node->kind == NodeKind::kFunctionScan) {
    for (const ExprPtr& call : node->expressions) reads_outer |= ReadsAny(*call, known);
  }
  bool is_point = node->kind == NodeKind::kCteScan;  // a CTE is kept in memory anyway
  if (node->kind == NodeKind::kTableScan) {
    node->access = ChooseAccess(*node->table, node->offset, with_outer, known);
    reads_outer = ReadsSlots(node->access, known);
    is_point = node->access.kind == AccessKind::kPoints;
  }
  std::vector<ExprPtr> alone = Take(with_outer, own, own);
  node = AddFilter(std::move(node), std::move(alone));
  if (inner && !reads_outer && !is_point) node = Wrap(NodeKind::kMaterialize, std::move(node));
  return AddFilter(std::move(node), std::move(with_outer));
}

PlanPtr Planner::PlanJoin(BoundSource& source, std::vector<ExprPtr>& pool, const SlotSet& known, bool inner) {
  if (source.join == JoinKind::kFull) base::ThrowUnsupported("FULL JOIN");
  BoundSource* outer_side = source.left.get();
  BoundSource* inner_side = source.right.get();
  if (source.join == JoinKind::kRight) std::swap(outer_side, inner_side);
  std::vector<ExprPtr> on;
  const bool is_inner = source.join == JoinKind::kInner;
  SplitConjuncts(std::move(source.condition), is_inner ? pool : on);
  if (is_inner && outer_side->kind == SourceKind::kTable && !inner_side->lateral &&
      !LeadsToPoints(*outer_side, *inner_side, pool, known) &&
      LeadsToPoints(*inner_side, *outer_side, pool, known)) {
    std::swap(outer_side, inner_side);
  }
  auto node = std::make_unique<PlanNode>();
  node->kind = NodeKind::kNestedLoop;
  node->join = is_inner ? JoinKind::kInner : JoinKind::kLeft;
  node->row_width = row_width_;
  node->offset = source.offset;
  node->width = source.width;
  node->inner_offset = inner_side->offset;
  node->inner_width = inner_side->width;
  node->left = PlanSource(*outer_side, pool, known, inner);
  SlotSet with_outer = known;
  AddSlots(with_outer, outer_side->offset, outer_side->width);
  node->right = PlanSource(*inner_side, is_inner ? pool : on, with_outer, true);
  node->condition = JoinConjuncts(std::move(on));
  return node;
}

PlanPtr Planner::PlanSource(BoundSource& source, std::vector<ExprPtr>& pool, const SlotSet& known,
                            bool inner) {
  return source.kind == SourceKind::kJoin ? PlanJoin(source, pool, known, inner)
                                          : PlanLeaf(source, pool, known, inner);
}

}  // namespace ordinal::sql
