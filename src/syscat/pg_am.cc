#include "syscat/catalog_names.h"
#include "syscat/relations.h"

namespace ordinal::syscat {
namespace {

// Oids of heap_tableam_handler and bthandler.
constexpr catalog::Oid kHeapHandler = 3;
constexpr catalog::Oid kBtreeHandler = 330;

void FillMethods(const catalog::SessionView&, RowBuilder& row) {
  row.Set("oid", kHeapMethod).Set("amname", "heap").Set("amhandler", kHeapHandler).Set("amtype", 't').Emit();
  row.Set("oid", kBtreeMethod)
      .Set("amname", "btree")
      .Set("amhandler", kBtreeHandler)
      .Set("amtype", 'i')
      .Emit();
}

RowBuilder& BeginCollation(RowBuilder& row, catalog::Oid oid, const char* name, char provider) {
  return row.Set("oid", oid)
      .Set("collname", name)
      .Set("collnamespace", catalog::kPgCatalogSchema)
      .Set("collowner", catalog::kAdminRole)
      .Set("collprovider", provider)
      .Set("collisdeterministic", true)
      .Set("collencoding", -1);
}

void FillCollations(const catalog::SessionView&, RowBuilder& row) {
  BeginCollation(row, kDefaultCollation, "default", 'd').Emit();
  BeginCollation(row, kCCollation, "C", 'c').Set("collcollate", "C").Set("collctype", "C").Emit();
}

}  // namespace

const Relation& PgAm() {
  static const Relation relation(2601, catalog::kPgCatalogSchema, "pg_am",
                                 "oid oid!, amname name!, amhandler regproc!, amtype char!", &FillMethods);
  return relation;
}

const Relation& PgCollation() {
  static const Relation relation(
      3456, catalog::kPgCatalogSchema, "pg_collation",
      "oid oid!, collname name!, collnamespace oid!, collowner oid!, collprovider char!, "
      "collisdeterministic bool!, collencoding int4!, collcollate text, collctype text, "
      "colliculocale text, collversion text",
      &FillCollations);
  return relation;
}

}  // namespace ordinal::syscat
