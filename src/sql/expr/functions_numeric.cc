#include "sql/expr/function_table.h"
#include "types/numeric.h"

namespace ordinal::sql {
namespace {

using types::Numeric;
using T = TypeId;

using Unary = Numeric (*)(const Numeric&);
using Binary = Numeric (*)(const Numeric&, const Numeric&);

template <Unary function>
Value Apply(EvalContext&, std::span<Value> args, const Expression&) {
  return Value::OfNumeric(function(args[0].AsNumeric()));
}

template <Binary function>
Value Combine(EvalContext&, std::span<Value> args, const Expression&) {
  return Value::OfNumeric(function(args[0].AsNumeric(), args[1].AsNumeric()));
}

Numeric Add(const Numeric& a, const Numeric& b) { return a + b; }
Numeric Subtract(const Numeric& a, const Numeric& b) { return a - b; }
Numeric Multiply(const Numeric& a, const Numeric& b) { return a * b; }
Numeric Divide(const Numeric& a, const Numeric& b) { return a / b; }
Numeric Modulo(const Numeric& a, const Numeric& b) { return a % b; }
Numeric Negated(const Numeric& a) { return -a; }
Numeric Same(const Numeric& a) { return a; }
Numeric Absolute(const Numeric& a) { return a.Abs(); }
Numeric Ceil(const Numeric& a) { return a.Ceil(); }
Numeric Floor(const Numeric& a) { return a.Floor(); }
Numeric RoundToInteger(const Numeric& a) { return a.Round(0); }
Numeric TruncateToInteger(const Numeric& a) { return a.Truncate(0); }
Numeric SquareRoot(const Numeric& a) { return a.Sqrt(); }
Numeric Exponential(const Numeric& a) { return a.Exp(); }
Numeric NaturalLogarithm(const Numeric& a) { return a.Ln(); }
Numeric DecimalLogarithm(const Numeric& a) { return a.Log10(); }
Numeric TrimScale(const Numeric& a) { return a.TrimScale(); }
Numeric Sign(const Numeric& a) { return a.IsNaN() ? a : Numeric::FromInt64(a.Sign()); }

// Keeps a number of digits within what a value can have, as PostgreSQL does.
int ClampScale(std::int64_t scale) {
  if (scale > Numeric::kScaleMax) return Numeric::kScaleMax;
  if (scale < -Numeric::kScaleMax) return -Numeric::kScaleMax;
  return static_cast<int>(scale);
}

Value Round(EvalContext&, std::span<Value> args, const Expression&) {
  return Value::OfNumeric(args[0].AsNumeric().Round(ClampScale(args[1].AsInt())));
}

Value Truncate(EvalContext&, std::span<Value> args, const Expression&) {
  return Value::OfNumeric(args[0].AsNumeric().Truncate(ClampScale(args[1].AsInt())));
}

Value Scale(EvalContext&, std::span<Value> args, const Expression&) {
  const Numeric& number = args[0].AsNumeric();
  return number.IsFinite() ? Value::Int(number.scale()) : Value();
}

Value MinScale(EvalContext&, std::span<Value> args, const Expression&) {
  const Numeric& number = args[0].AsNumeric();
  return number.IsFinite() ? Value::Int(number.MinScale()) : Value();
}

}  // namespace

void AddNumericFunctions(FunctionList& out) {
  constexpr TypeId kN = T::kNumeric;
  out.insert(out.end(), {
                            Operator("+", {kN, kN}, kN, 1758, Combine<Add>),
                            Operator("-", {kN, kN}, kN, 1759, Combine<Subtract>),
                            Operator("*", {kN, kN}, kN, 1760, Combine<Multiply>),
                            Operator("/", {kN, kN}, kN, 1761, Combine<Divide>),
                            Operator("%", {kN, kN}, kN, 1762, Combine<Modulo>),
                            Operator("^", {kN, kN}, kN, 1038, Combine<Numeric::Power>),
                            Operator("-", {kN}, kN, 1751, Apply<Negated>),
                            Operator("+", {kN}, kN, 1921, Apply<Same>),
                            Operator("@", {kN}, kN, 1763, Apply<Absolute>),
                            Scalar("abs", {kN}, kN, 1705, Apply<Absolute>),
                            Scalar("ceil", {kN}, kN, 1711, Apply<Ceil>),
                            Scalar("ceiling", {kN}, kN, 2167, Apply<Ceil>),
                            Scalar("floor", {kN}, kN, 1712, Apply<Floor>),
                            Scalar("round", {kN}, kN, 1708, Apply<RoundToInteger>),
                            Scalar("round", {kN, T::kInt4}, kN, 1707, Round),
                            Scalar("trunc", {kN}, kN, 1710, Apply<TruncateToInteger>),
                            Scalar("trunc", {kN, T::kInt4}, kN, 1709, Truncate),
                            Scalar("sign", {kN}, kN, 1706, Apply<Sign>),
                            Scalar("mod", {kN, kN}, kN, 1728, Combine<Modulo>),
                            Scalar("div", {kN, kN}, kN, 1973, Combine<Numeric::DivideTruncated>),
                            Scalar("power", {kN, kN}, kN, 2169, Combine<Numeric::Power>),
                            Scalar("pow", {kN, kN}, kN, 1738, Combine<Numeric::Power>),
                            Scalar("sqrt", {kN}, kN, 1730, Apply<SquareRoot>),
                            Scalar("exp", {kN}, kN, 1732, Apply<Exponential>),
                            Scalar("ln", {kN}, kN, 1734, Apply<NaturalLogarithm>),
                            Scalar("log", {kN}, kN, 1741, Apply<DecimalLogarithm>),
                            Scalar("log10", {kN}, kN, 1481, Apply<DecimalLogarithm>),
                            Scalar("log", {kN, kN}, kN, 1736, Combine<Numeric::Log>),
                            Scalar("scale", {kN}, T::kInt4, 3281, Scale),
                            Scalar("min_scale", {kN}, T::kInt4, 5042, MinScale),
                            Scalar("trim_scale", {kN}, kN, 5043, Apply<TrimScale>),
                        });
}

}  // namespace ordinal::sql
