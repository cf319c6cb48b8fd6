#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/error.h"
#include "sql/expr/conversion.h"
#include "sql/expr/eval_context.h"
#include "sql/expr/function.h"
#include "sql/expr/record.h"

namespace ordinal::sql {
namespace {

using base::Error;
using types::CastContext;

// Parses an unknown literal in place when its meaning depends on nothing outside; false otherwise.
bool FoldLiteral(Expression& literal, Type to, CastContext context) {
  if (literal.constant.is_null()) {
    literal.type = to;
    return true;
  }
  try {
    Value value;
    if (!ParseLiteral(literal.constant.AsString(), to, context, value)) return false;
    literal.constant = std::move(value);
    literal.type = to;
    return true;
  } catch (Error& error) {
    if (error.report().position == 0) error.Position(literal.position);
    throw;
  }
}

// Converts a typed constant when the result is the same for every session.
bool FoldConstant(Expression& constant, Type to, CastContext context) {
  static const types::Settings any_settings;
  if (constant.constant.is_null()) {
    constant.type = to;
    return true;
  }
  if (ConversionVolatility(constant.type.id, to.id) != Volatility::kImmutable) return false;
  if (constant.type.id != to.id && !types::CanCast(constant.type.id, to.id, CastContext::kExplicit)) {
    return false;
  }
  // A conversion that fails must fail only if it is evaluated, so it stays a cast.
  try {
    constant.constant = constant.type.id == to.id
                            ? types::ApplyModifier(constant.constant, to, context)
                            : types::Cast(constant.constant, constant.type, to, context, any_settings);
  } catch (const Error&) {
    return false;
  }
  constant.type = to;
  return true;
}

// Makes a value of the domain of one of its base type.
ExprPtr MakeDomain(ExprPtr operand, Type to, CastContext context, int position) {
  auto node = std::make_unique<Expression>();
  node->kind = ExprKind::kDomain;
  node->type = to;
  node->index = static_cast<int>(to.domain);
  node->cast_context = context;
  node->position = position;
  node->args.push_back(std::move(operand));
  return node;
}

// A row, and NULL, as one of another type; null when it takes a conversion.
ExprPtr RelabelRow(ExprPtr& operand, Type to) {
  const bool is_null = operand->kind == ExprKind::kConstant && operand->constant.is_null();
  if (operand->type.id != TypeId::kRecord && !is_null) return nullptr;
  operand->type = to;
  return std::move(operand);
}

// Any row is a record. Other than that there are no casts between row types.
bool CanRelabel(Type from, Type to) {
  return from.id != TypeId::kRecord || to.id != TypeId::kRecord || to.domain == 0 || from.domain == to.domain;
}

}  // namespace

ExprPtr MakeCast(ExprPtr operand, Type to, CastContext context, int position) {
  if (to.id == TypeId::kRecord) {
    if (ExprPtr row = RelabelRow(operand, to)) return row;
  } else if (to.domain != 0) {
    if (operand->type.domain == to.domain) return operand;
    operand = MakeCast(std::move(operand), {to.id, to.modifier}, context, position);
    return MakeDomain(std::move(operand), to, context, position);
  }
  ORDINAL_DCHECK(CanConvert(operand->type.id, to.id, CastContext::kExplicit));
  const bool untyped = operand->kind == ExprKind::kParameter && operand->type.id == TypeId::kUnknown;
  // Clients send rows as text.
  if (untyped && to.id == TypeId::kRecord && to.domain != 0) operand->type = {TypeId::kText, -1};
  if (operand->kind == ExprKind::kParameter && operand->type.id == TypeId::kUnknown) {
    operand->type = {to.id, -1};
  }
  if (operand->type.id == to.id && (to.modifier < 0 || to.modifier == operand->type.modifier)) {
    operand->type.domain = 0;
    return operand;
  }
  if (operand->kind == ExprKind::kConstant) {
    const bool literal = operand->type.id == TypeId::kUnknown;
    if (literal ? FoldLiteral(*operand, to, context) : FoldConstant(*operand, to, context)) return operand;
  }
  auto cast = std::make_unique<Expression>();
  cast->kind = ExprKind::kCast;
  cast->type = to;
  cast->cast_context = context;
  cast->position = position;
  cast->args.push_back(std::move(operand));
  return cast;
}

ExprPtr Coerce(ExprPtr operand, Type to, CastContext context, int position) {
  const TypeId from = operand->type.id;
  if (!CanConvert(from, to.id, context) || !CanRelabel(operand->type, to)) {
    throw Error(base::sqlstate::kCannotCoerce,
                "cannot cast type " + TypeNameOf(*operand) + " to " + types::FormatType({to.id, -1}))
        .Position(position);
  }
  return MakeCast(std::move(operand), to, context, position);
}

ExprPtr FoldConstants(ExprPtr expression, EvalContext& context) {
  for (ExprPtr& arg : expression->args) arg = FoldConstants(std::move(arg), context);
  if (expression->kind == ExprKind::kCast && expression->args[0]->kind == ExprKind::kConstant &&
      expression->args[0]->type.id == TypeId::kUnknown) {
    return MakeConstant(Evaluate(*expression, context, {}), expression->type, expression->position);
  }
  return expression;
}

namespace {

[[noreturn]] void ThrowUnmatched(std::string_view what, const std::string& common, const Expression& branch) {
  const bool named = branch.type.domain != 0 && common != types::FormatType({TypeId::kRecord, -1});
  if (named && branch.type.id == TypeId::kRecord) {
    throw Error(base::sqlstate::kCannotCoerce,
                std::string(what) + " could not convert type " + TypeNameOf(branch) + " to " + common)
        .Position(branch.position);
  }
  throw Error(base::sqlstate::kDatatypeMismatch,
              std::string(what) + " types " + common + " and " + TypeNameOf(branch) + " cannot be matched")
      .Position(branch.position);
}

}  // namespace

Type CommonType(std::span<const ExprPtr> branches, std::string_view what) {
  ORDINAL_CHECK(!branches.empty());
  Type common = branches[0]->type;
  const bool same = std::all_of(branches.begin(), branches.end(),
                                [&](const ExprPtr& branch) { return branch->type.id == common.id; });
  if (same && common.id != TypeId::kUnknown) {
    for (const ExprPtr& branch : branches) {
      if (branch->type.modifier != common.modifier) common.modifier = -1;
      if (branch->type.domain != common.domain && common.id == TypeId::kRecord) {
        ThrowUnmatched(what, TypeNameOf(*branches[0]), *branch);
      }
      if (branch->type.domain != common.domain) common.domain = 0;
    }
    return common;
  }
  common.modifier = -1;
  if (common.id != TypeId::kRecord) common.domain = 0;
  for (const ExprPtr& branch : branches) {
    const TypeId next = branch->type.id;
    if (next == TypeId::kRecord && common.id == next && branch->type.domain != common.domain) {
      ThrowUnmatched(what, types::FormatType({common.id, -1}), *branch);
    }
    if (next == TypeId::kUnknown || next == common.id) continue;
    if (common.id == TypeId::kUnknown) {
      common.id = next;
      if (next == TypeId::kRecord) common.domain = branch->type.domain;
      continue;
    }
    const types::TypeInfo& old_info = types::InfoOf(common.id);
    if (types::InfoOf(next).category != old_info.category) {
      ThrowUnmatched(what, types::FormatType(common), *branch);
    }
    if (!old_info.preferred && CanConvert(common.id, next, CastContext::kImplicit) &&
        !CanConvert(next, common.id, CastContext::kImplicit)) {
      common.id = next;
    }
  }
  if (common.id == TypeId::kUnknown) common.id = TypeId::kText;
  return common;
}

}  // namespace ordinal::sql
