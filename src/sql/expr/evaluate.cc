#include <array>
#include <optional>
#include <vector>

#include "base/check.h"
#include "base/error.h"
#include "sql/expr/conversion.h"
#include "sql/expr/domain.h"
#include "sql/expr/eval_context.h"
#include "sql/expr/evaluate_array.h"
#include "sql/expr/function.h"
#include "sql/expr/record.h"
#include "types/compare.h"

namespace ordinal::sql {
namespace {

using RowView = std::span<const Value>;

// Calls with at most this many arguments allocate nothing of their own.
constexpr std::size_t kInlineArguments = 3;

Value Invoke(const Expression& call, EvalContext& context, RowView row, std::span<Value> args) {
  for (std::size_t i = 0; i < args.size(); ++i) args[i] = Evaluate(*call.args[i], context, row);
  const Function& function = *call.function;
  if (function.strict) {
    for (const Value& arg : args) {
      if (arg.is_null()) return Value();
    }
  }
  return function.code(context, args, call);
}

Value EvaluateCall(const Expression& call, EvalContext& context, RowView row) {
  ORDINAL_DCHECK(call.function != nullptr && call.function->code != nullptr);
  const std::size_t count = call.args.size();
  if (count <= kInlineArguments) {
    std::array<Value, kInlineArguments> args;
    return Invoke(call, context, row, std::span(args).first(count));
  }
  std::vector<Value> args(count);
  return Invoke(call, context, row, args);
}

Value EvaluateCast(const Expression& cast, EvalContext& context, RowView row) {
  const Expression& operand = *cast.args[0];
  const Value value = Evaluate(operand, context, row);
  if (operand.kind != ExprKind::kConstant || operand.type.id != TypeId::kUnknown) {
    return Convert(value, operand.type, cast.type, cast.cast_context, context);
  }
  // PostgreSQL reads literals while it parses, so that their errors point into the query.
  try {
    return Convert(value, operand.type, cast.type, cast.cast_context, context);
  } catch (base::Error& error) {
    if (error.report().position == 0) error.Position(operand.position);
    throw;
  }
}

// AND when `deciding` is false, OR when it is true: the first argument of that value decides.
Value EvaluateLogic(const Expression& node, EvalContext& context, RowView row, bool deciding) {
  bool unknown = false;
  for (const ExprPtr& arg : node.args) {
    const Value value = Evaluate(*arg, context, row);
    if (value.is_null()) {
      unknown = true;
    } else if (value.AsBool() == deciding) {
      return Value::Bool(deciding);
    }
  }
  return unknown ? Value() : Value::Bool(!deciding);
}

Value EvaluateIsTrue(const Expression& node, EvalContext& context, RowView row) {
  const Value value = Evaluate(*node.args[0], context, row);
  bool is = false;
  if (node.constant.is_null()) {
    is = value.is_null();
  } else {
    is = !value.is_null() && value.AsBool() == node.constant.AsBool();
  }
  return Value::Bool(is != node.negated);
}

Value EvaluateIsDistinct(const Expression& node, EvalContext& context, RowView row) {
  const Value left = Evaluate(*node.args[0], context, row);
  const Value right = Evaluate(*node.args[1], context, row);
  bool distinct = left.is_null() != right.is_null();
  if (!left.is_null() && !right.is_null()) distinct = !ApplyTest(node, context, left, right).value_or(false);
  return Value::Bool(distinct != node.negated);
}

// Keeps the operand of a CASE for its conditions.
class CaseOperand {
 public:
  CaseOperand(const Expression& node, EvalContext& context, RowView row) : context_(context) {
    if (node.index == 0) return;
    context_.case_operands.push_back(Evaluate(*node.args[0], context, row));
    kept_ = true;
  }
  ~CaseOperand() {
    if (kept_) context_.case_operands.pop_back();
  }
  CaseOperand(const CaseOperand&) = delete;
  CaseOperand& operator=(const CaseOperand&) = delete;

 private:
  EvalContext& context_;
  bool kept_ = false;
};

Value EvaluateCase(const Expression& node, EvalContext& context, RowView row) {
  const CaseOperand operand(node, context, row);
  auto i = static_cast<std::size_t>(node.index);
  for (; i + 1 < node.args.size(); i += 2) {
    if (IsTrue(*node.args[i], context, row)) return Evaluate(*node.args[i + 1], context, row);
  }
  return i < node.args.size() ? Evaluate(*node.args[i], context, row) : Value();
}

// Pairs after the first that differs are not evaluated, as in PostgreSQL; NULL in one before makes it
// unknown.
Value EvaluateRowCompare(const Expression& node, EvalContext& context, RowView row) {
  int order = 0;
  for (std::size_t i = 0; i + 1 < node.args.size() && order == 0; i += 2) {
    const Value left = Evaluate(*node.args[i], context, row);
    const Value right = Evaluate(*node.args[i + 1], context, row);
    if (left.is_null() || right.is_null()) return Value();
    order = types::Compare(left, right, node.args[i]->type.id);
  }
  return Value::Bool(HoldsFor(static_cast<RowComparison>(node.index), order));
}

Value EvaluateCoalesce(const Expression& node, EvalContext& context, RowView row) {
  for (const ExprPtr& arg : node.args) {
    Value value = Evaluate(*arg, context, row);
    if (!value.is_null()) return value;
  }
  return Value();
}

Value EvaluateNullIf(const Expression& node, EvalContext& context, RowView row) {
  Value left = Evaluate(*node.args[0], context, row);
  const Value right = Evaluate(*node.args[1], context, row);
  if (!ApplyTest(node, context, left, right).value_or(false)) return left;
  return Value();
}

Value EvaluateMinMax(const Expression& node, EvalContext& context, RowView row) {
  Value best;
  for (const ExprPtr& arg : node.args) {
    Value value = Evaluate(*arg, context, row);
    if (value.is_null()) continue;
    const int order = best.is_null() ? 1 : types::Compare(value, best, node.type.id);
    if (best.is_null() || (node.negated ? order < 0 : order > 0)) best = std::move(value);
  }
  return best;
}

Value EvaluateInList(const Expression& node, EvalContext& context, RowView row) {
  const Value sought = Evaluate(*node.args[0], context, row);
  bool unknown = false;
  for (std::size_t i = 1; i < node.args.size(); ++i) {
    const std::optional<bool> equal = ApplyTest(node, context, sought, Evaluate(*node.args[i], context, row));
    if (!equal) {
      unknown = true;
    } else if (*equal) {
      return Value::Bool(!node.negated);
    }
  }
  return unknown ? Value() : Value::Bool(node.negated);
}

Value EvaluateIsNull(const Expression& node, EvalContext& context, RowView row) {
  const Value value = Evaluate(*node.args[0], context, row);
  if (value.kind() == Value::Kind::kRecord) return Value::Bool(TestRowNull(value, node.negated));
  return Value::Bool(value.is_null() != node.negated);
}

const Value& ColumnOf(const Expression& node, EvalContext& context, RowView row) {
  if (node.level == 0) {
    ORDINAL_DCHECK(static_cast<std::size_t>(node.index) < row.size());
    return row[static_cast<std::size_t>(node.index)];
  }
  const std::size_t depth = context.outer_rows.size();
  ORDINAL_CHECK(static_cast<std::size_t>(node.level) <= depth);
  return context
      .outer_rows[depth - static_cast<std::size_t>(node.level)][static_cast<std::size_t>(node.index)];
}

}  // namespace

bool HoldsFor(RowComparison comparison, int order) {
  switch (comparison) {
    case RowComparison::kLess:
      return order < 0;
    case RowComparison::kLessOrEqual:
      return order <= 0;
    case RowComparison::kGreater:
      return order > 0;
    case RowComparison::kGreaterOrEqual:
      return order >= 0;
    case RowComparison::kEqual:
      return order == 0;
    case RowComparison::kNotEqual:
      return order != 0;
  }
  return false;
}

Value Evaluate(const Expression& expression, EvalContext& context, RowView row) {
  switch (expression.kind) {
    case ExprKind::kConstant:
      return expression.constant;
    case ExprKind::kParameter:
      ORDINAL_CHECK(static_cast<std::size_t>(expression.index) < context.parameters.size());
      return context.parameters[static_cast<std::size_t>(expression.index)];
    case ExprKind::kColumn:
      return ColumnOf(expression, context, row);
    case ExprKind::kAggregate:
      return row[static_cast<std::size_t>(expression.index)];
    case ExprKind::kCall:
      return EvaluateCall(expression, context, row);
    case ExprKind::kCast:
      return EvaluateCast(expression, context, row);
    case ExprKind::kDomain: {
      Value value = Evaluate(*expression.args[0], context, row);
      CheckDomain(static_cast<base::Oid>(expression.index), value, context);
      return value;
    }
    case ExprKind::kAnd:
      return EvaluateLogic(expression, context, row, false);
    case ExprKind::kOr:
      return EvaluateLogic(expression, context, row, true);
    case ExprKind::kNot: {
      const Value value = Evaluate(*expression.args[0], context, row);
      return value.is_null() ? value : Value::Bool(!value.AsBool());
    }
    case ExprKind::kIsNull:
      return EvaluateIsNull(expression, context, row);
    case ExprKind::kIsTrue:
      return EvaluateIsTrue(expression, context, row);
    case ExprKind::kIsDistinct:
      return EvaluateIsDistinct(expression, context, row);
    case ExprKind::kCase:
      return EvaluateCase(expression, context, row);
    case ExprKind::kCoalesce:
      return EvaluateCoalesce(expression, context, row);
    case ExprKind::kNullIf:
      return EvaluateNullIf(expression, context, row);
    case ExprKind::kMinMax:
      return EvaluateMinMax(expression, context, row);
    case ExprKind::kInList:
      return EvaluateInList(expression, context, row);
    case ExprKind::kSubquery:
      return context.EvaluateSubquery(expression, row);
    case ExprKind::kRow:
      return EvaluateRow(expression, context, row);
    case ExprKind::kField:
      return EvaluateField(expression, context, row);
    case ExprKind::kArray:
      return EvaluateArray(expression, context, row);
    case ExprKind::kSubscript:
      return EvaluateSubscript(expression, context, row);
    case ExprKind::kSlice:
      return EvaluateSlice(expression, context, row);
    case ExprKind::kQuantified:
      return EvaluateQuantified(expression, context, row);
    case ExprKind::kCaseTest:
      return context.case_operands.back();
    case ExprKind::kRowCompare:
      return EvaluateRowCompare(expression, context, row);
    case ExprKind::kWindow:
    case ExprKind::kGrouping:
      ORDINAL_CHECK(false);
  }
  return Value();
}

bool IsTrue(const Expression& condition, EvalContext& context, RowView row) {
  const Value value = Evaluate(condition, context, row);
  return !value.is_null() && value.AsBool();
}

}  // namespace ordinal::sql
