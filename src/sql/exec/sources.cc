#include <utility>

#include "base/check.h"
#include "base/error.h"
#include "sql/exec/operator.h"
#include "sql/expr/json_record.h"
#include "sql/expr/series.h"

namespace ordinal::sql {
namespace {

class OneRow final : public Operator {
 public:
  void Open(Row&) override { given_ = false; }
  bool Next(Row&) override { return !std::exchange(given_, true); }

 private:
  bool given_ = false;
};

class Values final : public Operator {
 public:
  Values(const PlanNode& node, ExecState& state) : node_(node), state_(state) {}
  void Open(Row&) override { next_ = 0; }
  bool Next(Row& row) override {
    if (next_ == node_.values.size()) return false;
    const std::vector<ExprPtr>& expressions = node_.values[next_++];
    for (std::size_t i = 0; i < expressions.size(); ++i)
      row[i] = Evaluate(*expressions[i], state_.context, {});
    return true;
  }

 private:
  const PlanNode& node_;
  ExecState& state_;
  std::size_t next_ = 0;
};

// Gives rows that lie in memory.
class RowScan : public Operator {
 public:
  RowScan(const PlanNode& node, ExecState& state) : node_(node), state_(state) {}
  void Open(Row&) override { next_ = 0; }
  bool Next(Row& row) override {
    const Row* from = RowAt(next_);
    if (from == nullptr) return false;
    ++next_;
    std::copy_n(from->begin(), node_.width, row.begin() + node_.offset);
    return true;
  }

 protected:
  virtual const Row* RowAt(std::size_t number) = 0;
  const PlanNode& node_;
  ExecState& state_;

 private:
  std::size_t next_ = 0;
};

class CteScan final : public RowScan {
 public:
  using RowScan::RowScan;

 private:
  const Row* RowAt(std::size_t number) override {
    return node_.is_work_table ? WorkTableRow(state_, node_.cte, number) : CteRow(state_, node_.cte, number);
  }
};

class VirtualScan final : public RowScan {
 public:
  using RowScan::RowScan;

 private:
  const Row* RowAt(std::size_t number) override {
    if (!read_) {
      node_.virtual_table->Rows(state_.context.services().session_view(),
                                [this](Row row) { rows_.push_back(std::move(row)); });
      read_ = true;
    }
    return number < rows_.size() ? &rows_[number] : nullptr;
  }
  bool read_ = false;
  std::vector<Row> rows_;
};

class SequenceScan final : public Operator {
 public:
  SequenceScan(const PlanNode& node, ExecState& state) : node_(node), state_(state) {}
  void Open(Row&) override { given_ = false; }
  bool Next(Row& row) override {
    if (std::exchange(given_, true)) return false;
    const catalog::SequenceState read = state_.context.ReadSequence(*node_.sequence);
    auto slot = row.begin() + node_.offset;
    *slot++ = Value::Int(read.last_value);
    *slot++ = Value::Int(read.log_count);
    *slot = Value::Bool(read.is_called);
    return true;
  }

 private:
  const PlanNode& node_;
  ExecState& state_;
  bool given_ = false;
};

std::vector<Value> ColumnOf(const std::vector<Row>& rows, int column) {
  std::vector<Value> values;
  for (const Row& each : rows) values.push_back(each[static_cast<std::size_t>(column)]);
  return values;
}

// A call in FROM whose rows are taken apart, by one kField for each column.
bool IsCallOfRows(const Expression& call) {
  return call.kind == ExprKind::kCall && call.type.id == TypeId::kRecord && call.shape != nullptr;
}

// Begins the rows of a set-returning function, as values.
std::unique_ptr<Series> BeginRecords(const Expression& call, EvalContext& context,
                                     std::span<const Value> row) {
  Row args;
  for (const ExprPtr& arg : call.args) args.push_back(Evaluate(*arg, context, row));
  if (call.routine != base::kInvalidOid) return MakeList(context.CallRoutine(call, args));
  if (GivesJsonRecords(call)) return MakeList(JsonRecords(call, args, context));
  if (call.function->columns.size() < 2 || call.shape == nullptr) {
    return MakeSeries(*call.function, args, context, call.index);
  }
  std::vector<std::unique_ptr<Series>> columns;
  for (std::size_t i = 0; i < call.function->columns.size(); ++i) {
    columns.push_back(MakeSeries(*call.function, args, context, static_cast<int>(i)));
  }
  std::vector<Value> records;
  for (Row values(columns.size());;) {
    bool any = false;
    for (std::size_t i = 0; i < columns.size(); ++i) any |= columns[i]->Next(values[i]);
    if (!any) return MakeList(std::move(records));
    records.push_back(types::MakeRecord(call.shape, values));
  }
}

// What a column definition list says must be what the function gives.
void CheckShape(const types::RecordShape& given, const types::RecordShape& expected) {
  if (&given == &expected || (given.type != 0 && given.type == expected.type)) return;
  base::Error error(base::sqlstate::kDatatypeMismatch,
                    "function return row and query-specified return row do not match");
  if (given.fields.size() != expected.fields.size()) {
    const std::size_t count = given.fields.size();
    throw error.Detail("Returned row contains " + std::to_string(count) +
                       (count == 1 ? " attribute" : " attributes") + ", but query expects " +
                       std::to_string(expected.fields.size()) + ".");
  }
  for (std::size_t i = 0; i < given.fields.size(); ++i) {
    const Type from = given.fields[i].type;
    const Type to = expected.fields[i].type;
    if (from.id == to.id) continue;
    throw error.Detail("Returned type " + types::FormatType({from.id, -1}) + " at ordinal position " +
                       std::to_string(i + 1) + ", but query expects " + types::FormatType({to.id, -1}) + ".");
  }
}

// The rows that a call gives, taken apart; NULL is a row of NULLs.
std::vector<Row> RowsOf(const Expression& call, EvalContext& context, std::span<const Value> row) {
  std::unique_ptr<Series> series = call.function->kind == FunctionKind::kSetReturning
                                       ? BeginRecords(call, context, row)
                                       : MakeSingle(Evaluate(call, context, row));
  std::vector<Row> rows;
  for (Value record; series->Next(record);) {
    Row values;
    if (!record.is_null()) {
      CheckShape(*record.AsRecord().shape, *call.shape);
      values = record.AsRecord().values;
    }
    values.resize(call.shape->fields.size());
    rows.push_back(std::move(values));
  }
  return rows;
}

// Begins the values of a call: those of a set-returning function, or the one of any other expression. The
// fields of the rows of one call stand one after the other; `rows` keeps what the call gave.
std::unique_ptr<Series> BeginSeries(const Expression& call, EvalContext& context, std::span<const Value> row,
                                    std::vector<Row>& rows) {
  if (call.kind == ExprKind::kField && IsCallOfRows(*call.args[0])) {
    if (call.index == 0) rows = RowsOf(*call.args[0], context, row);
    return MakeList(ColumnOf(rows, call.index));
  }
  if (call.kind != ExprKind::kCall || call.function->kind != FunctionKind::kSetReturning) {
    return MakeSingle(Evaluate(call, context, row));
  }
  if (call.type.id == TypeId::kRecord || call.routine != base::kInvalidOid) {
    return BeginRecords(call, context, row);
  }
  Row args;
  for (const ExprPtr& arg : call.args) args.push_back(Evaluate(*arg, context, row));
  return MakeSeries(*call.function, args, context, call.index);
}

// Advances all by one, those that have ended giving NULL; false when all have.
bool NextOfAll(std::vector<std::unique_ptr<Series>>& series, Row::iterator slot) {
  bool any = false;
  for (const auto& each : series) {
    if (each->Next(*slot)) {
      any = true;
    } else {
      *slot = Value();
    }
    ++slot;
  }
  return any;
}

class FunctionScan final : public Operator {
 public:
  FunctionScan(const PlanNode& node, ExecState& state)
      : node_(node), state_(state), series_(node.expressions.size()) {}
  void Open(Row& row) override {
    std::vector<Row> rows;
    for (std::size_t i = 0; i < series_.size(); ++i) {
      series_[i] = BeginSeries(*node_.expressions[i], state_.context, row, rows);
    }
    given_ = 0;
  }
  bool Next(Row& row) override {
    if ((++given_ & kCancelMask) == 0) state_.context.CheckCanceled();
    const auto slot = row.begin() + node_.offset;
    if (!NextOfAll(series_, slot)) return false;
    if (node_.ordinality) slot[static_cast<std::ptrdiff_t>(series_.size())] = Value::Int(given_);
    return true;
  }

 private:
  static constexpr std::int64_t kCancelMask = 0xff;
  const PlanNode& node_;
  ExecState& state_;
  std::vector<std::unique_ptr<Series>> series_;
  std::int64_t given_ = 0;
};

// Appends one slot for each set-returning call. They advance together; one that has ended gives NULL until
// all have.
class ProjectSet final : public Operator {
 public:
  ProjectSet(const PlanNode& node, ExecState& state)
      : node_(node),
        state_(state),
        below_(MakeOperator(*node.left, state)),
        series_(node.expressions.size()) {}
  void Open(Row& row) override {
    below_->Open(row);
    in_row_ = false;
  }
  void Reset() override { below_->Reset(); }
  bool Next(Row& row) override {
    for (;;) {
      if (!in_row_) {
        if (!below_->Next(row)) return false;
        std::vector<Row> rows;
        for (std::size_t i = 0; i < series_.size(); ++i) {
          series_[i] = BeginSeries(*node_.expressions[i], state_.context, row, rows);
        }
        in_row_ = true;
      }
      if (NextOfAll(series_, row.begin() + node_.offset)) return true;
      in_row_ = false;
    }
  }

 private:
  const PlanNode& node_;
  ExecState& state_;
  OperatorPtr below_;
  std::vector<std::unique_ptr<Series>> series_;
  bool in_row_ = false;
};

}  // namespace

OperatorPtr MakeSource(const PlanNode& node, ExecState& state) {
  switch (node.kind) {
    case NodeKind::kOneRow:
      return std::make_unique<OneRow>();
    case NodeKind::kValues:
      return std::make_unique<Values>(node, state);
    case NodeKind::kCteScan:
      return std::make_unique<CteScan>(node, state);
    case NodeKind::kVirtualScan:
      return std::make_unique<VirtualScan>(node, state);
    case NodeKind::kSequenceScan:
      return std::make_unique<SequenceScan>(node, state);
    case NodeKind::kFunctionScan:
      return std::make_unique<FunctionScan>(node, state);
    default:
      ORDINAL_CHECK(node.kind == NodeKind::kProjectSet);
      return std::make_unique<ProjectSet>(node, state);
  }
}

namespace {

OperatorPtr MakeUnmeasured(const PlanNode& node, ExecState& state) {
  switch (node.kind) {
    case NodeKind::kTableScan:
      return MakeTableScan(node, state);
    case NodeKind::kFilter:
    case NodeKind::kProject:
    case NodeKind::kSubqueryScan:
    case NodeKind::kDistinctOn:
    case NodeKind::kLimit:
    case NodeKind::kNestedLoop:
      return MakePipe(node, state);
    case NodeKind::kSort:
    case NodeKind::kDistinct:
    case NodeKind::kMaterialize:
    case NodeKind::kSetOperation:
      return MakeBlocking(node, state);
    case NodeKind::kWindow:
      return MakeWindow(node, state);
    case NodeKind::kCteScope:
      return MakeCteScope(node, state);
    case NodeKind::kLockRows:
      return MakeLockRows(node, state);
    case NodeKind::kHashJoin:
      return MakeHashJoin(node, state);
    case NodeKind::kMergeJoin:
      return MakeMergeJoin(node, state);
    case NodeKind::kAggregate:
      return MakeAggregate(node, state);
    default:
      return MakeSource(node, state);
  }
}

}  // namespace

OperatorPtr MakeOperator(const PlanNode& node, ExecState& state) {
  OperatorPtr made = MakeUnmeasured(node, state);
  return state.actuals == nullptr ? std::move(made) : MakeMeasured(node, state, std::move(made));
}

}  // namespace ordinal::sql
