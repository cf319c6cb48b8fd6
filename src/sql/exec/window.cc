// Computes window functions over sorted rows, one partition after the other.
#include <algorithm>
#include <memory>
#include <utility>

#include "base/error.h"
#include "sql/exec/operator.h"
#include "sql/expr/aggregate.h"
#include "types/compare.h"
#include "types/datetime.h"
#include "types/numeric.h"

namespace ordinal::sql {
namespace {

using base::Error;

constexpr base::SqlState kInvalidFrameOffset{"22013"};
constexpr base::SqlState kInvalidNtileArgument{"22014"};
constexpr base::SqlState kInvalidNthValueArgument{"22016"};

// Positions in the partition: from begin up to, but without, end.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
};

// The rows of a partition, and which of them are peers.
struct Partition {
  std::vector<Row> rows;
  std::vector<Row> order_keys;
  std::vector<std::size_t> group_of;     // by row
  std::vector<std::size_t> group_start;  // by group, and the end of all rows

  Span Peers(std::size_t row) const { return {group_start[group_of[row]], group_start[group_of[row] + 1]}; }
  std::size_t groups() const { return group_start.size() - 1; }
};

class WindowOperator final : public Operator {
 public:
  WindowOperator(const PlanNode& node, ExecState& state)
      : node_(node),
        state_(state),
        window_(*node.window),
        below_(MakeOperator(*node.left, state)),
        memory_(state.memory),
        calls_(node.window_calls.size()) {}
  void Open(Row& row) override {
    below_->Open(row);
    Begin();
  }
  void Reset() override { below_->Reset(); }
  bool Next(Row& row) override {
    if (at_ == partition_.rows.size() && !ReadPartition(row)) return false;
    row = partition_.rows[at_];
    for (std::size_t i = 0; i < calls_.size(); ++i) {
      row[static_cast<std::size_t>(node_.window_calls[i].slot)] = Compute(node_.window_calls[i], calls_[i]);
    }
    ++at_;
    return true;
  }

 private:
  // What one call remembers within a partition.
  struct CallState {
    std::unique_ptr<Aggregator> aggregator;
    Span added;  // what the aggregator holds
    Value last;  // its answer
    bool has_last = false;
    std::int64_t buckets = 0;  // of ntile
    bool buckets_known = false;
  };

  void Begin() {
    partition_ = {};
    at_ = 0;
    has_ahead_ = false;
    ended_ = false;
    offsets_known_ = false;
  }

  bool ReadPartition(Row& row) {
    if (!offsets_known_) ReadOffsets();
    partition_ = {};
    memory_.Clear();
    at_ = 0;
    for (CallState& call : calls_) call = {};
    if (!has_ahead_ && !ReadAhead(row)) return false;
    Row key = ahead_key_;
    do {
      memory_.AddRow(ahead_);
      memory_.AddRow(ahead_order_);
      partition_.rows.push_back(std::move(ahead_));
      partition_.order_keys.push_back(std::move(ahead_order_));
      has_ahead_ = false;
    } while (ReadAhead(row) && SameKey(key, ahead_key_));
    FindPeers();
    state_.context.CheckCanceled();
    return true;
  }

  bool ReadAhead(Row& row) {
    if (ended_ || !below_->Next(row)) {
      ended_ = true;
      return false;
    }
    ahead_ = row;
    ahead_key_.clear();
    ahead_order_.clear();
    for (const ExprPtr& key : window_.partition) {
      ahead_key_.push_back(Evaluate(*key, state_.context, row));
    }
    for (const SortKey& key : window_.order) {
      ahead_order_.push_back(Evaluate(*key.expression, state_.context, row));
    }
    has_ahead_ = true;
    return true;
  }

  static bool SameValue(const Value& a, const Value& b, TypeId type) {
    if (a.is_null() || b.is_null()) return a.is_null() && b.is_null();
    return types::Compare(a, b, type) == 0;
  }
  bool SameKey(const Row& a, const Row& b) const {
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (!SameValue(a[i], b[i], window_.partition[i]->type.id)) return false;
    }
    return true;
  }
  bool ArePeers(const Row& a, const Row& b) const {
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (!SameValue(a[i], b[i], window_.order[i].expression->type.id)) return false;
    }
    return true;
  }

  void FindPeers() {
    const std::size_t rows = partition_.rows.size();
    for (std::size_t i = 0; i < rows; ++i) {
      if (i == 0 || !ArePeers(partition_.order_keys[i - 1], partition_.order_keys[i])) {
        partition_.group_start.push_back(i);
      }
      partition_.group_of.push_back(partition_.group_start.size() - 1);
    }
    partition_.group_start.push_back(rows);
  }

  // Frames.

  void ReadOffsets() {
    offsets_known_ = true;
    start_offset_ = ReadOffset(window_.frame.start_offset, "starting");
    end_offset_ = ReadOffset(window_.frame.end_offset, "ending");
  }
  Value ReadOffset(const ExprPtr& expression, const char* which) {
    if (!expression) return Value();
    Value offset = Evaluate(*expression, state_.context, {});
    if (!offset.is_null() && IsTimeOfDay()) offset = TimeOf(offset.AsInterval());
    if (offset.is_null()) {
      throw Error(base::sqlstate::kNullValueNotAllowed,
                  "frame " + std::string(which) + " offset must not be null");
    }
    const bool is_range = window_.frame.mode == FrameMode::kRange;
    if (is_range && IsNegative(offset, expression->type.id)) {
      throw Error(kInvalidFrameOffset, "invalid preceding or following size in window function");
    }
    if (!is_range && offset.AsInt() < 0) {
      throw Error(kInvalidFrameOffset, "frame " + std::string(which) + " offset must not be negative");
    }
    return offset;
  }
  // Whether the frame is one of RANGE with an offset over time or timetz.
  bool IsTimeOfDay() const {
    if (window_.frame.mode != FrameMode::kRange) return false;
    const TypeId type = window_.order.front().expression->type.id;
    return type == TypeId::kTime || type == TypeId::kTimetz;
  }
  // What an offset is to times of day: its days and months do not count. No two times are so far apart as the
  // longest one given, which therefore does for longer ones.
  static Value TimeOf(const types::Interval& offset) {
    constexpr std::int64_t kLongest = 100 * types::kMicrosPerHour;
    return Value::OfInterval({.micros = std::min(offset.micros, kLongest)});
  }
  static Value MoveTime(const Value& time, const types::Interval& offset, bool subtracts) {
    const std::int64_t distance = subtracts ? -offset.micros : offset.micros;
    if (time.kind() == Value::Kind::kInt) return Value::Int(time.AsInt() + distance);
    types::Interval moved = time.AsInterval();
    moved.micros += distance;
    return Value::OfInterval(moved);
  }
  static bool IsNegative(const Value& value, TypeId type) {
    switch (value.kind()) {
      case Value::Kind::kInt:
        return value.AsInt() < 0;
      case Value::Kind::kDouble:
        return !(value.AsDouble() >= 0);
      case Value::Kind::kNumeric:
        return types::Compare(value, Value::OfNumeric(types::Numeric::FromInt64(0)), type) < 0;
      case Value::Kind::kInterval:
        return types::Compare(value, Value::OfInterval({}), type) < 0;
      default:
        return false;
    }
  }

  // The position `offset` steps from `at`, between zero and `size`.
  static std::size_t Step(std::size_t at, std::int64_t offset, bool forward, std::size_t size) {
    const auto distance = static_cast<std::size_t>(offset);
    if (forward) return distance > size - std::min(at, size) ? size : at + distance;
    return distance > at ? 0 : at - distance;
  }

  std::size_t FrameBegin(std::size_t row) {
    const WindowFrame& frame = window_.frame;
    if (frame.start == FrameBound::kUnboundedPreceding) return 0;
    const bool forward = frame.start == FrameBound::kFollowing;
    switch (frame.mode) {
      case FrameMode::kRows:
        return frame.start == FrameBound::kCurrentRow
                   ? row
                   : Step(row, start_offset_.AsInt(), forward, partition_.rows.size());
      case FrameMode::kGroups: {
        const std::size_t group = partition_.group_of[row];
        return partition_.group_start[frame.start == FrameBound::kCurrentRow
                                          ? group
                                          : Step(group, start_offset_.AsInt(), forward, partition_.groups())];
      }
      case FrameMode::kRange:
        break;
    }
    if (frame.start == FrameBound::kCurrentRow) return partition_.Peers(row).begin;
    return RangeBound(row, frame.start, *frame.start_limit, start_offset_, false);
  }

  std::size_t FrameEnd(std::size_t row) {
    const WindowFrame& frame = window_.frame;
    const std::size_t rows = partition_.rows.size();
    if (frame.end == FrameBound::kUnboundedFollowing) return rows;
    const bool forward = frame.end == FrameBound::kFollowing;
    switch (frame.mode) {
      case FrameMode::kRows:
        if (frame.end == FrameBound::kCurrentRow) return row + 1;
        // One beyond the last row; nothing where that lies before the first.
        if (!forward && static_cast<std::size_t>(end_offset_.AsInt()) > row) return 0;
        return std::min(rows, Step(row, end_offset_.AsInt(), forward, rows) + 1);
      case FrameMode::kGroups: {
        const std::size_t group = partition_.group_of[row];
        if (frame.end == FrameBound::kCurrentRow) return partition_.group_start[group + 1];
        if (!forward && static_cast<std::size_t>(end_offset_.AsInt()) > group) return 0;
        const std::size_t last = Step(group, end_offset_.AsInt(), forward, partition_.groups());
        return partition_.group_start[std::min(last + 1, partition_.groups())];
      }
      case FrameMode::kRange:
        break;
    }
    if (frame.end == FrameBound::kCurrentRow) return partition_.Peers(row).end;
    return RangeBound(row, frame.end, *frame.end_limit, end_offset_, true);
  }

  // The first row at or beyond the value that `limit` computes from the row's; with `after`, the first
  // beyond. NULLs lie in the range of NULLs only.
  std::size_t RangeBound(std::size_t row, FrameBound kind, const Expression& limit, const Value& offset,
                         bool after) {
    const SortKey& key = window_.order.front();
    const Value& current = partition_.order_keys[row].front();
    Value bound;
    if (!current.is_null()) bound = Evaluate(limit, state_.context, Row{current, offset});
    if (!current.is_null() && IsTimeOfDay()) {
      bound = MoveTime(bound, offset.AsInterval(), (kind == FrameBound::kPreceding) != key.descending);
    }
    const auto lies_before = [&](const Row& other_key) {
      const Value& other = other_key.front();
      if (other.is_null() || current.is_null()) {
        if (key.nulls_first) return after ? other.is_null() : other.is_null() && !current.is_null();
        return after ? current.is_null() : current.is_null() && !other.is_null();
      }
      const Value compared = Evaluate(*window_.frame.compared, state_.context, Row{other});
      int order = types::Compare(compared, bound, limit.type.id);
      if (key.descending) order = -order;
      return after ? order <= 0 : order < 0;
    };
    const auto& keys = partition_.order_keys;
    return static_cast<std::size_t>(std::partition_point(keys.begin(), keys.end(), lies_before) -
                                    keys.begin());
  }

  Span FrameOf(std::size_t row) {
    const Span frame{FrameBegin(row), FrameEnd(row)};
    return frame.end <= frame.begin ? Span{frame.begin, frame.begin} : frame;
  }

  bool IsExcluded(std::size_t row, std::size_t current) const {
    switch (window_.frame.exclusion) {
      case FrameExclusion::kNone:
        return false;
      case FrameExclusion::kCurrentRow:
        return row == current;
      case FrameExclusion::kGroup:
        return partition_.group_of[row] == partition_.group_of[current];
      case FrameExclusion::kTies:
        return row != current && partition_.group_of[row] == partition_.group_of[current];
    }
    return false;
  }

  // Calls.

  Value Compute(const BoundWindowCall& call, CallState& state) {
    if (call.function->kind == FunctionKind::kAggregate) return Aggregate(call, state);
    const std::string_view name = call.function->name;
    const auto rows = static_cast<std::int64_t>(partition_.rows.size());
    const std::size_t group = partition_.group_of[at_];
    const auto rank = static_cast<std::int64_t>(partition_.group_start[group]) + 1;
    if (name == "row_number") return Value::Int(static_cast<std::int64_t>(at_) + 1);
    if (name == "rank") return Value::Int(rank);
    if (name == "dense_rank") return Value::Int(static_cast<std::int64_t>(group) + 1);
    if (name == "percent_rank") {
      return Value::Double(rows > 1 ? static_cast<double>(rank - 1) / static_cast<double>(rows - 1) : 0);
    }
    if (name == "cume_dist") {
      return Value::Double(static_cast<double>(partition_.group_start[group + 1]) /
                           static_cast<double>(rows));
    }
    if (name == "ntile") return Ntile(call, state);
    if (name == "lag" || name == "lead") return Shifted(call, name == "lead");
    return InFrame(call, name);
  }

  Value Argument(const BoundWindowCall& call, std::size_t number, std::size_t row) {
    return Evaluate(*call.args[number], state_.context, partition_.rows[row]);
  }

  Value Ntile(const BoundWindowCall& call, CallState& state) {
    if (!state.buckets_known) {
      const Value count = Argument(call, 0, at_);
      if (count.is_null()) return Value();
      if (count.AsInt() <= 0) {
        throw Error(kInvalidNtileArgument, "argument of ntile must be greater than zero");
      }
      state.buckets = count.AsInt();
      state.buckets_known = true;
    }
    // The first of the buckets have one row more than the others.
    const auto rows = static_cast<std::int64_t>(partition_.rows.size());
    const std::int64_t size = rows / state.buckets;
    const std::int64_t larger = rows % state.buckets;
    const auto row = static_cast<std::int64_t>(at_);
    if (row < larger * (size + 1)) return Value::Int(row / (size + 1) + 1);
    return Value::Int(larger + (row - larger * (size + 1)) / size + 1);
  }

  Value Shifted(const BoundWindowCall& call, bool forward) {
    std::int64_t offset = 1;
    if (call.args.size() > 1) {
      const Value given = Argument(call, 1, at_);
      if (given.is_null()) return Value();
      offset = given.AsInt();
    }
    const std::int64_t target = static_cast<std::int64_t>(at_) + (forward ? offset : -offset);
    if (target >= 0 && target < static_cast<std::int64_t>(partition_.rows.size())) {
      return Argument(call, 0, static_cast<std::size_t>(target));
    }
    return call.args.size() > 2 ? Argument(call, 2, at_) : Value();
  }

  // first_value, last_value and nth_value.
  Value InFrame(const BoundWindowCall& call, std::string_view name) {
    std::int64_t wanted = 1;
    if (name == "nth_value") {
      const Value given = Argument(call, 1, at_);
      if (given.is_null()) return Value();
      wanted = given.AsInt();
      if (wanted <= 0) {
        throw Error(kInvalidNthValueArgument, "argument of nth_value must be greater than zero");
      }
    }
    const Span frame = FrameOf(at_);
    const bool from_end = name == "last_value";
    for (std::size_t i = 0; i < frame.end - frame.begin; ++i) {
      const std::size_t row = from_end ? frame.end - 1 - i : frame.begin + i;
      if (!IsExcluded(row, at_) && --wanted == 0) return Argument(call, 0, row);
    }
    return Value();
  }

  // Rows are added to what is there while the frame only grows at its end; else the sum begins anew.
  Value Aggregate(const BoundWindowCall& call, CallState& state) {
    const Span frame = FrameOf(at_);
    const bool excludes = window_.frame.exclusion != FrameExclusion::kNone;
    const bool grows =
        state.aggregator && !excludes && frame.begin == state.added.begin && frame.end >= state.added.end;
    if (!grows) {
      state.aggregator = MakeAggregator(*call.function, call.use);
      state.added = {frame.begin, frame.begin};
      state.has_last = false;
    }
    if (state.has_last && state.added.end == frame.end) return state.last;
    for (std::size_t row = state.added.end; row < frame.end; ++row) {
      if (IsExcluded(row, at_)) continue;
      const Row& from = partition_.rows[row];
      if (call.filter && !IsTrue(*call.filter, state_.context, from)) continue;
      arguments_.clear();
      for (const ExprPtr& arg : call.args) arguments_.push_back(Evaluate(*arg, state_.context, from));
      state.aggregator->Add(arguments_);
    }
    state.added = frame;
    state.last = state.aggregator->Finish();
    state.has_last = true;
    return state.last;
  }

  const PlanNode& node_;
  ExecState& state_;
  const BoundWindow& window_;
  OperatorPtr below_;
  MemoryUse memory_;
  std::vector<CallState> calls_;
  Partition partition_;
  std::size_t at_ = 0;
  Row ahead_;
  Row ahead_key_;
  Row ahead_order_;
  bool has_ahead_ = false;
  bool ended_ = false;
  bool offsets_known_ = false;
  Value start_offset_;
  Value end_offset_;
  Row arguments_;
};

}  // namespace

OperatorPtr MakeWindow(const PlanNode& node, ExecState& state) {
  return std::make_unique<WindowOperator>(node, state);
}

}  // namespace ordinal::sql
