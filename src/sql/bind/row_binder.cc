// Binds comparisons of row constructors, with each other and with subqueries.
#include <algorithm>
#include <optional>
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

std::optional<RowComparison> ComparisonNamed(std::string_view name) {
  if (name == "<") return RowComparison::kLess;
  if (name == "<=") return RowComparison::kLessOrEqual;
  if (name == ">") return RowComparison::kGreater;
  if (name == ">=") return RowComparison::kGreaterOrEqual;
  if (name == "=") return RowComparison::kEqual;
  if (name == "<>") return RowComparison::kNotEqual;
  return std::nullopt;
}

RowComparison ComparisonOrThrow(std::string_view name, int position) {
  if (const auto comparison = ComparisonNamed(name)) return *comparison;
  throw Error(sqlstate::kFeatureNotSupported,
              "could not determine interpretation of row comparison operator " + std::string(name))
      .Hint("Row comparison operators must be associated with btree operator families.")
      .Position(position);
}

// Brings both sides of an operator to one type, so that they can be ordered.
void Level(std::vector<ExprPtr>& pair, int position) {
  if (pair[0]->type.id == pair[1]->type.id) return;
  if (types::IsInteger(pair[0]->type.id) && types::IsInteger(pair[1]->type.id)) return;
  const Type type = CommonType(pair, "ROW");
  for (ExprPtr& side : pair) side = Coerce(std::move(side), type, types::CastContext::kImplicit, position);
}

}  // namespace

std::vector<ExprPtr> Binder::BindRowItems(const Node& node, Scope& scope) {
  std::vector<ExprPtr> items;
  if (nodeTag(&node) != T_RowExpr) {
    items.push_back(Bind(&node, scope));
    return items;
  }
  const List* args = As<RowExpr>(node).args;
  for (int i = 0; i < LengthOf(args); ++i) BindListItem(*NodeAt(args, i), scope, items);
  return items;
}

// row op row. Equality is that of all pairs, as in PostgreSQL; order is decided by the first that differs.
ExprPtr Binder::BindRowComparison(std::string_view name, std::vector<ExprPtr> left,
                                  std::vector<ExprPtr> right, int position) {
  if (left.size() != right.size()) {
    throw Error(sqlstate::kSyntaxError, "unequal number of entries in row expressions").Position(position);
  }
  if (left.empty()) {
    throw Error(sqlstate::kFeatureNotSupported, "cannot compare rows of zero length").Position(position);
  }
  std::vector<ExprPtr> pairs;
  for (std::size_t i = 0; i < left.size(); ++i) {
    pairs.push_back(BindBinary(name, std::move(left[i]), std::move(right[i]), position));
    if (pairs.back()->type.id != TypeId::kBool) {
      throw Error(sqlstate::kDatatypeMismatch, "row comparison operator must yield type boolean, not type " +
                                                   types::FormatType(pairs.back()->type))
          .Position(position);
    }
  }
  if (pairs.size() == 1) return std::move(pairs.front());
  const RowComparison comparison = ComparisonOrThrow(name, position);
  if (comparison == RowComparison::kEqual || comparison == RowComparison::kNotEqual) {
    ExprPtr all = MakeBoolean(comparison == RowComparison::kEqual ? ExprKind::kAnd : ExprKind::kOr, position);
    all->args = std::move(pairs);
    return all;
  }
  ExprPtr result = MakeBoolean(ExprKind::kRowCompare, position);
  result->index = static_cast<int>(comparison);
  for (ExprPtr& pair : pairs) {
    Level(pair->args, position);
    for (ExprPtr& side : pair->args) result->args.push_back(std::move(side));
  }
  return result;
}

// row IS [NOT] DISTINCT FROM row: any pair is.
ExprPtr Binder::BindRowDistinct(std::vector<ExprPtr> left, std::vector<ExprPtr> right, bool negated,
                                int position) {
  if (left.size() != right.size()) {
    throw Error(sqlstate::kSyntaxError, "unequal number of entries in row expressions").Position(position);
  }
  ExprPtr any = MakeBoolean(negated ? ExprKind::kAnd : ExprKind::kOr, position);
  for (std::size_t i = 0; i < left.size(); ++i) {
    ExprPtr pair = BindBinary("=", std::move(left[i]), std::move(right[i]), position);
    pair->kind = ExprKind::kIsDistinct;
    pair->negated = negated;
    any->args.push_back(std::move(pair));
  }
  if (any->args.empty()) return MakeConstant(Value::Bool(negated), {TypeId::kBool, -1}, position);
  return any;
}

// row IN (row, ...): each is compared on its own.
ExprPtr Binder::BindRowIn(const A_Expr& expression, Scope& scope) {
  const int position = Position(expression.location);
  const std::string name = LastName(expression.name);
  const List* list = reinterpret_cast<const List*>(expression.rexpr);
  ExprPtr result = MakeBoolean(name == "<>" ? ExprKind::kAnd : ExprKind::kOr, position);
  for (int i = 0; i < list->length; ++i) {
    const Node& item = *NodeAt(list, i);
    if (nodeTag(&item) != T_RowExpr || nodeTag(expression.lexpr) != T_RowExpr) {
      result->args.push_back(BindBinary(name, Bind(expression.lexpr, scope), Bind(&item, scope), position));
      continue;
    }
    result->args.push_back(
        BindRowComparison(name, BindRowItems(*expression.lexpr, scope), BindRowItems(item, scope), position));
  }
  if (result->args.size() == 1) return std::move(result->args.front());
  return result;
}

// row IS [NOT] NULL: every item is.
ExprPtr Binder::BindRowNullTest(const NullTest& test, Scope& scope) {
  const int position = Position(test.location);
  ExprPtr all = MakeBoolean(ExprKind::kAnd, position);
  std::vector<ExprPtr> items = BindRowItems(*reinterpret_cast<const Node*>(test.arg), scope);
  // Of rows within the row only the row itself counts, which is the test of the whole as a value.
  const bool nested = std::any_of(items.begin(), items.end(),
                                  [](const ExprPtr& item) { return item->type.id == TypeId::kRecord; });
  if (nested) {
    ExprPtr whole = MakeBoolean(ExprKind::kIsNull, position);
    whole->negated = test.nulltesttype == IS_NOT_NULL;
    whole->args.push_back(MakeRow(std::move(items), nullptr, position));
    return whole;
  }
  for (ExprPtr& item : items) {
    ExprPtr one = MakeBoolean(ExprKind::kIsNull, position);
    one->negated = test.nulltesttype == IS_NOT_NULL;
    one->args.push_back(std::move(item));
    all->args.push_back(std::move(one));
  }
  if (all->args.empty()) return MakeConstant(Value::Bool(true), {TypeId::kBool, -1}, position);
  return all;
}

// operand op ANY (query), operand op ALL (query) and row op (query): brings operands and columns of the query
// to types that compare. Returns the "=" or other operator of the first pair.
const Function* Binder::BindSubqueryOperands(std::string_view name, std::vector<ExprPtr> operands,
                                             Expression& result, BoundQuery& query) {
  const int position = result.position;
  const Function* first = nullptr;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    ExprPtr shadow = MakeColumn(0, query.outputs[i].type);
    ExprPtr comparison = BindBinary(name, std::move(operands[i]), std::move(shadow), position);
    if (comparison->type.id != TypeId::kBool) {
      throw Error(sqlstate::kDatatypeMismatch, "operator " + std::string(name) +
                                                   " must return type boolean, not type " +
                                                   types::FormatType(comparison->type))
          .Position(position);
    }
    const bool by_operator = result.subquery == SubqueryKind::kAny || result.subquery == SubqueryKind::kAll;
    if (!by_operator || operands.size() > 1) {
      Level(comparison->args, position);
    }
    if (comparison->args[1]->kind == ExprKind::kCast) {
      CoerceOutput(query, i, comparison->args[1]->type, position);
    }
    if (first == nullptr) first = comparison->function;
    result.args.push_back(std::move(comparison->args[0]));
  }
  return first;
}

// operand IN (query), operand op ANY (query) or operand op ALL (query).
void Binder::BindSubqueryTest(const SubLink& link, Expression& result, BoundQuery& query, Scope& scope) {
  const int position = result.position;
  const std::string name = LengthOf(link.operName) > 0 ? LastName(link.operName) : "=";
  const bool all = link.subLinkType == ALL_SUBLINK;
  std::vector<ExprPtr> operands = BindRowItems(*link.testexpr, scope);
  if (operands.size() != query.outputs.size()) {
    throw Error(sqlstate::kSyntaxError, operands.size() < query.outputs.size()
                                            ? "subquery has too many columns"
                                            : "subquery has too few columns")
        .Position(position);
  }
  bool is_row = false;  // and compared as one
  if (name == "=" && !all) {
    result.subquery = SubqueryKind::kIn;
  } else if (name == "<>" && all) {
    result.subquery = SubqueryKind::kNotIn;
  } else {
    result.subquery = all ? SubqueryKind::kAll : SubqueryKind::kAny;
    is_row = operands.size() > 1;
  }
  result.type = {TypeId::kBool, -1};
  result.function = BindSubqueryOperands(name, std::move(operands), result, query);
  if (is_row) result.level = static_cast<int>(ComparisonOrThrow(name, position));
}

// row op (query)
ExprPtr Binder::BindRowSubqueryComparison(std::string_view name, const RowExpr& row, const SubLink& link,
                                          Scope& scope, int position) {
  ExprPtr result = std::make_unique<Expression>();
  result->kind = ExprKind::kSubquery;
  result->position = position;
  result->type = {TypeId::kBool, -1};
  result->subquery = SubqueryKind::kRowCompare;
  std::vector<ExprPtr> operands = BindRowItems(reinterpret_cast<const Node&>(row), scope);
  std::unique_ptr<BoundQuery> query = BindInnerQuery(link, scope);
  if (operands.size() != query->outputs.size()) {
    throw Error(sqlstate::kSyntaxError, operands.size() < query->outputs.size()
                                            ? "subquery has too many columns"
                                            : "subquery has too few columns")
        .Position(position);
  }
  result->level = static_cast<int>(ComparisonOrThrow(name, position));
  BindSubqueryOperands(name, std::move(operands), *result, *query);
  result->index = static_cast<int>(statement_.subqueries.size());
  statement_.subqueries.push_back(std::move(query));
  return result;
}

}  // namespace ordinal::sql
