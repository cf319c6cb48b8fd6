#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "base/error.h"
#include "sql/expr/function_table.h"
#include "types/numeric.h"
#include "types/scan.h"

// Functions about the size of objects (manual, table 9.96). The store keeps no sizes of single objects, so
// that those are NULL.
namespace ordinal::sql {
namespace {

using T = TypeId;
using Args = std::span<Value>;

Value NotKept(EvalContext&, Args, const Expression&) { return Value(); }
Value NoLocation(EvalContext&, Args, const Expression&) { return Value::String(""); }

constexpr std::array<const char*, 6> kUnits = {" bytes", " kB", " MB", " GB", " TB", " PB"};

std::uint64_t Magnitude(std::int64_t number) {
  return number < 0 ? 0 - static_cast<std::uint64_t>(number) : static_cast<std::uint64_t>(number);
}

// Takes a unit up to 10240 of it, but for the last. From kB on twice the number is kept, so that the half
// that is cut off decides how it is rounded, away from zero.
Value Pretty(EvalContext&, Args args, const Expression&) {
  constexpr std::uint64_t kBytesMax = 10 * 1024;
  constexpr std::uint64_t kHalvesMax = 2 * kBytesMax - 1;
  std::int64_t size = args[0].AsInt();
  if (Magnitude(size) < kBytesMax) return Value::String(std::to_string(size) + kUnits[0]);
  size /= 512;
  std::size_t unit = 1;
  for (; unit + 1 < kUnits.size() && Magnitude(size) >= kHalvesMax; ++unit) size /= 1024;
  const std::int64_t rounded = (size + (size < 0 ? -1 : 1)) / 2;
  return Value::String(std::to_string(rounded) + kUnits[unit]);
}

// Of numerics, rounded half away from zero at each step as above.
Value PrettyNumeric(EvalContext&, Args args, const Expression&) {
  using types::Numeric;
  const auto below = [](const Numeric& number, std::int64_t limit) {
    return number.IsFinite() && number.Abs() < Numeric::FromInt64(limit);
  };
  Numeric size = args[0].AsNumeric();
  if (below(size, 10 * 1024)) return Value::String(size.ToString() + kUnits[0]);
  size = Numeric::DivideTruncated(size, Numeric::FromInt64(512));
  std::size_t unit = 1;
  for (; unit + 1 < kUnits.size() && !below(size, 20 * 1024 - 1); ++unit) {
    size = Numeric::DivideTruncated(size, Numeric::FromInt64(1024));
  }
  const Numeric one = Numeric::FromInt64(size.Sign() < 0 ? -1 : 1);
  const Numeric rounded = Numeric::DivideTruncated(size + one, Numeric::FromInt64(2));
  return Value::String(rounded.ToString() + kUnits[unit]);
}

// The length of a number with fraction and exponent at the begin of the text.
std::size_t NumberLength(std::string_view text) {
  std::size_t end = 0;
  const auto digits = [&] {
    const std::size_t begin = end;
    while (end < text.size() && types::IsDigit(text[end])) ++end;
    return end > begin;
  };
  if (end < text.size() && (text[end] == '-' || text[end] == '+')) ++end;
  bool has_digits = digits();
  if (end < text.size() && text[end] == '.') {
    ++end;
    has_digits = digits() || has_digits;
  }
  if (!has_digits) return 0;
  const std::size_t mantissa = end;
  if (end < text.size() && types::ToLower(text[end]) == 'e') {
    ++end;
    if (end < text.size() && (text[end] == '-' || text[end] == '+')) ++end;
    if (!digits()) end = mantissa;
  }
  return end;
}

Value SizeBytes(EvalContext&, Args args, const Expression&) {
  using types::Numeric;
  const std::string_view text = args[0].AsString();
  std::string_view rest = types::TrimBlanks(text);
  const std::size_t length = NumberLength(rest);
  const auto invalid = [&] {
    return base::Error(base::sqlstate::kInvalidParameterValue, "invalid size: \"" + std::string(text) + "\"");
  };
  if (length == 0) throw invalid();
  Numeric number = Numeric::Parse(rest.substr(0, length));
  const std::string_view unit = types::TrimBlanks(rest.substr(length));
  constexpr std::array<std::string_view, 6> kNames = {"bytes", "kb", "mb", "gb", "tb", "pb"};
  if (!unit.empty()) {
    std::size_t step = 0;
    while (step < kNames.size() && !types::EqualsIgnoringCase(unit, kNames[step])) ++step;
    if (step == kNames.size()) {
      throw invalid()
          .Detail("Invalid size unit: \"" + std::string(unit) + "\".")
          .Hint("Valid units are \"bytes\", \"kB\", \"MB\", \"GB\", \"TB\", and \"PB\".");
    }
    for (; step > 0; --step) number = number * Numeric::FromInt64(1024);
  }
  const std::optional<std::int64_t> bytes = number.ToInt64();
  if (!bytes) throw base::Error(base::sqlstate::kNumericValueOutOfRange, "bigint out of range");
  return Value::Int(*bytes);
}

}  // namespace

void AddSizeFunctions(FunctionList& out) {
  out.insert(out.end(),
             {
                 Volatile(Scalar("pg_relation_size", {T::kRegclass}, T::kInt8, 2325, NotKept)),
                 Volatile(Scalar("pg_relation_size", {T::kRegclass, T::kText}, T::kInt8, 2332, NotKept)),
                 Volatile(Scalar("pg_table_size", {T::kRegclass}, T::kInt8, 2997, NotKept)),
                 Volatile(Scalar("pg_indexes_size", {T::kRegclass}, T::kInt8, 2998, NotKept)),
                 Volatile(Scalar("pg_total_relation_size", {T::kRegclass}, T::kInt8, 2286, NotKept)),
                 Volatile(Scalar("pg_database_size", {T::kOid}, T::kInt8, 2324, NotKept)),
                 Volatile(Scalar("pg_database_size", {T::kName}, T::kInt8, 2168, NotKept)),
                 Volatile(Scalar("pg_tablespace_size", {T::kOid}, T::kInt8, 2322, NotKept)),
                 Volatile(Scalar("pg_tablespace_size", {T::kName}, T::kInt8, 2323, NotKept)),
                 Stable(Scalar("pg_tablespace_location", {T::kOid}, T::kText, 3778, NoLocation)),
                 Scalar("pg_size_pretty", {T::kInt8}, T::kText, 2288, Pretty),
                 Scalar("pg_size_pretty", {T::kNumeric}, T::kText, 3166, PrettyNumeric),
                 Scalar("pg_size_bytes", {T::kText}, T::kInt8, 3334, SizeBytes),
             });
}

}  // namespace ordinal::sql
