#include "sql/expr/function_table.h"
#include "types/datetime.h"

namespace ordinal::sql {
namespace {

using types::Interval;
using T = TypeId;
using Args = std::span<Value>;

types::TimeZone SessionZone(EvalContext& context) {
  return types::TimeZone::Get(context.settings().time_zone);
}

// Names which argument is the date, time or timestamp: the + operators exist in both orders.
enum class Order : std::uint8_t { kBaseFirst, kBaseLast };

template <Order order>
const Value& BaseOf(Args args) {
  return order == Order::kBaseFirst ? args[0] : args[1];
}
template <Order order>
const Value& OffsetOf(Args args) {
  return order == Order::kBaseFirst ? args[1] : args[0];
}

template <Order order>
Value DatePlusDays(EvalContext&, Args args, const Expression&) {
  return Value::Int(types::AddDays(BaseOf<order>(args).AsInt(), OffsetOf<order>(args).AsInt()));
}

Value DateMinusDays(EvalContext&, Args args, const Expression&) {
  return Value::Int(types::AddDays(args[0].AsInt(), -args[1].AsInt()));
}

Value DateMinusDate(EvalContext&, Args args, const Expression&) {
  return Value::Int(types::SubtractDates(args[0].AsInt(), args[1].AsInt()));
}

template <Order order>
Value DatePlusInterval(EvalContext&, Args args, const Expression&) {
  const std::int64_t midnight = types::DateToTimestamp(BaseOf<order>(args).AsInt());
  return Value::Int(types::AddInterval(midnight, OffsetOf<order>(args).AsInterval()));
}

Value DateMinusInterval(EvalContext&, Args args, const Expression&) {
  return Value::Int(types::AddInterval(types::DateToTimestamp(args[0].AsInt()), -args[1].AsInterval()));
}

template <Order order>
Value DatePlusTime(EvalContext&, Args args, const Expression&) {
  const std::int64_t midnight = types::DateToTimestamp(BaseOf<order>(args).AsInt());
  return Value::Int(types::AddInterval(midnight, {.micros = OffsetOf<order>(args).AsInt()}));
}

template <Order order>
Value TimestampPlus(EvalContext&, Args args, const Expression&) {
  return Value::Int(types::AddInterval(BaseOf<order>(args).AsInt(), OffsetOf<order>(args).AsInterval()));
}

Value TimestampMinus(EvalContext&, Args args, const Expression&) {
  return Value::Int(types::AddInterval(args[0].AsInt(), -args[1].AsInterval()));
}

template <Order order>
Value TimestamptzPlus(EvalContext& context, Args args, const Expression&) {
  return Value::Int(types::AddInterval(BaseOf<order>(args).AsInt(), OffsetOf<order>(args).AsInterval(),
                                       SessionZone(context)));
}

Value TimestamptzMinus(EvalContext& context, Args args, const Expression&) {
  return Value::Int(types::AddInterval(args[0].AsInt(), -args[1].AsInterval(), SessionZone(context)));
}

Value TimestampDifference(EvalContext&, Args args, const Expression&) {
  return Value::OfInterval(types::SubtractTimestamps(args[0].AsInt(), args[1].AsInt()));
}

template <Order order>
Value TimePlus(EvalContext&, Args args, const Expression&) {
  return Value::Int(types::AddToTime(BaseOf<order>(args).AsInt(), OffsetOf<order>(args).AsInterval()));
}

Value TimeMinus(EvalContext&, Args args, const Expression&) {
  return Value::Int(types::AddToTime(args[0].AsInt(), -args[1].AsInterval()));
}

Value TimeDifference(EvalContext&, Args args, const Expression&) {
  return Value::OfInterval({.micros = args[0].AsInt() - args[1].AsInt()});
}

Value IntervalSum(EvalContext&, Args args, const Expression&) {
  return Value::OfInterval(args[0].AsInterval() + args[1].AsInterval());
}

Value IntervalDifference(EvalContext&, Args args, const Expression&) {
  return Value::OfInterval(args[0].AsInterval() - args[1].AsInterval());
}

Value IntervalNegated(EvalContext&, Args args, const Expression&) {
  return Value::OfInterval(-args[0].AsInterval());
}

template <Order order>
Value IntervalTimes(EvalContext&, Args args, const Expression&) {
  return Value::OfInterval(
      types::Multiply(BaseOf<order>(args).AsInterval(), OffsetOf<order>(args).AsDouble()));
}

Value IntervalDivided(EvalContext&, Args args, const Expression&) {
  return Value::OfInterval(types::Divide(args[0].AsInterval(), args[1].AsDouble()));
}

}  // namespace

void AddDateTimeOperators(FunctionList& out) {
  constexpr Order kFirst = Order::kBaseFirst;
  constexpr Order kLast = Order::kBaseLast;
  out.insert(
      out.end(),
      {
          Operator("+", {T::kDate, T::kInt4}, T::kDate, 1100, DatePlusDays<kFirst>),
          Operator("+", {T::kInt4, T::kDate}, T::kDate, 2555, DatePlusDays<kLast>),
          Operator("-", {T::kDate, T::kInt4}, T::kDate, 1101, DateMinusDays),
          Operator("-", {T::kDate, T::kDate}, T::kInt4, 1099, DateMinusDate),
          Operator("+", {T::kDate, T::kInterval}, T::kTimestamp, 1076, DatePlusInterval<kFirst>),
          Operator("+", {T::kInterval, T::kDate}, T::kTimestamp, 2551, DatePlusInterval<kLast>),
          Operator("-", {T::kDate, T::kInterval}, T::kTimestamp, 1077, DateMinusInterval),
          Operator("+", {T::kDate, T::kTime}, T::kTimestamp, 1360, DatePlusTime<kFirst>),
          Operator("+", {T::kTime, T::kDate}, T::kTimestamp, 1363, DatePlusTime<kLast>),
          Operator("+", {T::kTimestamp, T::kInterval}, T::kTimestamp, 2066, TimestampPlus<kFirst>),
          Operator("+", {T::kInterval, T::kTimestamp}, T::kTimestamp, 2553, TimestampPlus<kLast>),
          Operator("-", {T::kTimestamp, T::kInterval}, T::kTimestamp, 2068, TimestampMinus),
          Operator("-", {T::kTimestamp, T::kTimestamp}, T::kInterval, 2067, TimestampDifference),
          Stable(
              Operator("+", {T::kTimestamptz, T::kInterval}, T::kTimestamptz, 1327, TimestamptzPlus<kFirst>)),
          Stable(
              Operator("+", {T::kInterval, T::kTimestamptz}, T::kTimestamptz, 2554, TimestamptzPlus<kLast>)),
          Stable(Operator("-", {T::kTimestamptz, T::kInterval}, T::kTimestamptz, 1329, TimestamptzMinus)),
          Operator("-", {T::kTimestamptz, T::kTimestamptz}, T::kInterval, 1328, TimestampDifference),
          Operator("+", {T::kTime, T::kInterval}, T::kTime, 1800, TimePlus<kFirst>),
          Operator("+", {T::kInterval, T::kTime}, T::kTime, 1849, TimePlus<kLast>),
          Operator("-", {T::kTime, T::kInterval}, T::kTime, 1801, TimeMinus),
          Operator("-", {T::kTime, T::kTime}, T::kInterval, 1399, TimeDifference),
          Operator("+", {T::kInterval, T::kInterval}, T::kInterval, 1337, IntervalSum),
          Operator("-", {T::kInterval, T::kInterval}, T::kInterval, 1338, IntervalDifference),
          Operator("-", {T::kInterval}, T::kInterval, 1336, IntervalNegated),
          Operator("*", {T::kInterval, T::kFloat8}, T::kInterval, 1583, IntervalTimes<kFirst>),
          Operator("*", {T::kFloat8, T::kInterval}, T::kInterval, 1584, IntervalTimes<kLast>),
          Operator("/", {T::kInterval, T::kFloat8}, T::kInterval, 1585, IntervalDivided),
      });
}

}  // namespace ordinal::sql
