#include "syscat/catalog_names.h"
#include "syscat/relations.h"
#include "syscat/type_facts.h"
#include "types/array.h"

namespace ordinal::syscat {
namespace {

// Sets what all kinds of columns have in common.
RowBuilder& Begin(RowBuilder& row, catalog::Oid relation, std::string_view name, types::Type type,
                  std::size_t number) {
  const types::TypeInfo& info = types::InfoOf(type.id);
  const TypeFacts facts = FactsOf(type.id);
  return row.Set("attrelid", relation)
      .Set("attname", name)
      .Set("atttypid", type.domain != 0 ? type.domain : static_cast<catalog::Oid>(type.id))
      .Set("attstattarget", -1)
      .Set("attlen", info.length)
      .Set("attnum", number)
      .Set("attcacheoff", -1)
      .Set("atttypmod", type.domain != 0 ? -1 : type.modifier)
      .Set("attbyval", IsPassedByValue(info.length))
      .Set("attalign", facts.alignment)
      .Set("attstorage", facts.storage)
      .Set("attislocal", true)
      .Set("attcollation", CollationOf(type.id));
}

void EmitColumn(const catalog::Catalog& catalog, const catalog::TableDescriptor& table,
                const catalog::ColumnDescriptor& column, RowBuilder& row) {
  const auto number = static_cast<std::size_t>(column.number);
  if (column.dropped) {
    Begin(row, table.oid, "........pg.dropped." + std::to_string(number) + "........", column.type, number)
        .Set("atttypid", 0)
        .Set("attisdropped", true)
        .Emit();
    return;
  }
  Begin(row, table.oid, column.name, column.type, number)
      .Set("attnotnull", column.not_null)
      .Set("atthasdef", column.default_expression.has_value());
  if (column.identity) row.Set("attidentity", column.identity->always ? 'a' : 'd');
  if (column.generated) row.Set("attgenerated", 's');
  row.Set("attacl", ShowAcl(catalog, column.acl)).Set("attstattarget", column.statistics_target);
  if (column.storage != 0) row.Set("attstorage", column.storage);
  if (column.compression != 0) row.Set("attcompression", column.compression);
  if (!column.options.empty()) {
    std::vector<types::Value> options;
    for (const std::string& option : column.options) options.push_back(types::Value::String(option));
    row.Set("attoptions", types::MakeArray(types::TypeId::kText, std::move(options)));
  }
  row.Emit();
}

void EmitIndexColumns(const catalog::TableDescriptor& table, const catalog::IndexDescriptor& index,
                      RowBuilder& row) {
  std::size_t number = 0;
  for (const catalog::AttributeNumber of_table : index.columns) {
    if (const catalog::IndexExpression* computed = index.ExpressionAt(number++)) {
      Begin(row, index.oid, computed->name, computed->type, number).Emit();
    } else if (const catalog::ColumnDescriptor* column = table.ColumnByNumber(of_table)) {
      Begin(row, index.oid, column->name, column->type, number).Emit();
    }
  }
  for (const catalog::AttributeNumber of_table : index.included) {
    ++number;
    if (const catalog::ColumnDescriptor* column = table.ColumnByNumber(of_table)) {
      Begin(row, index.oid, column->name, column->type, number).Emit();
    }
  }
}

void EmitSequenceColumns(const catalog::Catalog& catalog, const catalog::SequenceDescriptor& sequence,
                         RowBuilder& row) {
  constexpr types::Type kBigint = {types::TypeId::kInt8, -1};
  const auto emit = [&](const char* name, types::Type type, catalog::AttributeNumber number) {
    const auto acl = sequence.column_acls.find(number);
    Begin(row, sequence.oid, name, type, static_cast<std::size_t>(number)).Set("attnotnull", true);
    if (acl != sequence.column_acls.end()) row.Set("attacl", ShowAcl(catalog, acl->second));
    row.Emit();
  };
  emit("last_value", kBigint, 1);
  emit("log_cnt", kBigint, 2);
  emit("is_called", {types::TypeId::kBool, -1}, 3);
}

void EmitComputedColumns(const Relation& relation, RowBuilder& row) {
  for (std::size_t i = 0; i < relation.columns().size(); ++i) {
    const catalog::VirtualTable::Column& column = relation.columns()[i];
    Begin(row, relation.oid(), column.name, column.type, i + 1)
        .Set("attnotnull", !relation.defaults()[i].is_null())
        .Emit();
  }
}

void Fill(const catalog::SessionView& session, RowBuilder& row) {
  for (const Relation* relation : Relations()) EmitComputedColumns(*relation, row);
  for (const auto& table : session.catalog().Tables()) {
    for (const catalog::ColumnDescriptor& column : table->columns) {
      EmitColumn(session.catalog(), *table, column, row);
    }
    for (const catalog::IndexDescriptor& index : table->indexes) EmitIndexColumns(*table, index, row);
  }
  for (const auto& view : session.catalog().Views()) {
    for (std::size_t i = 0; i < view->columns.size(); ++i) {
      Begin(row, view->oid, view->columns[i].name, view->columns[i].type, i + 1)
          .Set("atthasdef", view->columns[i].default_expression.has_value())
          .Set("attacl", ShowAcl(session.catalog(), view->columns[i].acl))
          .Emit();
    }
  }
  for (const auto& sequence : session.catalog().Sequences()) {
    EmitSequenceColumns(session.catalog(), *sequence, row);
  }
}

}  // namespace

const Relation& PgAttribute() {
  static const Relation relation(
      1249, catalog::kPgCatalogSchema, "pg_attribute",
      "attrelid oid!, attname name!, atttypid oid!, attstattarget int4!, attlen int2!, "
      "attnum int2!, attndims int4!, attcacheoff int4!, atttypmod int4!, attbyval bool!, "
      "attalign char!, attstorage char!, attcompression char!, attnotnull bool!, atthasdef bool!, "
      "atthasmissing bool!, attidentity char!, attgenerated char!, attisdropped bool!, "
      "attislocal bool!, attinhcount int4!, attcollation oid!, attacl _text, attoptions _text, "
      "attfdwoptions _text, attmissingval text",
      &Fill);
  return relation;
}

}  // namespace ordinal::syscat
