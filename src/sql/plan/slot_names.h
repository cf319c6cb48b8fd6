// Names the slots of rows inside a plan, as EXPLAIN shows them. Private to the room.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "sql/expr/eval_context.h"
#include "sql/plan/plan.h"

namespace ordinal::sql {

// Whether the node is a source of FROM.
bool IsLeaf(const PlanNode& node);

class SlotNames {
 public:
  using Names = std::vector<std::string>;

  // Columns carry the name of their table where the statement has several, or where `always_qualified`.
  SlotNames(const PlannedStatement& statement, bool always_qualified, EvalContext& context);

  // Of the row that the node passes up; empty where the node fills nothing.
  const Names& Of(const PlanNode& node);
  // Of the row that the node and those around it work on.
  const Names& OfLevel(const PlanNode& node) { return Of(*levels_.at(&node)); }
  // Of the row that a leaf works on: its own columns without the name of their table, unless always
  // qualified.
  Names Bare(const PlanNode& leaf);
  std::string IndexColumn(const PlanNode& scan, std::size_t column) const;

  // Prints an expression over such a row that stands in `node`, or in its place in the tree.
  std::string Text(const Expression& expression, const Names& names, const PlanNode& node);

 private:
  // A row that is seen from below, by subqueries: the one that `row` passes up.
  struct Scope {
    const PlanNode* row = nullptr;
    const Scope* outer = nullptr;
  };

  void Visit(const PlanNode& node, const PlanNode& level, const Scope* outer);
  void NoteSubqueries(const PlanNode& node, const Scope* outer);
  void VisitSubqueries();
  Names Make(const PlanNode& node);
  void AddLeaf(const PlanNode& node, Names& names);
  Names ColumnsOf(const PlanNode& leaf) const;
  std::string SourceName(const PlanNode& leaf) const;
  void AddCalls(const PlanNode& node, Names& names);
  std::string OrderedSetText(const std::vector<ExprPtr>& args, const AggregateUse& use, const Names& below,
                             const PlanNode& node);
  std::string CallText(const Function& function, const std::vector<ExprPtr>& args, const AggregateUse& use,
                       const Names& below, const PlanNode& node);

  const PlannedStatement& statement_;
  const bool always_qualified_;
  bool qualified_ = false;
  EvalContext& context_;
  std::map<const PlanNode*, Names> made_;              // empty ones while they are being made
  std::map<const PlanNode*, const PlanNode*> levels_;  // the topmost node that works on the same row
  std::map<const PlanNode*, const Scope*> outers_;
  std::vector<std::unique_ptr<Scope>> scopes_;
  std::vector<const Scope*> of_subqueries_;  // by number of the subquery: the row around it
  std::vector<bool> visited_;
};

}  // namespace ordinal::sql
