// Plans modifications, and puts the parts of a statement together.
#include <algorithm>
#include <utility>

#include "sql/plan/bound_tree.h"
#include "sql/plan/planner.h"
#include "sql/plan/simplify.h"

namespace ordinal::sql {

// A plain SELECT becomes one with the INSERT above it, so that its targets and the defaults are computed
// together in column order, as in PostgreSQL. A volatile target keeps them apart.
PlanPtr Planner::PlanInsertInput(BoundModify& modify) {
  const BoundQuery& query = *modify.source;
  bool is_plain = !query.is_values && query.set_operation == SetOperation::kNone && !query.aggregated &&
                  query.series.empty() && !query.distinct && query.distinct_on.empty() &&
                  query.window_calls.empty() && query.order.empty() && !query.limit && !query.offset;
  for (const bool is_volatile : query.volatile_targets) is_plain = is_plain && !is_volatile;
  PlanPtr node = Planner(statement_, facts_).PlanQuery(*modify.source);
  if (!is_plain || node->kind != NodeKind::kProject) return node;
  for (Assignment& assignment : modify.assignments) {
    assignment.value = OverTargets(std::move(assignment.value), node->expressions, 0);
  }
  return std::move(node->left);
}

namespace {

// The scan of the table that is changed, which is the first source.
PlanNode* TargetScan(PlanNode* node, const catalog::TableDescriptor& table) {
  if (node == nullptr || node->kind == NodeKind::kSubqueryScan) return nullptr;
  if (node->kind == NodeKind::kTableScan && node->offset == 0 && node->table->oid == table.oid) return node;
  PlanNode* const left = TargetScan(node->left.get(), table);
  return left != nullptr ? left : TargetScan(node->right.get(), table);
}

}  // namespace

std::unique_ptr<PlannedModify> Planner::PlanModify(std::unique_ptr<BoundModify> modify) {
  auto planned = std::make_unique<PlannedModify>();
  if (modify->source) {
    planned->input = PlanInsertInput(*modify);
  } else if (modify->from) {
    Planner level(statement_, facts_);
    level.row_width_ = WidthOf(*modify->from);
    planned->input = level.PlanFiltered(*modify->from, std::move(modify->where));
    if (!modify->current_of.empty()) {
      Access& access = TargetScan(planned->input.get(), *modify->table)->access;
      access = Access();
      access.kind = AccessKind::kPoints;
      access.current_of = std::move(modify->current_of);
    }
  }
  planned->bound = std::move(modify);
  return planned;
}

std::unique_ptr<PlannedStatement> Planner::Run() {
  auto planned = std::make_unique<PlannedStatement>();
  const auto plan_query = [this](std::unique_ptr<BoundQuery>& query) {
    return query ? Planner(statement_, facts_).PlanQuery(*query) : nullptr;
  };
  const auto plan_modify = [&](std::unique_ptr<BoundModify>& modify) -> std::unique_ptr<PlannedModify> {
    if (!modify) return nullptr;
    planned->read_only = false;
    planned->written_tables.push_back(modify->table->oid);
    return PlanModify(std::move(modify));
  };
  for (BoundCte& cte : statement_.ctes) {
    planned->ctes.push_back({std::move(cte.name), plan_query(cte.query), plan_modify(cte.modify),
                             std::move(cte.outputs), plan_query(cte.recursive), cte.union_all});
  }
  for (std::size_t i = 0; i < statement_.subqueries.size(); ++i) {
    planned->subqueries.push_back(
        {plan_query(statement_.subqueries[i]), facts_[i].correlated, std::move(facts_[i].keys)});
  }
  planned->query = plan_query(statement_.query);
  planned->modify = plan_modify(statement_.modify);
  planned->parameters = std::move(statement_.parameters);
  planned->outputs = std::move(statement_.outputs);
  planned->locking = std::move(statement_.locking);
  planned->accesses = std::move(statement_.accesses);
  std::sort(planned->written_tables.begin(), planned->written_tables.end());
  planned->written_tables.erase(std::unique(planned->written_tables.begin(), planned->written_tables.end()),
                                planned->written_tables.end());
  SeparateGates(*planned);
  NoteCovered(*planned);
  Foresee(*planned);
  NoteFootprint(*planned);
  return planned;
}

std::unique_ptr<PlannedStatement> Plan(BoundStatement statement, EvalContext& context) {
  InlineCtes(statement);
  NoteVolatileTargets(statement);
  ForgetExistsTargets(statement);
  std::vector<ExprPtr> early = Simplify(statement, context);
  std::vector<SubqueryFacts> facts = StudySubqueries(statement);
  auto planned = Planner(statement, facts).Run();
  planned->early = std::move(early);
  return planned;
}

}  // namespace ordinal::sql
