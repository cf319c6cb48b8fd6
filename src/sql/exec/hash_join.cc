// Joins by hash: keeps the rows of the right side by their keys, and looks up those of each row of the left.
#include <algorithm>
#include <utility>

#include "sql/exec/operator.h"
#include "sql/exec/row_set.h"

namespace ordinal::sql {
namespace {

constexpr std::size_t kNone = static_cast<std::size_t>(-1);

class HashJoin final : public Operator {
 public:
  HashJoin(const PlanNode& node, ExecState& state)
      : node_(node),
        state_(state),
        outer_(MakeOperator(*node.left, state)),
        inner_(MakeOperator(*node.right, state)),
        memory_(state.memory),
        keys_(KeyTypes(node)),
        key_(node.expressions.size()) {}
  void Open(Row& row) override {
    outer_->Open(row);
    in_row_ = false;
    after_outer_ = false;
    next_unmatched_ = 0;
    std::fill(matched_.begin(), matched_.end(), false);
  }
  void Reset() override {
    built_ = false;
    outer_->Reset();
    inner_->Reset();
  }
  bool Next(Row& row) override {
    while (!after_outer_) {
      if (!in_row_ && !BeginRow(row)) break;
      if (NextMatch(row)) return true;
      in_row_ = false;
      if (node_.join != JoinKind::kInner && !row_matched_) {
        ClearSlots(row, node_.inner_slots);
        return true;
      }
    }
    return node_.join == JoinKind::kFull && NextUnmatched(row);
  }

 private:
  static std::vector<TypeId> KeyTypes(const PlanNode& node) {
    std::vector<TypeId> types;
    for (const ExprPtr& key : node.inner_keys) types.push_back(key->type.id);
    return types;
  }

  // Reads the next row of the left side; false at its end. The right side is read when the left has a row.
  bool BeginRow(Row& row) {
    if (!outer_->Next(row)) {
      after_outer_ = true;
      if (node_.join == JoinKind::kFull && !built_) Build(row);
      return false;
    }
    if (!built_) {
      // Reading the right side must not disturb the row of the left.
      const Row kept = row;
      Build(row);
      row = kept;
    }
    state_.context.CheckCanceled();
    in_row_ = true;
    row_matched_ = false;
    candidate_ = EvaluateKey(node_.expressions, row) ? FirstOf(keys_.Find(key_)) : kNone;
    return true;
  }

  bool NextMatch(Row& row) {
    while (candidate_ != kNone) {
      const std::size_t at = candidate_;
      candidate_ = next_[at];
      Restore(row, at);
      if (node_.condition && !Passes(*node_.condition, state_.context, row)) continue;
      row_matched_ = true;
      matched_[at] = true;
      return true;
    }
    return false;
  }

  bool NextUnmatched(Row& row) {
    for (; next_unmatched_ < next_.size(); ++next_unmatched_) {
      if (matched_[next_unmatched_]) continue;
      ClearSlots(row, node_.outer_slots);
      Restore(row, next_unmatched_++);
      return true;
    }
    return false;
  }

  // A key with a NULL matches nothing.
  bool EvaluateKey(const std::vector<ExprPtr>& expressions, const Row& row) {
    for (std::size_t i = 0; i < expressions.size(); ++i) {
      key_[i] = Evaluate(*expressions[i], state_.context, row);
      if (key_[i].is_null()) return false;
    }
    return true;
  }

  std::size_t FirstOf(std::size_t key) const { return key == RowSet::kNone ? kNone : first_[key]; }

  void Build(Row& row) {
    built_ = true;
    memory_.Clear();
    keys_.Clear();
    kept_.clear();
    next_.clear();
    first_.clear();
    last_.clear();
    inner_->Open(row);
    while (inner_->Next(row)) {
      const bool has_key = EvaluateKey(node_.inner_keys, row);
      if (has_key || node_.join == JoinKind::kFull) Keep(row, has_key);
    }
    matched_.assign(next_.size(), false);
  }

  // Rows of one key are chained in the order in which they came.
  void Keep(const Row& row, bool has_key) {
    const std::size_t at = next_.size();
    memory_.AddRow(key_);
    for (const int slot : node_.inner_slots) kept_.push_back(row[static_cast<std::size_t>(slot)]);
    memory_.Add(node_.inner_slots.size() * sizeof(Value));
    next_.push_back(kNone);
    if (!has_key) return;
    bool added = false;
    const std::size_t key = keys_.Add(key_, added);
    if (added) {
      first_.push_back(at);
      last_.push_back(at);
    } else {
      next_[last_[key]] = at;
      last_[key] = at;
    }
  }

  void Restore(Row& row, std::size_t at) const {
    const Value* kept = kept_.data() + at * node_.inner_slots.size();
    for (const int slot : node_.inner_slots) row[static_cast<std::size_t>(slot)] = *kept++;
  }

  const PlanNode& node_;
  ExecState& state_;
  OperatorPtr outer_;
  OperatorPtr inner_;
  MemoryUse memory_;
  RowSet keys_;
  Row key_;
  std::vector<std::size_t> first_;  // by key
  std::vector<std::size_t> last_;
  std::vector<std::size_t> next_;  // by row of the right side
  std::vector<Value> kept_;
  std::vector<bool> matched_;
  std::size_t candidate_ = kNone;
  std::size_t next_unmatched_ = 0;
  bool built_ = false;
  bool in_row_ = false;
  bool row_matched_ = false;
  bool after_outer_ = false;
};

}  // namespace

OperatorPtr MakeHashJoin(const PlanNode& node, ExecState& state) {
  return std::make_unique<HashJoin>(node, state);
}

}  // namespace ordinal::sql
