// Runs a planned statement.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "sql/exec/exec_context.h"
#include "sql/plan/explain.h"
#include "sql/plan/plan.h"
#include "txn/transaction.h"
#include "types/value.h"

namespace ordinal::sql {

// One run of one statement. Plan, context, transaction and parameters outlive it; used by one thread at a
// time. Writes go into the transaction's running statement: the caller ends it with FinishStatement, or
// AbandonStatement after an error. Errors pass through, among them the one by which sequence says that a draw
// would block.
class Execution {
 public:
  Execution(const PlannedStatement& plan, ExecContext& context, txn::Transaction& transaction,
            std::span<const types::Value> parameters);
  ~Execution();
  Execution(const Execution&) = delete;
  Execution& operator=(const Execution&) = delete;

  // Notes in `actuals`, which outlives the run, what each node of the plan does. REQUIRES that Next was not
  // called.
  void Measure(Actuals& actuals);

  // Gives the next result row, of plan.outputs.size() values; false at the end. The first call runs all data
  // modifications; without RETURNING it then returns false.
  bool Next(types::Row& row);

  // COPY FROM: instead of Next, runs an INSERT of one row of expressions again and again, each time with
  // other parameters. `where` decides over the row of the table; null for every row. FinishFeed ends the
  // statement.
  void Feed(std::span<const types::Value> parameters, const Expression* where);
  void FinishFeed();

  // Rows inserted, updated or deleted by the main statement; for queries, rows given so far.
  std::uint64_t affected_rows() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// "INSERT 0 3", "UPDATE 2", "DELETE 1", "SELECT 5".
std::string CommandTag(const PlannedStatement& plan, std::uint64_t rows);

}  // namespace ordinal::sql
