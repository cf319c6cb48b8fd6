#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

#include "base/error.h"
#include "sql/expr/function_table.h"
#include "types/array.h"
#include "types/compare.h"
#include "types/numeric.h"

// width_bucket(), factorial() and divisors of numerics (manual, section 9.3).
namespace ordinal::sql {
namespace {

using base::Error;
using types::Numeric;
using T = TypeId;
using Args = std::span<Value>;

constexpr base::SqlState kInvalidWidthBucketArgument{"2201G"};

[[noreturn]] void Throw(const char* message) { throw Error(kInvalidWidthBucketArgument, message); }

std::int64_t CheckCount(const Value& value) {
  if (value.AsInt() <= 0) Throw("count must be greater than zero");
  return value.AsInt();
}

Value BeyondLast(std::int64_t count) {
  if (count >= std::numeric_limits<std::int32_t>::max()) {
    throw Error(base::sqlstate::kNumericValueOutOfRange, "integer out of range");
  }
  return Value::Int(count + 1);
}

Value BucketOfFloat(EvalContext&, Args args, const Expression&) {
  const double operand = args[0].AsDouble();
  const double low = args[1].AsDouble();
  const double high = args[2].AsDouble();
  const std::int64_t count = CheckCount(args[3]);
  if (std::isnan(operand) || std::isnan(low) || std::isnan(high)) {
    Throw("operand, lower bound, and upper bound cannot be NaN");
  }
  if (std::isinf(low) || std::isinf(high)) Throw("lower and upper bounds must be finite");
  if (low == high) Throw("lower bound cannot equal upper bound");
  const bool falls = low > high;
  if (falls ? operand > low : operand < low) return Value::Int(0);
  if (falls ? operand <= high : operand >= high) return BeyondLast(count);
  // Halves keep the distance of the bounds finite.
  const auto scale = static_cast<double>(count);
  const double part = std::isinf(high - low) ? scale * ((operand / 2 - low / 2) / (high / 2 - low / 2))
                                             : scale * (operand - low) / (high - low);
  const auto bucket = static_cast<std::int64_t>(part);
  return Value::Int(std::min(bucket, count - 1) + 1);
}

Value BucketOfNumeric(EvalContext&, Args args, const Expression&) {
  const Numeric& operand = args[0].AsNumeric();
  const Numeric& low = args[1].AsNumeric();
  const Numeric& high = args[2].AsNumeric();
  const std::int64_t count = CheckCount(args[3]);
  if (operand.IsNaN() || low.IsNaN() || high.IsNaN()) {
    Throw("operand, lower bound, and upper bound cannot be NaN");
  }
  if (!low.IsFinite() || !high.IsFinite()) Throw("lower and upper bounds must be finite");
  if (low == high) Throw("lower bound cannot equal upper bound");
  const bool falls = low > high;
  if (falls ? operand > low : operand < low) return Value::Int(0);
  if (falls ? operand <= high : operand >= high) return BeyondLast(count);
  const Numeric bucket = Numeric::DivideTruncated((operand - low) * Numeric::FromInt64(count), high - low);
  return Value::Int(*bucket.ToInt64() + 1);
}

Value BucketOfThresholds(EvalContext&, Args args, const Expression&) {
  const types::Array& thresholds = args[1].AsArray();
  if (thresholds.dimensions.size() > 1) {
    throw Error(base::sqlstate::kArraySubscriptError, "thresholds must be one-dimensional array");
  }
  for (const Value& threshold : thresholds.values) {
    if (!threshold.is_null()) continue;
    throw Error(base::sqlstate::kNullValueNotAllowed, "thresholds array must not contain NULLs");
  }
  std::size_t low = 0;
  std::size_t high = thresholds.values.size();
  while (low < high) {
    const std::size_t middle = (low + high) / 2;
    if (types::Compare(args[0], thresholds.values[middle], thresholds.element) < 0) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return Value::Int(static_cast<std::int64_t>(low));
}

Value Factorial(EvalContext& context, Args args, const Expression&) {
  constexpr std::int64_t kLargest = 32177;  // of those whose factorial a numeric can hold
  const std::int64_t number = args[0].AsInt();
  if (number < 0) {
    throw Error(base::sqlstate::kNumericValueOutOfRange, "factorial of a negative number is undefined");
  }
  if (number > kLargest) {
    throw Error(base::sqlstate::kNumericValueOutOfRange, "value overflows numeric format");
  }
  Numeric product = Numeric::FromInt64(1);
  for (std::int64_t i = 2; i <= number; ++i) {
    if (i % 1000 == 0) context.CheckCanceled();
    product = product * Numeric::FromInt64(i);
  }
  return Value::OfNumeric(product);
}

Numeric Divisor(Numeric left, Numeric right) {
  left = left.Abs();
  right = right.Abs();
  while (!right.IsZero()) {
    Numeric rest = left % right;
    left = std::move(right);
    right = std::move(rest);
  }
  return left;
}

Value GreatestDivisor(EvalContext&, Args args, const Expression&) {
  const Numeric& left = args[0].AsNumeric();
  const Numeric& right = args[1].AsNumeric();
  if (!left.IsFinite() || !right.IsFinite()) return Value::OfNumeric(Numeric::NaN());
  return Value::OfNumeric(Divisor(left, right).Round(std::max(left.scale(), right.scale())));
}

Value LeastMultiple(EvalContext&, Args args, const Expression&) {
  const Numeric& left = args[0].AsNumeric();
  const Numeric& right = args[1].AsNumeric();
  if (!left.IsFinite() || !right.IsFinite()) return Value::OfNumeric(Numeric::NaN());
  const int scale = std::max(left.scale(), right.scale());
  if (left.IsZero() || right.IsZero()) return Value::OfNumeric(Numeric().Round(scale));
  const Numeric multiple = Numeric::DivideTruncated(left, Divisor(left, right)) * right;
  return Value::OfNumeric(multiple.Abs().Round(scale));
}

[[noreturn]] void ThrowOutOfRange() {
  throw Error(base::sqlstate::kNumericValueOutOfRange, "input is out of range");
}

template <double (*function)(double)>
Value Apply(EvalContext&, Args args, const Expression&) {
  return Value::Double(function(args[0].AsDouble()));
}

Value ArcHyperbolicCosine(EvalContext&, Args args, const Expression&) {
  if (args[0].AsDouble() < 1) ThrowOutOfRange();
  return Value::Double(std::acosh(args[0].AsDouble()));
}

Value ArcHyperbolicTangent(EvalContext&, Args args, const Expression&) {
  const double value = args[0].AsDouble();
  if (value < -1 || value > 1) ThrowOutOfRange();
  return Value::Double(std::atanh(value));
}

Value Cotangent(EvalContext&, Args args, const Expression&) {
  if (std::isinf(args[0].AsDouble())) ThrowOutOfRange();
  return Value::Double(1.0 / std::tan(args[0].AsDouble()));
}

}  // namespace

void AddBucketFunctions(FunctionList& out) {
  constexpr TypeId kFloat = T::kFloat8;
  constexpr TypeId kNumeric = T::kNumeric;
  out.insert(
      out.end(),
      {
          Scalar("width_bucket", {kFloat, kFloat, kFloat, T::kInt4}, T::kInt4, 320, BucketOfFloat),
          Scalar("width_bucket", {kNumeric, kNumeric, kNumeric, T::kInt4}, T::kInt4, 2170, BucketOfNumeric),
          Scalar("width_bucket", {T::kAnyCompatible, T::kAnyCompatibleArray}, T::kInt4, 3218,
                 BucketOfThresholds),
          Scalar("factorial", {T::kInt8}, kNumeric, 1376, Factorial),
          Scalar("gcd", {kNumeric, kNumeric}, kNumeric, 5048, GreatestDivisor),
          Scalar("lcm", {kNumeric, kNumeric}, kNumeric, 5049, LeastMultiple),
          Scalar("sinh", {kFloat}, kFloat, 2462, Apply<std::sinh>),
          Scalar("cosh", {kFloat}, kFloat, 2463, Apply<std::cosh>),
          Scalar("tanh", {kFloat}, kFloat, 2464, Apply<std::tanh>),
          Scalar("asinh", {kFloat}, kFloat, 2465, Apply<std::asinh>),
          Scalar("acosh", {kFloat}, kFloat, 2466, ArcHyperbolicCosine),
          Scalar("atanh", {kFloat}, kFloat, 2467, ArcHyperbolicTangent),
          Scalar("cot", {kFloat}, kFloat, 1607, Cotangent),
      });
}

}  // namespace ordinal::sql
