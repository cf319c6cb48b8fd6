#include <utility>

#include "syscat/catalog_names.h"
#include "syscat/relations.h"
#include "types/array.h"

namespace ordinal::syscat {
namespace {

types::Value ArrayOf(const std::vector<catalog::AttributeNumber>& numbers) {
  std::vector<types::Value> values;
  for (const catalog::AttributeNumber number : numbers) values.push_back(types::Value::Int(number));
  return types::MakeArray(types::TypeId::kInt2, std::move(values));
}

// Sets what keys and checks have in common.
RowBuilder& Begin(RowBuilder& row, const catalog::TableDescriptor& table, catalog::Oid oid,
                  const std::string& name, char type) {
  return row.Set("oid", oid)
      .Set("conname", name)
      .Set("connamespace", table.schema)
      .Set("contype", type)
      .Set("convalidated", true)
      .Set("conrelid", table.oid)
      .Set("confupdtype", ' ')
      .Set("confdeltype", ' ')
      .Set("confmatchtype", ' ')
      .Set("conislocal", true);
}

char ActionCode(catalog::ForeignKeyAction action) {
  static constexpr char kCodes[] = {'a', 'r', 'c', 'n', 'd'};
  return kCodes[static_cast<std::size_t>(action)];
}

void EmitForeignKey(const catalog::TableDescriptor& table, const catalog::ForeignKeyDescriptor& key,
                    RowBuilder& row) {
  Begin(row, table, key.oid, key.name, 'f')
      .Set("condeferrable", key.deferrable)
      .Set("condeferred", key.initially_deferred)
      .Set("convalidated", key.valid)
      .Set("conindid", key.referenced_index)
      .Set("confrelid", key.referenced_table)
      .Set("confupdtype", ActionCode(key.on_update))
      .Set("confdeltype", ActionCode(key.on_delete))
      .Set("confmatchtype", key.match_full ? 'f' : 's')
      .Set("connoinherit", true)
      .Set("conkey", ArrayOf(key.columns))
      .Set("confkey", ArrayOf(key.referenced_columns));
  if (!key.set_columns.empty()) row.Set("confdelsetcols", ArrayOf(key.set_columns));
  row.Emit();
}

void EmitDomain(const catalog::DomainDescriptor& domain, RowBuilder& row) {
  for (const catalog::CheckDescriptor& check : domain.checks) {
    row.Set("oid", check.oid)
        .Set("conname", check.name)
        .Set("connamespace", domain.schema)
        .Set("contype", 'c')
        .Set("convalidated", check.valid)
        .Set("contypid", domain.oid)
        .Set("confupdtype", ' ')
        .Set("confdeltype", ' ')
        .Set("confmatchtype", ' ')
        .Set("conislocal", true)
        .Set("conbin", check.expression)
        .Emit();
  }
}

void Fill(const catalog::SessionView& session, RowBuilder& row) {
  for (const auto& domain : session.catalog().Domains()) EmitDomain(*domain, row);
  for (const auto& table : session.catalog().Tables()) {
    for (const catalog::IndexDescriptor& index : table->indexes) {
      if (!IsKey(index)) continue;
      Begin(row, *table, index.oid, index.name, index.primary ? 'p' : 'u')
          .Set("conindid", index.oid)
          .Set("connoinherit", true)
          .Set("conkey", ArrayOf(index.columns))
          .Emit();
    }
    for (const catalog::CheckDescriptor& check : table->checks) {
      Begin(row, *table, check.oid, check.name, 'c')
          .Set("convalidated", check.valid)
          .Set("conbin", check.expression)
          .Emit();
    }
    for (const auto& key : table->foreign_keys) EmitForeignKey(*table, key, row);
  }
}

}  // namespace

const Relation& PgConstraint() {
  static const Relation relation(
      2606, catalog::kPgCatalogSchema, "pg_constraint",
      "oid oid!, conname name!, connamespace oid!, contype char!, condeferrable bool!, "
      "condeferred bool!, convalidated bool!, conrelid oid!, contypid oid!, conindid oid!, "
      "conparentid oid!, confrelid oid!, confupdtype char!, confdeltype char!, confmatchtype char!, "
      "conislocal bool!, coninhcount int4!, connoinherit bool!, conkey _int2, confkey _int2, "
      "conpfeqop _oid, conppeqop _oid, conffeqop _oid, confdelsetcols _int2, conexclop _oid, "
      "conbin text",
      &Fill);
  return relation;
}

}  // namespace ordinal::syscat
