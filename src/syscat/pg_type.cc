#include "syscat/catalog_names.h"
#include "syscat/relations.h"
#include "syscat/type_facts.h"

namespace ordinal::syscat {
namespace {

void Fill(const catalog::SessionView&, RowBuilder& row) {
  for (const TypeFacts& facts : AllTypeFacts()) {
    const types::TypeInfo& type = types::InfoOf(facts.id);
    const bool pseudo = type.category == 'P' || type.category == 'X';
    row.Set("oid", static_cast<catalog::Oid>(type.id))
        .Set("typname", type.name)
        .Set("typnamespace", catalog::kPgCatalogSchema)
        .Set("typowner", catalog::kAdminRole)
        .Set("typlen", type.length)
        .Set("typbyval", IsPassedByValue(type.length))
        .Set("typtype", pseudo ? 'p' : 'b')
        .Set("typcategory", type.category)
        .Set("typispreferred", type.preferred)
        .Set("typisdefined", true)
        .Set("typdelim", ',')
        .Set("typelem", facts.element)
        .Set("typarray", facts.array)
        .Set("typinput", facts.input)
        .Set("typoutput", facts.output)
        .Set("typreceive", facts.receive)
        .Set("typsend", facts.send)
        .Set("typalign", facts.alignment)
        .Set("typstorage", facts.storage)
        .Set("typtypmod", -1)
        .Set("typcollation", CollationOf(type.id))
        .Emit();
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
      "typdefault text, typacl text",
      &Fill);
  return relation;
}

}  // namespace ordinal::syscat
