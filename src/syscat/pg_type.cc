#include "syscat/catalog_names.h"
#include "syscat/relations.h"
#include "syscat/type_facts.h"

namespace ordinal::syscat {
namespace {

constexpr catalog::Oid kArraySubscriptHandler = 6179;
constexpr catalog::Oid kArrayAnalyze = 3816;

void Emit(const catalog::Catalog& catalog, const TypeFacts& facts, bool pseudo, RowBuilder& row) {
  const auto& acls = catalog.database().system_acls;
  const auto acl = acls.find(static_cast<catalog::Oid>(facts.id));
  if (acl != acls.end()) row.Set("typacl", ShowAcl(catalog, acl->second));
  const types::TypeInfo& type = types::InfoOf(facts.id);
  const bool is_array = types::IsArray(type.id);
  const types::TypeId array = types::ArrayType(type.id);
  const bool is_plain_array = is_array && array == types::TypeId::kInvalid;
  row.Set("oid", static_cast<catalog::Oid>(type.id))
      .Set("typname", type.name)
      .Set("typnamespace", catalog::kPgCatalogSchema)
      .Set("typowner", catalog::kAdminRole)
      .Set("typlen", type.length)
      .Set("typbyval", IsPassedByValue(type.length))
      .Set("typtype", pseudo ? 'p' : 'b')
      .Set("typcategory", pseudo && is_array ? 'P' : type.category)
      .Set("typispreferred", type.preferred)
      .Set("typisdefined", true)
      .Set("typdelim", ',')
      .Set("typsubscript", is_array ? kArraySubscriptHandler : base::kInvalidOid)
      .Set("typelem", facts.element)
      .Set("typarray", static_cast<catalog::Oid>(array))
      .Set("typinput", facts.input)
      .Set("typoutput", facts.output)
      .Set("typreceive", facts.receive)
      .Set("typsend", facts.send)
      .Set("typanalyze", is_plain_array ? kArrayAnalyze : base::kInvalidOid)
      .Set("typalign", facts.alignment)
      .Set("typstorage", facts.storage)
      .Set("typtypmod", -1)
      .Set("typcollation", CollationOf(is_plain_array ? types::ElementType(type.id) : type.id))
      .Emit();
}

void EmitDomain(const catalog::SessionView& session, const catalog::DomainDescriptor& domain,
                RowBuilder& row) {
  constexpr catalog::Oid kDomainIn = 2597;
  constexpr catalog::Oid kDomainReceive = 2598;
  const types::TypeInfo& type = types::InfoOf(domain.base.id);
  const TypeFacts facts = FactsOf(type.id);
  const bool stands_on_domain = domain.base.domain != 0;
  row.Set("oid", domain.oid)
      .Set("typname", domain.name)
      .Set("typnamespace", domain.schema)
      .Set("typowner", domain.owner)
      .Set("typlen", type.length)
      .Set("typbyval", IsPassedByValue(type.length))
      .Set("typtype", 'd')
      .Set("typcategory", type.category)
      .Set("typisdefined", true)
      .Set("typdelim", ',')
      .Set("typinput", kDomainIn)
      .Set("typoutput", facts.output)
      .Set("typreceive", kDomainReceive)
      .Set("typsend", facts.send)
      .Set("typalign", facts.alignment)
      .Set("typstorage", facts.storage)
      .Set("typnotnull", domain.not_null)
      .Set("typbasetype", stands_on_domain ? domain.base.domain : static_cast<catalog::Oid>(type.id))
      .Set("typtypmod", stands_on_domain ? -1 : domain.base.modifier)
      .Set("typcollation", CollationOf(type.id));
  if (domain.default_expression) {
    row.Set("typdefaultbin", *domain.default_expression)
        .Set("typdefault", session.DeparseExpression(*domain.default_expression, nullptr));
  }
  row.Set("typacl", ShowAcl(session.catalog(), domain.acl)).Emit();
}

// The type of the rows of a relation, which has the oid of the relation.
void EmitRowType(catalog::Oid oid, const std::string& name, catalog::Oid schema, catalog::Oid owner,
                 RowBuilder& row) {
  const TypeFacts facts = FactsOf(types::TypeId::kRecord);
  row.Set("oid", oid)
      .Set("typname", name)
      .Set("typnamespace", schema)
      .Set("typowner", owner)
      .Set("typlen", -1)
      .Set("typtype", 'c')
      .Set("typcategory", 'C')
      .Set("typisdefined", true)
      .Set("typdelim", ',')
      .Set("typrelid", oid)
      .Set("typinput", facts.input)
      .Set("typoutput", facts.output)
      .Set("typreceive", facts.receive)
      .Set("typsend", facts.send)
      .Set("typalign", facts.alignment)
      .Set("typstorage", facts.storage)
      .Set("typtypmod", -1)
      .Emit();
}

void EmitRowTypes(const catalog::Catalog& catalog, RowBuilder& row) {
  for (const Relation* relation : Relations()) {
    EmitRowType(relation->oid(), relation->name(), relation->schema(), catalog::kAdminRole, row);
  }
  for (const auto& table : catalog.Tables()) {
    EmitRowType(table->oid, table->name, table->schema, table->owner, row);
  }
  for (const auto& view : catalog.Views()) {
    EmitRowType(view->oid, view->name, view->schema, view->owner, row);
  }
}

void Fill(const catalog::SessionView& session, RowBuilder& row) {
  EmitRowTypes(session.catalog(), row);
  for (const auto& domain : session.catalog().Domains()) EmitDomain(session, *domain, row);
  for (const TypeFacts& facts : AllTypeFacts()) {
    const char category = types::InfoOf(facts.id).category;
    const bool pseudo = category == 'P' || category == 'X';
    Emit(session.catalog(), facts, pseudo, row);
    const types::TypeId array = types::ArrayType(facts.id);
    if (array != types::TypeId::kInvalid) Emit(session.catalog(), FactsOf(array), pseudo, row);
  }
}

}  // namespace

const Relation& PgType() {
  static const Relation relation(
      1247, catalog::kPgCatalogSchema, "pg_type",
      "oid oid!, typname name!, typnamespace oid!, typowner oid!, typlen int2!, typbyval bool!, "
      "typtype char!, typcategory char!, typispreferred bool!, typisdefined bool!, typdelim char!, "
      "typrelid oid!, typsubscript regproc!, typelem oid!, typarray oid!, typinput regproc!, "
      "typoutput regproc!, typreceive regproc!, typsend regproc!, typmodin regproc!, "
      "typmodout regproc!, typanalyze regproc!, typalign char!, typstorage char!, typnotnull bool!, "
      "typbasetype oid!, typtypmod int4!, typndims int4!, typcollation oid!, typdefaultbin text, "
      "typdefault text, typacl _text",
      &Fill);
  return relation;
}

}  // namespace ordinal::syscat
