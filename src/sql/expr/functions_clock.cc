#include <algorithm>

#include "sql/expr/function_table.h"
#include "types/datetime.h"

// What time it is. All but clock_timestamp() answer the start of the transaction or statement.
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
             });
}

}  // namespace ordinal::sql
