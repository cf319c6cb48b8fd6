// Binds CREATE DOMAIN and ALTER DOMAIN, and finds the domains that other statements name.
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "sql/bind/ddl_binder.h"
#include "sql/bind/node_access.h"
#include "sql/expr/domain.h"

namespace ordinal::sql {
namespace {

using base::Error;
using catalog::DomainDescriptor;
namespace sqlstate = base::sqlstate;

std::string Shown(const std::vector<std::string>& parts) {
  std::string shown;
  for (const std::string& part : parts) shown += (shown.empty() ? "" : ".") + part;
  return shown;
}

// The row that a check reads: one column, which no other name can mean.
catalog::TableDescriptor RowOfValue(Type base) {
  catalog::TableDescriptor row;
  catalog::ColumnDescriptor& value = row.columns.emplace_back();
  value.number = 1;
  value.name = "value";
  value.type = base;
  return row;
}

void CheckKind(const Constraint& constraint) {
  switch (constraint.contype) {
    case CONSTR_UNIQUE:
      throw Error(sqlstate::kSyntaxError, "unique constraints not possible for domains");
    case CONSTR_PRIMARY:
      throw Error(sqlstate::kSyntaxError, "primary key constraints not possible for domains");
    case CONSTR_EXCLUSION:
      throw Error(sqlstate::kSyntaxError, "exclusion constraints not possible for domains");
    case CONSTR_FOREIGN:
      throw Error(sqlstate::kSyntaxError, "foreign key constraints not possible for domains");
    case CONSTR_ATTR_DEFERRABLE:
    case CONSTR_ATTR_NOT_DEFERRABLE:
    case CONSTR_ATTR_DEFERRED:
    case CONSTR_ATTR_IMMEDIATE:
      throw Error(sqlstate::kFeatureNotSupported,
                  "specifying constraint deferrability not supported for domains");
    case CONSTR_CHECK:
      if (!constraint.is_no_inherit) return;
      throw Error(sqlstate::kInvalidObjectDefinition,
                  "check constraints for domains cannot be marked NO INHERIT");
    default:
      return;
  }
}

}  // namespace

Type DdlBinder::BindBaseType(const TypeName& name) const {
  const Type base = BindColumnType(name);
  if (base.id == TypeId::kRecord && base.domain != 0) base::ThrowUnsupported("domains over row types");
  if (types::IsPolymorphic(base.id) || base.id == TypeId::kVoid || base.id == TypeId::kRecord) {
    throw Error(sqlstate::kDatatypeMismatch,
                "\"" + Shown(Names(name.names)) + "\" is not a valid base type for a domain");
  }
  if (base.id == TypeId::kNumeric && base.modifier == -1 && base.domain == 0) {
    return environment_.profile.session.bare_numeric;
  }
  return base;
}

// The serialized default; nullopt where it is NULL, which is none.
std::optional<std::string> DdlBinder::BindDomainDefault(const Node& node, const DomainDescriptor& domain) {
  ExprPtr value = Binder(environment_, tree_, {}).BindStandalone(node, nullptr, "DEFAULT expression");
  if (value->kind == ExprKind::kConstant && value->constant.is_null()) return std::nullopt;
  catalog::ColumnDescriptor column;
  column.name = domain.name;
  column.type = domain.base;
  return CoerceDefault(std::move(value), column, environment_.context);
}

catalog::CheckDescriptor DdlBinder::BindDomainCheck(const Constraint& constraint,
                                                    const DomainDescriptor& domain) {
  const CheckSpec spec = BindCheck(constraint, RowOfValue(domain.base));
  catalog::CheckDescriptor check;
  check.name = spec.name;
  check.expression = spec.expression;
  check.valid = !constraint.skip_validation;
  return check;
}

// The schema that a new domain, or one that moves, is to be in.
base::Oid DdlBinder::SchemaOfDomain(const std::string& name) const {
  const bool temporary = name == kTemporaryAlias && environment_.temporary_schema != base::kInvalidOid;
  return temporary ? environment_.temporary_schema : CreationSchema(environment_, name);
}

void DdlBinder::BindCreateDomain(const CreateDomainStmt& create) {
  ddl_.tag = "CREATE DOMAIN";
  CreateDomain bound;
  DomainDescriptor& domain = bound.domain;
  const std::vector<std::string> names = Names(create.domainname);
  domain.schema = SchemaOfDomain(names.size() > 1 ? names[names.size() - 2] : "");
  domain.name = names.back();
  if (create.collClause != nullptr) Refuse("COLLATE clause not supported");
  domain.base = BindBaseType(*create.typeName);
  if (const auto under = environment_.catalog.DomainByOid(domain.base.domain)) {
    domain.default_expression = under->default_expression;
  }
  bool has_default = false;
  bool nullness_stated = false;
  for (int i = 0; i < LengthOf(create.constraints); ++i) {
    const auto& constraint = As<Constraint>(*NodeAt(create.constraints, i));
    CheckKind(constraint);
    switch (constraint.contype) {
      case CONSTR_DEFAULT:
        if (std::exchange(has_default, true)) {
          throw Error(sqlstate::kSyntaxError, "multiple default expressions");
        }
        domain.default_expression = BindDomainDefault(*constraint.raw_expr, domain);
        break;
      case CONSTR_NULL:
      case CONSTR_NOTNULL: {
        const bool not_null = constraint.contype == CONSTR_NOTNULL;
        if (std::exchange(nullness_stated, true) && domain.not_null != not_null) {
          throw Error(sqlstate::kSyntaxError, "conflicting NULL/NOT NULL constraints");
        }
        domain.not_null = not_null;
        break;
      }
      case CONSTR_CHECK:
        domain.checks.push_back(BindDomainCheck(constraint, domain));
        domain.checks.back().valid = true;
        break;
      default:
        base::ThrowUnsupported("this constraint of a domain");
    }
  }
  ddl_.statement = std::move(bound);
}

catalog::Catalog::DomainPtr DdlBinder::DomainNamed(const List* name, bool missing_ok, bool quoted) {
  const std::vector<std::string> parts = Names(name);
  const auto fail = [&](const std::string& shown) {
    throw Error(sqlstate::kWrongObjectType,
                (quoted ? "\"" + Shown(parts) + "\"" : shown) + " is not a domain");
  };
  const bool may_be_built_in = parts.size() == 1 || parts[parts.size() - 2] == "pg_catalog";
  if (const auto* info = may_be_built_in ? types::FindTypeByName(parts.back()) : nullptr)
    fail(info->sql_name);
  if (auto domain = LookupDomain(environment_, parts)) return domain;
  // The rows of tables and views are types.
  const std::string schema = parts.size() > 1 ? parts[parts.size() - 2] : "";
  const auto relation = LookupRelation(environment_, schema, parts.back());
  if (relation.table || relation.view) fail(environment_.context.RelationName(relation.oid()));
  const std::string text = "type \"" + Shown(parts) + "\" does not exist";
  if (!missing_ok) throw Error(sqlstate::kUndefinedObject, text);
  Skip(text + ", skipping");
  return nullptr;
}

void DdlBinder::BindAlterDomain(const AlterDomainStmt& alter) {
  ddl_.tag = "ALTER DOMAIN";
  const bool open = environment_.profile.features.add_column_constraints;
  const auto domain = DomainNamed(alter.typeName, false);
  AlterDomain bound;
  bound.domain = domain->oid;
  bound.name = Text(alter.name);
  bound.missing_ok = alter.missing_ok;
  switch (alter.subtype) {
    case 'T':
      bound.kind = AlterDomainKind::kSetDefault;
      if (alter.def != nullptr) bound.expression = BindDomainDefault(*alter.def, *domain);
      break;
    case 'N':
      bound.kind = AlterDomainKind::kDropNotNull;
      break;
    case 'O':
      if (!open) Refuse("unsupported ALTER DOMAIN SET NOT NULL statement");
      bound.kind = AlterDomainKind::kSetNotNull;
      break;
    case 'C': {
      if (!open) Refuse("unsupported ALTER DOMAIN ADD CONSTRAINT statement");
      const auto& constraint = As<Constraint>(*alter.def);
      CheckKind(constraint);
      if (constraint.contype != CONSTR_CHECK) base::ThrowUnsupported("this constraint of a domain");
      bound.kind = AlterDomainKind::kAddCheck;
      bound.check = BindDomainCheck(constraint, *domain);
      break;
    }
    case 'X':
      if (!open) Refuse("unsupported ALTER DOMAIN DROP CONSTRAINT statement");
      bound.kind = AlterDomainKind::kDropConstraint;
      break;
    default:
      if (!open) Refuse("unsupported ALTER DOMAIN VALIDATE CONSTRAINT statement");
      bound.kind = AlterDomainKind::kValidate;
      break;
  }
  ddl_.statement = std::move(bound);
}

// Binds RENAME TO, RENAME CONSTRAINT, SET SCHEMA, OWNER TO and DROP; false when the statement means no
// domain.
bool DdlBinder::BindRenameDomain(const RenameStmt& rename) {
  const bool open = environment_.profile.features.add_column_constraints;
  const bool of_constraint = rename.renameType == OBJECT_DOMCONSTRAINT;
  const bool of_type = rename.renameType == OBJECT_TYPE;
  if (!of_constraint && rename.renameType != OBJECT_DOMAIN && !(of_type && open)) return false;
  ddl_.tag = rename.renameType == OBJECT_TYPE ? "ALTER TYPE" : "ALTER DOMAIN";
  const auto domain = DomainNamed(reinterpret_cast<const List*>(rename.object), false);
  if (!of_constraint) {
    ddl_.statement = Rename{ObjectKind::kDomain, domain->oid, rename.newname};
    return true;
  }
  AlterDomain bound;
  bound.domain = domain->oid;
  bound.kind = AlterDomainKind::kRenameConstraint;
  bound.name = rename.subname;
  bound.new_name = rename.newname;
  ddl_.statement = std::move(bound);
  return true;
}

void DdlBinder::BindDropDomains(const DropStmt& drop) {
  ddl_.tag = drop.removeType == OBJECT_TYPE ? "DROP TYPE" : "DROP DOMAIN";
  const bool open = environment_.profile.features.add_column_constraints;
  if (drop.removeType == OBJECT_TYPE && !open) Refuse("unsupported object in DROP statement");
  Drop bound;
  bound.kind = ObjectKind::kDomain;
  bound.cascade = drop.behavior == DROP_CASCADE;
  if (bound.cascade) environment_.profile.CheckAllowed(dialect::Feature::kDropDomainCascade);
  for (int i = 0; i < LengthOf(drop.objects); ++i) {
    const auto& name = As<TypeName>(*NodeAt(drop.objects, i));
    const std::vector<std::string> parts = Names(name.names);
    const bool named_schema = parts.size() > 1 && parts[parts.size() - 2] != "pg_catalog";
    if (named_schema && drop.missing_ok && !environment_.catalog.FindSchema(parts[parts.size() - 2])) {
      Skip("schema \"" + parts[parts.size() - 2] + "\" does not exist, skipping");
      continue;
    }
    if (const auto domain = DomainNamed(name.names, drop.missing_ok, true))
      bound.objects.push_back(domain->oid);
  }
  if (!bound.objects.empty()) ddl_.statement = std::move(bound);
}

// COMMENT ON DOMAIN, and on a constraint of one.
void DdlBinder::BindCommentOnDomain(const CommentStmt& comment, CommentOn& bound) {
  const TypeName* name = nullptr;
  if (comment.objtype == OBJECT_DOMCONSTRAINT) {
    const auto* parts = reinterpret_cast<const List*>(comment.object);
    name = &As<TypeName>(*NodeAt(parts, 0));
    bound.constraint = As<String>(*NodeAt(parts, 1)).sval;
  } else {
    name = &As<TypeName>(*comment.object);
  }
  bound.object = DomainNamed(name->names, false, true)->oid;
}

}  // namespace ordinal::sql
