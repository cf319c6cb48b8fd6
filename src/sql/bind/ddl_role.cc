// Binds statements about roles.
#include <set>
#include <string>
#include <utility>

#include "base/error.h"
#include "dialect/iam_words.h"
#include "sql/bind/ddl_binder.h"
#include "sql/bind/node_access.h"
#include "types/text_codec.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

constexpr std::string_view kReservedPrefix = "pg_";

bool BoolOf(const DefElem& option) { return As<Boolean>(*option.arg).boolval; }

// The grammar takes both kinds of numbers for CONNECTION LIMIT.
std::int32_t LimitOf(const DefElem& option) {
  const std::int32_t limit = As<Integer>(*option.arg).ival;
  if (limit >= -1) return limit;
  throw Error(sqlstate::kInvalidParameterValue, "invalid connection limit: " + std::to_string(limit));
}

[[noreturn]] void ThrowReserved(const std::string& name, const char* detail) {
  throw Error(sqlstate::kReservedName, "role name \"" + name + "\" is reserved").Detail(detail);
}

void CheckNotReserved(const std::string& name) {
  if (name.starts_with(kReservedPrefix)) {
    ThrowReserved(name, "Role names starting with \"pg_\" are reserved.");
  }
}

}  // namespace

base::Oid DdlBinder::RoleNamed(const std::string& name) const {
  if (const auto role = environment_.catalog.FindRole(name)) return role->oid;
  throw Error(sqlstate::kUndefinedObject, "role \"" + name + "\" does not exist");
}

base::Oid DdlBinder::RoleOf(const RoleSpec& role) const {
  switch (role.roletype) {
    case ROLESPEC_CSTRING:
      return RoleNamed(role.rolename);
    case ROLESPEC_SESSION_USER:
      return environment_.context.SessionRole();
    case ROLESPEC_PUBLIC:
      throw Error(sqlstate::kUndefinedObject, "role \"public\" does not exist");
    default:
      return environment_.context.CurrentRole();
  }
}

std::vector<base::Oid> DdlBinder::RolesOf(const List* specs) const {
  std::vector<base::Oid> roles;
  for (int i = 0; i < LengthOf(specs); ++i) roles.push_back(RoleOf(As<RoleSpec>(*NodeAt(specs, i))));
  return roles;
}

void DdlBinder::BindPassword(const DefElem& option, RoleAttributes& attributes) {
  attributes.password.emplace();
  if (option.arg == nullptr) return;
  const std::string password = As<String>(*option.arg).sval;
  if (password.empty()) {
    Skip("empty string is not a valid password, clearing password");
  } else {
    attributes.password = password;
  }
}

// Members are left to the caller.
void DdlBinder::BindRoleOption(const DefElem& option, RoleAttributes& attributes) {
  const std::string name = option.defname;
  if (name == "superuser") attributes.superuser = BoolOf(option);
  if (name == "inherit") attributes.inherit = BoolOf(option);
  if (name == "createrole") attributes.create_role = BoolOf(option);
  if (name == "createdb") attributes.create_db = BoolOf(option);
  if (name == "canlogin") attributes.login = BoolOf(option);
  if (name == "isreplication") attributes.replication = BoolOf(option);
  if (name == "bypassrls") attributes.bypass_rls = BoolOf(option);
  if (name == "connectionlimit") attributes.connection_limit = LimitOf(option);
  if (name == "password") BindPassword(option, attributes);
  if (name == "sysid") Skip("SYSID can no longer be specified");
  if (name == "validUntil") {
    attributes.valid_until = types::ParseText(As<String>(*option.arg).sval, {TypeId::kTimestamptz, -1},
                                              environment_.context.settings())
                                 .AsInt();
  }
}

void DdlBinder::BindRoleOptions(const List* options, RoleAttributes& attributes) {
  std::set<std::string> seen;
  for (int i = 0; i < LengthOf(options); ++i) {
    const auto& option = As<DefElem>(*NodeAt(options, i));
    if (!seen.insert(option.defname).second) {
      throw Error(sqlstate::kSyntaxError, "conflicting or redundant options")
          .Position(tree_.Position(option.location));
    }
    BindRoleOption(option, attributes);
  }
}

void DdlBinder::BindCreateRole(const CreateRoleStmt& create) {
  ddl_.tag = "CREATE ROLE";
  CreateRole bound;
  bound.name = create.role;
  bound.attributes.login = create.stmt_type == ROLESTMT_USER;
  BindRoleOptions(create.options, bound.attributes);
  CheckNotReserved(bound.name);
  for (int i = 0; i < LengthOf(create.options); ++i) {
    const auto& option = As<DefElem>(*NodeAt(create.options, i));
    const std::string name = option.defname;
    const auto* list = reinterpret_cast<const List*>(option.arg);
    if (name == "addroleto") bound.in_roles = RolesOf(list);
    if (name == "rolemembers") bound.members = RolesOf(list);
    if (name == "adminmembers") bound.admins = RolesOf(list);
  }
  ddl_.statement = std::move(bound);
}

void DdlBinder::BindAlterRole(const AlterRoleStmt& alter) {
  ddl_.tag = "ALTER ROLE";
  if (alter.role->roletype == ROLESPEC_CSTRING &&
      std::string_view(alter.role->rolename).starts_with(kReservedPrefix)) {
    ThrowReserved(alter.role->rolename, "Cannot alter reserved roles.");
  }
  AlterRole bound;
  BindRoleOptions(alter.options, bound.attributes);
  bound.role = RoleOf(*alter.role);
  bound.adds_members = alter.action > 0;
  for (int i = 0; i < LengthOf(alter.options); ++i) {
    const auto& option = As<DefElem>(*NodeAt(alter.options, i));
    if (std::string(option.defname) != "rolemembers") continue;
    bound.members = RolesOf(reinterpret_cast<const List*>(option.arg));
  }
  ddl_.statement = std::move(bound);
}

void DdlBinder::BindDropRoles(const DropRoleStmt& drop) {
  ddl_.tag = "DROP ROLE";
  DropRoles bound;
  for (int i = 0; i < LengthOf(drop.roles); ++i) {
    const auto& spec = As<RoleSpec>(*NodeAt(drop.roles, i));
    if (spec.roletype != ROLESPEC_CSTRING) {
      throw Error(sqlstate::kInvalidParameterValue, "cannot use special role specifier in DROP ROLE");
    }
    if (drop.missing_ok && !environment_.catalog.FindRole(spec.rolename)) {
      Skip("role \"" + std::string(spec.rolename) + "\" does not exist, skipping");
      continue;
    }
    bound.roles.push_back(RoleNamed(spec.rolename));
  }
  ddl_.statement = std::move(bound);
}

void DdlBinder::BindRenameRole(const RenameStmt& rename) {
  ddl_.tag = "ALTER ROLE";
  RenameRole bound{RoleNamed(rename.subname), rename.newname};
  CheckNotReserved(rename.subname);
  CheckNotReserved(bound.name);
  ddl_.statement = std::move(bound);
}

void DdlBinder::BindGrantRoles(const GrantRoleStmt& grant) {
  ddl_.tag = grant.is_grant ? "GRANT ROLE" : "REVOKE ROLE";
  for (const parse::Statement& statement : tree_.statements()) {
    if (statement.node != static_cast<const void*>(&grant)) continue;
    const auto arns = dialect::IamArns(tree_.text().substr(static_cast<std::size_t>(statement.begin),
                                                           static_cast<std::size_t>(statement.length)));
    if (arns.empty()) continue;
    const auto& named = As<AccessPriv>(*NodeAt(grant.granted_roles, 0));
    ddl_.statement = MapIamRole{grant.is_grant, RoleNamed(named.priv_name), arns};
    return;
  }
  GrantRoles bound;
  bound.grant = grant.is_grant;
  bound.admin_option = grant.admin_opt;
  if (grant.grantor != nullptr) bound.grantor = RoleOf(*grant.grantor);
  bound.members = RolesOf(grant.grantee_roles);
  for (int i = 0; i < LengthOf(grant.granted_roles); ++i) {
    const auto& named = As<AccessPriv>(*NodeAt(grant.granted_roles, i));
    if (named.priv_name == nullptr || named.cols != nullptr) {
      throw Error(sqlstate::kInvalidGrantOperation, "column names cannot be included in GRANT/REVOKE ROLE");
    }
    bound.roles.push_back(RoleNamed(named.priv_name));
  }
  ddl_.statement = std::move(bound);
}

void DdlBinder::BindReassignOwned(const ReassignOwnedStmt& reassign) {
  ddl_.tag = "REASSIGN OWNED";
  ReassignOwned bound;
  bound.from = RolesOf(reassign.roles);
  bound.to = RoleOf(*reassign.newrole);
  ddl_.statement = std::move(bound);
}

void DdlBinder::BindDropOwned(const DropOwnedStmt& drop) {
  ddl_.tag = "DROP OWNED";
  ddl_.statement = DropOwned{RolesOf(drop.roles), drop.behavior == DROP_CASCADE};
}

}  // namespace ordinal::sql
