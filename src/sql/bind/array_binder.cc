// Binds ARRAY constructors, subscripts, and comparisons with ANY and ALL.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "sql/bind/binder.h"
#include "sql/bind/node_access.h"
#include "sql/expr/record.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

constexpr Type kInteger{TypeId::kInt4, -1};

std::unique_ptr<Expression> MakeNode(ExprKind kind, Type type, int position) {
  auto node = std::make_unique<Expression>();
  node->kind = kind;
  node->type = type;
  node->position = position;
  return node;
}

TypeId ArrayTypeOrThrow(TypeId element, int position) {
  const TypeId array = types::ArrayType(element);
  if (array != TypeId::kInvalid) return array;
  throw Error(sqlstate::kUndefinedObject,
              "could not find array type for data type " + types::FormatType({element, -1}))
      .Position(position);
}

struct FieldOfItem {
  const ScopeItem::Column* column = nullptr;
  int level = 0;
  explicit operator bool() const { return column != nullptr; }
};

// (t).a of an item t of FROM is its column; nothing for other operands.
FieldOfItem FindFieldOfItem(const A_Indirection& indirection, int steps, Scope& scope,
                            const parse::Tree& tree) {
  const Node& step = *NodeAt(indirection.indirection, 0);
  if (steps == 0 || nodeTag(indirection.arg) != T_ColumnRef || nodeTag(&step) != T_String) return {};
  const auto& ref = As<ColumnRef>(*indirection.arg);
  const std::vector<std::string> names = Names(ref.fields);
  const int position = tree.Position(ref.location);
  const bool is_bare = names.size() == 1 && !IsStar(ref);
  if (!is_bare && (names.size() < 2 || !IsStar(ref))) return {};
  if (is_bare && scope.Find("", names[0], position)) return {};
  const Scope::RowMatch row = scope.FindRow(is_bare ? names[0] : names[names.size() - 2], position);
  if (!row || row.item->is_scalar) return {};
  const std::string field = As<String>(step).sval;
  for (const ScopeItem::Column& column : row.item->columns) {
    if (column.name == field) return {&column, row.level};
  }
  throw Error(sqlstate::kUndefinedColumn, "column " + row.item->name + "." + field + " does not exist")
      .Position(position);
}

// A bound of a slice that was left out is that of the array.
ExprPtr ArrayBound(const char* function, const Expression& array, int dimension) {
  std::vector<ExprPtr> args;
  args.push_back(Clone(array));
  args.push_back(MakeConstant(Value::Int(dimension), kInteger));
  return BuildCall(function, FunctionKind::kScalar, std::move(args), 0);
}

}  // namespace

// `wanted` is the type that a cast around the constructor asks for, or kInvalid.
ExprPtr Binder::BindArray(const A_ArrayExpr& array, Type wanted, Scope& scope) {
  const int position = Position(array.location);
  const Type element{types::ElementType(wanted.id), wanted.modifier};
  std::vector<ExprPtr> items;
  bool nested = false;
  for (int i = 0; i < LengthOf(array.elements); ++i) {
    const Node* node = NodeAt(array.elements, i);
    const bool inner = nodeTag(node) == T_A_ArrayExpr;
    items.push_back(inner ? BindArray(As<A_ArrayExpr>(*node), wanted, scope) : Bind(node, scope));
    nested |= types::IsArray(items.back()->type.id);
  }
  Type type = wanted;
  if (wanted.id == TypeId::kInvalid) {
    if (items.empty()) {
      throw Error(sqlstate::kIndeterminateDatatype, "cannot determine type of empty array")
          .Hint("Explicitly cast to the desired type, for example ARRAY[]::integer[].")
          .Position(position);
    }
    const Type common = CommonType(items, "ARRAY");
    type = nested ? common : Type{ArrayTypeOrThrow(common.id, position), common.modifier};
    if (common.id == TypeId::kRecord) type.domain = common.domain;
  }
  const Type item_type =
      nested ? type
             : (wanted.id == TypeId::kInvalid ? Type{types::ElementType(type.id), type.modifier, type.domain}
                                              : element);
  const auto context =
      wanted.id == TypeId::kInvalid ? types::CastContext::kImplicit : types::CastContext::kExplicit;
  ExprPtr result = MakeNode(ExprKind::kArray, type, position);
  if (!items.empty()) result->shape = items.front()->shape;
  for (ExprPtr& item : items) {
    const int place = item->position;
    result->args.push_back(Coerce(std::move(item), item_type, context, place));
  }
  return result;
}

ExprPtr Binder::BindIndirection(const A_Indirection& indirection, Scope& scope) {
  const int steps = LengthOf(indirection.indirection);
  if (nodeTag(NodeAt(indirection.indirection, steps - 1)) == T_A_Star) {
    throw Error(sqlstate::kSyntaxError, "row expansion via \"*\" is not supported here");
  }
  return BindSteps(indirection, steps, scope);
}

// The operand with the first `steps` steps: fields of rows, and runs of subscripts.
ExprPtr Binder::BindSteps(const A_Indirection& indirection, int steps, Scope& scope) {
  int i = 0;
  ExprPtr result;
  if (const FieldOfItem found = FindFieldOfItem(indirection, steps, scope, tree_)) {
    const int position = Position(As<ColumnRef>(*indirection.arg).location);
    RecordColumn(*found.column);
    result = Scope::Reference(*found.column, found.level, position);
    i = 1;
  }
  if (!result) result = Bind(indirection.arg, scope);
  while (i < steps) {
    const Node* node = NodeAt(indirection.indirection, i);
    const int position = result->position;
    if (nodeTag(node) == T_String) {
      result = SelectField(std::move(result), As<String>(*node).sval, position);
      ++i;
      continue;
    }
    std::vector<const Node*> subscripts;
    while (i < steps && nodeTag(NodeAt(indirection.indirection, i)) == T_A_Indices) {
      subscripts.push_back(NodeAt(indirection.indirection, i++));
    }
    if (subscripts.empty()) {
      throw Error(sqlstate::kSyntaxError, "row expansion via \"*\" is not supported here").Position(position);
    }
    result = BindSubscripts(std::move(result), subscripts, scope);
  }
  return result;
}

ExprPtr Binder::BindSubscripts(ExprPtr array, const std::vector<const Node*>& subscripts, Scope& scope) {
  const int position = array->position;
  const bool slice = std::any_of(subscripts.begin(), subscripts.end(),
                                 [](const Node* node) { return As<A_Indices>(*node).is_slice; });
  const TypeId element = types::ElementType(array->type.id);
  if (element == TypeId::kInvalid) {
    throw Error(sqlstate::kDatatypeMismatch,
                "cannot subscript type " + TypeNameOf(*array) + " because it does not support subscripting")
        .Position(position);
  }
  const auto bind_subscript = [&](const Node* node) {
    ExprPtr subscript = Bind(node, scope);
    const int place = subscript->position;
    if (!CanBecomeSubscript(subscript->type.id)) {
      throw Error(sqlstate::kDatatypeMismatch, "array subscript must have type integer").Position(place);
    }
    return Coerce(std::move(subscript), kInteger, types::CastContext::kAssignment, place);
  };
  const base::Oid row_type = element == TypeId::kRecord ? array->type.domain : base::kInvalidOid;
  const Type type = slice ? array->type : Type{element, array->type.modifier, row_type};
  ExprPtr result = MakeNode(slice ? ExprKind::kSlice : ExprKind::kSubscript, type, position);
  result->shape = array->shape;
  result->args.push_back(std::move(array));
  for (std::size_t i = 0; i < subscripts.size(); ++i) {
    const auto& indices = As<A_Indices>(*subscripts[i]);
    const Expression& whole = *result->args.front();
    const int dimension = static_cast<int>(i) + 1;
    if (slice) {
      // Among slices a single subscript n stands for 1:n.
      ExprPtr lower = !indices.is_slice         ? MakeConstant(Value::Int(1), kInteger)
                      : indices.lidx != nullptr ? bind_subscript(indices.lidx)
                                                : ArrayBound("array_lower", whole, dimension);
      result->args.push_back(std::move(lower));
    }
    result->args.push_back(indices.uidx != nullptr ? bind_subscript(indices.uidx)
                                                   : ArrayBound("array_upper", whole, dimension));
  }
  return result;
}

bool Binder::CanBecomeSubscript(TypeId id) {
  return id == TypeId::kUnknown || types::CanCast(id, TypeId::kInt4, types::CastContext::kAssignment);
}

// Finds the operator for the operand and one element; the array is brought to the element type that it takes.
ExprPtr Binder::BindQuantified(const A_Expr& expression, Scope& scope) {
  const int position = Position(expression.location);
  ExprPtr operand = Bind(expression.lexpr, scope);
  ExprPtr array = Bind(expression.rexpr, scope);
  const TypeId array_type = array->type.id;
  if (array_type != TypeId::kUnknown && !types::IsArray(array_type)) {
    throw Error(sqlstate::kWrongObjectType, "op ANY/ALL (array) requires array on right side")
        .Position(position);
  }
  const TypeId element = array_type == TypeId::kUnknown ? TypeId::kUnknown : types::ElementType(array_type);
  ExprPtr test =
      BindBinary(LastName(expression.name), std::move(operand), MakeColumn(0, {element, -1}), position);
  if (test->type.id != TypeId::kBool) {
    throw Error(sqlstate::kWrongObjectType, "op ANY/ALL (array) requires operator to yield boolean")
        .Position(position);
  }
  const TypeId wanted = ArrayTypeOrThrow(test->args[1]->type.id, position);
  test->kind = ExprKind::kQuantified;
  test->negated = expression.kind == AEXPR_OP_ALL;
  // A vector is compared as it is when its elements need no cast.
  if (element != test->args[1]->type.id) {
    const int array_position = array->position;
    array = Coerce(std::move(array), {wanted, -1}, types::CastContext::kImplicit, array_position);
  }
  test->args[1] = std::move(array);
  return test;
}

}  // namespace ordinal::sql
