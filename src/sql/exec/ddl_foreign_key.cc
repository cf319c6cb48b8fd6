// Makes, checks and drops foreign keys.
#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "base/error.h"
#include "keys/key_space.h"
#include "sql/exec/ddl_executor.h"
#include "sql/exec/foreign_key_layout.h"

namespace ordinal::sql {
namespace {

using base::AttributeNumber;
using base::Error;
using catalog::ForeignKeyAction;
using catalog::ForeignKeyDescriptor;
using catalog::TableDescriptor;
namespace sqlstate = base::sqlstate;

bool Has(const std::vector<AttributeNumber>& numbers, AttributeNumber number) {
  return std::find(numbers.begin(), numbers.end(), number) != numbers.end();
}

std::vector<AttributeNumber> ColumnsOf(const TableDescriptor& table, const std::vector<std::string>& names) {
  std::vector<AttributeNumber> numbers;
  for (const std::string& name : names) {
    const auto* column = table.FindColumn(name);
    if (column == nullptr) {
      throw Error(sqlstate::kUndefinedColumn,
                  "column \"" + name + "\" referenced in foreign key constraint does not exist");
    }
    numbers.push_back(column->number);
  }
  return numbers;
}

std::vector<AttributeNumber> SetColumnsOf(const TableDescriptor& table, const ForeignKeySpec& spec,
                                          const std::vector<AttributeNumber>& columns) {
  std::vector<AttributeNumber> numbers;
  for (const AttributeNumber number : ColumnsOf(table, spec.set_columns)) {
    if (!Has(columns, number)) {
      throw Error(sqlstate::kInvalidColumnReference,
                  "column \"" + table.ColumnByNumber(number)->name +
                      "\" referenced in ON DELETE SET action must be part of foreign key");
    }
    if (!Has(numbers, number)) numbers.push_back(number);
  }
  return numbers;
}

// The unique index by which rows are found, whose columns are those referred to, in any order.
base::Oid UniqueIndexOver(const TableDescriptor& parent, const std::vector<AttributeNumber>& columns) {
  const std::set<AttributeNumber> wanted(columns.begin(), columns.end());
  if (wanted.size() != columns.size()) {
    throw Error(sqlstate::kInvalidForeignKey,
                "foreign key referenced-columns list must not contain duplicates");
  }
  for (const auto& index : parent.indexes) {
    const std::set<AttributeNumber> has(index.columns.begin(), index.columns.end());
    const bool serves = index.unique && index.valid && !index.predicate && index.expressions.empty();
    if (serves && has == wanted) return index.oid;
  }
  throw Error(
      sqlstate::kInvalidForeignKey,
      "there is no unique constraint matching given keys for referenced table \"" + parent.name + "\"");
}

// A generated column cannot be set to anything.
void CheckGenerated(const TableDescriptor& table, const ForeignKeyDescriptor& key) {
  const auto is_generated = [&](AttributeNumber number) { return table.ColumnByNumber(number)->generated; };
  if (std::none_of(key.columns.begin(), key.columns.end(), is_generated)) return;
  const auto fail = [](const char* when) {
    throw Error(sqlstate::kSyntaxError, std::string("invalid ") + when +
                                            " action for foreign key constraint containing generated column");
  };
  const auto sets = [](ForeignKeyAction action) {
    return action == ForeignKeyAction::kSetNull || action == ForeignKeyAction::kSetDefault;
  };
  if (sets(key.on_update) || key.on_update == ForeignKeyAction::kCascade) fail("ON UPDATE");
  if (sets(key.on_delete)) fail("ON DELETE");
}

// To refer to a table takes a privilege on it, or on each of the columns.
void CheckMayRefer(const catalog::Catalog& catalog, base::Oid role, const catalog::TableDescriptor& parent,
                   const std::vector<base::AttributeNumber>& columns) {
  const auto relation = catalog.RelationByOid(parent.oid);
  for (const base::AttributeNumber column : columns) {
    const auto held = catalog::ColumnPrivileges(catalog, role, relation, column);
    if ((held & catalog::kReferencesPrivilege) != 0) continue;
    throw Error(sqlstate::kInsufficientPrivilege, "permission denied for table " + parent.name);
  }
}

}  // namespace

void DdlExecutor::CheckKeyMatches(const Table& table, const Table& parent, const ForeignKeyDescriptor& key) {
  for (std::size_t i = 0; i < key.columns.size(); ++i) {
    const auto& column = *table.ColumnByNumber(key.columns[i]);
    const auto& referenced = *parent.ColumnByNumber(key.referenced_columns[i]);
    const TypeId from = column.type.id;
    const TypeId to = referenced.type.id;
    const KeyMatch match = MatchOf(from, to);
    if (match == KeyMatch::kByZone) {
      base::ThrowUnsupported("foreign keys between times with and without a time zone");
    }
    if (match != KeyMatch::kNone) continue;
    throw Error(sqlstate::kDatatypeMismatch,
                "foreign key constraint \"" + key.name + "\" cannot be implemented")
        .Detail("Key columns \"" + column.name + "\" and \"" + referenced.name +
                "\" are of incompatible types: " + types::FormatType({from, -1}) + " and " +
                types::FormatType({to, -1}) + ".");
  }
}

void DdlExecutor::AddForeignKey(Table& table, const ForeignKeySpec& spec) {
  base::Oid referenced = spec.referenced_table != 0 ? spec.referenced_table : table.oid;
  if (!spec.near_name.empty()) {
    const auto near = catalog().FindRelation(table.schema, spec.near_name).table;
    if (near) referenced = near->oid;
    if (!near && spec.referenced_table == 0) {
      throw Error(sqlstate::kUndefinedTable, "relation \"" + spec.near_name + "\" does not exist");
    }
  }
  const bool to_itself = referenced == table.oid;
  const auto other = to_itself ? nullptr : catalog().TableByOid(referenced);
  const Table& parent = to_itself ? table : *other;
  const auto is_temporary = [this](const Table& of) {
    return catalog().SchemaByOid(of.schema)->temporary_of.has_value();
  };
  if (is_temporary(table) != is_temporary(parent)) {
    const std::string kind = is_temporary(table) ? "temporary" : "permanent";
    throw Error(sqlstate::kInvalidTableDefinition,
                "constraints on " + kind + " tables may reference only " + kind + " tables");
  }
  ForeignKeyDescriptor key = spec.key;
  key.referenced_table = parent.oid;
  key.columns = ColumnsOf(table, spec.columns);
  key.set_columns = SetColumnsOf(table, spec, key.columns);
  if (spec.referenced_columns.empty()) {
    if (parent.primary_key() == nullptr) {
      throw Error(sqlstate::kUndefinedObject,
                  "there is no primary key for referenced table \"" + parent.name + "\"");
    }
    key.referenced_columns = parent.primary_key()->columns;
    key.referenced_index = parent.primary_key()->oid;
  } else {
    key.referenced_columns = ColumnsOf(parent, spec.referenced_columns);
    key.referenced_index = UniqueIndexOver(parent, key.referenced_columns);
  }
  if (other) CheckMayRefer(catalog(), context_.role, *other, key.referenced_columns);
  CheckGenerated(table, key);
  if (key.columns.size() != key.referenced_columns.size()) {
    throw Error(sqlstate::kInvalidForeignKey,
                "number of referencing and referenced columns for foreign key disagree");
  }
  std::string names;
  for (const std::string& name : spec.columns) names += (names.empty() ? "" : "_") + name;
  key.name = spec.name.empty() ? ChooseName(table, names, "fkey") : spec.name;
  CheckKeyMatches(table, parent, key);
  const auto is_taken = [&](const auto& constraint) { return constraint.name == key.name; };
  if (std::any_of(table.foreign_keys.begin(), table.foreign_keys.end(), is_taken) ||
      std::any_of(table.checks.begin(), table.checks.end(), is_taken) ||
      std::any_of(table.indexes.begin(), table.indexes.end(),
                  [&](const auto& index) { return index.is_constraint && index.name == key.name; })) {
    throw Error(sqlstate::kDuplicateObject,
                "constraint \"" + key.name + "\" for relation \"" + table.name + "\" already exists");
  }
  key.oid = context_.oids.Next();
  table.foreign_keys.push_back(std::move(key));
  // Who changes rows of the parent without knowing of the key guards its descriptor, and so meets this.
  if (other) context_.editor.Update(*other);
}

void DdlExecutor::CheckRowsRefer(const Table& table, const ForeignKeyDescriptor& key) {
  const auto parent = catalog().TableByOid(key.referenced_table);
  const ForeignKeyLayout link(std::make_shared<const Table>(table), key, parent);
  const std::string& prefix = link.parent->row_prefix;
  context_.transaction.GuardRange({prefix, keys::PrefixEnd(prefix)});
  std::set<std::string> known;
  VisitRows(table, [&](const std::string&, types::Row& row) {
    const KeyValues values = link.OfChild(row);
    const NullState nulls = NullStateOf(values);
    if (nulls == NullState::kAll || (nulls == NullState::kSome && !key.match_full)) return;
    if (nulls == NullState::kSome) ThrowMixedNulls(link, catalog());
    const auto found = link.ParentKey(values);
    if (found && known.contains(*found)) return;
    if (!found || !context_.transaction.Get(*found)) {
      ThrowNotPresent(link, values, catalog(), context_.evaluation.settings());
    }
    known.insert(*found);
  });
}

void DdlExecutor::AlterDeferral(Table& table, const AlterTableAction& action) {
  for (ForeignKeyDescriptor& key : table.foreign_keys) {
    if (key.name != action.name) continue;
    key.deferrable = action.foreign_key.key.deferrable;
    key.initially_deferred = action.foreign_key.key.initially_deferred;
    context_.editor.Update(std::move(table));
    return;
  }
  const auto is_named = [&](const auto& constraint) { return constraint.name == action.name; };
  const bool other = std::any_of(table.checks.begin(), table.checks.end(), is_named) ||
                     std::any_of(table.indexes.begin(), table.indexes.end(), is_named);
  const std::string of_table = "constraint \"" + action.name + "\" of relation \"" + table.name + "\" ";
  if (other) throw Error(sqlstate::kWrongObjectType, of_table + "is not a foreign key constraint");
  throw Error(sqlstate::kUndefinedObject, of_table + "does not exist");
}

void DdlExecutor::AddForeignKeysOn(base::Oid table, base::Oid index, AttributeNumber column, DropSet& drops) {
  for (const auto& [from, key] : catalog().ReferencesTo(table)) {
    if (drops.tables.contains(from->oid)) continue;
    if (index != 0 && key->referenced_index != index) continue;
    if (column != 0 && !Has(key->referenced_columns, column)) continue;
    // A key of a column goes with it.
    if (column != 0 && from->oid == table && Has(key->columns, column)) continue;
    drops.foreign_keys.emplace_back(from->oid, key->oid);
    std::string on = Describe(index != 0 ? index : table);
    if (column != 0) on = "column " + catalog().TableByOid(table)->ColumnByNumber(column)->name + " of " + on;
    drops.dependents.emplace_back("constraint " + key->name + " on " + Describe(from->oid), std::move(on));
  }
}

void DdlExecutor::DropForeignKey(base::Oid oid, base::Oid key) {
  Table table = *catalog().TableByOid(oid);
  std::erase_if(table.foreign_keys, [&](const auto& other) { return other.oid == key; });
  context_.editor.Update(std::move(table));
}

// Adds the tables that CASCADE takes along, or throws when others would lose what they refer to.
void DdlExecutor::CheckTruncate(const Truncate& truncate, std::vector<base::Oid>& tables) {
  for (std::size_t i = 0; i < tables.size(); ++i) {
    const auto table = catalog().TableByOid(tables[i]);
    for (const auto& reference : catalog().ReferencesTo(table->oid)) {
      const Table& from = *reference.table;
      if (std::find(tables.begin(), tables.end(), from.oid) != tables.end()) continue;
      if (!truncate.cascade) {
        throw Error(sqlstate::kFeatureNotSupported,
                    "cannot truncate a table referenced in a foreign key constraint")
            .Detail("Table \"" + from.name + "\" references \"" + table->name + "\".")
            .Hint("Truncate table \"" + from.name + "\" at the same time, or use TRUNCATE ... CASCADE.");
      }
      Notice(sqlstate::kSuccessfulCompletion, "truncate cascades to table \"" + from.name + "\"");
      tables.push_back(from.oid);
    }
  }
}

}  // namespace ordinal::sql
