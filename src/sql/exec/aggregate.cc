// Groups rows and computes aggregates over them.
#include "sql/expr/aggregate.h"

#include <algorithm>
#include <memory>
#include <span>
#include <utility>

#include "sql/exec/operator.h"
#include "sql/exec/row_set.h"

namespace ordinal::sql {
namespace {

constexpr std::size_t kAggregatorBytes = 64;  // about what one keeps

class AggregateOperator final : public Operator {
 public:
  AggregateOperator(const PlanNode& node, ExecState& state)
      : node_(node),
        state_(state),
        below_(MakeOperator(*node.left, state)),
        input_(static_cast<std::size_t>(node.left->row_width)),
        memory_(state.memory),
        groups_(KeyTypes(node)),
        keys_(node.expressions.size()),
        key_(keys_),
        calls_(node.aggregates.size()),
        arguments_(calls_),
        evaluated_(calls_),
        counts_(calls_) {
    for (std::size_t i = 0; i < calls_; ++i) evaluated_[i].resize(node.aggregates[i].args.size());
  }
  void Open(Row&) override {
    below_->Open(input_);
    groups_.Clear();
    memory_.Clear();
    aggregators_.clear();
    collected_ = false;
    next_ = 0;
  }
  void Reset() override { below_->Reset(); }
  bool Next(Row& row) override {
    if (!collected_) Collect();
    if (next_ == groups_.rows().size()) return false;
    const Row& key = groups_.rows()[next_];
    auto to = std::copy_n(key.begin(), keys_, row.begin());
    for (std::size_t i = 0; i < calls_; ++i) *to++ = aggregators_[next_ * calls_ + i]->Finish();
    for (const std::vector<int>& asked : node_.groupings) *to++ = Value::Int(MaskOf(asked, key));
    ++next_;
    return true;
  }

 private:
  // Of grouping sets, the number of the set follows the keys.
  static std::vector<TypeId> KeyTypes(const PlanNode& node) {
    std::vector<TypeId> types;
    for (const ExprPtr& key : node.expressions) types.push_back(key->type.id);
    if (!node.grouping_sets.empty()) types.push_back(TypeId::kInt8);
    return types;
  }

  // What GROUPING answers: a bit for each key, set when the group's set leaves it out.
  std::int64_t MaskOf(const std::vector<int>& asked, const Row& key) const {
    std::int64_t mask = 0;
    for (const int number : asked) {
      const bool left_out =
          !node_.grouping_sets.empty() &&
          !IsIn(static_cast<std::size_t>(key.back().AsInt()), static_cast<std::size_t>(number));
      mask = mask << 1 | (left_out ? 1 : 0);
    }
    return mask;
  }

  bool IsIn(std::size_t set, std::size_t key) const {
    const std::vector<int>& members = node_.grouping_sets[set];
    return std::find(members.begin(), members.end(), static_cast<int>(key)) != members.end();
  }

  void Collect() {
    BeginEmpty();
    while (below_->Next(input_)) {
      for (std::size_t i = 0; i < keys_; ++i) {
        key_[i] = Evaluate(*node_.expressions[i], state_.context, input_);
      }
      EvaluateCalls();
      if (node_.grouping_sets.empty()) {
        AddTo(keys_ == 0 ? 0 : GroupOf(key_));
        continue;
      }
      for (std::size_t set = 0; set < node_.grouping_sets.size(); ++set) AddTo(GroupOf(KeyOfSet(set)));
    }
    collected_ = true;
  }

  // Without keys there is one group, even of no rows.
  void BeginEmpty() {
    if (node_.grouping_sets.empty() && keys_ == 0) GroupOf(key_);
    for (std::size_t set = 0; set < node_.grouping_sets.size(); ++set) {
      if (node_.grouping_sets[set].empty()) GroupOf(KeyOfSet(set));
    }
  }

  // The keys of the set, NULL in place of the others.
  const Row& KeyOfSet(std::size_t set) {
    set_key_.assign(keys_ + 1, Value());
    for (const int key : node_.grouping_sets[set]) {
      set_key_[static_cast<std::size_t>(key)] = key_[static_cast<std::size_t>(key)];
    }
    set_key_.back() = Value::Int(static_cast<std::int64_t>(set));
    return set_key_;
  }

  std::size_t GroupOf(const Row& key) {
    bool added = false;
    const std::size_t group = groups_.Add(key, added);
    if (!added) return group;
    memory_.AddRow(key);
    memory_.Add(calls_ * kAggregatorBytes);
    for (const BoundAggregate& aggregate : node_.aggregates) {
      aggregators_.push_back(MakeAggregator(*aggregate.function, aggregate.use, &state_.context));
    }
    return group;
  }

  // Computes the arguments of all calls, once for a row however many groups it falls in.
  void EvaluateCalls() {
    for (std::size_t i = 0; i < calls_; ++i) {
      const BoundAggregate& aggregate = node_.aggregates[i];
      counts_[i] = !aggregate.filter || IsTrue(*aggregate.filter, state_.context, input_);
      if (!counts_[i]) continue;
      if (aggregate.args.size() == 1 && IsColumn(*aggregate.args[0])) {
        arguments_[i] = {&input_[static_cast<std::size_t>(aggregate.args[0]->index)], 1};  // no copy
        continue;
      }
      for (std::size_t at = 0; at < aggregate.args.size(); ++at) {
        evaluated_[i][at] = Evaluate(*aggregate.args[at], state_.context, input_);
      }
      arguments_[i] = evaluated_[i];
    }
  }

  static bool IsColumn(const Expression& expression) {
    return expression.kind == ExprKind::kColumn && expression.level == 0;
  }

  void AddTo(std::size_t group) {
    for (std::size_t i = 0; i < calls_; ++i) {
      if (counts_[i]) aggregators_[group * calls_ + i]->Add(arguments_[i]);
    }
  }

  const PlanNode& node_;
  ExecState& state_;
  OperatorPtr below_;
  Row input_;
  MemoryUse memory_;
  RowSet groups_;
  std::size_t keys_;
  Row key_;
  Row set_key_;
  std::size_t calls_;
  std::vector<std::span<const Value>> arguments_;         // of the calls, for the current row
  std::vector<Row> evaluated_;                            // those that are no columns of it
  std::vector<bool> counts_;                              // whether FILTER lets the call see the row
  std::vector<std::unique_ptr<Aggregator>> aggregators_;  // those of one group lie together
  bool collected_ = false;
  std::size_t next_ = 0;
};

}  // namespace

OperatorPtr MakeAggregate(const PlanNode& node, ExecState& state) {
  return std::make_unique<AggregateOperator>(node, state);
}

}  // namespace ordinal::sql
