#include "sql/expr/json_record.h"

#include <algorithm>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "sql/expr/conversion.h"
#include "sql/expr/domain.h"
#include "sql/expr/function_table.h"
#include "sql/expr/record.h"
#include "types/array.h"
#include "types/jsonb.h"
#include "types/text_codec.h"

// The conversions are those of the manual, section 9.16.1, at json_populate_record.
namespace ordinal::sql {
namespace {

using base::Error;
using Kind = types::JsonNode::Kind;
using T = TypeId;

[[noreturn]] void ThrowCall(const std::string& name, const char* what) {
  throw Error(base::sqlstate::kInvalidParameterValue, "cannot call " + name + " on " + what);
}

class Reader {
 public:
  explicit Reader(EvalContext& context) : context_(context) {}

  // Fields that the object does not have keep what `base` has, which may be NULL.
  Value ReadObject(std::string_view json, const types::ShapePtr& shape, const Value& base) {
    const Kind kind = types::KindOfJson(json);
    if (kind != Kind::kObject)
      ThrowCall("populate_composite", kind == Kind::kArray ? "an array" : "a scalar");
    std::map<std::string, std::string_view, std::less<>> members;
    for (types::JsonTextMember& member : types::JsonMembers(json)) {
      members.insert_or_assign(std::move(member.name), member.value);
    }
    if (members.empty() && !base.is_null()) return base;
    std::vector<Value> values;
    for (std::size_t i = 0; i < shape->fields.size(); ++i) {
      const types::RecordField& field = shape->fields[i];
      const auto found = members.find(field.name);
      if (found == members.end() && !base.is_null()) {
        values.push_back(base.AsRecord().values[i]);
        continue;
      }
      const bool is_null = found == members.end() || types::KindOfJson(found->second) == Kind::kNull;
      key_ = field.name;
      values.push_back(is_null ? CheckedNull(field.type) : ReadField(found->second, field.type));
    }
    return types::MakeRecord(shape, std::move(values));
  }

 private:
  static bool IsDomain(Type type) { return type.domain != 0 && type.id != T::kRecord; }

  Value CheckedNull(Type type) {
    if (IsDomain(type)) CheckDomain(type.domain, Value(), context_);
    return Value();
  }

  Value ReadField(std::string_view json, Type type) {
    Value value;
    const bool is_string = types::KindOfJson(json) == Kind::kString;
    if (types::IsArray(type.id) && !is_string) {
      value = ReadArray(json, type);
    } else if (type.id == T::kRecord && type.domain != 0 && !is_string) {
      value = ReadObject(json, ShapeOfRelation(type.domain, context_), Value());
    } else {
      value = ReadText(json, type);
    }
    if (IsDomain(type)) CheckDomain(type.domain, value, context_);
    return value;
  }

  // json keeps strings as they are written for its own types; others read what they hold.
  Value ReadText(std::string_view json, Type type) {
    const bool is_json = type.id == T::kJson || type.id == T::kJsonb;
    const std::string text = is_json ? std::string(types::JsonValueText(json)) : types::JsonScalarText(json);
    const Type plain{type.id, type.modifier, type.id == T::kRecord ? type.domain : 0};
    return Convert(Value::String(text), {T::kUnknown, -1}, plain, types::CastContext::kImplicit, context_);
  }

  // An array of JSON, whose nesting says the number of dimensions.
  struct Levels {
    TypeId element = T::kInvalid;
    std::int32_t modifier = -1;
    std::optional<std::size_t> count;  // known when the first element is met
    std::vector<std::int32_t> lengths;
    std::vector<std::size_t> path;
    std::vector<Value> values;
  };

  Value ReadArray(std::string_view json, Type type) {
    Levels levels;
    levels.element = types::ElementType(type.id);
    levels.modifier = type.modifier;
    if (types::KindOfJson(json) != Kind::kArray) ThrowNoArray(levels);
    const std::string key = key_;
    ReadLevel(json, levels, 0);
    key_ = key;
    types::Array array{.element = levels.element};
    if (!levels.values.empty()) {
      for (const std::int32_t length : levels.lengths) array.dimensions.push_back({.length = length});
    }
    types::CheckShape(array.dimensions);
    array.values = std::move(levels.values);
    return Value::OfArray(std::move(array));
  }

  void ReadLevel(std::string_view json, Levels& levels, std::size_t depth) {
    if (depth >= types::kArrayDimensionsMax) types::CheckShape(std::vector<types::ArrayDimension>(depth + 1));
    std::int32_t items = 0;
    levels.path.push_back(0);
    for (const std::string_view item : types::JsonItems(json)) {
      levels.path.back() = static_cast<std::size_t>(items++);
      const bool nested = types::KindOfJson(item) == Kind::kArray;
      if (nested && (!levels.count || depth + 1 < *levels.count)) {
        ReadLevel(item, levels, depth + 1);
        continue;
      }
      if (!levels.count) levels.count = depth + 1;
      if (depth + 1 < *levels.count) ThrowNoArray(levels);
      const Type element{levels.element, levels.modifier};
      const bool is_null = types::KindOfJson(item) == Kind::kNull;
      levels.values.push_back(is_null ? Value() : ReadText(item, element));
    }
    levels.path.pop_back();
    if (!levels.count) levels.count = depth + 1;
    if (levels.lengths.size() <= depth) levels.lengths.resize(depth + 1, -1);
    if (levels.lengths[depth] >= 0 && levels.lengths[depth] != items) {
      throw Error(base::sqlstate::kInvalidTextRepresentation, "malformed JSON array")
          .Detail("Multidimensional arrays must have sub-arrays with matching dimensions.");
    }
    levels.lengths[depth] = items;
  }

  [[noreturn]] void ThrowNoArray(const Levels& levels) const {
    std::string place;
    for (const std::size_t index : levels.path) place += "[" + std::to_string(index) + "]";
    throw Error(base::sqlstate::kInvalidTextRepresentation, "expected JSON array")
        .Hint(place.empty() ? "See the value of key \"" + key_ + "\"."
                            : "See the array element " + place + " of key \"" + key_ + "\".");
  }

  EvalContext& context_;
  std::string key_;
};

// Whether the rows are those of the first argument, rather than those of a column definition list.
bool Populates(const Expression& call) { return call.args.size() > 1; }

// What the call gives rows of.
types::ShapePtr ShapeOfCall(const Expression& call, std::span<const Value> args, EvalContext& context) {
  const std::string name(call.function->name);
  if (Populates(call) && call.args[0]->type.id != T::kRecord) {
    throw Error(base::sqlstate::kDatatypeMismatch, "first argument of " + name + " must be a row type");
  }
  if (call.shape != nullptr) return call.shape;
  if (call.type.domain != 0) return ShapeOfRelation(call.type.domain, context);
  if (Populates(call) && !args[0].is_null()) return args[0].AsRecord().shape;
  throw Error(base::sqlstate::kFeatureNotSupported, "could not determine row type for result of " + name)
      .Hint(
          "Provide a non-null record argument, or call the function in the FROM clause using a column "
          "definition list.");
}

bool IsOfJsonb(const Expression& call) { return call.args[Populates(call) ? 1 : 0]->type.id == T::kJsonb; }

Value ToRecord(EvalContext& context, std::span<Value> args, const Expression& call) {
  const types::ShapePtr shape = ShapeOfCall(call, args, context);
  const Value base = Populates(call) ? args[0] : Value();
  const Value& json = args[Populates(call) ? 1 : 0];
  if (json.is_null()) return base;
  return Reader(context).ReadObject(json.AsString(), shape, base);
}

Function Populate(std::string_view name, std::initializer_list<TypeId> arguments, base::Oid oid) {
  return CalledOnNull(Stable(Scalar(name, arguments, T::kAnyElement, oid, ToRecord)));
}

Function Set(std::string_view name, std::initializer_list<TypeId> arguments, base::Oid oid) {
  const TypeId result = arguments.size() > 1 ? T::kAnyElement : T::kRecord;
  return CalledOnNull(Stable(WithKind(FunctionKind::kSetReturning, name, arguments, result, oid)));
}

}  // namespace

bool GivesJsonRecords(const Expression& call) {
  return call.kind == ExprKind::kCall && call.function->kind == FunctionKind::kSetReturning &&
         call.function->name.starts_with("json") && call.function->name.ends_with("_recordset");
}

std::vector<Value> JsonRecords(const Expression& call, std::span<const Value> args, EvalContext& context) {
  const types::ShapePtr shape = ShapeOfCall(call, args, context);
  const std::string name(call.function->name);
  const Value base = Populates(call) ? args[0] : Value();
  const Value& json = args[Populates(call) ? 1 : 0];
  std::vector<Value> records;
  if (json.is_null()) return records;
  const Kind kind = types::KindOfJson(json.AsString());
  if (kind != Kind::kArray && IsOfJsonb(call)) ThrowCall(name, "a non-array");
  if (kind != Kind::kArray) ThrowCall(name, kind == Kind::kObject ? "an object" : "a scalar");
  Reader reader(context);
  for (const std::string_view item : types::JsonItems(json.AsString())) {
    if (types::KindOfJson(item) != Kind::kObject) {
      throw Error(base::sqlstate::kInvalidParameterValue,
                  "argument of " + name + " must be an array of objects");
    }
    records.push_back(reader.ReadObject(item, shape, base));
  }
  return records;
}

void AddJsonRecordFunctions(FunctionList& out) {
  out.insert(out.end(), {
                            Stable(Scalar("json_to_record", {T::kJson}, T::kRecord, 3204, ToRecord)),
                            Stable(Scalar("jsonb_to_record", {T::kJsonb}, T::kRecord, 3490, ToRecord)),
                            Populate("json_populate_record", {T::kAnyElement, T::kJson}, 3960),
                            // A last argument that nothing reads.
                            Populate("json_populate_record", {T::kAnyElement, T::kJson, T::kBool}, 9048),
                            Populate("jsonb_populate_record", {T::kAnyElement, T::kJsonb}, 3209),
                            Set("json_to_recordset", {T::kJson}, 3205),
                            Set("jsonb_to_recordset", {T::kJsonb}, 3491),
                            Set("json_populate_recordset", {T::kAnyElement, T::kJson}, 3961),
                            Set("json_populate_recordset", {T::kAnyElement, T::kJson, T::kBool}, 9049),
                            Set("jsonb_populate_recordset", {T::kAnyElement, T::kJsonb}, 3475),
                        });
}

}  // namespace ordinal::sql
