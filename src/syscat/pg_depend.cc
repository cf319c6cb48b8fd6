#include "syscat/catalog_names.h"
#include "syscat/column_defaults.h"
#include "syscat/relations.h"

namespace ordinal::syscat {
namespace {

// Says how a dependent object goes with the one it depends on (pg_depend.deptype).
constexpr char kNormal = 'n';
constexpr char kAuto = 'a';
constexpr char kInternal = 'i';

struct Address {
  catalog::Oid catalog;
  catalog::Oid object;
  catalog::AttributeNumber column = 0;
};

void Emit(RowBuilder& row, const Address& dependent, const Address& referenced, char type) {
  row.Set("classid", dependent.catalog)
      .Set("objid", dependent.object)
      .Set("objsubid", dependent.column)
      .Set("refclassid", referenced.catalog)
      .Set("refobjid", referenced.object)
      .Set("refobjsubid", referenced.column)
      .Set("deptype", type)
      .Emit();
}

void EmitIndex(const catalog::TableDescriptor& table, const catalog::IndexDescriptor& index,
               RowBuilder& row) {
  Address dependent = {kPgClassRelation, index.oid};
  if (IsKey(index)) {
    const Address constraint = {kPgConstraintRelation, index.oid};
    Emit(row, dependent, constraint, kInternal);
    dependent = constraint;
  }
  for (const catalog::AttributeNumber number : index.columns) {
    Emit(row, dependent, {kPgClassRelation, table.oid, number}, kAuto);
  }
}

void EmitForeignKey(const catalog::TableDescriptor& table, const catalog::ForeignKeyDescriptor& key,
                    RowBuilder& row) {
  const Address dependent = {kPgConstraintRelation, key.oid};
  for (const catalog::AttributeNumber number : key.columns) {
    Emit(row, dependent, {kPgClassRelation, table.oid, number}, kAuto);
  }
  for (const catalog::AttributeNumber number : key.referenced_columns) {
    Emit(row, dependent, {kPgClassRelation, key.referenced_table, number}, kNormal);
  }
  Emit(row, dependent, {kPgClassRelation, key.referenced_index}, kNormal);
}

void EmitSequence(const catalog::SequenceDescriptor& sequence, RowBuilder& row) {
  const Address dependent = {kPgClassRelation, sequence.oid};
  Emit(row, dependent, {kPgNamespaceRelation, sequence.schema}, kNormal);
  if (sequence.owner_table == base::kInvalidOid) return;
  Emit(row, dependent, {kPgClassRelation, sequence.owner_table, sequence.owner_column},
       sequence.is_identity ? kInternal : kAuto);
}

void EmitDomain(const catalog::DomainDescriptor& domain, RowBuilder& row) {
  const Address dependent = {kPgTypeRelation, domain.oid};
  Emit(row, dependent, {kPgNamespaceRelation, domain.schema}, kNormal);
  if (domain.base.domain != 0) Emit(row, dependent, {kPgTypeRelation, domain.base.domain}, kNormal);
  for (const catalog::CheckDescriptor& check : domain.checks) {
    Emit(row, {kPgConstraintRelation, check.oid}, dependent, kAuto);
  }
}

void EmitStatistics(const catalog::ExtendedStatisticsDescriptor& made, RowBuilder& row) {
  const Address dependent = {kPgStatisticExtRelation, made.oid};
  Emit(row, dependent, {kPgNamespaceRelation, made.schema}, kNormal);
  for (const catalog::AttributeNumber number : made.columns) {
    Emit(row, dependent, {kPgClassRelation, made.table, number}, kAuto);
  }
}

void Fill(const catalog::SessionView& session, RowBuilder& row) {
  const catalog::Catalog& catalog = session.catalog();
  for (const auto& domain : catalog.Domains()) EmitDomain(*domain, row);
  for (const auto& table : catalog.Tables()) {
    Emit(row, {kPgClassRelation, table->oid}, {kPgNamespaceRelation, table->schema}, kNormal);
    for (const catalog::IndexDescriptor& index : table->indexes) EmitIndex(*table, index, row);
    for (const catalog::ColumnDescriptor& column : table->columns) {
      if (column.dropped || column.type.domain == 0) continue;
      Emit(row, {kPgClassRelation, table->oid, column.number}, {kPgTypeRelation, column.type.domain},
           kNormal);
    }
    for (const catalog::CheckDescriptor& check : table->checks) {
      Emit(row, {kPgConstraintRelation, check.oid}, {kPgClassRelation, table->oid}, kAuto);
    }
  }
  for (const auto& table : catalog.Tables()) {
    for (const auto& key : table->foreign_keys) EmitForeignKey(*table, key, row);
  }
  for (const auto& sequence : catalog.Sequences()) EmitSequence(*sequence, row);
  for (const auto& made : catalog.AllExtendedStatistics()) EmitStatistics(*made, row);
  for (const auto& view : catalog.Views()) {
    Emit(row, {kPgClassRelation, view->oid}, {kPgNamespaceRelation, view->schema}, kNormal);
  }
  ForEachDefault(catalog, [&](catalog::Oid oid, const catalog::TableDescriptor& table,
                              const catalog::ColumnDescriptor& column) {
    const Address dependent = {kPgAttrdefRelation, oid};
    Emit(row, dependent, {kPgClassRelation, table.oid, column.number}, kAuto);
    const std::string expression = session.DeparseExpression(*column.default_expression, &table);
    if (const auto sequence = SequenceOfDefault(catalog, expression, table.schema)) {
      Emit(row, dependent, {kPgClassRelation, sequence->oid}, kNormal);
    }
  });
}

}  // namespace

const Relation& PgDepend() {
  static const Relation relation(
      2608, catalog::kPgCatalogSchema, "pg_depend",
      "classid oid!, objid oid!, objsubid int4!, refclassid oid!, refobjid oid!, refobjsubid int4!, "
      "deptype char!",
      &Fill);
  return relation;
}

}  // namespace ordinal::syscat
