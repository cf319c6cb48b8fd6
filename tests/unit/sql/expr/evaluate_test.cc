#include <gtest/gtest.h>

#include "sql/expr/record.h"
#include "unit/sql/expr/expression_text.h"

namespace ordinal::sql {
namespace {

using T = TypeId;
using types::Row;

ExprPtr Node(ExprKind kind, TypeId type, std::vector<ExprPtr> args) {
  auto node = std::make_unique<Expression>();
  node->kind = kind;
  node->type = {type, -1};
  node->args = std::move(args);
  return node;
}

std::vector<ExprPtr> Literals(std::initializer_list<std::string_view> texts) {
  std::vector<ExprPtr> nodes;
  for (const std::string_view text : texts) nodes.push_back(Literal(text));
  return nodes;
}

// Draws from the fake's sequence: shows whether and how often it was evaluated.
ExprPtr Draw() {
  const std::string sequence = "regclass:" + std::to_string(kItemsSequence);
  return Call("nextval", {sequence});
}

ExprPtr DrawIsPositive() {
  std::vector<ExprPtr> args;
  args.push_back(Draw());
  args.push_back(Literal("int8:0"));
  return Call(">", std::move(args));
}

class EvaluateTest : public testing::Test {
 protected:
  std::string Of(const Expression& expression, std::span<const Value> row = {}) {
    return Show(expression, context_, row);
  }
  std::int64_t draws() { return context_.values[kItemsSequence]; }

  FakeContext context_;
};

TEST_F(EvaluateTest, ReadsColumnsParametersAndOuterRows) {
  const Row row = {Value::Int(7), Value::String("a string that is boxed")};
  EXPECT_EQ(Of(*MakeColumn(0, {T::kInt4, -1}), row), "7");
  EXPECT_EQ(Of(*MakeColumn(1, {T::kText, -1}), row), "a string that is boxed");

  const Row parameters = {Value::Int(1), Value()};
  context_.parameters = parameters;
  EXPECT_EQ(Of(*MakeParameter(0, {T::kInt4, -1})), "1");
  EXPECT_EQ(Of(*MakeParameter(1, {T::kInt4, -1})), "NULL");

  const Row outer = {Value::Int(30)};
  const Row outermost = {Value::Int(40)};
  context_.outer_rows = {outermost, outer};
  ExprPtr column = MakeColumn(0, {T::kInt4, -1});
  column->level = 1;
  EXPECT_EQ(Of(*column, row), "30");
  column->level = 2;
  EXPECT_EQ(Of(*column, row), "40");
}

TEST_F(EvaluateTest, AndOrNotAreThreeValued) {
  const std::string_view values[] = {"bool:t", "bool:f", "bool:NULL"};
  const std::string_view conjunctions[] = {"t", "f", "NULL", "f", "f", "f", "NULL", "f", "NULL"};
  const std::string_view disjunctions[] = {"t", "t", "t", "t", "f", "NULL", "t", "NULL", "NULL"};
  for (std::size_t i = 0; i < 9; ++i) {
    const auto operands = [&] { return Literals({values[i / 3], values[i % 3]}); };
    EXPECT_EQ(Of(*Node(ExprKind::kAnd, T::kBool, operands())), conjunctions[i]) << i;
    EXPECT_EQ(Of(*Node(ExprKind::kOr, T::kBool, operands())), disjunctions[i]) << i;
  }
  EXPECT_EQ(Of(*Node(ExprKind::kNot, T::kBool, Literals({"bool:f"}))), "t");
  EXPECT_EQ(Of(*Node(ExprKind::kNot, T::kBool, Literals({"bool:NULL"}))), "NULL");
}

TEST_F(EvaluateTest, AndAndOrStopAtTheFirstThatDecides) {
  std::vector<ExprPtr> args = Literals({"bool:NULL", "bool:f"});
  args.push_back(DrawIsPositive());
  EXPECT_EQ(Of(*Node(ExprKind::kAnd, T::kBool, std::move(args))), "f");
  args = Literals({"bool:NULL", "bool:t"});
  args.push_back(DrawIsPositive());
  EXPECT_EQ(Of(*Node(ExprKind::kOr, T::kBool, std::move(args))), "t");
  EXPECT_EQ(draws(), 0);
  args = Literals({"bool:NULL", "bool:t"});
  args.push_back(DrawIsPositive());
  EXPECT_EQ(Of(*Node(ExprKind::kAnd, T::kBool, std::move(args))), "NULL");
  EXPECT_EQ(draws(), 1);
}

TEST_F(EvaluateTest, CaseDrawsOnlyInTheBranchTaken) {
  std::vector<ExprPtr> args;
  args.push_back(Literal("bool:f"));
  args.push_back(Draw());
  args.push_back(Literal("bool:NULL"));
  args.push_back(Draw());
  args.push_back(Literal("bool:t"));
  args.push_back(Literal("int8:5"));
  args.push_back(Draw());
  ExprPtr node = Node(ExprKind::kCase, T::kInt8, std::move(args));
  EXPECT_EQ(Of(*node), "5");
  EXPECT_EQ(draws(), 0);
  node->args[4] = Literal("bool:f");
  EXPECT_EQ(Of(*node), "1");
  node->args.pop_back();
  EXPECT_EQ(Of(*node), "NULL");
}

TEST_F(EvaluateTest, CoalesceStopsAtTheFirstThatIsNotNull) {
  std::vector<ExprPtr> args = Literals({"int8:NULL", "int8:4"});
  args.push_back(Draw());
  EXPECT_EQ(Of(*Node(ExprKind::kCoalesce, T::kInt8, std::move(args))), "4");
  EXPECT_EQ(draws(), 0);
  EXPECT_EQ(Of(*Node(ExprKind::kCoalesce, T::kInt8, Literals({"int8:NULL"}))), "NULL");
}

TEST_F(EvaluateTest, StrictFunctionsAnswerNullAfterEvaluatingEveryArgumentOnce) {
  std::vector<ExprPtr> args;
  args.push_back(Literal("int8:NULL"));
  args.push_back(Draw());
  EXPECT_EQ(Of(*Call("+", std::move(args))), "NULL");
  EXPECT_EQ(draws(), 1);
}

TEST_F(EvaluateTest, CallsTakeMoreArgumentsThanFitInPlace) {
  EXPECT_EQ(Of(*Call("concat", {"text:a", "text:b", "text:c", "text:d", "text:e", "int4:6"})), "abcde6");
}

TEST_F(EvaluateTest, TestsForNullTruthAndDistinctness) {
  ExprPtr node = Node(ExprKind::kIsNull, T::kBool, Literals({"int4:NULL"}));
  EXPECT_EQ(Of(*node), "t");
  node->negated = true;
  EXPECT_EQ(Of(*node), "f");

  struct Case {
    std::string_view operand;
    std::string_view is_true, is_false, is_unknown;
  };
  for (const Case& test :
       {Case{"bool:t", "t", "f", "f"}, Case{"bool:f", "f", "t", "f"}, Case{"bool:NULL", "f", "f", "t"}}) {
    node = Node(ExprKind::kIsTrue, T::kBool, Literals({test.operand}));
    node->constant = Value::Bool(true);
    EXPECT_EQ(Of(*node), test.is_true);
    node->constant = Value::Bool(false);
    EXPECT_EQ(Of(*node), test.is_false);
    node->constant = Value();
    EXPECT_EQ(Of(*node), test.is_unknown);
    node->negated = true;
    EXPECT_EQ(Of(*node), test.is_unknown == "t" ? "f" : "t");
  }

  const TypeId ints[] = {T::kInt4, T::kInt4};
  const Function* equal = FindFunction("=", FunctionKind::kOperator, ints);
  const auto distinct = [&](std::string_view left, std::string_view right, bool negated) {
    ExprPtr is = Node(ExprKind::kIsDistinct, T::kBool, Literals({left, right}));
    is->function = equal;
    is->negated = negated;
    return Of(*is);
  };
  EXPECT_EQ(distinct("int4:1", "int4:1", false), "f");
  EXPECT_EQ(distinct("int4:1", "int4:2", false), "t");
  EXPECT_EQ(distinct("int4:NULL", "int4:NULL", false), "f");
  EXPECT_EQ(distinct("int4:NULL", "int4:2", false), "t");
  EXPECT_EQ(distinct("int4:NULL", "int4:NULL", true), "t");
}

TEST_F(EvaluateTest, NullIfMinMaxAndInList) {
  const TypeId ints[] = {T::kInt4, T::kInt4};
  const Function* equal = FindFunction("=", FunctionKind::kOperator, ints);
  const auto of = [&](ExprKind kind, std::initializer_list<std::string_view> args, bool negated = false) {
    ExprPtr node = Node(kind, kind == ExprKind::kInList ? T::kBool : T::kInt4, Literals(args));
    node->function = kind == ExprKind::kMinMax ? nullptr : equal;
    node->negated = negated;
    return Of(*node);
  };
  EXPECT_EQ(of(ExprKind::kNullIf, {"int4:1", "int4:1"}), "NULL");
  EXPECT_EQ(of(ExprKind::kNullIf, {"int4:1", "int4:2"}), "1");
  EXPECT_EQ(of(ExprKind::kNullIf, {"int4:1", "int4:NULL"}), "1");
  EXPECT_EQ(of(ExprKind::kMinMax, {"int4:1", "int4:NULL", "int4:3"}), "3");
  EXPECT_EQ(of(ExprKind::kMinMax, {"int4:1", "int4:NULL", "int4:3"}, true), "1");
  EXPECT_EQ(of(ExprKind::kMinMax, {"int4:NULL"}), "NULL");
  EXPECT_EQ(of(ExprKind::kInList, {"int4:1", "int4:2", "int4:1"}), "t");
  EXPECT_EQ(of(ExprKind::kInList, {"int4:1", "int4:2", "int4:NULL"}), "NULL");
  EXPECT_EQ(of(ExprKind::kInList, {"int4:1", "int4:2"}), "f");
  EXPECT_EQ(of(ExprKind::kInList, {"int4:NULL", "int4:2"}), "NULL");
  EXPECT_EQ(of(ExprKind::kInList, {"int4:1", "int4:2"}, true), "t");
  EXPECT_EQ(of(ExprKind::kInList, {"int4:1", "int4:2", "int4:NULL"}, true), "NULL");
  EXPECT_EQ(of(ExprKind::kInList, {"int4:1", "int4:NULL", "int4:1"}, true), "f");
}

TEST_F(EvaluateTest, RowsPrintAsRecordsDo) {
  const ExprPtr row =
      MakeRow(Literals({"int4:1", "text:a b", "text:NULL", "text:", "text:q\"\\,"}), nullptr, 0);
  EXPECT_EQ(Of(*row), "(1,\"a b\",,\"\",\"q\"\"\\\\,\")");
}

TEST_F(EvaluateTest, SubqueriesAndAggregatesComeFromOutside) {
  ExprPtr subquery = Node(ExprKind::kSubquery, T::kInt8, {});
  subquery->index = 3;
  EXPECT_EQ(Of(*subquery), "1003");
  ExprPtr aggregate = Node(ExprKind::kAggregate, T::kInt8, {});
  aggregate->index = 1;
  EXPECT_EQ(Of(*aggregate, Row{Value::Int(1), Value::Int(2)}), "2");
}

TEST_F(EvaluateTest, IsTrueHoldsForTrueOnly) {
  EXPECT_TRUE(IsTrue(*Literal("bool:t"), context_, {}));
  EXPECT_FALSE(IsTrue(*Literal("bool:f"), context_, {}));
  EXPECT_FALSE(IsTrue(*Literal("bool:NULL"), context_, {}));
}

TEST_F(EvaluateTest, CloneIsIndependentOfTheOriginal) {
  ExprPtr original = Call("+", {"int4:1", "int4:2"});
  const ExprPtr copy = Clone(*original);
  original->args[0] = Literal("int4:10");
  EXPECT_EQ(Of(*copy), "3");
  EXPECT_EQ(Of(*original), "12");
}

TEST(VolatilityTest, TheMostVolatilePartDecides) {
  EXPECT_EQ(VolatilityOf(*Call("+", {"int4:1", "int4:2"})), Volatility::kImmutable);
  EXPECT_EQ(VolatilityOf(*Call("now", {})), Volatility::kStable);
  EXPECT_EQ(VolatilityOf(*DrawIsPositive()), Volatility::kVolatile);
  EXPECT_EQ(VolatilityOf(*Node(ExprKind::kSubquery, T::kInt4, {})), Volatility::kVolatile);
  EXPECT_EQ(VolatilityOf(*Call("=", {"timestamptz:2024-01-01 00:00+00", "date:2024-01-01"})),
            Volatility::kStable);
  const auto cast = [](TypeId from, TypeId to) {
    return VolatilityOf(*MakeCast(MakeColumn(0, {from, -1}), {to, -1}, types::CastContext::kExplicit));
  };
  EXPECT_EQ(cast(T::kInt4, T::kInt8), Volatility::kImmutable);
  EXPECT_EQ(cast(T::kDate, T::kTimestamp), Volatility::kImmutable);
  EXPECT_EQ(cast(T::kDate, T::kTimestamptz), Volatility::kStable);
  EXPECT_EQ(cast(T::kText, T::kTimestamptz), Volatility::kStable);
  EXPECT_EQ(cast(T::kText, T::kRegclass), Volatility::kStable);
  EXPECT_EQ(cast(T::kOid, T::kRegclass), Volatility::kImmutable);
}

TEST(VolatilityTest, RowIndependenceExcludesColumnsAggregatesAndSubqueries) {
  EXPECT_TRUE(IsRowIndependent(*DrawIsPositive()));
  EXPECT_TRUE(IsRowIndependent(*MakeParameter(0, {T::kInt4, -1})));
  EXPECT_FALSE(IsRowIndependent(*MakeColumn(0, {T::kInt4, -1})));
  EXPECT_FALSE(IsRowIndependent(*Node(ExprKind::kSubquery, T::kInt4, {})));
  EXPECT_FALSE(IsRowIndependent(*Node(ExprKind::kAggregate, T::kInt4, {})));
}

}  // namespace
}  // namespace ordinal::sql
