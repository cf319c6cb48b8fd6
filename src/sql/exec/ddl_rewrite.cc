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
  RewriteByKey(before, table);
}

// The first index of the table is its primary key now.
void DdlExecutor::RewriteByKey(const Table& before, Table& table) {
  std::vector<std::size_t> key;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    for (const auto number : table.indexes.front().columns) {
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

// The index becomes the place of the rows, and keeps its number: others may refer to it.
void DdlExecutor::MakePrimary(Table& table, base::Oid oid) {
  if (table.primary_key() != nullptr) {
    throw Error(sqlstate::kInvalidTableDefinition,
                "multiple primary keys for table \"" + table.name + "\" are not allowed");
  }
  const Table before = *catalog().TableByOid(table.oid);
  const auto is_meant = [oid](const auto& index) { return index.oid == oid; };
  std::rotate(table.indexes.begin(), std::find_if(table.indexes.begin(), table.indexes.end(), is_meant),
              std::find_if(table.indexes.begin(), table.indexes.end(), is_meant) + 1);
  catalog::IndexDescriptor& key = table.indexes.front();
  key.primary = true;
  key.stores_included = false;
  RewriteByKey(before, table);
}

// USING INDEX: an index that is there becomes a constraint.
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
    for (std::size_t i = 0; i < index.orders.size(); ++i) {
      if (index.orders[i] == catalog::IndexOrder{}) continue;
      throw Error(sqlstate::kWrongObjectType, "index \"" + index.name + "\" column number " +
                                                  std::to_string(i + 1) +
                                                  " does not have default sorting behavior")
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
    if (action.index.primary) return MakePrimary(table, index.oid);
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
