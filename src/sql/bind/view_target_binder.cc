// Binds what INSERT, UPDATE and DELETE name: a table, or a view that stands for one. The columns of a view
// are those of the table, or expressions over its row.
#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "sql/bind/binder.h"
#include "sql/bind/node_access.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

[[noreturn]] void ThrowNotModifiable(const catalog::Catalog::Relation& relation, const std::string& name) {
  if (relation.sequence) throw Error(sqlstate::kWrongObjectType, "cannot change sequence \"" + name + "\"");
  if (relation.virtual_table != nullptr) {
    throw Error(sqlstate::kInsufficientPrivilege,
                "permission denied: \"" + relation.virtual_table->name() + "\" is a system catalog");
  }
  throw Error(sqlstate::kWrongObjectType, "cannot open relation \"" + name + "\"")
      .Detail("This operation is not supported for indexes.");
}

catalog::Privileges PrivilegeFor(ModifyKind kind) {
  if (kind == ModifyKind::kInsert) return catalog::kInsertPrivilege;
  return kind == ModifyKind::kUpdate ? catalog::kUpdatePrivilege : catalog::kDeletePrivilege;
}

// Views over views may double what a column is at each level.
constexpr int kPartsMax = 1000;

// Whether the expression can stand wherever a column is named.
bool IsRepeatable(const Expression& expression) {
  bool has_subquery = false;
  int parts = 0;
  Walk(expression, [&](const Expression& node) {
    has_subquery = has_subquery || node.kind == ExprKind::kSubquery;
    ++parts;
  });
  return !has_subquery && parts <= kPartsMax;
}

std::set<base::AttributeNumber> SourcesOf(const catalog::ViewDescriptor& view,
                                          const std::set<base::AttributeNumber>& columns) {
  std::set<base::AttributeNumber> sources;
  for (const base::AttributeNumber column : columns) {
    const base::AttributeNumber source = view.columns[static_cast<std::size_t>(column - 1)].source;
    if (source != 0) sources.insert(source);
  }
  return sources;
}

}  // namespace

WriteTarget Binder::BindWriteTarget(const RangeVar& var, ModifyKind kind) {
  const std::string schema = Text(var.schemaname);
  const std::string name = var.relname;
  auto relation = LookupRelation(environment_, schema, name);
  if (!relation) {
    throw Error(sqlstate::kUndefinedTable,
                "relation \"" + (schema.empty() ? "" : schema + ".") + name + "\" does not exist")
        .Position(Position(var.location));
  }
  WriteTarget target = FindWriteTarget(environment_.catalog, relation, kind);
  if (!target.table) ThrowNotModifiable(relation, name);
  AccessTo(target.relation).required |= PrivilegeFor(kind);
  return target;
}

ScopeItem Binder::BindTargetItem(const WriteTarget& target, std::string name, int offset) {
  std::vector<ViewCheck> none;
  return BindTargetItem(target, std::move(name), offset, std::vector<bool>(target.views.size(), false), none);
}

ScopeItem Binder::BindTargetItem(const WriteTarget& target, std::string name, int offset,
                                 const std::vector<bool>& wanted, std::vector<ViewCheck>& conditions) {
  ScopeItem item;
  item.row_type = target.table->oid;
  for (std::size_t i = 0; i < target.table->columns.size(); ++i) {
    const auto& column = target.table->columns[i];
    item.columns.push_back(
        {column.dropped ? "" : column.name, column.type, offset + static_cast<int>(i), 0, 0, false});
  }
  // Nobody asks whether views may read the columns that they show: see PassAccessOn.
  for (std::size_t i = target.views.size(); i-- > 0;) {
    BindThroughView(target.views[i], item, wanted[i], conditions);
  }
  for (std::size_t i = 0; i < item.columns.size(); ++i) {
    item.columns[i].table = target.relation;
    item.columns[i].attribute = target.columns[i].number;
  }
  std::erase_if(item.columns, [](const ScopeItem::Column& column) { return column.name.empty(); });
  item.name = std::move(name);
  return item;
}

// Makes of `item`, which holds the columns of what the view is a view of, those of the view.
void Binder::BindThroughView(const catalog::Catalog::ViewPtr& view, ScopeItem& item, bool wanted,
                             std::vector<ViewCheck>& conditions) {
  const parse::Tree tree(view->definition);
  const auto& create = As<ViewStmt>(*static_cast<const Node*>(tree.statements().front().node));
  const auto& select = As<SelectStmt>(*create.query);
  const auto& var = As<RangeVar>(*NodeAt(select.fromClause, 0));
  Binder inner(environment_, tree, {});
  inner.ReadView(*view, *this);
  inner.KeepRecordedColumns(var, item);
  std::erase_if(item.columns, [](const ScopeItem::Column& column) { return column.name.empty(); });
  item.name = var.relname;
  item.schema = Text(var.schemaname);
  if (var.alias != nullptr) {
    item.name = var.alias->aliasname;
    item.schema.clear();
    const std::vector<std::string> names = Names(var.alias->colnames);
    const std::size_t named = std::min(names.size(), item.columns.size());
    for (std::size_t i = 0; i < named; ++i) item.columns[i].name = names[i];
  }
  Scope scope(nullptr);
  scope.Add(std::move(item));
  if (wanted && select.whereClause != nullptr) {
    inner.clause_ = Clause::kWhere;
    conditions.push_back({view->name, inner.BindBoolean(select.whereClause, scope, "WHERE")});
    inner.clause_ = Clause::kSelect;
  }
  BoundQuery shell;
  const std::size_t subqueries = inner.statement_.subqueries.size();
  const std::size_t ctes = inner.statement_.ctes.size();
  std::vector<RelationAccess> accesses = inner.statement_.accesses;
  inner.BindTargets(select.targetList, scope, shell);
  inner.ResolveUnknownOutputs(shell);
  // A subquery has one place in a statement, and these columns may be named in any number.
  inner.statement_.subqueries.resize(subqueries);
  inner.statement_.ctes.resize(ctes);
  inner.statement_.accesses = std::move(accesses);
  statement_ = std::move(inner.statement_);
  item = ScopeItem();
  item.row_type = view->oid;
  for (std::size_t i = 0; i < view->columns.size(); ++i) {
    Expression& expression = *shell.targets[i];
    ScopeItem::Column column{view->columns[i].name, view->columns[i].type, kNoSlot, 0, 0, false};
    if (expression.kind == ExprKind::kColumn) {
      column.slot = expression.index;
    } else if (IsRepeatable(expression)) {
      column.merged = std::move(shell.targets[i]);
    }
    item.columns.push_back(std::move(column));
  }
}

void Binder::BindTargetSource(const WriteTarget& target, const RangeVar& var, Scope& scope,
                              BoundModify& modify) {
  modify.table = target.table;
  modify.is_referenced = environment_.catalog.IsReferenced(target.table->oid);
  modify.from = std::make_unique<BoundSource>();
  modify.from->table = target.table;
  modify.from->statistics = environment_.catalog.StatisticsOf(target.table->oid);
  modify.from->width = static_cast<int>(target.table->columns.size());
  const char* const name = var.alias != nullptr ? var.alias->aliasname : var.relname;
  std::vector<ViewCheck> conditions;
  ScopeItem item = BindTargetItem(target, name, 0, std::vector<bool>(target.views.size(), true), conditions);
  for (ViewCheck& condition : conditions) {
    if (!modify.where) {
      modify.where = std::move(condition.condition);
      continue;
    }
    ExprPtr both = MakeBoolean(ExprKind::kAnd);
    both->args.push_back(std::move(modify.where));
    both->args.push_back(std::move(condition.condition));
    modify.where = std::move(both);
  }
  scope.Widen(modify.from->width);
  scope.Add(std::move(item));
}

void Binder::BindTargetWhere(const Node* where, Scope& scope, bool through_views, BoundModify& modify) {
  if (where == nullptr) return;
  if (nodeTag(where) == T_CurrentOfExpr) {
    if (through_views) {
      throw Error(sqlstate::kFeatureNotSupported, "WHERE CURRENT OF on a view is not implemented");
    }
    modify.current_of = As<CurrentOfExpr>(*where).cursor_name;
    return;
  }
  const Clause clause = std::exchange(clause_, Clause::kWhere);
  ExprPtr condition = BindBoolean(where, scope, "WHERE");
  clause_ = clause;
  if (modify.where) {
    ExprPtr both = MakeBoolean(ExprKind::kAnd);
    both->args.push_back(std::move(modify.where));
    both->args.push_back(std::move(condition));
    condition = std::move(both);
  }
  modify.where = std::move(condition);
}

// A view must be allowed to do with the whole of what it shows what is done with it. It must be allowed to
// read all of it when anything is read, and nothing when nothing is.
void Binder::PassAccessOn(const WriteTarget& target) {
  const base::Oid self = as_role_;
  for (std::size_t i = 0; i < target.views.size(); ++i) {
    const auto& view = *target.views[i];
    const RelationAccess outer = AccessTo(view.oid);
    as_role_ = ReaderOf(view);
    RelationAccess& inner = AccessTo(view.base);
    inner.required |= outer.required;
    inner.inserted.merge(SourcesOf(view, outer.inserted));
    inner.updated.merge(SourcesOf(view, outer.updated));
    if ((outer.required & catalog::kSelectPrivilege) == 0) continue;
    for (const auto& [relation, column] : view.uses) {
      if (relation == view.base && column != 0) inner.selected.insert(column);
    }
  }
  as_role_ = self;
}

}  // namespace ordinal::sql
