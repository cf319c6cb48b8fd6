#include "syscat/catalog_names.h"
#include "syscat/relations.h"

namespace ordinal::syscat {
namespace {

constexpr const char* kHiddenPassword = "********";

void FillRoles(const catalog::SessionView& session, RowBuilder& row) {
  row.Set("rolname", RoleName(session, catalog::kAdminRole))
      .Set("rolsuper", true)
      .Set("rolinherit", true)
      .Set("rolcreaterole", true)
      .Set("rolcreatedb", true)
      .Set("rolcanlogin", true)
      .Set("rolreplication", false)
      .Set("rolconnlimit", -1)
      .Set("rolpassword", kHiddenPassword)
      .Set("rolbypassrls", true)
      .Set("oid", catalog::kAdminRole)
      .Emit();
}

void FillUser(const catalog::SessionView& session, RowBuilder& row) {
  row.Set("usename", RoleName(session, catalog::kAdminRole))
      .Set("usesysid", catalog::kAdminRole)
      .Set("usecreatedb", true)
      .Set("usesuper", true)
      .Set("userepl", false)
      .Set("usebypassrls", true)
      .Set("passwd", kHiddenPassword)
      .Emit();
}

}  // namespace

const Relation& PgRoles() {
  static const Relation relation(
      12000, catalog::kPgCatalogSchema, "pg_roles",
      "rolname name, rolsuper bool, rolinherit bool, rolcreaterole bool, rolcreatedb bool, "
      "rolcanlogin bool, rolreplication bool, rolconnlimit int4, rolpassword text, "
      "rolvaliduntil timestamptz, rolbypassrls bool, rolconfig _text, oid oid",
      &FillRoles);
  return relation;
}

const Relation& PgUser() {
  static const Relation relation(12014, catalog::kPgCatalogSchema, "pg_user",
                                 "usename name, usesysid oid, usecreatedb bool, usesuper bool, userepl bool, "
                                 "usebypassrls bool, passwd text, valuntil timestamptz, useconfig _text",
                                 &FillUser);
  return relation;
}

}  // namespace ordinal::syscat
