// Executes ALTER COLUMN ... SET DATA TYPE. All columns of a statement change in one pass over the rows, so
// that each new value is computed from the row as it was.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "sql/exec/ddl_executor.h"
#include "sql/expr/function.h"

namespace ordinal::sql {
namespace {

using base::AttributeNumber;
using base::Error;
namespace sqlstate = base::sqlstate;

std::size_t PositionOf(const catalog::TableDescriptor& table, const std::string& name) {
  std::size_t position = 0;
  while (table.columns[position].dropped || table.columns[position].name != name) ++position;
  return position;
}

bool HasAny(const std::vector<AttributeNumber>& numbers, const std::vector<AttributeNumber>& wanted) {
  return std::any_of(numbers.begin(), numbers.end(), [&](AttributeNumber number) {
    return std::find(wanted.begin(), wanted.end(), number) != wanted.end();
  });
}

}  // namespace

// Puts what reads the changed column in its place; adds the checks among it that hold for all rows.
void DdlExecutor::AdoptRebound(Table& table, const AlterTableAction& action, std::set<base::Oid>& adopted) {
  for (auto& check : table.checks) {
    for (const auto& [oid, expression] : action.rebound_checks) {
      if (oid != check.oid) continue;
      check.expression = expression;
      if (check.valid) adopted.insert(check.oid);
    }
  }
  for (auto& index : table.indexes) {
    for (const auto& [oid, spec] : action.rebound_indexes) {
      if (oid != index.oid) continue;
      index.columns = spec.columns;
      index.expressions = spec.expressions;
      index.predicate = spec.predicate;
    }
  }
}

// Everything but the rows.
void DdlExecutor::ChangeType(Table& table, const AlterTableAction& action) {
  catalog::ColumnDescriptor& column = table.columns[PositionOf(table, action.name)];
  for (const auto& view : catalog().Views()) {
    for (const auto& [relation, number] : view->uses) {
      if (relation != table.oid || number != column.number) continue;
      throw Error(sqlstate::kFeatureNotSupported, "cannot alter type of a column used by a view or rule")
          .Detail("rule _RETURN on " + Describe(view->oid) + " depends on column \"" + column.name + "\"");
    }
  }
  if (column.identity) {
    SequenceSpec spec;
    spec.type = action.added.column.type.id;
    if (column.type.id != *spec.type) Alter(*catalog().SequenceByOid(column.identity->sequence), spec);
  }
  column.type = action.added.column.type;
  column.default_expression = action.added.column.default_expression;
}

void DdlExecutor::AlterTypes(Table& table, std::span<const AlterTableAction> actions) {
  const Table before = table;
  std::vector<AttributeNumber> changed;
  std::set<base::Oid> checked;
  for (const AlterTableAction& action : actions) {
    ChangeType(table, action);
    AdoptRebound(table, action, checked);
    changed.push_back(before.columns[PositionOf(before, action.name)].number);
    RebindStatistics(before, changed.back(), action);
  }
  CheckKeyTypes(table);
  CheckForeignKeyTypes(table, changed);
  context_.editor.Update(table);
  std::vector<std::pair<std::size_t, ExprPtr>> values;
  for (const AlterTableAction& action : actions) {
    values.emplace_back(PositionOf(table, action.name), DeserializeExpression(*action.expression));
  }
  std::vector<std::pair<const catalog::CheckDescriptor*, ExprPtr>> conditions;
  for (const auto& check : table.checks) {
    if (checked.contains(check.oid)) conditions.emplace_back(&check, DeserializeExpression(check.expression));
  }
  Rewrite(before, table, [&](types::Row& row) {
    types::Row old = row;
    for (const auto& [position, value] : values) row[position] = Evaluate(*value, context_.evaluation, old);
    for (const auto& [check, condition] : conditions) CheckRow(table, *check, *condition, row);
    for (const auto& [position, value] : values) {
      const auto& column = table.columns[position];
      if (!row[position].is_null() || !column.not_null) continue;
      throw Error(sqlstate::kNotNullViolation,
                  "column \"" + column.name + "\" of relation \"" + table.name + "\" contains null values")
          .Table(catalog().SchemaByOid(table.schema)->name, table.name)
          .Column(column.name);
    }
  });
  RecheckForeignKeys(table, changed);
}

// Foreign keys from and to the columns must still be such that values can be compared.
void DdlExecutor::CheckForeignKeyTypes(const Table& table, const std::vector<AttributeNumber>& changed) {
  for (const auto& key : table.foreign_keys) {
    const bool to_itself = key.referenced_table == table.oid;
    if (!HasAny(key.columns, changed) && !(to_itself && HasAny(key.referenced_columns, changed))) continue;
    const auto other = to_itself ? nullptr : catalog().TableByOid(key.referenced_table);
    CheckKeyMatches(table, other ? *other : table, key);
  }
  for (const auto& reference : catalog().ReferencesTo(table.oid)) {
    if (reference.table->oid == table.oid || !HasAny(reference.key->referenced_columns, changed)) continue;
    CheckKeyMatches(*reference.table, table, *reference.key);
  }
}

// Values may have become others. Whoever writes rows of the other tables meanwhile is met at commit.
void DdlExecutor::RecheckForeignKeys(const Table& table, const std::vector<AttributeNumber>& changed) {
  std::vector<std::pair<base::Oid, base::Oid>> keys;  // table, key
  std::set<base::Oid> others;
  for (const auto& key : table.foreign_keys) {
    const bool to_itself = key.referenced_table == table.oid;
    if (!HasAny(key.columns, changed) && !(to_itself && HasAny(key.referenced_columns, changed))) continue;
    keys.emplace_back(table.oid, key.oid);
    if (!to_itself) others.insert(key.referenced_table);
  }
  for (const auto& reference : catalog().ReferencesTo(table.oid)) {
    if (reference.table->oid == table.oid || !HasAny(reference.key->referenced_columns, changed)) continue;
    keys.emplace_back(reference.table->oid, reference.key->oid);
    others.insert(reference.table->oid);
  }
  if (keys.empty()) return;
  for (const base::Oid other : others) context_.editor.Update(*catalog().TableByOid(other));
  // Rows are found as they are now.
  context_.transaction.FinishStatement();
  for (const auto& [oid, key_oid] : keys) {
    const auto from = catalog().TableByOid(oid);
    for (const auto& key : from->foreign_keys) {
      if (key.oid == key_oid && key.valid) CheckRowsRefer(*from, key);
    }
  }
}

}  // namespace ordinal::sql
