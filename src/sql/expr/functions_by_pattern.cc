#include <cstdlib>

#include "base/error.h"
#include "sql/expr/datetime_by_pattern.h"
#include "sql/expr/function_table.h"
#include "types/datetime.h"

// to_date() and to_timestamp() by a pattern (manual, section 9.8).
namespace ordinal::sql {
namespace {

using base::Error;
using T = TypeId;
using Args = std::span<Value>;

[[noreturn]] void ThrowRange(const std::string& message) {
  throw Error(base::sqlstate::kDatetimeFieldOverflow, message);
}

// nullopt for dates that have no number of days.
std::optional<std::int64_t> DaysOf(const DateByPattern& date) {
  constexpr std::int64_t kYearMax = 6'000'000;
  if (std::llabs(date.year) > kYearMax) return std::nullopt;
  const std::int64_t days = types::DaysFromCivil(date.year, date.month, date.day);
  if (!types::IsFiniteDateInRange(days)) return std::nullopt;
  return days;
}

Value ToDate(EvalContext&, Args args, const Expression&) {
  const std::string_view text = args[0].AsString();
  const std::optional<std::int64_t> days = DaysOf(ReadByPattern(text, args[1].AsString(), false));
  if (!days) ThrowRange("date out of range: \"" + std::string(text) + "\"");
  return Value::Int(*days);
}

Value ToTimestamp(EvalContext& context, Args args, const Expression&) {
  const DateByPattern read = ReadByPattern(args[0].AsString(), args[1].AsString(), false);
  const std::optional<std::int64_t> days = DaysOf(read);
  const std::optional<std::int64_t> local =
      days ? types::JoinTimestamp(*days, read.micros) : std::optional<std::int64_t>();
  if (!local || !types::IsFiniteTimestampInRange(*local)) ThrowRange("timestamp out of range");
  const types::TimeZone zone = read.seconds_east ? types::TimeZone::Fixed(*read.seconds_east)
                                                 : types::TimeZone::Get(context.settings().time_zone);
  std::int64_t utc = zone.ToUtc(*local);
  if (!types::IsFiniteTimestampInRange(utc)) ThrowRange("timestamp out of range");
  if (read.fraction_digits > 0) utc = types::RoundMicros(utc, read.fraction_digits);
  return Value::Int(utc);
}

}  // namespace

void AddByPatternFunctions(FunctionList& out) {
  constexpr TypeId kTz = T::kTimestamptz;
  out.insert(out.end(), {
                            Stable(Scalar("to_date", {T::kText, T::kText}, T::kDate, 1780, ToDate)),
                            Stable(Scalar("to_timestamp", {T::kText, T::kText}, kTz, 1778, ToTimestamp)),
                        });
}

}  // namespace ordinal::sql
