#include "sql/expr/aggregate.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>
#include <unordered_set>
#include <utility>

#include "base/check.h"
#include "base/error.h"
#include "sql/expr/aggregate_kinds.h"
#include "sql/expr/evaluate_array.h"
#include "types/array.h"
#include "types/compare.h"
#include "types/datetime.h"
#include "types/numeric.h"

namespace ordinal::sql {
namespace {

using base::Error;
using types::Interval;
using types::Numeric;
using T = TypeId;
using Args = std::span<const Value>;

class CountRows final : public Aggregator {
 public:
  void Add(Args) override { ++count_; }
  Value Finish() override { return Value::Int(count_); }

 private:
  std::int64_t count_ = 0;
};

class CountValues final : public Aggregator {
 public:
  void Add(Args args) override { count_ += args[0].is_null() ? 0 : 1; }
  Value Finish() override { return Value::Int(count_); }

 private:
  std::int64_t count_ = 0;
};

class Extreme final : public Aggregator {
 public:
  Extreme(TypeId type, bool largest) : type_(type), largest_(largest) {}

  void Add(Args args) override {
    if (args[0].is_null()) return;
    if (args[0].kind() == Value::Kind::kInt && best_.kind() == Value::Kind::kInt) {
      const std::int64_t value = args[0].AsInt();
      if (largest_ ? value > best_.AsInt() : value < best_.AsInt()) best_ = args[0];
      return;
    }
    if (!best_.is_null()) {
      const int order = types::Compare(args[0], best_, type_);
      if (largest_ ? order <= 0 : order >= 0) return;
    }
    best_ = args[0];
  }
  Value Finish() override { return best_; }

 private:
  TypeId type_;
  bool largest_;
  Value best_;
};

// Adds smallints and integers to a bigint.
class SumToInt8 final : public Aggregator {
 public:
  void Add(Args args) override {
    if (args[0].is_null()) return;
    any_ = true;
    if (__builtin_add_overflow(sum_, args[0].AsInt(), &sum_)) {
      throw Error(base::sqlstate::kNumericValueOutOfRange, "bigint out of range");
    }
  }
  Value Finish() override { return any_ ? Value::Int(sum_) : Value(); }

 private:
  std::int64_t sum_ = 0;
  bool any_ = false;
};

// Adds exactly: numerics, or integers of any width, kept in 64 bits while they fit.
class NumericSum {
 public:
  void Add(const Value& value) {
    ++count_;
    if (value.kind() == Value::Kind::kNumeric) {
      total_ = total_ + value.AsNumeric();
      return;
    }
    std::int64_t sum = 0;
    if (__builtin_add_overflow(small_, value.AsInt(), &sum)) {
      total_ = total_ + Numeric::FromInt64(small_);
      sum = value.AsInt();
    }
    small_ = sum;
  }
  std::int64_t count() const { return count_; }
  Numeric Total() const { return total_ + Numeric::FromInt64(small_); }

 private:
  Numeric total_;
  std::int64_t small_ = 0;
  std::int64_t count_ = 0;
};

class SumToNumeric final : public Aggregator {
 public:
  void Add(Args args) override {
    if (!args[0].is_null()) sum_.Add(args[0]);
  }
  Value Finish() override { return sum_.count() > 0 ? Value::OfNumeric(sum_.Total()) : Value(); }

 private:
  NumericSum sum_;
};

class AverageToNumeric final : public Aggregator {
 public:
  void Add(Args args) override {
    if (!args[0].is_null()) sum_.Add(args[0]);
  }
  Value Finish() override {
    if (sum_.count() == 0) return Value();
    return Value::OfNumeric(sum_.Total() / Numeric::FromInt64(sum_.count()));
  }

 private:
  NumericSum sum_;
};

// Adds floats; real sums round to real at every step, as PostgreSQL's do.
class FloatSum final : public Aggregator {
 public:
  enum class Kind : std::uint8_t { kRealSum, kSum, kAverage };
  explicit FloatSum(Kind kind) : kind_(kind) {}

  void Add(Args args) override {
    if (args[0].is_null()) return;
    const double value = args[0].AsDouble();
    ++count_;
    infinite_input_ |= std::isinf(value);
    sum_ += value;
    if (kind_ == Kind::kRealSum) sum_ = static_cast<double>(static_cast<float>(sum_));
    if (std::isinf(sum_) && !infinite_input_) {
      throw Error(base::sqlstate::kNumericValueOutOfRange, "value out of range: overflow");
    }
  }
  Value Finish() override {
    if (count_ == 0) return Value();
    return Value::Double(kind_ == Kind::kAverage ? sum_ / static_cast<double>(count_) : sum_);
  }

 private:
  Kind kind_;
  double sum_ = 0;
  std::int64_t count_ = 0;
  bool infinite_input_ = false;
};

class IntervalSum final : public Aggregator {
 public:
  explicit IntervalSum(bool average) : average_(average) {}

  void Add(Args args) override {
    if (args[0].is_null()) return;
    ++count_;
    sum_ = sum_ + args[0].AsInterval();
  }
  Value Finish() override {
    if (count_ == 0) return Value();
    return Value::OfInterval(average_ ? types::Divide(sum_, static_cast<double>(count_)) : sum_);
  }

 private:
  bool average_;
  Interval sum_;
  std::int64_t count_ = 0;
};

// bool_and: true until a false is seen; bool_or: the reverse.
class BoolFold final : public Aggregator {
 public:
  explicit BoolFold(bool deciding) : deciding_(deciding) {}

  void Add(Args args) override {
    if (args[0].is_null()) return;
    any_ = true;
    decided_ |= args[0].AsBool() == deciding_;
  }
  Value Finish() override { return any_ ? Value::Bool(decided_ == deciding_) : Value(); }

 private:
  bool deciding_;
  bool any_ = false;
  bool decided_ = false;
};

// Each value is preceded by the delimiter of its own row, except the first.
class StringJoin final : public Aggregator {
 public:
  void Add(Args args) override {
    if (args[0].is_null()) return;
    if (any_ && !args[1].is_null()) text_ += args[1].AsString();
    any_ = true;
    text_ += args[0].AsString();
  }
  Value Finish() override { return any_ ? Value::String(text_) : Value(); }

 private:
  std::string text_;
  bool any_ = false;
};

// Collects values, NULLs included; arrays become one of a dimension more.
class ArrayBuild final : public Aggregator {
 public:
  explicit ArrayBuild(TypeId argument) : argument_(argument) {}

  void Add(Args args) override {
    if (types::IsArray(argument_)) CheckNested(args[0]);
    values_.push_back(args[0]);
  }
  Value Finish() override {
    if (values_.empty()) return Value();
    if (types::IsArray(argument_)) return NestArrays(types::ElementType(argument_), values_);
    return types::MakeArray(argument_, values_);
  }

 private:
  void CheckNested(const Value& value) const {
    if (value.is_null()) throw Error(base::sqlstate::kNullValueNotAllowed, "cannot accumulate null arrays");
    if (value.AsArray().dimensions.empty()) {
      throw Error(base::sqlstate::kArraySubscriptError, "cannot accumulate empty arrays");
    }
    if (!values_.empty() && values_[0].AsArray().dimensions != value.AsArray().dimensions) {
      throw Error(base::sqlstate::kArraySubscriptError,
                  "cannot accumulate arrays of different dimensionality");
    }
  }

  TypeId argument_;
  std::vector<Value> values_;
};

// Passes each distinct list of arguments on once.
class Distinct final : public Aggregator {
 public:
  Distinct(const std::vector<TypeId>& types, std::unique_ptr<Aggregator> inner)
      : inner_(std::move(inner)), seen_(0, Hasher{types}, Equals{types}) {}

  void Add(Args args) override {
    if (seen_.emplace(args.begin(), args.end()).second) inner_->Add(args);
  }
  Value Finish() override { return inner_->Finish(); }

 private:
  using Key = std::vector<Value>;

  struct Hasher {
    std::vector<TypeId> types;
    std::size_t operator()(const Key& key) const {
      std::size_t hash = 0;
      for (std::size_t i = 0; i < key.size(); ++i) {
        hash = hash * 31 + (key[i].is_null() ? 0 : types::Hash(key[i], types[i]));
      }
      return hash;
    }
  };
  struct Equals {
    std::vector<TypeId> types;
    bool operator()(const Key& left, const Key& right) const {
      for (std::size_t i = 0; i < left.size(); ++i) {
        if (left[i].is_null() != right[i].is_null()) return false;
        if (!left[i].is_null() && types::Compare(left[i], right[i], types[i]) != 0) return false;
      }
      return true;
    }
  };

  std::unique_ptr<Aggregator> inner_;
  std::unordered_set<Key, Hasher, Equals> seen_;
};

// Keeps the rows, and passes them on in order at the end.
class Ordered final : public Aggregator {
 public:
  Ordered(std::vector<AggregateOrder> order, std::size_t arguments, std::unique_ptr<Aggregator> inner)
      : order_(std::move(order)), arguments_(arguments), inner_(std::move(inner)) {}

  void Add(Args args) override { rows_.emplace_back(args.begin(), args.end()); }
  Value Finish() override {
    std::stable_sort(rows_.begin(), rows_.end(),
                     [this](const auto& left, const auto& right) { return Precedes(left, right); });
    for (const std::vector<Value>& row : rows_) inner_->Add(Args(row).first(arguments_));
    rows_.clear();
    return inner_->Finish();
  }

 private:
  bool Precedes(const std::vector<Value>& left, const std::vector<Value>& right) const {
    for (const AggregateOrder& key : order_) {
      const Value& a = left[key.argument];
      const Value& b = right[key.argument];
      if (a.is_null() && b.is_null()) continue;
      if (a.is_null() || b.is_null()) return a.is_null() == key.nulls_first;
      const int order = types::Compare(a, b, key.type);
      if (order != 0) return key.descending ? order > 0 : order < 0;
    }
    return false;
  }

  std::vector<AggregateOrder> order_;
  std::size_t arguments_;
  std::unique_ptr<Aggregator> inner_;
  std::vector<std::vector<Value>> rows_;
};

std::unique_ptr<Aggregator> MakeSum(TypeId argument) {
  switch (argument) {
    case T::kInt2:
    case T::kInt4:
      return std::make_unique<SumToInt8>();
    case T::kFloat4:
      return std::make_unique<FloatSum>(FloatSum::Kind::kRealSum);
    case T::kFloat8:
      return std::make_unique<FloatSum>(FloatSum::Kind::kSum);
    case T::kInterval:
      return std::make_unique<IntervalSum>(false);
    default:
      return std::make_unique<SumToNumeric>();
  }
}

std::unique_ptr<Aggregator> MakeAverage(TypeId argument) {
  switch (argument) {
    case T::kFloat4:
    case T::kFloat8:
      return std::make_unique<FloatSum>(FloatSum::Kind::kAverage);
    case T::kInterval:
      return std::make_unique<IntervalSum>(true);
    default:
      return std::make_unique<AverageToNumeric>();
  }
}

std::unique_ptr<Aggregator> MakePlain(const Function& function, const std::vector<TypeId>& types,
                                      EvalContext* context) {
  if (function.name == "count") {
    if (function.arguments.empty()) return std::make_unique<CountRows>();
    return std::make_unique<CountValues>();
  }
  const TypeId argument = function.arguments.front();
  if (function.name == "array_agg") return std::make_unique<ArrayBuild>(types.front());
  if (function.name == "min") return std::make_unique<Extreme>(argument, false);
  if (function.name == "max") return std::make_unique<Extreme>(argument, true);
  if (function.name == "sum") return MakeSum(argument);
  if (function.name == "avg") return MakeAverage(argument);
  if (function.name == "bool_and" || function.name == "every") return std::make_unique<BoolFold>(false);
  if (function.name == "bool_or") return std::make_unique<BoolFold>(true);
  if (auto statistic = MakeStatistic(function)) return statistic;
  if (context != nullptr) {
    if (auto json = MakeJsonAggregator(function, types, *context)) return json;
  }
  ORDINAL_CHECK(function.name == "string_agg");
  return std::make_unique<StringJoin>();
}

// True when the result depends on the order of the values.
bool ShowsOrder(const Function& function) {
  return function.name == "string_agg" || function.name == "array_agg" || function.name.starts_with("json");
}

}  // namespace

std::unique_ptr<Aggregator> MakeAggregator(const Function& function, const AggregateUse& use,
                                           EvalContext* context) {
  ORDINAL_CHECK(function.kind == FunctionKind::kAggregate);
  const std::vector<TypeId>& types = use.argument_types.empty() ? function.arguments : use.argument_types;
  const bool ordered_set = function.ordered_set != OrderedSet::kNo;
  std::unique_ptr<Aggregator> made =
      ordered_set ? MakeOrderedSet(function, use) : MakePlain(function, types, context);
  std::vector<AggregateOrder> order = use.order;
  if (use.distinct && ShowsOrder(function)) {
    for (std::size_t i = 0; i < function.arguments.size(); ++i) {
      order.push_back({.argument = i, .type = types[i], .descending = false, .nulls_first = false});
    }
  }
  if (!order.empty()) {
    const std::size_t arguments = ordered_set ? types.size() : function.arguments.size();
    made = std::make_unique<Ordered>(std::move(order), arguments, std::move(made));
  }
  if (use.distinct && !function.arguments.empty()) {
    made = std::make_unique<Distinct>(types, std::move(made));
  }
  return made;
}

}  // namespace ordinal::sql
