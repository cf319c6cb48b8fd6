#include "syscat/catalog_names.h"
#include "syscat/relations.h"

namespace ordinal::syscat {
namespace {

void Fill(const catalog::SessionView& session, RowBuilder& row) {
  for (const auto& schema : session.catalog().Schemas()) {
    row.Set("oid", schema->oid)
        .Set("nspname", schema->name)
        .Set("nspowner", schema->owner)
        .Set("nspacl", ShowAcl(session.catalog(), schema->acl))
        .Emit();
  }
}

}  // namespace

const Relation& PgNamespace() {
  static const Relation relation(2615, catalog::kPgCatalogSchema, "pg_namespace",
                                 "oid oid!, nspname name!, nspowner oid!, nspacl _text", &Fill);
  return relation;
}

}  // namespace ordinal::syscat
