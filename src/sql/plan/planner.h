// Turns a bound statement into a plan. Private to the room.
#pragma once

#include <memory>
#include <vector>

#include "sql/plan/conditions.h"
#include "sql/plan/plan.h"

namespace ordinal::sql {

class Planner {
 public:
  explicit Planner(BoundStatement& statement) : statement_(statement) {}
  std::unique_ptr<PlannedStatement> Run();

 private:
  PlanPtr PlanQuery(BoundQuery& query);
  PlanPtr PlanSetOperation(BoundQuery& query);
  PlanPtr PlanInput(BoundQuery& query);
  PlanPtr PlanAggregation(BoundQuery& query, PlanPtr input);
  PlanPtr PlanOutput(BoundQuery& query, PlanPtr input);
  PlanPtr ProjectThenSort(BoundQuery& query, PlanPtr input);
  PlanPtr SortThenProject(BoundQuery& query, PlanPtr input);
  std::unique_ptr<PlannedModify> PlanModify(std::unique_ptr<BoundModify> modify);

  // Plans FROM. Takes from `pool` the conditions that it applies; the caller applies what is left. `known`
  // are the slots filled before this source begins. An `inner` source is read again and again.
  PlanPtr PlanSource(BoundSource& source, std::vector<ExprPtr>& pool, const SlotSet& known, bool inner);
  PlanPtr PlanLeaf(BoundSource& source, std::vector<ExprPtr>& pool, const SlotSet& known, bool inner);
  PlanPtr PlanJoin(BoundSource& source, std::vector<ExprPtr>& pool, const SlotSet& known, bool inner);
  PlanPtr MakeLeaf(BoundSource& source);

  BoundStatement& statement_;
  int row_width_ = 0;  // of the query level being planned
  SlotSet read_;       // slots of the level that something reads
  bool reads_everything_ = true;
};

// Fills in what the session wants to know beforehand: short_plan, foreseen_draws.
void Foresee(PlannedStatement& statement);
// Marks the subqueries that must run anew for every row.
void MarkCorrelated(PlannedStatement& statement);

}  // namespace ordinal::sql
