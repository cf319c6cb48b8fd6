// Binds GROUP BY and HAVING, and rewrites what stands above an aggregation over its result row.
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "sql/bind/binder.h"
#include "sql/bind/expression_equality.h"
#include "sql/bind/node_access.h"
#include "sql/bind/type_order.h"
#include "types/compare.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

bool ConstantsEqual(const Expression& left, const Expression& right) {
  if (left.constant.is_null() || right.constant.is_null()) {
    return left.constant.is_null() && right.constant.is_null();
  }
  if (left.constant.kind() != right.constant.kind()) return false;
  return types::Compare(left.constant, right.constant, left.type.id) == 0;
}

bool SameNode(const Expression& left, const Expression& right) {
  if (left.kind != right.kind || left.type != right.type || left.negated != right.negated ||
      left.index != right.index || left.level != right.level || left.function != right.function ||
      left.args.size() != right.args.size()) {
    return false;
  }
  return left.kind != ExprKind::kConstant || ConstantsEqual(left, right);
}

bool TreesEqual(const Expression& left, const Expression& right) {
  if (!SameNode(left, right)) return false;
  for (std::size_t i = 0; i < left.args.size(); ++i) {
    if (!TreesEqual(*left.args[i], *right.args[i])) return false;
  }
  return true;
}

}  // namespace

bool ExpressionsEqual(const Expression& left, const Expression& right) {
  return TreesEqual(left, right) && VolatilityOf(left) != Volatility::kVolatile;
}

void Binder::BindGrouping(const SelectStmt& select, Scope& scope, BoundQuery& query) {
  BoundQuery* const aggregating = std::exchange(aggregating_, nullptr);
  const Clause clause = std::exchange(clause_, Clause::kGroupBy);
  for (int i = 0; i < LengthOf(select.groupClause); ++i) {
    const Node& node = *NodeAt(select.groupClause, i);
    if (nodeTag(&node) == T_GroupingSet) base::ThrowUnsupported("GROUPING SETS, ROLLUP and CUBE");
    query.aggregated = true;
    // A bare name means an input column first, an output second; a number means an output.
    const bool is_name = nodeTag(&node) == T_ColumnRef;
    const bool is_input = is_name && LengthOf(As<ColumnRef>(node).fields) == 1 &&
                          scope.Find("", LastName(As<ColumnRef>(node).fields), 0);
    const int output = is_input ? -1 : OutputNamed(node, query, "GROUP BY");
    if (output >= 0) {
      query.group_keys.push_back(Clone(*query.targets[static_cast<std::size_t>(output)]));
    } else {
      query.group_keys.push_back(Bind(&node, scope));
    }
    RequireEquality(query.group_keys.back()->type.id, query.group_keys.back()->position);
    Walk(*query.group_keys.back(), [&](const Expression& part) {
      if (part.kind == ExprKind::kAggregate) {
        throw Error(sqlstate::kGroupingError, "aggregate functions are not allowed in GROUP BY")
            .Position(part.position);
      }
    });
  }
  aggregating_ = aggregating;
  clause_ = Clause::kHaving;
  if (select.havingClause != nullptr) {
    query.aggregated = true;
    query.having = BindBoolean(select.havingClause, scope, "HAVING");
  }
  clause_ = clause;
}

namespace {

// Names the input column in `slot` as it can be written in the query.
std::string ColumnName(const Scope& scope, int slot) {
  for (const ScopeItem& item : scope.items()) {
    for (const ScopeItem::Column& column : item.columns) {
      if (column.slot == slot) return item.name + "." + column.name;
    }
  }
  return "?";
}

}  // namespace

ExprPtr Binder::OverGroups(ExprPtr expression, const BoundQuery& query, const Scope& scope, int old_width) {
  const int keys = static_cast<int>(query.group_keys.size());
  for (int i = 0; i < keys; ++i) {
    if (TreesEqual(*expression, *query.group_keys[static_cast<std::size_t>(i)])) {
      return MakeColumn(i, expression->type, expression->position);
    }
  }
  if (expression->kind == ExprKind::kAggregate) {
    return MakeColumn(keys + expression->index, expression->type, expression->position);
  }
  if (expression->kind == ExprKind::kColumn && expression->level == 0) {
    if (expression->index >= old_width) {
      const int width = keys + static_cast<int>(query.aggregates.size());
      return MakeColumn(width + expression->index - old_width, expression->type, expression->position);
    }
    throw Error(sqlstate::kGroupingError,
                "column \"" + ColumnName(scope, expression->index) +
                    "\" must appear in the GROUP BY clause or be used in an aggregate function")
        .Position(expression->position);
  }
  for (ExprPtr& arg : expression->args) arg = OverGroups(std::move(arg), query, scope, old_width);
  return expression;
}

void Binder::RewriteOverGroups(BoundQuery& query, const Scope& scope) {
  const int old_width = query.input_width;
  for (ExprPtr& series : query.series) series = OverGroups(std::move(series), query, scope, old_width);
  for (ExprPtr& target : query.targets) target = OverGroups(std::move(target), query, scope, old_width);
  if (query.having) query.having = OverGroups(std::move(query.having), query, scope, old_width);
  for (SortKey& key : query.order) {
    if (key.expression) key.expression = OverGroups(std::move(key.expression), query, scope, old_width);
  }
  query.input_width = static_cast<int>(query.group_keys.size() + query.aggregates.size());
}

}  // namespace ordinal::sql
