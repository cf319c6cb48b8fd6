#include "sql/expr/series.h"

#include <gtest/gtest.h>

#include "unit/sql/expr/expression_text.h"

namespace ordinal::sql {
namespace {

constexpr int kValuesMax = 10;

// Lists the first values, separated by blanks.
std::string Generate(std::vector<std::string_view> literals, std::string_view time_zone = "UTC") {
  FakeContext context;
  context.settings_value.time_zone = time_zone;
  std::vector<ExprPtr> args;
  for (const std::string_view literal : literals) args.push_back(Literal(literal));
  const ExprPtr call = Call("generate_series", std::move(args));
  std::vector<Value> values;
  for (const ExprPtr& arg : call->args) values.push_back(Evaluate(*arg, context, {}));
  try {
    const std::unique_ptr<Series> series = MakeSeries(*call->function, values, context);
    std::string text;
    Value value;
    for (int i = 0; i < kValuesMax && series->Next(value); ++i) {
      text += (i > 0 ? "|" : "") + Print(value, call->type.id, context);
    }
    return text;
  } catch (const base::Error& error) {
    return "ERROR " + std::string(error.sqlstate().view()) + " " + error.report().message;
  }
}

TEST(SeriesTest, Integers) {
  EXPECT_EQ(Generate({"int4:1", "int4:4"}), "1|2|3|4");
  EXPECT_EQ(Generate({"int4:5", "int4:1", "int4:-2"}), "5|3|1");
  EXPECT_EQ(Generate({"int4:5", "int4:1"}), "");
  EXPECT_EQ(Generate({"int4:1", "int8:2"}), "1|2");
  EXPECT_EQ(Generate({"int4:1", "int4:NULL"}), "");
  EXPECT_EQ(Generate({"int4:1", "int4:4", "int4:0"}), "ERROR 22023 step size cannot equal zero");
}

TEST(SeriesTest, EndsAtTheBoundsOfTheType) {
  EXPECT_EQ(Generate({"int8:9223372036854775806", "int8:9223372036854775807"}),
            "9223372036854775806|9223372036854775807");
  EXPECT_EQ(Generate({"int8:-9223372036854775807", "int8:-9223372036854775808", "int8:-5"}),
            "-9223372036854775807");
  EXPECT_EQ(Generate({"int4:2147483646", "int4:2147483647"}), "2147483646|2147483647");
}

TEST(SeriesTest, Numerics) {
  EXPECT_EQ(Generate({"numeric:1", "numeric:2", "numeric:0.5"}), "1|1.5|2.0");
  EXPECT_EQ(Generate({"numeric:2", "numeric:1", "numeric:-0.5"}), "2|1.5|1.0");
  EXPECT_EQ(Generate({"numeric:1", "numeric:2", "numeric:0"}), "ERROR 22023 step size cannot equal zero");
  EXPECT_EQ(Generate({"numeric:NaN", "numeric:2"}), "ERROR 22023 start value cannot be NaN");
  EXPECT_EQ(Generate({"numeric:1", "numeric:NaN"}), "ERROR 22023 stop value cannot be NaN");
  EXPECT_EQ(Generate({"numeric:1", "numeric:2", "numeric:Infinity"}),
            "ERROR 22023 step size cannot be infinity");
}

TEST(SeriesTest, Timestamps) {
  EXPECT_EQ(Generate({"timestamp:2024-01-31", "timestamp:2024-04-01", "interval:1 month"}),
            "2024-01-31 00:00:00|2024-02-29 00:00:00|2024-03-29 00:00:00");
  EXPECT_EQ(Generate({"timestamp:2024-01-02", "timestamp:2024-01-01", "interval:-12 hours"}),
            "2024-01-02 00:00:00|2024-01-01 12:00:00|2024-01-01 00:00:00");
  EXPECT_EQ(Generate({"timestamp:2024-01-01", "timestamp:2024-01-02", "interval:0"}),
            "ERROR 22023 step size cannot equal zero");
}

TEST(SeriesTest, InstantsStepOnTheZonesCalendar) {
  EXPECT_EQ(Generate({"timestamptz:2024-03-09 12:00+00", "timestamptz:2024-03-11 00:00+00", "interval:1 day"},
                     "America/New_York"),
            "2024-03-09 07:00:00-05|2024-03-10 07:00:00-04");
}

TEST(SeriesTest, ASingleValueComesOnceEvenWhenItIsNull) {
  const auto series = MakeSingle(Value());
  Value value = Value::Int(1);
  EXPECT_TRUE(series->Next(value));
  EXPECT_TRUE(value.is_null());
  EXPECT_FALSE(series->Next(value));
}

}  // namespace
}  // namespace ordinal::sql
