#include "sql/plan/simplify.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "sql/expr/conversion.h"
#include "sql/expr/function.h"
#include "sql/plan/bound_tree.h"

namespace ordinal::sql {
namespace {

bool IsConstant(const ExprPtr& expression) { return expression->kind == ExprKind::kConstant; }
bool IsNullConstant(const ExprPtr& expression) {
  return IsConstant(expression) && expression->constant.is_null();
}

// Whether the node itself, whatever stands below it, may be computed early.
bool IsComputable(const Expression& node) {
  switch (node.kind) {
    case ExprKind::kCall:
      return node.routine == base::kInvalidOid && node.function->code != nullptr &&
             node.function->volatility == Volatility::kImmutable;
    case ExprKind::kCast:
      return ConversionVolatility(node.args[0]->type.id, node.type.id) == Volatility::kImmutable;
    case ExprKind::kNot:
    case ExprKind::kIsNull:
    case ExprKind::kIsTrue:
    case ExprKind::kIsDistinct:
    case ExprKind::kNullIf:
    case ExprKind::kMinMax:
    case ExprKind::kInList:
    case ExprKind::kArray:
    case ExprKind::kSubscript:
    case ExprKind::kSlice:
    case ExprKind::kField:
    case ExprKind::kQuantified:
    case ExprKind::kRowCompare:
      return node.function == nullptr || node.function->volatility == Volatility::kImmutable;
    default:
      return false;
  }
}

// Has a part that depends on nothing but parameters, and is more than a parameter.
bool WaitsForParameters(const Expression& expression) {
  bool waits = false;
  Walk(expression, [&](const Expression& node) {
    if (node.args.empty() || waits) return;
    waits = IsRowIndependent(node) && VolatilityOf(node) == Volatility::kImmutable;
  });
  return waits;
}

class Simplifier {
 public:
  // While preparing, parameters are not known yet, and a part that fails is left as it is.
  Simplifier(EvalContext& context, bool preparing) : context_(context), preparing_(preparing) {}

  bool failed() const { return failed_; }

  ExprPtr Run(ExprPtr node) {
    switch (node->kind) {
      case ExprKind::kConstant:
      case ExprKind::kColumn:
      case ExprKind::kAggregate:
      case ExprKind::kCaseTest:
        return node;
      case ExprKind::kParameter:
        return preparing_ ? std::move(node) : Compute(std::move(node));
      case ExprKind::kAnd:
      case ExprKind::kOr:
        return RunLogic(std::move(node));
      case ExprKind::kCase:
        return RunCase(std::move(node));
      case ExprKind::kCoalesce:
        return RunCoalesce(std::move(node));
      default:
        break;
    }
    for (ExprPtr& arg : node->args) arg = Run(std::move(arg));
    // A strict function is not called for NULL, and what its other arguments would do is not done either.
    if (node->kind == ExprKind::kCall && node->function->code != nullptr && node->function->strict &&
        std::any_of(node->args.begin(), node->args.end(), IsNullConstant)) {
      return MakeConstant(Value::Null(), node->type, node->position);
    }
    // What cannot be equal is the first argument.
    if (node->kind == ExprKind::kNullIf &&
        std::any_of(node->args.begin(), node->args.end(), IsNullConstant)) {
      return std::move(node->args.front());
    }
    if (!IsComputable(*node) || !std::all_of(node->args.begin(), node->args.end(), IsConstant)) return node;
    return Compute(std::move(node));
  }

 private:
  ExprPtr Compute(ExprPtr node) {
    try {
      return MakeConstant(Evaluate(*node, context_, {}), node->type, node->position);
    } catch (const base::Error&) {
      if (!preparing_) throw;
      failed_ = true;
      return node;
    }
  }

  // Arguments after one that decides are not looked at.
  ExprPtr RunLogic(ExprPtr node) {
    const bool deciding = node->kind == ExprKind::kOr;
    bool unknown = false;
    std::vector<ExprPtr> args;
    for (ExprPtr& arg : node->args) {
      ExprPtr simple = Run(std::move(arg));
      if (!IsConstant(simple)) {
        args.push_back(std::move(simple));
      } else if (simple->constant.is_null()) {
        unknown = true;
      } else if (simple->constant.AsBool() == deciding) {
        return simple;
      }
    }
    if (unknown) args.push_back(MakeConstant(Value::Null(), node->type));
    if (args.empty()) return MakeConstant(Value::Bool(!deciding), node->type, node->position);
    if (args.size() == 1) return std::move(args.front());
    node->args = std::move(args);
    return node;
  }

  // A branch whose condition is known never to hold is dropped without a look at its result.
  ExprPtr RunCase(ExprPtr node) {
    std::vector<ExprPtr> args;
    ExprPtr otherwise;
    auto i = static_cast<std::size_t>(node->index);
    if (i > 0) args.push_back(Run(std::move(node->args[0])));
    for (; i + 1 < node->args.size() && !otherwise; i += 2) {
      ExprPtr condition = Run(std::move(node->args[i]));
      const bool is_known = IsConstant(condition);
      if (is_known && (condition->constant.is_null() || !condition->constant.AsBool())) continue;
      ExprPtr result = Run(std::move(node->args[i + 1]));
      if (is_known) {
        otherwise = std::move(result);
      } else {
        args.push_back(std::move(condition));
        args.push_back(std::move(result));
      }
    }
    if (!otherwise && i < node->args.size()) otherwise = Run(std::move(node->args[i]));
    // Without conditions the operand is not looked at.
    if (args.size() == static_cast<std::size_t>(node->index)) {
      return otherwise ? std::move(otherwise) : MakeConstant(Value::Null(), node->type, node->position);
    }
    if (otherwise) args.push_back(std::move(otherwise));
    node->args = std::move(args);
    return node;
  }

  ExprPtr RunCoalesce(ExprPtr node) {
    std::vector<ExprPtr> args;
    for (ExprPtr& arg : node->args) {
      ExprPtr simple = Run(std::move(arg));
      if (IsNullConstant(simple)) continue;
      const bool ends = IsConstant(simple);
      args.push_back(std::move(simple));
      if (ends) break;
    }
    if (args.empty()) return MakeConstant(Value::Null(), node->type, node->position);
    if (args.size() == 1) return std::move(args.front());
    node->args = std::move(args);
    return node;
  }

  EvalContext& context_;
  bool preparing_;
  bool failed_ = false;
};

}  // namespace

std::vector<ExprPtr> Simplify(BoundStatement& statement, EvalContext& context) {
  std::vector<ExprPtr> early;
  const Change change = [&](ExprPtr& expression) {
    if (!expression || expression->args.empty()) return;
    ExprPtr original = Clone(*expression);
    Simplifier simplifier(context, true);
    expression = simplifier.Run(std::move(expression));
    if (simplifier.failed() || (!statement.parameters.empty() && WaitsForParameters(*expression))) {
      early.push_back(std::move(original));
    }
  };
  EachExpression(statement, change);
  return early;
}

void CheckEarly(const PlannedStatement& statement, EvalContext& context) {
  for (const ExprPtr& expression : statement.early) Simplifier(context, false).Run(Clone(*expression));
}

}  // namespace ordinal::sql
