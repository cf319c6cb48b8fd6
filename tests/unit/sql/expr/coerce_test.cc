#include <gtest/gtest.h>

#include <functional>

#include "unit/sql/expr/expression_text.h"

namespace ordinal::sql {
namespace {

using T = TypeId;
using types::CastContext;

std::vector<ExprPtr> Branches(std::initializer_list<std::string_view> texts) {
  std::vector<ExprPtr> nodes;
  for (const std::string_view text : texts) nodes.push_back(Literal(text));
  return nodes;
}

base::Report ReportOf(const std::function<void()>& action) {
  try {
    action();
  } catch (const base::Error& error) {
    return error.report();
  }
  return {};
}

TEST(CoerceTest, ConstantsOfOtherTypesFold) {
  const ExprPtr folded = Coerce(Literal("int4:5"), {T::kInt8, -1}, CastContext::kImplicit, 0);
  EXPECT_EQ(folded->kind, ExprKind::kConstant);
  EXPECT_EQ(folded->type, (Type{T::kInt8, -1}));
  const ExprPtr null = Coerce(Literal("unknown:NULL"), {T::kDate, -1}, CastContext::kImplicit, 0);
  EXPECT_EQ(null->kind, ExprKind::kConstant);
  EXPECT_EQ(null->type.id, T::kDate);
}

TEST(CoerceTest, AConversionThatFailsFailsWhenItIsEvaluated) {
  FakeContext context;
  const ExprPtr cast = Coerce(Literal("int4:70000"), {T::kInt2, -1}, CastContext::kAssignment, 0);
  EXPECT_EQ(cast->kind, ExprKind::kCast);
  EXPECT_EQ(Show(*cast, context), "ERROR 22003 smallint out of range");
}

TEST(CoerceTest, ColumnsGetACastOnlyWhereTheTypeDiffers) {
  const auto coerce = [](Type from, Type to) {
    return Coerce(MakeColumn(0, from), to, CastContext::kAssignment, 0)->kind;
  };
  EXPECT_EQ(coerce({T::kInt4, -1}, {T::kInt4, -1}), ExprKind::kColumn);
  EXPECT_EQ(coerce({T::kVarchar, 9}, {T::kVarchar, -1}), ExprKind::kColumn);
  EXPECT_EQ(coerce({T::kVarchar, 9}, {T::kVarchar, 9}), ExprKind::kColumn);
  EXPECT_EQ(coerce({T::kVarchar, 9}, {T::kVarchar, 7}), ExprKind::kCast);
  EXPECT_EQ(coerce({T::kInt4, -1}, {T::kInt8, -1}), ExprKind::kCast);
}

TEST(CoerceTest, ModifiersApplyAsTheContextSays) {
  FakeContext context;
  const Type three = {T::kVarchar, 3 + 4};
  EXPECT_EQ(Show(*Coerce(Literal("unknown:abcdef"), three, CastContext::kExplicit, 0), context), "abc");
  EXPECT_EQ(Show(*Coerce(Literal("text:abcdef"), three, CastContext::kExplicit, 0), context), "abc");
  EXPECT_EQ(Show(*Coerce(Literal("text:abcdef"), three, CastContext::kAssignment, 0), context),
            "ERROR 22001 value too long for type character varying(3)");
  const Type money = {T::kNumeric, ((10 << 16) | 2) + 4};
  EXPECT_EQ(Show(*Coerce(Literal("unknown:1.005"), money, CastContext::kImplicit, 0), context), "1.01");
}

TEST(CoerceTest, BadLiteralsAreReportedWithTheirPosition) {
  const base::Report report = ReportOf([] {
    Coerce(MakeConstant(Value::String("x1"), {T::kUnknown, -1}, 17), {T::kInt4, -1}, CastContext::kExplicit,
           5);
  });
  EXPECT_EQ(report.sqlstate, base::sqlstate::kInvalidTextRepresentation);
  EXPECT_EQ(report.message, "invalid input syntax for type integer: \"x1\"");
  EXPECT_EQ(report.position, 17);
}

TEST(CoerceTest, LiteralsThatDependOnTheSessionWaitForIt) {
  FakeContext context;
  context.settings_value.time_zone = "America/New_York";
  const auto literal = [](std::string_view text, TypeId type) {
    return Coerce(MakeConstant(Value::String(text), {T::kUnknown, -1}, 4), {type, -1}, CastContext::kExplicit,
                  1);
  };
  EXPECT_EQ(literal("2024-05-06", T::kDate)->kind, ExprKind::kConstant);
  EXPECT_EQ(literal("2024-05-06 07:08:09.5", T::kTimestamp)->kind, ExprKind::kConstant);
  EXPECT_EQ(literal("1 day", T::kInterval)->kind, ExprKind::kConstant);
  EXPECT_EQ(literal("05/06/2024", T::kDate)->kind, ExprKind::kCast);
  EXPECT_EQ(literal("now", T::kTimestamp)->kind, ExprKind::kCast);

  ExprPtr instant = literal("2024-01-01 00:00", T::kTimestamptz);
  EXPECT_EQ(instant->kind, ExprKind::kCast);
  EXPECT_EQ(Show(*instant, context), "2024-01-01 00:00:00-05");
  instant = FoldConstants(std::move(instant), context);
  EXPECT_EQ(instant->kind, ExprKind::kConstant);
  EXPECT_EQ(Show(*instant, context), "2024-01-01 00:00:00-05");

  const base::Report report =
      ReportOf([&] { Evaluate(*literal("2024-99-01", T::kTimestamptz), context, {}); });
  EXPECT_EQ(report.sqlstate, base::sqlstate::kDatetimeFieldOverflow);
  EXPECT_EQ(report.position, 4);
}

TEST(CoerceTest, UntypedParametersTakeTheTypeInPlace) {
  const ExprPtr parameter =
      Coerce(MakeParameter(0, {T::kUnknown, -1}), {T::kUuid, -1}, CastContext::kAssignment, 0);
  EXPECT_EQ(parameter->kind, ExprKind::kParameter);
  EXPECT_EQ(parameter->type.id, T::kUuid);
  const ExprPtr limited =
      Coerce(MakeParameter(0, {T::kUnknown, -1}), {T::kVarchar, 9}, CastContext::kAssignment, 0);
  EXPECT_EQ(limited->kind, ExprKind::kCast);
  EXPECT_EQ(limited->args[0]->type, (Type{T::kVarchar, -1}));
}

TEST(CoerceTest, WhatCannotBeCastIsRefused) {
  const base::Report report = ReportOf([] {
    Coerce(MakeColumn(0, {T::kDate, -1}), {T::kInt4, -1}, CastContext::kExplicit, 8);
  });
  EXPECT_EQ(report.sqlstate, base::sqlstate::kCannotCoerce);
  EXPECT_EQ(report.message, "cannot cast type date to integer");
  EXPECT_EQ(report.position, 8);
  EXPECT_FALSE(CanConvert(T::kText, T::kInt4, CastContext::kAssignment));
  EXPECT_TRUE(CanConvert(T::kText, T::kInt4, CastContext::kExplicit));
  EXPECT_FALSE(CanConvert(T::kInt8, T::kInt4, CastContext::kImplicit));
}

TEST(CoerceTest, NamesOfRelationsAreReadAtEvaluation) {
  FakeContext context;
  ExprPtr name = Coerce(MakeConstant(Value::String("items"), {T::kUnknown, -1}, 9), {T::kRegclass, -1},
                        CastContext::kImplicit, 0);
  EXPECT_EQ(name->kind, ExprKind::kCast);
  EXPECT_EQ(Evaluate(*name, context, {}).AsInt(), kItemsTable);
  EXPECT_EQ(Show(*name, context), "items");
  name = FoldConstants(std::move(name), context);
  EXPECT_EQ(name->kind, ExprKind::kConstant);

  const base::Report report = ReportOf([&] {
    Evaluate(*Coerce(MakeConstant(Value::String("nope"), {T::kUnknown, -1}, 9), {T::kRegclass, -1},
                     CastContext::kImplicit, 0),
             context, {});
  });
  EXPECT_EQ(report.sqlstate, base::sqlstate::kUndefinedTable);
  EXPECT_EQ(report.message, "relation \"nope\" does not exist");
  EXPECT_EQ(report.position, 9);
}

TEST(CoerceTest, RegclassConvertsToAndFromNumbersAndText) {
  FakeContext context;
  const auto convert = [&](std::string_view literal, TypeId to, CastContext how) {
    return Show(*Coerce(Literal(literal), {to, -1}, how, 0), context);
  };
  EXPECT_EQ(convert("regclass:16400", T::kText, CastContext::kAssignment), "items");
  EXPECT_EQ(convert("regclass:16400", T::kOid, CastContext::kImplicit), "16400");
  EXPECT_EQ(convert("regclass:16400", T::kInt8, CastContext::kAssignment), "16400");
  EXPECT_EQ(convert("oid:16400", T::kRegclass, CastContext::kImplicit), "items");
  EXPECT_EQ(convert("int8:16400", T::kRegclass, CastContext::kImplicit), "items");
  EXPECT_EQ(convert("int4:5", T::kRegclass, CastContext::kImplicit), "5");
  EXPECT_EQ(convert("oid:0", T::kRegclass, CastContext::kImplicit), "-");
  EXPECT_EQ(convert("unknown:16400", T::kRegclass, CastContext::kImplicit), "items");
  EXPECT_EQ(convert("text:items", T::kRegclass, CastContext::kImplicit), "items");
  EXPECT_EQ(convert("int4:23", T::kRegtype, CastContext::kImplicit), "integer");
  EXPECT_EQ(convert("unknown:character varying", T::kRegtype, CastContext::kImplicit), "character varying");
  EXPECT_EQ(convert("unknown:nope", T::kRegtype, CastContext::kImplicit),
            "ERROR 42704 type \"nope\" does not exist");
  EXPECT_EQ(convert("unknown:public", T::kRegnamespace, CastContext::kImplicit), "public");
  EXPECT_EQ(convert("unknown:nope", T::kRegnamespace, CastContext::kImplicit),
            "ERROR 3F000 schema \"nope\" does not exist");
  EXPECT_EQ(convert("unknown:admin", T::kRegrole, CastContext::kImplicit), "admin");
  EXPECT_EQ(convert("unknown:nextval", T::kRegproc, CastContext::kImplicit), "nextval");
  EXPECT_EQ(convert("unknown:nope", T::kRegproc, CastContext::kImplicit),
            "ERROR 42883 function \"nope\" does not exist");
  EXPECT_EQ(convert("unknown:abs", T::kRegproc, CastContext::kImplicit),
            "ERROR 42725 more than one function named \"abs\"");
}

TEST(CommonTypeTest, FollowsTheRulesForUnions) {
  const auto common = [](std::initializer_list<std::string_view> texts) {
    return types::InfoOf(CommonType(Branches(texts), "CASE").id).name;
  };
  EXPECT_STREQ(common({"int4:1", "int4:2"}), "int4");
  EXPECT_STREQ(common({"int4:1", "int8:2"}), "int8");
  EXPECT_STREQ(common({"int8:1", "int4:2"}), "int8");
  EXPECT_STREQ(common({"int4:1", "numeric:2", "float8:3"}), "float8");
  EXPECT_STREQ(common({"int4:1", "numeric:2"}), "numeric");
  EXPECT_STREQ(common({"unknown:a", "unknown:b"}), "text");
  EXPECT_STREQ(common({"unknown:1", "int4:2"}), "int4");
  EXPECT_STREQ(common({"text:b", "varchar:a"}), "text");
  // Each of the two casts to the other implicitly, so the first stays.
  EXPECT_STREQ(common({"varchar:a", "text:b"}), "varchar");
  EXPECT_STREQ(common({"varchar:a", "varchar:b"}), "varchar");
  EXPECT_STREQ(common({"date:2024-01-01", "timestamptz:2024-01-01 00:00+00"}), "timestamptz");
}

TEST(CommonTypeTest, KeepsAModifierThatAllShare) {
  std::vector<ExprPtr> branches;
  branches.push_back(MakeColumn(0, {T::kVarchar, 9}));
  branches.push_back(MakeColumn(1, {T::kVarchar, 9}));
  EXPECT_EQ(CommonType(branches, "CASE"), (Type{T::kVarchar, 9}));
  branches.push_back(MakeColumn(2, {T::kVarchar, 12}));
  EXPECT_EQ(CommonType(branches, "CASE"), (Type{T::kVarchar, -1}));
}

TEST(CommonTypeTest, RefusesDifferentCategories) {
  std::vector<ExprPtr> branches = Branches({"int4:1", "text:a"});
  branches[1]->position = 21;
  const base::Report report = ReportOf([&] { CommonType(branches, "CASE"); });
  EXPECT_EQ(report.sqlstate, base::sqlstate::kDatatypeMismatch);
  EXPECT_EQ(report.message, "CASE types integer and text cannot be matched");
  EXPECT_EQ(report.position, 21);
}

}  // namespace
}  // namespace ordinal::sql
