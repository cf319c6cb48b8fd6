// Binds GRANT and REVOKE of privileges, and ALTER DEFAULT PRIVILEGES.
#include <string>
#include <utility>

#include "base/error.h"
#include "catalog/privileges.h"
#include "sql/bind/ddl_binder.h"
#include "sql/bind/node_access.h"

namespace ordinal::sql {
namespace {

using base::Error;
using catalog::AclKind;
using catalog::Privileges;
namespace sqlstate = base::sqlstate;

[[noreturn]] void ThrowInvalid(std::string text) {
  throw Error(sqlstate::kInvalidGrantOperation, std::move(text));
}

AclKind KindOf(ObjectType type) {
  switch (type) {
    case OBJECT_TABLE:
      return AclKind::kRelation;
    case OBJECT_SEQUENCE:
      return AclKind::kSequence;
    case OBJECT_SCHEMA:
      return AclKind::kSchema;
    case OBJECT_DATABASE:
      return AclKind::kDatabase;
    case OBJECT_FUNCTION:
    case OBJECT_PROCEDURE:
    case OBJECT_ROUTINE:
      return AclKind::kFunction;
    case OBJECT_TYPE:
    case OBJECT_DOMAIN:
      return AclKind::kType;
    default:
      base::ThrowUnsupported("GRANT on this kind of object");
  }
}

const char* WordFor(AclKind kind) {
  switch (kind) {
    case AclKind::kSequence:
      return "sequence";
    case AclKind::kSchema:
      return "schema";
    case AclKind::kDatabase:
      return "database";
    case AclKind::kFunction:
      return "function";
    case AclKind::kType:
      return "type";
    case AclKind::kColumn:
      return "column";
    case AclKind::kRelation:
      break;
  }
  return "relation";
}

// A table's GRANT may name sequences, and ALTER DEFAULT PRIVILEGES may not.
Privileges Allowed(AclKind kind, bool sequences_too) {
  const Privileges own = catalog::AllPrivileges(kind);
  return kind == AclKind::kRelation && sequences_too ? own | catalog::AllPrivileges(AclKind::kSequence) : own;
}

std::string Upper(std::string text) {
  for (char& c : text) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  return text;
}

Privileges ReadPrivilege(const char* name, Privileges allowed, const char* place) {
  const Privileges privilege = catalog::PrivilegeNamed(Upper(name));
  if (privilege == 0) {
    throw Error(sqlstate::kSyntaxError, "unrecognized privilege type \"" + std::string(name) + "\"");
  }
  if ((privilege & ~allowed) != 0) {
    ThrowInvalid("invalid privilege type " + std::string(catalog::PrivilegeName(privilege)) + " for " +
                 place);
  }
  return privilege;
}

}  // namespace

void DdlBinder::BindPrivileges(const GrantStmt& grant, GrantPrivileges& bound, bool of_objects) {
  bound.all = grant.privileges == nullptr;
  for (int i = 0; i < LengthOf(grant.privileges); ++i) {
    const auto& part = As<AccessPriv>(*NodeAt(grant.privileges, i));
    if (part.cols != nullptr) {
      if (grant.objtype != OBJECT_TABLE) ThrowInvalid("column privileges are only valid for relations");
      if (!of_objects) ThrowInvalid("default privileges cannot be set for columns");
      GrantPrivileges::OnColumns on;
      on.all = part.priv_name == nullptr;
      if (!on.all) {
        on.privileges = ReadPrivilege(part.priv_name, catalog::AllPrivileges(AclKind::kColumn),
                                      WordFor(AclKind::kColumn));
      }
      on.columns = Names(part.cols);
      bound.on_columns.push_back(std::move(on));
      continue;
    }
    bound.privileges |= ReadPrivilege(part.priv_name, Allowed(bound.kind, of_objects), WordFor(bound.kind));
  }
}

void DdlBinder::BindGrantees(const GrantStmt& grant, GrantPrivileges& bound) {
  for (int i = 0; i < LengthOf(grant.grantees); ++i) {
    const auto& spec = As<RoleSpec>(*NodeAt(grant.grantees, i));
    bound.grantees.push_back(spec.roletype == ROLESPEC_PUBLIC ? catalog::kPublicGrantee : RoleOf(spec));
  }
}

base::Oid DdlBinder::SchemaNamed(const Node& name) const {
  const std::string text = As<String>(name).sval;
  if (const auto schema = environment_.catalog.FindSchema(text)) return schema->oid;
  throw Error(sqlstate::kInvalidSchemaName, "schema \"" + text + "\" does not exist");
}

base::Oid DdlBinder::TypeToGrantOn(const std::vector<std::string>& name, bool as_domain) const {
  const bool may_be_built_in = name.size() == 1 || (name.size() == 2 && name.front() == "pg_catalog");
  const types::TypeInfo* const built_in = may_be_built_in ? types::FindTypeByName(name.back()) : nullptr;
  if (built_in != nullptr) {
    if (as_domain) throw Error(sqlstate::kWrongObjectType, "\"" + name.back() + "\" is not a domain");
    if (built_in->name[0] == '_') {
      throw Error(sqlstate::kInvalidGrantOperation, "cannot set privileges of array types")
          .Hint("Set the privileges of the element type instead.");
    }
    return static_cast<base::Oid>(built_in->id);
  }
  if (const auto domain = LookupDomain(environment_, name)) return domain->oid;
  std::string shown;
  for (const std::string& part : name) shown += (shown.empty() ? "" : ".") + part;
  throw Error(sqlstate::kUndefinedObject, "type \"" + shown + "\" does not exist");
}

void DdlBinder::BindGrantObjects(const GrantStmt& grant, GrantPrivileges& bound) {
  const catalog::Catalog& catalog = environment_.catalog;
  for (int i = 0; i < LengthOf(grant.objects); ++i) {
    const Node& object = *NodeAt(grant.objects, i);
    if (grant.targtype == ACL_TARGET_ALL_IN_SCHEMA) {
      const base::Oid schema = SchemaNamed(object);
      const auto add_all = [&](const auto& objects) {
        for (const auto& member : objects) {
          if (member->schema == schema) bound.objects.push_back(member->oid);
        }
      };
      if (bound.kind == AclKind::kRelation) {
        add_all(catalog.Tables());
        add_all(catalog.Views());
      } else if (bound.kind == AclKind::kSequence) {
        add_all(catalog.Sequences());
      } else {
        for (const auto& function : catalog.Functions()) {
          if (function->schema == schema) bound.objects.push_back(function->oid);
        }
      }
      continue;
    }
    switch (bound.kind) {
      case AclKind::kRelation:
      case AclKind::kSequence:
        bound.objects.push_back(Find(As<RangeVar>(object), false).oid());
        break;
      case AclKind::kSchema:
        environment_.profile.CheckAllowed(dialect::Feature::kGrantOnSystemEntity, As<String>(object).sval);
        bound.objects.push_back(SchemaNamed(object));
        break;
      case AclKind::kDatabase:
        if (environment_.context.DatabaseName() != As<String>(object).sval) {
          throw Error(sqlstate::kInvalidCatalogName,
                      "database \"" + std::string(As<String>(object).sval) + "\" does not exist");
        }
        bound.objects.push_back(catalog::kDatabase);
        break;
      case AclKind::kType:
        bound.objects.push_back(
            TypeToGrantOn(Names(reinterpret_cast<const List*>(&object)), grant.objtype == OBJECT_DOMAIN));
        break;
      default: {
        const RoutineKind kind =
            grant.objtype == OBJECT_FUNCTION ? RoutineKind::kFunction : RoutineKind::kRoutine;
        bound.objects.push_back(FindFunction(kind, As<ObjectWithArgs>(object), false)->oid);
      }
    }
  }
}

void DdlBinder::BindGrant(const GrantStmt& grant) {
  ddl_.tag = grant.is_grant ? "GRANT" : "REVOKE";
  GrantPrivileges bound;
  bound.grant = grant.is_grant;
  bound.option = grant.grant_option;
  bound.cascade = grant.behavior == DROP_CASCADE;
  bound.kind = KindOf(grant.objtype);
  if (bound.kind == AclKind::kDatabase) environment_.profile.CheckAllowed(dialect::Feature::kGrantObject);
  if (grant.grantor != nullptr && RoleOf(*grant.grantor) != environment_.context.CurrentRole()) {
    throw Error(sqlstate::kFeatureNotSupported, "grantor must be current user");
  }
  BindGrantObjects(grant, bound);
  BindGrantees(grant, bound);
  BindPrivileges(grant, bound, true);
  ddl_.statement = std::move(bound);
}

void DdlBinder::BindDefaultPrivileges(const AlterDefaultPrivilegesStmt& alter) {
  ddl_.tag = "ALTER DEFAULT PRIVILEGES";
  const GrantStmt& grant = *alter.action;
  AlterDefaultPrivileges bound;
  for (int i = 0; i < LengthOf(alter.options); ++i) {
    const auto& option = As<DefElem>(*NodeAt(alter.options, i));
    const auto* list = reinterpret_cast<const List*>(option.arg);
    const bool schemas = std::string(option.defname) == "schemas";
    if (!(schemas ? bound.schemas : bound.roles).empty()) {
      throw Error(sqlstate::kSyntaxError, "conflicting or redundant options")
          .Position(tree_.Position(option.location));
    }
    if (schemas) {
      for (int at = 0; at < LengthOf(list); ++at) bound.schemas.push_back(SchemaNamed(*NodeAt(list, at)));
    } else {
      bound.roles = RolesOf(list);
    }
  }
  if (bound.roles.empty()) bound.roles.push_back(environment_.context.CurrentRole());
  bound.grant.grant = grant.is_grant;
  bound.grant.option = grant.grant_option;
  bound.grant.cascade = grant.behavior == DROP_CASCADE;
  bound.grant.kind = KindOf(grant.objtype);
  BindGrantees(grant, bound.grant);
  BindPrivileges(grant, bound.grant, false);
  if (bound.grant.kind == AclKind::kSchema && !bound.schemas.empty()) {
    ThrowInvalid("cannot use IN SCHEMA clause when using GRANT/REVOKE ON SCHEMAS");
  }
  ddl_.statement = std::move(bound);
}

}  // namespace ordinal::sql
