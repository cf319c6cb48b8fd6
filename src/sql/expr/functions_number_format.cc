#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

#include "base/error.h"
#include "fmt/format.h"
#include "sql/expr/function_table.h"
#include "sql/expr/number_by_pattern.h"
#include "sql/expr/number_format.h"
#include "types/numeric.h"
#include "types/text_codec.h"

// to_number(), and to_char() of numbers (manual, section 9.8).
namespace ordinal::sql {
namespace {

using base::Error;
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

// The numeral, or marks for a number that has none.
std::string RomanNumeral(std::int64_t number) {
  if (number < 1 || number > 3999) return std::string(15, '#');
  constexpr std::pair<std::int64_t, std::string_view> kSteps[] = {
      {1000, "M"}, {900, "CM"}, {500, "D"}, {400, "CD"}, {100, "C"}, {90, "XC"}, {50, "L"},
      {40, "XL"},  {10, "X"},   {9, "IX"},  {5, "V"},    {4, "IV"},  {1, "I"}};
  std::string numeral;
  for (const auto& [value, letters] : kSteps) {
    for (; number >= value; number -= value) numeral += letters;
  }
  return numeral;
}

Value Roman(const NumberPattern& pattern, std::int64_t number) {
  return Value::String(pattern.Format(RomanNumeral(number), false));
}

// As PostgreSQL's cast to integer, which says when it does not fit.
std::int64_t ToInteger(const Numeric& number) {
  const std::optional<std::int64_t> integer = number.ToInt64();
  if (integer && *integer == static_cast<std::int32_t>(*integer)) return *integer;
  if (number.IsNaN()) throw Error(base::sqlstate::kFeatureNotSupported, "cannot convert NaN to integer");
  if (number.IsInfinite()) {
    throw Error(base::sqlstate::kFeatureNotSupported, "cannot convert infinity to integer");
  }
  throw Error(base::sqlstate::kNumericValueOutOfRange, "integer out of range");
}

// What EEEE shows of a number that has no digits.
std::string Marks(const NumberPattern& pattern) {
  const auto before = static_cast<std::size_t>(pattern.digits_before());
  std::string marks(before + static_cast<std::size_t>(pattern.digits_after()) + 6, '#');
  marks[0] = ' ';
  if (before + 1 < marks.size()) marks[before + 1] = '.';
  return marks;
}

Value Scientific(const NumberPattern& pattern, double value) {
  if (!std::isfinite(value)) return Value::String(Marks(pattern));
  return Value::String(fmt::format("{: .{}e}", value, pattern.digits_after()));
}

Value Scientific(const NumberPattern& pattern, const Numeric& number) {
  if (!number.IsFinite()) return Value::String(Marks(pattern));
  const int exponent = number.IsZero() ? 0 : number.ToDecimal().exponent - 1;
  Numeric::Decimal decimal = number.ToDecimal();
  if (!number.IsZero()) decimal.exponent = 1;
  std::string text = Numeric::FromDecimal(decimal).Round(pattern.digits_after()).ToString();
  if (!text.starts_with('-')) text.insert(0, 1, ' ');
  return Value::String(fmt::format("{}e{:+03d}", text, exponent));
}

Value OfNumeric(EvalContext&, Args args, const Expression&) {
  if (args[1].AsString().empty()) return Value::String("");
  const NumberPattern pattern(args[1].AsString());
  if (pattern.is_roman()) return Roman(pattern, ToInteger(args[0].AsNumeric().Round(0)));
  if (pattern.is_scientific()) return Scientific(pattern, args[0].AsNumeric());
  return Print(pattern,
               Shifted(args[0].AsNumeric(), pattern.shift()).Round(pattern.digits_after()).ToString());
}

Value OfInteger(EvalContext&, Args args, const Expression&) {
  if (args[1].AsString().empty()) return Value::String("");
  const NumberPattern pattern(args[1].AsString());
  if (pattern.is_roman()) return Roman(pattern, ToInteger(Numeric::FromInt64(args[0].AsInt())));
  if (pattern.is_scientific()) return Scientific(pattern, Numeric::FromInt64(args[0].AsInt()));
  const Numeric number = Shifted(Numeric::FromInt64(args[0].AsInt()), pattern.shift());
  return Print(pattern, number.Round(pattern.digits_after()).ToString());
}

std::int64_t RoundToInteger(double value) {
  const double rounded = std::rint(value);
  if (std::isnan(rounded) || std::fabs(rounded) > 0x1p31 || rounded == 0x1p31) {
    throw Error(base::sqlstate::kNumericValueOutOfRange, "integer out of range");
  }
  return static_cast<std::int64_t>(rounded);
}

// Shows as many digits as the type can tell apart.
template <int digits_max>
Value OfFloat(EvalContext&, Args args, const Expression&) {
  if (args[1].AsString().empty()) return Value::String("");
  NumberPattern pattern(args[1].AsString());
  if (pattern.is_roman()) return Roman(pattern, RoundToInteger(args[0].AsDouble()));
  if (pattern.is_scientific()) return Scientific(pattern, args[0].AsDouble());
  const double value = args[0].AsDouble() * std::pow(10.0, pattern.shift());
  const auto before = static_cast<int>(fmt::format("{:.0f}", std::fabs(value)).size());
  pattern.LimitDigitsAfter(std::max(digits_max - before, 0));
  std::string text = fmt::format("{:.{}f}", value, pattern.digits_after());
  if (std::isnan(value)) text = "NaN";
  if (std::isinf(value)) text = value < 0 ? "-Infinity" : "Infinity";
  return Print(pattern, std::move(text));
}

Value ToNumber(EvalContext& context, Args args, const Expression&) {
  if (args[1].AsString().empty()) return Value();
  const NumberPattern pattern(args[1].AsString());
  const NumberByPattern read = ReadNumberByPattern(args[0].AsString(), pattern);
  // Under the modifier numeric(digits of the pattern, digits read).
  const std::int32_t precision = pattern.digits_before() + read.digits_after;
  const std::int32_t modifier = ((precision << 16) | read.digits_after) + 4;
  const Value number = types::ParseText(read.text, {T::kNumeric, modifier}, context.settings());
  if (!pattern.has_shift()) return number;
  const Numeric scale =
      Numeric::Power(Numeric::FromInt64(10), Numeric::FromInt64(-std::int64_t{pattern.shift()}));
  return Value::OfNumeric(number.AsNumeric() * scale);
}

}  // namespace

void AddNumberFormatFunctions(FunctionList& out) {
  constexpr int kDoubleDigits = 15;
  constexpr int kFloatDigits = 6;
  out.insert(out.end(),
             {
                 Stable(Scalar("to_number", {T::kText, T::kText}, T::kNumeric, 1777, ToNumber)),
                 Stable(Scalar("to_char", {T::kNumeric, T::kText}, T::kText, 1772, OfNumeric)),
                 Stable(Scalar("to_char", {T::kInt4, T::kText}, T::kText, 1773, OfInteger)),
                 Stable(Scalar("to_char", {T::kInt8, T::kText}, T::kText, 1774, OfInteger)),
                 Stable(Scalar("to_char", {T::kFloat4, T::kText}, T::kText, 1775, OfFloat<kFloatDigits>)),
                 Stable(Scalar("to_char", {T::kFloat8, T::kText}, T::kText, 1776, OfFloat<kDoubleDigits>)),
             });
}

}  // namespace ordinal::sql
