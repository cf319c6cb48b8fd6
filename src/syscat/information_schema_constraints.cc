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

RowBuilder& SetKind(RowBuilder& row, const char* kind) {
  return row.Set("constraint_type", kind)
      .Set("is_deferrable", "NO")
      .Set("initially_deferred", "NO")
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
    for (const catalog::ColumnDescriptor& column : table->columns) {
      if (column.dropped || !column.not_null) continue;
      SetKind(Begin(session, row, *table, NotNullName(*table, column)), "CHECK").Emit();
    }
  }
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

}  // namespace ordinal::syscat
