// Binds ARRAY constructors, subscripts, and comparisons with ANY and ALL.
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "sql/bind/binder.h"
#include "sql/bind/node_access.h"

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
  }
  const Type item_type =
      nested ? type
             : (wanted.id == TypeId::kInvalid ? Type{types::ElementType(type.id), type.modifier} : element);
  const auto context =
      wanted.id == TypeId::kInvalid ? types::CastContext::kImplicit : types::CastContext::kExplicit;
  ExprPtr result = MakeNode(ExprKind::kArray, type, position);
  for (ExprPtr& item : items) {
    const int place = item->position;
    result->args.push_back(Coerce(std::move(item), item_type, context, place));
  }
  return result;
}

ExprPtr Binder::BindIndirection(const A_Indirection& indirection, Scope& scope) {
  ExprPtr array = Bind(indirection.arg, scope);
  const int position = array->position;
  bool slice = false;
  for (int i = 0; i < LengthOf(indirection.indirection); ++i) {
    const Node* node = NodeAt(indirection.indirection, i);
    if (nodeTag(node) != T_A_Indices) base::ThrowUnsupported("field selection", position);
    slice |= As<A_Indices>(*node).is_slice;
  }
  const TypeId element = types::ElementType(array->type.id);
  if (element == TypeId::kInvalid) {
    throw Error(sqlstate::kDatatypeMismatch, "cannot subscript type " + types::FormatType(array->type) +
                                                 " because it does not support subscripting")
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
  const Type type = slice ? array->type : Type{element, array->type.modifier};
  ExprPtr result = MakeNode(slice ? ExprKind::kSlice : ExprKind::kSubscript, type, position);
  result->args.push_back(std::move(array));
  for (int i = 0; i < LengthOf(indirection.indirection); ++i) {
    const auto& indices = As<A_Indices>(*NodeAt(indirection.indirection, i));
    const Expression& whole = *result->args.front();
    if (slice) {
      // Among slices a single subscript n stands for 1:n.
      ExprPtr lower = !indices.is_slice         ? MakeConstant(Value::Int(1), kInteger)
                      : indices.lidx != nullptr ? bind_subscript(indices.lidx)
                                                : ArrayBound("array_lower", whole, i + 1);
      result->args.push_back(std::move(lower));
    }
    result->args.push_back(indices.uidx != nullptr ? bind_subscript(indices.uidx)
                                                   : ArrayBound("array_upper", whole, i + 1));
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
