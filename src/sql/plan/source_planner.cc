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

SlotSet SlotsOf(const BoundSource& source) {
  SlotSet slots;
  AddSlots(slots, source.offset, source.width);
  return slots;
}

}  // namespace

void PushDown(BoundSource& source, ExprPtr& where) {
  BoundQuery& query = *source.subquery;
  if (source.lateral || !query.distinct_on.empty() || !query.window_calls.empty() || query.is_values ||
      query.set_operation != SetOperation::kNone || query.aggregated || query.distinct ||
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
  node->alias = source.alias;
  node->column_names = source.column_aliases;
  switch (source.kind) {
    case SourceKind::kTable:
      node->kind = NodeKind::kTableScan;
      node->table = source.table;
      node->needed.assign(source.table->columns.size(), reads_everything_);
      for (std::size_t i = 0; i < node->needed.size(); ++i) {
        const std::size_t slot = static_cast<std::size_t>(source.offset) + i;
        if (slot < read_.size() && read_[slot]) node->needed[i] = true;
      }
      if (source.width > static_cast<int>(node->needed.size())) {
        node->key_slot = source.offset + static_cast<int>(node->needed.size());
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
      Planner inner(statement_, facts_);
      node->kind = NodeKind::kSubqueryScan;
      node->lateral = source.lateral;
      for (std::size_t i = node->column_names.size(); i < source.subquery->outputs.size(); ++i) {
        node->column_names.push_back(source.subquery->outputs[i].name);
      }
      node->left = inner.PlanQuery(*source.subquery);
      break;
    }
    case SourceKind::kCte:
      node->kind = NodeKind::kCteScan;
      node->cte = source.cte;
      node->is_work_table = source.is_work_table;
      break;
    case SourceKind::kJoin:
      break;
  }
  return node;
}

std::vector<ExprPtr> Planner::LookupsIn(const std::vector<ExprPtr>& pool) const {
  std::vector<ExprPtr> lookups;
  for (const ExprPtr& condition : pool) {
    if (condition->kind != ExprKind::kSubquery || condition->subquery != SubqueryKind::kIn ||
        !facts_[static_cast<std::size_t>(condition->index)].looks_up) {
      continue;
    }
    const auto& outputs = statement_.subqueries[static_cast<std::size_t>(condition->index)]->outputs;
    const TypeId array_type = types::ArrayType(outputs.front().type.id);
    if (array_type == TypeId::kInvalid) continue;
    auto test = std::make_unique<Expression>();
    test->kind = ExprKind::kQuantified;
    test->type = {TypeId::kBool};
    test->args.push_back(Clone(*condition->args.front()));
    ExprPtr array = Clone(*condition);
    array->subquery = SubqueryKind::kArray;
    array->type = {array_type};
    array->args.clear();
    test->args.push_back(std::move(array));
    lookups.push_back(std::move(test));
  }
  return lookups;
}

PlanPtr Planner::PlanLeaf(BoundSource& source, std::vector<ExprPtr>& pool, const SlotSet& known, bool inner) {
  const SlotSet own = SlotsOf(source);
  SlotSet available = known;
  AddSlots(available, source.offset, source.width);
  std::vector<ExprPtr> with_outer = Take(pool, available, own);
  PlanPtr node = MakeLeaf(source);
  bool reads_outer = node->lateral;
  if (node->kind == NodeKind::kFunctionScan) {
    for (const ExprPtr& call : node->expressions) reads_outer |= ReadsAny(*call, known);
  }
  bool is_point = node->kind == NodeKind::kCteScan;  // a CTE is kept in memory anyway
  if (node->kind == NodeKind::kTableScan) {
    // What is read again and again would collect the values of a subquery each time.
    node->access = ChooseAccess(*node->table, node->offset, with_outer, known,
                                inner ? std::vector<ExprPtr>() : LookupsIn(pool));
    reads_outer = ReadsAccess(node->access, known);
    is_point = node->access.kind == AccessKind::kPoints;
  }
  std::vector<ExprPtr> alone = Take(with_outer, own, own);
  node = AddFilter(std::move(node), std::move(alone));
  if (inner && !reads_outer && !is_point) node = Wrap(NodeKind::kMaterialize, std::move(node));
  return AddFilter(std::move(node), std::move(with_outer));
}

PlanPtr Planner::PlanSource(BoundSource& source, std::vector<ExprPtr>& pool, const SlotSet& known,
                            bool inner) {
  return source.kind == SourceKind::kJoin ? PlanJoin(source, pool, known, inner)
                                          : PlanLeaf(source, pool, known, inner);
}

}  // namespace ordinal::sql
