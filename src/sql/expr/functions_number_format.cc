#include <algorithm>
#include <cmath>
#include <string>

#include "fmt/format.h"
#include "sql/expr/function_table.h"
#include "sql/expr/number_format.h"
#include "types/numeric.h"

// to_char() of numbers (manual, section 9.8).
namespace ordinal::sql {
namespace {

using types::Numeric;
using T = TypeId;
using Args = std::span<Value>;

Value Print(const NumberPattern& pattern, std::string text) {
  const bool negative = text.starts_with('-');
  if (negative) text.erase(0, 1);
  return Value::String(pattern.Format(text, negative));
}

Numeric Shifted(const Numeric& number, int digits) {
  if (digits == 0) return number;
  return number * Numeric::Power(Numeric::FromInt64(10), Numeric::FromInt64(digits));
}

Value OfNumeric(EvalContext&, Args args, const Expression&) {
  if (args[1].AsString().empty()) return Value::String("");
  const NumberPattern pattern(args[1].AsString());
  return Print(pattern,
               Shifted(args[0].AsNumeric(), pattern.shift()).Round(pattern.digits_after()).ToString());
}

Value OfInteger(EvalContext&, Args args, const Expression&) {
  if (args[1].AsString().empty()) return Value::String("");
  const NumberPattern pattern(args[1].AsString());
  const Numeric number = Shifted(Numeric::FromInt64(args[0].AsInt()), pattern.shift());
  return Print(pattern, number.Round(pattern.digits_after()).ToString());
}

// Shows as many digits as the type can tell apart.
template <int digits_max>
Value OfFloat(EvalContext&, Args args, const Expression&) {
  if (args[1].AsString().empty()) return Value::String("");
  NumberPattern pattern(args[1].AsString());
  const double value = args[0].AsDouble() * std::pow(10.0, pattern.shift());
  const auto before = static_cast<int>(fmt::format("{:.0f}", std::fabs(value)).size());
  pattern.LimitDigitsAfter(std::max(digits_max - before, 0));
  std::string text = fmt::format("{:.{}f}", value, pattern.digits_after());
  if (std::isnan(value)) text = "NaN";
  if (std::isinf(value)) text = value < 0 ? "-Infinity" : "Infinity";
  return Print(pattern, std::move(text));
}

}  // namespace

void AddNumberFormatFunctions(FunctionList& out) {
  constexpr int kDoubleDigits = 15;
  constexpr int kFloatDigits = 6;
  out.insert(out.end(),
             {
                 Stable(Scalar("to_char", {T::kNumeric, T::kText}, T::kText, 1772, OfNumeric)),
                 Stable(Scalar("to_char", {T::kInt4, T::kText}, T::kText, 1773, OfInteger)),
                 Stable(Scalar("to_char", {T::kInt8, T::kText}, T::kText, 1774, OfInteger)),
                 Stable(Scalar("to_char", {T::kFloat4, T::kText}, T::kText, 1775, OfFloat<kFloatDigits>)),
                 Stable(Scalar("to_char", {T::kFloat8, T::kText}, T::kText, 1776, OfFloat<kDoubleDigits>)),
             });
}

}  // namespace ordinal::sql
