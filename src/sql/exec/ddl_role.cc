// Runs statements about roles. Who may do what is PostgreSQL's, of version 15.
#include <algorithm>
#include <array>
#include <iterator>
#include <string>
#include <utility>

#include "base/error.h"
#include "catalog/roles.h"
#include "sql/exec/ddl_executor.h"

namespace ordinal::sql {
namespace {

using base::Error;
using base::Oid;
namespace sqlstate = base::sqlstate;

[[noreturn]] void Deny(std::string text) { throw Error(sqlstate::kInsufficientPrivilege, std::move(text)); }

template <typename T>
void Take(const std::optional<T>& said, T& value) {
  if (said) value = *said;
}

bool IsPinned(Oid role) { return role < base::kFirstUserOid; }

auto FindMembership(auto& role, Oid of) {
  return std::find_if(role.member_of.begin(), role.member_of.end(),
                      [of](const catalog::RoleMembership& membership) { return membership.role == of; });
}

}  // namespace

catalog::RoleDescriptor DdlExecutor::RoleToChange(Oid oid) const {
  if (const auto role = catalog().RoleByOid(oid)) return *role;
  throw Error(sqlstate::kUndefinedObject, "role with OID " + std::to_string(oid) + " does not exist");
}

void DdlExecutor::Assign(const RoleAttributes& said, catalog::RoleDescriptor& role) {
  Take(said.superuser, role.superuser);
  Take(said.inherit, role.inherit);
  Take(said.create_role, role.create_role);
  Take(said.create_db, role.create_db);
  Take(said.login, role.login);
  Take(said.replication, role.replication);
  Take(said.bypass_rls, role.bypass_rls);
  Take(said.connection_limit, role.connection_limit);
  if (said.valid_until) role.valid_until = said.valid_until;
  if (!said.password) return;
  role.password = *said.password;
  if (role.password) role.password = context_.store_password(*role.password);
}

void DdlExecutor::Run(const CreateRole& create) {
  const RoleAttributes& said = create.attributes;
  if (!catalog::IsSuperuser(catalog(), context_.role)) {
    if (said.superuser.value_or(false)) Deny("must be superuser to create superusers");
    if (said.replication.value_or(false)) Deny("must be superuser to create replication users");
    if (said.bypass_rls.value_or(false)) Deny("must be superuser to create bypassrls users");
    if (!catalog::MayCreateRoles(catalog(), context_.role)) Deny("permission denied to create role");
  }
  if (catalog().FindRole(create.name)) {
    throw Error(sqlstate::kDuplicateObject, "role \"" + create.name + "\" already exists");
  }
  catalog::RoleDescriptor role;
  role.oid = context_.oids.Next();
  role.name = create.name;
  Assign(said, role);
  const Oid oid = role.oid;
  context_.editor.Create(std::move(role));
  for (const Oid in : create.in_roles) AddMembers(in, {oid}, context_.role, false);
  AddMembers(oid, create.admins, context_.role, true);
  AddMembers(oid, create.members, context_.role, false);
}

void DdlExecutor::Run(const AlterRole& alter) {
  catalog::RoleDescriptor role = RoleToChange(alter.role);
  const RoleAttributes& said = alter.attributes;
  const bool superuser = catalog::IsSuperuser(catalog(), context_.role);
  if ((role.superuser || said.superuser) && !superuser) {
    Deny("must be superuser to alter superuser roles or change superuser attribute");
  }
  if ((role.replication || said.replication) && !superuser) {
    Deny("must be superuser to alter replication roles or change replication attribute");
  }
  if (said.bypass_rls && !superuser) Deny("must be superuser to change bypassrls attribute");
  if (!catalog::MayCreateRoles(catalog(), context_.role)) {
    // Everybody may set the own password, and nothing else.
    const bool more = said.inherit || said.create_role || said.create_db || said.login ||
                      said.connection_limit || said.valid_until || !alter.members.empty();
    if (more || !said.password || role.oid != context_.role) Deny("permission denied");
  }
  Assign(said, role);
  const Oid oid = role.oid;
  context_.editor.Update(std::move(role));
  if (alter.adds_members) {
    AddMembers(oid, alter.members, context_.role, false);
  } else {
    RemoveMembers(oid, alter.members, false);
  }
}

void DdlExecutor::Run(const RenameRole& rename) {
  catalog::RoleDescriptor role = RoleToChange(rename.role);
  if (role.oid == context_.session_role) {
    throw Error(sqlstate::kFeatureNotSupported, "session user cannot be renamed");
  }
  if (role.oid == context_.role) {
    throw Error(sqlstate::kFeatureNotSupported, "current user cannot be renamed");
  }
  if (catalog().FindRole(rename.name)) {
    throw Error(sqlstate::kDuplicateObject, "role \"" + rename.name + "\" already exists");
  }
  if (role.superuser && !catalog::IsSuperuser(catalog(), context_.role)) {
    Deny("must be superuser to rename superusers");
  }
  if (!catalog::MayCreateRoles(catalog(), context_.role)) Deny("permission denied to rename role");
  role.name = rename.name;
  context_.editor.Update(std::move(role));
}

// What a membership of the role may be given or taken by.
void DdlExecutor::CheckMayGrant(const catalog::RoleDescriptor& role, Oid grantor) const {
  const bool superuser = catalog::IsSuperuser(catalog(), context_.role);
  if (role.superuser) {
    if (!superuser) Deny("must be superuser to alter superusers");
  } else if (!catalog::MayCreateRoles(catalog(), context_.role) &&
             !catalog::MayGrantRole(catalog(), grantor, role.oid)) {
    Deny("must have admin option on role \"" + role.name + "\"");
  }
  if (grantor != context_.role && !superuser) Deny("must be superuser to set grantor");
}

void DdlExecutor::AddMembers(Oid role, const std::vector<Oid>& members, Oid grantor, bool admin) {
  if (members.empty()) return;
  const catalog::RoleDescriptor granted = RoleToChange(role);
  CheckMayGrant(granted, grantor);
  for (const Oid oid : members) {
    catalog::RoleDescriptor member = RoleToChange(oid);
    if (catalog::IsListedMember(catalog(), role, oid)) {
      throw Error(sqlstate::kInvalidGrantOperation,
                  "role \"" + granted.name + "\" is a member of role \"" + member.name + "\"");
    }
    const auto found = FindMembership(member, role);
    if (found != member.member_of.end() && (found->admin || !admin)) {
      Notice(sqlstate::kSuccessfulCompletion,
             "role \"" + member.name + "\" is already a member of role \"" + granted.name + "\"");
      continue;
    }
    // The membership is not to outlive the role, nor to close a circle with one that is being made.
    context_.editor.DependOn(role);
    if (found != member.member_of.end()) {
      *found = {role, grantor, admin};
    } else {
      member.member_of.push_back({role, grantor, admin});
    }
    context_.editor.Update(std::move(member));
  }
}

void DdlExecutor::RemoveMembers(Oid role, const std::vector<Oid>& members, bool admin_option_only) {
  if (members.empty()) return;
  const catalog::RoleDescriptor granted = RoleToChange(role);
  CheckMayGrant(granted, context_.role);
  for (const Oid oid : members) {
    catalog::RoleDescriptor member = RoleToChange(oid);
    const auto found = FindMembership(member, role);
    if (found == member.member_of.end()) {
      Warn("role \"" + member.name + "\" is not a member of role \"" + granted.name + "\"");
      continue;
    }
    if (admin_option_only) {
      found->admin = false;
    } else {
      member.member_of.erase(found);
    }
    context_.editor.Update(std::move(member));
  }
}

void DdlExecutor::Run(const GrantRoles& grant) {
  for (const Oid role : grant.roles) {
    if (grant.grant) {
      AddMembers(role, grant.members, grant.grantor.value_or(context_.role), grant.admin_option);
    } else {
      RemoveMembers(role, grant.members, grant.admin_option);
    }
  }
}

void DdlExecutor::CheckDroppable(const catalog::RoleDescriptor& role) {
  if (role.oid == context_.role) throw Error(sqlstate::kObjectInUse, "current user cannot be dropped");
  if (role.oid == context_.session_role) {
    throw Error(sqlstate::kObjectInUse, "session user cannot be dropped");
  }
  if (role.superuser && !catalog::IsSuperuser(catalog(), context_.role)) {
    Deny("must be superuser to drop superusers");
  }
  if (IsPinned(role.oid)) {
    throw Error(sqlstate::kDependentObjectsStillExist,
                "cannot drop role " + role.name + " because it is required by the database system");
  }
  std::vector<std::pair<Oid, std::string>> dependents = DependentsOf(role.oid);
  if (dependents.empty()) return;
  std::stable_sort(dependents.begin(), dependents.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  std::string lines;
  for (const auto& [oid, what] : dependents) lines += (lines.empty() ? "" : "\n") + what;
  throw Error(sqlstate::kDependentObjectsStillExist,
              "role \"" + role.name + "\" cannot be dropped because some objects depend on it")
      .Detail(std::move(lines));
}

std::vector<std::pair<Oid, std::string>> DdlExecutor::DependentsOf(Oid role) {
  std::vector<std::pair<Oid, std::string>> dependents;
  const auto add = [&](const auto& object, const std::string& description) {
    if (object.owner == role) dependents.emplace_back(object.oid, "owner of " + description);
    // The owner's own item goes with him.
    if (object.owner != role && catalog::Mentions(object.acl, role)) {
      dependents.emplace_back(object.oid, "privileges for " + description);
    }
    if constexpr (requires { object.columns; }) {
      for (const auto& column : object.columns) {
        if (object.owner == role || !catalog::Mentions(column.acl, role)) continue;
        dependents.emplace_back(object.oid, "privileges for column " + column.name + " of " + description);
      }
    }
  };
  for (const auto& mapping : catalog().RoleByOid(role)->iam_mappings) {
    dependents.emplace_back(mapping.oid, "IAM mapping to " + mapping.arn);
  }
  for (const auto& table : catalog().Tables()) add(*table, Describe(table->oid));
  for (const auto& sequence : catalog().Sequences()) add(*sequence, Describe(sequence->oid));
  for (const auto& view : catalog().Views()) add(*view, Describe(view->oid));
  for (const auto& domain : catalog().Domains()) add(*domain, Describe(domain->oid));
  for (const auto& function : catalog().Functions()) add(*function, Describe(function->oid));
  for (const auto& made : catalog().AllExtendedStatistics()) {
    if (made->owner == role) dependents.emplace_back(made->oid, "owner of " + Describe(made->oid));
  }
  for (const auto& schema : catalog().Schemas()) add(*schema, "schema " + schema->name);
  add(catalog().database(), "database " + context_.evaluation.DatabaseName());
  for (const auto& [oid, acl] : catalog().database().system_acls) {
    if (!catalog::Mentions(acl, role)) continue;
    const auto relation = catalog().RelationByOid(oid);
    dependents.emplace_back(
        oid, "privileges for " +
                 (relation ? Describe(oid) : "type " + types::FormatType({static_cast<TypeId>(oid)})));
  }
  for (const auto& sequence : catalog().Sequences()) {
    for (const auto& [number, acl] : sequence->column_acls) {
      if (sequence->owner == role || !catalog::Mentions(acl, role)) continue;
      constexpr std::array<const char*, 3> kColumns = {"last_value", "log_cnt", "is_called"};
      dependents.emplace_back(sequence->oid, std::string("privileges for column ") +
                                                 kColumns.at(static_cast<std::size_t>(number - 1)) + " of " +
                                                 Describe(sequence->oid));
    }
  }
  for (const auto& defaults : catalog().AllDefaultPrivileges()) {
    const bool owns = defaults->role == role;
    if (!owns && !catalog::Mentions(defaults->acl, role)) continue;
    dependents.emplace_back(defaults->oid, (owns ? "owner of " : "privileges for ") + Describe(*defaults));
  }
  return dependents;
}

std::string DdlExecutor::Describe(const catalog::DefaultPrivileges& defaults) const {
  const char* what = "types";
  if (defaults.kind == catalog::AclKind::kRelation) what = "relations";
  if (defaults.kind == catalog::AclKind::kSequence) what = "sequences";
  if (defaults.kind == catalog::AclKind::kFunction) what = "functions";
  if (defaults.kind == catalog::AclKind::kSchema) what = "schemas";
  std::string text = std::string("default privileges on new ") + what + " belonging to role " +
                     catalog::RoleName(catalog(), defaults.role);
  if (defaults.schema_limit != 0) text += " in schema " + catalog().SchemaByOid(defaults.schema_limit)->name;
  return text;
}

void DdlExecutor::Run(const DropRoles& drop) {
  if (!catalog::MayCreateRoles(catalog(), context_.role)) Deny("permission denied to drop role");
  for (const Oid oid : drop.roles) {
    if (!catalog().RoleByOid(oid)) continue;  // named twice
    CheckDroppable(RoleToChange(oid));
    for (const auto& other : catalog().Roles()) {
      catalog::RoleDescriptor member = *other;
      const auto found = FindMembership(member, oid);
      if (found == member.member_of.end()) continue;
      member.member_of.erase(found);
      context_.editor.Update(std::move(member));
    }
    context_.editor.Drop(oid);
  }
}

void DdlExecutor::Run(const ReassignOwned& reassign) {
  for (const Oid oid : reassign.from) {
    if (!catalog::HasPrivilegesOf(catalog(), context_.role, oid)) {
      Deny("permission denied to reassign objects");
    }
  }
  if (!catalog::HasPrivilegesOf(catalog(), context_.role, reassign.to)) {
    Deny("permission denied to reassign objects");
  }
  for (const Oid oid : reassign.from) {
    if (IsPinned(oid)) {
      throw Error(sqlstate::kDependentObjectsStillExist,
                  "cannot reassign ownership of objects owned by role " + catalog::RoleName(catalog(), oid) +
                      " because they are required by the database system");
    }
  }
  const auto is_from = [&](Oid owner) {
    return std::find(reassign.from.begin(), reassign.from.end(), owner) != reassign.from.end();
  };
  const auto reassign_all = [&](const auto& objects) {
    for (const auto& object : objects) {
      if (is_from(object->owner)) SetOwnerOf(object->oid, reassign.to);
    }
  };
  reassign_all(catalog().Schemas());
  reassign_all(catalog().Tables());
  reassign_all(catalog().Sequences());
  reassign_all(catalog().Views());
  reassign_all(catalog().Functions());
  reassign_all(catalog().Domains());
  for (const auto& found : catalog().AllExtendedStatistics()) {
    if (!is_from(found->owner)) continue;
    auto made = *found;
    made.owner = reassign.to;
    context_.editor.Update(std::move(made));
  }
}

// Takes all items of the role out of the lists of an object; false when there were none.
static bool RevokeFrom(auto& object, Oid role) {
  bool changed = catalog::Mentions(object.acl, role);
  object.acl = catalog::WithoutRole(object.acl, role);
  if constexpr (requires { object.columns; }) {
    for (auto& column : object.columns) {
      changed |= catalog::Mentions(column.acl, role);
      column.acl = catalog::WithoutRole(column.acl, role);
      if (column.acl && column.acl->empty()) column.acl.reset();
    }
  }
  const auto revoke_in = [&](auto& acls) {
    for (auto part = acls.begin(); part != acls.end();) {
      changed |= catalog::Mentions(part->second, role);
      part->second = *catalog::WithoutRole(part->second, role);
      part = part->second.empty() ? acls.erase(part) : std::next(part);
    }
  };
  if constexpr (requires { object.column_acls; }) revoke_in(object.column_acls);
  if constexpr (requires { object.system_acls; }) revoke_in(object.system_acls);
  return changed;
}

void DdlExecutor::RevokeAll(Oid role) {
  const auto revoke = [&](auto object) {
    if (RevokeFrom(object, role)) context_.editor.Update(std::move(object));
  };
  for (const auto& object : catalog().Tables()) revoke(*object);
  for (const auto& object : catalog().Views()) revoke(*object);
  for (const auto& object : catalog().Sequences()) revoke(*object);
  for (const auto& object : catalog().Functions()) revoke(*object);
  for (const auto& object : catalog().Domains()) revoke(*object);
  for (const auto& object : catalog().Schemas()) revoke(*object);
  revoke(catalog().database());
  for (const auto& defaults : catalog().AllDefaultPrivileges()) {
    if (defaults->role == role) {
      context_.editor.Drop(defaults->oid);
    } else if (catalog::Mentions(defaults->acl, role)) {
      catalog::DefaultPrivileges changed = *defaults;
      changed.acl = *catalog::WithoutRole(changed.acl, role);
      const catalog::Acl otherwise =
          changed.schema_limit == 0 ? catalog::DefaultAcl(changed.kind, changed.role) : catalog::Acl{};
      if (catalog::SameAcl(changed.acl, otherwise)) {
        context_.editor.Drop(changed.oid);
      } else {
        context_.editor.Update(std::move(changed));
      }
    }
  }
}

void DdlExecutor::Run(const DropOwned& drop) {
  for (const Oid oid : drop.roles) {
    if (!catalog::HasPrivilegesOf(catalog(), context_.role, oid)) Deny("permission denied to drop objects");
    if (!IsPinned(oid)) continue;
    throw Error(sqlstate::kDependentObjectsStillExist,
                "cannot drop objects owned by role " + catalog::RoleName(catalog(), oid) +
                    " because they are required by the database system");
  }
  // What depends on other objects goes first, so that RESTRICT meets only what belongs to others.
  const auto drop_all = [&](ObjectKind kind, const auto& objects) {
    Drop dropped;
    dropped.kind = kind;
    dropped.cascade = drop.cascade;
    for (const auto& object : objects) {
      if constexpr (requires { object->is_identity; }) {
        if (object->is_identity) continue;  // goes with its table
      }
      if (std::find(drop.roles.begin(), drop.roles.end(), object->owner) != drop.roles.end()) {
        dropped.objects.push_back(object->oid);
      }
    }
    if (!dropped.objects.empty()) Run(dropped);
  };
  DropFunctions functions;
  functions.cascade = drop.cascade;
  DropStatistics statistics;
  for (const auto& made : catalog().AllExtendedStatistics()) {
    if (std::find(drop.roles.begin(), drop.roles.end(), made->owner) != drop.roles.end()) {
      statistics.statistics.push_back(made->oid);
    }
  }
  Run(statistics);
  drop_all(ObjectKind::kView, catalog().Views());
  drop_all(ObjectKind::kTable, catalog().Tables());
  drop_all(ObjectKind::kSequence, catalog().Sequences());
  drop_all(ObjectKind::kDomain, catalog().Domains());
  for (const auto& function : catalog().Functions()) {
    if (std::find(drop.roles.begin(), drop.roles.end(), function->owner) != drop.roles.end()) {
      functions.functions.push_back(function->oid);
    }
  }
  if (!functions.functions.empty()) Run(functions);
  drop_all(ObjectKind::kSchema, catalog().Schemas());
  for (const Oid oid : drop.roles) RevokeAll(oid);
}

}  // namespace ordinal::sql
