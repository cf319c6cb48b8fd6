// Operators that read all of their input before, or while, they give rows.
#include <algorithm>
#include <numeric>
#include <utility>

#include "base/check.h"
#include "sql/exec/operator.h"
#include "sql/exec/row_set.h"

namespace ordinal::sql {
namespace {

std::vector<TypeId> IdsOf(const std::vector<Type>& types) {
  std::vector<TypeId> ids;
  for (const Type& type : types) ids.push_back(type.id);
  return ids;
}

class Sort final : public Operator {
 public:
  Sort(const PlanNode& node, ExecState& state)
      : node_(node), state_(state), below_(MakeOperator(*node.left, state)), memory_(state.memory) {}
  void Open(Row& row) override {
    below_->Open(row);
    rows_.clear();
    keys_.clear();
    memory_.Clear();
    bound_ = kUnbounded;
    sorted_ = pruned_ = false;
  }
  void Bound(std::int64_t rows) override { bound_ = static_cast<std::size_t>(rows); }
  void Reset() override { below_->Reset(); }
  bool Next(Row& row) override {
    if (!sorted_) Collect(row);
    if (next_ == order_.size()) return false;
    row = rows_[order_[next_++]];
    return true;
  }

 private:
  void Collect(Row& row) {
    while (below_->Next(row)) {
      Row& key = keys_.emplace_back();
      key.reserve(node_.sort_keys.size());
      for (const PlanSortKey& sort_key : node_.sort_keys) {
        key.push_back(Evaluate(*sort_key.expression, state_.context, row));
      }
      // The last of the rows that are wanted, as far as is known: equal ones that come later lie behind it.
      if (pruned_ && !IsLess(key, keys_[bound_ - 1])) {
        keys_.pop_back();
        continue;
      }
      memory_.AddRow(key);
      memory_.AddRow(row);
      rows_.push_back(row);
      if (rows_.size() / 2 > std::max(bound_, kPruneMin)) Prune();
    }
    Order();
    next_ = 0;
    sorted_ = true;
  }

  // Keeps the first rows of those met so far, when no more will be asked for. They lie in order then, and in
  // front of later ones that are equal.
  void Prune() {
    Order();
    order_.resize(std::min(bound_, order_.size()));
    std::vector<Row> rows;
    std::vector<Row> keys;
    memory_.Clear();
    for (const std::size_t at : order_) {
      memory_.AddRow(rows_[at]);
      memory_.AddRow(keys_[at]);
      rows.push_back(std::move(rows_[at]));
      keys.push_back(std::move(keys_[at]));
    }
    rows_ = std::move(rows);
    keys_ = std::move(keys);
    pruned_ = bound_ > 0;
  }

  void Order() {
    state_.context.CheckCanceled();
    order_.resize(rows_.size());
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    std::stable_sort(order_.begin(), order_.end(),
                     [this](std::size_t a, std::size_t b) { return IsLess(keys_[a], keys_[b]); });
  }
  bool IsLess(const Row& a, const Row& b) const {
    for (std::size_t i = 0; i < node_.sort_keys.size(); ++i) {
      const PlanSortKey& key = node_.sort_keys[i];
      if (a[i].is_null() || b[i].is_null()) {
        if (a[i].is_null() && b[i].is_null()) continue;
        return a[i].is_null() == key.nulls_first;
      }
      const int order = types::Compare(a[i], b[i], key.expression->type.id);
      if (order != 0) return key.descending ? order > 0 : order < 0;
    }
    return false;
  }

  static constexpr std::size_t kUnbounded = static_cast<std::size_t>(-1);
  static constexpr std::size_t kPruneMin = 1000;
  const PlanNode& node_;
  ExecState& state_;
  OperatorPtr below_;
  MemoryUse memory_;
  std::size_t bound_ = kUnbounded;
  std::vector<Row> rows_;
  std::vector<Row> keys_;
  std::vector<std::size_t> order_;
  std::size_t next_ = 0;
  bool sorted_ = false;
  bool pruned_ = false;  // the first rows are in order, as many as are wanted
};

class Distinct final : public Operator {
 public:
  Distinct(const PlanNode& node, ExecState& state)
      : below_(MakeOperator(*node.left, state)), memory_(state.memory), seen_(IdsOf(node.types)) {}
  void Open(Row& row) override {
    below_->Open(row);
    memory_.Clear();
    seen_.Clear();
  }
  void Reset() override { below_->Reset(); }
  bool Next(Row& row) override {
    while (below_->Next(row)) {
      bool added = false;
      seen_.Add(row, added);
      if (!added) continue;
      memory_.AddRow(row);
      return true;
    }
    return false;
  }

 private:
  OperatorPtr below_;
  MemoryUse memory_;
  RowSet seen_;
};

// Keeps the slots that its source filled, for the passes after the first.
class Materialize final : public Operator {
 public:
  Materialize(const PlanNode& node, ExecState& state)
      : offset_(static_cast<std::size_t>(node.offset)),
        width_(static_cast<std::size_t>(node.width)),
        below_(MakeOperator(*node.left, state)),
        memory_(state.memory) {}
  void Open(Row& row) override {
    next_ = 0;
    if (complete_) return;
    memory_.Clear();
    kept_.clear();
    rows_ = 0;
    below_->Open(row);
  }
  void Reset() override {
    complete_ = false;
    below_->Reset();
  }
  bool Next(Row& row) override {
    if (complete_) {
      if (next_ == rows_) return false;
      std::copy_n(kept_.begin() + static_cast<std::ptrdiff_t>(next_ * width_), width_,
                  row.begin() + static_cast<std::ptrdiff_t>(offset_));
      ++next_;
      return true;
    }
    if (!below_->Next(row)) {
      complete_ = true;
      next_ = rows_;
      return false;
    }
    const auto first = row.begin() + static_cast<std::ptrdiff_t>(offset_);
    memory_.AddRow(Row(first, first + static_cast<std::ptrdiff_t>(width_)));
    kept_.insert(kept_.end(), first, first + static_cast<std::ptrdiff_t>(width_));
    ++rows_;
    return true;
  }

 private:
  std::size_t offset_;
  std::size_t width_;
  OperatorPtr below_;
  MemoryUse memory_;
  std::vector<Value> kept_;
  std::size_t rows_ = 0;
  std::size_t next_ = 0;
  bool complete_ = false;
};

class SetOperator final : public Operator {
 public:
  SetOperator(const PlanNode& node, ExecState& state)
      : node_(node),
        left_(MakeOperator(*node.left, state)),
        right_(MakeOperator(*node.right, state)),
        seen_(IdsOf(node.types)),
        right_rows_(IdsOf(node.types)) {}
  void Open(Row& row) override {
    left_->Open(row);
    right_->Open(row);
    seen_.Clear();
    right_rows_.Clear();
    right_counts_.clear();
    on_right_ = false;
    collected_ = false;
  }
  void Reset() override {
    left_->Reset();
    right_->Reset();
  }
  bool Next(Row& row) override {
    return node_.set_operation == SetOperation::kUnion ? NextUnion(row) : NextMatch(row);
  }

 private:
  bool NextUnion(Row& row) {
    for (;;) {
      if (!(on_right_ ? right_ : left_)->Next(row)) {
        if (on_right_) return false;
        on_right_ = true;
        continue;
      }
      bool added = true;
      if (!node_.set_all) seen_.Add(row, added);
      if (added) return true;
    }
  }
  // INTERSECT keeps left rows that the right side has, EXCEPT those that it has not; ALL pairs them one to
  // one.
  bool NextMatch(Row& row) {
    if (!collected_) CollectRight(row);
    const bool wants_match = node_.set_operation == SetOperation::kIntersect;
    while (left_->Next(row)) {
      const std::size_t at = right_rows_.Find(row);
      bool matches = at != RowSet::kNone && right_counts_[at] > 0;
      if (matches && node_.set_all) --right_counts_[at];
      if (matches != wants_match) continue;
      bool added = true;
      if (!node_.set_all) seen_.Add(row, added);
      if (added) return true;
    }
    return false;
  }
  void CollectRight(Row& row) {
    while (right_->Next(row)) {
      bool added = false;
      const std::size_t at = right_rows_.Add(row, added);
      if (added) right_counts_.push_back(0);
      ++right_counts_[at];
    }
    collected_ = true;
  }

  const PlanNode& node_;
  OperatorPtr left_;
  OperatorPtr right_;
  RowSet seen_;
  RowSet right_rows_;
  std::vector<std::uint64_t> right_counts_;
  bool on_right_ = false;
  bool collected_ = false;
};

}  // namespace

OperatorPtr MakeBlocking(const PlanNode& node, ExecState& state) {
  switch (node.kind) {
    case NodeKind::kSort:
      return std::make_unique<Sort>(node, state);
    case NodeKind::kDistinct:
      return std::make_unique<Distinct>(node, state);
    case NodeKind::kMaterialize:
      return std::make_unique<Materialize>(node, state);
    default:
      ORDINAL_CHECK(node.kind == NodeKind::kSetOperation);
      return std::make_unique<SetOperator>(node, state);
  }
}

}  // namespace ordinal::sql
