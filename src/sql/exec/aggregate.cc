// Groups rows and computes aggregates over them.
#include "sql/expr/aggregate.h"

#include <memory>
#include <utility>

#include "sql/exec/operator.h"
#include "sql/exec/row_set.h"

namespace ordinal::sql {
namespace {

class AggregateOperator final : public Operator {
 public:
  AggregateOperator(const PlanNode& node, ExecState& state)
      : node_(node),
        state_(state),
        below_(MakeOperator(*node.left, state)),
        input_(static_cast<std::size_t>(node.left->row_width)),
        groups_(KeyTypes(node)),
        key_(node.expressions.size()),
        calls_(node.aggregates.size()) {}
  void Open(Row&) override {
    below_->Open(input_);
    groups_.Clear();
    aggregators_.clear();
    collected_ = false;
    next_ = 0;
  }
  void Reset() override { below_->Reset(); }
  bool Next(Row& row) override {
    if (!collected_) Collect();
    if (next_ == groups_.rows().size()) return false;
    const Row& key = groups_.rows()[next_];
    std::copy(key.begin(), key.end(), row.begin());
    for (std::size_t i = 0; i < calls_; ++i) {
      row[key.size() + i] = aggregators_[next_ * calls_ + i]->Finish();
    }
    ++next_;
    return true;
  }

 private:
  static std::vector<TypeId> KeyTypes(const PlanNode& node) {
    std::vector<TypeId> types;
    for (const ExprPtr& key : node.expressions) types.push_back(key->type.id);
    return types;
  }

  void Collect() {
    // Without keys there is one group, even of no rows.
    if (key_.empty()) GroupOf(key_);
    while (below_->Next(input_)) {
      for (std::size_t i = 0; i < key_.size(); ++i)
        key_[i] = Evaluate(*node_.expressions[i], state_.context, input_);
      const std::size_t group = key_.empty() ? 0 : GroupOf(key_);
      for (std::size_t i = 0; i < calls_; ++i) {
        Add(node_.aggregates[i], *aggregators_[group * calls_ + i]);
      }
    }
    collected_ = true;
  }

  std::size_t GroupOf(const Row& key) {
    bool added = false;
    const std::size_t group = groups_.Add(key, added);
    if (!added) return group;
    for (const BoundAggregate& aggregate : node_.aggregates) {
      aggregators_.push_back(MakeAggregator(*aggregate.function, aggregate.use, &state_.context));
    }
    return group;
  }

  void Add(const BoundAggregate& aggregate, Aggregator& to) {
    if (aggregate.filter && !IsTrue(*aggregate.filter, state_.context, input_)) return;
    arguments_.clear();
    for (const ExprPtr& arg : aggregate.args) {
      arguments_.push_back(Evaluate(*arg, state_.context, input_));
    }
    to.Add(arguments_);
  }

  const PlanNode& node_;
  ExecState& state_;
  OperatorPtr below_;
  Row input_;
  RowSet groups_;
  Row key_;
  std::size_t calls_;
  Row arguments_;
  std::vector<std::unique_ptr<Aggregator>> aggregators_;  // those of one group lie together
  bool collected_ = false;
  std::size_t next_ = 0;
};

}  // namespace

OperatorPtr MakeAggregate(const PlanNode& node, ExecState& state) {
  return std::make_unique<AggregateOperator>(node, state);
}

}  // namespace ordinal::sql
