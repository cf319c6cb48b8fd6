// Roles: pg_authid, its views, and who is a member of what.
#include "catalog/roles.h"
#include "syscat/catalog_names.h"
#include "syscat/relations.h"
#include "types/array.h"

namespace ordinal::syscat {
namespace {

constexpr const char* kHiddenPassword = "********";

void SetValidUntil(RowBuilder& row, std::string_view column, const catalog::RoleDescriptor& role) {
  if (role.valid_until) row.Set(column, types::Value::Int(*role.valid_until));
}

// Sets what pg_authid and pg_roles have in common.
RowBuilder& BeginRole(RowBuilder& row, const catalog::RoleDescriptor& role) {
  return row.Set("rolname", role.name)
      .Set("rolsuper", role.superuser)
      .Set("rolinherit", role.inherit)
      .Set("rolcreaterole", role.create_role)
      .Set("rolcreatedb", role.create_db)
      .Set("rolcanlogin", role.login)
      .Set("rolreplication", role.replication)
      .Set("rolbypassrls", role.bypass_rls)
      .Set("rolconnlimit", role.connection_limit)
      .Set("oid", role.oid);
}

void FillSettings(const catalog::SessionView& session, RowBuilder& row) {
  const auto emit = [&](catalog::Oid database, catalog::Oid role,
                        const catalog::ParameterSettings& settings) {
    if (settings.empty()) return;
    row.Set("setdatabase", database).Set("setrole", role).Set("setconfig", ShowSettings(settings)).Emit();
  };
  const catalog::DatabaseDescriptor& database = session.catalog().database();
  emit(0, 0, database.all_role_settings);
  emit(kDatabaseOid, 0, database.settings);
  for (const auto& role : session.catalog().Roles()) {
    emit(0, role->oid, role->settings);
    emit(kDatabaseOid, role->oid, role->database_settings);
  }
}

void FillAuthid(const catalog::SessionView& session, RowBuilder& row) {
  const bool may_see = catalog::IsSuperuser(session.catalog(), session.current_role());
  for (const auto& role : session.catalog().Roles()) {
    BeginRole(row, *role);
    if (role->password && may_see) row.Set("rolpassword", *role->password);
    SetValidUntil(row, "rolvaliduntil", *role);
    row.Emit();
  }
}

void FillRoles(const catalog::SessionView& session, RowBuilder& row) {
  for (const auto& role : session.catalog().Roles()) {
    BeginRole(row, *role).Set("rolpassword", kHiddenPassword);
    if (!role->settings.empty()) row.Set("rolconfig", ShowSettings(role->settings));
    SetValidUntil(row, "rolvaliduntil", *role);
    row.Emit();
  }
}

void FillUsers(const catalog::SessionView& session, RowBuilder& row, bool show_password) {
  const bool may_see = catalog::IsSuperuser(session.catalog(), session.current_role());
  for (const auto& role : session.catalog().Roles()) {
    if (!role->login) continue;
    row.Set("usename", role->name)
        .Set("usesysid", role->oid)
        .Set("usecreatedb", role->create_db)
        .Set("usesuper", role->superuser)
        .Set("userepl", role->replication)
        .Set("usebypassrls", role->bypass_rls);
    if (!show_password) {
      row.Set("passwd", kHiddenPassword);
    } else if (role->password && may_see) {
      row.Set("passwd", *role->password);
    }
    SetValidUntil(row, "valuntil", *role);
    if (!role->settings.empty()) row.Set("useconfig", ShowSettings(role->settings));
    row.Emit();
  }
}

void FillUser(const catalog::SessionView& session, RowBuilder& row) { FillUsers(session, row, false); }
void FillShadow(const catalog::SessionView& session, RowBuilder& row) { FillUsers(session, row, true); }

void FillGroup(const catalog::SessionView& session, RowBuilder& row) {
  const auto roles = session.catalog().Roles();
  for (const auto& group : roles) {
    if (group->login) continue;
    std::vector<types::Value> members;
    for (const auto& role : roles) {
      for (const catalog::RoleMembership& membership : role->member_of) {
        if (membership.role == group->oid) members.push_back(types::Value::Int(role->oid));
      }
    }
    row.Set("groname", group->name)
        .Set("grosysid", group->oid)
        .Set("grolist", types::MakeArray(types::TypeId::kOid, std::move(members)))
        .Emit();
  }
}

template <typename Visit>
void ForEachMembership(const catalog::Catalog& catalog, const Visit& visit) {
  for (const auto& role : catalog.Roles()) {
    for (const catalog::RoleMembership& membership : role->member_of) visit(*role, membership);
  }
}

void FillMembers(const catalog::SessionView& session, RowBuilder& row) {
  ForEachMembership(session.catalog(), [&](const auto& member, const auto& membership) {
    row.Set("roleid", membership.role)
        .Set("member", member.oid)
        .Set("grantor", membership.grantor)
        .Set("admin_option", membership.admin)
        .Emit();
  });
}

void FillEnabledRoles(const catalog::SessionView& session, RowBuilder& row) {
  for (const auto& role : session.catalog().Roles()) {
    if (!catalog::HasPrivilegesOf(session.catalog(), session.current_role(), role->oid)) continue;
    row.Set("role_name", role->name).Emit();
  }
}

void FillApplicable(const catalog::SessionView& session, RowBuilder& row, bool grantable_only) {
  const catalog::Catalog& catalog = session.catalog();
  ForEachMembership(catalog, [&](const auto& member, const auto& membership) {
    if (grantable_only && !membership.admin) return;
    if (!catalog::HasPrivilegesOf(catalog, session.current_role(), member.oid)) return;
    row.Set("grantee", member.name)
        .Set("role_name", catalog::RoleName(catalog, membership.role))
        .Set("is_grantable", membership.admin ? "YES" : "NO")
        .Emit();
  });
}

void FillApplicableRoles(const catalog::SessionView& session, RowBuilder& row) {
  FillApplicable(session, row, false);
}
void FillAdministrableRoles(const catalog::SessionView& session, RowBuilder& row) {
  FillApplicable(session, row, true);
}

constexpr const char* kUserColumns =
    "usename name, usesysid oid, usecreatedb bool, usesuper bool, userepl bool, usebypassrls bool, "
    "passwd text, valuntil timestamptz, useconfig _text";
constexpr const char* kApplicableColumns = "grantee text, role_name text, is_grantable text";

}  // namespace

const Relation& PgAuthid() {
  static const Relation relation(
      1260, catalog::kPgCatalogSchema, "pg_authid",
      "oid oid!, rolname name!, rolsuper bool!, rolinherit bool!, rolcreaterole bool!, rolcreatedb bool!, "
      "rolcanlogin bool!, rolreplication bool!, rolbypassrls bool!, rolconnlimit int4!, rolpassword text, "
      "rolvaliduntil timestamptz",
      &FillAuthid);
  return relation;
}

const Relation& PgDbRoleSetting() {
  static const Relation relation(2964, catalog::kPgCatalogSchema, "pg_db_role_setting",
                                 "setdatabase oid!, setrole oid!, setconfig _text", &FillSettings);
  return relation;
}

const Relation& PgAuthMembers() {
  static const Relation relation(1261, catalog::kPgCatalogSchema, "pg_auth_members",
                                 "roleid oid!, member oid!, grantor oid!, admin_option bool!", &FillMembers);
  return relation;
}

const Relation& PgRoles() {
  static const Relation relation(
      12000, catalog::kPgCatalogSchema, "pg_roles",
      "rolname name, rolsuper bool, rolinherit bool, rolcreaterole bool, rolcreatedb bool, "
      "rolcanlogin bool, rolreplication bool, rolconnlimit int4, rolpassword text, "
      "rolvaliduntil timestamptz, rolbypassrls bool, rolconfig _text, oid oid",
      &FillRoles);
  return relation;
}

const Relation& PgShadow() {
  static const Relation relation(12005, catalog::kPgCatalogSchema, "pg_shadow", kUserColumns, &FillShadow);
  return relation;
}

const Relation& PgUser() {
  static const Relation relation(12014, catalog::kPgCatalogSchema, "pg_user", kUserColumns, &FillUser);
  return relation;
}

const Relation& PgGroup() {
  static const Relation relation(12010, catalog::kPgCatalogSchema, "pg_group",
                                 "groname name, grosysid oid, grolist _oid", &FillGroup);
  return relation;
}

const Relation& InformationEnabledRoles() {
  static const Relation relation(13325, catalog::kInformationSchema, "enabled_roles", "role_name text",
                                 &FillEnabledRoles);
  return relation;
}

const Relation& InformationApplicableRoles() {
  static const Relation relation(13236, catalog::kInformationSchema, "applicable_roles", kApplicableColumns,
                                 &FillApplicableRoles);
  return relation;
}

const Relation& InformationAdministrableRoles() {
  static const Relation relation(13241, catalog::kInformationSchema, "administrable_role_authorizations",
                                 kApplicableColumns, &FillAdministrableRoles);
  return relation;
}

}  // namespace ordinal::syscat
