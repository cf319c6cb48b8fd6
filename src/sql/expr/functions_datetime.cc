#include <cmath>

#include "base/error.h"
#include "sql/expr/function_table.h"
#include "sql/expr/timestamp_format.h"
#include "types/datetime.h"
#include "types/text_codec.h"

// Functions that make, truncate, compare and print dates and times.
namespace ordinal::sql {
namespace {

using base::Error;
using types::Interval;
using T = TypeId;
using Args = std::span<Value>;

types::TimeZone SessionZone(EvalContext& context) {
  return types::TimeZone::Get(context.settings().time_zone);
}

Value AgeOfTimestamps(EvalContext&, Args args, const Expression&) {
  return Value::OfInterval(types::Age(args[0].AsInt(), args[1].AsInt()));
}

Value AgeOfInstants(EvalContext& context, Args args, const Expression&) {
  const types::TimeZone zone = SessionZone(context);
  return Value::OfInterval(types::Age(zone.ToLocal(args[0].AsInt()), zone.ToLocal(args[1].AsInt())));
}

// age(x) counts to the midnight that today began with.
std::int64_t LocalMidnight(EvalContext& context, const types::TimeZone& zone) {
  const std::int64_t now = zone.ToLocal(context.settings().transaction_micros);
  return types::SplitTimestamp(now).days * types::kMicrosPerDay;
}

Value AgeOfTimestamp(EvalContext& context, Args args, const Expression&) {
  return Value::OfInterval(types::Age(LocalMidnight(context, SessionZone(context)), args[0].AsInt()));
}

Value AgeOfInstant(EvalContext& context, Args args, const Expression&) {
  const types::TimeZone zone = SessionZone(context);
  return Value::OfInterval(types::Age(LocalMidnight(context, zone), zone.ToLocal(args[0].AsInt())));
}

std::string TwoDigits(std::int64_t number) {
  const std::string text = std::to_string(number);
  return text.size() < 2 ? "0" + text : text;
}

std::string DateText(Args args) {
  return std::to_string(args[0].AsInt()) + "-" + TwoDigits(args[1].AsInt()) + "-" +
         TwoDigits(args[2].AsInt());
}

[[noreturn]] void ThrowDateField(Args args) {
  throw Error(base::sqlstate::kDatetimeFieldOverflow, "date field value out of range: " + DateText(args));
}

// Joins a calendar day, its year negative for BC. Errors: 22008 `date field value out of range: 2020-13-01`,
// `date out of range: ...`.
std::int64_t DaysOf(Args args) {
  std::int64_t year = args[0].AsInt();
  const std::int64_t month = args[1].AsInt();
  const std::int64_t day = args[2].AsInt();
  if (year == 0 || month < 1 || month > types::kMonthsPerYear) {
    ThrowDateField(args);
  }
  if (year < 0) ++year;
  if (day < 1 || day > types::DaysInMonth(year, static_cast<int>(month))) ThrowDateField(args);
  const std::int64_t days = types::DaysFromCivil(year, static_cast<int>(month), static_cast<int>(day));
  if (!types::IsFiniteDateInRange(days)) {
    throw Error(base::sqlstate::kDatetimeFieldOverflow, "date out of range: " + DateText(args));
  }
  return days;
}

Value MakeDate(EvalContext&, Args args, const Expression&) { return Value::Int(DaysOf(args)); }

// Joins a time of day; 24:00:00 and a 60th second are allowed. nullopt when a field is out of range.
std::optional<std::int64_t> MicrosOf(const Value& hour, const Value& minute, const Value& second) {
  const double seconds = second.AsDouble();
  if (std::isnan(seconds) || hour.AsInt() < 0 || minute.AsInt() < 0 || minute.AsInt() > 59)
    return std::nullopt;
  if (seconds < 0 || seconds > 60 || hour.AsInt() > 24) return std::nullopt;
  const std::int64_t micros = hour.AsInt() * types::kMicrosPerHour +
                              minute.AsInt() * types::kMicrosPerMinute +
                              std::llrint(seconds * static_cast<double>(types::kMicrosPerSecond));
  if (micros > types::kMicrosPerDay) return std::nullopt;
  return micros;
}

[[noreturn]] void ThrowTimeField(const std::string& text) {
  throw Error(base::sqlstate::kDatetimeFieldOverflow, "time field value out of range: " + text);
}

std::string TimeText(const Value& hour, const Value& minute, const Value& second) {
  std::string seconds = types::ToText(second, T::kFloat8, types::Settings());
  if (seconds.size() < 2) {
    seconds.insert(seconds.begin(), '0');
  }
  return TwoDigits(hour.AsInt()) + ":" + TwoDigits(minute.AsInt()) + ":" + seconds;
}

Value MakeTime(EvalContext&, Args args, const Expression&) {
  const std::optional<std::int64_t> micros = MicrosOf(args[0], args[1], args[2]);
  if (!micros) ThrowTimeField(TimeText(args[0], args[1], args[2]));
  return Value::Int(*micros);
}

std::int64_t JoinParts(Args args) {
  const std::int64_t days = DaysOf(args);
  const std::optional<std::int64_t> micros = MicrosOf(args[3], args[4], args[5]);
  if (!micros) ThrowTimeField(TimeText(args[3], args[4], args[5]));
  const std::optional<std::int64_t> result = types::JoinTimestamp(days, *micros);
  if (!result || !types::IsFiniteTimestampInRange(*result)) {
    throw Error(base::sqlstate::kDatetimeFieldOverflow,
                "timestamp out of range: " + DateText(args) + " " + TimeText(args[3], args[4], args[5]));
  }
  return *result;
}

Value MakeTimestamp(EvalContext&, Args args, const Expression&) { return Value::Int(JoinParts(args)); }

Value MakeTimestamptz(EvalContext& context, Args args, const Expression&) {
  const types::TimeZone zone =
      args.size() > 6 ? types::TimeZone::Get(args[6].AsString()) : SessionZone(context);
  return Value::Int(types::LocalToUtc(JoinParts(args), zone));
}

Value ToTimestamp(EvalContext&, Args args, const Expression&) {
  const double seconds = args[0].AsDouble();
  if (std::isnan(seconds)) {
    throw Error(base::sqlstate::kDatetimeFieldOverflow, "timestamp cannot be NaN");
  }
  if (std::isinf(seconds)) {
    return Value::Int(seconds > 0 ? types::kTimestampInfinity : types::kTimestampMinusInfinity);
  }
  constexpr double kMicros = static_cast<double>(types::kMicrosPerSecond);
  const double shifted = seconds - static_cast<double>(types::kUnixEpochDays * types::kSecondsPerDay);
  const double micros = std::rint(shifted * kMicros);
  if (micros < static_cast<double>(types::kTimestampMin) ||
      micros >= static_cast<double>(types::kTimestampEnd)) {
    throw Error(base::sqlstate::kDatetimeFieldOverflow,
                "timestamp out of range: \"" + types::ToText(args[0], T::kFloat8, types::Settings()) + "\"");
  }
  return Value::Int(static_cast<std::int64_t>(micros));
}

// AT TIME ZONE: an instant becomes local time there, a local time there becomes an instant.
Value InstantAtZone(EvalContext&, Args args, const Expression&) {
  return Value::Int(types::TimeZone::Get(args[0].AsString()).ToLocal(args[1].AsInt()));
}

Value LocalAtZone(EvalContext&, Args args, const Expression&) {
  return Value::Int(types::LocalToUtc(args[1].AsInt(), types::TimeZone::Get(args[0].AsString())));
}

Value IsFiniteDate(EvalContext&, Args args, const Expression&) {
  return Value::Bool(!types::IsInfiniteDate(args[0].AsInt()));
}

Value IsFiniteTimestamp(EvalContext&, Args args, const Expression&) {
  return Value::Bool(!types::IsInfiniteTimestamp(args[0].AsInt()));
}

Value IsFiniteInterval(EvalContext&, Args, const Expression&) { return Value::Bool(true); }

using Justify = Interval (*)(const Interval&);
template <Justify justify>
Value Justified(EvalContext&, Args args, const Expression&) {
  return Value::OfInterval(justify(args[0].AsInterval()));
}

Value TimestampToChar(EvalContext&, Args args, const Expression&) {
  if (types::IsInfiniteTimestamp(args[0].AsInt()) || args[1].AsString().empty()) return Value();
  return Value::String(FormatTimestamp(args[0].AsInt(), args[1].AsString(), std::nullopt));
}

Value InstantToChar(EvalContext& context, Args args, const Expression&) {
  const std::int64_t utc = args[0].AsInt();
  if (types::IsInfiniteTimestamp(utc) || args[1].AsString().empty()) return Value();
  const types::TimeZone zone = SessionZone(context);
  const ShownZone shown{zone.OffsetAt(utc), zone.AbbreviationAt(utc)};
  return Value::String(FormatTimestamp(zone.ToLocal(utc), args[1].AsString(), shown));
}

Value IntervalToChar(EvalContext&, Args args, const Expression&) {
  if (args[1].AsString().empty()) return Value();
  return Value::String(FormatInterval(args[0].AsInterval(), args[1].AsString()));
}

// Of years, months, weeks, days, hours, minutes and seconds.
Value MakeInterval(EvalContext&, Args args, const Expression&) {
  const std::int64_t months = args[0].AsInt() * 12 + args[1].AsInt();
  const std::int64_t days = args[2].AsInt() * 7 + args[3].AsInt();
  const double seconds = std::rint(args[6].AsDouble() * static_cast<double>(types::kMicrosPerSecond));
  std::int64_t micros = (args[4].AsInt() * 60 + args[5].AsInt()) * 60 * types::kMicrosPerSecond;
  const bool fits = months == static_cast<std::int32_t>(months) && days == static_cast<std::int32_t>(days) &&
                    std::fabs(seconds) < 0x1p63;
  if (!fits || __builtin_add_overflow(micros, static_cast<std::int64_t>(seconds), &micros)) {
    throw Error(base::sqlstate::kDatetimeFieldOverflow, "interval out of range");
  }
  return Value::OfInterval({.micros = micros,
                            .days = static_cast<std::int32_t>(days),
                            .months = static_cast<std::int32_t>(months)});
}

}  // namespace

void AddDateTimeFunctions(FunctionList& out) {
  constexpr TypeId kTs = T::kTimestamp;
  constexpr TypeId kTz = T::kTimestamptz;
  out.insert(
      out.end(),
      {
          Scalar("age", {kTs, kTs}, T::kInterval, 2058, AgeOfTimestamps),
          Stable(Scalar("age", {kTz, kTz}, T::kInterval, 1199, AgeOfInstants)),
          Stable(Scalar("age", {kTs}, T::kInterval, 2059, AgeOfTimestamp)),
          Stable(Scalar("age", {kTz}, T::kInterval, 1386, AgeOfInstant)),
          Scalar("make_interval", {T::kInt4, T::kInt4, T::kInt4, T::kInt4, T::kInt4, T::kInt4, T::kFloat8},
                 T::kInterval, 3464, MakeInterval),
          Scalar("make_date", {T::kInt4, T::kInt4, T::kInt4}, T::kDate, 3846, MakeDate),
          Scalar("make_time", {T::kInt4, T::kInt4, T::kFloat8}, T::kTime, 3847, MakeTime),
          Scalar("make_timestamp", {T::kInt4, T::kInt4, T::kInt4, T::kInt4, T::kInt4, T::kFloat8}, kTs, 3461,
                 MakeTimestamp),
          Stable(Scalar("make_timestamptz", {T::kInt4, T::kInt4, T::kInt4, T::kInt4, T::kInt4, T::kFloat8},
                        kTz, 3462, MakeTimestamptz)),
          Stable(Scalar("make_timestamptz",
                        {T::kInt4, T::kInt4, T::kInt4, T::kInt4, T::kInt4, T::kFloat8, T::kText}, kTz, 3463,
                        MakeTimestamptz)),
          Scalar("to_timestamp", {T::kFloat8}, kTz, 1158, ToTimestamp),
          Scalar("timezone", {T::kText, kTz}, kTs, 1159, InstantAtZone),
          Scalar("timezone", {T::kText, kTs}, kTz, 2069, LocalAtZone),
          Scalar("isfinite", {T::kDate}, T::kBool, 1373, IsFiniteDate),
          Scalar("isfinite", {kTs}, T::kBool, 2048, IsFiniteTimestamp),
          Scalar("isfinite", {kTz}, T::kBool, 1389, IsFiniteTimestamp),
          Scalar("isfinite", {T::kInterval}, T::kBool, 1390, IsFiniteInterval),
          Scalar("justify_hours", {T::kInterval}, T::kInterval, 1175, Justified<types::JustifyHours>),
          Scalar("justify_days", {T::kInterval}, T::kInterval, 1295, Justified<types::JustifyDays>),
          Scalar("justify_interval", {T::kInterval}, T::kInterval, 2711, Justified<types::JustifyInterval>),
          Stable(Scalar("to_char", {kTs, T::kText}, T::kText, 2049, TimestampToChar)),
          Stable(Scalar("to_char", {kTz, T::kText}, T::kText, 1770, InstantToChar)),
          Stable(Scalar("to_char", {T::kInterval, T::kText}, T::kText, 1768, IntervalToChar)),
      });
}

}  // namespace ordinal::sql
