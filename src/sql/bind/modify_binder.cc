// Binds UPDATE and DELETE, and the parts that all data modification shares.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "sql/bind/binder.h"
#include "sql/bind/column_index.h"
#include "sql/bind/node_access.h"
#include "sql/expr/domain.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

[[noreturn]] void ThrowNotModifiable(const catalog::Catalog::Relation& relation, const std::string& name) {
  if (relation.sequence) throw Error(sqlstate::kWrongObjectType, "cannot change sequence \"" + name + "\"");
  if (relation.virtual_table != nullptr) {
    throw Error(sqlstate::kInsufficientPrivilege, "permission denied: \"" + name + "\" is a system catalog");
  }
  if (relation.index != nullptr) {
    throw Error(sqlstate::kWrongObjectType, "cannot open relation \"" + name + "\"")
        .Detail("This operation is not supported for indexes.");
  }
  base::ThrowUnsupported("changing rows through views");
}

ScopeItem TableItem(const catalog::TableDescriptor& table, const std::string& name, int offset) {
  ScopeItem item;
  item.name = name;
  item.row_type = table.oid;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    const auto& column = table.columns[i];
    if (column.dropped) continue;
    ScopeItem::Column entry;
    entry.name = column.name;
    entry.type = column.type;
    entry.slot = offset + static_cast<int>(i);
    entry.table = table.oid;
    entry.attribute = column.number;
    item.columns.push_back(std::move(entry));
  }
  return item;
}

// Returns the expressions of ROW (...) on the right of SET (...) =.
const List* RowOfWidth(const MultiAssignRef& part, const parse::Tree& tree) {
  const auto& row = As<RowExpr>(*part.source);
  if (LengthOf(row.args) != part.ncolumns) {
    throw Error(sqlstate::kSyntaxError, "number of columns does not match number of values")
        .Position(tree.Position(row.location));
  }
  return row.args;
}

void SortByColumn(std::vector<Assignment>& assignments) {
  std::sort(assignments.begin(), assignments.end(),
            [](const Assignment& a, const Assignment& b) { return a.column < b.column; });
}

}  // namespace

catalog::Catalog::TablePtr Binder::BindTargetTable(const RangeVar& var, catalog::Privileges required) {
  const std::string schema = Text(var.schemaname);
  const std::string name = var.relname;
  const auto relation = LookupRelation(environment_, schema, name);
  if (!relation) {
    throw Error(sqlstate::kUndefinedTable,
                "relation \"" + (schema.empty() ? "" : schema + ".") + name + "\" does not exist")
        .Position(Position(var.location));
  }
  if (!relation.table) ThrowNotModifiable(relation, name);
  AccessTo(relation.table->oid).required |= required;
  return relation.table;
}

ExprPtr Binder::DefaultOf(const catalog::TableDescriptor&, const catalog::ColumnDescriptor& column,
                          int position) {
  if (column.identity) {
    // An identity column draws from its sequence without asking for a privilege on it.
    std::vector<ExprPtr> args;
    args.push_back(MakeConstant(Value::Int(column.identity->sequence), {TypeId::kRegclass, -1}));
    ExprPtr call = BuildCall("nextval", FunctionKind::kScalar, std::move(args), position);
    call->index = kDrawOfIdentity;
    return CoerceToColumn(std::move(call), column);
  }
  // Generated columns are computed from the row that the assignments make.
  if (column.generated) return nullptr;
  if (!column.default_expression && column.type.domain != 0) {
    return DefaultOfDomain(environment_.catalog, column.type);
  }
  if (!column.default_expression) return nullptr;
  return CoerceToColumn(DeserializeExpression(*column.default_expression), column);
}

ExprPtr Binder::CoerceToColumn(ExprPtr value, const catalog::ColumnDescriptor& column) {
  const TypeId from = value->type.id;
  const int position = value->position;
  if (from != TypeId::kUnknown && from != column.type.id &&
      !types::CanCast(from, column.type.id, types::CastContext::kAssignment)) {
    throw Error(sqlstate::kDatatypeMismatch,
                "column \"" + column.name + "\" is of type " +
                    ShowType({column.type.id, -1, column.type.domain}, environment_.context) +
                    " but expression is of type " +
                    ShowType({from, -1, value->type.domain}, environment_.context))
        .Hint("You will need to rewrite or cast the expression.")
        .Position(position);
  }
  return Coerce(std::move(value), column.type, types::CastContext::kAssignment, position);
}

void Binder::BindChecks(BoundModify& modify) {
  for (const auto& check : modify.table->checks) {
    modify.checks.push_back(DeserializeExpression(check.expression));
  }
  for (std::size_t i = 0; i < modify.table->columns.size(); ++i) {
    const auto& column = modify.table->columns[i];
    if (!column.dropped && column.identity) modify.identity_column = static_cast<int>(i);
  }
}

void Binder::BindReturning(const List* returning, Scope& scope, BoundModify& modify) {
  if (LengthOf(returning) == 0) return;
  BoundQuery shell;
  BoundQuery* const aggregating = std::exchange(aggregating_, nullptr);
  BoundQuery* const expanding = std::exchange(expanding_, nullptr);
  const Clause clause = std::exchange(clause_, Clause::kReturning);
  BindTargets(returning, scope, shell);
  ResolveUnknownOutputs(shell);
  aggregating_ = aggregating;
  expanding_ = expanding;
  clause_ = clause;
  modify.returning = std::move(shell.targets);
  modify.outputs = std::move(shell.outputs);
}

std::vector<Assignment> Binder::BindSetList(const List* targets, Scope& scope, BoundModify& modify) {
  const catalog::TableDescriptor& table = *modify.table;
  std::vector<Assignment> assignments;
  const Clause clause = std::exchange(clause_, Clause::kSet);
  for (int i = 0; i < LengthOf(targets); ++i) {
    const auto& target = As<ResTarget>(*NodeAt(targets, i));
    const int position = Position(target.location);
    const int index = ColumnIndex(table, target.name);
    if (index < 0) {
      throw Error(sqlstate::kUndefinedColumn, "column \"" + std::string(target.name) + "\" of relation \"" +
                                                  table.name + "\" does not exist")
          .Position(position);
    }
    if (target.indirection != nullptr) base::ThrowUnsupported("assignment to parts of a column", position);
    for (const Assignment& earlier : assignments) {
      if (earlier.column == index) {
        throw Error(sqlstate::kSyntaxError,
                    "multiple assignments to same column \"" + std::string(target.name) + "\"");
      }
    }
    const auto& column = table.columns[static_cast<std::size_t>(index)];
    AccessTo(table.oid).updated.insert(column.number);
    assignments.push_back({index, BindSetValue(target, column, scope, modify)});
  }
  clause_ = clause;
  SortByColumn(assignments);
  return assignments;
}

ExprPtr Binder::BindSetValue(const ResTarget& target, const catalog::ColumnDescriptor& column, Scope& scope,
                             BoundModify& modify) {
  const Node* value = target.val;
  ExprPtr bound;
  if (nodeTag(value) == T_MultiAssignRef) {
    const auto& part = As<MultiAssignRef>(*value);
    if (nodeTag(part.source) == T_RowExpr) {
      value = NodeAt(RowOfWidth(part, tree_), part.colno - 1);
    } else {
      const int slot = BindRowSubquery(part, scope, modify);
      const auto subquery = static_cast<std::size_t>(modify.row_subqueries.back().subquery->index);
      const auto& outputs = statement_.subqueries[subquery]->outputs;
      const auto place = static_cast<std::size_t>(part.colno - 1);
      bound = MakeColumn(slot + part.colno - 1, outputs[place].type, Position(target.location));
    }
  }
  const bool is_default = !bound && nodeTag(value) == T_SetToDefault;
  if (column.generated && !is_default) {
    throw Error(sqlstate::kGeneratedAlways, "column \"" + column.name + "\" can only be updated to DEFAULT")
        .Detail("Column \"" + column.name + "\" is a generated column.");
  }
  if (column.identity && !is_default &&
      column.identity->rule.explicit_value != types::IdentityRule::Explicit::kAllowed) {
    throw Error(sqlstate::kGeneratedAlways, "column \"" + column.name + "\" can only be updated to DEFAULT")
        .Detail("Column \"" + column.name + "\" is an identity column defined as GENERATED ALWAYS.");
  }
  if (!is_default) return CoerceToColumn(bound ? std::move(bound) : Bind(value, scope), column);
  bound = DefaultOf(*modify.table, column, Position(target.location));
  return bound ? std::move(bound) : MakeConstant(Value::Null(), column.type);
}

int Binder::BindRowSubquery(const MultiAssignRef& part, Scope& scope, BoundModify& modify) {
  const bool is_subquery =
      nodeTag(part.source) == T_SubLink && As<SubLink>(*part.source).subLinkType == EXPR_SUBLINK;
  if (!is_subquery) {
    throw Error(sqlstate::kFeatureNotSupported,
                "source for a multiple-column UPDATE item must be a sub-SELECT or ROW() expression");
  }
  // The parser gives one reference for each column, the first one first.
  if (part.colno > 1) return modify.row_subqueries.back().slot;
  ExprPtr subquery = BindSubLink(As<SubLink>(*part.source), scope, part.ncolumns);
  const int taken = modify.row_subqueries.empty() ? 0 : modify.row_subqueries.back().width;
  const int slot = taken == 0 ? scope.width() : modify.row_subqueries.back().slot + taken;
  modify.row_subqueries.push_back({std::move(subquery), slot, part.ncolumns});
  return slot;
}

std::unique_ptr<BoundModify> Binder::BindUpdate(const UpdateStmt& update) {
  const std::size_t ctes = BindWith(update.withClause);
  auto modify = std::make_unique<BoundModify>();
  modify->kind = ModifyKind::kUpdate;
  modify->table = BindTargetTable(*update.relation, catalog::kUpdatePrivilege);
  modify->is_referenced = environment_.catalog.IsReferenced(modify->table->oid);
  Scope scope(nullptr);
  modify->from = std::make_unique<BoundSource>();
  modify->from->table = modify->table;
  modify->from->statistics = environment_.catalog.StatisticsOf(modify->table->oid);
  ScopeItem item = TableItem(*modify->table, update.relation->relname, 0);
  modify->from->width = static_cast<int>(modify->table->columns.size());
  scope.Widen(modify->from->width);
  if (update.relation->alias != nullptr) item.name = update.relation->alias->aliasname;
  scope.Add(std::move(item));
  if (LengthOf(update.fromClause) > 0) {
    auto join = std::make_unique<BoundSource>();
    join->kind = SourceKind::kJoin;
    join->right = BindFrom(update.fromClause, scope);
    join->width = modify->from->width + join->right->width;
    join->left = std::move(modify->from);
    modify->from = std::move(join);
  }
  modify->assignments = BindSetList(update.targetList, scope, *modify);
  if (update.whereClause != nullptr) {
    const Clause clause = std::exchange(clause_, Clause::kWhere);
    modify->where = BindBoolean(update.whereClause, scope, "WHERE");
    clause_ = clause;
  }
  BindReturning(update.returningList, scope, *modify);
  BindChecks(*modify);
  HideCtes(ctes);
  return modify;
}

std::unique_ptr<BoundModify> Binder::BindDelete(const DeleteStmt& remove) {
  const std::size_t ctes = BindWith(remove.withClause);
  auto modify = std::make_unique<BoundModify>();
  modify->kind = ModifyKind::kDelete;
  modify->table = BindTargetTable(*remove.relation, catalog::kDeletePrivilege);
  modify->is_referenced = environment_.catalog.IsReferenced(modify->table->oid);
  Scope scope(nullptr);
  modify->from = std::make_unique<BoundSource>();
  modify->from->table = modify->table;
  modify->from->statistics = environment_.catalog.StatisticsOf(modify->table->oid);
  modify->from->width = static_cast<int>(modify->table->columns.size());
  ScopeItem item = TableItem(*modify->table, remove.relation->relname, 0);
  if (remove.relation->alias != nullptr) item.name = remove.relation->alias->aliasname;
  scope.Widen(modify->from->width);
  scope.Add(std::move(item));
  if (LengthOf(remove.usingClause) > 0) {
    auto join = std::make_unique<BoundSource>();
    join->kind = SourceKind::kJoin;
    join->right = BindFrom(remove.usingClause, scope);
    join->width = modify->from->width + join->right->width;
    join->left = std::move(modify->from);
    modify->from = std::move(join);
  }
  if (remove.whereClause != nullptr) {
    const Clause clause = std::exchange(clause_, Clause::kWhere);
    modify->where = BindBoolean(remove.whereClause, scope, "WHERE");
    clause_ = clause;
  }
  BindReturning(remove.returningList, scope, *modify);
  HideCtes(ctes);
  return modify;
}

}  // namespace ordinal::sql
