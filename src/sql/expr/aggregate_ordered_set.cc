// percentile_cont(), percentile_disc(), mode(), and rank() and kin of a row that is not there.
#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "base/error.h"
#include "sql/expr/aggregate_kinds.h"
#include "types/array.h"
#include "types/compare.h"
#include "types/datetime.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;
using T = TypeId;

// As %g prints it.
std::string ShowFraction(double fraction) {
  if (std::isnan(fraction)) return "NaN";
  char text[32];
  std::snprintf(text, sizeof text, "%g", fraction);
  return text;
}

double FractionOf(const Value& value) {
  const double fraction = value.AsDouble();
  if (fraction >= 0 && fraction <= 1) return fraction;
  throw Error(sqlstate::kNumericValueOutOfRange,
              "percentile value " + ShowFraction(fraction) + " is not between 0 and 1");
}

Value Between(const Value& low, const Value& high, double share, TypeId type) {
  if (type == T::kInterval) {
    const types::Interval difference = high.AsInterval() - low.AsInterval();
    return Value::OfInterval(low.AsInterval() + types::Multiply(difference, share));
  }
  return Value::Double(low.AsDouble() + share * (high.AsDouble() - low.AsDouble()));
}

// Takes the rows in order: a fraction, or an array of them, and the value.
class Percentile final : public Aggregator {
 public:
  Percentile(bool continuous, TypeId type) : continuous_(continuous), type_(type) {}

  void Add(std::span<const Value> args) override {
    if (!asked_) asked_ = args[0];
    if (!args[1].is_null()) values_.push_back(args[1]);
  }
  Value Finish() override {
    if (!asked_ || asked_->is_null()) return Value();
    if (asked_->kind() != Value::Kind::kArray) return At(*asked_);
    if (values_.empty()) return Value();
    return types::MapArray(asked_->AsArray(), type_, [this](const Value& fraction) { return At(fraction); });
  }

 private:
  Value At(const Value& asked) const {
    if (asked.is_null()) return Value();
    const double fraction = FractionOf(asked);
    if (values_.empty()) return Value();
    const auto count = static_cast<double>(values_.size());
    if (!continuous_) {
      const auto row = static_cast<std::size_t>(std::ceil(fraction * count));
      return values_[row == 0 ? 0 : row - 1];
    }
    const double place = fraction * (count - 1);
    const auto first = static_cast<std::size_t>(std::floor(place));
    const auto second = static_cast<std::size_t>(std::ceil(place));
    if (first == second) return values_[first];
    return Between(values_[first], values_[second], place - static_cast<double>(first), type_);
  }

  bool continuous_;
  TypeId type_;
  std::optional<Value> asked_;
  std::vector<Value> values_;
};

// The value that comes most often; of several the first.
class Mode final : public Aggregator {
 public:
  explicit Mode(TypeId type) : type_(type) {}

  void Add(std::span<const Value> args) override {
    const Value& value = args[0];
    if (value.is_null()) return;
    if (count_ > 0 && types::Compare(value, last_, type_) == 0) {
      ++count_;
    } else {
      last_ = value;
      count_ = 1;
    }
    if (count_ <= most_) return;
    most_ = count_;
    mode_ = last_;
  }
  Value Finish() override { return mode_; }

 private:
  TypeId type_;
  Value last_;
  Value mode_;
  std::uint64_t count_ = 0;
  std::uint64_t most_ = 0;
};

// Where the row of the direct arguments would stand among the others. Takes the rows in order.
class Hypothetical final : public Aggregator {
 public:
  Hypothetical(std::string_view name, std::vector<AggregateOrder> order)
      : name_(name), order_(std::move(order)) {}

  void Add(std::span<const Value> args) override {
    ++rows_;
    const std::span<const Value> direct = args.first(order_.size());
    const std::span<const Value> row = args.subspan(order_.size());
    const int order = CompareRows(row, direct);
    if (order > 0) return;
    if (order == 0) {
      ++peers_;
      return;
    }
    ++before_;
    if (last_.empty() || CompareRows(last_, row) != 0) ++distinct_before_;
    last_.assign(row.begin(), row.end());
  }
  Value Finish() override {
    if (name_ == "rank") return Value::Int(before_ + 1);
    if (name_ == "dense_rank") return Value::Int(distinct_before_ + 1);
    if (name_ == "cume_dist") {
      return Value::Double(static_cast<double>(before_ + peers_ + 1) / static_cast<double>(rows_ + 1));
    }
    return Value::Double(rows_ == 0 ? 0 : static_cast<double>(before_) / static_cast<double>(rows_));
  }

 private:
  int CompareRows(std::span<const Value> left, std::span<const Value> right) const {
    for (std::size_t i = 0; i < order_.size(); ++i) {
      const AggregateOrder& key = order_[i];
      if (left[i].is_null() && right[i].is_null()) continue;
      if (left[i].is_null() || right[i].is_null()) return left[i].is_null() == key.nulls_first ? -1 : 1;
      const int order = types::Compare(left[i], right[i], key.type);
      if (order != 0) return (order < 0) != key.descending ? -1 : 1;
    }
    return 0;
  }

  std::string_view name_;
  std::vector<AggregateOrder> order_;
  std::vector<Value> last_;
  std::int64_t rows_ = 0;
  std::int64_t before_ = 0;
  std::int64_t peers_ = 0;
  std::int64_t distinct_before_ = 0;
};

}  // namespace

std::unique_ptr<Aggregator> MakeOrderedSet(const Function& function, const AggregateUse& use) {
  if (function.ordered_set == OrderedSet::kHypothetical) {
    return std::make_unique<Hypothetical>(function.name, use.order);
  }
  if (function.name == "mode") return std::make_unique<Mode>(use.argument_types.front());
  return std::make_unique<Percentile>(function.name == "percentile_cont", use.argument_types.back());
}

}  // namespace ordinal::sql
