#include <gtest/gtest.h>

#include "unit/sql/expr/expression_text.h"

namespace ordinal::sql {
namespace {

using T = TypeId;

// Shows the signature chosen, such as "int8(int8,int4)", or what was thrown.
std::string Resolve(std::string_view name, std::initializer_list<TypeId> inputs, FunctionKind kind) {
  const auto type_name = [](TypeId id) {
    return id == T::kInvalid ? std::string("any") : std::string(types::InfoOf(id).name);
  };
  try {
    const Function* function = FindFunction(name, kind, inputs);
    if (function == nullptr) return "none";
    std::string text = type_name(function->result) + "(";
    for (std::size_t i = 0; i < function->arguments.size(); ++i) {
      text += (i > 0 ? "," : "") + type_name(function->arguments[i]);
    }
    return text + ")";
  } catch (const base::Error& error) {
    return std::string(error.sqlstate().view()) + " " + error.report().message;
  }
}

std::string Op(std::string_view name, std::initializer_list<TypeId> inputs) {
  return Resolve(name, inputs, FunctionKind::kOperator);
}
std::string Fn(std::string_view name, std::initializer_list<TypeId> inputs) {
  return Resolve(name, inputs, FunctionKind::kScalar);
}

TEST(ResolveTest, ExactAndMixedIntegers) {
  EXPECT_EQ(Op("+", {T::kInt4, T::kInt4}), "int4(int4,int4)");
  EXPECT_EQ(Op("+", {T::kInt4, T::kInt8}), "int8(int4,int8)");
  EXPECT_EQ(Op("=", {T::kInt8, T::kInt4}), "bool(int8,int4)");
  EXPECT_EQ(Op("<", {T::kInt2, T::kInt8}), "bool(int2,int8)");
}

TEST(ResolveTest, ImplicitCastsPreferThePreferredType) {
  EXPECT_EQ(Op("+", {T::kInt4, T::kFloat8}), "float8(float8,float8)");
  EXPECT_EQ(Op("+", {T::kInt4, T::kNumeric}), "numeric(numeric,numeric)");
  EXPECT_EQ(Op("*", {T::kNumeric, T::kFloat4}), "float8(float8,float4)");
  EXPECT_EQ(Op("=", {T::kVarchar, T::kVarchar}), "bool(text,text)");
  EXPECT_EQ(Op("=", {T::kVarchar, T::kText}), "bool(text,text)");
  EXPECT_EQ(Op("=", {T::kBpchar, T::kText}), "bool(text,text)");
  EXPECT_EQ(Op("=", {T::kBpchar, T::kVarchar}), "bool(bpchar,bpchar)");
  EXPECT_EQ(Op("=", {T::kRegclass, T::kOid}), "bool(oid,oid)");
  EXPECT_EQ(Op("=", {T::kOid, T::kInt4}), "bool(oid,oid)");
  EXPECT_EQ(Fn("lower", {T::kVarchar}), "text(text)");
  EXPECT_EQ(Fn("abs", {T::kInt2}), "int2(int2)");
  EXPECT_EQ(Fn("sqrt", {T::kInt4}), "float8(float8)");
  EXPECT_EQ(Fn("round", {T::kInt4}), "float8(float8)");
  EXPECT_EQ(Fn("round", {T::kInt4, T::kInt4}), "numeric(numeric,int4)");
  EXPECT_EQ(Fn("date_trunc", {T::kText, T::kDate}), "timestamptz(text,timestamptz)");
  EXPECT_EQ(Fn("min", {T::kVarchar}), "text(text)");
}

TEST(ResolveTest, PolymorphicArgumentsAgree) {
  EXPECT_EQ(Op("=", {T::kInt4Array, T::kInt4Array}), "bool(anyarray,anyarray)");
  EXPECT_EQ(Op("=", {T::kInt4Array, T::kUnknown}), "bool(anyarray,anyarray)");
  EXPECT_EQ(Op("||", {T::kInt4Array, T::kInt8}), "anycompatiblearray(anycompatiblearray,anycompatible)");
  EXPECT_EQ(Op("||", {T::kInt4Array, T::kUnknown}),
            "anycompatiblearray(anycompatiblearray,anycompatiblearray)");
  EXPECT_EQ(Op("||", {T::kTextArray, T::kVarchar}), "anycompatiblearray(anycompatiblearray,anycompatible)");
  EXPECT_EQ(FindFunction("=", FunctionKind::kOperator, std::vector{T::kInt4Array, T::kTextArray}), nullptr);
  EXPECT_EQ(FindFunction("array_append", FunctionKind::kScalar, std::vector{T::kInt4Array, T::kText}),
            nullptr);
}

TEST(ResolveTest, PolymorphicCallsHaveTheTypesOfTheirArguments) {
  const ExprPtr call = Call("array_append", {"_int4:{1}", "int8:2"});
  EXPECT_EQ(call->type.id, T::kInt8Array);
  EXPECT_EQ(call->args[0]->type.id, T::kInt8Array);
  EXPECT_EQ(Call("unnest", {"_text:{a}"})->type.id, T::kText);
  EXPECT_EQ(Call("unnest", {"int2vector:1 2"})->type.id, T::kInt2);
  EXPECT_THROW(Call("cardinality", {"unknown:{1}"}), base::Error);
}

TEST(ResolveTest, UnknownLiteralsTakeTheOtherSidesType) {
  EXPECT_EQ(Op("=", {T::kInt8, T::kUnknown}), "bool(int8,int8)");
  EXPECT_EQ(Op("=", {T::kUnknown, T::kUuid}), "bool(uuid,uuid)");
  EXPECT_EQ(Op("+", {T::kTimestamp, T::kUnknown}), "timestamp(timestamp,interval)");
  EXPECT_EQ(Op("-", {T::kDate, T::kUnknown}), "int4(date,date)");
  EXPECT_EQ(Op("=", {T::kUnknown, T::kUnknown}), "bool(text,text)");
  EXPECT_EQ(Op("||", {T::kUnknown, T::kUnknown}), "text(text,text)");
  EXPECT_EQ(Op("||", {T::kUnknown, T::kInt4}), "text(text,anynonarray)");
  EXPECT_EQ(Op("||", {T::kVarchar, T::kUnknown}), "text(text,text)");
  EXPECT_EQ(Op("~~", {T::kVarchar, T::kUnknown}), "bool(text,text)");
  EXPECT_EQ(Op("*", {T::kUnknown, T::kInterval}), "interval(float8,interval)");
  EXPECT_EQ(Fn("lower", {T::kUnknown}), "text(text)");
  EXPECT_EQ(Fn("nextval", {T::kUnknown}), "int8(regclass)");
  EXPECT_EQ(Fn("nextval", {T::kText}), "int8(regclass)");
  EXPECT_EQ(Fn("length", {T::kUnknown}), "int4(text)");
  EXPECT_EQ(Fn("to_char", {T::kTimestamp, T::kUnknown}), "text(timestamp,text)");
  EXPECT_EQ(Fn("abs", {T::kUnknown}), "float8(float8)");
  EXPECT_EQ(Fn("generate_series", {T::kInt4, T::kInt8}), "int8(int8,int8)");
}

TEST(ResolveTest, SeveralThatFitEquallyAreNotUnique) {
  EXPECT_EQ(Op("+", {T::kUnknown, T::kUnknown}), "42725 operator is not unique: unknown + unknown");
  EXPECT_EQ(Fn("generate_series", {T::kUnknown, T::kUnknown}),
            "42725 function generate_series(unknown, unknown) is not unique");
}

TEST(ResolveTest, NothingFits) {
  EXPECT_EQ(Op("+", {T::kText, T::kInt4}), "none");
  EXPECT_EQ(Op("||", {T::kInt4, T::kInt4}), "none");
  EXPECT_EQ(Op("=", {T::kBool, T::kInt4}), "none");
  EXPECT_EQ(Op("=", {T::kText, T::kInt4}), "none");
  EXPECT_EQ(Fn("lower", {T::kInt4}), "none");
  EXPECT_EQ(Fn("lower", {}), "none");
  EXPECT_EQ(Fn("concat", {}), "none");
  EXPECT_EQ(Fn("no_such", {T::kInt4}), "none");
}

base::Report ReportOf(std::string_view name, std::initializer_list<std::string_view> args, int position) {
  try {
    std::vector<ExprPtr> nodes;
    for (const std::string_view arg : args) nodes.push_back(Literal(arg));
    Call(name, std::move(nodes), position);
  } catch (const base::Error& error) {
    return error.report();
  }
  return {};
}

TEST(ResolveTest, ErrorsNameTheTypesWithHintAndPosition) {
  base::Report report = ReportOf("+", {"text:a", "int4:1"}, 12);
  EXPECT_EQ(report.sqlstate, base::sqlstate::kUndefinedFunction);
  EXPECT_EQ(report.message, "operator does not exist: text + integer");
  EXPECT_EQ(
      report.hint,
      "No operator matches the given name and argument types. You might need to add explicit type casts.");
  EXPECT_EQ(report.position, 12);

  report = ReportOf("-", {"text:a"}, 3);
  EXPECT_EQ(report.message, "operator does not exist: - text");
  EXPECT_EQ(
      report.hint,
      "No operator matches the given name and argument type. You might need to add an explicit type cast.");

  report = ReportOf("lower", {"int4:1", "timestamptz:2024-01-01 00:00+00"}, 8);
  EXPECT_EQ(report.sqlstate, base::sqlstate::kUndefinedFunction);
  EXPECT_EQ(report.message, "function lower(integer, timestamp with time zone) does not exist");
  EXPECT_EQ(
      report.hint,
      "No function matches the given name and argument types. You might need to add explicit type casts.");
  EXPECT_EQ(report.position, 8);

  report = ReportOf("+", {"unknown:1", "unknown:2"}, 5);
  EXPECT_EQ(report.sqlstate, base::sqlstate::kAmbiguousFunction);
  EXPECT_EQ(report.message, "operator is not unique: unknown + unknown");
  EXPECT_EQ(report.hint,
            "Could not choose a best candidate operator. You might need to add explicit type casts.");
  EXPECT_EQ(report.position, 5);

  report = ReportOf("generate_series", {"unknown:1", "unknown:2"}, 5);
  EXPECT_EQ(report.message, "function generate_series(unknown, unknown) is not unique");
  EXPECT_EQ(report.hint,
            "Could not choose a best candidate function. You might need to add explicit type casts.");
}

TEST(ResolveTest, LiteralsOfOperatorsAreParsedAtOnce) {
  std::vector<ExprPtr> args;
  args.push_back(Literal("int4:1"));
  args.push_back(MakeConstant(Value::String("x"), {T::kUnknown, -1}, 9));
  try {
    Call("+", std::move(args), 7);
    FAIL() << "no error";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.sqlstate(), base::sqlstate::kInvalidTextRepresentation);
    EXPECT_EQ(error.report().message, "invalid input syntax for type integer: \"x\"");
    EXPECT_EQ(error.report().position, 9);
  }
}

TEST(ResolveTest, UntypedParametersTakeTheArgumentsType) {
  std::vector<ExprPtr> args;
  args.push_back(Literal("int8:1"));
  args.push_back(MakeParameter(0, {T::kUnknown, -1}));
  const ExprPtr call = Call("=", std::move(args));
  EXPECT_EQ(call->args[1]->kind, ExprKind::kParameter);
  EXPECT_EQ(call->args[1]->type.id, T::kInt8);
}

TEST(ResolveTest, ATypeNameCalledWithOneArgumentIsACast) {
  FakeContext context;
  EXPECT_EQ(Answer("int8", std::vector<std::string_view>{"unknown:5"}, context), "5");
  EXPECT_EQ(Answer("date", std::vector<std::string_view>{"timestamp:2024-05-06 07:08"}, context),
            "2024-05-06");
  EXPECT_EQ(Answer("text", std::vector<std::string_view>{"int4:5"}, context), "5");
  EXPECT_EQ(ReportOf("uuid", {"int4:5"}, 1).message, "function uuid(integer) does not exist");
}

TEST(ResolveTest, FunctionsOfAllKindsShareOneNameSpace) {
  const TypeId any[] = {T::kInt4};
  EXPECT_EQ(FindFunction("count", FunctionKind::kScalar, any)->kind, FunctionKind::kAggregate);
  EXPECT_EQ(FindFunction("count", FunctionKind::kScalar, {})->arguments.size(), 0U);
  EXPECT_TRUE(FunctionNameExists("generate_series"));
  EXPECT_TRUE(FunctionNameExists("count"));
  EXPECT_FALSE(FunctionNameExists("+"));
  EXPECT_FALSE(FunctionNameExists("no_such"));
  const TypeId regclass[] = {T::kRegclass};
  const Function* nextval = FindFunction("nextval", FunctionKind::kScalar, regclass);
  EXPECT_EQ(nextval->oid, 1574U);
  EXPECT_EQ(FunctionByOid(1574), nextval);
  EXPECT_EQ(FunctionByOid(1), nullptr);
}

}  // namespace
}  // namespace ordinal::sql
