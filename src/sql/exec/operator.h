// Defines the operators that run a plan, row by row: nothing is computed before its row is asked for, for
// functions such as nextval leave traces. Private to the room.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "sql/exec/exec_context.h"
#include "sql/plan/plan.h"
#include "txn/transaction.h"
#include "types/value.h"

namespace ordinal::sql {

using types::Row;

// What a CTE gave. Filled before anything reads it, or, for queries, at the first reading.
struct CteRows {
  bool ready = false;
  std::vector<Row> rows;
};

// What all operators of one execution share.
struct ExecState {
  const PlannedStatement& plan;
  ExecContext& context;
  txn::Transaction& transaction;
  std::vector<CteRows> ctes;
  // While an UPDATE or DELETE builds its input: where the scan of its table leaves the key of the current
  // row.
  std::string* target_key = nullptr;
};

// One operator. Rows are buffers of the caller, of at least the node's row_width slots; Next fills the
// operator's slots and leaves those of other sources alone.
class Operator {
 public:
  virtual ~Operator() = default;
  // Begins, or begins again. Expressions of scans are evaluated over `row` as it is.
  virtual void Open(Row& row) = 0;
  virtual bool Next(Row& row) = 0;
  // Forgets what was kept for a further pass: an enclosing row has changed.
  virtual void Reset() {}
};

using OperatorPtr = std::unique_ptr<Operator>;

OperatorPtr MakeOperator(const PlanNode& node, ExecState& state);

// The makers of single kinds, by file.
OperatorPtr MakeTableScan(const PlanNode& node, ExecState& state);
OperatorPtr MakeSource(const PlanNode& node, ExecState& state);  // all other leaves
OperatorPtr MakePipe(const PlanNode& node, ExecState& state);    // filter, project, limit, loops
OperatorPtr MakeBlocking(const PlanNode& node,
                         ExecState& state);  // sort, distinct, set operations, materialize
OperatorPtr MakeAggregate(const PlanNode& node, ExecState& state);

// Fills the CTE if that has not happened yet.
CteRows& CteOf(ExecState& state, int cte);

}  // namespace ordinal::sql
