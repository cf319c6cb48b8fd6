// Runs the queries of WITH as far as they are read.
#include "sql/exec/modify.h"
#include "sql/exec/operator.h"
#include "sql/exec/row_set.h"

namespace ordinal::sql {
namespace {

void Begin(const PlannedCte& planned, CteRun& run, ExecState& state) {
  run.begun = true;
  run.memory = std::make_unique<MemoryUse>(state.memory);
  if (planned.modify) {
    run.modify = std::make_unique<ModifyRun>(*planned.modify, state);
    return;
  }
  run.query = MakeOperator(*planned.query, state);
  run.row.resize(static_cast<std::size_t>(planned.query->row_width));
  run.query->Open(run.row);
  if (!planned.recursive || planned.union_all) return;
  std::vector<TypeId> types;
  for (const OutputColumn& output : planned.outputs) types.push_back(output.type.id);
  run.seen = std::make_unique<RowSet>(std::move(types));
}

// Begins the next step over the rows of the last; false when that gave none.
bool BeginStep(const PlannedCte& planned, CteRun& run, ExecState& state) {
  run.work_begin = run.in_step ? run.work_end : 0;
  run.work_end = run.rows.size();
  run.in_step = true;
  if (run.work_begin == run.work_end) return false;
  state.context.CheckCanceled();
  if (!run.recursive) {
    run.recursive = MakeOperator(*planned.recursive, state);
    run.row.resize(static_cast<std::size_t>(planned.recursive->row_width));
  }
  run.recursive->Reset();
  run.recursive->Open(run.row);
  return true;
}

bool NextRow(const PlannedCte& planned, CteRun& run, ExecState& state) {
  if (run.modify) return run.modify->Next(run.row);
  for (;;) {
    while (!(run.in_step ? run.recursive : run.query)->Next(run.row)) {
      if (!planned.recursive || !BeginStep(planned, run, state)) return false;
    }
    bool added = true;
    if (run.seen) run.seen->Add(run.row, added);
    if (added) return true;
  }
}

// While it lives, a query of WITH sees the outer rows that it refers to, whoever reads it.
class SeesItsRows {
 public:
  SeesItsRows(CteRun& run, ExecState& state)
      : mine_(run.scoped ? &run.outer_rows : nullptr), current_(state.context.outer_rows) {
    if (mine_ != nullptr) mine_->swap(current_);
  }
  ~SeesItsRows() {
    if (mine_ != nullptr) mine_->swap(current_);
  }
  SeesItsRows(const SeesItsRows&) = delete;
  SeesItsRows& operator=(const SeesItsRows&) = delete;

 private:
  std::vector<std::span<const Value>>* const mine_;
  std::vector<std::span<const Value>>& current_;
};

class CteScope final : public Operator {
 public:
  CteScope(const PlanNode& node, ExecState& state)
      : node_(node), state_(state), below_(MakeOperator(*node.left, state)) {}
  void Open(Row& row) override {
    for (const int cte : node_.scoped_ctes) {
      CteRun run;
      run.scoped = true;
      run.outer_rows = state_.context.outer_rows;
      state_.ctes[static_cast<std::size_t>(cte)] = std::move(run);
    }
    below_->Open(row);
  }
  void Reset() override { below_->Reset(); }
  void Bound(std::int64_t rows) override { below_->Bound(rows); }
  bool Next(Row& row) override { return below_->Next(row); }

 private:
  const PlanNode& node_;
  ExecState& state_;
  OperatorPtr below_;
};

}  // namespace

OperatorPtr MakeCteScope(const PlanNode& node, ExecState& state) {
  return std::make_unique<CteScope>(node, state);
}

CteRun::CteRun() = default;
CteRun::~CteRun() = default;
CteRun::CteRun(CteRun&&) noexcept = default;
CteRun& CteRun::operator=(CteRun&&) noexcept = default;

const Row* CteRow(ExecState& state, int cte, std::size_t number) {
  CteRun& run = state.ctes[static_cast<std::size_t>(cte)];
  const PlannedCte& planned = state.plan.ctes[static_cast<std::size_t>(cte)];
  if (run.done || run.rows.size() > number) return number < run.rows.size() ? &run.rows[number] : nullptr;
  const SeesItsRows sees(run, state);
  if (!run.begun) Begin(planned, run, state);
  while (!run.done && run.rows.size() <= number) {
    if (NextRow(planned, run, state)) {
      run.memory->AddRow(run.row);
      run.rows.push_back(run.row);
    } else {
      run.done = true;
    }
  }
  return number < run.rows.size() ? &run.rows[number] : nullptr;
}

const Row* WorkTableRow(ExecState& state, int cte, std::size_t number) {
  CteRun& run = state.ctes[static_cast<std::size_t>(cte)];
  const std::size_t at = run.work_begin + number;
  return at < run.work_end ? &run.rows[at] : nullptr;
}

}  // namespace ordinal::sql
