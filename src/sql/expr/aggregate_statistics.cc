#include <cmath>
#include <cstdint>
#include <limits>
#include <string_view>

#include "base/error.h"
#include "sql/expr/aggregate_kinds.h"
#include "types/numeric.h"

// Statistical and bitwise aggregates (manual, tables 9.59 and 9.60).
namespace ordinal::sql {
namespace {

using base::Error;
using types::Numeric;
using T = TypeId;
using Args = std::span<const Value>;

constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// What is asked of the squared deviations from the mean.
struct Spread {
  bool sample = false;  // of a sample rather than of all there is
  bool root = false;    // the standard deviation rather than the variance
};

// Computes exactly, over integers and numerics.
class ExactSpread final : public Aggregator {
 public:
  explicit ExactSpread(Spread spread) : spread_(spread) {}

  void Add(Args args) override {
    if (args[0].is_null()) return;
    const bool numeric = args[0].kind() == Value::Kind::kNumeric;
    const Numeric value = numeric ? args[0].AsNumeric() : Numeric::FromInt64(args[0].AsInt());
    ++count_;
    special_ |= !value.IsFinite();
    if (special_) return;
    sum_ = sum_ + value;
    squares_ = squares_ + value * value;
  }

  Value Finish() override {
    if (count_ == 0 || (spread_.sample && count_ == 1)) return Value();
    if (special_) return Value::OfNumeric(Numeric::NaN());
    const Numeric count = Numeric::FromInt64(count_);
    const Numeric deviation = count * squares_ - sum_ * sum_;
    if (deviation.Sign() <= 0) return Value::OfNumeric(Numeric());
    const Numeric variance = deviation / (count * Numeric::FromInt64(spread_.sample ? count_ - 1 : count_));
    return Value::OfNumeric(spread_.root ? variance.SqrtAt(variance.scale()) : variance);
  }

 private:
  Spread spread_;
  std::int64_t count_ = 0;
  bool special_ = false;
  Numeric sum_;
  Numeric squares_;
};

[[noreturn]] void ThrowOverflow() {
  throw Error(base::sqlstate::kNumericValueOutOfRange, "value out of range: overflow");
}

// Adds up a float and its squared deviations (Youngs and Cramer, as PostgreSQL does).
struct Moments {
  double sum = 0;
  double deviations = 0;

  // `count` includes the value.
  void Add(double value, double count) {
    const double before = sum;
    sum += value;
    if (count <= 1) {
      if (!std::isfinite(value)) deviations = kNaN;
      return;
    }
    const double distance = value * count - sum;
    deviations += distance * distance / (count * (count - 1));
    if (!std::isinf(sum) && !std::isinf(deviations)) return;
    if (!std::isinf(before) && !std::isinf(value)) ThrowOverflow();
    deviations = kNaN;
  }
};

class FloatSpread final : public Aggregator {
 public:
  explicit FloatSpread(Spread spread) : spread_(spread) {}

  void Add(Args args) override {
    if (args[0].is_null()) return;
    count_ += 1;
    moments_.Add(args[0].AsDouble(), count_);
  }
  Value Finish() override {
    if (count_ == 0 || (spread_.sample && count_ <= 1)) return Value();
    const double variance = moments_.deviations / (spread_.sample ? count_ - 1 : count_);
    return Value::Double(spread_.root ? std::sqrt(variance) : variance);
  }

 private:
  Spread spread_;
  double count_ = 0;
  Moments moments_;
};

// Sums over pairs (y, x), and what is asked of them.
class Regression final : public Aggregator {
 public:
  explicit Regression(std::string_view name) : name_(name) {}

  void Add(Args args) override {
    if (args[0].is_null() || args[1].is_null()) return;
    const double y = args[0].AsDouble();
    const double x = args[1].AsDouble();
    count_ += 1;
    const double sum_x = sum_x_;
    const double sum_y = sum_y_;
    sum_x_ += x;
    sum_y_ += y;
    if (count_ <= 1) {
      if (!std::isfinite(x)) xx_ = xy_ = kNaN;
      if (!std::isfinite(y)) yy_ = xy_ = kNaN;
      return;
    }
    const double from_x = x * count_ - sum_x_;
    const double from_y = y * count_ - sum_y_;
    const double scale = 1.0 / (count_ * (count_ - 1));
    xx_ += from_x * from_x * scale;
    yy_ += from_y * from_y * scale;
    xy_ += from_x * from_y * scale;
    CheckRange(std::isinf(sum_x) || std::isinf(x), std::isinf(sum_y) || std::isinf(y));
  }

  Value Finish() override {
    if (name_ == "regr_count") return Value::Int(static_cast<std::int64_t>(count_));
    if (count_ < 1) return Value();
    if (name_ == "regr_sxx") return Value::Double(xx_);
    if (name_ == "regr_syy") return Value::Double(yy_);
    if (name_ == "regr_sxy") return Value::Double(xy_);
    if (name_ == "regr_avgx") return Value::Double(sum_x_ / count_);
    if (name_ == "regr_avgy") return Value::Double(sum_y_ / count_);
    if (name_ == "covar_pop") return Value::Double(xy_ / count_);
    if (name_ == "covar_samp") return count_ < 2 ? Value() : Value::Double(xy_ / (count_ - 1));
    if (xx_ == 0) return Value();
    if (name_ == "regr_slope") return Value::Double(xy_ / xx_);
    if (name_ == "regr_intercept") return Value::Double((sum_y_ - sum_x_ * xy_ / xx_) / count_);
    if (name_ == "regr_r2") return Value::Double(yy_ == 0 ? 1.0 : (xy_ * xy_) / (xx_ * yy_));
    return yy_ == 0 ? Value() : Value::Double(xy_ / std::sqrt(xx_ * yy_));
  }

 private:
  void CheckRange(bool infinite_x, bool infinite_y) {
    const bool over_x = std::isinf(sum_x_) || std::isinf(xx_);
    const bool over_y = std::isinf(sum_y_) || std::isinf(yy_);
    if (!over_x && !over_y && !std::isinf(xy_)) return;
    if ((over_x && !infinite_x) || (over_y && !infinite_y) ||
        (std::isinf(xy_) && !infinite_x && !infinite_y)) {
      ThrowOverflow();
    }
    if (std::isinf(xx_)) xx_ = kNaN;
    if (std::isinf(yy_)) yy_ = kNaN;
    if (std::isinf(xy_)) xy_ = kNaN;
  }

  std::string_view name_;
  double count_ = 0;
  double sum_x_ = 0;
  double sum_y_ = 0;
  double xx_ = 0;
  double yy_ = 0;
  double xy_ = 0;
};

class BitFold final : public Aggregator {
 public:
  enum class Kind : std::uint8_t { kAnd, kOr, kXor };
  explicit BitFold(Kind kind) : kind_(kind) {}

  void Add(Args args) override {
    if (args[0].is_null()) return;
    const std::int64_t bits = args[0].AsInt();
    if (!any_) {
      bits_ = bits;
    } else {
      bits_ = kind_ == Kind::kAnd ? bits_ & bits : kind_ == Kind::kOr ? bits_ | bits : bits_ ^ bits;
    }
    any_ = true;
  }
  Value Finish() override { return any_ ? Value::Int(bits_) : Value(); }

 private:
  Kind kind_;
  bool any_ = false;
  std::int64_t bits_ = 0;
};

}  // namespace

std::unique_ptr<Aggregator> MakeStatistic(const Function& function) {
  const std::string_view name = function.name;
  if (name == "bit_and") return std::make_unique<BitFold>(BitFold::Kind::kAnd);
  if (name == "bit_or") return std::make_unique<BitFold>(BitFold::Kind::kOr);
  if (name == "bit_xor") return std::make_unique<BitFold>(BitFold::Kind::kXor);
  const bool root = name.starts_with("stddev");
  if (root || name.starts_with("var")) {
    const Spread spread{.sample = !name.ends_with("_pop"), .root = root};
    if (function.result == T::kFloat8) return std::make_unique<FloatSpread>(spread);
    return std::make_unique<ExactSpread>(spread);
  }
  if (name == "corr" || name.starts_with("covar") || name.starts_with("regr_")) {
    return std::make_unique<Regression>(name);
  }
  return nullptr;
}

}  // namespace ordinal::sql
