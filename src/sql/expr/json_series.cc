#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "sql/expr/function_table.h"
#include "sql/expr/series.h"
#include "types/jsonb.h"

// The set-returning functions of json and jsonb (manual, table 9.47).
namespace ordinal::sql {
namespace {

using base::Error;
using Kind = types::JsonNode::Kind;
using T = TypeId;

[[noreturn]] void Throw(const std::string& message) {
  throw Error(base::sqlstate::kInvalidParameterValue, message);
}

Value PartOf(std::string_view text, bool as_text) {
  if (!as_text) return Value::String(text);
  if (types::KindOfJson(text) == Kind::kNull) return Value();
  return Value::String(types::JsonScalarText(text));
}

std::vector<Value> Elements(const std::string& name, std::string_view text, bool is_jsonb, bool as_text) {
  const Kind kind = types::KindOfJson(text);
  if (kind != Kind::kArray) {
    const bool object = kind == Kind::kObject;
    if (is_jsonb) Throw(std::string("cannot extract elements from ") + (object ? "an object" : "a scalar"));
    Throw("cannot call " + name + " on a " + (object ? "non-array" : "scalar"));
  }
  std::vector<Value> values;
  for (const std::string_view item : types::JsonItems(text)) values.push_back(PartOf(item, as_text));
  return values;
}

std::vector<Value> Members(const std::string& name, std::string_view text, bool is_jsonb, bool as_text,
                           int column) {
  const Kind kind = types::KindOfJson(text);
  if (kind != Kind::kObject) {
    if (is_jsonb) Throw("cannot call " + name + " on a non-object");
    Throw(kind == Kind::kArray ? "cannot deconstruct an array as an object" : "cannot deconstruct a scalar");
  }
  std::vector<Value> values;
  for (const types::JsonTextMember& member : types::JsonMembers(text)) {
    values.push_back(column == 0 ? Value::String(member.name) : PartOf(member.value, as_text));
  }
  return values;
}

std::vector<Value> Names(const std::string& name, std::string_view text) {
  const Kind kind = types::KindOfJson(text);
  if (kind != Kind::kObject) {
    Throw("cannot call " + name + " on " + (kind == Kind::kArray ? "an array" : "a scalar"));
  }
  std::vector<Value> values;
  for (const types::JsonTextMember& member : types::JsonMembers(text)) {
    values.push_back(Value::String(member.name));
  }
  return values;
}

Function OfColumns(std::string_view name, TypeId argument, TypeId result, base::Oid oid,
                   std::vector<OutColumn> columns) {
  Function function = WithKind(FunctionKind::kSetReturning, name, {argument}, result, oid);
  function.columns = std::move(columns);
  return function;
}

}  // namespace

std::unique_ptr<Series> MakeJsonSeries(const Function& function, const Value& json, int column) {
  const std::string name(function.name);
  const std::string_view text = json.AsString();
  const bool is_jsonb = function.arguments[0] == T::kJsonb;
  const bool as_text = name.ends_with("_text");
  std::vector<Value> values;
  if (name.ends_with("_object_keys")) {
    values = Names(name, text);
  } else if (name.find("_each") != std::string::npos) {
    values = Members(name, text, is_jsonb, as_text, column);
  } else {
    values = Elements(name, text, is_jsonb, as_text);
  }
  return MakeList(std::move(values));
}

void AddJsonSeriesFunctions(FunctionList& out) {
  const auto pair = [](TypeId value) { return std::vector<OutColumn>{{"key", T::kText}, {"value", value}}; };
  out.insert(out.end(),
             {
                 OfColumns("json_array_elements", T::kJson, T::kJson, 3955, {{"value", T::kJson}}),
                 OfColumns("json_array_elements_text", T::kJson, T::kText, 3969, {{"value", T::kText}}),
                 OfColumns("jsonb_array_elements", T::kJsonb, T::kJsonb, 3219, {{"value", T::kJsonb}}),
                 OfColumns("jsonb_array_elements_text", T::kJsonb, T::kText, 3465, {{"value", T::kText}}),
                 OfColumns("json_object_keys", T::kJson, T::kText, 3957, {}),
                 OfColumns("jsonb_object_keys", T::kJsonb, T::kText, 3931, {}),
                 OfColumns("json_each", T::kJson, T::kRecord, 3958, pair(T::kJson)),
                 OfColumns("json_each_text", T::kJson, T::kRecord, 3959, pair(T::kText)),
                 OfColumns("jsonb_each", T::kJsonb, T::kRecord, 3208, pair(T::kJsonb)),
                 OfColumns("jsonb_each_text", T::kJsonb, T::kRecord, 3932, pair(T::kText)),
             });
}

}  // namespace ordinal::sql
