#include <algorithm>
#include <string>
#include <utility>

#include "base/error.h"
#include "keys/key_space.h"
#include "sequence/transaction_claim.h"
#include "sql/exec/ddl_executor.h"
#include "sql/exec/table_layout.h"
#include "sql/expr/domain.h"
#include "sql/expr/function.h"

namespace ordinal::sql {
namespace {

using base::Error;
using catalog::ColumnDescriptor;
namespace sqlstate = base::sqlstate;

ColumnDescriptor* Find(catalog::TableDescriptor& table, const std::string& name) {
  for (ColumnDescriptor& column : table.columns) {
    if (!column.dropped && column.name == name) return &column;
  }
  return nullptr;
}

// `column "id" of relation "t"`
std::string Shown(const std::string& column, const catalog::TableDescriptor& table) {
  return "column \"" + column + "\" of relation \"" + table.name + "\"";
}

ColumnDescriptor& ColumnOf(catalog::TableDescriptor& table, const std::string& name) {
  ColumnDescriptor* column = Find(table, name);
  if (column == nullptr) throw Error(sqlstate::kUndefinedColumn, Shown(name, table) + " does not exist");
  return *column;
}

bool IsInPrimaryKey(const catalog::TableDescriptor& table, base::AttributeNumber number) {
  const auto* key = table.primary_key();
  return key != nullptr && std::find(key->columns.begin(), key->columns.end(), number) != key->columns.end();
}

bool ReadsColumn(const std::string& serialized, const catalog::TableDescriptor& table,
                 base::AttributeNumber number) {
  bool found = false;
  Walk(*DeserializeExpression(serialized), [&](const Expression& part) {
    if (part.kind != ExprKind::kColumn) return;
    found |= table.columns[static_cast<std::size_t>(part.index)].number == number;
  });
  return found;
}

}  // namespace

void DdlExecutor::Run(const AlterTable& alter) {
  const std::span<const AlterTableAction> all(alter.actions);
  for (std::size_t i = 0; i < all.size();) {
    Table table = TableToChange(alter.table);
    std::size_t end = i + 1;
    if (all[i].kind == AlterTableKind::kAlterType) {
      while (end < all.size() && all[end].kind == AlterTableKind::kAlterType) ++end;
      AlterTypes(table, all.subspan(i, end - i));
    } else {
      Apply(table, all[i], alter.async);
    }
    // Rows that one action wrote are rows that the next one reads.
    if (end < all.size()) context_.transaction.FinishStatement();
    i = end;
  }
  if (const auto table = catalog().TableByOid(alter.table)) DependOnDomains(*table);
}

// Each case publishes the table itself, since some change other objects before or after it.
void DdlExecutor::Apply(Table& table, const AlterTableAction& action, bool async) {
  switch (action.kind) {
    case AlterTableKind::kNothing:
      return;
    case AlterTableKind::kAddColumn:
      return AddColumn(table, action);
    case AlterTableKind::kDropColumn:
      return DropColumn(table, action);
    case AlterTableKind::kDropConstraint:
      return DropConstraint(table, action);
    case AlterTableKind::kSetDefault: {
      ColumnDescriptor& column = ColumnOf(table, action.name);
      if (column.identity) {
        Error error(sqlstate::kSyntaxError, Shown(column.name, table) + " is an identity column");
        if (!action.expression) error.Hint("Use ALTER TABLE ... ALTER COLUMN ... DROP IDENTITY instead.");
        throw error;
      }
      column.default_expression = action.expression;
      break;
    }
    case AlterTableKind::kSetNotNull: {
      ColumnDescriptor& column = ColumnOf(table, action.name);
      if (column.not_null) return;
      const auto slot = static_cast<std::size_t>(&column - table.columns.data());
      VisitRows(table, [&](const std::string&, types::Row& row) {
        if (!row[slot].is_null()) return;
        throw Error(sqlstate::kNotNullViolation, Shown(column.name, table) + " contains null values")
            .Table(catalog().SchemaByOid(table.schema)->name, table.name)
            .Column(column.name);
      });
      column.not_null = true;
      break;
    }
    case AlterTableKind::kDropNotNull: {
      ColumnDescriptor& column = ColumnOf(table, action.name);
      if (column.identity) {
        throw Error(sqlstate::kSyntaxError, Shown(column.name, table) + " is an identity column");
      }
      if (IsInPrimaryKey(table, column.number)) {
        throw Error(sqlstate::kInvalidTableDefinition, "column \"" + column.name + "\" is in a primary key");
      }
      column.not_null = false;
      break;
    }
    case AlterTableKind::kAddIdentity:
    case AlterTableKind::kSetIdentity:
    case AlterTableKind::kDropIdentity:
      return AlterIdentity(table, ColumnOf(table, action.name), action);
    case AlterTableKind::kAlterType:
      return AlterTypes(table, {&action, 1});
    case AlterTableKind::kAdoptIndex:
      return AdoptIndex(table, action);
    case AlterTableKind::kAddIndex:
      if (action.index.primary) return AddPrimaryKey(table, action.index);
      AddIndex(table, action.index);
      context_.editor.Update(table);
      return FillIndex(table, table.indexes.back());
    case AlterTableKind::kAddCheck:
      AddCheck(table, action.check);
      if (action.check.valid) CheckRowsAgainst(table, table.checks.back());
      break;
    case AlterTableKind::kAddForeignKey:
      AddForeignKey(table, action.foreign_key);
      context_.editor.Update(table);
      if (action.foreign_key.key.valid) CheckRowsRefer(table, table.foreign_keys.back());
      return;
    case AlterTableKind::kDeferral:
      return AlterDeferral(table, action);
    case AlterTableKind::kValidate:
      return Validate(table, action, async);
    case AlterTableKind::kDropExpression:
      return DropExpression(table, action);
    case AlterTableKind::kSetOwner:
      CheckNewOwner(table.owner, action.role, table.schema);
      return SetOwnerOf(table.oid, action.role);
    case AlterTableKind::kSetOptions:
    case AlterTableKind::kIndexOptions:
    case AlterTableKind::kColumnOptions:
    case AlterTableKind::kColumnTarget:
    case AlterTableKind::kColumnStorage:
    case AlterTableKind::kColumnCompression:
    case AlterTableKind::kClusterOn:
    case AlterTableKind::kReplicaIdentity:
      return ChangeStorage(table, action);
  }
  context_.editor.Update(std::move(table));
}

void DdlExecutor::CheckRowsAgainst(const Table& table, const catalog::CheckDescriptor& check) {
  const ExprPtr condition = DeserializeExpression(check.expression);
  VisitRows(table, [&](const std::string&, types::Row& row) { CheckRow(table, check, *condition, row); });
}

void DdlExecutor::CheckRow(const Table& table, const catalog::CheckDescriptor& check,
                           const Expression& condition, const types::Row& row) {
  const Value holds = Evaluate(condition, context_.evaluation, row);
  if (holds.is_null() || holds.AsBool()) return;
  throw Error(sqlstate::kCheckViolation, "check constraint \"" + check.name + "\" of relation \"" +
                                             table.name + "\" is violated by some row")
      .Table(catalog().SchemaByOid(table.schema)->name, table.name)
      .Constraint(check.name);
}

void DdlExecutor::Validate(Table& table, const AlterTableAction& action, bool async) {
  for (auto& check : table.checks) {
    if (check.name != action.name) continue;
    if (async) return Submit(JobRequest::Kind::kValidateConstraint, table, check.oid, check.name);
    if (check.valid) return;
    CheckRowsAgainst(table, check);
    check.valid = true;
    context_.editor.Update(std::move(table));
    return;
  }
  for (auto& key : table.foreign_keys) {
    if (key.name != action.name) continue;
    if (async) return Submit(JobRequest::Kind::kValidateConstraint, table, key.oid, key.name);
    if (key.valid) return;
    CheckRowsRefer(table, key);
    key.valid = true;
    context_.editor.Update(std::move(table));
    return;
  }
  for (const auto& index : table.indexes) {
    if (!index.is_constraint || index.name != action.name) continue;
    throw Error(sqlstate::kWrongObjectType, "constraint \"" + action.name + "\" of relation \"" + table.name +
                                                "\" is not a foreign key or check constraint");
  }
  throw Error(sqlstate::kUndefinedObject,
              "constraint \"" + action.name + "\" of relation \"" + table.name + "\" does not exist");
}

void DdlExecutor::DropExpression(Table& table, const AlterTableAction& action) {
  ColumnDescriptor& column = ColumnOf(table, action.name);
  if (!column.generated) {
    const std::string text = Shown(column.name, table) + " is not a stored generated column";
    if (!action.missing_ok) throw Error(sqlstate::kObjectNotInPrerequisiteState, text);
    Notice(sqlstate::kSuccessfulCompletion, text + ", skipping");
    return;
  }
  column.generated = false;
  column.default_expression.reset();
  context_.editor.Update(std::move(table));
}

void DdlExecutor::AlterIdentity(Table& table, ColumnDescriptor& column, const AlterTableAction& action) {
  const std::string shown = Shown(column.name, table);
  if (action.kind == AlterTableKind::kAddIdentity) {
    if (!column.not_null) {
      throw Error(sqlstate::kObjectNotInPrerequisiteState,
                  shown + " must be declared NOT NULL before identity can be added");
    }
    if (column.identity) {
      throw Error(sqlstate::kObjectNotInPrerequisiteState, shown + " is already an identity column");
    }
    if (column.default_expression) {
      throw Error(sqlstate::kObjectNotInPrerequisiteState, shown + " already has a default value");
    }
    ColumnSpec spec;
    spec.identity = action.identity;
    MakeColumnSequence(table, column, spec);
    context_.editor.Update(std::move(table));
    return;
  }
  if (!column.identity) {
    const std::string text = shown + " is not an identity column";
    if (!action.missing_ok) throw Error(sqlstate::kObjectNotInPrerequisiteState, text);
    Notice(sqlstate::kSuccessfulCompletion, text + ", skipping");
    return;
  }
  Sequence sequence = *catalog().SequenceByOid(column.identity->sequence);
  if (action.kind == AlterTableKind::kDropIdentity) {
    column.identity.reset();
    context_.editor.Update(std::move(table));
    DropSequence(sequence);
    return;
  }
  if (action.always) {
    column.identity->always = *action.always;
    column.identity->rule = action.identity->rule;
    context_.editor.Update(std::move(table));
  }
  if (action.identity->sequence.changes_counter()) {
    Alter(std::move(sequence), action.identity->sequence);
  } else {
    context_.drop_cached(sequence.oid);
  }
}

void DdlExecutor::AddColumn(Table& table, const AlterTableAction& action) {
  const ColumnSpec& spec = action.added;
  if (Find(table, spec.column.name) != nullptr) {
    const std::string text = Shown(spec.column.name, table) + " already exists";
    if (!action.missing_ok) throw Error(sqlstate::kDuplicateColumn, text);
    Notice(sqlstate::kDuplicateColumn, text + ", skipping");
    return;
  }
  const auto live = static_cast<std::size_t>(std::count_if(
      table.columns.begin(), table.columns.end(), [](const auto& column) { return !column.dropped; }));
  if ((limits_.columns_max != 0 && live >= limits_.columns_max) || table.columns.size() >= 1600) {
    const auto bound = limits_.columns_max != 0 ? limits_.columns_max : 1600u;
    throw Error(sqlstate::kTooManyColumns, "tables can have at most " + std::to_string(bound) + " columns");
  }
  table.columns.push_back(spec.column);
  ColumnDescriptor& column = table.columns.back();
  column.number = static_cast<base::AttributeNumber>(table.columns.size());
  MakeColumnSequence(table, column, spec);
  context_.editor.Update(table);
  const bool of_domain = column.type.domain != 0 && !column.default_expression;
  if (!column.default_expression && !column.identity && !column.not_null && !of_domain) return;

  const TableLayout layout(std::make_shared<const Table>(table));
  const ExprPtr value = column.default_expression ? DeserializeExpression(*column.default_expression)
                        : of_domain               ? DefaultOfDomain(catalog(), column.type)
                                                  : nullptr;
  // The sequence of the new column is one that this statement made.
  const bool draws_own = column.identity || spec.serial;
  Sequence own;
  if (draws_own) {
    for (Sequence& sequence : SequencesOf(table.oid)) {
      if (sequence.owner_column == column.number) own = std::move(sequence);
    }
  }
  VisitRows(table, [&](const std::string& key, types::Row& row) {
    if (draws_own) {
      row.back() = Value::Int(sequence::DrawInTransaction(context_.transaction, own));
    } else if (value) {
      row.back() = Evaluate(*value, context_.evaluation, row);
    }
    if (row.back().is_null() && column.not_null) {
      throw Error(sqlstate::kNotNullViolation, Shown(column.name, table) + " contains null values")
          .Table(catalog().SchemaByOid(table.schema)->name, table.name)
          .Column(column.name);
    }
    std::string bytes;
    layout.EncodeRow(row, bytes);
    context_.transaction.Put(key, std::move(bytes));
  });
}

void DdlExecutor::DropColumn(Table& table, const AlterTableAction& action) {
  ColumnDescriptor* column = Find(table, action.name);
  if (column == nullptr) {
    const std::string text = Shown(action.name, table) + " does not exist";
    if (!action.missing_ok) throw Error(sqlstate::kUndefinedColumn, text);
    Notice(sqlstate::kSuccessfulCompletion, text + ", skipping");
    return;
  }
  const base::AttributeNumber number = column->number;
  if (IsInPrimaryKey(table, number)) {
    throw Error(sqlstate::kFeatureNotSupported, "cannot drop primary key column " + column->name);
  }
  DropSet drops;
  for (const Sequence& sequence : SequencesOf(table.oid)) {
    if (sequence.owner_column != number) continue;
    drops.sequences.insert(sequence.oid);
    AddDefaultsOn(sequence.oid, drops);
  }
  // The column's own default goes with the column.
  for (std::size_t i = drops.defaults.size(); i-- > 0;) {
    if (drops.defaults[i] != std::pair(table.oid, number)) continue;
    drops.defaults.erase(drops.defaults.begin() + static_cast<std::ptrdiff_t>(i));
    drops.dependents.erase(drops.dependents.begin() + static_cast<std::ptrdiff_t>(i));
  }
  AddForeignKeysOn(table.oid, 0, number, drops);
  AddViewsOn(table.oid, number, drops);
  AddFunctionsOn(table.oid, number, drops);
  std::vector<base::AttributeNumber> generated;  // that go with it
  for (const auto& other : table.columns) {
    if (!other.generated || other.number == number || !ReadsColumn(*other.default_expression, table, number))
      continue;
    generated.push_back(other.number);
    const std::string of_table = " of " + Describe(table.oid);
    drops.dependents.emplace_back("column " + other.name + of_table, "column " + column->name + of_table);
    AddViewsOn(table.oid, other.number, drops);
  }
  Confirm(drops, "column " + column->name + " of " + Describe(table.oid), action.cascade);
  const auto needs = [&](const catalog::IndexDescriptor& index) {
    return std::find(index.columns.begin(), index.columns.end(), number) != index.columns.end() ||
           std::find(index.included.begin(), index.included.end(), number) != index.included.end() ||
           (index.predicate && ReadsColumn(*index.predicate, table, number)) ||
           std::any_of(index.expressions.begin(), index.expressions.end(),
                       [&](const auto& part) { return ReadsColumn(part.expression, table, number); });
  };
  for (const auto& index : table.indexes) {
    if (!needs(index)) continue;
    const std::string prefix = keys::IndexPrefix(table.oid, index.oid);
    context_.transaction.DeleteRange({prefix, keys::PrefixEnd(prefix)});
  }
  // What refers to the column goes before the index by which it does.
  const std::vector<std::pair<base::Oid, base::Oid>> keys = std::exchange(drops.foreign_keys, {});
  for (const auto& [from, key] : keys) {
    if (from != table.oid) DropForeignKey(from, key);
  }
  std::erase_if(table.foreign_keys, [&](const auto& key) {
    const bool refers = key.referenced_table == table.oid &&
                        std::find(key.referenced_columns.begin(), key.referenced_columns.end(), number) !=
                            key.referenced_columns.end();
    return refers || std::find(key.columns.begin(), key.columns.end(), number) != key.columns.end();
  });
  RemoveStatisticsOn(table, number);
  std::erase_if(table.indexes, needs);
  std::erase_if(table.checks,
                [&](const auto& check) { return ReadsColumn(check.expression, table, number); });
  column->dropped = true;
  column->name = "........pg.dropped." + std::to_string(number) + "........";
  column->not_null = column->generated = false;
  column->default_expression.reset();
  column->identity.reset();
  column->acl.reset();
  column->comment.clear();
  const base::Oid oid = table.oid;
  context_.editor.Update(std::move(table));
  DropAll(drops);
  for (const base::AttributeNumber other : generated) {
    AlterTableAction drop;
    drop.kind = AlterTableKind::kDropColumn;
    drop.cascade = true;
    Table rest = TableToChange(oid);
    drop.name = rest.ColumnByNumber(other)->name;
    DropColumn(rest, drop);
  }
}

void DdlExecutor::DropConstraint(Table& table, const AlterTableAction& action) {
  for (const auto& index : table.indexes) {
    if (!index.is_constraint || index.name != action.name) continue;
    if (index.primary) {
      throw Error(sqlstate::kFeatureNotSupported, "unsupported ALTER TABLE DROP CONSTRAINT statement");
    }
    const std::string prefix = keys::IndexPrefix(table.oid, index.oid);
    context_.transaction.DeleteRange({prefix, keys::PrefixEnd(prefix)});
    DropSet drops;
    AddForeignKeysOn(table.oid, index.oid, 0, drops);
    Confirm(drops, "constraint " + index.name + " on " + Describe(table.oid), action.cascade);
    DropAll(drops);
    table = *catalog().TableByOid(table.oid);
    break;
  }
  const auto indexes = std::erase_if(
      table.indexes, [&](const auto& index) { return index.is_constraint && index.name == action.name; });
  const auto checks =
      std::erase_if(table.checks, [&](const auto& check) { return check.name == action.name; });
  const auto foreign_keys =
      std::erase_if(table.foreign_keys, [&](const auto& key) { return key.name == action.name; });
  if (indexes + checks + foreign_keys == 0) {
    const std::string text =
        "constraint \"" + action.name + "\" of relation \"" + table.name + "\" does not exist";
    if (!action.missing_ok) throw Error(sqlstate::kUndefinedObject, text);
    Notice(sqlstate::kSuccessfulCompletion, text + ", skipping");
    return;
  }
  context_.editor.Update(std::move(table));
}

}  // namespace ordinal::sql
