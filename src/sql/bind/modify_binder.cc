// Binds UPDATE and DELETE, and the parts that all data modification shares.
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "sql/bind/binder.h"
#include "sql/bind/column_index.h"
#include "sql/bind/node_access.h"

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

}  // namespace

catalog::Catalog::TablePtr Binder::BindTargetTable(const RangeVar& var, std::string_view) {
  const std::string schema = Text(var.schemaname);
  const std::string name = var.relname;
  const auto relation = LookupRelation(environment_, schema, name);
  if (!relation) {
    throw Error(sqlstate::kUndefinedTable,
                "relation \"" + (schema.empty() ? "" : schema + ".") + name + "\" does not exist")
        .Position(Position(var.location));
  }
  if (!relation.table) ThrowNotModifiable(relation, name);
  return relation.table;
}

ExprPtr Binder::DefaultOf(const catalog::TableDescriptor&, const catalog::ColumnDescriptor& column,
                          int position) {
  if (column.identity) {
    // An identity column draws from its sequence without asking for a privilege on it.
    std::vector<ExprPtr> args;
    args.push_back(MakeConstant(Value::Int(column.identity->sequence), {TypeId::kRegclass, -1}));
    ExprPtr call = BuildCall("nextval", FunctionKind::kScalar, std::move(args), position);
    return CoerceToColumn(std::move(call), column);
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
                "column \"" + column.name + "\" is of type " + types::FormatType({column.type.id, -1}) +
                    " but expression is of type " + types::FormatType({from, -1}))
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

std::vector<Assignment> Binder::BindSetList(const List* targets, Scope& scope,
                                            const catalog::TableDescriptor& table) {
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
    if (nodeTag(target.val) == T_MultiAssignRef)
      base::ThrowUnsupported("UPDATE ... SET (a, b) = ...", position);
    const bool is_default = nodeTag(target.val) == T_SetToDefault;
    if (column.identity && !is_default &&
        column.identity->rule.explicit_value != types::IdentityRule::Explicit::kAllowed) {
      throw Error(sqlstate::kGeneratedAlways, "column \"" + column.name + "\" can only be updated to DEFAULT")
          .Detail("Column \"" + column.name + "\" is an identity column defined as GENERATED ALWAYS.");
    }
    ExprPtr value;
    if (is_default) {
      value = DefaultOf(table, column, position);
      if (!value) value = MakeConstant(Value::Null(), column.type);
    } else {
      value = CoerceToColumn(Bind(target.val, scope), column);
    }
    assignments.push_back({index, std::move(value)});
  }
  clause_ = clause;
  return assignments;
}

std::unique_ptr<BoundModify> Binder::BindUpdate(const UpdateStmt& update) {
  const std::size_t ctes = BindWith(update.withClause);
  auto modify = std::make_unique<BoundModify>();
  modify->kind = ModifyKind::kUpdate;
  modify->table = BindTargetTable(*update.relation, "update");
  Scope scope(nullptr);
  modify->from = std::make_unique<BoundSource>();
  modify->from->table = modify->table;
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
  modify->assignments = BindSetList(update.targetList, scope, *modify->table);
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
  modify->table = BindTargetTable(*remove.relation, "delete");
  Scope scope(nullptr);
  modify->from = std::make_unique<BoundSource>();
  modify->from->table = modify->table;
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
