// Joins two sides that come in the order of their keys: reads both once, and keeps the rows of one key.
#include <algorithm>
#include <utility>

#include "sql/exec/operator.h"
#include "types/compare.h"

namespace ordinal::sql {
namespace {

class MergeJoin final : public Operator {
 public:
  MergeJoin(const PlanNode& node, ExecState& state)
      : node_(node),
        state_(state),
        outer_(MakeOperator(*node.left, state)),
        inner_(MakeOperator(*node.right, state)),
        memory_(state.memory),
        inner_row_(static_cast<std::size_t>(node.row_width)) {}

  void Open(Row& row) override {
    outer_->Open(row);
    inner_opened_ = inner_ended_ = in_row_ = false;
    ForgetGroup();
  }
  void Reset() override {
    outer_->Reset();
    inner_->Reset();
  }
  bool Next(Row& row) override {
    for (;;) {
      if (!in_row_) {
        if (!outer_->Next(row)) return false;
        state_.context.CheckCanceled();
        in_row_ = true;
        matched_ = false;
        matches_ = FindGroup(row);
        at_ = 0;
      }
      while (matches_ && at_ < members_) {
        Restore(row, at_++);
        if (node_.condition && !Passes(*node_.condition, state_.context, row)) continue;
        matched_ = true;
        return true;
      }
      in_row_ = false;
      if (node_.join == JoinKind::kLeft && !matched_) {
        ClearSlots(row, node_.inner_slots);
        return true;
      }
    }
  }

 private:
  // A key with a NULL matches nothing.
  bool EvaluateKey(const std::vector<ExprPtr>& expressions, const Row& row, Row& key) {
    key.clear();
    for (const ExprPtr& expression : expressions) {
      key.push_back(Evaluate(*expression, state_.context, row));
      if (key.back().is_null()) return false;
    }
    return true;
  }

  int Order(const Row& left, const Row& right) const {
    for (std::size_t i = 0; i < left.size(); ++i) {
      const int order = types::Compare(left[i], right[i], node_.inner_keys[i]->type.id);
      if (order != 0) return order;
    }
    return 0;
  }

  // Goes on to the rows of the right side that have the key of this row; false when there are none.
  bool FindGroup(const Row& row) {
    if (!EvaluateKey(node_.expressions, row, outer_key_)) return false;
    if (members_ > 0) {
      const int order = Order(group_key_, outer_key_);
      if (order >= 0) return order == 0;
    }
    ForgetGroup();
    if (!inner_opened_) {
      inner_->Open(inner_row_);
      inner_opened_ = true;
      ReadInner();
    }
    while (!inner_ended_ && Order(inner_key_, outer_key_) < 0) ReadInner();
    if (inner_ended_ || Order(inner_key_, outer_key_) != 0) return false;
    group_key_ = inner_key_;
    while (!inner_ended_ && Order(inner_key_, group_key_) == 0) Keep();
    return true;
  }

  // Reads the next row of the right side that has a key.
  void ReadInner() {
    do {
      state_.context.CheckCanceled();
      inner_ended_ = !inner_->Next(inner_row_);
    } while (!inner_ended_ && !EvaluateKey(node_.inner_keys, inner_row_, inner_key_));
  }

  void Keep() {
    for (const int slot : node_.inner_slots) kept_.push_back(inner_row_[static_cast<std::size_t>(slot)]);
    memory_.Add(node_.inner_slots.size() * sizeof(Value));
    ++members_;
    ReadInner();
  }

  void ForgetGroup() {
    memory_.Clear();
    kept_.clear();
    members_ = 0;
  }

  void Restore(Row& row, std::size_t member) const {
    const Value* kept = kept_.data() + member * node_.inner_slots.size();
    for (const int slot : node_.inner_slots) row[static_cast<std::size_t>(slot)] = *kept++;
  }

  const PlanNode& node_;
  ExecState& state_;
  OperatorPtr outer_;
  OperatorPtr inner_;
  MemoryUse memory_;
  Row inner_row_;  // the first one behind the group
  Row inner_key_;
  Row outer_key_;
  Row group_key_;
  std::vector<Value> kept_;  // the group: rows of the right side with one key
  std::size_t members_ = 0;
  std::size_t at_ = 0;
  bool inner_opened_ = false;
  bool inner_ended_ = false;
  bool in_row_ = false;
  bool matches_ = false;
  bool matched_ = false;
};

}  // namespace

OperatorPtr MakeMergeJoin(const PlanNode& node, ExecState& state) {
  return std::make_unique<MergeJoin>(node, state);
}

}  // namespace ordinal::sql
