#include "syscat/catalog_names.h"
#include "syscat/relations.h"

namespace ordinal::syscat {
namespace {

void Emit(RowBuilder& row, catalog::Oid catalog, catalog::Oid object, std::size_t column,
          const std::string& comment) {
  if (comment.empty()) return;
  row.Set("objoid", object)
      .Set("classoid", catalog)
      .Set("objsubid", column)
      .Set("description", comment)
      .Emit();
}

void EmitTable(RowBuilder& row, const catalog::TableDescriptor& table) {
  Emit(row, kPgClassRelation, table.oid, 0, table.comment);
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    Emit(row, kPgClassRelation, table.oid, i + 1, table.columns[i].comment);
  }
  for (const auto& index : table.indexes) {
    Emit(row, kPgClassRelation, index.oid, 0, index.comment);
    Emit(row, kPgConstraintRelation, index.oid, 0, index.constraint_comment);
  }
  for (const auto& check : table.checks) Emit(row, kPgConstraintRelation, check.oid, 0, check.comment);
  for (const auto& key : table.foreign_keys) Emit(row, kPgConstraintRelation, key.oid, 0, key.comment);
}

void Fill(const catalog::SessionView& session, RowBuilder& row) {
  const catalog::Catalog& catalog = session.catalog();
  for (const auto& schema : catalog.Schemas()) {
    Emit(row, kPgNamespaceRelation, schema->oid, 0, schema->comment);
  }
  for (const auto& domain : catalog.Domains()) {
    Emit(row, kPgTypeRelation, domain->oid, 0, domain->comment);
    for (const auto& check : domain->checks) Emit(row, kPgConstraintRelation, check.oid, 0, check.comment);
  }
  for (const auto& table : catalog.Tables()) EmitTable(row, *table);
  for (const auto& sequence : catalog.Sequences()) {
    Emit(row, kPgClassRelation, sequence->oid, 0, sequence->comment);
  }
  for (const auto& function : catalog.Functions())
    Emit(row, kPgProcRelation, function->oid, 0, function->comment);
  for (const auto& made : catalog.AllExtendedStatistics()) {
    Emit(row, kPgStatisticExtRelation, made->oid, 0, made->comment);
  }
  for (const auto& view : catalog.Views()) {
    Emit(row, kPgClassRelation, view->oid, 0, view->comment);
    for (std::size_t i = 0; i < view->columns.size(); ++i) {
      Emit(row, kPgClassRelation, view->oid, i + 1, view->columns[i].comment);
    }
  }
}

// Of what databases share, were there several.
void FillShared(const catalog::SessionView& session, RowBuilder& row) {
  const auto emit = [&](catalog::Oid catalog, catalog::Oid object, const std::string& comment) {
    if (comment.empty()) return;
    row.Set("objoid", object).Set("classoid", catalog).Set("description", comment).Emit();
  };
  emit(kPgDatabaseRelation, catalog::kDatabase, session.catalog().database().comment);
  for (const auto& role : session.catalog().Roles()) emit(kPgAuthidRelation, role->oid, role->comment);
}

}  // namespace

const Relation& PgDescription() {
  static const Relation relation(2609, catalog::kPgCatalogSchema, "pg_description",
                                 "objoid oid!, classoid oid!, objsubid int4!, description text!", &Fill);
  return relation;
}

const Relation& PgShdescription() {
  static const Relation relation(2396, catalog::kPgCatalogSchema, "pg_shdescription",
                                 "objoid oid!, classoid oid!, description text!", &FillShared);
  return relation;
}

}  // namespace ordinal::syscat
