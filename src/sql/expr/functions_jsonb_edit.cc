#include <algorithm>
#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "base/error.h"
#include "sql/expr/function_table.h"
#include "sql/expr/json_path_text.h"
#include "types/array.h"
#include "types/jsonb.h"

// Operators and functions that change jsonb (manual, section 9.16).
namespace ordinal::sql {
namespace {

using base::Error;
using types::Array;
using types::JsonMember;
using types::JsonNode;
using Kind = types::JsonNode::Kind;
using T = TypeId;
using Args = std::span<Value>;

JsonNode TreeOf(const Value& value) { return types::ParseJsonTree(value.AsString()); }

Value Finish(JsonNode node) {
  types::NormalizeJson(node);
  return Value::String(types::JsonbText(node));
}

[[noreturn]] void ThrowParameter(const std::string& message) {
  throw Error(base::sqlstate::kInvalidParameterValue, message);
}

// What stands alone counts as an array of one.
void WrapScalar(JsonNode& node) {
  if (node.kind == Kind::kArray) return;
  JsonNode array;
  array.kind = Kind::kArray;
  array.items.push_back(std::move(node));
  node = std::move(array);
}

Value Concatenate(EvalContext&, Args args, const Expression&) {
  JsonNode left = TreeOf(args[0]);
  JsonNode right = TreeOf(args[1]);
  if (left.kind == Kind::kObject && right.kind == Kind::kObject) {
    std::move(right.members.begin(), right.members.end(), std::back_inserter(left.members));
    return Finish(std::move(left));
  }
  WrapScalar(left);
  WrapScalar(right);
  std::move(right.items.begin(), right.items.end(), std::back_inserter(left.items));
  return Finish(std::move(left));
}

bool IsKey(const JsonNode& item, std::string_view key) {
  return item.kind == Kind::kString && item.text == key;
}

void RemoveKey(JsonNode& node, std::string_view key) {
  std::erase_if(node.members, [&](const JsonMember& member) { return member.name == key; });
  std::erase_if(node.items, [&](const JsonNode& item) { return IsKey(item, key); });
}

Value DeleteKey(EvalContext&, Args args, const Expression&) {
  JsonNode node = TreeOf(args[0]);
  if (node.IsScalar()) ThrowParameter("cannot delete from scalar");
  RemoveKey(node, args[1].AsString());
  return Finish(std::move(node));
}

Value DeleteKeys(EvalContext&, Args args, const Expression&) {
  if (args[1].AsArray().dimensions.size() > 1) {
    throw Error(base::sqlstate::kArraySubscriptError, "wrong number of array subscripts");
  }
  JsonNode node = TreeOf(args[0]);
  if (node.IsScalar()) ThrowParameter("cannot delete from scalar");
  for (const Value& key : args[1].AsArray().values) {
    if (!key.is_null()) RemoveKey(node, key.AsString());
  }
  return Finish(std::move(node));
}

Value DeleteItem(EvalContext&, Args args, const Expression&) {
  JsonNode node = TreeOf(args[0]);
  if (node.IsScalar()) ThrowParameter("cannot delete from scalar");
  if (node.kind == Kind::kObject) ThrowParameter("cannot delete from object using integer index");
  const auto count = static_cast<std::int64_t>(node.items.size());
  const std::int64_t index = args[1].AsInt() < 0 ? count + args[1].AsInt() : args[1].AsInt();
  if (index < 0 || index >= count) return args[0];
  node.items.erase(node.items.begin() + index);
  return Finish(std::move(node));
}

// Changes what a path names. Steps that name nothing leave the value alone.
class PathEdit {
 public:
  enum class Action : std::uint8_t { kDelete, kReplace, kCreate, kInsertBefore, kInsertAfter };

  PathEdit(const Array& path, Action action, JsonNode value)
      : path_(path), action_(action), value_(std::move(value)) {}

  void Apply(JsonNode& node, std::size_t level = 0) const {
    const Value& step = path_.values[level];
    if (step.is_null()) {
      throw Error(base::sqlstate::kNullValueNotAllowed,
                  "path element at position " + std::to_string(level + 1) + " is null");
    }
    if (node.kind == Kind::kObject) ApplyToObject(node, step.AsString(), level);
    if (node.kind == Kind::kArray) ApplyToArray(node, step.AsString(), level);
  }

 private:
  bool IsLast(std::size_t level) const { return level + 1 == path_.values.size(); }
  bool Inserts() const { return action_ == Action::kInsertBefore || action_ == Action::kInsertAfter; }
  bool Creates() const { return action_ == Action::kCreate || Inserts(); }

  void ApplyToObject(JsonNode& node, std::string_view name, std::size_t level) const {
    const auto found = std::find_if(node.members.begin(), node.members.end(),
                                    [&](const JsonMember& member) { return member.name == name; });
    if (found == node.members.end()) {
      if (IsLast(level) && Creates()) node.members.push_back({std::string(name), value_});
      return;
    }
    if (!IsLast(level)) return Apply(found->value, level + 1);
    if (Inserts()) {
      throw Error(base::sqlstate::kInvalidParameterValue, "cannot replace existing key")
          .Hint("Try using the function jsonb_set to replace key value.");
    }
    if (action_ == Action::kDelete) {
      node.members.erase(found);
    } else {
      found->value = value_;
    }
  }

  void ApplyToArray(JsonNode& node, std::string_view step, std::size_t level) const {
    const std::optional<std::int32_t> read = ReadPathIndex(step);
    if (!read) {
      throw Error(base::sqlstate::kInvalidTextRepresentation,
                  "path element at position " + std::to_string(level + 1) + " is not an integer: \"" +
                      std::string(step) + "\"");
    }
    const auto count = static_cast<std::int64_t>(node.items.size());
    const std::int64_t index = *read < 0 ? count + *read : *read;
    const auto at = node.items.begin() + std::clamp<std::int64_t>(index, 0, count);
    if (index < 0 || index >= count) {
      if (IsLast(level) && Creates()) node.items.insert(at, value_);
      return;
    }
    if (!IsLast(level)) return Apply(*at, level + 1);
    switch (action_) {
      case Action::kDelete:
        node.items.erase(at);
        return;
      case Action::kReplace:
      case Action::kCreate:
        *at = value_;
        return;
      case Action::kInsertBefore:
        node.items.insert(at, value_);
        return;
      case Action::kInsertAfter:
        node.items.insert(at + 1, value_);
        return;
    }
  }

  const Array& path_;
  Action action_;
  JsonNode value_;
};

Value ApplyPath(const Value& target, const Array& path, PathEdit::Action action, JsonNode value) {
  if (path.dimensions.size() > 1) {
    throw Error(base::sqlstate::kArraySubscriptError, "wrong number of array subscripts");
  }
  JsonNode node = TreeOf(target);
  if (node.IsScalar()) {
    ThrowParameter(action == PathEdit::Action::kDelete ? "cannot delete path in scalar"
                                                       : "cannot set path in scalar");
  }
  const bool empty = node.items.empty() && node.members.empty();
  const bool creates = action != PathEdit::Action::kDelete && action != PathEdit::Action::kReplace;
  if (path.values.empty() || (empty && !creates)) return target;
  PathEdit(path, action, std::move(value)).Apply(node);
  return Finish(std::move(node));
}

Value DeletePath(EvalContext&, Args args, const Expression&) {
  return ApplyPath(args[0], args[1].AsArray(), PathEdit::Action::kDelete, {});
}

Value Set(EvalContext&, Args args, const Expression&) {
  const bool creates = args.size() < 4 || args[3].AsBool();
  return ApplyPath(args[0], args[1].AsArray(),
                   creates ? PathEdit::Action::kCreate : PathEdit::Action::kReplace, TreeOf(args[2]));
}

Value Insert(EvalContext&, Args args, const Expression&) {
  const bool after = args.size() > 3 && args[3].AsBool();
  return ApplyPath(args[0], args[1].AsArray(),
                   after ? PathEdit::Action::kInsertAfter : PathEdit::Action::kInsertBefore, TreeOf(args[2]));
}

// jsonb_set, except that the caller says what a NULL as the new value means.
Value SetLax(EvalContext& context, Args args, const Expression& call) {
  if (args[0].is_null() || args[1].is_null() || (args.size() > 3 && args[3].is_null())) return Value();
  if (args.size() > 4 && args[4].is_null()) {
    ThrowParameter(
        "null_value_treatment must be \"delete_key\", \"return_target\", \"use_json_null\", or "
        "\"raise_exception\"");
  }
  if (!args[2].is_null()) return Set(context, args.first(std::min<std::size_t>(args.size(), 4)), call);
  const std::string_view treatment = args.size() > 4 ? args[4].AsString() : "use_json_null";
  if (treatment == "raise_exception") {
    throw Error(base::sqlstate::kNullValueNotAllowed, "JSON value must not be null")
        .Detail("Exception was raised because null_value_treatment is \"raise_exception\".")
        .Hint(
            "To avoid, either change the null_value_treatment argument or ensure that an SQL NULL is not "
            "passed.");
  }
  if (treatment == "return_target") return args[0];
  if (treatment == "delete_key") {
    return ApplyPath(args[0], args[1].AsArray(), PathEdit::Action::kDelete, {});
  }
  if (treatment != "use_json_null") {
    ThrowParameter(
        "null_value_treatment must be \"delete_key\", \"return_target\", \"use_json_null\", or "
        "\"raise_exception\"");
  }
  args[2] = Value::String("null");
  return Set(context, args.first(std::min<std::size_t>(args.size(), 4)), call);
}

}  // namespace

void AddJsonbEditFunctions(FunctionList& out) {
  constexpr TypeId kPath = T::kTextArray;
  constexpr TypeId kJsonb = T::kJsonb;
  out.insert(
      out.end(),
      {
          Operator("||", {kJsonb, kJsonb}, kJsonb, 3284, Concatenate),
          Operator("-", {kJsonb, T::kText}, kJsonb, 3285, DeleteKey),
          Operator("-", {kJsonb, kPath}, kJsonb, 3398, DeleteKeys),
          Operator("-", {kJsonb, T::kInt4}, kJsonb, 3286, DeleteItem),
          Operator("#-", {kJsonb, kPath}, kJsonb, 3287, DeletePath),
          Scalar("jsonb_concat", {kJsonb, kJsonb}, kJsonb, 3301, Concatenate),
          Scalar("jsonb_delete", {kJsonb, T::kText}, kJsonb, 3302, DeleteKey),
          Scalar("jsonb_delete", {kJsonb, T::kInt4}, kJsonb, 3303, DeleteItem),
          VariadicArray(Scalar("jsonb_delete", {kJsonb, kPath}, kJsonb, 3343, DeleteKeys)),
          Scalar("jsonb_delete_path", {kJsonb, kPath}, kJsonb, 3304, DeletePath),
          Scalar("jsonb_set", {kJsonb, kPath, kJsonb}, kJsonb, 9200, Set),
          Scalar("jsonb_set", {kJsonb, kPath, kJsonb, T::kBool}, kJsonb, 3305, Set),
          Scalar("jsonb_insert", {kJsonb, kPath, kJsonb}, kJsonb, 9201, Insert),
          Scalar("jsonb_insert", {kJsonb, kPath, kJsonb, T::kBool}, kJsonb, 3579, Insert),
          CalledOnNull(Scalar("jsonb_set_lax", {kJsonb, kPath, kJsonb}, kJsonb, 9202, SetLax)),
          CalledOnNull(Scalar("jsonb_set_lax", {kJsonb, kPath, kJsonb, T::kBool}, kJsonb, 9203, SetLax)),
          CalledOnNull(
              Scalar("jsonb_set_lax", {kJsonb, kPath, kJsonb, T::kBool, T::kText}, kJsonb, 5054, SetLax)),
      });
}

}  // namespace ordinal::sql
