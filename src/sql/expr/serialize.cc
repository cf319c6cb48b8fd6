#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <utility>

#include "base/error.h"
#include "nlohmann/json.hpp"
#include "sql/expr/function.h"
#include "sql/expr/record.h"
#include "sql/expr/routine.h"
#include "types/array.h"
#include "types/numeric.h"

namespace ordinal::sql {
namespace {

using Json = nlohmann::json;
using base::Error;

constexpr int kFormat = 1;
constexpr int kDepthMax = 10000;  // of the tree; the binder's limit is far below

// The stored names of the kinds, in the order of ExprKind. Names, not numbers, so that the enum may change.
constexpr std::array<std::string_view, 29> kKindNames = {
    "constant",    "parameter", "column",   "call",  "cast",      "and",     "or",         "not",
    "is_null",     "is_true",   "distinct", "case",  "coalesce",  "null_if", "min_max",    "in_list",
    "subquery",    "aggregate", "row",      "array", "subscript", "slice",   "quantified", "case_test",
    "row_compare", "window",    "grouping", "field", "domain"};
static_assert(kKindNames.size() == static_cast<std::size_t>(ExprKind::kDomain) + 1);

[[noreturn]] void ThrowDamaged(const std::string& why) {
  throw Error(base::sqlstate::kDataCorrupted, "stored expression is damaged: " + why);
}

std::string ToHex(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (const char c : bytes) {
    hex += kDigits[static_cast<unsigned char>(c) >> 4];
    hex += kDigits[static_cast<unsigned char>(c) & 15];
  }
  return hex;
}

std::string FromHex(const std::string& hex) {
  if (hex.size() % 2 != 0) ThrowDamaged("odd number of hexadecimal digits");
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(hex.data() + i, hex.data() + i + 2, value, 16);
    if (error != std::errc() || end != hex.data() + i + 2) ThrowDamaged("invalid hexadecimal digit");
    bytes += static_cast<char>(value);
  }
  return bytes;
}

Json WriteValue(const Value& value, TypeId type);

Json WriteArray(const types::Array& array) {
  Json json = {{"lengths", Json::array()}, {"lowers", Json::array()}, {"values", Json::array()}};
  for (const types::ArrayDimension& dimension : array.dimensions) {
    json["lengths"].push_back(dimension.length);
    json["lowers"].push_back(dimension.lower);
  }
  for (const Value& value : array.values) json["values"].push_back(WriteValue(value, array.element));
  return json;
}

// Each kind of value has a key of its own. Doubles are kept by their bits; bytea need not be UTF-8.
Json WriteValue(const Value& value, TypeId type) {
  switch (value.kind()) {
    case Value::Kind::kNull:
      return nullptr;
    case Value::Kind::kInt:
      return {{"int", value.AsInt()}};
    case Value::Kind::kDouble: {
      std::uint64_t bits = 0;
      const double number = value.AsDouble();
      std::memcpy(&bits, &number, sizeof bits);
      return {{"double", bits}};
    }
    case Value::Kind::kShortString:
    case Value::Kind::kLongString:
      if (type == TypeId::kBytea) return {{"bytes", ToHex(value.AsString())}};
      return {{"text", std::string(value.AsString())}};
    case Value::Kind::kUuid: {
      const auto& bytes = value.AsUuid().bytes;
      return {{"uuid", ToHex({reinterpret_cast<const char*>(bytes.data()), bytes.size()})}};
    }
    case Value::Kind::kNumeric:
      return {{"numeric", value.AsNumeric().ToString()}};
    case Value::Kind::kInterval: {
      const types::Interval& interval = value.AsInterval();
      return {{"interval", {interval.months, interval.days, interval.micros}}};
    }
    case Value::Kind::kArray:
      return {{"array", WriteArray(value.AsArray())}};
    case Value::Kind::kRecord:
      base::ThrowUnsupported("rows in expressions that are stored");
  }
  return nullptr;
}

types::Representation RepresentationOf(const Json& json) {
  using R = types::Representation;
  if (json.contains("int")) return R::kInt;
  if (json.contains("double")) return R::kDouble;
  if (json.contains("uuid")) return R::kUuid;
  if (json.contains("numeric")) return R::kNumeric;
  if (json.contains("interval")) return R::kInterval;
  if (json.contains("array")) return R::kArray;
  return R::kString;
}

Value ReadValue(const Json& json, TypeId type);

Value ReadArray(const Json& json, TypeId element) {
  types::Array array{.element = element};
  for (std::size_t i = 0; i < json.at("lengths").size(); ++i) {
    array.dimensions.push_back({.length = json.at("lengths").at(i).get<std::int32_t>(),
                                .lower = json.at("lowers").at(i).get<std::int32_t>()});
    if (array.dimensions.back().length < 1) ThrowDamaged("an array has a dimension without a length");
  }
  for (const Json& value : json.at("values")) array.values.push_back(ReadValue(value, element));
  if (types::CheckShape(array.dimensions) != array.values.size()) {
    ThrowDamaged("an array does not have the elements that its shape says");
  }
  return Value::OfArray(std::move(array));
}

Value ReadValue(const Json& json, TypeId type) {
  if (json.is_null()) return Value();
  const types::Representation held = RepresentationOf(json);
  if (held != types::InfoOf(type).representation) ThrowDamaged("a constant does not fit its type");
  switch (held) {
    case types::Representation::kInt:
      return Value::Int(json.at("int").get<std::int64_t>());
    case types::Representation::kDouble: {
      const auto bits = json.at("double").get<std::uint64_t>();
      double number = 0;
      std::memcpy(&number, &bits, sizeof number);
      return Value::Double(number);
    }
    case types::Representation::kUuid: {
      const std::string bytes = FromHex(json.at("uuid").get<std::string>());
      types::Uuid uuid;
      if (bytes.size() != uuid.bytes.size()) ThrowDamaged("a uuid has the wrong length");
      std::memcpy(uuid.bytes.data(), bytes.data(), bytes.size());
      return Value::OfUuid(uuid);
    }
    case types::Representation::kNumeric:
      return Value::OfNumeric(types::Numeric::Parse(json.at("numeric").get<std::string>()));
    case types::Representation::kInterval: {
      const Json& parts = json.at("interval");
      types::Interval interval;
      interval.months = parts.at(0).get<std::int32_t>();
      interval.days = parts.at(1).get<std::int32_t>();
      interval.micros = parts.at(2).get<std::int64_t>();
      return Value::OfInterval(interval);
    }
    case types::Representation::kArray:
      return ReadArray(json.at("array"), types::ElementType(type));
    case types::Representation::kRecord:
      ThrowDamaged("a constant is a row");
    case types::Representation::kString:
      break;
  }
  if (json.contains("bytes")) return Value::String(FromHex(json.at("bytes").get<std::string>()));
  return Value::String(json.at("text").get<std::string>());
}

Json WriteNode(const Expression& node) {
  Json json = {{"kind", kKindNames[static_cast<std::size_t>(node.kind)]},
               {"type", static_cast<std::uint32_t>(node.type.id)}};
  if (node.type.modifier != -1) json["modifier"] = node.type.modifier;
  if (node.type.domain != 0) json["domain"] = node.type.domain;
  if (node.negated) json["negated"] = true;
  if (node.index != 0) json["index"] = node.index;
  if (node.level != 0) json["level"] = node.level;
  if (node.function != nullptr) json["function"] = node.function->oid;
  const bool is_cast = node.kind == ExprKind::kCast || node.kind == ExprKind::kDomain;
  // Nothing says yet that the expression needs the relation.
  if (node.type.id == TypeId::kRecord && node.type.domain != 0) {
    base::ThrowUnsupported("row types in expressions that are stored");
  }
  if (is_cast) json["context"] = static_cast<int>(node.cast_context);
  if (node.routine != base::kInvalidOid) json["routine"] = node.routine;
  if (node.kind == ExprKind::kSubquery) json["subquery"] = static_cast<int>(node.subquery);
  if (node.kind == ExprKind::kConstant) json["value"] = WriteValue(node.constant, node.type.id);
  if (node.kind == ExprKind::kIsTrue) json["value"] = WriteValue(node.constant, TypeId::kBool);
  for (const ExprPtr& arg : node.args) json["args"].push_back(WriteNode(*arg));
  return json;
}

ExprKind ReadKind(const std::string& name) {
  for (std::size_t i = 0; i < kKindNames.size(); ++i) {
    if (kKindNames[i] == name) return static_cast<ExprKind>(i);
  }
  ThrowDamaged("unknown kind \"" + name + "\"");
}

template <typename Enum>
Enum ReadEnum(const Json& json, const char* key, Enum last) {
  const int number = json.at(key).get<int>();
  if (number < 0 || number > static_cast<int>(last)) ThrowDamaged(std::string("bad ") + key);
  return static_cast<Enum>(number);
}

struct Arity {
  std::size_t min = 0;
  std::size_t max = std::numeric_limits<std::size_t>::max();
};

Arity ArityOf(const Expression& node) {
  switch (node.kind) {
    case ExprKind::kConstant:
    case ExprKind::kParameter:
    case ExprKind::kColumn:
    case ExprKind::kAggregate:
      return {0, 0};
    case ExprKind::kCast:
    case ExprKind::kNot:
    case ExprKind::kIsNull:
    case ExprKind::kIsTrue:
    case ExprKind::kField:
    case ExprKind::kDomain:
      return {1, 1};
    case ExprKind::kIsDistinct:
    case ExprKind::kNullIf:
    case ExprKind::kQuantified:
      return {2, 2};
    case ExprKind::kSubscript:
      return {2};
    case ExprKind::kSlice:
      return {3};
    case ExprKind::kInList:
      return {1};
    case ExprKind::kCall: {
      if (node.routine != base::kInvalidOid) return {};
      const std::size_t declared = node.function->arguments.size();
      return node.function->variadic ? Arity{declared} : Arity{declared, declared};
    }
    default:
      return {};
  }
}

// Whatever evaluation takes for granted is checked here, so that damaged bytes cannot crash the server.
void CheckShape(const Expression& node) {
  const bool needs_function = node.kind == ExprKind::kCall || node.kind == ExprKind::kIsDistinct ||
                              node.kind == ExprKind::kNullIf || node.kind == ExprKind::kInList ||
                              node.kind == ExprKind::kQuantified;
  if (needs_function && (node.function == nullptr || node.function->code == nullptr)) {
    ThrowDamaged("a function is missing");
  }
  const Arity arity = ArityOf(node);
  if (node.args.size() < arity.min || node.args.size() > arity.max) ThrowDamaged("wrong number of arguments");
  const bool makes_array = node.kind == ExprKind::kArray;
  const bool reads_array = node.kind == ExprKind::kSubscript || node.kind == ExprKind::kSlice;
  const Expression* array = makes_array                          ? &node
                            : reads_array                        ? node.args[0].get()
                            : node.kind == ExprKind::kQuantified ? node.args[1].get()
                                                                 : nullptr;
  if (array != nullptr && !types::IsArray(array->type.id)) ThrowDamaged("an array is missing");
  const bool takes_array = node.kind == ExprKind::kCall && node.index == kTakesArray;
  if (takes_array && (node.args.empty() || !types::IsArray(node.args.back()->type.id))) {
    ThrowDamaged("an array is missing");
  }
  const bool reads_row = node.kind == ExprKind::kField;
  if (reads_row && node.args[0]->type.id != TypeId::kRecord) ThrowDamaged("a row is missing");
  if (node.index < 0 || node.level < 0) ThrowDamaged("a number is negative");
}

ExprPtr ReadNode(const Json& json, int depth) {
  if (depth > kDepthMax) ThrowDamaged("nested too deeply");
  auto node = std::make_unique<Expression>();
  node->kind = ReadKind(json.at("kind").get<std::string>());
  const auto type = json.at("type").get<std::uint32_t>();
  if (types::FindType(type) == nullptr) ThrowDamaged("unknown type " + std::to_string(type));
  node->type = {static_cast<TypeId>(type), json.value("modifier", -1), json.value("domain", base::Oid{0})};
  node->negated = json.value("negated", false);
  node->index = json.value("index", 0);
  node->level = json.value("level", 0);
  if (json.contains("function")) {
    const auto oid = json.at("function").get<base::Oid>();
    node->routine = json.value("routine", base::kInvalidOid);
    node->function = node->routine != base::kInvalidOid ? RoutineByNumber(oid) : FunctionByOid(oid);
    if (node->function == nullptr) ThrowDamaged("unknown function " + std::to_string(oid));
  }
  if (node->kind == ExprKind::kCast || node->kind == ExprKind::kDomain) {
    node->cast_context = ReadEnum(json, "context", types::CastContext::kExplicit);
  }
  if (node->kind == ExprKind::kSubquery) node->subquery = ReadEnum(json, "subquery", SubqueryKind::kAll);
  if (node->kind == ExprKind::kConstant) node->constant = ReadValue(json.at("value"), node->type.id);
  if (node->kind == ExprKind::kIsTrue) node->constant = ReadValue(json.at("value"), TypeId::kBool);
  if (json.contains("args")) {
    for (const Json& arg : json.at("args")) node->args.push_back(ReadNode(arg, depth + 1));
  }
  if (node->kind == ExprKind::kRow) return MakeRow(std::move(node->args), nullptr, 0);
  CheckShape(*node);
  return node;
}

}  // namespace

std::string SerializeExpression(const Expression& expression) {
  return Json{{"format", kFormat}, {"expression", WriteNode(expression)}}.dump();
}

ExprPtr DeserializeExpression(std::string_view bytes) {
  try {
    const Json json = Json::parse(bytes);
    if (json.at("format").get<int>() != kFormat) ThrowDamaged("unknown format");
    return ReadNode(json.at("expression"), 0);
  } catch (const Json::exception& error) {
    ThrowDamaged(error.what());
  }
}

}  // namespace ordinal::sql
