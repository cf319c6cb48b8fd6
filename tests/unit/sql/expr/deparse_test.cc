#include <gtest/gtest.h>

#include "unit/sql/expr/expression_text.h"

namespace ordinal::sql {
namespace {

using T = TypeId;
using types::CastContext;

ExprPtr Column(int slot, TypeId type) { return MakeColumn(slot, {type, -1}); }

ExprPtr Binary(std::string_view name, ExprPtr left, ExprPtr right) {
  std::vector<ExprPtr> args;
  args.push_back(std::move(left));
  args.push_back(std::move(right));
  return Call(name, std::move(args));
}

ExprPtr Node(ExprKind kind, TypeId type, std::vector<ExprPtr> args) {
  auto node = std::make_unique<Expression>();
  node->kind = kind;
  node->type = {type, -1};
  node->args = std::move(args);
  return node;
}

template <typename... Args>
std::vector<ExprPtr> List(Args... args) {
  std::vector<ExprPtr> list;
  (list.push_back(std::move(args)), ...);
  return list;
}

class DeparseTest : public testing::Test {
 protected:
  std::string Of(const ExprPtr& expression, bool pretty = false) {
    const std::string columns[] = {"qty", "\"Name\"", "v", "d"};
    return DeparseExpression(*expression, columns, context_, pretty);
  }
  std::string Pretty(const ExprPtr& expression) { return Of(expression, true); }
  std::string OfLiteral(std::string_view literal) { return Of(Literal(literal)); }

  FakeContext context_;
};

TEST_F(DeparseTest, WholeDefaultsNeedNoLabelWhenTheyAreNumbers) {
  EXPECT_EQ(OfLiteral("int4:5"), "5");
  EXPECT_EQ(OfLiteral("int8:5"), "5");
  EXPECT_EQ(OfLiteral("numeric:1.50"), "1.50");
  EXPECT_EQ(OfLiteral("float8:1.5"), "1.5");
  EXPECT_EQ(OfLiteral("int4:-1"), "'-1'::integer");
  EXPECT_EQ(OfLiteral("numeric:-1"), "'-1'::numeric");
  EXPECT_EQ(OfLiteral("float8:NaN"), "'NaN'::double precision");
}

TEST_F(DeparseTest, ConstantsOfOtherTypesAreLabelled) {
  EXPECT_EQ(OfLiteral("bool:t"), "true");
  EXPECT_EQ(OfLiteral("bool:f"), "false");
  EXPECT_EQ(OfLiteral("text:it's \\ x"), "'it''s \\ x'::text");
  EXPECT_EQ(OfLiteral("varchar:x"), "'x'::character varying");
  EXPECT_EQ(OfLiteral("bpchar:x"), "'x'::bpchar");
  EXPECT_EQ(OfLiteral("text:NULL"), "NULL::text");
  EXPECT_EQ(OfLiteral("date:2020-01-01"), "'2020-01-01'::date");
  EXPECT_EQ(OfLiteral("interval:1 day"), "'1 day'::interval");
  EXPECT_EQ(OfLiteral("bytea:\\x01"), "'\\x01'::bytea");
  EXPECT_EQ(OfLiteral("regclass:16403"), "'items_id_seq'::regclass");
}

TEST_F(DeparseTest, CallsAndOperators) {
  EXPECT_EQ(Of(Call("nextval", {"regclass:16403"})), "nextval('items_id_seq'::regclass)");
  EXPECT_EQ(Of(Binary(">", Column(0, T::kInt4), Literal("int4:0"))), "(qty > 0)");
  EXPECT_EQ(Of(Binary(">", Column(0, T::kInt4), Literal("int4:-5"))), "(qty > '-5'::integer)");
  EXPECT_EQ(Of(Binary("<", Column(0, T::kInt8), Literal("int8:5"))), "(qty < '5'::bigint)");
  EXPECT_EQ(Of(Binary("*", Binary("+", Column(0, T::kInt4), Literal("int4:1")), Literal("int4:2"))),
            "((qty + 1) * 2)");
  EXPECT_EQ(Of(Call("-", List(Column(0, T::kInt4)))), "(- qty)");
  EXPECT_EQ(Of(Call("now", {})), "now()");
  EXPECT_EQ(Of(Call("current_date", {})), "CURRENT_DATE");
  EXPECT_EQ(Of(Call("localtimestamp", {"int4:3"})), "LOCALTIMESTAMP(3)");
  EXPECT_EQ(Of(Call("current_user", {})), "CURRENT_USER");
  EXPECT_EQ(Of(Binary("extract", Literal("text:year"), Column(3, T::kDate))), "EXTRACT(year FROM d)");
  EXPECT_EQ(Of(Binary("timezone", Literal("text:utc"), Column(3, T::kTimestamptz))),
            "(d AT TIME ZONE 'utc'::text)");
  EXPECT_EQ(Of(Binary("left", Column(2, T::kText), Literal("int4:1"))), "\"left\"(v, 1)");
  EXPECT_EQ(Of(Binary("~~", Column(1, T::kText), Literal("text:x%"))), "(\"Name\" ~~ 'x%'::text)");
}

TEST_F(DeparseTest, ImplicitCastsShowUnderOperatorsOnly) {
  EXPECT_EQ(Of(Binary("=", Column(2, T::kVarchar), Literal("text:x"))), "((v)::text = 'x'::text)");
  EXPECT_EQ(Of(MakeCast(Column(0, T::kInt4), {T::kInt8, -1}, CastContext::kAssignment)), "qty");
  EXPECT_EQ(Of(MakeCast(Column(0, T::kInt4), {T::kInt8, -1}, CastContext::kExplicit)), "(qty)::bigint");
  EXPECT_EQ(Of(MakeCast(Column(0, T::kInt4), {T::kNumeric, ((10 << 16) | 2) + 4}, CastContext::kExplicit)),
            "(qty)::numeric(10,2)");
  EXPECT_EQ(Of(Coerce(Literal("unknown:now"), {T::kTimestamptz, -1}, CastContext::kImplicit, 0)),
            "'now'::timestamp with time zone");
}

TEST_F(DeparseTest, LogicAndTests) {
  const auto condition = [] { return Binary("=", Column(0, T::kInt4), Literal("int4:1")); };
  EXPECT_EQ(Of(Node(ExprKind::kAnd, T::kBool, List(condition(), condition(), condition()))),
            "((qty = 1) AND (qty = 1) AND (qty = 1))");
  EXPECT_EQ(Of(Node(ExprKind::kOr, T::kBool, List(condition(), condition()))), "((qty = 1) OR (qty = 1))");
  EXPECT_EQ(Of(Node(ExprKind::kNot, T::kBool, List(condition()))), "(NOT (qty = 1))");

  ExprPtr node = Node(ExprKind::kIsNull, T::kBool, List(Column(2, T::kText)));
  EXPECT_EQ(Of(node), "(v IS NULL)");
  node->negated = true;
  EXPECT_EQ(Of(node), "(v IS NOT NULL)");

  node = Node(ExprKind::kIsTrue, T::kBool, List(condition()));
  node->constant = Value::Bool(true);
  EXPECT_EQ(Of(node), "((qty = 1) IS TRUE)");
  node->negated = true;
  EXPECT_EQ(Of(node), "((qty = 1) IS NOT TRUE)");
  node->constant = Value();
  EXPECT_EQ(Of(node), "((qty = 1) IS NOT UNKNOWN)");

  node = Node(ExprKind::kIsDistinct, T::kBool, List(Column(0, T::kInt4), Literal("int4:3")));
  EXPECT_EQ(Of(node), "(qty IS DISTINCT FROM 3)");
  node->negated = true;
  EXPECT_EQ(Of(node), "(NOT (qty IS DISTINCT FROM 3))");
}

TEST_F(DeparseTest, ConstructsWithLists) {
  EXPECT_EQ(Of(Node(ExprKind::kCoalesce, T::kInt4, List(Column(0, T::kInt4), Literal("int4:1")))),
            "COALESCE(qty, 1)");
  EXPECT_EQ(Of(Node(ExprKind::kNullIf, T::kInt4, List(Column(0, T::kInt4), Literal("int4:1")))),
            "NULLIF(qty, 1)");
  ExprPtr node = Node(ExprKind::kMinMax, T::kInt4, List(Column(0, T::kInt4), Literal("int4:2")));
  EXPECT_EQ(Of(node), "GREATEST(qty, 2)");
  node->negated = true;
  EXPECT_EQ(Of(node), "LEAST(qty, 2)");
  node = Node(ExprKind::kInList, T::kBool, List(Column(0, T::kInt4), Literal("int4:1"), Literal("int4:2")));
  EXPECT_EQ(Of(node), "(qty = ANY (ARRAY[1, 2]))");
  node->negated = true;
  EXPECT_EQ(Of(node), "(qty <> ALL (ARRAY[1, 2]))");
  node->args.pop_back();
  EXPECT_EQ(Of(node), "(qty <> 1)");
  EXPECT_EQ(Of(Node(ExprKind::kRow, T::kRecord, List(Column(0, T::kInt4), Literal("int4:1")))),
            "ROW(qty, 1)");
}

TEST_F(DeparseTest, CaseSpreadsOverLines) {
  const ExprPtr node =
      Node(ExprKind::kCase, T::kInt4,
           List(Binary(">", Literal("int4:1"), Literal("int4:2")), Literal("int4:3"), Literal("int4:4")));
  EXPECT_EQ(Of(node), "\nCASE\n    WHEN (1 > 2) THEN 3\n    ELSE 4\nEND");
}

TEST_F(DeparseTest, PrettyLeavesOutParenthesesThatChangeNothing) {
  const auto column = [] { return Column(0, T::kInt4); };
  const auto sum = [&] { return Binary("+", column(), Literal("int4:1")); };
  const auto product = [&] { return Binary("*", column(), Literal("int4:2")); };
  EXPECT_EQ(Pretty(sum()), "qty + 1");
  EXPECT_EQ(Pretty(Binary("*", sum(), Literal("int4:2"))), "(qty + 1) * 2");
  EXPECT_EQ(Pretty(Binary("+", product(), product())), "qty * 2 + qty * 2");
  EXPECT_EQ(Pretty(Binary("+", sum(), sum())), "qty + 1 + (qty + 1)");
  EXPECT_EQ(Pretty(Binary(">", sum(), Literal("int4:3"))), "(qty + 1) > 3");
  EXPECT_EQ(Pretty(Node(ExprKind::kNot, T::kBool, List(Binary(">", column(), Literal("int4:3"))))),
            "NOT qty > 3");
  const auto is_null = [&] { return Node(ExprKind::kIsNull, T::kBool, List(column())); };
  EXPECT_EQ(Pretty(Node(ExprKind::kAnd, T::kBool,
                        List(is_null(), Node(ExprKind::kOr, T::kBool, List(is_null(), is_null()))))),
            "qty IS NULL AND (qty IS NULL OR qty IS NULL)");
  EXPECT_EQ(Pretty(Node(ExprKind::kIsNull, T::kBool, List(sum()))), "(qty + 1) IS NULL");
  EXPECT_EQ(Pretty(Binary(">", Column(0, T::kNumeric), Literal("numeric:0"))), "qty > 0::numeric");
  EXPECT_EQ(Of(Binary(">", Column(0, T::kNumeric), Literal("numeric:0"))), "(qty > (0)::numeric)");
}

TEST_F(DeparseTest, ArraysAndSubscripts) {
  const auto array = [] {
    return Node(ExprKind::kArray, T::kInt4Array, List(Literal("int4:1"), Literal("int4:2")));
  };
  EXPECT_EQ(Of(array()), "ARRAY[1, 2]");
  EXPECT_EQ(Of(Node(ExprKind::kArray, T::kInt4Array, {})), "ARRAY[]::integer[]");
  EXPECT_EQ(Of(Node(ExprKind::kSubscript, T::kInt4, List(Column(0, T::kInt4Array), Literal("int4:1")))),
            "qty[1]");
  EXPECT_EQ(Of(Node(ExprKind::kSlice, T::kInt4Array, List(array(), Literal("int4:1"), Literal("int4:2")))),
            "(ARRAY[1, 2])[1:2]");
  ExprPtr any = Binary("=", Column(0, T::kInt4), Literal("int4:0"));
  any->kind = ExprKind::kQuantified;
  any->args[1] = Literal("_int4:{1,2}");
  EXPECT_EQ(Of(any), "(qty = ANY ('{1,2}'::integer[]))");
  any->negated = true;
  EXPECT_EQ(Pretty(any), "qty = ALL ('{1,2}'::integer[])");
}

}  // namespace
}  // namespace ordinal::sql
