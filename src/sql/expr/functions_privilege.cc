// Answers has_table_privilege() and kin, and pg_has_role().
#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "base/error.h"
#include "catalog/privileges.h"
#include "catalog/roles.h"
#include "catalog/virtual_table.h"
#include "sql/expr/conversion.h"
#include "sql/expr/function_table.h"
#include "sql/expr/privilege_question.h"

namespace ordinal::sql {
namespace {

using base::Error;
using base::Oid;
using catalog::AclKind;
using catalog::Catalog;
using catalog::Privileges;
using T = TypeId;
using Args = std::span<Value>;
namespace sqlstate = base::sqlstate;

constexpr std::array<std::string_view, 3> kSequenceColumns = {"last_value", "log_cnt", "is_called"};

Oid OidOf(const Value& value) { return static_cast<Oid>(value.AsInt()); }

Catalog::Relation RelationOf(EvalContext& context, const PrivilegeQuestion& question) {
  const Oid oid = question.object_by_name ? context.ResolveRelation(question.object->AsString(), false)
                                          : OidOf(*question.object);
  return context.catalog().RelationByOid(oid);
}

std::string NameOf(const Catalog::Relation& relation) {
  if (relation.table) return relation.table->name;
  if (relation.view) return relation.view->name;
  if (relation.sequence) return relation.sequence->name;
  return relation.index != nullptr ? relation.index->name : relation.virtual_table->name();
}

Privileges GrantableOn(const Catalog& catalog, Oid role, const Catalog::Relation& relation) {
  if (const auto object = catalog::SecurableOf(relation)) return GrantableBy(catalog, role, *object);
  if (relation.virtual_table != nullptr) {
    const catalog::OptionalAcl acl = catalog::AclOfSystemRelation(catalog, *relation.virtual_table);
    return GrantableBy(catalog, role, {AclKind::kRelation, catalog::kAdminRole, &acl});
  }
  return catalog::IsSuperuser(catalog, role) ? catalog::AllPrivileges(AclKind::kRelation) : 0;
}

Value HasOnTable(EvalContext& context, Args args, const Expression& call) {
  const PrivilegeQuestion question = ReadPrivilegeQuestion(context, args, call, false);
  const Catalog::Relation relation = RelationOf(context, question);
  const WantedPrivileges wanted = ReadWantedPrivileges(question.privileges, AclKind::kRelation);
  if (!relation) return Value();
  const Catalog& catalog = context.catalog();
  return HasWanted(wanted, catalog::RelationPrivileges(catalog, question.role, relation),
                   GrantableOn(catalog, question.role, relation));
}

Value HasOnSequence(EvalContext& context, Args args, const Expression& call) {
  const PrivilegeQuestion question = ReadPrivilegeQuestion(context, args, call, false);
  const Catalog::Relation relation = RelationOf(context, question);
  if (relation && !relation.sequence) {
    throw Error(sqlstate::kWrongObjectType, "\"" + NameOf(relation) + "\" is not a sequence");
  }
  const WantedPrivileges wanted = ReadWantedPrivileges(question.privileges, AclKind::kSequence);
  if (!relation) return Value();
  const Catalog& catalog = context.catalog();
  return HasWanted(wanted, catalog::RelationPrivileges(catalog, question.role, relation),
                   GrantableOn(catalog, question.role, relation));
}

std::size_t ColumnCount(const Catalog::Relation& relation) {
  if (relation.table) return relation.table->columns.size();
  if (relation.sequence) return kSequenceColumns.size();
  return relation.view ? relation.view->columns.size() : 0;
}

Value HasOnColumnOf(EvalContext& context, const PrivilegeQuestion& question,
                    const Catalog::Relation& relation, base::AttributeNumber column,
                    const WantedPrivileges& wanted) {
  const Catalog& catalog = context.catalog();
  Privileges grantable = GrantableOn(catalog, question.role, relation);
  if (const auto part = catalog::SecurableOf(relation, column)) {
    grantable |= GrantableBy(catalog, question.role, *part);
  }
  return HasWanted(wanted, catalog::ColumnPrivileges(catalog, question.role, relation, column), grantable);
}

Value HasOnAnyColumn(EvalContext& context, Args args, const Expression& call) {
  const PrivilegeQuestion question = ReadPrivilegeQuestion(context, args, call, false);
  const Catalog::Relation relation = RelationOf(context, question);
  const WantedPrivileges wanted = ReadWantedPrivileges(question.privileges, AclKind::kColumn);
  if (!relation) return Value();
  if (ColumnCount(relation) == 0) return HasOnTable(context, args, call);
  for (std::size_t number = 1; number <= ColumnCount(relation); ++number) {
    const auto column = static_cast<base::AttributeNumber>(number);
    if (HasOnColumnOf(context, question, relation, column, wanted).AsBool()) return Value::Bool(true);
  }
  return Value::Bool(false);
}

// 0 for a number that no column has; throws for such a name.
base::AttributeNumber ColumnOf(const PrivilegeQuestion& question, const Catalog::Relation& relation) {
  if (!question.column_by_name) {
    const std::int64_t number = question.column->AsInt();
    const auto column = static_cast<base::AttributeNumber>(number);
    if (relation.sequence) return number >= 1 && number <= 3 ? column : base::AttributeNumber{0};
    return catalog::SecurableOf(relation, column) ? column : base::AttributeNumber{0};
  }
  const std::string_view name = question.column->AsString();
  if (relation.table) {
    if (const auto* column = relation.table->FindColumn(name)) return column->number;
  }
  if (relation.view) {
    for (std::size_t i = 0; i < relation.view->columns.size(); ++i) {
      if (relation.view->columns[i].name == name) return static_cast<base::AttributeNumber>(i + 1);
    }
  }
  if (relation.sequence) {
    const auto* const found = std::find(kSequenceColumns.begin(), kSequenceColumns.end(), name);
    if (found != kSequenceColumns.end()) {
      return static_cast<base::AttributeNumber>(found - kSequenceColumns.begin() + 1);
    }
  }
  if (relation.virtual_table != nullptr) return 1;
  throw Error(sqlstate::kUndefinedColumn,
              "column \"" + std::string(name) + "\" of relation \"" + NameOf(relation) + "\" does not exist");
}

Value HasOnColumn(EvalContext& context, Args args, const Expression& call) {
  const PrivilegeQuestion question = ReadPrivilegeQuestion(context, args, call, true);
  const Catalog::Relation relation = RelationOf(context, question);
  if (!relation) return Value();
  const base::AttributeNumber column = ColumnOf(question, relation);
  const WantedPrivileges wanted = ReadWantedPrivileges(question.privileges, AclKind::kColumn);
  if (column == 0) return Value();
  return HasOnColumnOf(context, question, relation, column, wanted);
}

Value HasOnSchema(EvalContext& context, Args args, const Expression& call) {
  const PrivilegeQuestion question = ReadPrivilegeQuestion(context, args, call, false);
  const Catalog& catalog = context.catalog();
  const Catalog::SchemaPtr schema = question.object_by_name ? catalog.FindSchema(question.object->AsString())
                                                            : catalog.SchemaByOid(OidOf(*question.object));
  if (!schema && question.object_by_name) {
    throw Error(sqlstate::kInvalidSchemaName,
                "schema \"" + std::string(question.object->AsString()) + "\" does not exist");
  }
  const WantedPrivileges wanted = ReadWantedPrivileges(question.privileges, AclKind::kSchema);
  if (!schema) return Value();
  return HasWanted(wanted, catalog::SchemaPrivileges(catalog, question.role, *schema),
                   catalog::GrantableBy(catalog, question.role, catalog::SecurableOf(*schema)));
}

Value HasOnDatabase(EvalContext& context, Args args, const Expression& call) {
  const PrivilegeQuestion question = ReadPrivilegeQuestion(context, args, call, false);
  if (question.object_by_name && question.object->AsString() != context.DatabaseName()) {
    throw Error(sqlstate::kInvalidCatalogName,
                "database \"" + std::string(question.object->AsString()) + "\" does not exist");
  }
  const WantedPrivileges wanted = ReadWantedPrivileges(question.privileges, AclKind::kDatabase);
  if (!question.object_by_name && OidOf(*question.object) != catalog::kDatabase) return Value();
  const catalog::Securable database = catalog::SecurableOf(context.catalog().database());
  return HasWanted(wanted, catalog::PrivilegesOf(context.catalog(), question.role, database),
                   catalog::GrantableBy(context.catalog(), question.role, database));
}

Value HasOnBuiltInType(EvalContext& context, const PrivilegeQuestion& question, TypeId type) {
  const WantedPrivileges wanted = ReadWantedPrivileges(question.privileges, AclKind::kType);
  const catalog::OptionalAcl acl = catalog::AclOfBuiltInType(context.catalog(), type);
  const catalog::Securable object{AclKind::kType, catalog::kAdminRole, &acl};
  return HasWanted(wanted, catalog::PrivilegesOf(context.catalog(), question.role, object),
                   catalog::GrantableBy(context.catalog(), question.role, object));
}

// What is built in is for everybody; only a superuser may grant it.
Value HasOnBuiltIn(EvalContext& context, Args args, const Expression& call, AclKind kind) {
  const PrivilegeQuestion question = ReadPrivilegeQuestion(context, args, call, false);
  const WantedPrivileges wanted = ReadWantedPrivileges(question.privileges, kind);
  const Privileges all = catalog::AllPrivileges(kind);
  return HasWanted(wanted, all, catalog::IsSuperuser(context.catalog(), question.role) ? all : 0);
}

Value HasOnFunction(EvalContext& context, Args args, const Expression& call) {
  return HasOnBuiltIn(context, args, call, AclKind::kFunction);
}

Value HasOnType(EvalContext& context, Args args, const Expression& call) {
  const PrivilegeQuestion question = ReadPrivilegeQuestion(context, args, call, false);
  Value object = *question.object;
  if (question.object_by_name) {
    object = Convert(object, {T::kText, -1}, {T::kRegtype, -1}, types::CastContext::kExplicit, context);
  }
  const auto domain = context.catalog().DomainByOid(OidOf(object));
  if (!domain) {
    if (types::FindType(OidOf(object)) != nullptr) {
      return HasOnBuiltInType(context, question, static_cast<TypeId>(OidOf(object)));
    }
    ReadWantedPrivileges(question.privileges, AclKind::kType);
    return Value();
  }
  const WantedPrivileges wanted = ReadWantedPrivileges(question.privileges, AclKind::kType);
  const catalog::Securable type = catalog::SecurableOf(*domain);
  return HasWanted(wanted, catalog::PrivilegesOf(context.catalog(), question.role, type),
                   catalog::GrantableBy(context.catalog(), question.role, type));
}

Value HasRole(EvalContext& context, Args args, const Expression& call) {
  const Catalog& catalog = context.catalog();
  const auto& types = call.function->arguments;
  const auto role_at = [&](std::size_t i) {
    return types[i] == T::kName ? RoleByText(catalog, args[i].AsString(), false) : OidOf(args[i]);
  };
  const Oid member = types.size() == 3 ? role_at(0) : context.CurrentRole();
  const Oid role = role_at(types.size() - 2);
  bool has = false;
  EachPrivilegeWord(args.back().AsString(),
                    [&](const std::string& word, bool option, bool, std::string_view given) {
                      if (word != "MEMBER" && word != "USAGE") ThrowUnrecognizedPrivilege(given);
                      if (option) {
                        has |= catalog::MayGrantRole(catalog, member, role);
                      } else if (word == "USAGE") {
                        has |= catalog::HasPrivilegesOf(catalog, member, role);
                      } else {
                        has |= catalog::IsMember(catalog, member, role);
                      }
                    });
  return Value::Bool(has);
}

struct Family {
  std::string_view name;
  ScalarCode code;
  // Oids of the forms (name, text, text), (name, oid, text), (oid, text, text), (oid, oid, text), (text,
  // text) and (oid, text); the user comes first where there are three arguments.
  std::array<Oid, 6> oids;
};

constexpr Family kFamilies[] = {
    {"has_any_column_privilege", HasOnAnyColumn, {3024, 3025, 3026, 3027, 3028, 3029}},
    {"has_database_privilege", HasOnDatabase, {2250, 2251, 2252, 2253, 2254, 2255}},
    {"has_function_privilege", HasOnFunction, {2256, 2257, 2258, 2259, 2260, 2261}},
    {"has_schema_privilege", HasOnSchema, {2268, 2269, 2270, 2271, 2272, 2273}},
    {"has_sequence_privilege", HasOnSequence, {2181, 2182, 2183, 2184, 2185, 2186}},
    {"has_table_privilege", HasOnTable, {1922, 1923, 1924, 1925, 1926, 1927}},
    {"has_type_privilege", HasOnType, {3138, 3139, 3140, 3141, 3142, 3143}},
};

}  // namespace

void AddPrivilegeFunctions(FunctionList& out) {
  const auto add = [&out](std::string_view name, std::initializer_list<TypeId> arguments, Oid oid,
                          ScalarCode code) {
    out.push_back(ReadsCatalog(Stable(Scalar(name, arguments, T::kBool, oid, code))));
  };
  for (const Family& family : kFamilies) {
    add(family.name, {T::kName, T::kText, T::kText}, family.oids[0], family.code);
    add(family.name, {T::kName, T::kOid, T::kText}, family.oids[1], family.code);
    add(family.name, {T::kOid, T::kText, T::kText}, family.oids[2], family.code);
    add(family.name, {T::kOid, T::kOid, T::kText}, family.oids[3], family.code);
    add(family.name, {T::kText, T::kText}, family.oids[4], family.code);
    add(family.name, {T::kOid, T::kText}, family.oids[5], family.code);
  }
  Oid oid = 3012;
  for (const TypeId role : {T::kName, T::kOid}) {
    for (const TypeId table : {T::kText, T::kOid}) {
      for (const TypeId column : {T::kText, T::kInt2}) {
        add("has_column_privilege", {role, table, column, T::kText}, oid++, HasOnColumn);
      }
    }
  }
  for (const TypeId table : {T::kText, T::kOid}) {
    for (const TypeId column : {T::kText, T::kInt2}) {
      add("has_column_privilege", {table, column, T::kText}, oid++, HasOnColumn);
    }
  }
  add("pg_has_role", {T::kName, T::kName, T::kText}, 2705, HasRole);
  add("pg_has_role", {T::kName, T::kOid, T::kText}, 2706, HasRole);
  add("pg_has_role", {T::kOid, T::kName, T::kText}, 2707, HasRole);
  add("pg_has_role", {T::kOid, T::kOid, T::kText}, 2708, HasRole);
  add("pg_has_role", {T::kName, T::kText}, 2709, HasRole);
  add("pg_has_role", {T::kOid, T::kText}, 2710, HasRole);
}

}  // namespace ordinal::sql
