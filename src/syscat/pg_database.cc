#include "syscat/catalog_names.h"
#include "syscat/relations.h"

namespace ordinal::syscat {
namespace {

constexpr int kUtf8 = 6;  // pg_encoding_to_char(6)
constexpr catalog::Oid kGlobalTablespace = 1664;

void FillDatabase(const catalog::SessionView& session, RowBuilder& row) {
  row.Set("oid", kDatabaseOid)
      .Set("datname", session.database_name())
      .Set("datdba", catalog::kAdminRole)
      .Set("encoding", kUtf8)
      .Set("datlocprovider", 'c')
      .Set("datallowconn", true)
      .Set("datconnlimit", -1)
      .Set("dattablespace", kDefaultTablespace)
      .Set("datcollate", "C")
      .Set("datctype", "C")
      .Set("datacl", ShowAcl(session.catalog(), session.catalog().database().acl))
      .Emit();
}

void FillTablespace(const catalog::SessionView&, RowBuilder& row) {
  row.Set("oid", kDefaultTablespace).Set("spcname", "pg_default").Set("spcowner", catalog::kAdminRole).Emit();
  row.Set("oid", kGlobalTablespace).Set("spcname", "pg_global").Set("spcowner", catalog::kAdminRole).Emit();
}

void FillSettings(const catalog::SessionView& session, RowBuilder& row) {
  for (const auto& [name, value] : session.Parameters()) {
    row.Set("name", name)
        .Set("setting", value)
        .Set("category", "Ungrouped")
        .Set("short_desc", "")
        .Set("context", "user")
        .Set("vartype", "string")
        .Set("source", "session")
        .Set("pending_restart", false)
        .Emit();
  }
}

}  // namespace

const Relation& PgDatabase() {
  static const Relation relation(
      1262, catalog::kPgCatalogSchema, "pg_database",
      "oid oid!, datname name!, datdba oid!, encoding int4!, datlocprovider char!, "
      "datistemplate bool!, datallowconn bool!, datconnlimit int4!, datfrozenxid xid!, "
      "datminmxid xid!, dattablespace oid!, datcollate text!, datctype text!, daticulocale text, "
      "datcollversion text, datacl _text",
      &FillDatabase);
  return relation;
}

const Relation& PgTablespace() {
  static const Relation relation(1213, catalog::kPgCatalogSchema, "pg_tablespace",
                                 "oid oid!, spcname name!, spcowner oid!, spcacl _text, spcoptions _text",
                                 &FillTablespace);
  return relation;
}

const Relation& PgSettings() {
  static const Relation relation(
      12104, catalog::kPgCatalogSchema, "pg_settings",
      "name text, setting text, unit text, category text, short_desc text, extra_desc text, "
      "context text, vartype text, source text, min_val text, max_val text, enumvals _text, "
      "boot_val text, reset_val text, sourcefile text, sourceline int4, pending_restart bool",
      &FillSettings);
  return relation;
}

}  // namespace ordinal::syscat
