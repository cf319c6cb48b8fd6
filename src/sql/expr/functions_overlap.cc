#include <string>
#include <utility>

#include "base/error.h"
#include "sql/expr/function_table.h"
#include "types/compare.h"
#include "types/datetime.h"
#include "types/text_codec.h"

// OVERLAPS, date_bin() and zones that are intervals (manual, section 9.9).
namespace ordinal::sql {
namespace {

using base::Error;
using T = TypeId;
using Args = std::span<Value>;

Value EndOf(const Value& start, const Value& length, TypeId type, EvalContext& context) {
  if (start.is_null() || length.is_null()) return Value();
  const types::Interval& interval = length.AsInterval();
  if (type == T::kTime) return Value::Int(types::AddToTime(start.AsInt(), interval));
  if (type == T::kTimestamp) return Value::Int(types::AddInterval(start.AsInt(), interval));
  return Value::Int(
      types::AddInterval(start.AsInt(), interval, types::TimeZone::Get(context.settings().time_zone)));
}

struct Period {
  Value start;
  Value end;  // may be NULL: then only the start is known
};

// Puts the earlier end first; false when neither is known.
bool Order(Period& period, TypeId type) {
  if (period.start.is_null() && period.end.is_null()) return false;
  const bool swapped =
      period.start.is_null() || (!period.end.is_null() && types::Compare(period.start, period.end, type) > 0);
  if (swapped) std::swap(period.start, period.end);
  return true;
}

Value Overlaps(EvalContext& context, Args args, const Expression& call) {
  const TypeId type = call.args[0]->type.id;
  Period periods[2];
  for (std::size_t i = 0; i < 2; ++i) {
    const bool has_length = call.args[2 * i + 1]->type.id == T::kInterval && type != T::kInterval;
    periods[i].start = args[2 * i];
    periods[i].end = has_length ? EndOf(args[2 * i], args[2 * i + 1], type, context) : args[2 * i + 1];
    if (!Order(periods[i], type)) return Value();
  }
  const int order = types::Compare(periods[0].start, periods[1].start, type);
  if (order == 0) {
    return periods[0].end.is_null() || periods[1].end.is_null() ? Value() : Value::Bool(true);
  }
  const Period& first = order < 0 ? periods[0] : periods[1];
  const Period& second = order < 0 ? periods[1] : periods[0];
  if (first.end.is_null()) return Value();
  if (types::Compare(second.start, first.end, type) < 0) return Value::Bool(true);
  return second.end.is_null() ? Value() : Value::Bool(false);
}

[[noreturn]] void ThrowRange(const char* message) {
  throw Error(base::sqlstate::kDatetimeFieldOverflow, message);
}

Value Bin(EvalContext&, Args args, const Expression&) {
  const types::Interval& stride = args[0].AsInterval();
  const std::int64_t time = args[1].AsInt();
  const std::int64_t origin = args[2].AsInt();
  if (types::IsInfiniteTimestamp(time)) return args[1];
  if (types::IsInfiniteTimestamp(origin)) ThrowRange("origin out of range");
  if (stride.months != 0) {
    throw Error(base::sqlstate::kFeatureNotSupported,
                "timestamps cannot be binned into intervals containing months or years");
  }
  std::int64_t width = 0;
  std::int64_t distance = 0;
  if (__builtin_mul_overflow(std::int64_t{stride.days}, types::kMicrosPerDay, &width) ||
      __builtin_add_overflow(width, stride.micros, &width)) {
    ThrowRange("interval out of range");
  }
  if (width <= 0) ThrowRange("stride must be greater than zero");
  if (__builtin_sub_overflow(time, origin, &distance)) ThrowRange("interval out of range");
  const std::int64_t rest = distance % width;
  std::int64_t start = time - rest;
  if (rest < 0 && __builtin_sub_overflow(start, width, &start)) ThrowRange("timestamp out of range");
  if (!types::IsFiniteTimestampInRange(start)) ThrowRange("timestamp out of range");
  return Value::Int(start);
}

// sign: 1 from UTC to the zone's local time, -1 back.
template <int sign>
Value AtOffset(EvalContext& context, Args args, const Expression&) {
  const types::Interval& zone = args[0].AsInterval();
  if (types::IsInfiniteTimestamp(args[1].AsInt())) return args[1];
  if (zone.months != 0 || zone.days != 0) {
    throw Error(base::sqlstate::kInvalidParameterValue,
                "interval time zone \"" + types::ToText(args[0], T::kInterval, context.settings()) +
                    "\" must not include months or days");
  }
  const std::int64_t seconds = zone.micros / types::kMicrosPerSecond;
  std::int64_t moved = 0;
  if (__builtin_add_overflow(args[1].AsInt(), sign * seconds * types::kMicrosPerSecond, &moved) ||
      !types::IsFiniteTimestampInRange(moved)) {
    ThrowRange("timestamp out of range");
  }
  return Value::Int(moved);
}

void AddOverlaps(FunctionList& out, TypeId type, bool is_stable, base::Oid both, base::Oid lengths,
                 base::Oid second_length, base::Oid first_length) {
  const auto add = [&](TypeId first, TypeId second, base::Oid oid) {
    if (oid == 0) return;
    Function function =
        CalledOnNull(Scalar("overlaps", {type, first, type, second}, T::kBool, oid, Overlaps));
    const bool reads_zone = is_stable && oid != both;
    out.push_back(reads_zone ? Stable(std::move(function)) : std::move(function));
  };
  add(type, type, both);
  add(T::kInterval, T::kInterval, lengths);
  add(type, T::kInterval, second_length);
  add(T::kInterval, type, first_length);
}

}  // namespace

void AddOverlapFunctions(FunctionList& out) {
  constexpr TypeId kTs = T::kTimestamp;
  constexpr TypeId kTz = T::kTimestamptz;
  AddOverlaps(out, kTs, false, 2041, 2042, 2043, 2044);
  AddOverlaps(out, kTz, true, 1304, 1305, 1306, 1307);
  AddOverlaps(out, T::kTime, false, 1308, 1309, 1310, 1311);
  AddOverlaps(out, T::kTimetz, false, 1271, 0, 0, 0);
  out.insert(out.end(), {
                            Scalar("date_bin", {T::kInterval, kTs, kTs}, kTs, 6177, Bin),
                            Scalar("date_bin", {T::kInterval, kTz, kTz}, kTz, 6178, Bin),
                            Scalar("timezone", {T::kInterval, kTz}, kTs, 1026, AtOffset<1>),
                            Scalar("timezone", {T::kInterval, kTs}, kTz, 2070, AtOffset<-1>),
                        });
}

}  // namespace ordinal::sql
