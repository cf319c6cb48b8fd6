#include <algorithm>
#include <set>

#include "syscat/catalog_names.h"
#include "syscat/relations.h"

namespace ordinal::syscat {
namespace {

RowBuilder& Begin(const catalog::SessionView& session, RowBuilder& row, const catalog::TableDescriptor& table,
                  const std::string& constraint) {
  const std::string schema = SchemaName(session.catalog(), table.schema);
  return row.Set("constraint_catalog", session.database_name())
      .Set("constraint_schema", schema)
      .Set("constraint_name", constraint)
      .Set("table_catalog", session.database_name())
      .Set("table_schema", schema)
      .Set("table_name", table.name);
}

const char* YesOrNo(bool yes) { return yes ? "YES" : "NO"; }

RowBuilder& SetKind(RowBuilder& row, const char* kind, bool deferrable = false, bool deferred = false) {
  return row.Set("constraint_type", kind)
      .Set("is_deferrable", YesOrNo(deferrable))
      .Set("initially_deferred", YesOrNo(deferred))
      .Set("enforced", "YES");
}

// The standard has no NOT NULL constraints: it lists checks, under names that PostgreSQL makes of the oids.
std::string NotNullName(const catalog::TableDescriptor& table, const catalog::ColumnDescriptor& column) {
  return std::to_string(table.schema) + "_" + std::to_string(table.oid) + "_" +
         std::to_string(column.number) + "_not_null";
}

void FillConstraints(const catalog::SessionView& session, RowBuilder& row) {
  for (const auto& table : session.catalog().Tables()) {
    for (const catalog::IndexDescriptor& index : table->indexes) {
      if (!IsKey(index)) continue;
      SetKind(Begin(session, row, *table, index.name), index.primary ? "PRIMARY KEY" : "UNIQUE");
      if (!index.primary) row.Set("nulls_distinct", index.nulls_not_distinct ? "NO" : "YES");
      row.Emit();
    }
    for (const catalog::CheckDescriptor& check : table->checks) {
      SetKind(Begin(session, row, *table, check.name), "CHECK").Emit();
    }
    for (const catalog::ForeignKeyDescriptor& key : table->foreign_keys) {
      SetKind(Begin(session, row, *table, key.name), "FOREIGN KEY", key.deferrable, key.initially_deferred)
          .Emit();
    }
    for (const catalog::ColumnDescriptor& column : table->columns) {
      if (column.dropped || !column.not_null) continue;
      SetKind(Begin(session, row, *table, NotNullName(*table, column)), "CHECK").Emit();
    }
  }
}

catalog::Catalog::Relation ReferencedIndex(const catalog::Catalog& catalog,
                                           const catalog::ForeignKeyDescriptor& key) {
  return catalog.RelationByOid(key.referenced_index);
}

void FillKeyColumns(const catalog::SessionView& session, RowBuilder& row) {
  for (const auto& table : session.catalog().Tables()) {
    for (const catalog::IndexDescriptor& index : table->indexes) {
      if (!IsKey(index)) continue;
      for (std::size_t i = 0; i < index.columns.size(); ++i) {
        const catalog::ColumnDescriptor* column = table->ColumnByNumber(index.columns[i]);
        if (column == nullptr) continue;
        Begin(session, row, *table, index.name)
            .Set("column_name", column->name)
            .Set("ordinal_position", i + 1)
            .Emit();
      }
    }
    for (const catalog::ForeignKeyDescriptor& key : table->foreign_keys) {
      const auto index = ReferencedIndex(session.catalog(), key);
      for (std::size_t i = 0; i < key.columns.size(); ++i) {
        const auto& columns = index.index->columns;
        const auto at = std::find(columns.begin(), columns.end(), key.referenced_columns[i]);
        Begin(session, row, *table, key.name)
            .Set("column_name", table->ColumnByNumber(key.columns[i])->name)
            .Set("ordinal_position", i + 1)
            .Set("position_in_unique_constraint", at - columns.begin() + 1)
            .Emit();
      }
    }
  }
}

const char* RuleName(catalog::ForeignKeyAction action) {
  static constexpr const char* kNames[] = {"NO ACTION", "RESTRICT", "CASCADE", "SET NULL", "SET DEFAULT"};
  return kNames[static_cast<std::size_t>(action)];
}

void FillReferential(const catalog::SessionView& session, RowBuilder& row) {
  for (const auto& table : session.catalog().Tables()) {
    for (const catalog::ForeignKeyDescriptor& key : table->foreign_keys) {
      const auto relation = ReferencedIndex(session.catalog(), key);
      row.Set("constraint_catalog", session.database_name())
          .Set("constraint_schema", SchemaName(session.catalog(), table->schema))
          .Set("constraint_name", key.name);
      if (IsKey(*relation.index)) {
        row.Set("unique_constraint_catalog", session.database_name())
            .Set("unique_constraint_schema", SchemaName(session.catalog(), relation.index_of->schema))
            .Set("unique_constraint_name", relation.index->name);
      }
      row.Set("match_option", key.match_full ? "FULL" : "NONE")
          .Set("update_rule", RuleName(key.on_update))
          .Set("delete_rule", RuleName(key.on_delete))
          .Emit();
    }
  }
}

// The columns that a condition reads, in order. Conditions are not this room's to read, but the session
// prints them with whatever names the columns have.
std::set<catalog::AttributeNumber> ColumnsRead(const catalog::SessionView& session,
                                               const catalog::TableDescriptor& table,
                                               const std::string& condition) {
  constexpr char kMark = '\x01';
  catalog::TableDescriptor renamed = table;
  for (auto& column : renamed.columns) column.name = kMark + std::to_string(column.number) + kMark;
  const std::string text = session.DeparseExpression(condition, &renamed);
  std::set<catalog::AttributeNumber> read;
  for (const catalog::ColumnDescriptor& column : renamed.columns) {
    if (text.find(column.name) != std::string::npos) read.insert(column.number);
  }
  return read;
}

// A constraint's columns: of a foreign key those that it refers to.
void FillColumnUsage(const catalog::SessionView& session, RowBuilder& row) {
  const auto emit = [&](const catalog::TableDescriptor& of, const catalog::TableDescriptor& table,
                        const std::string& constraint, const std::vector<catalog::AttributeNumber>& columns) {
    for (const catalog::AttributeNumber number : columns) {
      const catalog::ColumnDescriptor* column = table.ColumnByNumber(number);
      if (column == nullptr) continue;
      row.Set("table_catalog", session.database_name())
          .Set("table_schema", SchemaName(session.catalog(), table.schema))
          .Set("table_name", table.name)
          .Set("column_name", column->name)
          .Set("constraint_catalog", session.database_name())
          .Set("constraint_schema", SchemaName(session.catalog(), of.schema))
          .Set("constraint_name", constraint)
          .Emit();
    }
  };
  for (const auto& table : session.catalog().Tables()) {
    for (const catalog::IndexDescriptor& index : table->indexes) {
      if (IsKey(index)) emit(*table, *table, index.name, index.columns);
    }
    for (const catalog::CheckDescriptor& check : table->checks) {
      const auto read = ColumnsRead(session, *table, check.expression);
      emit(*table, *table, check.name, {read.begin(), read.end()});
    }
    for (const catalog::ForeignKeyDescriptor& key : table->foreign_keys) {
      const auto parent = session.catalog().TableByOid(key.referenced_table);
      emit(*table, *parent, key.name, key.referenced_columns);
    }
  }
}

}  // namespace

const Relation& InformationTableConstraints() {
  static const Relation relation(
      13411, catalog::kInformationSchema, "table_constraints",
      "constraint_catalog name, constraint_schema name, constraint_name name, table_catalog name, "
      "table_schema name, table_name name, constraint_type varchar, is_deferrable varchar, "
      "initially_deferred varchar, enforced varchar, nulls_distinct varchar",
      &FillConstraints);
  return relation;
}

const Relation& InformationKeyColumnUsage() {
  static const Relation relation(
      13329, catalog::kInformationSchema, "key_column_usage",
      "constraint_catalog name, constraint_schema name, constraint_name name, table_catalog name, "
      "table_schema name, table_name name, column_name name, ordinal_position int4, "
      "position_in_unique_constraint int4",
      &FillKeyColumns);
  return relation;
}

const Relation& InformationReferentialConstraints() {
  static const Relation relation(
      13364, catalog::kInformationSchema, "referential_constraints",
      "constraint_catalog name, constraint_schema name, constraint_name name, "
      "unique_constraint_catalog name, unique_constraint_schema name, unique_constraint_name name, "
      "match_option varchar, update_rule varchar, delete_rule varchar",
      &FillReferential);
  return relation;
}

const Relation& InformationConstraintColumnUsage() {
  static const Relation relation(
      13290, catalog::kInformationSchema, "constraint_column_usage",
      "table_catalog name, table_schema name, table_name name, column_name name, constraint_catalog name, "
      "constraint_schema name, constraint_name name",
      &FillColumnUsage);
  return relation;
}

}  // namespace ordinal::syscat
