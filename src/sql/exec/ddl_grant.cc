// Runs GRANT and REVOKE of privileges, and ALTER DEFAULT PRIVILEGES.
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/error.h"
#include "catalog/privileges.h"
#include "catalog/roles.h"
#include "catalog/virtual_table.h"
#include "sql/exec/ddl_executor.h"

namespace ordinal::sql {
namespace {

using base::Error;
using base::Oid;
using catalog::Acl;
using catalog::AclKind;
using catalog::Privileges;
namespace sqlstate = base::sqlstate;

constexpr base::SqlState kNotGranted = sqlstate::kPrivilegeNotGranted;
constexpr base::SqlState kNotRevoked = sqlstate::kPrivilegeNotRevoked;

// One column when `column` is not empty.
std::string Shown(const GrantTarget& target) {
  const std::string of = "\"" + target.name + "\"";
  return target.column.empty() ? of : "column \"" + target.column + "\" of relation " + of;
}

[[noreturn]] void Deny(const GrantTarget& target) {
  throw Error(sqlstate::kInsufficientPrivilege,
              target.column.empty() ? "permission denied for " + std::string(target.word) + " " + target.name
                                    : "permission denied for column \"" + target.column +
                                          "\" of relation \"" + target.name + "\"");
}

}  // namespace

// What GRANT makes of a list: for each grantee one item is changed.
catalog::Acl DdlExecutor::ChangeAcl(Acl acl, const GrantPrivileges& grant, Privileges privileges, Oid grantor,
                                    Oid owner) const {
  for (const Oid grantee : grant.grantees) {
    if (grant.grant && grant.option && grantee == catalog::kPublicGrantee) {
      throw Error(sqlstate::kInvalidGrantOperation, "grant options can only be granted to roles");
    }
    // REVOKE takes the option along with the privilege; REVOKE GRANT OPTION FOR takes only the option.
    const catalog::AclItem change{grantee, grantor, grant.grant || !grant.option ? privileges : 0,
                                  !grant.grant || grant.option ? privileges : 0};
    acl = grant.grant ? catalog::Grant(catalog(), std::move(acl), change, owner)
                      : catalog::Revoke(catalog(), std::move(acl), change, owner, grant.cascade);
  }
  return acl;
}

// The list of one object as it is after the statement.
catalog::Acl DdlExecutor::GrantOn(const GrantTarget& target, const GrantPrivileges& grant, Privileges wanted,
                                  bool all) {
  Acl acl = catalog::AclOf(target.object);
  Acl deciding = acl;
  if (target.relation_acl != nullptr) {
    deciding = *target.relation_acl;
    deciding.insert(deciding.end(), acl.begin(), acl.end());
  }
  const Oid owner = target.object.owner;
  const catalog::Grantor grantor = catalog::BestGrantor(catalog(), context_.role, wanted, deciding, owner);
  if (grantor.grantable == 0) {
    const catalog::OptionalAcl seen = deciding;
    const catalog::Securable object{target.relation_acl != nullptr ? AclKind::kRelation : target.object.kind,
                                    owner, &seen};
    if ((catalog::PrivilegesOf(catalog(), grantor.role, object) |
         catalog::GrantableBy(catalog(), grantor.role, object)) == 0) {
      Deny(target);
    }
  }
  const Privileges possible = wanted & grantor.grantable;
  if (possible == 0) {
    Warn(std::string("no privileges ") + (grant.grant ? "were granted for " : "could be revoked for ") +
             Shown(target),
         grant.grant ? kNotGranted : kNotRevoked);
  } else if (!all && possible != wanted) {
    Warn(std::string("not all privileges ") + (grant.grant ? "were granted for " : "could be revoked for ") +
             Shown(target),
         grant.grant ? kNotGranted : kNotRevoked);
  }
  return ChangeAcl(std::move(acl), grant, possible, grantor.role, owner);
}

template <typename Relation>
void DdlExecutor::GrantOnColumns(Relation& relation, const GrantPrivileges& grant, Privileges on_table) {
  const Acl relation_acl = catalog::AclOf({AclKind::kRelation, relation.owner, &relation.acl});
  const Privileges all = catalog::AllPrivileges(AclKind::kColumn);
  const auto change = [&](auto& column, Privileges wanted, bool is_all) {
    const GrantTarget target{
        {AclKind::kColumn, relation.owner, &column.acl}, "table", relation.name, column.name, &relation_acl};
    Acl acl = GrantOn(target, grant, wanted, is_all);
    if (acl.empty()) {
      column.acl.reset();
    } else {
      column.acl = std::move(acl);
    }
  };
  // What is taken from the table is taken from its columns.
  if (!grant.grant && (on_table & all) != 0) {
    for (auto& column : relation.columns) {
      if (column.acl) change(column, on_table & all, true);
    }
  }
  for (const GrantPrivileges::OnColumns& part : grant.on_columns) {
    for (const std::string& name : part.columns) {
      const auto found =
          std::find_if(relation.columns.begin(), relation.columns.end(), [&](const auto& column) {
            if constexpr (requires { column.dropped; }) {
              if (column.dropped) return false;
            }
            return column.name == name;
          });
      if (found == relation.columns.end()) {
        throw Error(sqlstate::kUndefinedColumn,
                    "column \"" + name + "\" of relation \"" + relation.name + "\" does not exist");
      }
      change(*found, part.all ? all : part.privileges, part.all);
    }
  }
}

template <typename Relation>
void DdlExecutor::GrantOnRelation(Relation relation, const GrantPrivileges& grant) {
  const bool all = grant.all;
  const Privileges wanted = all ? catalog::AllPrivileges(AclKind::kRelation) : grant.privileges;
  if ((wanted & ~catalog::AllPrivileges(AclKind::kRelation)) != 0) {
    throw Error(sqlstate::kInvalidGrantOperation, "invalid privilege type USAGE for table");
  }
  // The columns are judged by the table as it was.
  Relation changed = relation;
  if (wanted != 0) {
    changed.acl =
        GrantOn({{AclKind::kRelation, relation.owner, &relation.acl}, "table", relation.name, "", nullptr},
                grant, wanted, all);
  }
  const catalog::OptionalAcl acl = std::exchange(changed.acl, relation.acl);
  GrantOnColumns(changed, grant, wanted);
  changed.acl = acl;
  context_.editor.Update(std::move(changed));
}

void DdlExecutor::GrantOnSequence(Sequence sequence, const GrantPrivileges& grant) {
  const Privileges possible = catalog::AllPrivileges(AclKind::kSequence);
  Privileges wanted = grant.all ? possible : grant.privileges;
  if ((wanted & ~possible) != 0) {
    Warn("sequence \"" + sequence.name + "\" only supports USAGE, SELECT, and UPDATE privileges",
         sqlstate::kInvalidGrantOperation);
    wanted &= possible;
    if (wanted == 0) return;
  }
  const catalog::OptionalAcl before = sequence.acl;
  if (wanted != 0) {
    sequence.acl =
        GrantOn({{AclKind::kSequence, sequence.owner, &before}, "sequence", sequence.name, "", nullptr},
                grant, wanted, grant.all);
  }
  GrantOnSequenceColumns(sequence, catalog::AclOf({AclKind::kSequence, sequence.owner, &before}), grant,
                         wanted);
  context_.editor.Update(std::move(sequence));
}

// Its columns may only be read.
void DdlExecutor::GrantOnSequenceColumns(Sequence& sequence, const Acl& of_sequence,
                                         const GrantPrivileges& grant, Privileges on_sequence) {
  constexpr std::array<std::string_view, 3> kColumns = {"last_value", "log_cnt", "is_called"};
  const auto change = [&](std::size_t place, Privileges wanted) {
    const auto number = static_cast<base::AttributeNumber>(place + 1);
    const catalog::OptionalAcl acl = catalog::AclOfSequenceColumn(sequence, number);
    const GrantTarget target{{AclKind::kColumn, sequence.owner, &acl},
                             "sequence",
                             sequence.name,
                             std::string(kColumns[place]),
                             &of_sequence};
    sequence.column_acls[number] = GrantOn(target, grant, wanted, false);
    if (sequence.column_acls[number].empty()) sequence.column_acls.erase(number);
  };
  if (!grant.grant && (on_sequence & catalog::kSelectPrivilege) != 0) {
    for (std::size_t place = 0; place < kColumns.size(); ++place) {
      const auto number = static_cast<base::AttributeNumber>(place + 1);
      if (sequence.column_acls.contains(number)) change(place, catalog::kSelectPrivilege);
    }
  }
  for (const GrantPrivileges::OnColumns& part : grant.on_columns) {
    for (const std::string& name : part.columns) {
      const auto* const found = std::find(kColumns.begin(), kColumns.end(), name);
      if (found == kColumns.end()) {
        throw Error(sqlstate::kUndefinedColumn,
                    "column \"" + name + "\" of relation \"" + sequence.name + "\" does not exist");
      }
      if (part.all || part.privileges != catalog::kSelectPrivilege) {
        Warn("sequence \"" + sequence.name + "\" only supports SELECT column privileges",
             sqlstate::kInvalidGrantOperation);
      }
      if (part.all || (part.privileges & catalog::kSelectPrivilege) != 0) {
        change(static_cast<std::size_t>(found - kColumns.begin()), catalog::kSelectPrivilege);
      }
    }
  }
}

// The lists of what is built in are kept with the database.
void DdlExecutor::GrantOnBuiltIn(Oid oid, AclKind kind, const catalog::OptionalAcl& acl, const char* word,
                                 const std::string& name, const GrantPrivileges& grant) {
  const Privileges possible = catalog::AllPrivileges(kind);
  const Privileges wanted = grant.all ? possible : grant.privileges;
  if ((wanted & ~possible) != 0) {
    throw Error(sqlstate::kInvalidGrantOperation, "invalid privilege type USAGE for table");
  }
  catalog::DatabaseDescriptor database = catalog().database();
  database.system_acls[oid] =
      GrantOn({{kind, catalog::kAdminRole, &acl}, word, name, "", nullptr}, grant, wanted, grant.all);
  context_.editor.Update(std::move(database));
}

void DdlExecutor::Run(const GrantPrivileges& grant) {
  for (const Oid oid : grant.grantees) {
    if (grant.grant && oid >= base::kFirstUserOid) context_.editor.DependOn(oid);
  }
  for (const Oid oid : grant.objects) {
    if (grant.kind == AclKind::kSchema) {
      catalog::SchemaDescriptor schema = *catalog().SchemaByOid(oid);
      const Privileges wanted = grant.all ? catalog::AllPrivileges(grant.kind) : grant.privileges;
      schema.acl = GrantOn({catalog::SecurableOf(schema), "schema", schema.name, "", nullptr}, grant, wanted,
                           grant.all);
      context_.editor.Update(std::move(schema));
      continue;
    }
    if (grant.kind == AclKind::kDatabase) {
      catalog::DatabaseDescriptor database = catalog().database();
      const Privileges wanted = grant.all ? catalog::AllPrivileges(grant.kind) : grant.privileges;
      database.acl = GrantOn(
          {catalog::SecurableOf(database), "database", context_.evaluation.DatabaseName(), "", nullptr},
          grant, wanted, grant.all);
      context_.editor.Update(std::move(database));
      continue;
    }
    if (const auto found = catalog().FunctionByOid(oid)) {
      FunctionDescriptor function = *found;
      const Privileges wanted = grant.all ? catalog::AllPrivileges(grant.kind) : grant.privileges;
      function.acl = GrantOn({catalog::SecurableOf(function), "function", function.name, "", nullptr}, grant,
                             wanted, grant.all);
      context_.editor.Update(std::move(function));
      continue;
    }
    if (const auto found = catalog().DomainByOid(oid)) {
      Domain domain = *found;
      const Privileges wanted = grant.all ? catalog::AllPrivileges(grant.kind) : grant.privileges;
      domain.acl =
          GrantOn({catalog::SecurableOf(domain), "type", domain.name, "", nullptr}, grant, wanted, grant.all);
      context_.editor.Update(std::move(domain));
      continue;
    }
    if (grant.kind == AclKind::kType) {
      const auto type = static_cast<TypeId>(oid);
      GrantOnBuiltIn(oid, AclKind::kType, catalog::AclOfBuiltInType(catalog(), type), "type",
                     types::InfoOf(type).name, grant);
      continue;
    }
    const auto relation = catalog().RelationByOid(oid);
    if (relation.sequence) {
      GrantOnSequence(*relation.sequence, grant);
    } else if (grant.kind == AclKind::kSequence) {
      throw Error(sqlstate::kWrongObjectType, "\"" + NameOf(relation) + "\" is not a sequence");
    } else if (relation.table) {
      GrantOnRelation(*relation.table, grant);
    } else if (relation.view) {
      GrantOnRelation(*relation.view, grant);
    } else if (relation.index != nullptr) {
      throw Error(sqlstate::kWrongObjectType, "\"" + relation.index->name + "\" is an index");
    } else {
      if (!grant.on_columns.empty()) base::ThrowUnsupported("GRANT on columns of system relations");
      const catalog::VirtualTable& system = *relation.virtual_table;
      GrantOnBuiltIn(oid, AclKind::kRelation, catalog::AclOfSystemRelation(catalog(), system), "view",
                     system.name(), grant);
    }
  }
}

void DdlExecutor::CheckMemberOf(Oid role) const {
  if (catalog::IsMember(catalog(), context_.role, role)) return;
  throw Error(sqlstate::kInsufficientPrivilege,
              "must be member of role \"" + catalog::RoleName(catalog(), role) + "\"");
}

void DdlExecutor::SetDefaultPrivileges(Oid role, Oid schema, const GrantPrivileges& grant) {
  const Privileges wanted = grant.all ? catalog::AllPrivileges(grant.kind) : grant.privileges;
  // Those of a schema are added to those of all schemas, so they begin empty.
  const Acl otherwise = schema == 0 ? catalog::DefaultAcl(grant.kind, role) : Acl{};
  catalog::DefaultPrivileges defaults;
  for (const auto& existing : catalog().AllDefaultPrivileges()) {
    if (existing->role == role && existing->schema_limit == schema && existing->kind == grant.kind) {
      defaults = *existing;
    }
  }
  const bool is_new = defaults.oid == 0;
  Acl acl = ChangeAcl(is_new ? otherwise : defaults.acl, grant, wanted, role, role);
  if (catalog::SameAcl(acl, otherwise)) {
    if (!is_new) context_.editor.Drop(defaults.oid);
    return;
  }
  if (is_new) {
    defaults.oid = context_.oids.Next();
    defaults.role = role;
    defaults.schema_limit = schema;
    defaults.kind = grant.kind;
    if (schema != 0) context_.editor.DependOn(schema);
    if (role >= base::kFirstUserOid) context_.editor.DependOn(role);
  }
  defaults.acl = std::move(acl);
  if (is_new) {
    context_.editor.Create(std::move(defaults));
  } else {
    context_.editor.Update(std::move(defaults));
  }
}

void DdlExecutor::Run(const AlterDefaultPrivileges& alter) {
  for (const Oid role : alter.roles) {
    CheckMemberOf(role);
    if (alter.schemas.empty()) SetDefaultPrivileges(role, 0, alter.grant);
    for (const Oid schema : alter.schemas) SetDefaultPrivileges(role, schema, alter.grant);
  }
}

}  // namespace ordinal::sql
