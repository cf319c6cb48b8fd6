#include <cmath>
#include <limits>
#include <numbers>

#include "base/error.h"
#include "sql/expr/function_table.h"

namespace ordinal::sql {
namespace {

using base::Error;
using T = TypeId;

[[noreturn]] void ThrowOverflow() {
  throw Error(base::sqlstate::kNumericValueOutOfRange, "value out of range: overflow");
}

[[noreturn]] void ThrowUnderflow() {
  throw Error(base::sqlstate::kNumericValueOutOfRange, "value out of range: underflow");
}

[[noreturn]] void ThrowOutOfDomain() {
  throw Error(base::sqlstate::kNumericValueOutOfRange, "input is out of range");
}

// Narrows to the result's type, and reports an infinity that came of finite inputs.
template <typename Float>
Value Checked(double result, bool infinite_input) {
  const auto narrowed = static_cast<Float>(result);
  if (std::isinf(narrowed) && !infinite_input) ThrowOverflow();
  return Value::Double(static_cast<double>(narrowed));
}

bool AnyInfinite(std::span<const Value> args) {
  for (const Value& arg : args) {
    if (std::isinf(arg.AsDouble())) return true;
  }
  return false;
}

template <typename Float>
Value Add(EvalContext&, std::span<Value> args, const Expression&) {
  return Checked<Float>(args[0].AsDouble() + args[1].AsDouble(), AnyInfinite(args));
}

template <typename Float>
Value Subtract(EvalContext&, std::span<Value> args, const Expression&) {
  return Checked<Float>(args[0].AsDouble() - args[1].AsDouble(), AnyInfinite(args));
}

template <typename Float>
Value Multiply(EvalContext&, std::span<Value> args, const Expression&) {
  const double left = args[0].AsDouble();
  const double right = args[1].AsDouble();
  Value result = Checked<Float>(left * right, AnyInfinite(args));
  if (result.AsDouble() == 0 && left != 0 && right != 0) ThrowUnderflow();
  return result;
}

template <typename Float>
Value Divide(EvalContext&, std::span<Value> args, const Expression&) {
  const double left = args[0].AsDouble();
  const double right = args[1].AsDouble();
  if (right == 0 && !std::isnan(left)) throw Error(base::sqlstate::kDivisionByZero, "division by zero");
  Value result = Checked<Float>(left / right, AnyInfinite(args));
  if (result.AsDouble() == 0 && left != 0 && !std::isinf(right)) ThrowUnderflow();
  return result;
}

using Unary = double (*)(double);

// Applies a function that is defined everywhere and cannot overflow.
template <Unary function>
Value Apply(EvalContext&, std::span<Value> args, const Expression&) {
  return Value::Double(function(args[0].AsDouble()));
}

double Negated(double x) { return -x; }
double Same(double x) { return x; }
double Absolute(double x) { return std::fabs(x); }
double Ceil(double x) { return std::ceil(x); }
double Floor(double x) { return std::floor(x); }
// Rounds half to even, as the default rounding mode does.
double Round(double x) { return std::nearbyint(x); }
double Truncate(double x) { return std::trunc(x); }
double Sign(double x) { return x > 0 ? 1 : x < 0 ? -1 : x; }
double CubeRoot(double x) { return std::cbrt(x); }
double Degrees(double x) { return x / (std::numbers::pi / 180); }
double Radians(double x) { return x * (std::numbers::pi / 180); }
double ArcTangent(double x) { return std::atan(x); }

double SquareRoot(double x) {
  if (x < 0) {
    throw Error(base::sqlstate::kInvalidArgumentForPower, "cannot take square root of a negative number");
  }
  return std::sqrt(x);
}

void CheckLogarithm(double x) {
  if (x == 0) throw Error(base::sqlstate::kInvalidArgumentForLogarithm, "cannot take logarithm of zero");
  if (x < 0) {
    throw Error(base::sqlstate::kInvalidArgumentForLogarithm, "cannot take logarithm of a negative number");
  }
}

double NaturalLogarithm(double x) {
  CheckLogarithm(x);
  return std::log(x);
}

double DecimalLogarithm(double x) {
  CheckLogarithm(x);
  return std::log10(x);
}

// The trigonometric functions of an infinity, and inverse ones outside [-1, 1], report 22003.
template <Unary function>
double OfFinite(double x) {
  if (std::isinf(x)) ThrowOutOfDomain();
  return function(x);
}

template <Unary function>
double OfUnitRange(double x) {
  if (x < -1 || x > 1) ThrowOutOfDomain();
  return function(x);
}

double Sine(double x) { return std::sin(x); }
double Cosine(double x) { return std::cos(x); }
double Tangent(double x) { return std::tan(x); }
double ArcSine(double x) { return std::asin(x); }
double ArcCosine(double x) { return std::acos(x); }

Value Exponential(EvalContext&, std::span<Value> args, const Expression&) {
  const double x = args[0].AsDouble();
  const double result = std::exp(x);
  if (result == 0 && !std::isinf(x)) ThrowUnderflow();
  return Checked<double>(result, std::isinf(x));
}

Value Power(EvalContext&, std::span<Value> args, const Expression&) {
  const double base_value = args[0].AsDouble();
  const double exponent = args[1].AsDouble();
  if (base_value == 0 && exponent < 0) {
    throw Error(base::sqlstate::kInvalidArgumentForPower, "zero raised to a negative power is undefined");
  }
  if (base_value < 0 && std::isfinite(exponent) && std::floor(exponent) != exponent) {
    throw Error(base::sqlstate::kInvalidArgumentForPower,
                "a negative number raised to a non-integer power yields a complex result");
  }
  const double result = std::pow(base_value, exponent);
  if (result == 0 && base_value != 0 && !AnyInfinite(args)) ThrowUnderflow();
  return Checked<double>(result, AnyInfinite(args));
}

Value ArcTangent2(EvalContext&, std::span<Value> args, const Expression&) {
  return Value::Double(std::atan2(args[0].AsDouble(), args[1].AsDouble()));
}

Value Pi(EvalContext&, std::span<Value>, const Expression&) { return Value::Double(std::numbers::pi); }

}  // namespace

void AddFloatFunctions(FunctionList& out) {
  out.insert(out.end(), {
                            Operator("+", {T::kFloat4, T::kFloat4}, T::kFloat4, 586, Add<float>),
                            Operator("+", {T::kFloat8, T::kFloat8}, T::kFloat8, 591, Add<double>),
                            Operator("+", {T::kFloat4, T::kFloat8}, T::kFloat8, 1116, Add<double>),
                            Operator("+", {T::kFloat8, T::kFloat4}, T::kFloat8, 1126, Add<double>),
                            Operator("-", {T::kFloat4, T::kFloat4}, T::kFloat4, 587, Subtract<float>),
                            Operator("-", {T::kFloat8, T::kFloat8}, T::kFloat8, 592, Subtract<double>),
                            Operator("-", {T::kFloat4, T::kFloat8}, T::kFloat8, 1117, Subtract<double>),
                            Operator("-", {T::kFloat8, T::kFloat4}, T::kFloat8, 1127, Subtract<double>),
                            Operator("*", {T::kFloat4, T::kFloat4}, T::kFloat4, 589, Multiply<float>),
                            Operator("*", {T::kFloat8, T::kFloat8}, T::kFloat8, 594, Multiply<double>),
                            Operator("*", {T::kFloat4, T::kFloat8}, T::kFloat8, 1119, Multiply<double>),
                            Operator("*", {T::kFloat8, T::kFloat4}, T::kFloat8, 1129, Multiply<double>),
                            Operator("/", {T::kFloat4, T::kFloat4}, T::kFloat4, 588, Divide<float>),
                            Operator("/", {T::kFloat8, T::kFloat8}, T::kFloat8, 593, Divide<double>),
                            Operator("/", {T::kFloat4, T::kFloat8}, T::kFloat8, 1118, Divide<double>),
                            Operator("/", {T::kFloat8, T::kFloat4}, T::kFloat8, 1128, Divide<double>),
                            Operator("-", {T::kFloat4}, T::kFloat4, 584, Apply<Negated>),
                            Operator("-", {T::kFloat8}, T::kFloat8, 585, Apply<Negated>),
                            Operator("+", {T::kFloat4}, T::kFloat4, 1919, Apply<Same>),
                            Operator("+", {T::kFloat8}, T::kFloat8, 1920, Apply<Same>),
                            Operator("@", {T::kFloat4}, T::kFloat4, 590, Apply<Absolute>),
                            Operator("@", {T::kFloat8}, T::kFloat8, 595, Apply<Absolute>),
                            Operator("^", {T::kFloat8, T::kFloat8}, T::kFloat8, 965, Power),
                            Operator("|/", {T::kFloat8}, T::kFloat8, 596, Apply<SquareRoot>),
                            Operator("||/", {T::kFloat8}, T::kFloat8, 597, Apply<CubeRoot>),
                            Scalar("abs", {T::kFloat4}, T::kFloat4, 1394, Apply<Absolute>),
                            Scalar("abs", {T::kFloat8}, T::kFloat8, 1395, Apply<Absolute>),
                            Scalar("ceil", {T::kFloat8}, T::kFloat8, 2308, Apply<Ceil>),
                            Scalar("ceiling", {T::kFloat8}, T::kFloat8, 2320, Apply<Ceil>),
                            Scalar("floor", {T::kFloat8}, T::kFloat8, 2309, Apply<Floor>),
                            Scalar("round", {T::kFloat8}, T::kFloat8, 1342, Apply<Round>),
                            Scalar("trunc", {T::kFloat8}, T::kFloat8, 1343, Apply<Truncate>),
                            Scalar("sign", {T::kFloat8}, T::kFloat8, 2310, Apply<Sign>),
                            Scalar("sqrt", {T::kFloat8}, T::kFloat8, 1344, Apply<SquareRoot>),
                            Scalar("cbrt", {T::kFloat8}, T::kFloat8, 1345, Apply<CubeRoot>),
                            Scalar("exp", {T::kFloat8}, T::kFloat8, 1347, Exponential),
                            Scalar("ln", {T::kFloat8}, T::kFloat8, 1341, Apply<NaturalLogarithm>),
                            Scalar("log", {T::kFloat8}, T::kFloat8, 1340, Apply<DecimalLogarithm>),
                            Scalar("log10", {T::kFloat8}, T::kFloat8, 1194, Apply<DecimalLogarithm>),
                            Scalar("power", {T::kFloat8, T::kFloat8}, T::kFloat8, 1368, Power),
                            Scalar("pow", {T::kFloat8, T::kFloat8}, T::kFloat8, 1346, Power),
                            Scalar("degrees", {T::kFloat8}, T::kFloat8, 1608, Apply<Degrees>),
                            Scalar("radians", {T::kFloat8}, T::kFloat8, 1609, Apply<Radians>),
                            Scalar("sin", {T::kFloat8}, T::kFloat8, 1604, Apply<OfFinite<Sine>>),
                            Scalar("cos", {T::kFloat8}, T::kFloat8, 1605, Apply<OfFinite<Cosine>>),
                            Scalar("tan", {T::kFloat8}, T::kFloat8, 1606, Apply<OfFinite<Tangent>>),
                            Scalar("asin", {T::kFloat8}, T::kFloat8, 1600, Apply<OfUnitRange<ArcSine>>),
                            Scalar("acos", {T::kFloat8}, T::kFloat8, 1601, Apply<OfUnitRange<ArcCosine>>),
                            Scalar("atan", {T::kFloat8}, T::kFloat8, 1602, Apply<ArcTangent>),
                            Scalar("atan2", {T::kFloat8, T::kFloat8}, T::kFloat8, 1603, ArcTangent2),
                            Scalar("pi", {}, T::kFloat8, 1610, Pi),
                        });
}

}  // namespace ordinal::sql
