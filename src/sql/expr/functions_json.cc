#include <charconv>
#include <optional>
#include <string>
#include <string_view>

#include "base/error.h"
#include "sql/expr/function_table.h"
#include "sql/expr/json_path_text.h"
#include "types/array.h"
#include "types/jsonb.h"

// Operators and functions that look into json and jsonb (manual, section 9.16).
namespace ordinal::sql {
namespace {

using base::Error;
using types::Array;
using types::JsonNode;
using Kind = types::JsonNode::Kind;
using T = TypeId;
using Args = std::span<Value>;
using Found = std::optional<std::string_view>;

Value AsJson(const Found& found) { return found ? Value::String(*found) : Value(); }

Value AsText(const Found& found) {
  if (!found || types::KindOfJson(*found) == Kind::kNull) return Value();
  return Value::String(types::JsonScalarText(*found));
}

// A jsonb scalar that stands alone counts as an array of one.
Found ItemOf(const Value& value, std::int64_t index, TypeId type) {
  const std::string_view text = value.AsString();
  if (type == T::kJsonb && types::KindOfJson(text) < Kind::kArray) {
    return index == 0 || index == -1 ? Found(text) : std::nullopt;
  }
  return types::FindJsonItem(text, index);
}

template <TypeId type, bool as_text>
Value GetMember(EvalContext&, Args args, const Expression&) {
  const Found found = types::FindJsonMember(args[0].AsString(), args[1].AsString());
  return as_text ? AsText(found) : AsJson(found);
}

template <TypeId type, bool as_text>
Value GetItem(EvalContext&, Args args, const Expression&) {
  const Found found = ItemOf(args[0], args[1].AsInt(), type);
  return as_text ? AsText(found) : AsJson(found);
}

Found FindPath(std::string_view text, const Array& path) {
  Found found = types::JsonValueText(text);
  for (const Value& step : path.values) {
    if (step.is_null()) return std::nullopt;
    switch (types::KindOfJson(*found)) {
      case Kind::kObject:
        found = types::FindJsonMember(*found, step.AsString());
        break;
      case Kind::kArray: {
        const std::optional<std::int32_t> index = ReadPathIndex(step.AsString());
        found = index ? types::FindJsonItem(*found, *index) : std::nullopt;
        break;
      }
      default:
        return std::nullopt;
    }
    if (!found) break;
  }
  return found;
}

template <bool as_text>
Value GetPath(EvalContext&, Args args, const Expression&) {
  const Found found = FindPath(args[0].AsString(), args[1].AsArray());
  return as_text ? AsText(found) : AsJson(found);
}

Value Contains(EvalContext&, Args args, const Expression&) {
  return Value::Bool(types::JsonbContains(args[0].AsString(), args[1].AsString()));
}

Value IsContained(EvalContext&, Args args, const Expression&) {
  return Value::Bool(types::JsonbContains(args[1].AsString(), args[0].AsString()));
}

// True for a member's name, and for a string among the items of an array.
bool HasKey(const JsonNode& node, std::string_view key) {
  for (const types::JsonMember& member : node.members) {
    if (member.name == key) return true;
  }
  for (const JsonNode& item : node.items) {
    if (item.kind == Kind::kString && item.text == key) return true;
  }
  return node.kind == Kind::kString && node.text == key;
}

Value Exists(EvalContext&, Args args, const Expression&) {
  return Value::Bool(HasKey(types::ParseJsonTree(args[0].AsString()), args[1].AsString()));
}

template <bool all>
Value ExistsOf(EvalContext&, Args args, const Expression&) {
  const JsonNode node = types::ParseJsonTree(args[0].AsString());
  for (const Value& key : args[1].AsArray().values) {
    if (key.is_null()) continue;
    if (HasKey(node, key.AsString()) != all) return Value::Bool(!all);
  }
  return Value::Bool(all);
}

Value TypeOf(EvalContext&, Args args, const Expression&) {
  static constexpr const char* kNames[] = {"null", "string", "number", "boolean", "array", "object"};
  return Value::String(kNames[static_cast<int>(types::KindOfJson(args[0].AsString()))]);
}

Value ArrayLength(EvalContext&, Args args, const Expression&) {
  const JsonNode node = types::ParseJsonTree(args[0].AsString());
  if (node.kind != Kind::kArray) {
    throw Error(base::sqlstate::kInvalidParameterValue, node.kind == Kind::kObject
                                                            ? "cannot get array length of a non-array"
                                                            : "cannot get array length of a scalar");
  }
  return Value::Int(static_cast<std::int64_t>(node.items.size()));
}

void StripNulls(JsonNode& node) {
  std::erase_if(node.members,
                [](const types::JsonMember& member) { return member.value.kind == Kind::kNull; });
  for (types::JsonMember& member : node.members) StripNulls(member.value);
  for (JsonNode& item : node.items) StripNulls(item);
}

// Prints without blanks, as the functions of json do.
void AppendCompact(std::string& out, const JsonNode& node) {
  if (node.IsScalar()) return types::AppendJsonb(out, node);
  const bool is_array = node.kind == Kind::kArray;
  out += is_array ? '[' : '{';
  for (const JsonNode& item : node.items) {
    if (&item != &node.items.front()) out += ',';
    AppendCompact(out, item);
  }
  for (const types::JsonMember& member : node.members) {
    if (&member != &node.members.front()) out += ',';
    types::AppendJsonString(out, member.name);
    out += ':';
    AppendCompact(out, member.value);
  }
  out += is_array ? ']' : '}';
}

template <TypeId type>
Value WithoutNulls(EvalContext&, Args args, const Expression&) {
  JsonNode node = types::ParseJsonTree(args[0].AsString());
  StripNulls(node);
  if (type == T::kJsonb) return Value::String(types::JsonbText(node));
  std::string out;
  AppendCompact(out, node);
  return Value::String(out);
}

void AppendPretty(std::string& out, const JsonNode& node, std::size_t depth) {
  constexpr std::size_t kIndent = 4;
  if (node.IsScalar()) return types::AppendJsonb(out, node);
  const bool is_array = node.kind == Kind::kArray;
  out += is_array ? '[' : '{';
  const std::size_t count = is_array ? node.items.size() : node.members.size();
  for (std::size_t i = 0; i < count; ++i) {
    out += i > 0 ? ",\n" : "\n";
    out.append((depth + 1) * kIndent, ' ');
    if (!is_array) {
      types::AppendJsonString(out, node.members[i].name);
      out += ": ";
    }
    AppendPretty(out, is_array ? node.items[i] : node.members[i].value, depth + 1);
  }
  out += '\n';
  out.append(depth * kIndent, ' ');
  out += is_array ? ']' : '}';
}

Value Pretty(EvalContext&, Args args, const Expression&) {
  std::string out;
  AppendPretty(out, types::ParseJsonTree(args[0].AsString()), 0);
  return Value::String(out);
}

void AddExtraction(FunctionList& out) {
  constexpr TypeId kPath = T::kTextArray;
  out.insert(
      out.end(),
      {
          Operator("->", {T::kJson, T::kText}, T::kJson, 3962, GetMember<T::kJson, false>),
          Operator("->>", {T::kJson, T::kText}, T::kText, 3963, GetMember<T::kJson, true>),
          Operator("->", {T::kJson, T::kInt4}, T::kJson, 3964, GetItem<T::kJson, false>),
          Operator("->>", {T::kJson, T::kInt4}, T::kText, 3965, GetItem<T::kJson, true>),
          Operator("#>", {T::kJson, kPath}, T::kJson, 3966, GetPath<false>),
          Operator("#>>", {T::kJson, kPath}, T::kText, 3967, GetPath<true>),
          Operator("->", {T::kJsonb, T::kText}, T::kJsonb, 3211, GetMember<T::kJsonb, false>),
          Operator("->>", {T::kJsonb, T::kText}, T::kText, 3477, GetMember<T::kJsonb, true>),
          Operator("->", {T::kJsonb, T::kInt4}, T::kJsonb, 3212, GetItem<T::kJsonb, false>),
          Operator("->>", {T::kJsonb, T::kInt4}, T::kText, 3481, GetItem<T::kJsonb, true>),
          Operator("#>", {T::kJsonb, kPath}, T::kJsonb, 3213, GetPath<false>),
          Operator("#>>", {T::kJsonb, kPath}, T::kText, 3206, GetPath<true>),
          Scalar("json_object_field", {T::kJson, T::kText}, T::kJson, 3947, GetMember<T::kJson, false>),
          Scalar("json_object_field_text", {T::kJson, T::kText}, T::kText, 3948, GetMember<T::kJson, true>),
          Scalar("json_array_element", {T::kJson, T::kInt4}, T::kJson, 3949, GetItem<T::kJson, false>),
          Scalar("json_array_element_text", {T::kJson, T::kInt4}, T::kText, 3950, GetItem<T::kJson, true>),
          Scalar("jsonb_object_field", {T::kJsonb, T::kText}, T::kJsonb, 3478, GetMember<T::kJsonb, false>),
          Scalar("jsonb_object_field_text", {T::kJsonb, T::kText}, T::kText, 3214,
                 GetMember<T::kJsonb, true>),
          Scalar("jsonb_array_element", {T::kJsonb, T::kInt4}, T::kJsonb, 3215, GetItem<T::kJsonb, false>),
          Scalar("jsonb_array_element_text", {T::kJsonb, T::kInt4}, T::kText, 3216, GetItem<T::kJsonb, true>),
          VariadicArray(Scalar("json_extract_path", {T::kJson, kPath}, T::kJson, 3951, GetPath<false>)),
          VariadicArray(Scalar("json_extract_path_text", {T::kJson, kPath}, T::kText, 3953, GetPath<true>)),
          VariadicArray(Scalar("jsonb_extract_path", {T::kJsonb, kPath}, T::kJsonb, 3217, GetPath<false>)),
          VariadicArray(Scalar("jsonb_extract_path_text", {T::kJsonb, kPath}, T::kText, 3940, GetPath<true>)),
      });
}

}  // namespace

std::optional<std::int32_t> ReadPathIndex(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || (text.front() >= '\t' && text.front() <= '\r'))) {
    text.remove_prefix(1);
  }
  if (text.size() > 1 && text.front() == '+' && text[1] != '-') text.remove_prefix(1);
  std::int32_t index = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), index);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return index;
}

void AddJsonFunctions(FunctionList& out) {
  AddExtraction(out);
  out.insert(out.end(),
             {
                 Operator("@>", {T::kJsonb, T::kJsonb}, T::kBool, 3246, Contains),
                 Operator("<@", {T::kJsonb, T::kJsonb}, T::kBool, 3250, IsContained),
                 Operator("?", {T::kJsonb, T::kText}, T::kBool, 3247, Exists),
                 Operator("?|", {T::kJsonb, T::kTextArray}, T::kBool, 3248, ExistsOf<false>),
                 Operator("?&", {T::kJsonb, T::kTextArray}, T::kBool, 3249, ExistsOf<true>),
                 Scalar("jsonb_contains", {T::kJsonb, T::kJsonb}, T::kBool, 4046, Contains),
                 Scalar("jsonb_contained", {T::kJsonb, T::kJsonb}, T::kBool, 4050, IsContained),
                 Scalar("jsonb_exists", {T::kJsonb, T::kText}, T::kBool, 4047, Exists),
                 Scalar("jsonb_exists_any", {T::kJsonb, T::kTextArray}, T::kBool, 4048, ExistsOf<false>),
                 Scalar("jsonb_exists_all", {T::kJsonb, T::kTextArray}, T::kBool, 4049, ExistsOf<true>),
                 Scalar("json_typeof", {T::kJson}, T::kText, 3968, TypeOf),
                 Scalar("jsonb_typeof", {T::kJsonb}, T::kText, 3210, TypeOf),
                 Scalar("json_array_length", {T::kJson}, T::kInt4, 3956, ArrayLength),
                 Scalar("jsonb_array_length", {T::kJsonb}, T::kInt4, 3207, ArrayLength),
                 Scalar("json_strip_nulls", {T::kJson}, T::kJson, 3261, WithoutNulls<T::kJson>),
                 Scalar("jsonb_strip_nulls", {T::kJsonb}, T::kJsonb, 3262, WithoutNulls<T::kJsonb>),
                 Scalar("jsonb_pretty", {T::kJsonb}, T::kText, 3306, Pretty),
             });
}

}  // namespace ordinal::sql
