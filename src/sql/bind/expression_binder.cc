// Binds expressions other than calls and subqueries.
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "sql/bind/binder.h"
#include "sql/bind/depth_guard.h"
#include "sql/bind/node_access.h"
#include "sql/expr/record.h"
#include "types/text_codec.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

// A literal becomes integer, bigint or numeric by its size, as the PostgreSQL manual, section 4.1.2.6, says.
ExprPtr BindLiteral(const A_Const& constant, int position) {
  if (constant.isnull) return MakeConstant(Value::Null(), {TypeId::kUnknown, -1}, position);
  switch (nodeTag(&constant.val)) {
    case T_Integer:
      return MakeConstant(Value::Int(constant.val.ival.ival), {TypeId::kInt4, -1}, position);
    case T_Float: {
      const std::string text = constant.val.fval.fval;
      if (text.find_first_not_of("0123456789") == std::string::npos) {
        try {
          return MakeConstant(Value::Int(std::stoll(text)), {TypeId::kInt8, -1}, position);
        } catch (const std::out_of_range&) {
          // Falls through to numeric: the digits exceed a bigint.
        }
      }
      const Type numeric{TypeId::kNumeric, -1};
      return MakeConstant(types::ParseText(text, numeric, types::Settings{}), numeric, position);
    }
    case T_Boolean:
      return MakeConstant(Value::Bool(constant.val.boolval.boolval), {TypeId::kBool, -1}, position);
    case T_String:
      return MakeConstant(Value::String(constant.val.sval.sval), {TypeId::kUnknown, -1}, position);
    default:
      base::ThrowUnsupported("bit string literals", position);
  }
}

}  // namespace

ExprPtr Binder::Bind(const Node* node, Scope& scope) {
  DepthGuard guard(depth_);
  return BindNode(*node, scope);
}

ExprPtr Binder::BindNode(const Node& node, Scope& scope) {
  switch (nodeTag(&node)) {
    case T_A_Const: {
      const auto& constant = As<A_Const>(node);
      return BindLiteral(constant, Position(constant.location));
    }
    case T_ColumnRef:
      return BindColumnRef(As<ColumnRef>(node), scope);
    case T_ParamRef: {
      const auto& parameter = As<ParamRef>(node);
      return NewParameter(parameter.number, Position(parameter.location));
    }
    case T_A_Expr:
      return BindOperator(As<A_Expr>(node), scope);
    case T_BoolExpr:
      return BindLogical(As<BoolExpr>(node), scope);
    case T_NullTest: {
      const auto& test = As<NullTest>(node);
      if (nodeTag(test.arg) == T_RowExpr) return BindRowNullTest(test, scope);
      ExprPtr result = MakeBoolean(ExprKind::kIsNull, Position(test.location));
      result->negated = test.nulltesttype == IS_NOT_NULL;
      result->args.push_back(Bind(reinterpret_cast<const Node*>(test.arg), scope));
      return result;
    }
    case T_BooleanTest: {
      const auto& test = As<BooleanTest>(node);
      ExprPtr result = MakeBoolean(ExprKind::kIsTrue, Position(test.location));
      const BoolTestType kind = test.booltesttype;
      result->negated = kind == IS_NOT_TRUE || kind == IS_NOT_FALSE || kind == IS_NOT_UNKNOWN;
      if (kind == IS_TRUE || kind == IS_NOT_TRUE) result->constant = Value::Bool(true);
      if (kind == IS_FALSE || kind == IS_NOT_FALSE) result->constant = Value::Bool(false);
      result->args.push_back(BindBoolean(reinterpret_cast<const Node*>(test.arg), scope, "IS TRUE"));
      return result;
    }
    case T_CaseExpr:
      return BindCase(As<CaseExpr>(node), scope);
    case T_CoalesceExpr: {
      const auto& coalesce = As<CoalesceExpr>(node);
      return BindBranches(ExprKind::kCoalesce, coalesce.args, scope, "COALESCE", Position(coalesce.location));
    }
    case T_MinMaxExpr: {
      const auto& minmax = As<MinMaxExpr>(node);
      const bool least = minmax.op == IS_LEAST;
      ExprPtr result = BindBranches(ExprKind::kMinMax, minmax.args, scope, least ? "LEAST" : "GREATEST",
                                    Position(minmax.location));
      result->negated = least;
      return result;
    }
    case T_FuncCall:
      return BindCall(As<FuncCall>(node), scope);
    case T_SubLink:
      return BindSubLink(As<SubLink>(node), scope);
    case T_TypeCast: {
      const auto& cast = As<TypeCast>(node);
      const Type to = BindType(*cast.typeName);
      if (nodeTag(cast.arg) == T_A_ArrayExpr && types::IsArray(to.id)) {
        return BindArray(As<A_ArrayExpr>(*cast.arg), to, scope);
      }
      ExprPtr operand = Bind(cast.arg, scope);
      const int position = Position(cast.location);
      if (to.id == TypeId::kRecord && to.domain != 0) return CastToRow(std::move(operand), to, position);
      return FoldConstant(Coerce(std::move(operand), to, types::CastContext::kExplicit, position));
    }
    case T_CollateClause: {
      const auto& collate = As<CollateClause>(node);
      const std::string name = LastName(collate.collname);
      if (name != "C" && name != "POSIX" && name != "default" && name != "ucs_basic") {
        throw Error(sqlstate::kUndefinedObject,
                    "collation \"" + name + "\" for encoding \"UTF8\" does not exist")
            .Position(Position(collate.location));
      }
      return Bind(collate.arg, scope);
    }
    case T_SQLValueFunction:
      return BindValueFunction(As<SQLValueFunction>(node));
    case T_SetToDefault:
      throw Error(sqlstate::kSyntaxError, "DEFAULT is not allowed in this context")
          .Position(Position(As<SetToDefault>(node).location));
    case T_RowExpr:
      return BindRowValue(As<RowExpr>(node), scope);
    case T_A_ArrayExpr:
      return BindArray(As<A_ArrayExpr>(node), {}, scope);
    case T_A_Indirection:
      return BindIndirection(As<A_Indirection>(node), scope);
    case T_GroupingFunc:
      return BindGroupingCall(As<GroupingFunc>(node), scope);
    case T_XmlExpr:
    case T_XmlSerialize:
      base::ThrowUnsupported("XML");
    default:
      base::ThrowUnsupported("this expression");
  }
}

ExprPtr Binder::NewParameter(int number, int position) {
  const bool undeclared =
      routine_ != nullptr && static_cast<std::size_t>(number) > routine_->InputTypes().size();
  if (number < 1 || number > kParametersMax || undeclared) {
    throw Error(sqlstate::kUndefinedParameter, "there is no parameter $" + std::to_string(number))
        .Position(position);
  }
  const auto index = static_cast<std::size_t>(number - 1);
  if (statement_.parameters.size() <= index) statement_.parameters.resize(index + 1, {TypeId::kUnknown, -1});
  Type type = statement_.parameters[index];
  if (type.id == TypeId::kUnknown) {
    for (const Expression* earlier : parameter_nodes_) {
      if (earlier->index == number - 1 && earlier->type.id != TypeId::kUnknown) type = {earlier->type.id, -1};
    }
  }
  // What a function is given has been brought to its types.
  const bool fits = routine_ != nullptr;
  ExprPtr parameter = MakeParameter(number - 1, fits ? type : Type{type.id, type.modifier}, position);
  parameter_nodes_.push_back(parameter.get());
  if (fits) return parameter;
  return type.domain != 0 ? Coerce(std::move(parameter), type, types::CastContext::kImplicit, position)
                          : std::move(parameter);
}

ExprPtr Binder::BindColumnRef(const ColumnRef& ref, Scope& scope) {
  const int position = Position(ref.location);
  const std::vector<std::string> names = Names(ref.fields);
  const std::string& column = names.back();
  const std::string qualifier = names.size() > 1 ? names[names.size() - 2] : "";
  if (IsStar(ref) && !qualifier.empty()) {
    if (const Scope::RowMatch row = scope.FindRow(qualifier, position)) return BindWholeRow(row, position);
    CheckEntry(qualifier, scope, position);
  }
  if (IsStar(ref)) {
    throw Error(sqlstate::kSyntaxError, "row expansion via \"*\" is not supported here").Position(position);
  }
  const bool names_row = qualifier.empty() && scope.FindRow(column, position);
  if (routine_ != nullptr && !names_row && !scope.Find(qualifier, column, position)) {
    if (ExprPtr parameter = BindRoutineParameter(names, position)) return parameter;
  }
  if (!standalone_.empty() && scope.items().empty()) {
    throw Error(sqlstate::kFeatureNotSupported, "cannot use column reference in " + standalone_)
        .Position(position);
  }
  const Scope::Match match = scope.Find(qualifier, column, position);
  if (match) {
    RecordColumn(*match.column);
    return Scope::Reference(*match.column, match.level, position);
  }
  if (column == "tableoid") {
    const base::Oid relation = scope.RelationOf(qualifier);
    if (relation != base::kInvalidOid)
      return MakeConstant(Value::Int(relation), {TypeId::kOid, -1}, position);
  }
  if (names_row) return BindWholeRow(scope.FindRow(column, position), position);
  if (!qualifier.empty()) CheckEntry(qualifier, scope, position);
  if (ExprPtr call = BindRowCall(ref, scope)) return call;
  if (!qualifier.empty()) {
    throw Error(sqlstate::kUndefinedColumn, "column " + qualifier + "." + column + " does not exist")
        .Position(position);
  }
  throw Error(sqlstate::kUndefinedColumn, "column \"" + column + "\" does not exist").Position(position);
}

// Throws what PostgreSQL says of a name that no visible item of FROM has.
void Binder::CheckEntry(const std::string& qualifier, const Scope& scope, int position) const {
  bool exists = false;
  const ScopeItem* renamed = nullptr;
  for (const Scope* each = &scope; each != nullptr; each = each->outer()) {
    for (const ScopeItem& item : each->items()) {
      if (item.name == qualifier && item.name_visible && !item.barred) return;
      exists = exists || item.name == qualifier;
      if (item.relation == qualifier && item.name != qualifier) renamed = &item;
    }
  }
  for (const Scope* each : unseen_) {
    for (const ScopeItem& item : each->items()) exists = exists || item.name == qualifier;
  }
  if (!exists && renamed == nullptr) {
    throw Error(sqlstate::kUndefinedTable, "missing FROM-clause entry for table \"" + qualifier + "\"")
        .Position(position);
  }
  Error error(sqlstate::kUndefinedTable,
              "invalid reference to FROM-clause entry for table \"" + qualifier + "\"");
  if (renamed != nullptr && !exists) {
    throw error.Hint("Perhaps you meant to reference the table alias \"" + renamed->name + "\".")
        .Position(position);
  }
  throw error
      .Hint("There is an entry for table \"" + qualifier +
            "\", but it cannot be referenced from this part of the query.")
      .Position(position);
}

ExprPtr Binder::BindBinary(std::string_view name, ExprPtr left, ExprPtr right, int position) {
  std::vector<ExprPtr> args;
  if (left) args.push_back(std::move(left));
  args.push_back(std::move(right));
  return BuildCall(name, FunctionKind::kOperator, std::move(args), position);
}

ExprPtr Binder::BindOperator(const A_Expr& expression, Scope& scope) {
  const int position = Position(expression.location);
  switch (expression.kind) {
    case AEXPR_OP: {
      if (expression.lexpr != nullptr && nodeTag(expression.lexpr) == T_RowExpr) {
        return BindRowOperator(expression, scope);
      }
      ExprPtr left = expression.lexpr != nullptr ? Bind(expression.lexpr, scope) : nullptr;
      return BindBinary(LastName(expression.name), std::move(left), Bind(expression.rexpr, scope), position);
    }
    case AEXPR_DISTINCT:
    case AEXPR_NOT_DISTINCT:
    case AEXPR_NULLIF: {
      if (expression.kind != AEXPR_NULLIF && nodeTag(expression.lexpr) == T_RowExpr &&
          nodeTag(expression.rexpr) == T_RowExpr) {
        return BindRowDistinct(BindRowItems(*expression.lexpr, scope), BindRowItems(*expression.rexpr, scope),
                               expression.kind == AEXPR_NOT_DISTINCT, position);
      }
      ExprPtr left = Bind(expression.lexpr, scope);
      ExprPtr right = Bind(expression.rexpr, scope);
      ExprPtr result = BindBinary("=", std::move(left), std::move(right), position);
      result->kind = expression.kind == AEXPR_NULLIF ? ExprKind::kNullIf : ExprKind::kIsDistinct;
      result->negated = expression.kind == AEXPR_NOT_DISTINCT;
      if (expression.kind == AEXPR_NULLIF) result->type = result->args[0]->type;
      return result;
    }
    case AEXPR_IN:
      return BindIn(expression, scope);
    case AEXPR_LIKE:
    case AEXPR_ILIKE:
      return BindBinary(LastName(expression.name), Bind(expression.lexpr, scope),
                        Bind(expression.rexpr, scope), position);
    case AEXPR_BETWEEN:
    case AEXPR_NOT_BETWEEN:
    case AEXPR_BETWEEN_SYM:
    case AEXPR_NOT_BETWEEN_SYM:
      return BindBetween(expression, scope);
    case AEXPR_OP_ANY:
    case AEXPR_OP_ALL:
      return BindQuantified(expression, scope);
    default:
      // SIMILAR TO; the grammar has wrapped the pattern in similar_to_escape().
      return BindBinary(LastName(expression.name), Bind(expression.lexpr, scope),
                        Bind(expression.rexpr, scope), position);
  }
}

ExprPtr Binder::BindIn(const A_Expr& expression, Scope& scope) {
  const int position = Position(expression.location);
  const bool negated = LastName(expression.name) == "<>";
  const List* list = reinterpret_cast<const List*>(expression.rexpr);
  if (nodeTag(expression.lexpr) == T_RowExpr) return BindRowIn(expression, scope);
  ExprPtr operand = Bind(expression.lexpr, scope);
  if (operand->type.id == TypeId::kRecord) {
    ignored_.push_back(std::move(operand));
    return BindRowIn(expression, scope);
  }
  // All items are brought to one type with the operand, so that one comparison serves the list.
  std::vector<ExprPtr> branches;
  branches.push_back(std::move(operand));
  for (int i = 0; i < list->length; ++i) branches.push_back(Bind(NodeAt(list, i), scope));
  const Type common = CommonType(branches, "IN");
  for (ExprPtr& branch : branches) {
    branch = Coerce(std::move(branch), common, types::CastContext::kImplicit, position);
  }
  const TypeId pair[2] = {common.id, common.id};
  ExprPtr result = MakeBoolean(ExprKind::kInList, position);
  result->function = FindFunction("=", FunctionKind::kOperator, pair);
  if (result->function == nullptr) {
    const std::string name = types::FormatType({common.id, -1});
    throw Error(sqlstate::kUndefinedFunction, "operator does not exist: " + name + " = " + name)
        .Position(position);
  }
  result->negated = negated;
  result->args = std::move(branches);
  return result;
}

// The two comparisons of BETWEEN. Operands are bound anew for each, as PostgreSQL copies them.
ExprPtr Binder::BindBounds(const A_Expr& expression, Scope& scope, int lower, bool negated) {
  const int position = Position(expression.location);
  const List* bounds = reinterpret_cast<const List*>(expression.rexpr);
  const auto compare = [&](const char* name, int bound) {
    const Node& other = *NodeAt(bounds, bound);
    if (nodeTag(expression.lexpr) == T_RowExpr && nodeTag(&other) == T_RowExpr) {
      return BindRowComparison(name, BindRowItems(*expression.lexpr, scope), BindRowItems(other, scope),
                               position);
    }
    return BindBinary(name, Bind(expression.lexpr, scope), Bind(&other, scope), position);
  };
  ExprPtr result = MakeBoolean(negated ? ExprKind::kOr : ExprKind::kAnd, position);
  result->args.push_back(compare(negated ? "<" : ">=", lower));
  result->args.push_back(compare(negated ? ">" : "<=", 1 - lower));
  return result;
}

ExprPtr Binder::BindBetween(const A_Expr& expression, Scope& scope) {
  const bool negated = expression.kind == AEXPR_NOT_BETWEEN || expression.kind == AEXPR_NOT_BETWEEN_SYM;
  ExprPtr straight = BindBounds(expression, scope, 0, negated);
  if (expression.kind == AEXPR_BETWEEN || expression.kind == AEXPR_NOT_BETWEEN) return straight;
  ExprPtr either = MakeBoolean(negated ? ExprKind::kAnd : ExprKind::kOr, straight->position);
  either->args.push_back(std::move(straight));
  either->args.push_back(BindBounds(expression, scope, 1, negated));
  return either;
}

// row op row, or row op (query).
ExprPtr Binder::BindRowOperator(const A_Expr& expression, Scope& scope) {
  const int position = Position(expression.location);
  const std::string name = LastName(expression.name);
  if (nodeTag(expression.rexpr) == T_RowExpr) {
    return BindRowComparison(name, BindRowItems(*expression.lexpr, scope),
                             BindRowItems(*expression.rexpr, scope), position);
  }
  if (nodeTag(expression.rexpr) == T_SubLink && As<SubLink>(*expression.rexpr).subLinkType == EXPR_SUBLINK) {
    return BindRowSubqueryComparison(name, As<RowExpr>(*expression.lexpr), As<SubLink>(*expression.rexpr),
                                     scope, position);
  }
  return BindBinary(name, Bind(expression.lexpr, scope), Bind(expression.rexpr, scope), position);
}

ExprPtr Binder::BindBoolean(const Node* node, Scope& scope, std::string_view what) {
  ExprPtr operand = Bind(node, scope);
  if (operand->type.id == TypeId::kBool) return operand;
  if (operand->type.id == TypeId::kUnknown) {
    const int position = operand->position;
    return Coerce(std::move(operand), {TypeId::kBool, -1}, types::CastContext::kImplicit, position);
  }
  throw Error(sqlstate::kDatatypeMismatch,
              "argument of " + std::string(what) + " must be type boolean, not type " + TypeNameOf(*operand))
      .Position(operand->position);
}

ExprPtr Binder::BindLogical(const BoolExpr& expression, Scope& scope) {
  const ExprKind kind = expression.boolop == AND_EXPR  ? ExprKind::kAnd
                        : expression.boolop == OR_EXPR ? ExprKind::kOr
                                                       : ExprKind::kNot;
  const char* what = kind == ExprKind::kAnd ? "AND" : kind == ExprKind::kOr ? "OR" : "NOT";
  ExprPtr result = MakeBoolean(kind, Position(expression.location));
  for (int i = 0; i < expression.args->length; ++i) {
    result->args.push_back(BindBoolean(NodeAt(expression.args, i), scope, what));
  }
  return result;
}

ExprPtr Binder::BindCase(const CaseExpr& expression, Scope& scope) {
  std::vector<ExprPtr> conditions;
  std::vector<ExprPtr> results;
  // An operand that must be computed once is kept; others are repeated, so that each comparison is
  // simplified.
  ExprPtr kept;
  if (expression.arg != nullptr) {
    kept = Bind(reinterpret_cast<const Node*>(expression.arg), scope);
    if (VolatilityOf(*kept) != Volatility::kVolatile) kept = nullptr;
    if (kept && kept->type.id == TypeId::kUnknown) {
      kept = Coerce(std::move(kept), {TypeId::kText, -1}, types::CastContext::kImplicit, 0);
    }
  }
  for (int i = 0; i < expression.args->length; ++i) {
    const auto& when = As<CaseWhen>(*NodeAt(expression.args, i));
    const Node* condition = reinterpret_cast<const Node*>(when.expr);
    if (expression.arg != nullptr) {
      ExprPtr operand;
      if (kept) {
        operand = std::make_unique<Expression>();
        operand->kind = ExprKind::kCaseTest;
        operand->type = kept->type;
      } else {
        operand = Bind(reinterpret_cast<const Node*>(expression.arg), scope);
      }
      conditions.push_back(
          BindBinary("=", std::move(operand), Bind(condition, scope), Position(when.location)));
    } else {
      conditions.push_back(BindBoolean(condition, scope, "CASE/WHEN"));
    }
    results.push_back(Bind(reinterpret_cast<const Node*>(when.result), scope));
  }
  const Node* otherwise = reinterpret_cast<const Node*>(expression.defresult);
  results.push_back(otherwise != nullptr ? Bind(otherwise, scope)
                                         : MakeConstant(Value::Null(), {TypeId::kUnknown, -1}));
  const int position = Position(expression.location);
  auto result = std::make_unique<Expression>();
  result->kind = ExprKind::kCase;
  result->position = position;
  result->type = CommonType(results, "CASE");
  if (kept) {
    result->index = 1;
    result->args.push_back(std::move(kept));
  }
  for (std::size_t i = 0; i < results.size(); ++i) {
    if (i < conditions.size()) result->args.push_back(std::move(conditions[i]));
    result->args.push_back(
        Coerce(std::move(results[i]), result->type, types::CastContext::kImplicit, position));
  }
  return result;
}

ExprPtr Binder::BindBranches(ExprKind kind, const List* args, Scope& scope, std::string_view what,
                             int position) {
  auto result = std::make_unique<Expression>();
  result->kind = kind;
  result->position = position;
  for (int i = 0; i < args->length; ++i) result->args.push_back(Bind(NodeAt(args, i), scope));
  result->type = CommonType(result->args, what);
  for (ExprPtr& arg : result->args) {
    arg = Coerce(std::move(arg), result->type, types::CastContext::kImplicit, position);
  }
  return result;
}

// Replaces a call or cast over constants by its value, when it can never change and does not fail.
ExprPtr Binder::FoldConstant(ExprPtr expression) {
  const bool is_name = expression->type.id == TypeId::kRegclass && expression->kind == ExprKind::kCast &&
                       expression->args[0]->kind == ExprKind::kConstant;
  if (expression->kind == ExprKind::kConstant) return expression;
  if (!is_name) return expression;
  const Value& name = expression->args[0]->constant;
  if (view_ != nullptr && !name.is_null()) {
    for (const auto& [text, oid] : view_->names) {
      if (text == name.AsString()) return MakeConstant(Value::Int(oid), expression->type);
    }
  }
  Value value = Evaluate(*expression, environment_.context, {});
  if (record_ != nullptr && !value.is_null()) {
    const auto oid = static_cast<base::Oid>(value.AsInt());
    record_->names.emplace_back(name.AsString(), oid);
    record_->uses.emplace(oid, base::AttributeNumber{0});
  }
  return MakeConstant(std::move(value), expression->type, expression->position);
}

}  // namespace ordinal::sql
