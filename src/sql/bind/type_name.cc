// Binds names of types: those that are built in, domains, and relations for their rows.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "catalog/privileges.h"
#include "sql/bind/access.h"
#include "sql/bind/binder.h"
#include "sql/bind/node_access.h"
#include "sql/bind/type_use.h"
#include "sql/expr/domain.h"
#include "sql/expr/function.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

constexpr int kNumericPrecisionMax = 1000;

std::int32_t IntegerModifier(const Node* node) {
  if (nodeTag(node) != T_A_Const || nodeTag(&As<A_Const>(*node).val) != T_Integer) {
    throw Error(sqlstate::kSyntaxError, "type modifiers must be simple constants or identifiers");
  }
  return As<A_Const>(*node).val.ival.ival;
}

std::int32_t LengthModifier(std::int32_t length, const char* name) {
  constexpr int kLengthMax = 10485760;
  if (length < 1) {
    throw Error(sqlstate::kInvalidParameterValue,
                "length for type " + std::string(name) + " must be at least 1");
  }
  if (length > kLengthMax) {
    throw Error(sqlstate::kInvalidParameterValue,
                "length for type " + std::string(name) + " cannot exceed " + std::to_string(kLengthMax));
  }
  return length + 4;
}

std::int32_t NumericModifier(const std::vector<std::int32_t>& modifiers) {
  const std::int32_t precision = modifiers[0];
  const std::int32_t scale = modifiers.size() > 1 ? modifiers[1] : 0;
  if (precision < 1 || precision > kNumericPrecisionMax) {
    throw Error(sqlstate::kInvalidParameterValue,
                "NUMERIC precision " + std::to_string(precision) + " must be between 1 and 1000");
  }
  if (scale < -kNumericPrecisionMax || scale > kNumericPrecisionMax) {
    throw Error(sqlstate::kInvalidParameterValue,
                "NUMERIC scale " + std::to_string(scale) + " must be between -1000 and 1000");
  }
  return ((precision << 16) | (scale & 0x7ff)) + 4;
}

// The mask of fields, and the digits of a second behind it where they are said.
std::int32_t IntervalModifier(const std::vector<std::int32_t>& modifiers) {
  constexpr std::int32_t kAllFields = 0x7FFF;
  constexpr std::int32_t kAllDigits = 0xFFFF;
  constexpr std::int32_t kDigitsMax = 6;
  if (modifiers.size() < 2 && modifiers[0] == kAllFields) return -1;
  const std::int32_t digits = modifiers.size() < 2 ? kAllDigits : std::min(modifiers[1], kDigitsMax);
  return ((modifiers[0] & kAllFields) << 16) | digits;
}

std::int32_t ModifierOf(TypeId id, const std::vector<std::int32_t>& modifiers) {
  if (modifiers.empty()) return -1;
  switch (id) {
    case TypeId::kVarchar:
      return LengthModifier(modifiers[0], "varchar");
    case TypeId::kBpchar:
      return LengthModifier(modifiers[0], "char");
    case TypeId::kNumeric:
      return NumericModifier(modifiers);
    case TypeId::kTime:
    case TypeId::kTimetz:
    case TypeId::kTimestamp:
    case TypeId::kTimestamptz:
      return modifiers[0] > 6 ? 6 : modifiers[0];
    case TypeId::kInterval:
      return IntervalModifier(modifiers);
    default:
      throw Error(sqlstate::kSyntaxError, "type modifier is not allowed for type \"" +
                                              std::string(types::InfoOf(id).sql_name) + "\"");
  }
}

// The built-in type, unless the name says another schema.
const types::TypeInfo* FindBuiltIn(const std::vector<std::string>& parts) {
  if (parts.size() > 1 && parts[parts.size() - 2] != "pg_catalog") return nullptr;
  const types::TypeInfo* info = types::FindTypeByName(parts.back());
  return info != nullptr && info->id != TypeId::kUnknown ? info : nullptr;
}

Type BindBuiltIn(const types::TypeInfo& info, const TypeName& name, int position) {
  std::vector<std::int32_t> modifiers;
  for (int i = 0; i < LengthOf(name.typmods); ++i)
    modifiers.push_back(IntegerModifier(NodeAt(name.typmods, i)));
  // The element's modifier is kept with the array, as PostgreSQL does.
  const bool is_array = LengthOf(name.arrayBounds) > 0;
  TypeId id = info.id;
  if (is_array && !types::IsArray(id)) id = types::ArrayType(id);
  if (id == TypeId::kInvalid) {
    throw Error(sqlstate::kUndefinedObject, "type \"" + std::string(info.name) + "[]\" does not exist")
        .Position(position);
  }
  return {id, ModifierOf(info.id, modifiers)};
}

Type BindDomainName(const catalog::DomainDescriptor& domain, const TypeName& name, int position) {
  if (LengthOf(name.typmods) > 0) {
    throw Error(sqlstate::kSyntaxError, "type modifier is not allowed for type \"" + domain.name + "\"")
        .Position(position);
  }
  if (LengthOf(name.arrayBounds) > 0) base::ThrowUnsupported("arrays of domains", position);
  return domain.type();
}

// The row type of a relation.
Type BindRowTypeName(const catalog::Catalog::Relation& relation, const TypeName& name, int position) {
  if (LengthOf(name.typmods) > 0) {
    throw Error(sqlstate::kSyntaxError,
                "type modifier is not allowed for type \"" + LastName(name.names) + "\"")
        .Position(position);
  }
  if (LengthOf(name.arrayBounds) > 0) base::ThrowUnsupported("arrays of row types", position);
  return {TypeId::kRecord, -1, relation.oid()};
}

bool HasRowType(const catalog::Catalog::Relation& relation) {
  return relation.table || relation.view || relation.virtual_table != nullptr;
}

}  // namespace

catalog::Catalog::DomainPtr LookupDomain(const BindEnvironment& environment,
                                         const std::vector<std::string>& name) {
  const catalog::Catalog& catalog = environment.catalog;
  if (name.size() > 1) {
    const bool temporary = name[name.size() - 2] == kTemporaryAlias;
    const auto schema = temporary ? catalog.SchemaByOid(environment.temporary_schema)
                                  : catalog.FindSchema(name[name.size() - 2]);
    if (!schema) {
      throw Error(sqlstate::kInvalidSchemaName, "schema \"" + name[name.size() - 2] + "\" does not exist");
    }
    CheckSchemaUse(catalog, environment.context.CurrentRole(), *schema);
    return catalog.FindDomain(schema->oid, name.back());
  }
  for (const base::Oid oid : environment.search_path) {
    if (auto domain = catalog.FindDomain(oid, name.back())) return domain;
  }
  return nullptr;
}

void CheckTypeUse(const Type& type, const BindEnvironment& environment) {
  const auto domain = environment.catalog.DomainByOid(type.domain);
  if (!domain && type.id == TypeId::kRecord) return;
  const catalog::OptionalAcl built_in =
      domain ? std::nullopt : catalog::OptionalAcl(catalog::AclOfBuiltInType(environment.catalog, type.id));
  const catalog::Securable object =
      domain ? catalog::SecurableOf(*domain)
             : catalog::Securable{catalog::AclKind::kType, catalog::kAdminRole, &built_in};
  const catalog::Privileges held =
      catalog::PrivilegesOf(environment.catalog, environment.context.CurrentRole(), object);
  if ((held & catalog::kUsagePrivilege) != 0) return;
  // Of an array the elements are named, and of no type what its values are limited to.
  Type shown = type;
  if (!domain)
    shown = {types::ArrayType(type.id) == TypeId::kInvalid ? types::ElementType(type.id) : type.id};
  throw Error(sqlstate::kInsufficientPrivilege,
              "permission denied for type " + ShowType(shown, environment.context));
}

Type BindTypeName(const TypeName& name, const parse::Tree& tree, const BindEnvironment& environment) {
  const int position = tree.Position(name.location);
  const std::vector<std::string> parts = Names(name.names);
  if (name.setof) base::ThrowUnsupported("SETOF types", position);
  if (const types::TypeInfo* info = FindBuiltIn(parts)) return BindBuiltIn(*info, name, position);
  try {
    if (const auto domain = LookupDomain(environment, parts)) return BindDomainName(*domain, name, position);
    const auto relation =
        LookupRelation(environment, parts.size() > 1 ? parts[parts.size() - 2] : "", parts.back());
    if (HasRowType(relation)) return BindRowTypeName(relation, name, position);
  } catch (Error& error) {
    if (error.report().position == 0) error.Position(position);
    throw;
  }
  std::string shown;
  for (const std::string& part : parts) shown += (shown.empty() ? "" : ".") + part;
  throw Error(sqlstate::kUndefinedObject, "type \"" + shown + "\" does not exist").Position(position);
}

ExprPtr Binder::BindDomainCall(const std::vector<std::string>& names, std::vector<ExprPtr>& args,
                               int position) {
  if (names.size() != 1 || args.size() != 1 || FunctionNameExists(names[0])) return nullptr;
  const auto domain = LookupDomain(environment_, names);
  if (!domain) return nullptr;
  const TypeId from = args[0]->type.id;
  const TypeId to = domain->base.id;
  const auto is_text = [](TypeId id) { return id == TypeId::kText || id == TypeId::kVarchar; };
  if (from != TypeId::kUnknown && from != to && !(is_text(from) && is_text(to))) return nullptr;
  return Coerce(std::move(args[0]), domain->type(), types::CastContext::kExplicit, position);
}

// In a view the name goes on to mean the domain that it meant when the view was made.
Type Binder::BindType(const TypeName& name) {
  if (FindBuiltIn(Names(name.names)) != nullptr) return BindTypeName(name, tree_, environment_);
  if (view_ != nullptr) {
    for (const auto& reference : view_->references) {
      if (reference.location != name.location) continue;
      if (const auto domain = environment_.catalog.DomainByOid(reference.relation)) return domain->type();
      if (const auto relation = environment_.catalog.RelationByOid(reference.relation)) {
        return BindRowTypeName(relation, name, 0);
      }
    }
  }
  const Type type = BindTypeName(name, tree_, environment_);
  if (record_ != nullptr) {
    catalog::ViewReference& reference = record_->references.emplace_back();
    reference.location = name.location - record_->begin;
    reference.relation = type.domain;
    record_->uses.emplace(type.domain, base::AttributeNumber{0});
  }
  return type;
}

}  // namespace ordinal::sql
