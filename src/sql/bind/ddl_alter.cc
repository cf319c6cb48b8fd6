#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "sql/bind/ddl_binder.h"
#include "sql/bind/node_access.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

const catalog::ColumnDescriptor& ColumnOf(const catalog::TableDescriptor& table,
                                          const AlterTableCmd& command) {
  const auto* column = table.FindColumn(command.name);
  if (column == nullptr) ThrowNoColumn(command.name, table.name);
  return *column;
}

// Changes `table` as the action will, as far as the binding of later actions asks.
void Foresee(const AlterTableAction& action, catalog::TableDescriptor& table) {
  for (auto& column : table.columns) {
    if (column.dropped || column.name != action.name) continue;
    if (action.kind == AlterTableKind::kDropColumn) column.dropped = true;
    if (action.kind == AlterTableKind::kSetDefault) column.default_expression = action.expression;
    if (action.kind == AlterTableKind::kAlterType) {
      column.type = action.added.column.type;
      column.default_expression = action.added.column.default_expression;
    }
    if (action.kind == AlterTableKind::kDropExpression) {
      column.generated = false;
      column.default_expression.reset();
    }
  }
}

// Where several columns change their types, that comes after what goes away and before all else, as in
// PostgreSQL: then one pass over the rows does it.
int PassOf(AlterTableType type, bool drops_default) {
  switch (type) {
    case AT_DropColumn:
    case AT_DropConstraint:
    case AT_DropNotNull:
    case AT_DropExpression:
    case AT_DropIdentity:
      return 0;
    case AT_ColumnDefault:
      return drops_default ? 0 : 2;
    case AT_AlterColumnType:
      return 1;
    default:
      return 2;
  }
}

std::vector<const AlterTableCmd*> InOrder(const List* list) {
  std::vector<const AlterTableCmd*> commands;
  int types = 0;
  for (int i = 0; i < LengthOf(list); ++i) {
    commands.push_back(&As<AlterTableCmd>(*NodeAt(list, i)));
    types += commands.back()->subtype == AT_AlterColumnType ? 1 : 0;
  }
  if (types < 2) return commands;
  std::stable_sort(commands.begin(), commands.end(), [](const AlterTableCmd* a, const AlterTableCmd* b) {
    return PassOf(a->subtype, a->def == nullptr) < PassOf(b->subtype, b->def == nullptr);
  });
  return commands;
}

void CheckNotTwice(const std::vector<AlterTableAction>& actions, const AlterTableCmd& command,
                   const catalog::TableDescriptor& original) {
  for (const AlterTableAction& action : actions) {
    if (action.kind != AlterTableKind::kAlterType || action.name != command.name) continue;
    const auto* column = original.FindColumn(action.name);
    if (column != nullptr && column->type == action.added.column.type) continue;  // as it was
    throw Error(sqlstate::kFeatureNotSupported, "cannot alter type of column \"" + action.name + "\" twice");
  }
}

}  // namespace

void DdlBinder::BindAlterTable(const AlterTableStmt& alter) {
  if (alter.objtype == OBJECT_INDEX) return BindAlterIndex(alter);
  if (alter.objtype != OBJECT_TABLE && alter.objtype != OBJECT_SEQUENCE && alter.objtype != OBJECT_VIEW)
    base::ThrowUnsupported("this ALTER statement");
  const auto kind = alter.objtype == OBJECT_SEQUENCE ? ObjectKind::kSequence
                    : alter.objtype == OBJECT_VIEW   ? ObjectKind::kView
                                                     : ObjectKind::kTable;
  ddl_.tag = kind == ObjectKind::kSequence ? "ALTER SEQUENCE"
             : kind == ObjectKind::kView   ? "ALTER VIEW"
                                           : "ALTER TABLE";
  const auto oid = FindAs(kind, *alter.relation, alter.missing_ok);
  if (!oid) return;
  const auto& first = As<AlterTableCmd>(*NodeAt(alter.cmds, 0));
  if (first.subtype == AT_ChangeOwner && LengthOf(alter.cmds) == 1) {
    ddl_.statement = SetOwner{kind, *oid, RoleOf(*first.newowner)};
    return;
  }
  if (kind == ObjectKind::kSequence) base::ThrowUnsupported("this ALTER SEQUENCE action");
  const auto table = environment_.catalog.TableByOid(*oid);
  if (const auto view = environment_.catalog.RelationByOid(*oid).view) return BindAlterView(alter, *view);
  if (!table) base::ThrowUnsupported("this ALTER TABLE action on a sequence");
  AlterTable bound;
  bound.table = *oid;
  catalog::TableDescriptor working = *table;  // as earlier actions leave it
  for (const AlterTableCmd* said : InOrder(alter.cmds)) {
    const AlterTableCmd& command = *said;
    std::vector<AlterTableAction> more;
    if (command.subtype == AT_AlterColumnType) CheckNotTwice(bound.actions, command, *table);
    if (command.subtype != AT_AddColumn) {
      bound.actions.push_back(BindAction(command, working, *table));
      Foresee(bound.actions.back(), working);
      continue;
    }
    bound.actions.push_back(BindAddColumn(command, working, more));
    const auto& added = bound.actions.back().added.column;
    if (working.FindColumn(added.name) == nullptr) working.columns.push_back(added);
    for (AlterTableAction& action : more) bound.actions.push_back(std::move(action));
  }
  bound.async = IsAsync();
  if (bound.async && bound.actions.size() > 1)
    base::ThrowUnsupported("ALTER TABLE ASYNC with several actions");
  // Who gives the table away may still do the rest.
  std::stable_partition(bound.actions.begin(), bound.actions.end(), [](const AlterTableAction& action) {
    return action.kind != AlterTableKind::kSetOwner;
  });
  ddl_.statement = std::move(bound);
}

AlterTableAction DdlBinder::BindAction(const AlterTableCmd& command, const catalog::TableDescriptor& table,
                                       const catalog::TableDescriptor& original) {
  const auto& features = environment_.profile.features;
  AlterTableAction action;
  action.name = Text(command.name);
  action.missing_ok = command.missing_ok;
  action.cascade = command.behavior == DROP_CASCADE;
  switch (command.subtype) {
    case AT_ColumnDefault: {
      const auto& column = ColumnOf(table, command);
      action.kind = AlterTableKind::kSetDefault;
      if (column.generated) {
        Error error(sqlstate::kSyntaxError, "column \"" + column.name + "\" of relation \"" + table.name +
                                                "\" is a generated column");
        if (command.def == nullptr)
          error.Hint("Use ALTER TABLE ... ALTER COLUMN ... DROP EXPRESSION instead.");
        throw error;
      }
      if (command.def != nullptr) action.expression = BindDefault(*command.def, column);
      return action;
    }
    case AT_SetNotNull:
      if (!features.set_not_null) Refuse("unsupported ALTER TABLE ALTER COLUMN ... SET NOT NULL statement");
      action.kind = AlterTableKind::kSetNotNull;
      return action;
    case AT_DropNotNull:
      action.kind = AlterTableKind::kDropNotNull;
      return action;
    case AT_DropColumn:
      action.kind = AlterTableKind::kDropColumn;
      return action;
    case AT_AddIdentity:
    case AT_SetIdentity:
      BindIdentityAction(command, ColumnOf(table, command), action);
      return action;
    case AT_DropIdentity:
      action.kind = AlterTableKind::kDropIdentity;
      return action;
    case AT_AddConstraint:
      return BindAddConstraint(As<Constraint>(*command.def), table);
    case AT_AlterConstraint: {
      const auto& constraint = As<Constraint>(*command.def);
      action.kind = AlterTableKind::kDeferral;
      action.name = constraint.conname;
      action.foreign_key.key.deferrable = constraint.deferrable;
      action.foreign_key.key.initially_deferred = constraint.initdeferred;
      return action;
    }
    case AT_DropConstraint:
      action.kind = AlterTableKind::kDropConstraint;
      return action;
    case AT_EnableTrigAll:
    case AT_DisableTrigAll:
    case AT_EnableTrigUser:
    case AT_DisableTrigUser:
      action.kind = AlterTableKind::kNothing;
      return action;
    case AT_AlterColumnType:
      if (!features.alter_type) Refuse("unsupported ALTER TABLE ALTER COLUMN ... SET DATA TYPE statement");
      BindAlterType(command, table, original, action);
      return action;
    case AT_EnableRowSecurity:
      Refuse("unsupported ALTER TABLE ENABLE ROW SECURITY statement");
    case AT_ValidateConstraint:
      if (!features.add_column_constraints && !IsAsync()) {
        Refuse("unsupported ALTER TABLE VALIDATE CONSTRAINT statement");
      }
      action.kind = AlterTableKind::kValidate;
      return action;
    case AT_DropExpression:
      action.kind = AlterTableKind::kDropExpression;
      return action;
    default:
      if (BindStorageAction(command, table, action)) return action;
      base::ThrowUnsupported("this ALTER TABLE action");
  }
}

void DdlBinder::BindIdentityAction(const AlterTableCmd& command, const catalog::ColumnDescriptor& column,
                                   AlterTableAction& action) {
  if (command.subtype == AT_AddIdentity) {
    action.kind = AlterTableKind::kAddIdentity;
    action.identity = BindIdentity(As<Constraint>(*command.def), column);
    return;
  }
  action.kind = AlterTableKind::kSetIdentity;
  action.identity.emplace();
  IdentitySpec& identity = *action.identity;
  identity.sequence =
      BindOptions(reinterpret_cast<const List*>(command.def), SequenceUse::kAlterIdentity, &action.always);
  CheckCache(identity.sequence, SequenceUse::kAlterIdentity);
  if (!action.always) return;
  identity.always = *action.always;
  identity.rule =
      identity.always ? environment_.profile.identity_always : environment_.profile.identity_by_default;
}

// Constraints that come with the column become actions of their own.
AlterTableAction DdlBinder::BindAddColumn(const AlterTableCmd& command, const catalog::TableDescriptor& table,
                                          std::vector<AlterTableAction>& more) {
  const auto& definition = As<ColumnDef>(*command.def);
  if (!environment_.profile.features.add_column_constraints && LengthOf(definition.constraints) > 0) {
    Refuse("ALTER TABLE ADD COLUMN with constraint not supported");
  }
  std::vector<const Constraint*> pending;
  std::vector<std::string> pending_columns;
  AlterTableAction action;
  action.kind = AlterTableKind::kAddColumn;
  action.missing_ok = command.missing_ok;
  catalog::TableDescriptor widened = table;
  const auto number = static_cast<base::AttributeNumber>(table.columns.size() + 1);
  action.added = BindColumn(definition, table.name, number, pending, pending_columns);
  widened.columns.push_back(action.added.column);
  if (widened.FindColumn(action.added.column.name) != &widened.columns.back()) pending.clear();
  for (std::size_t i = 0; i < pending.size(); ++i) {
    AlterTableAction added;
    if (pending[i]->contype == CONSTR_CHECK) {
      added.kind = AlterTableKind::kAddCheck;
      added.check = BindCheck(*pending[i], widened);
      added.check.valid = true;
    } else if (pending[i]->contype == CONSTR_FOREIGN) {
      added.kind = AlterTableKind::kAddForeignKey;
      added.foreign_key = BindForeignKey(*pending[i], pending_columns[i], table.name, table.oid);
      added.foreign_key.key.valid = true;
    } else if (pending[i]->contype == CONSTR_GENERATED) {
      auto& column = action.added.column;
      column.default_expression = BindGenerated(*pending[i], column, widened);
      continue;
    } else {
      added.kind = AlterTableKind::kAddIndex;
      added.index = BindKey(*pending[i], pending_columns[i], widened);
    }
    more.push_back(std::move(added));
  }
  return action;
}

AlterTableAction DdlBinder::BindAddConstraint(const Constraint& constraint,
                                              const catalog::TableDescriptor& table) {
  AlterTableAction action;
  CheckConstraint(constraint);
  const bool is_foreign = constraint.contype == CONSTR_FOREIGN;
  const bool later = ((is_foreign || constraint.contype == CONSTR_CHECK) && constraint.skip_validation) ||
                     (constraint.contype == CONSTR_UNIQUE && constraint.indexname != nullptr);
  if (!environment_.profile.features.add_column_constraints && !later) {
    Refuse("unsupported ALTER TABLE ADD CONSTRAINT statement");
  }
  if (constraint.contype == CONSTR_CHECK) {
    action.kind = AlterTableKind::kAddCheck;
    action.check = BindCheck(constraint, table);
    action.check.valid = !constraint.skip_validation;
    return action;
  }
  if (is_foreign) {
    action.kind = AlterTableKind::kAddForeignKey;
    action.foreign_key = BindForeignKey(constraint, "", table.name, table.oid);
    return action;
  }
  if (constraint.indexname != nullptr) {
    action.kind = AlterTableKind::kAdoptIndex;
    action.name = constraint.indexname;
    action.index.name = Text(constraint.conname);
    action.index.primary = constraint.contype == CONSTR_PRIMARY;
    return action;
  }
  action.kind = AlterTableKind::kAddIndex;
  action.index = BindKey(constraint, "", table);
  return action;
}

}  // namespace ordinal::sql
