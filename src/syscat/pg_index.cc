#include "syscat/catalog_names.h"
#include "syscat/relations.h"
#include "syscat/type_facts.h"

namespace ordinal::syscat {
namespace {

void EmitIndex(const catalog::TableDescriptor& table, const catalog::IndexDescriptor& index,
               RowBuilder& row) {
  std::string keys, collations, classes, options;
  for (const catalog::AttributeNumber number : index.columns) {
    const catalog::ColumnDescriptor* column = table.ColumnByNumber(number);
    if (column == nullptr) continue;
    const char* separator = keys.empty() ? "" : " ";
    keys += separator + std::to_string(number);
    collations += separator + std::to_string(CollationOf(column->type.id));
    classes += separator + std::to_string(FactsOf(column->type.id).operator_class);
    options += std::string(separator) + "0";
  }
  row.Set("indexrelid", index.oid)
      .Set("indrelid", table.oid)
      .Set("indnatts", index.columns.size())
      .Set("indnkeyatts", index.columns.size())
      .Set("indisunique", index.unique)
      .Set("indnullsnotdistinct", index.nulls_not_distinct)
      .Set("indisprimary", index.primary)
      .Set("indimmediate", true)
      .Set("indisvalid", true)
      .Set("indisready", true)
      .Set("indislive", true)
      .Set("indkey", keys)
      .Set("indcollation", collations)
      .Set("indclass", classes)
      .Set("indoption", options)
      .Emit();
}

void FillIndex(const catalog::SessionView& session, RowBuilder& row) {
  for (const auto& table : session.catalog().Tables()) {
    for (const catalog::IndexDescriptor& index : table->indexes) EmitIndex(*table, index, row);
  }
}

// Prints the index as pg_get_indexdef() does.
std::string DefinitionOf(const catalog::TableDescriptor& table, const catalog::IndexDescriptor& index,
                         const std::string& schema) {
  std::string text = index.unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ";
  text += QuoteName(index.name) + " ON " + QuoteName(schema) + "." + QuoteName(table.name) + " USING btree (";
  const char* separator = "";
  for (const catalog::AttributeNumber number : index.columns) {
    if (const catalog::ColumnDescriptor* column = table.ColumnByNumber(number)) {
      text += separator + QuoteName(column->name);
      separator = ", ";
    }
  }
  return text + (index.nulls_not_distinct ? ") NULLS NOT DISTINCT" : ")");
}

void FillIndexes(const catalog::SessionView& session, RowBuilder& row) {
  for (const auto& table : session.catalog().Tables()) {
    const std::string schema = SchemaName(session.catalog(), table->schema);
    for (const catalog::IndexDescriptor& index : table->indexes) {
      row.Set("schemaname", schema)
          .Set("tablename", table->name)
          .Set("indexname", index.name)
          .Set("indexdef", DefinitionOf(*table, index, schema))
          .Emit();
    }
  }
}

}  // namespace

const Relation& PgIndex() {
  static const Relation relation(
      2610, catalog::kPgCatalogSchema, "pg_index",
      "indexrelid oid!, indrelid oid!, indnatts int2!, indnkeyatts int2!, indisunique bool!, "
      "indnullsnotdistinct bool!, indisprimary bool!, indisexclusion bool!, indimmediate bool!, "
      "indisclustered bool!, indisvalid bool!, indcheckxmin bool!, indisready bool!, "
      "indislive bool!, indisreplident bool!, indkey int2vector!, indcollation oidvector!, "
      "indclass oidvector!, indoption int2vector!, indexprs text, indpred text",
      &FillIndex);
  return relation;
}

const Relation& PgIndexes() {
  static const Relation relation(
      12043, catalog::kPgCatalogSchema, "pg_indexes",
      "schemaname name, tablename name, indexname name, tablespace name, indexdef text", &FillIndexes);
  return relation;
}

}  // namespace ordinal::syscat
