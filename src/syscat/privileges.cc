// What GRANT gave: pg_default_acl, and the privileges of information_schema.
#include "catalog/privileges.h"

#include <bit>

#include "catalog/roles.h"
#include "syscat/catalog_names.h"
#include "syscat/relations.h"
#include "types/array.h"

namespace ordinal::syscat {
namespace {

using catalog::Acl;
using catalog::AclItem;
using catalog::AclKind;
using catalog::Catalog;
using catalog::Oid;
using catalog::Privileges;

const char* YesNo(bool truth) { return truth ? "YES" : "NO"; }

std::string GranteeName(const Catalog& catalog, Oid role) {
  return role == catalog::kPublicGrantee ? "PUBLIC" : catalog::RoleName(catalog, role);
}

// Whether the rows of this item are shown: to whom it concerns. The role_* views leave PUBLIC out.
bool IsShown(const catalog::SessionView& session, const AclItem& item, bool enabled_only) {
  const auto acts_as = [&session](Oid role) {
    return catalog::HasPrivilegesOf(session.catalog(), session.current_role(), role);
  };
  if (item.grantee == catalog::kPublicGrantee) return !enabled_only || acts_as(item.grantor);
  return acts_as(item.grantor) || acts_as(item.grantee);
}

// Calls `visit(item, privilege)` for each single privilege that is to be shown.
template <typename Visit>
void EachPrivilege(const catalog::SessionView& session, const Acl& acl, Privileges among, bool enabled_only,
                   const Visit& visit) {
  for (const AclItem& item : acl) {
    if (!IsShown(session, item, enabled_only)) continue;
    for (Privileges rest = item.privileges & among; rest != 0; rest &= rest - 1) {
      visit(item, Privileges{1} << std::countr_zero(rest));
    }
  }
}

// A privilege that the owner has comes with the option to grant it.
bool IsGrantable(const catalog::SessionView& session, const AclItem& item, Privileges privilege, Oid owner) {
  if ((item.grantable & privilege) != 0) return true;
  return item.grantee != catalog::kPublicGrantee &&
         catalog::HasPrivilegesOf(session.catalog(), item.grantee, owner);
}

RowBuilder& Begin(const catalog::SessionView& session, RowBuilder& row, const AclItem& item) {
  return row.Set("grantor", catalog::RoleName(session.catalog(), item.grantor))
      .Set("grantee", GranteeName(session.catalog(), item.grantee));
}

template <typename Relation>
void EmitTablePrivileges(const catalog::SessionView& session, RowBuilder& row, const Relation& relation,
                         bool enabled_only) {
  const Acl acl = catalog::AclOf({AclKind::kRelation, relation.owner, &relation.acl});
  EachPrivilege(session, acl, ~Privileges{0}, enabled_only, [&](const AclItem& item, Privileges privilege) {
    Begin(session, row, item)
        .Set("table_catalog", session.database_name())
        .Set("table_schema", SchemaName(session.catalog(), relation.schema))
        .Set("table_name", relation.name)
        .Set("privilege_type", catalog::PrivilegeName(privilege))
        .Set("is_grantable", YesNo(IsGrantable(session, item, privilege, relation.owner)))
        .Set("with_hierarchy", YesNo(privilege == catalog::kSelectPrivilege))
        .Emit();
  });
}

template <typename Relation>
void EmitColumnPrivileges(const catalog::SessionView& session, RowBuilder& row, const Relation& relation,
                          bool enabled_only) {
  const Acl of_relation = catalog::AclOf({AclKind::kRelation, relation.owner, &relation.acl});
  for (const auto& column : relation.columns) {
    if constexpr (requires { column.dropped; }) {
      if (column.dropped) continue;
    }
    Acl acl = of_relation;
    if (column.acl) acl = catalog::Merge(session.catalog(), std::move(acl), *column.acl, relation.owner);
    EachPrivilege(session, acl, catalog::AllPrivileges(AclKind::kColumn), enabled_only,
                  [&](const AclItem& item, Privileges privilege) {
                    Begin(session, row, item)
                        .Set("table_catalog", session.database_name())
                        .Set("table_schema", SchemaName(session.catalog(), relation.schema))
                        .Set("table_name", relation.name)
                        .Set("column_name", column.name)
                        .Set("privilege_type", catalog::PrivilegeName(privilege))
                        .Set("is_grantable", YesNo(IsGrantable(session, item, privilege, relation.owner)))
                        .Emit();
                  });
  }
}

void FillTables(const catalog::SessionView& session, RowBuilder& row, bool enabled_only) {
  for (const auto& table : session.catalog().Tables())
    EmitTablePrivileges(session, row, *table, enabled_only);
  for (const auto& view : session.catalog().Views()) EmitTablePrivileges(session, row, *view, enabled_only);
}

void FillColumns(const catalog::SessionView& session, RowBuilder& row, bool enabled_only) {
  for (const auto& table : session.catalog().Tables()) {
    EmitColumnPrivileges(session, row, *table, enabled_only);
  }
  for (const auto& view : session.catalog().Views()) EmitColumnPrivileges(session, row, *view, enabled_only);
}

void FillUsage(const catalog::SessionView& session, RowBuilder& row, bool enabled_only) {
  for (const auto& sequence : session.catalog().Sequences()) {
    if (sequence->is_identity) continue;
    const Acl acl = catalog::AclOf({AclKind::kSequence, sequence->owner, &sequence->acl});
    EachPrivilege(session, acl, catalog::kUsagePrivilege, enabled_only,
                  [&](const AclItem& item, Privileges privilege) {
                    Begin(session, row, item)
                        .Set("object_catalog", session.database_name())
                        .Set("object_schema", SchemaName(session.catalog(), sequence->schema))
                        .Set("object_name", sequence->name)
                        .Set("object_type", "SEQUENCE")
                        .Set("privilege_type", "USAGE")
                        .Set("is_grantable", YesNo(IsGrantable(session, item, privilege, sequence->owner)))
                        .Emit();
                  });
  }
}

template <void (*Fill)(const catalog::SessionView&, RowBuilder&, bool), bool enabled_only>
void FillWith(const catalog::SessionView& session, RowBuilder& row) {
  Fill(session, row, enabled_only);
}

void FillDefaults(const catalog::SessionView& session, RowBuilder& row) {
  for (const auto& defaults : session.catalog().AllDefaultPrivileges()) {
    row.Set("oid", defaults->oid)
        .Set("defaclrole", defaults->role)
        .Set("defaclnamespace", defaults->schema_limit)
        .Set("defaclobjtype", static_cast<char>(defaults->kind))
        .Set("defaclacl", ShowAcl(session.catalog(), defaults->acl))
        .Emit();
  }
}

constexpr const char* kTableColumns =
    "grantor text, grantee text, table_catalog text, table_schema text, table_name text, "
    "privilege_type text, is_grantable text, with_hierarchy text";
constexpr const char* kColumnColumns =
    "grantor text, grantee text, table_catalog text, table_schema text, table_name text, column_name text, "
    "privilege_type text, is_grantable text";
constexpr const char* kUsageColumns =
    "grantor text, grantee text, object_catalog text, object_schema text, object_name text, "
    "object_type text, privilege_type text, is_grantable text";

}  // namespace

const Relation& PgDefaultAcl() {
  static const Relation relation(
      826, catalog::kPgCatalogSchema, "pg_default_acl",
      "oid oid!, defaclrole oid!, defaclnamespace oid!, defaclobjtype char!, defaclacl _text!",
      &FillDefaults);
  return relation;
}

std::span<const Relation> InformationPrivileges() {
  static const Relation relations[] = {
      Relation(13416, catalog::kInformationSchema, "table_privileges", kTableColumns,
               &FillWith<FillTables, false>),
      Relation(13421, catalog::kInformationSchema, "role_table_grants", kTableColumns,
               &FillWith<FillTables, true>),
      Relation(13285, catalog::kInformationSchema, "column_privileges", kColumnColumns,
               &FillWith<FillColumns, false>),
      Relation(13344, catalog::kInformationSchema, "role_column_grants", kColumnColumns,
               &FillWith<FillColumns, true>),
      Relation(13454, catalog::kInformationSchema, "usage_privileges", kUsageColumns,
               &FillWith<FillUsage, false>),
      Relation(13459, catalog::kInformationSchema, "role_usage_grants", kUsageColumns,
               &FillWith<FillUsage, true>),
  };
  return relations;
}

}  // namespace ordinal::syscat
