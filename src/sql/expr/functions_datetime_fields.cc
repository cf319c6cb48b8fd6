#include "sql/expr/function_table.h"
#include "types/date_field.h"

// extract(), date_part() and date_trunc().
namespace ordinal::sql {
namespace {

using T = TypeId;
using Args = std::span<Value>;

types::TimeZone SessionZone(EvalContext& context) {
  return types::TimeZone::Get(context.settings().time_zone);
}

template <TypeId type>
std::optional<types::Numeric> Field(EvalContext& context, Args args) {
  const types::TimeZone zone = type == T::kTimestamptz ? SessionZone(context) : types::TimeZone();
  return types::Extract(args[0].AsString(), args[1], type, zone);
}

template <TypeId type>
Value Extract(EvalContext& context, Args args, const Expression&) {
  std::optional<types::Numeric> field = Field<type>(context, args);
  return field ? Value::OfNumeric(*std::move(field)) : Value();
}

template <TypeId type>
Value DatePart(EvalContext& context, Args args, const Expression&) {
  const std::optional<types::Numeric> field = Field<type>(context, args);
  return field ? Value::Double(field->ToDouble()) : Value();
}

Value TruncateTimestamp(EvalContext&, Args args, const Expression&) {
  return Value::Int(types::TruncateTimestamp(args[0].AsString(), args[1].AsInt()));
}

Value TruncateInstant(EvalContext& context, Args args, const Expression&) {
  const types::TimeZone zone =
      args.size() > 2 ? types::TimeZone::Get(args[2].AsString()) : SessionZone(context);
  return Value::Int(types::TruncateTimestamptz(args[0].AsString(), args[1].AsInt(), zone));
}

Value TruncateInterval(EvalContext&, Args args, const Expression&) {
  return Value::OfInterval(types::TruncateInterval(args[0].AsString(), args[1].AsInterval()));
}

}  // namespace

void AddDateTimeFieldFunctions(FunctionList& out) {
  out.insert(
      out.end(),
      {
          Scalar("extract", {T::kText, T::kDate}, T::kNumeric, 6199, Extract<T::kDate>),
          Scalar("extract", {T::kText, T::kTime}, T::kNumeric, 6200, Extract<T::kTime>),
          Scalar("extract", {T::kText, T::kTimetz}, T::kNumeric, 6201, Extract<T::kTimetz>),
          Scalar("extract", {T::kText, T::kTimestamp}, T::kNumeric, 6202, Extract<T::kTimestamp>),
          Stable(Scalar("extract", {T::kText, T::kTimestamptz}, T::kNumeric, 6203, Extract<T::kTimestamptz>)),
          Scalar("extract", {T::kText, T::kInterval}, T::kNumeric, 6204, Extract<T::kInterval>),
          Scalar("date_part", {T::kText, T::kDate}, T::kFloat8, 1384, DatePart<T::kDate>),
          Scalar("date_part", {T::kText, T::kTime}, T::kFloat8, 1385, DatePart<T::kTime>),
          Scalar("date_part", {T::kText, T::kTimetz}, T::kFloat8, 1273, DatePart<T::kTimetz>),
          Scalar("date_part", {T::kText, T::kTimestamp}, T::kFloat8, 2021, DatePart<T::kTimestamp>),
          Stable(
              Scalar("date_part", {T::kText, T::kTimestamptz}, T::kFloat8, 1171, DatePart<T::kTimestamptz>)),
          Scalar("date_part", {T::kText, T::kInterval}, T::kFloat8, 1172, DatePart<T::kInterval>),
          Scalar("date_trunc", {T::kText, T::kTimestamp}, T::kTimestamp, 2020, TruncateTimestamp),
          Stable(Scalar("date_trunc", {T::kText, T::kTimestamptz}, T::kTimestamptz, 1217, TruncateInstant)),
          Stable(Scalar("date_trunc", {T::kText, T::kTimestamptz, T::kText}, T::kTimestamptz, 1284,
                        TruncateInstant)),
          Scalar("date_trunc", {T::kText, T::kInterval}, T::kInterval, 1218, TruncateInterval),
      });
}

}  // namespace ordinal::sql
