#include "syscat/catalog_names.h"
#include "syscat/relations.h"

namespace ordinal::syscat {
namespace {

void FillTables(const catalog::SessionView& session, RowBuilder& row) {
  for (const auto& table : session.catalog().Tables()) {
    row.Set("schemaname", SchemaName(session.catalog(), table->schema))
        .Set("tablename", table->name)
        .Set("tableowner", RoleName(session, table->owner))
        .Set("hasindexes", !table->indexes.empty())
        .Set("hasrules", false)
        .Set("hastriggers", false)
        .Set("rowsecurity", false)
        .Emit();
  }
}

void FillViews(const catalog::SessionView& session, RowBuilder& row) {
  for (const Relation* relation : Relations()) {
    row.Set("schemaname", SchemaName(session.catalog(), relation->schema()))
        .Set("viewname", relation->name())
        .Set("viewowner", RoleName(session, catalog::kAdminRole))
        .Emit();
  }
  for (const auto& view : session.catalog().Views()) {
    row.Set("schemaname", SchemaName(session.catalog(), view->schema))
        .Set("viewname", view->name)
        .Set("viewowner", RoleName(session, view->owner))
        .Set("definition", session.ShowView(*view))
        .Emit();
  }
}

}  // namespace

const Relation& PgTables() {
  static const Relation relation(
      12033, catalog::kPgCatalogSchema, "pg_tables",
      "schemaname name, tablename name, tableowner name, tablespace name, hasindexes bool, "
      "hasrules bool, hastriggers bool, rowsecurity bool",
      &FillTables);
  return relation;
}

const Relation& PgViews() {
  static const Relation relation(12028, catalog::kPgCatalogSchema, "pg_views",
                                 "schemaname name, viewname name, viewowner name, definition text",
                                 &FillViews);
  return relation;
}

}  // namespace ordinal::syscat
