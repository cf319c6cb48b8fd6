// Rewrites what stands above an aggregation over its result row.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "sql/bind/binder.h"
#include "sql/bind/expression_equality.h"
#include "sql/bind/query_walk.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

// Names the input column in `slot` as it can be written in the query.
std::string ColumnName(const Scope& scope, int slot) {
  for (const ScopeItem& item : scope.items()) {
    for (const ScopeItem::Column& column : item.columns) {
      if (column.slot == slot && !item.name.empty()) return item.name + "." + column.name;
    }
  }
  return "?";
}

// Works on one aggregating query. A depth above zero is that of a subquery, whose columns of that level are
// those of the query.
class GroupRewriter {
 public:
  GroupRewriter(BoundQuery& query, const Scope& scope, BoundStatement& statement)
      : query_(query), scope_(scope), statement_(statement), old_width_(query.input_width) {}

  // Adds the columns that the primary key among the group keys decides.
  void AddDependents() {
    const std::size_t written = query_.group_keys.size();
    Each([&](ExprPtr& expression, int depth) { CollectDependents(*expression, depth, written); });
  }

  void Run() {
    for (const BoundAggregate& aggregate : query_.aggregates) CheckDirectArguments(aggregate);
    Each([&](ExprPtr& expression, int depth) { expression = Over(std::move(expression), depth); });
    query_.input_width = Keys() + static_cast<int>(query_.aggregates.size() + query_.groupings.size());
    // Series lie behind all of that, and GROUPING was not counted when they were placed.
    Each([&](ExprPtr& expression, int) { PlaceSeries(*expression); });
  }

 private:
  int Keys() const { return static_cast<int>(query_.group_keys.size()); }

  void Each(const DepthVisitor& visit) {
    for (ExprPtr& series : query_.series) {
      for (ExprPtr& arg : series->args) visit(arg, 0);
    }
    for (ExprPtr& target : query_.targets) visit(target, 0);
    for (BoundWindow& window : query_.windows) {
      for (ExprPtr& key : window.partition) visit(key, 0);
      for (SortKey& key : window.order) visit(key.expression, 0);
    }
    for (BoundWindowCall& call : query_.window_calls) {
      for (ExprPtr& arg : call.args) visit(arg, 0);
      if (call.filter) visit(call.filter, 0);
    }
    if (query_.having) visit(query_.having, 0);
    for (SortKey& key : query_.order) {
      if (key.expression) visit(key.expression, 0);
    }
    for (SortKey& key : query_.distinct_on) {
      if (key.expression) visit(key.expression, 0);
    }
  }

  // Calls `visit` for what the subquery of `node` holds.
  void EachInside(const Expression& node, int depth, const DepthVisitor& visit) {
    if (node.kind != ExprKind::kSubquery) return;
    BoundQuery& inner = *statement_.subqueries[static_cast<std::size_t>(node.index)];
    EachExpressionAt(
        inner, depth + 1,
        [&](ExprPtr& expression, int at) {
          if (expression) visit(expression, at);
        },
        &statement_.ctes);
  }

  int KeyOf(const Expression& expression, int depth) const {
    for (int i = 0; i < Keys(); ++i) {
      // Like PostgreSQL, subqueries find keys only that are plain columns.
      const Expression& key = *query_.group_keys[static_cast<std::size_t>(i)];
      if (depth > 0 && key.kind != ExprKind::kColumn) continue;
      if (TreesEqual(expression, key, depth)) return i;
    }
    return -1;
  }

  bool IsKeyColumn(int slot, std::size_t keys) const {
    return std::any_of(query_.group_keys.begin(),
                       query_.group_keys.begin() + static_cast<std::ptrdiff_t>(keys),
                       [&](const ExprPtr& key) {
                         return key->kind == ExprKind::kColumn && key->level == 0 && key->index == slot;
                       });
  }

  // Whether the primary key of the column's table is among the first `keys` group keys.
  bool DependsOnKey(int slot, std::size_t keys) const {
    for (const ScopeItem& item : scope_.items()) {
      if (item.primary_key.empty()) continue;
      bool is_own = false;
      std::size_t found = 0;
      for (const ScopeItem::Column& column : item.columns) {
        is_own = is_own || column.slot == slot;
        const bool in_key = std::find(item.primary_key.begin(), item.primary_key.end(), column.attribute) !=
                            item.primary_key.end();
        if (in_key && IsKeyColumn(column.slot, keys)) ++found;
      }
      if (is_own) return found == item.primary_key.size();
    }
    return false;
  }

  void CollectDependents(const Expression& node, int depth, std::size_t written) {
    if (KeyOf(node, depth) >= 0) return;
    if (node.kind == ExprKind::kColumn && node.level == depth && node.index < old_width_ &&
        DependsOnKey(node.index, written)) {
      query_.group_keys.push_back(MakeColumn(node.index, node.type, node.position));
      ++query_.dependent_keys;
      return;
    }
    for (const ExprPtr& arg : node.args) CollectDependents(*arg, depth, written);
    EachInside(node, depth,
               [&](ExprPtr& expression, int at) { CollectDependents(*expression, at, written); });
  }

  ExprPtr Slot(int slot, const Expression& of, int depth) const {
    ExprPtr column = MakeColumn(slot, of.type, of.position);
    column->level = depth;
    return column;
  }

  ExprPtr Over(ExprPtr expression, int depth) {
    if (const int key = KeyOf(*expression, depth); key >= 0) return Slot(key, *expression, depth);
    if (expression->kind == ExprKind::kAggregate && expression->level == depth) {
      return Slot(Keys() + expression->index, *expression, depth);
    }
    if (expression->kind == ExprKind::kGrouping && expression->level == depth) {
      return PlaceGrouping(*expression, depth);
    }
    if (expression->kind == ExprKind::kColumn && expression->level == depth) {
      // Marked until the width is known; only the query itself has such slots.
      if (depth == 0 && expression->index >= old_width_) {
        expression->index = kSeriesMark + expression->index - old_width_;
        return expression;
      }
      ThrowUngrouped(*expression, depth);
    }
    for (ExprPtr& arg : expression->args) arg = Over(std::move(arg), depth);
    EachInside(*expression, depth, [&](ExprPtr& inner, int at) { inner = Over(std::move(inner), at); });
    return expression;
  }

  // They are the same for all rows of a group, so that any of them will do.
  void CheckDirectArguments(const BoundAggregate& aggregate) const {
    if (aggregate.function->ordered_set == OrderedSet::kNo) return;
    const std::size_t directs = aggregate.args.size() - aggregate.use.order.size();
    for (std::size_t i = 0; i < directs; ++i) CheckDirectArgument(*aggregate.args[i]);
  }

  void CheckDirectArgument(const Expression& expression) const {
    if (KeyOf(expression, 0) >= 0) return;
    if (expression.kind == ExprKind::kColumn && expression.level == 0) {
      throw Error(sqlstate::kGroupingError, "column \"" + ColumnName(scope_, expression.index) +
                                                "\" must appear in the GROUP BY clause or be used in an "
                                                "aggregate function")
          .Detail("Direct arguments of an ordered-set aggregate must use only grouped columns.")
          .Position(expression.position);
    }
    for (const ExprPtr& arg : expression.args) CheckDirectArgument(*arg);
  }

  [[noreturn]] void ThrowUngrouped(const Expression& column, int depth) const {
    const std::string name = "column \"" + ColumnName(scope_, column.index) + "\"";
    if (depth > 0) {
      throw Error(sqlstate::kGroupingError, "subquery uses ungrouped " + name + " from outer query")
          .Position(column.position);
    }
    throw Error(sqlstate::kGroupingError,
                name + " must appear in the GROUP BY clause or be used in an aggregate function")
        .Position(column.position);
  }

  ExprPtr PlaceGrouping(const Expression& grouping, int depth) {
    std::vector<int> keys;
    for (const ExprPtr& arg : grouping.args) {
      keys.push_back(KeyOf(*arg, depth));
      if (keys.back() >= 0) continue;
      throw Error(sqlstate::kGroupingError,
                  "arguments to GROUPING must be grouping expressions of the associated query level")
          .Position(arg->position);
    }
    query_.groupings.push_back(std::move(keys));
    const auto slot = static_cast<int>(query_.aggregates.size() + query_.groupings.size()) - 1;
    return Slot(Keys() + slot, grouping, depth);
  }

  void PlaceSeries(Expression& expression) {
    WalkMutable(expression, [this](Expression& node) {
      if (node.kind != ExprKind::kColumn || node.level != 0 || node.index < kSeriesMark) return;
      node.index = query_.input_width + node.index - kSeriesMark;
    });
  }

  static constexpr int kSeriesMark = 1 << 24;
  BoundQuery& query_;
  const Scope& scope_;
  BoundStatement& statement_;
  int old_width_;
};

}  // namespace

void Binder::RewriteOverGroups(BoundQuery& query, const Scope& scope) {
  GroupRewriter rewriter(query, scope, statement_);
  if (query.grouping_sets.empty()) rewriter.AddDependents();
  rewriter.Run();
}

}  // namespace ordinal::sql
