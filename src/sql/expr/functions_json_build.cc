#include <string>
#include <string_view>

#include "base/error.h"
#include "sql/expr/any_arguments.h"
#include "sql/expr/function_table.h"
#include "sql/expr/json_writer.h"
#include "types/array.h"
#include "types/jsonb.h"

// Functions that make json and jsonb (manual, table 9.47).
namespace ordinal::sql {
namespace {

using base::Error;
using types::Array;
using T = TypeId;
using Args = std::span<Value>;

template <TypeId type>
Value Finish(const std::string& text) {
  return Value::String(type == T::kJsonb ? types::ParseJsonb(text) : text);
}

template <TypeId type>
Value FromAny(EvalContext& context, Args args, const Expression& call) {
  std::string out;
  AppendAsJson(out, args[0], call.args[0]->type.id, context);
  return Finish<type>(out);
}

// Of an array or a row, with line feeds between its parts where a second argument asks for them.
Value FromParts(EvalContext& context, Args args, const Expression& call) {
  std::string out;
  AppendAsJson(out, args[0], call.args[0]->type.id, context, args.size() > 1 && args[1].AsBool());
  return Value::String(out);
}

template <TypeId type>
Value BuildArray(EvalContext& context, Args args, const Expression& call) {
  const AnyArguments values(args, call);
  if (values.is_null()) return Value();
  std::string out = "[";
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (i > 0) out += ", ";
    AppendAsJson(out, values[i], values.TypeOf(i), context);
  }
  return Finish<type>(out + "]");
}

template <TypeId type>
[[noreturn]] void ThrowNullName(std::size_t argument) {
  const std::string number = std::to_string(argument);
  if (type == T::kJsonb) {
    throw Error(base::sqlstate::kInvalidParameterValue, "argument " + number + ": key must not be null");
  }
  throw Error(base::sqlstate::kInvalidParameterValue, "argument " + number + " cannot be null")
      .Hint("Object keys should be text.");
}

template <TypeId type>
Value BuildObject(EvalContext& context, Args args, const Expression& call) {
  const AnyArguments values(args, call);
  if (values.is_null()) return Value();
  if (values.size() % 2 != 0) {
    throw Error(base::sqlstate::kInvalidParameterValue, "argument list must have even number of elements")
        .Hint("The arguments of " + std::string(call.function->name) +
              "() must consist of alternating keys and values.");
  }
  std::string out = "{";
  for (std::size_t i = 0; i < values.size(); i += 2) {
    if (i > 0) out += ", ";
    if (values[i].is_null()) ThrowNullName<type>(i + 1);
    AppendAsJsonName(out, values[i], values.TypeOf(i), context);
    out += " : ";
    AppendAsJson(out, values[i + 1], values.TypeOf(i + 1), context);
  }
  return Finish<type>(out + "}");
}

[[noreturn]] void ThrowShape(const char* message) {
  throw Error(base::sqlstate::kArraySubscriptError, message);
}

void AppendPair(std::string& out, const Value& name, const Value& value) {
  if (name.is_null()) {
    throw Error(base::sqlstate::kNullValueNotAllowed, "null value not allowed for object key");
  }
  if (out.size() > 1) out += ", ";
  types::AppendJsonString(out, name.AsString());
  out += " : ";
  if (value.is_null()) {
    out += "null";
  } else {
    types::AppendJsonString(out, value.AsString());
  }
}

// Of names and values in turn, or in pairs.
template <TypeId type>
Value ObjectOf(EvalContext&, Args args, const Expression&) {
  const Array& array = args[0].AsArray();
  if (array.dimensions.size() > 2) ThrowShape("wrong number of array subscripts");
  if (array.dimensions.size() == 2 && array.dimensions[1].length != 2) {
    ThrowShape("array must have two columns");
  }
  if (array.values.size() % 2 != 0) ThrowShape("array must have even number of elements");
  std::string out = "{";
  for (std::size_t i = 0; i < array.values.size(); i += 2) {
    AppendPair(out, array.values[i], array.values[i + 1]);
  }
  return Finish<type>(out + "}");
}

template <TypeId type>
Value ObjectOfLists(EvalContext&, Args args, const Expression&) {
  const Array& names = args[0].AsArray();
  const Array& values = args[1].AsArray();
  if (names.dimensions.size() > 1 || names.dimensions.size() != values.dimensions.size()) {
    ThrowShape("wrong number of array subscripts");
  }
  if (names.values.size() != values.values.size()) ThrowShape("mismatched array dimensions");
  std::string out = "{";
  for (std::size_t i = 0; i < names.values.size(); ++i) AppendPair(out, names.values[i], values.values[i]);
  return Finish<type>(out + "}");
}

Function Build(std::string_view name, std::initializer_list<TypeId> arguments, TypeId result, base::Oid oid,
               ScalarCode code) {
  const bool variadic = arguments.size() > 0;
  Function function = Stable(CalledOnNull(Scalar(name, arguments, result, oid, code)));
  return variadic ? Variadic(std::move(function)) : function;
}

}  // namespace

void AddJsonBuildFunctions(FunctionList& out) {
  constexpr TypeId kList = T::kTextArray;
  out.insert(out.end(),
             {
                 Stable(Scalar("to_json", {T::kAnyElement}, T::kJson, 3176, FromAny<T::kJson>)),
                 Stable(Scalar("to_jsonb", {T::kAnyElement}, T::kJsonb, 3787, FromAny<T::kJsonb>)),
                 Stable(Scalar("row_to_json", {T::kRecord}, T::kJson, 3155, FromParts)),
                 Stable(Scalar("row_to_json", {T::kRecord, T::kBool}, T::kJson, 3156, FromParts)),
                 Stable(Scalar("array_to_json", {T::kAnyArray}, T::kJson, 3153, FromParts)),
                 Stable(Scalar("array_to_json", {T::kAnyArray, T::kBool}, T::kJson, 3154, FromParts)),
                 Build("json_build_array", {}, T::kJson, 3199, BuildArray<T::kJson>),
                 Build("json_build_array", {T::kInvalid}, T::kJson, 3198, BuildArray<T::kJson>),
                 Build("jsonb_build_array", {}, T::kJsonb, 3272, BuildArray<T::kJsonb>),
                 Build("jsonb_build_array", {T::kInvalid}, T::kJsonb, 3271, BuildArray<T::kJsonb>),
                 Build("json_build_object", {}, T::kJson, 3201, BuildObject<T::kJson>),
                 Build("json_build_object", {T::kInvalid}, T::kJson, 3200, BuildObject<T::kJson>),
                 Build("jsonb_build_object", {}, T::kJsonb, 3274, BuildObject<T::kJsonb>),
                 Build("jsonb_build_object", {T::kInvalid}, T::kJsonb, 3273, BuildObject<T::kJsonb>),
                 Scalar("json_object", {kList}, T::kJson, 3202, ObjectOf<T::kJson>),
                 Scalar("json_object", {kList, kList}, T::kJson, 3203, ObjectOfLists<T::kJson>),
                 Scalar("jsonb_object", {kList}, T::kJsonb, 3263, ObjectOf<T::kJsonb>),
                 Scalar("jsonb_object", {kList, kList}, T::kJsonb, 3264, ObjectOfLists<T::kJsonb>),
             });
}

}  // namespace ordinal::sql
