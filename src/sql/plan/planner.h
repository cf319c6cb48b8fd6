// Turns a bound statement into a plan. Private to the room.
#pragma once

#include <memory>
#include <vector>

#include "sql/plan/conditions.h"
#include "sql/plan/join_order.h"
#include "sql/plan/plan.h"
#include "sql/plan/subquery_facts.h"

namespace ordinal::sql {

class Planner {
 public:
  // Both outlive the planner.
  Planner(BoundStatement& statement, std::vector<SubqueryFacts>& facts)
      : statement_(statement), facts_(facts) {}
  std::unique_ptr<PlannedStatement> Run();

 private:
  PlanPtr PlanQuery(BoundQuery& query);
  PlanPtr PlanLevel(BoundQuery& query);  // no set operation
  PlanPtr PlanSetOperation(BoundQuery& query);
  PlanPtr PlanInput(BoundQuery& query);
  PlanPtr PlanFiltered(BoundSource& from, ExprPtr where);
  PlanPtr PlanAggregation(BoundQuery& query, PlanPtr input);
  PlanPtr PlanWindows(BoundQuery& query, PlanPtr input);
  PlanPtr PlanOutput(BoundQuery& query, PlanPtr input);
  PlanPtr ProjectThenSort(BoundQuery& query, PlanPtr input);
  PlanPtr SortThenProject(BoundQuery& query, PlanPtr input);
  PlanPtr SortInStages(BoundQuery& query, PlanPtr input, const std::vector<bool>& late);
  bool IsLate(const Expression& target, bool limited) const;
  std::unique_ptr<PlannedModify> PlanModify(std::unique_ptr<BoundModify> modify);

  // Plans FROM. Takes from `pool` the conditions that it applies; the caller applies what is left. `known`
  // are the slots filled before this source begins. An `inner` source is read again and again.
  PlanPtr PlanSource(BoundSource& source, std::vector<ExprPtr>& pool, const SlotSet& known, bool inner);
  PlanPtr PlanLeaf(BoundSource& source, std::vector<ExprPtr>& pool, const SlotSet& known, bool inner);
  PlanPtr PlanJoin(BoundSource& source, std::vector<ExprPtr>& pool, const SlotSet& known, bool inner);
  PlanPtr PlanFullJoin(BoundSource& source);
  bool MayReorder(const std::vector<BoundSource*>& sources) const;
  PlanPtr PlanInOrder(const std::vector<JoinStep>& steps, std::vector<ExprPtr>& pool, const SlotSet& known,
                      bool inner);
  PlanPtr PlanStep(PlanPtr joined, const SlotSet& before, const std::vector<int>& read, const JoinStep& step,
                   std::vector<ExprPtr>& pool, const SlotSet& known);
  PlanPtr MakeJoin(JoinKind join) const;
  std::vector<int> SlotsRead(const BoundSource& source) const;
  PlanPtr MakeLeaf(BoundSource& source);
  std::vector<ExprPtr> LookupsIn(const std::vector<ExprPtr>& pool) const;
  PlanPtr PlanInsertInput(BoundModify& modify);

  BoundStatement& statement_;
  std::vector<SubqueryFacts>& facts_;
  int row_width_ = 0;  // of the query level being planned
  SlotSet read_;       // slots of the level that something reads
  bool reads_everything_ = true;
  bool may_reorder_ = false;  // joins of the level
};

// Returns the scan below filters, when there is nothing else above it; else null.
PlanNode* ScanBelowFilters(PlanNode* node);
// The slots of a row of FROM, those before the source included.
int WidthOf(const BoundSource& source);
// Fills in what the session wants to know beforehand: short_plan, foreseen_draws.
void Foresee(PlannedStatement& statement);
// Has scans read nothing but an index where that holds all that is needed.
void NoteCovered(PlannedStatement& statement);
// Sets `reads_store` and `draws`.
void NoteFootprint(PlannedStatement& statement);
// Moves conditions into a subquery of FROM, the only source of its level, where that changes no row: what it
// does not want is then not computed.
void PushDown(BoundSource& source, ExprPtr& where);
// Separates what filters decide once, before the first row.
void SeparateGates(PlannedStatement& statement);

}  // namespace ordinal::sql
