#include <algorithm>
#include <chrono>
#include <cmath>
#include <thread>

#include "sql/expr/function_table.h"
#include "sql/expr/timestamp_format.h"
#include "types/datetime.h"

// What time it is, and waiting. All but clock_timestamp() and timeofday() answer the start of the transaction
// or statement.
namespace ordinal::sql {
namespace {

using T = TypeId;
using Args = std::span<Value>;

constexpr std::int64_t kEpochShift = types::kUnixEpochDays * types::kMicrosPerDay;
constexpr int kDigitsMax = 6;

types::TimeZone SessionZone(EvalContext& context) {
  return types::TimeZone::Get(context.settings().time_zone);
}

// Rounds to the precision that current_timestamp(p) and kin state; more digits than six mean six.
std::int64_t Rounded(std::int64_t micros, Args args) {
  if (args.empty()) return micros;
  const auto digits = std::clamp<std::int64_t>(args[0].AsInt(), 0, kDigitsMax);
  return types::RoundMicros(micros, static_cast<int>(digits));
}

std::int64_t LocalNow(EvalContext& context) {
  return SessionZone(context).ToLocal(context.settings().transaction_micros);
}

Value Now(EvalContext& context, Args args, const Expression&) {
  return Value::Int(Rounded(context.settings().transaction_micros, args));
}

Value StatementTimestamp(EvalContext& context, Args, const Expression&) {
  return Value::Int(context.StatementMicros());
}

Value ClockTimestamp(EvalContext& context, Args, const Expression&) {
  return Value::Int(context.clock().WallMicros() - kEpochShift);
}

Value CurrentDate(EvalContext& context, Args, const Expression&) {
  return Value::Int(types::SplitTimestamp(LocalNow(context)).days);
}

Value LocalTimestamp(EvalContext& context, Args args, const Expression&) {
  return Value::Int(Rounded(LocalNow(context), args));
}

Value LocalTime(EvalContext& context, Args args, const Expression&) {
  return Value::Int(Rounded(types::SplitTimestamp(LocalNow(context)).micros, args));
}

Value CurrentTime(EvalContext& context, Args args, const Expression&) {
  const std::int64_t utc = context.settings().transaction_micros;
  types::Interval time;
  time.micros = Rounded(types::SplitTimestamp(LocalNow(context)).micros, args);
  time.days = -SessionZone(context).OffsetAt(utc);  // timetz holds seconds west of Greenwich there
  return Value::OfInterval(time);
}

// In PostgreSQL's form of the days before timestamps: Mon Jan 02 03:04:05.000006 2006 UTC.
Value TimeOfDay(EvalContext& context, Args, const Expression&) {
  const types::TimeZone zone = SessionZone(context);
  const std::int64_t utc = context.clock().WallMicros() - kEpochShift;
  const ShownZone shown{zone.OffsetAt(utc), zone.AbbreviationAt(utc)};
  return Value::String(FormatTimestamp(zone.ToLocal(utc), "Dy Mon DD HH24:MI:SS.US YYYY TZ", shown));
}

// Waits, and looks now and then whether the client has canceled.
void Wait(EvalContext& context, double seconds) {
  constexpr std::int64_t kSliceMicros = 20'000;
  constexpr double kSecondsMax = 1e10;
  if (std::isnan(seconds)) return;
  const auto micros = static_cast<std::int64_t>(std::clamp(seconds, 0.0, kSecondsMax) * 1e6);
  const std::int64_t end = context.clock().WallMicros() + micros;
  for (std::int64_t left = micros; left > 0; left = end - context.clock().WallMicros()) {
    context.CheckCanceled();
    std::this_thread::sleep_for(std::chrono::microseconds(std::min(left, kSliceMicros)));
  }
}

Value Sleep(EvalContext& context, Args args, const Expression&) {
  Wait(context, args[0].AsDouble());
  return Value::String("");
}

Value SleepFor(EvalContext& context, Args args, const Expression&) {
  const types::Interval& interval = args[0].AsInterval();
  const std::int64_t now = context.clock().WallMicros() - kEpochShift;
  const std::int64_t until = types::AddInterval(now, interval, SessionZone(context));
  Wait(context, static_cast<double>(until - now) / 1e6);
  return Value::String("");
}

Value SleepUntil(EvalContext& context, Args args, const Expression&) {
  const std::int64_t until = args[0].AsInt();
  if (until == types::kTimestampMinusInfinity) return Value::String("");
  const std::int64_t now = context.clock().WallMicros() - kEpochShift;
  Wait(context, (static_cast<double>(until) - static_cast<double>(now)) / 1e6);
  return Value::String("");
}

}  // namespace

void AddClockFunctions(FunctionList& out) {
  out.insert(out.end(),
             {
                 Stable(Scalar("now", {}, T::kTimestamptz, 1299, Now)),
                 Stable(Scalar("transaction_timestamp", {}, T::kTimestamptz, 2647, Now)),
                 Stable(Scalar("statement_timestamp", {}, T::kTimestamptz, 2648, StatementTimestamp)),
                 Volatile(Scalar("clock_timestamp", {}, T::kTimestamptz, 2649, ClockTimestamp)),
                 Stable(Scalar("current_timestamp", {}, T::kTimestamptz, 9002, Now)),
                 Stable(Scalar("current_timestamp", {T::kInt4}, T::kTimestamptz, 9003, Now)),
                 Stable(Scalar("current_date", {}, T::kDate, 9004, CurrentDate)),
                 Stable(Scalar("current_time", {}, T::kTimetz, 9005, CurrentTime)),
                 Stable(Scalar("current_time", {T::kInt4}, T::kTimetz, 9006, CurrentTime)),
                 Stable(Scalar("localtimestamp", {}, T::kTimestamp, 9007, LocalTimestamp)),
                 Stable(Scalar("localtimestamp", {T::kInt4}, T::kTimestamp, 9008, LocalTimestamp)),
                 Stable(Scalar("localtime", {}, T::kTime, 9009, LocalTime)),
                 Stable(Scalar("localtime", {T::kInt4}, T::kTime, 9010, LocalTime)),
                 Volatile(Scalar("timeofday", {}, T::kText, 274, TimeOfDay)),
                 Volatile(Scalar("pg_sleep", {T::kFloat8}, T::kVoid, 2626, Sleep)),
                 Volatile(Scalar("pg_sleep_for", {T::kInterval}, T::kVoid, 3935, SleepFor)),
                 Volatile(Scalar("pg_sleep_until", {T::kTimestamptz}, T::kVoid, 3936, SleepUntil)),
             });
}

}  // namespace ordinal::sql
