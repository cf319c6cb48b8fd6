#include "sql/expr/aggregate.h"

#include <gtest/gtest.h>

#include "unit/sql/expr/expression_text.h"

namespace ordinal::sql {
namespace {

// Aggregates rows of literals; all rows have the types of the first.
std::string Aggregate(std::string_view name, const std::vector<std::vector<std::string_view>>& rows,
                      bool distinct = false) {
  FakeContext context;
  std::vector<ExprPtr> args;
  std::vector<TypeId> types;
  for (const std::string_view literal : rows.front()) {
    args.push_back(Literal(literal));
    types.push_back(args.back()->type.id);
  }
  const ExprPtr call = Call(name, std::move(args));
  const auto aggregator = MakeAggregator(*call->function, {.distinct = distinct, .argument_types = types});
  try {
    for (const std::vector<std::string_view>& row : rows) {
      std::vector<Value> values;
      for (std::size_t i = 0; i < row.size(); ++i) {
        const TypeId wanted = call->args[i]->type.id;
        values.push_back(
            Evaluate(*MakeCast(Literal(row[i]), {wanted, -1}, types::CastContext::kImplicit), context, {}));
      }
      aggregator->Add(values);
    }
    const Value result = aggregator->Finish();
    return result.is_null() ? "NULL" : Print(result, call->type.id, context);
  } catch (const base::Error& error) {
    return "ERROR " + std::string(error.sqlstate().view()) + " " + error.report().message;
  }
}

TEST(AggregateTest, Counts) {
  EXPECT_EQ(Aggregate("count", {{}, {}, {}}), "3");
  EXPECT_EQ(Aggregate("count", {{"int4:1"}, {"int4:NULL"}, {"int4:1"}}), "2");
  EXPECT_EQ(Aggregate("count", {{"int4:1"}, {"int4:NULL"}, {"int4:1"}, {"int4:2"}}, true), "2");
  EXPECT_EQ(Aggregate("count", {{"bpchar:a"}, {"bpchar:a "}}, true), "1");
}

TEST(AggregateTest, EmptyGroupsAnswerNullButCountZero) {
  for (const std::string_view name : {"sum", "avg", "min", "max"}) {
    EXPECT_EQ(Aggregate(name, {{"int4:NULL"}}), "NULL") << name;
    EXPECT_EQ(Aggregate(name, {{"numeric:NULL"}}), "NULL") << name;
    EXPECT_EQ(Aggregate(name, {{"float8:NULL"}}), "NULL") << name;
    EXPECT_EQ(Aggregate(name, {{"interval:NULL"}}), "NULL") << name;
  }
  EXPECT_EQ(Aggregate("bool_and", {{"bool:NULL"}}), "NULL");
  EXPECT_EQ(Aggregate("string_agg", {{"text:NULL", "text:,"}}), "NULL");
  EXPECT_EQ(Aggregate("count", {{"int4:NULL"}}), "0");
}

TEST(AggregateTest, Sums) {
  EXPECT_EQ(Aggregate("sum", {{"int4:2147483647"}, {"int4:2147483647"}, {"int4:NULL"}}), "4294967294");
  EXPECT_EQ(Aggregate("sum", {{"int8:9223372036854775807"}, {"int8:9223372036854775807"}, {"int8:-1"}}),
            "18446744073709551613");
  EXPECT_EQ(Aggregate("sum", {{"numeric:1.10"}, {"numeric:2.205"}}), "3.305");
  EXPECT_EQ(Aggregate("sum", {{"float8:0.5"}, {"float8:0.25"}}), "0.75");
  EXPECT_EQ(Aggregate("sum", {{"float8:1e308"}, {"float8:1e308"}}),
            "ERROR 22003 value out of range: overflow");
  EXPECT_EQ(Aggregate("sum", {{"float4:0.1"}, {"float4:0.2"}}), "0.3");
  EXPECT_EQ(Aggregate("sum", {{"interval:1 day"}, {"interval:2 hours"}}), "1 day 02:00:00");
  EXPECT_EQ(Aggregate("sum", {{"int4:1"}, {"int4:1"}, {"int4:3"}}, true), "4");
}

TEST(AggregateTest, Averages) {
  EXPECT_EQ(Aggregate("avg", {{"int4:1"}, {"int4:2"}}), "1.5000000000000000");
  EXPECT_EQ(Aggregate("avg", {{"int8:1"}, {"int8:1"}, {"int8:2"}}), "1.3333333333333333");
  EXPECT_EQ(Aggregate("avg", {{"numeric:1.5"}, {"numeric:NULL"}, {"numeric:2.5"}}), "2.0000000000000000");
  EXPECT_EQ(Aggregate("avg", {{"float8:1"}, {"float8:2"}}), "1.5");
  EXPECT_EQ(Aggregate("avg", {{"interval:1 day"}, {"interval:2 days"}}), "1 day 12:00:00");
}

TEST(AggregateTest, ExtremesOfOrderedTypes) {
  EXPECT_EQ(Aggregate("min", {{"int4:3"}, {"int4:1"}, {"int4:NULL"}, {"int4:2"}}), "1");
  EXPECT_EQ(Aggregate("max", {{"text:a"}, {"text:c"}, {"text:b"}}), "c");
  EXPECT_EQ(Aggregate("max", {{"varchar:a"}, {"varchar:b"}}), "b");
  EXPECT_EQ(Aggregate("max", {{"float8:1"}, {"float8:NaN"}, {"float8:Infinity"}}), "NaN");
  EXPECT_EQ(Aggregate("min", {{"timestamp:2024-01-02"}, {"timestamp:2024-01-01"}}), "2024-01-01 00:00:00");
  EXPECT_EQ(Aggregate("max", {{"numeric:1.5"}, {"numeric:1.50"}}), "1.5");
}

TEST(AggregateTest, BooleansAndStrings) {
  EXPECT_EQ(Aggregate("bool_and", {{"bool:t"}, {"bool:NULL"}}), "t");
  EXPECT_EQ(Aggregate("bool_and", {{"bool:t"}, {"bool:f"}}), "f");
  EXPECT_EQ(Aggregate("every", {{"bool:t"}, {"bool:t"}}), "t");
  EXPECT_EQ(Aggregate("bool_or", {{"bool:f"}, {"bool:t"}}), "t");
  EXPECT_EQ(Aggregate("bool_or", {{"bool:f"}, {"bool:f"}}), "f");
  EXPECT_EQ(
      Aggregate(
          "string_agg",
          {{"text:a", "text:-"}, {"text:NULL", "text:-"}, {"text:b", "text:,"}, {"text:c", "text:NULL"}}),
      "a,bc");
  EXPECT_EQ(Aggregate("string_agg", {{"text:a", "text:,"}, {"text:a", "text:,"}, {"text:b", "text:,"}}, true),
            "a,b");
}

TEST(AggregateTest, OrderDecidesWhatIsAddedFirst) {
  const std::vector<TypeId> types = {TypeId::kText, TypeId::kText};
  const Function* function = FindFunction("string_agg", FunctionKind::kScalar, types);
  const auto join = [&](bool descending, bool nulls_first) {
    const AggregateUse use{.order = {{2, TypeId::kInt4, descending, nulls_first}}};
    const auto aggregator = MakeAggregator(*function, use);
    const Value comma = Value::String(",");
    aggregator->Add(std::vector<Value>{Value::String("two"), comma, Value::Int(2)});
    aggregator->Add(std::vector<Value>{Value::String("none"), comma, Value()});
    aggregator->Add(std::vector<Value>{Value::String("one"), comma, Value::Int(1)});
    aggregator->Add(std::vector<Value>{Value::String("also one"), comma, Value::Int(1)});
    return std::string(aggregator->Finish().AsString());
  };
  EXPECT_EQ(join(false, false), "one,also one,two,none");
  EXPECT_EQ(join(true, true), "none,two,one,also one");
}

}  // namespace
}  // namespace ordinal::sql
