#include "sql/expr/series.h"

#include <algorithm>
#include <limits>
#include <optional>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/error.h"
#include "sql/expr/transaction_series.h"
#include "types/array.h"
#include "types/datetime.h"
#include "types/numeric.h"

namespace ordinal::sql {
namespace {

using base::Error;
using types::Interval;
using types::Numeric;
using T = TypeId;
using Args = std::span<const Value>;

[[noreturn]] void ThrowZeroStep() {
  throw Error(base::sqlstate::kInvalidParameterValue, "step size cannot equal zero");
}

class Empty final : public Series {
 public:
  bool Next(Value&) override { return false; }
};

class Single final : public Series {
 public:
  explicit Single(Value value) : value_(std::move(value)) {}
  bool Next(Value& value) override {
    if (std::exchange(given_, true)) return false;
    value = std::move(value_);
    return true;
  }

 private:
  Value value_;
  bool given_ = false;
};

class Integers final : public Series {
 public:
  Integers(std::int64_t start, std::int64_t stop, std::int64_t step)
      : next_(start), stop_(stop), step_(step) {
    if (step == 0) ThrowZeroStep();
  }

  bool Next(Value& value) override {
    if (done_ || (step_ > 0 ? next_ > stop_ : next_ < stop_)) return false;
    value = Value::Int(next_);
    done_ = __builtin_add_overflow(next_, step_, &next_);
    return true;
  }

 private:
  std::int64_t next_;
  std::int64_t stop_;
  std::int64_t step_;
  bool done_ = false;
};

class Numerics final : public Series {
 public:
  Numerics(const Numeric& start, const Numeric& stop, const Numeric& step)
      : next_(start), stop_(stop), step_(step) {
    CheckFinite(start, "start value");
    CheckFinite(stop, "stop value");
    CheckFinite(step, "step size");
    if (step.IsZero()) ThrowZeroStep();
  }

  bool Next(Value& value) override {
    const int order = Numeric::Compare(next_, stop_);
    if (step_.Sign() > 0 ? order > 0 : order < 0) return false;
    value = Value::OfNumeric(next_);
    next_ = next_ + step_;
    return true;
  }

 private:
  static void CheckFinite(const Numeric& number, const char* what) {
    if (number.IsFinite()) return;
    throw Error(base::sqlstate::kInvalidParameterValue,
                std::string(what) + (number.IsNaN() ? " cannot be NaN" : " cannot be infinity"));
  }

  Numeric next_;
  Numeric stop_;
  Numeric step_;
};

// Steps by an interval; with a zone on its calendar.
class Timestamps final : public Series {
 public:
  Timestamps(std::int64_t start, std::int64_t stop, const Interval& step, std::optional<types::TimeZone> zone)
      : next_(start), stop_(stop), step_(step), zone_(zone) {
    sign_ = types::CompareIntervals(step, Interval());
    if (sign_ == 0) ThrowZeroStep();
  }

  bool Next(Value& value) override {
    if (sign_ > 0 ? next_ > stop_ : next_ < stop_) return false;
    value = Value::Int(next_);
    next_ = zone_ ? types::AddInterval(next_, step_, *zone_) : types::AddInterval(next_, step_);
    return true;
  }

 private:
  std::int64_t next_;
  std::int64_t stop_;
  Interval step_;
  std::optional<types::TimeZone> zone_;
  int sign_ = 0;
};

class Elements final : public Series {
 public:
  explicit Elements(Value array) : array_(std::move(array)) {}
  bool Next(Value& value) override {
    const std::vector<Value>& values = array_.AsArray().values;
    if (next_ == values.size()) return false;
    value = values[next_++];
    return true;
  }

 private:
  Value array_;
  std::size_t next_ = 0;
};

class List final : public Series {
 public:
  explicit List(std::vector<Value> values) : values_(std::move(values)) {}
  bool Next(Value& value) override {
    if (next_ == values_.size()) return false;
    value = std::move(values_[next_++]);
    return true;
  }

 private:
  std::vector<Value> values_;
  std::size_t next_ = 0;
};

std::unique_ptr<Series> MakeSubscripts(Args args) {
  const auto& dimensions = args[0].AsArray().dimensions;
  const std::int64_t number = args[1].AsInt();
  if (number < 1 || number > static_cast<std::int64_t>(dimensions.size())) return std::make_unique<Empty>();
  const types::ArrayDimension& dimension = dimensions[static_cast<std::size_t>(number - 1)];
  const bool reverse = args.size() > 2 && args[2].AsBool();
  if (reverse) return std::make_unique<Integers>(dimension.upper(), dimension.lower, -1);
  return std::make_unique<Integers>(dimension.lower, dimension.upper(), 1);
}

}  // namespace

std::unique_ptr<Series> MakeSingle(Value value) { return std::make_unique<Single>(std::move(value)); }

std::unique_ptr<Series> MakeList(std::vector<Value> values) {
  return std::make_unique<List>(std::move(values));
}

std::unique_ptr<Series> MakeSeries(const Function& function, Args args, EvalContext& context, int column) {
  ORDINAL_CHECK(function.kind == FunctionKind::kSetReturning);
  if (function.name == "string_to_table") return MakeList(SplitToRows(args));
  if (std::any_of(args.begin(), args.end(), [](const Value& arg) { return arg.is_null(); })) {
    return std::make_unique<Empty>();
  }
  if (function.name.starts_with("jsonb_path_query")) return MakeJsonPathSeries(function, args, context);
  if (function.name.starts_with("json")) return MakeJsonSeries(function, args[0], column);
  if (function.name.starts_with("regexp")) {
    std::vector<Value> copies(args.begin(), args.end());
    if (auto rows = RegexRows(function, context, copies)) return MakeList(std::move(*rows));
  }
  if (function.name.ends_with("snapshot_xip")) return MakeList(RunningIn(function, args[0]));
  if (function.name.starts_with("pg_")) {
    if (auto value = IdentityColumn(function, args, context, column)) return MakeSingle(std::move(*value));
    if (auto rows = ListingRows(function, args, context, column)) return MakeList(std::move(*rows));
  }
  if (function.name == "unnest") return std::make_unique<Elements>(args[0]);
  if (function.name == "pg_partition_ancestors") return std::make_unique<Empty>();  // no table is a partition
  if (function.name == "generate_subscripts") return MakeSubscripts(args);
  switch (function.result) {
    case T::kNumeric: {
      const Numeric step = args.size() > 2 ? args[2].AsNumeric() : Numeric::FromInt64(1);
      return std::make_unique<Numerics>(args[0].AsNumeric(), args[1].AsNumeric(), step);
    }
    case T::kTimestamp:
      return std::make_unique<Timestamps>(args[0].AsInt(), args[1].AsInt(), args[2].AsInterval(),
                                          std::nullopt);
    case T::kTimestamptz: {
      const std::string zone(args.size() > 3 ? args[3].AsString() : context.settings().time_zone);
      return std::make_unique<Timestamps>(args[0].AsInt(), args[1].AsInt(), args[2].AsInterval(),
                                          types::TimeZone::Get(zone));
    }
    default: {
      const std::int64_t step = args.size() > 2 ? args[2].AsInt() : 1;
      return std::make_unique<Integers>(args[0].AsInt(), args[1].AsInt(), step);
    }
  }
}

}  // namespace ordinal::sql
