// Defines the operators that run a plan, row by row: nothing is computed before its row is asked for, for
// functions such as nextval leave traces. Private to the room.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sql/exec/exec_context.h"
#include "sql/exec/memory_use.h"
#include "sql/plan/explain.h"
#include "sql/plan/plan.h"
#include "txn/transaction.h"
#include "types/value.h"

namespace ordinal::sql {

using types::Row;

class ForeignKeys;
class Operator;
class ModifyRun;
class RowSet;

// One CTE: what it gave up to here, and where the rest comes from. It runs as far as it is read.
struct CteRun {
  CteRun();
  ~CteRun();
  CteRun(CteRun&&) noexcept;
  CteRun& operator=(CteRun&&) noexcept;

  std::vector<Row> rows;
  std::unique_ptr<Operator> query;
  std::unique_ptr<ModifyRun> modify;
  // WITH RECURSIVE: the recursive term, and which of `rows` it reads; those of all steps lie there.
  std::unique_ptr<Operator> recursive;
  std::unique_ptr<RowSet> seen;  // UNION without ALL
  std::size_t work_begin = 0;
  std::size_t work_end = 0;
  bool in_step = false;
  std::unique_ptr<MemoryUse> memory;  // of `rows`
  Row row;
  bool begun = false;
  bool done = false;
  // Of one that refers to an outer query: the rows of the queries around the one that it is of.
  std::vector<std::span<const Value>> outer_rows;
  bool scoped = false;
};

// What all operators of one execution share.
struct ExecState {
  const PlannedStatement& plan;
  ExecContext& context;
  txn::Transaction& transaction;
  MemoryBudget memory;
  std::vector<CteRun> ctes;
  Actuals* actuals = nullptr;  // where operators note what they do, for EXPLAIN ANALYZE
  // While an UPDATE or DELETE builds its input: where the scan of its table leaves the key of the current
  // row.
  std::string* target_key = nullptr;
  ForeignKeys* foreign_keys = nullptr;  // null when none concerns what the statement writes
};

// One operator. Rows are buffers of the caller, of at least the node's row_width slots; Next fills the
// operator's slots and leaves those of other sources alone.
class Operator {
 public:
  virtual ~Operator() = default;
  // Begins, or begins again. Expressions of scans are evaluated over `row` as it is.
  virtual void Open(Row& row) = 0;
  virtual bool Next(Row& row) = 0;
  // After Open: no more than the first `rows` rows will be asked for.
  virtual void Bound(std::int64_t) {}
  // Forgets what was kept for a further pass: an enclosing row has changed.
  virtual void Reset() {}
};

using OperatorPtr = std::unique_ptr<Operator>;

OperatorPtr MakeOperator(const PlanNode& node, ExecState& state);
// Notes what an operator does as that of `node`.
OperatorPtr MakeMeasured(const PlanNode& node, ExecState& state, OperatorPtr measured);

// Judges a condition for a row. As in PostgreSQL, the first part of an AND that is not TRUE ends it, NULL
// too.
bool Passes(const Expression& condition, ExecContext& context, const Row& row);

// Sets the slots to NULL: a side of an outer join without a match.
inline void ClearSlots(Row& row, const std::vector<int>& slots) {
  for (const int slot : slots) row[static_cast<std::size_t>(slot)] = Value();
}

// The makers of single kinds, by file.
OperatorPtr MakeTableScan(const PlanNode& node, ExecState& state);
OperatorPtr MakeSource(const PlanNode& node, ExecState& state);  // all other leaves
OperatorPtr MakePipe(const PlanNode& node, ExecState& state);    // filter, project, limit, loops
OperatorPtr MakeBlocking(const PlanNode& node,
                         ExecState& state);  // sort, distinct, set operations, materialize
OperatorPtr MakeWindow(const PlanNode& node, ExecState& state);
OperatorPtr MakeHashJoin(const PlanNode& node, ExecState& state);
OperatorPtr MakeMergeJoin(const PlanNode& node, ExecState& state);
OperatorPtr MakeLockRows(const PlanNode& node, ExecState& state);
OperatorPtr MakeCteScope(const PlanNode& node, ExecState& state);
OperatorPtr MakeAggregate(const PlanNode& node, ExecState& state);

// Returns row `number` of the CTE, running it as far as needed; null when it has fewer.
const Row* CteRow(ExecState& state, int cte, std::size_t number);
// Returns row `number` of those that the last step of a recursive CTE gave; null when they are fewer.
const Row* WorkTableRow(ExecState& state, int cte, std::size_t number);

}  // namespace ordinal::sql
