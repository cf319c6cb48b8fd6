// Binds GROUP BY, GROUPING SETS and HAVING.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "sql/bind/binder.h"
#include "sql/bind/depth_guard.h"
#include "sql/bind/expression_equality.h"
#include "sql/bind/node_access.h"
#include "sql/bind/type_order.h"
#include "types/compare.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

constexpr std::size_t kCubeMax = 12;
constexpr std::size_t kGroupingSetsMax = 4096;
constexpr int kGroupingArgumentsMax = 31;

bool ConstantsEqual(const Expression& left, const Expression& right) {
  if (left.constant.is_null() || right.constant.is_null()) {
    return left.constant.is_null() && right.constant.is_null();
  }
  if (left.constant.kind() != right.constant.kind()) return false;
  return types::Compare(left.constant, right.constant, left.type.id) == 0;
}

bool SameNode(const Expression& left, const Expression& right, int depth) {
  const int level = right.level + (right.kind == ExprKind::kColumn ? depth : 0);
  // A value of a domain is one of the type underneath.
  if (left.kind != right.kind || left.type.id != right.type.id || left.type.modifier != right.type.modifier ||
      left.negated != right.negated || left.index != right.index || left.level != level ||
      left.function != right.function || left.routine != right.routine ||
      left.args.size() != right.args.size()) {
    return false;
  }
  return left.kind != ExprKind::kConstant || ConstantsEqual(left, right);
}

}  // namespace

bool TreesEqual(const Expression& left, const Expression& right, int depth) {
  if (!SameNode(left, right, depth)) return false;
  for (std::size_t i = 0; i < left.args.size(); ++i) {
    if (!TreesEqual(*left.args[i], *right.args[i], depth)) return false;
  }
  return true;
}

bool ExpressionsEqual(const Expression& left, const Expression& right) {
  return TreesEqual(left, right, 0) && VolatilityOf(left) != Volatility::kVolatile;
}

int Binder::AddGroupKey(const Node& node, Scope& scope, BoundQuery& query) {
  // A bare name means an input column first, an output second; a number means an output.
  const bool is_name = nodeTag(&node) == T_ColumnRef;
  const bool is_input = is_name && LengthOf(As<ColumnRef>(node).fields) == 1 &&
                        scope.Find("", LastName(As<ColumnRef>(node).fields), 0).level == 0 &&
                        scope.Find("", LastName(As<ColumnRef>(node).fields), 0);
  const int output = is_input ? -1 : OutputNamed(node, query, "GROUP BY");
  ExprPtr key = output >= 0 ? Clone(*query.targets[static_cast<std::size_t>(output)]) : Bind(&node, scope);
  RequireEquality(key->type.id, key->position);
  Walk(*key, [&](const Expression& part) {
    if (part.kind == ExprKind::kAggregate && part.level == 0) {
      throw Error(sqlstate::kGroupingError, "aggregate functions are not allowed in GROUP BY")
          .Position(part.position);
    }
    if (part.kind == ExprKind::kWindow) {
      throw Error(sqlstate::kWindowingError, "window functions are not allowed in GROUP BY")
          .Position(part.position);
    }
    if (part.kind == ExprKind::kGrouping) {
      throw Error(sqlstate::kGroupingError, "grouping operations are not allowed in GROUP BY")
          .Position(part.position);
    }
  });
  for (std::size_t i = 0; i < query.group_keys.size(); ++i) {
    if (ExpressionsEqual(*key, *query.group_keys[i])) return static_cast<int>(i);
  }
  query.group_keys.push_back(std::move(key));
  return static_cast<int>(query.group_keys.size()) - 1;
}

// The keys of one element: a single expression, or a list in parentheses.
std::vector<int> Binder::GroupElement(const Node& node, Scope& scope, BoundQuery& query) {
  if (nodeTag(&node) != T_RowExpr || As<RowExpr>(node).row_format != COERCE_IMPLICIT_CAST) {
    return {AddGroupKey(node, scope, query)};
  }
  std::vector<int> keys;
  const List* args = As<RowExpr>(node).args;
  for (int i = 0; i < LengthOf(args); ++i) {
    for (const int key : GroupElement(*NodeAt(args, i), scope, query)) keys.push_back(key);
  }
  return keys;
}

// The sets of one item of GROUP BY.
Binder::GroupingSets Binder::GroupItem(const Node& node, Scope& scope, BoundQuery& query) {
  DepthGuard guard(depth_);
  if (nodeTag(&node) != T_GroupingSet) return {GroupElement(node, scope, query)};
  const auto& item = As<GroupingSet>(node);
  if (item.kind == GROUPING_SET_EMPTY) return {{}};
  GroupingSets sets;
  if (item.kind == GROUPING_SET_SETS) {
    for (int i = 0; i < LengthOf(item.content); ++i) {
      for (auto& set : GroupItem(*NodeAt(item.content, i), scope, query)) sets.push_back(std::move(set));
    }
    return sets;
  }
  std::vector<std::vector<int>> elements;
  for (int i = 0; i < LengthOf(item.content); ++i) {
    elements.push_back(GroupElement(*NodeAt(item.content, i), scope, query));
  }
  const auto join = [&](auto&& takes) {
    std::vector<int> set;
    for (std::size_t i = 0; i < elements.size(); ++i) {
      if (takes(i)) set.insert(set.end(), elements[i].begin(), elements[i].end());
    }
    return set;
  };
  if (item.kind == GROUPING_SET_ROLLUP) {
    for (std::size_t length = elements.size() + 1; length-- > 0;) {
      sets.push_back(join([&](std::size_t i) { return i < length; }));
    }
    return sets;
  }
  if (elements.size() > kCubeMax) {
    throw Error(sqlstate::kTooManyColumns, "CUBE is limited to 12 elements")
        .Position(Position(item.location));
  }
  for (std::size_t mask = std::size_t{1} << elements.size(); mask-- > 0;) {
    sets.push_back(join([&](std::size_t i) { return (mask >> i & 1) != 0; }));
  }
  return sets;
}

// The sets of all items together: each combination of one set of every item.
void Binder::CombineGroupingSets(const SelectStmt& select, std::vector<GroupingSets> items,
                                 BoundQuery& query) {
  GroupingSets all = {{}};
  for (const GroupingSets& item : items) {
    GroupingSets longer;
    if (all.size() * item.size() > kGroupingSetsMax) {
      throw Error(sqlstate::kStatementTooComplex, "too many grouping sets present (maximum 4096)");
    }
    for (const auto& set : all) {
      for (const auto& more : item) {
        longer.push_back(set);
        longer.back().insert(longer.back().end(), more.begin(), more.end());
      }
    }
    all = std::move(longer);
  }
  for (auto& set : all) {
    std::sort(set.begin(), set.end());
    set.erase(std::unique(set.begin(), set.end()), set.end());
  }
  if (select.groupDistinct) {
    std::sort(all.begin(), all.end());
    all.erase(std::unique(all.begin(), all.end()), all.end());
  }
  query.grouping_sets = std::move(all);
}

void Binder::BindGrouping(const SelectStmt& select, Scope& scope, BoundQuery& query) {
  BoundQuery* const aggregating = std::exchange(aggregating_, nullptr);
  BoundQuery* const windowing = std::exchange(windowing_, nullptr);
  const Clause clause = std::exchange(clause_, Clause::kGroupBy);
  std::vector<GroupingSets> items;
  bool has_sets = false;
  for (int i = 0; i < LengthOf(select.groupClause); ++i) {
    const Node& node = *NodeAt(select.groupClause, i);
    has_sets = has_sets || nodeTag(&node) == T_GroupingSet;
    query.aggregated = true;
    items.push_back(GroupItem(node, scope, query));
  }
  if (has_sets) CombineGroupingSets(select, std::move(items), query);
  aggregating_ = aggregating;
  clause_ = Clause::kHaving;
  if (select.havingClause != nullptr) {
    query.aggregated = true;
    query.having = BindBoolean(select.havingClause, scope, "HAVING");
  }
  windowing_ = windowing;
  clause_ = clause;
}

ExprPtr Binder::BindGroupingCall(const GroupingFunc& call, Scope& scope) {
  const int position = Position(call.location);
  if (aggregating_ == nullptr) {
    throw Error(sqlstate::kGroupingError, "grouping operations are not allowed in " + ClauseName())
        .Position(position);
  }
  if (LengthOf(call.args) > kGroupingArgumentsMax) {
    throw Error(sqlstate::kTooManyArguments, "GROUPING must have fewer than 32 arguments").Position(position);
  }
  auto result = std::make_unique<Expression>();
  result->kind = ExprKind::kGrouping;
  result->type = {TypeId::kInt4, -1};
  result->position = position;
  for (int i = 0; i < LengthOf(call.args); ++i) result->args.push_back(Bind(NodeAt(call.args, i), scope));
  aggregating_->aggregated = true;
  return result;
}

std::string Binder::ClauseName() const {
  switch (clause_) {
    case Clause::kWhere:
      return "WHERE";
    case Clause::kFrom:
      return "functions in FROM";
    case Clause::kJoin:
      return "JOIN conditions";
    case Clause::kLimit:
      return "LIMIT";
    case Clause::kValues:
      return "VALUES";
    case Clause::kGroupBy:
      return "GROUP BY";
    case Clause::kHaving:
      return "HAVING";
    case Clause::kReturning:
      return "RETURNING";
    case Clause::kSet:
      return "UPDATE";
    case Clause::kWindow:
      return "window definitions";
    case Clause::kDistinctOn:
      return "DISTINCT ON";
    case Clause::kFrame:
      return "window frame offsets";
    case Clause::kFilter:
      return "FILTER";
    case Clause::kStandalone:
      return standalone_ + "s";
    default:
      return "this context";
  }
}

}  // namespace ordinal::sql
