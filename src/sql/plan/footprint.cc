#include <algorithm>

#include "sql/expr/function.h"
#include "sql/plan/plan_tree.h"
#include "sql/plan/planner.h"

namespace ordinal::sql {
namespace {

bool IsNamedType(types::TypeId type) {
  using T = types::TypeId;
  return type == T::kRegclass || type == T::kRegtype || type == T::kRegproc || type == T::kRegprocedure ||
         type == T::kRegnamespace || type == T::kRegrole;
}

class Footprint {
 public:
  explicit Footprint(PlannedStatement& statement) : statement_(statement) {}

  void Run() {
    for (const PlannedCte& cte : statement_.ctes) {
      Add(cte.query.get(), cte.modify.get());
      Add(cte.recursive.get(), nullptr);
    }
    for (const PlannedSubquery& subquery : statement_.subqueries) Add(subquery.plan.get(), nullptr);
    Add(statement_.query.get(), statement_.modify.get());
  }

 private:
  void Add(const PlanNode* query, const PlannedModify* modify) {
    AddNode(query);
    if (modify == nullptr) return;
    const BoundModify& bound = *modify->bound;
    // What a view demands comes after keys that are there already, so these must be looked for.
    if (bound.kind != ModifyKind::kInsert || bound.on_conflict != ConflictAction::kError ||
        !bound.table->foreign_keys.empty() || !bound.view_checks.empty()) {
      statement_.reads_store = true;
    }
    AddNode(modify->input.get());
    VisitModify(bound, [this](const Expression& expression) { AddExpression(expression); });
  }

  void AddNode(const PlanNode* node) {
    if (node == nullptr) return;
    if (node->kind == NodeKind::kTableScan || node->kind == NodeKind::kVirtualScan ||
        node->kind == NodeKind::kSequenceScan) {
      statement_.reads_store = true;
    }
    VisitExpressions(*node, [this](const Expression& expression) { AddExpression(expression); });
    AddNode(node->left.get());
    AddNode(node->right.get());
  }

  void AddExpression(const Expression& expression) {
    Walk(expression, [this](const Expression& part) {
      if (part.function != nullptr) {
        if (part.function->reads_catalog) statement_.reads_store = true;
        if (part.function->name == "nextval") statement_.draws = true;
      }
      // Such values are looked up, or printed, by name.
      const bool is_name = part.kind != ExprKind::kConstant && IsNamedType(part.type.id);
      const bool was_name = part.kind == ExprKind::kCast && IsNamedType(part.args.front()->type.id);
      if (is_name || was_name) statement_.reads_store = true;
    });
  }

  PlannedStatement& statement_;
};

}  // namespace

void NoteFootprint(PlannedStatement& statement) {
  Footprint(statement).Run();
  const auto is_name = [](const OutputColumn& output) { return IsNamedType(output.type.id); };
  if (std::any_of(statement.outputs.begin(), statement.outputs.end(), is_name)) statement.reads_store = true;
}

}  // namespace ordinal::sql
