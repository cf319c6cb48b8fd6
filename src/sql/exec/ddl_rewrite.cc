// Changes that write every row of a table again: a primary key for a table without one, another type of a
// column.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "keys/key_space.h"
#include "sql/exec/ddl_executor.h"
#include "sql/expr/function.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

}  // namespace

void DdlExecutor::Rewrite(const Table& before, const Table& after, const RowChange& change) {
  const TableLayout old_layout(std::make_shared<const Table>(before));
  const TableLayout layout(std::make_shared<const Table>(after));
  txn::Transaction& transaction = context_.transaction;
  std::vector<std::pair<std::string, types::Row>> rows;
  VisitRows(before, [&](const std::string& key, types::Row& row) {
    std::string entry;
    for (std::size_t i = old_layout.has_primary ? 1 : 0; i < old_layout.indexes.size(); ++i) {
      if (!old_layout.indexes[i].Holds(row, context_.evaluation)) continue;
      old_layout.indexes[i].EncodeEntry(row, key, entry, context_.evaluation);
      transaction.Delete(entry);
    }
    transaction.Delete(key);
    rows.emplace_back(key, std::move(row));
  });
  for (auto& [key, row] : rows) {
    context_.evaluation.CheckCanceled();
    change(row);
    std::string row_key = key;
    if (layout.has_primary) {
      layout.indexes.front().EncodeColumns(row, row_key, context_.evaluation);
      CheckFree(after, layout.indexes.front(), row_key, row);
    }
    std::string entry;
    for (std::size_t i = layout.has_primary ? 1 : 0; i < layout.indexes.size(); ++i) {
      const IndexLayout& index = layout.indexes[i];
      if (!index.Holds(row, context_.evaluation)) continue;
      if (index.EncodeEntry(row, row_key, entry, context_.evaluation)) CheckFree(after, index, entry, row);
      transaction.Put(entry, index.EntryValue(row_key, row));
    }
    std::string bytes;
    layout.EncodeRow(row, bytes);
    transaction.Put(std::move(row_key), std::move(bytes));
  }
}

// All rows have been withdrawn, so that a value under the key is that of another row.
void DdlExecutor::CheckFree(const Table& table, const IndexLayout& index, const std::string& key,
                            const types::Row& row) const {
  const auto written = context_.transaction.GetFromStatement(key);
  if (written && written->has_value()) ThrowNotUnique(table, index, row);
}

void DdlExecutor::AddPrimaryKey(Table& table, const IndexSpec& spec) {
  if (table.primary_key() != nullptr) {
    throw Error(sqlstate::kInvalidTableDefinition,
                "multiple primary keys for table \"" + table.name + "\" are not allowed");
  }
  const Table before = table;
  AddIndex(table, spec);
  std::vector<std::size_t> key;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    for (const auto number : spec.columns) {
      if (table.columns[i].number == number) key.push_back(i);
    }
  }
  for (const std::size_t i : key) table.columns[i].not_null = true;
  context_.editor.Update(table);
  Rewrite(before, table, [&](types::Row& row) {
    for (const std::size_t i : key) {
      if (!row[i].is_null()) continue;
      throw Error(sqlstate::kNotNullViolation, "column \"" + table.columns[i].name + "\" of relation \"" +
                                                   table.name + "\" contains null values")
          .Table(catalog().SchemaByOid(table.schema)->name, table.name)
          .Column(table.columns[i].name);
    }
  });
}

// Puts what reads the changed column in its place; returns the checks among it that hold for all rows.
std::vector<const catalog::CheckDescriptor*> DdlExecutor::AdoptRebound(Table& table,
                                                                       const AlterTableAction& action) {
  std::vector<const catalog::CheckDescriptor*> adopted;
  for (auto& check : table.checks) {
    for (const auto& [oid, expression] : action.rebound_checks) {
      if (oid != check.oid) continue;
      check.expression = expression;
      if (check.valid) adopted.push_back(&check);
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
  return adopted;
}

void DdlExecutor::AlterType(Table& table, const AlterTableAction& action) {
  const Table before = table;
  std::size_t position = 0;
  while (table.columns[position].dropped || table.columns[position].name != action.name) ++position;
  catalog::ColumnDescriptor& column = table.columns[position];
  for (const auto& view : catalog().Views()) {
    for (const auto& [relation, number] : view->uses) {
      if (relation != table.oid || number != column.number) continue;
      throw Error(sqlstate::kFeatureNotSupported, "cannot alter type of a column used by a view or rule")
          .Detail("rule _RETURN on " + Describe(view->oid) + " depends on column \"" + column.name + "\"");
    }
  }
  const auto has = [&](const std::vector<base::AttributeNumber>& numbers) {
    return std::find(numbers.begin(), numbers.end(), column.number) != numbers.end();
  };
  bool in_key = false;
  for (const auto& key : table.foreign_keys) in_key = in_key || has(key.columns);
  for (const auto& reference : catalog().ReferencesTo(table.oid)) {
    in_key = in_key || has(reference.key->referenced_columns);
  }
  if (in_key) base::ThrowUnsupported("ALTER COLUMN ... SET DATA TYPE of a column of a foreign key");
  if (column.identity) {
    SequenceSpec spec;
    spec.type = action.added.column.type.id;
    if (column.type.id != *spec.type) Alter(*catalog().SequenceByOid(column.identity->sequence), spec);
  }
  column.type = action.added.column.type;
  if (!column.generated) column.default_expression = action.added.column.default_expression;
  const std::vector<const catalog::CheckDescriptor*> checks = AdoptRebound(table, action);
  RebindStatistics(before, column.number, action);
  CheckKeyTypes(table);
  context_.editor.Update(table);
  const ExprPtr value = DeserializeExpression(*action.expression);
  std::vector<ExprPtr> conditions;
  for (const auto* check : checks) conditions.push_back(DeserializeExpression(check->expression));
  Rewrite(before, table, [&](types::Row& row) {
    row[position] = Evaluate(*value, context_.evaluation, row);
    for (std::size_t i = 0; i < checks.size(); ++i) CheckRow(table, *checks[i], *conditions[i], row);
    if (!row[position].is_null() || !table.columns[position].not_null) return;
    throw Error(sqlstate::kNotNullViolation, "column \"" + table.columns[position].name +
                                                 "\" of relation \"" + table.name + "\" contains null values")
        .Table(catalog().SchemaByOid(table.schema)->name, table.name)
        .Column(table.columns[position].name);
  });
}

// UNIQUE USING INDEX: an index that is there becomes a constraint.
void DdlExecutor::AdoptIndex(Table& table, const AlterTableAction& action) {
  for (auto& index : table.indexes) {
    if (index.name != action.name) continue;
    if (index.is_constraint) {
      throw Error(sqlstate::kObjectNotInPrerequisiteState,
                  "index \"" + index.name + "\" is already associated with a constraint");
    }
    if (!index.valid) {
      throw Error(sqlstate::kObjectNotInPrerequisiteState, "index \"" + index.name + "\" is not valid");
    }
    if (!index.expressions.empty()) {
      throw Error(sqlstate::kWrongObjectType, "index \"" + index.name + "\" contains expressions")
          .Detail("Cannot create a primary key or unique constraint using such an index.");
    }
    if (index.predicate) {
      throw Error(sqlstate::kWrongObjectType, "\"" + index.name + "\" is a partial index")
          .Detail("Cannot create a primary key or unique constraint using such an index.");
    }
    if (!index.unique) {
      throw Error(sqlstate::kWrongObjectType, "\"" + index.name + "\" is not a unique index")
          .Detail("Cannot create a primary key or unique constraint using such an index.");
    }
    if (!action.index.name.empty() && action.index.name != index.name) {
      Notice(sqlstate::kSuccessfulCompletion,
             "ALTER TABLE / ADD CONSTRAINT USING INDEX will rename index \"" + index.name + "\" to \"" +
                 action.index.name + "\"");
      ClaimName(table.schema, action.index.name, false);
      index.name = action.index.name;
    }
    index.is_constraint = true;
    context_.editor.Update(std::move(table));
    return;
  }
  if (catalog().FindRelation(table.schema, action.name).index != nullptr) {
    throw Error(sqlstate::kObjectNotInPrerequisiteState,
                "index \"" + action.name + "\" does not belong to table \"" + table.name + "\"");
  }
  throw Error(sqlstate::kUndefinedObject, "index \"" + action.name + "\" does not exist");
}

}  // namespace ordinal::sql
