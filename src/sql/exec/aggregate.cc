// Groups rows and computes aggregates over them.
#include <array>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "sql/exec/operator.h"
#include "sql/exec/row_set.h"
#include "types/cast.h"

namespace ordinal::sql {
namespace {

enum class AggregateCode : std::uint8_t { kCountRows, kCount, kSum, kAverage, kMin, kMax, kAnd, kOr };

// What one aggregate call needs, looked up once.
struct AggregatePlan {
  AggregateCode code = AggregateCode::kCount;
  const BoundAggregate* bound = nullptr;
  Type argument;
  Type result;
  const Function* add = nullptr;
  const Function* divide = nullptr;
};

AggregateCode CodeOf(const BoundAggregate& aggregate) {
  const std::string_view name = aggregate.function->name;
  if (name == "count") return aggregate.args.empty() ? AggregateCode::kCountRows : AggregateCode::kCount;
  if (name == "sum") return AggregateCode::kSum;
  if (name == "avg") return AggregateCode::kAverage;
  if (name == "min") return AggregateCode::kMin;
  if (name == "max") return AggregateCode::kMax;
  if (name == "bool_and" || name == "every") return AggregateCode::kAnd;
  if (name == "bool_or") return AggregateCode::kOr;
  base::ThrowUnsupported("this aggregate function");
}

AggregatePlan PlanAggregate(const BoundAggregate& aggregate) {
  AggregatePlan plan;
  plan.code = CodeOf(aggregate);
  plan.bound = &aggregate;
  if (!aggregate.args.empty()) plan.argument = aggregate.args.front()->type;
  plan.result = {aggregate.function->result};
  const std::array<TypeId, 2> both{plan.result.id, plan.result.id};
  if (plan.code == AggregateCode::kSum || plan.code == AggregateCode::kAverage) {
    plan.add = FindFunction("+", FunctionKind::kOperator, both);
  }
  if (plan.code == AggregateCode::kAverage) plan.divide = FindFunction("/", FunctionKind::kOperator, both);
  return plan;
}

struct Accumulator {
  std::int64_t count = 0;
  Value value;
  std::unique_ptr<RowSet> seen;  // DISTINCT
};

class AggregateOperator final : public Operator {
 public:
  AggregateOperator(const PlanNode& node, ExecState& state)
      : node_(node),
        state_(state),
        below_(MakeOperator(*node.left, state)),
        input_(static_cast<std::size_t>(node.left->row_width)),
        groups_(KeyTypes(node)),
        key_(node.expressions.size()) {
    for (const BoundAggregate& aggregate : node.aggregates) plans_.push_back(PlanAggregate(aggregate));
  }
  void Open(Row&) override {
    below_->Open(input_);
    groups_.Clear();
    accumulators_.clear();
    collected_ = false;
    next_ = 0;
  }
  void Reset() override { below_->Reset(); }
  bool Next(Row& row) override {
    if (!collected_) Collect();
    if (next_ == groups_.rows().size()) return false;
    const Row& key = groups_.rows()[next_];
    std::copy(key.begin(), key.end(), row.begin());
    for (std::size_t i = 0; i < plans_.size(); ++i) {
      row[key.size() + i] = Finish(plans_[i], accumulators_[next_ * plans_.size() + i]);
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
      for (std::size_t i = 0; i < plans_.size(); ++i)
        Add(plans_[i], accumulators_[group * plans_.size() + i]);
    }
    collected_ = true;
  }

  std::size_t GroupOf(const Row& key) {
    bool added = false;
    const std::size_t group = groups_.Add(key, added);
    if (added) accumulators_.resize(accumulators_.size() + plans_.size());
    return group;
  }

  void Add(const AggregatePlan& plan, Accumulator& to) {
    const BoundAggregate& bound = *plan.bound;
    if (bound.filter && !IsTrue(*bound.filter, state_.context, input_)) return;
    if (plan.code == AggregateCode::kCountRows) {
      ++to.count;
      return;
    }
    Value value = Evaluate(*bound.args.front(), state_.context, input_);
    if (value.is_null()) return;
    if (bound.distinct && !IsNew(plan, to, value)) return;
    ++to.count;
    Accumulate(plan, to, std::move(value));
  }

  static bool IsNew(const AggregatePlan& plan, Accumulator& to, const Value& value) {
    if (!to.seen) to.seen = std::make_unique<RowSet>(std::vector<TypeId>{plan.argument.id});
    bool added = false;
    to.seen->Add(Row{value}, added);
    return added;
  }

  void Accumulate(const AggregatePlan& plan, Accumulator& to, Value value) {
    const bool first = to.value.is_null();
    switch (plan.code) {
      case AggregateCode::kSum:
      case AggregateCode::kAverage:
        if (plan.argument.id != plan.result.id) {
          value = types::Cast(value, plan.argument, plan.result, types::CastContext::kExplicit,
                              state_.context.settings());
        }
        to.value = first ? std::move(value) : Call(*plan.add, std::move(to.value), std::move(value));
        break;
      case AggregateCode::kMin:
        if (first || types::Compare(value, to.value, plan.argument.id) < 0) to.value = std::move(value);
        break;
      case AggregateCode::kMax:
        if (first || types::Compare(value, to.value, plan.argument.id) > 0) to.value = std::move(value);
        break;
      case AggregateCode::kAnd:
        to.value = Value::Bool((first || to.value.AsBool()) && value.AsBool());
        break;
      case AggregateCode::kOr:
        to.value = Value::Bool((!first && to.value.AsBool()) || value.AsBool());
        break;
      default:
        break;
    }
  }

  Value Finish(const AggregatePlan& plan, Accumulator& from) {
    switch (plan.code) {
      case AggregateCode::kCountRows:
      case AggregateCode::kCount:
        return Value::Int(from.count);
      case AggregateCode::kAverage:
        if (from.count == 0) return {};
        return Call(*plan.divide, from.value,
                    types::Cast(Value::Int(from.count), {TypeId::kInt8}, plan.result,
                                types::CastContext::kExplicit, state_.context.settings()));
      default:
        return from.value;
    }
  }

  Value Call(const Function& function, Value left, Value right) {
    static const Expression kNoCall;
    std::array<Value, 2> args{std::move(left), std::move(right)};
    return function.code(state_.context, args, kNoCall);
  }

  const PlanNode& node_;
  ExecState& state_;
  OperatorPtr below_;
  Row input_;
  RowSet groups_;
  Row key_;
  std::vector<AggregatePlan> plans_;
  std::vector<Accumulator> accumulators_;  // those of one group lie together
  bool collected_ = false;
  std::size_t next_ = 0;
};

}  // namespace

OperatorPtr MakeAggregate(const PlanNode& node, ExecState& state) {
  return std::make_unique<AggregateOperator>(node, state);
}

}  // namespace ordinal::sql
