// Binds JOIN: what USING and NATURAL merge, and which names a join shows.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "sql/bind/binder.h"
#include "sql/bind/node_access.h"
#include "sql/expr/function.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

JoinKind KindOf(const JoinExpr& expression) {
  switch (expression.jointype) {
    case JOIN_INNER:
      return JoinKind::kInner;
    case JOIN_LEFT:
      return JoinKind::kLeft;
    case JOIN_RIGHT:
      return JoinKind::kRight;
    default:
      return JoinKind::kFull;
  }
}

// The columns that the items of one side show, which are those of the last item that shows any.
std::vector<ScopeItem::Column> ShownBy(const Scope& scope, std::size_t begin, std::size_t end) {
  std::vector<ScopeItem::Column> shown;
  for (std::size_t i = begin; i < end; ++i) {
    const ScopeItem& item = scope.items()[i];
    if (!item.columns_visible) continue;
    for (const ScopeItem::Column& column : item.columns) {
      if (!column.hidden) shown.push_back(column);
    }
  }
  return shown;
}

// Takes the column of that name out of one side.
ScopeItem::Column TakeShared(std::vector<ScopeItem::Column>& side, const std::string& name,
                             const char* which) {
  const auto has_name = [&](const ScopeItem::Column& column) { return column.name == name; };
  const auto found = std::find_if(side.begin(), side.end(), has_name);
  if (found == side.end()) {
    throw Error(sqlstate::kUndefinedColumn,
                "column \"" + name + "\" specified in USING clause does not exist in " + which + " table");
  }
  if (std::find_if(found + 1, side.end(), has_name) != side.end()) {
    throw Error(sqlstate::kAmbiguousColumn,
                "common column name \"" + name + "\" appears more than once in " + which + " table");
  }
  ScopeItem::Column column = std::move(*found);
  side.erase(found);
  return column;
}

// The value of a column that USING makes of two.
ExprPtr MergedValue(ExprPtr left, ExprPtr right, JoinKind join) {
  std::vector<ExprPtr> both;
  both.push_back(std::move(left));
  both.push_back(std::move(right));
  const Type type = CommonType(both, "JOIN/USING");
  if (join == JoinKind::kInner && both[0]->type.id != type.id) std::swap(both[0], both[1]);
  if (join == JoinKind::kRight) std::swap(both[0], both[1]);
  for (ExprPtr& value : both) value = Coerce(std::move(value), type, types::CastContext::kImplicit, 0);
  if (join != JoinKind::kFull) return std::move(both[0]);
  auto merged = std::make_unique<Expression>();
  merged->kind = ExprKind::kCoalesce;
  merged->type = type;
  merged->args = std::move(both);
  return merged;
}

std::vector<std::string> SharedNames(const std::vector<ScopeItem::Column>& left,
                                     const std::vector<ScopeItem::Column>& right) {
  std::vector<std::string> names;
  for (const ScopeItem::Column& column : left) {
    const auto same = [&](const ScopeItem::Column& other) { return other.name == column.name; };
    if (std::any_of(right.begin(), right.end(), same)) names.push_back(column.name);
  }
  return names;
}

// Bars the items before `end` while it lives.
class Barrier {
 public:
  Barrier(Scope& scope, std::size_t end, bool ScopeItem::*flag) : scope_(scope), flag_(flag) {
    for (std::size_t i = 0; i < end; ++i) {
      before_.push_back(scope_.items()[i].*flag_);
      scope_.items()[i].*flag_ = true;
    }
  }
  ~Barrier() {
    for (std::size_t i = 0; i < before_.size(); ++i) scope_.items()[i].*flag_ = before_[i];
  }
  Barrier(const Barrier&) = delete;
  Barrier& operator=(const Barrier&) = delete;

 private:
  Scope& scope_;
  bool ScopeItem::*flag_;
  std::vector<bool> before_;
};

}  // namespace

std::unique_ptr<BoundSource> Binder::BindJoin(const Node& node, Scope& scope) {
  const auto& expression = As<JoinExpr>(node);
  auto join = std::make_unique<BoundSource>();
  join->kind = SourceKind::kJoin;
  join->join = KindOf(expression);
  join->renamed = expression.alias != nullptr || expression.join_using_alias != nullptr;
  const std::size_t first = scope.items().size();
  const char* const outer = "within an outer join";
  std::string before = Forbid(join->join == JoinKind::kRight || join->join == JoinKind::kFull ? outer : "");
  const bool keeps_right = join->join == JoinKind::kRight || join->join == JoinKind::kFull;
  const bool keeps_left = join->join == JoinKind::kLeft || join->join == JoinKind::kFull;
  nullable_ += keeps_right ? 1 : 0;
  join->left = BindFromItem(*expression.larg, scope);
  nullable_ -= keeps_right ? 1 : 0;
  Allow(std::move(before));
  const std::size_t middle = scope.items().size();
  {
    const Barrier barrier(scope, keeps_right ? middle : 0, &ScopeItem::lateral_barred);
    before = Forbid(keeps_left ? outer : "");
    nullable_ += keeps_left ? 1 : 0;
    join->right = BindFromItem(*expression.rarg, scope);
    nullable_ -= keeps_left ? 1 : 0;
    Allow(std::move(before));
  }
  join->offset = join->left->offset;
  join->width = join->left->width + join->right->width;
  const Clause clause = std::exchange(clause_, Clause::kJoin);
  ScopeItem item;
  item.name_visible = expression.alias != nullptr;
  item.is_join = true;
  MergeColumns(expression, first, middle, scope, *join, item);
  if (expression.quals != nullptr) {
    const Barrier barrier(scope, first, &ScopeItem::barred);
    join->condition = BindBoolean(expression.quals, scope, "JOIN/ON");
  }
  clause_ = clause;
  for (std::size_t i = first; i < scope.items().size(); ++i) {
    const bool of_join = scope.items()[i].is_join;
    scope.items()[i].nullable |= !of_join && (i < middle ? keeps_right : keeps_left);
    scope.items()[i].columns_visible = false;
    if (expression.alias != nullptr) scope.items()[i].name_visible = false;
  }
  NameJoin(expression, scope, std::move(item));
  return join;
}

// Fills `item` with what the join shows: merged columns, then the rest of the left side, then of the right.
void Binder::MergeColumns(const JoinExpr& expression, std::size_t first, std::size_t middle, Scope& scope,
                          BoundSource& join, ScopeItem& item) {
  std::vector<ScopeItem::Column> left = ShownBy(scope, first, middle);
  std::vector<ScopeItem::Column> right = ShownBy(scope, middle, scope.items().size());
  std::vector<std::string> names = Names(expression.usingClause);
  if (expression.isNatural) names = SharedNames(left, right);
  auto condition = std::make_unique<Expression>();
  condition->kind = ExprKind::kAnd;
  condition->type = {TypeId::kBool, -1};
  for (std::size_t i = 0; i < names.size(); ++i) {
    if (std::find(names.begin(), names.begin() + static_cast<std::ptrdiff_t>(i), names[i]) !=
        names.begin() + static_cast<std::ptrdiff_t>(i)) {
      throw Error(sqlstate::kDuplicateColumn,
                  "column name \"" + names[i] + "\" appears more than once in USING clause");
    }
    const ScopeItem::Column on_left = TakeShared(left, names[i], "left");
    const ScopeItem::Column on_right = TakeShared(right, names[i], "right");
    RecordColumn(on_left);
    RecordColumn(on_right);
    join.using_columns.push_back(names[i]);
    ExprPtr value = MergedValue(Scope::Reference(on_left, 0, 0), Scope::Reference(on_right, 0, 0), join.join);
    condition->args.push_back(
        BindBinary("=", Scope::Reference(on_left, 0, 0), Scope::Reference(on_right, 0, 0), 0));
    ScopeItem::Column merged = join.join == JoinKind::kRight ? on_right : on_left;
    merged.type = value->type;
    merged.merged = std::move(value);
    item.columns.push_back(std::move(merged));
  }
  if (expression.join_using_alias != nullptr) {
    ScopeItem named;
    named.name = expression.join_using_alias->aliasname;
    named.columns = item.columns;
    named.columns_visible = false;
    named.is_join = true;
    scope.Add(std::move(named));
  }
  if (!condition->args.empty()) join.condition = std::move(condition);
  for (auto* side : {&left, &right}) {
    for (ScopeItem::Column& column : *side) item.columns.push_back(std::move(column));
  }
}

// Gives the alias of the join to what it shows, and adds that to the scope.
void Binder::NameJoin(const JoinExpr& expression, Scope& scope, ScopeItem item) {
  if (expression.alias != nullptr) {
    item.name = expression.alias->aliasname;
    const std::vector<std::string> names = Names(expression.alias->colnames);
    if (names.size() > item.columns.size()) {
      throw Error(sqlstate::kInvalidColumnReference,
                  "join expression \"" + item.name + "\" has " + std::to_string(item.columns.size()) +
                      " columns available but " + std::to_string(names.size()) + " columns specified");
    }
    for (std::size_t i = 0; i < names.size(); ++i) item.columns[i].name = names[i];
  }
  scope.Add(std::move(item));
}

}  // namespace ordinal::sql
