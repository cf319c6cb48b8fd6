#include <gtest/gtest.h>

#include "unit/sql/expr/expression_text.h"

namespace ordinal::sql {
namespace {

using T = TypeId;

ExprPtr RoundTrip(const Expression& expression) {
  return DeserializeExpression(SerializeExpression(expression));
}

TEST(SerializeTest, ConstantsOfEveryRepresentationSurvive) {
  FakeContext context;
  for (const std::string_view literal : {"bool:t",
                                         "int8:-9223372036854775808",
                                         "float8:0.1",
                                         "float8:NaN",
                                         "float8:-Infinity",
                                         "float4:1.1",
                                         "text:héllo \"quoted\" \\ 'x'",
                                         "text:a string that does not fit in place",
                                         "bytea:\\xff00fe",
                                         "bytea:\\x",
                                         "uuid:6ecd8c99-4036-403d-bf84-cf8400f67836",
                                         "numeric:123456789012345678901234567890.1230",
                                         "numeric:NaN",
                                         "interval:1 mon 2 days -03:00",
                                         "_int4:{1,NULL}",
                                         "_int4:{}",
                                         "_text:[0:1]={a,\"b\"}",
                                         "int2vector:1 2",
                                         "date:infinity",
                                         "timestamptz:2024-01-01 00:00+00",
                                         "int4:NULL"}) {
    const ExprPtr original = Literal(literal);
    const ExprPtr copy = RoundTrip(*original);
    EXPECT_EQ(copy->type, original->type) << literal;
    EXPECT_EQ(Show(*copy, context), Show(*original, context)) << literal;
  }
}

TEST(SerializeTest, EveryFieldSurvives) {
  auto node = std::make_unique<Expression>();
  node->kind = ExprKind::kIsTrue;
  node->type = {T::kBool, -1};
  node->negated = true;
  node->constant = Value::Bool(false);
  node->args.push_back(Call("=", {"int4:1", "int8:2"}));
  ExprPtr cast =
      MakeCast(MakeColumn(2, {T::kVarchar, 9}), {T::kNumeric, 655366}, types::CastContext::kAssignment);
  cast->args[0]->level = 1;
  std::vector<ExprPtr> args;
  args.push_back(std::move(cast));
  args.push_back(MakeParameter(3, {T::kNumeric, -1}));
  node->args[0] = Call("<", std::move(args));

  const std::string stored = SerializeExpression(*node);
  const ExprPtr copy = DeserializeExpression(stored);
  EXPECT_EQ(SerializeExpression(*copy), stored);
  EXPECT_TRUE(copy->negated);
  EXPECT_FALSE(copy->constant.AsBool());
  const Expression& call = *copy->args[0];
  EXPECT_EQ(call.function, node->args[0]->function);
  EXPECT_EQ(call.args[0]->cast_context, types::CastContext::kAssignment);
  EXPECT_EQ(call.args[0]->type, (Type{T::kNumeric, 655366}));
  EXPECT_EQ(call.args[0]->args[0]->index, 2);
  EXPECT_EQ(call.args[0]->args[0]->level, 1);
  EXPECT_EQ(call.args[0]->args[0]->type, (Type{T::kVarchar, 9}));
  EXPECT_EQ(call.args[1]->index, 3);
}

TEST(SerializeTest, RelationsKeepTheirOid) {
  const ExprPtr call = Call("nextval", {"regclass:16403"});
  const std::string stored = SerializeExpression(*call);
  EXPECT_EQ(stored.find("items"), std::string::npos);
  FakeContext context;
  EXPECT_EQ(Show(*DeserializeExpression(stored), context), "1");
}

TEST(SerializeTest, TheStoredFormIsStable) {
  EXPECT_EQ(
      SerializeExpression(*Call("+", {"int4:1", "int4:2"})),
      R"({"expression":{"args":[{"kind":"constant","type":23,"value":{"int":1}},)"
      R"({"kind":"constant","type":23,"value":{"int":2}}],"function":551,"kind":"call","type":23},"format":1})");
}

TEST(SerializeTest, DamagedBytesAreReported) {
  const std::string_view damaged[] = {
      "",
      "x",
      "{}",
      R"({"format":2,"expression":{"kind":"constant","type":23,"value":null}})",
      R"({"format":1,"expression":{"kind":"thing","type":23}})",
      R"({"format":1,"expression":{"kind":"constant","type":9999,"value":null}})",
      R"({"format":1,"expression":{"kind":"constant","type":23,"value":{"text":"x"}}})",
      R"({"format":1,"expression":{"kind":"constant","type":23,"value":{"int":"x"}}})",
      R"({"format":1,"expression":{"kind":"constant","type":17,"value":{"bytes":"abc"}}})",
      R"({"format":1,"expression":{"kind":"constant","type":17,"value":{"bytes":"zz"}}})",
      R"({"format":1,"expression":{"kind":"constant","type":2950,"value":{"uuid":"00"}}})",
      R"({"format":1,"expression":{"kind":"call","type":23}})",
      R"({"format":1,"expression":{"kind":"call","type":23,"function":1}})",
      R"({"format":1,"expression":{"kind":"call","type":23,"function":551}})",
      R"({"format":1,"expression":{"kind":"call","type":23,"function":2803}})",
      R"({"format":1,"expression":{"kind":"not","type":16}})",
      R"({"format":1,"expression":{"kind":"column","type":23,"index":-1}})",
      R"({"format":1,"expression":{"kind":"cast","type":23,"context":9,"args":[]}})",
  };
  for (const std::string_view bytes : damaged) {
    try {
      DeserializeExpression(bytes);
      ADD_FAILURE() << "accepted " << bytes;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.sqlstate(), base::sqlstate::kDataCorrupted) << bytes;
      EXPECT_TRUE(error.report().message.starts_with("stored expression is damaged: ")) << bytes;
    }
  }
}

}  // namespace
}  // namespace ordinal::sql
