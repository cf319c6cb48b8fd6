#include <algorithm>
#include <utility>

#include "base/check.h"
#include "base/error.h"
#include "sql/expr/conversion.h"
#include "sql/expr/eval_context.h"
#include "sql/expr/function.h"

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

}  // namespace

ExprPtr MakeCast(ExprPtr operand, Type to, CastContext context, int position) {
  if (to.domain != 0) {
    if (operand->type.domain == to.domain) return operand;
    operand = MakeCast(std::move(operand), {to.id, to.modifier}, context, position);
    return MakeDomain(std::move(operand), to, context, position);
  }
  ORDINAL_DCHECK(CanConvert(operand->type.id, to.id, CastContext::kExplicit));
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
  if (!CanConvert(from, to.id, context)) {
    throw Error(base::sqlstate::kCannotCoerce,
                "cannot cast type " + types::FormatType({from, -1}) + " to " + types::FormatType({to.id, -1}))
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

Type CommonType(std::span<const ExprPtr> branches, std::string_view what) {
  ORDINAL_CHECK(!branches.empty());
  Type common = branches[0]->type;
  const bool same = std::all_of(branches.begin(), branches.end(),
                                [&](const ExprPtr& branch) { return branch->type.id == common.id; });
  if (same && common.id != TypeId::kUnknown) {
    for (const ExprPtr& branch : branches) {
      if (branch->type.modifier != common.modifier) common.modifier = -1;
      if (branch->type.domain != common.domain) common.domain = 0;
    }
    return common;
  }
  common.modifier = -1;
  common.domain = 0;
  for (const ExprPtr& branch : branches) {
    const TypeId next = branch->type.id;
    if (next == TypeId::kUnknown || next == common.id) continue;
    if (common.id == TypeId::kUnknown) {
      common.id = next;
      continue;
    }
    const types::TypeInfo& old_info = types::InfoOf(common.id);
    if (types::InfoOf(next).category != old_info.category) {
      throw Error(base::sqlstate::kDatatypeMismatch, std::string(what) + " types " +
                                                         types::FormatType(common) + " and " +
                                                         types::FormatType({next, -1}) + " cannot be matched")
          .Position(branch->position);
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
