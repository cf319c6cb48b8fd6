#include "catalog/privileges.h"
#include "syscat/catalog_names.h"
#include "syscat/relations.h"
#include "types/array.h"

namespace ordinal::syscat {
namespace {

constexpr char kReplicaIdentityNothing = 'n';
constexpr int kSequenceColumns = 3;  // last_value, log_cnt, is_called

void SetOptions(RowBuilder& row, const std::vector<std::string>& options) {
  if (options.empty()) return;
  std::vector<types::Value> values;
  for (const std::string& option : options) values.push_back(types::Value::String(option));
  row.Set("reloptions", types::MakeArray(types::TypeId::kText, std::move(values)));
}

// Sets what all kinds of relations have in common.
RowBuilder& Begin(const catalog::Catalog& catalog, RowBuilder& row, catalog::Oid oid, const std::string& name,
                  catalog::Oid schema, catalog::Oid owner) {
  const auto in = catalog.SchemaByOid(schema);
  return row.Set("oid", oid)
      .Set("relname", name)
      .Set("relnamespace", schema)
      .Set("relowner", owner)
      .Set("reltuples", -1.0)
      .Set("relpersistence", in && in->temporary_of ? 't' : 'p')
      .Set("relispopulated", true)
      .Set("relreplident", kReplicaIdentityNothing);
}

// A foreign key stands on triggers at both of its tables, which is where psql looks for it.
void EmitTable(const catalog::Catalog& catalog, const catalog::TableDescriptor& table, RowBuilder& row) {
  const bool has_foreign_keys = !table.foreign_keys.empty() || catalog.IsReferenced(table.oid);
  const auto statistics = catalog.StatisticsOf(table.oid);
  const double rows = statistics ? statistics->rows : -1.0;
  Begin(catalog, row, table.oid, table.name, table.schema, table.owner)
      .Set("reltype", table.oid)
      .Set("relam", kHeapMethod)
      .Set("relfilenode", table.oid)
      .Set("reltuples", rows)
      .Set("relhasindex", !table.indexes.empty())
      .Set("relkind", 'r')
      .Set("relnatts", table.columns.size())
      .Set("relchecks", table.checks.size())
      .Set("relhastriggers", has_foreign_keys)
      .Set("relreplident", table.replica_identity)
      .Set("relacl", ShowAcl(catalog, table.acl));
  SetOptions(row, table.options);
  row.Emit();
  for (const catalog::IndexDescriptor& index : table.indexes) {
    Begin(catalog, row, index.oid, index.name, table.schema, table.owner)
        .Set("relam", kBtreeMethod)
        .Set("relfilenode", index.oid)
        .Set("reltuples", index.predicate ? -1.0 : rows)
        .Set("relkind", 'i')
        .Set("relnatts", index.columns.size() + index.included.size());
    SetOptions(row, index.options);
    row.Emit();
  }
}

void EmitView(RowBuilder& row, std::size_t columns) {
  row.Set("relkind", 'v').Set("relnatts", columns).Set("relhasrules", true).Emit();
}

void Fill(const catalog::SessionView& session, RowBuilder& row) {
  const catalog::Catalog& catalog = session.catalog();
  for (const Relation* table : Relations()) {
    Begin(catalog, row, table->oid(), table->name(), table->schema(), catalog::kAdminRole)
        .Set("reltype", table->oid())
        .Set("relacl", ShowAcl(catalog, catalog::AclOfSystemRelation(catalog, *table)));
    EmitView(row, table->columns().size());
  }
  for (const auto& table : catalog.Tables()) EmitTable(catalog, *table, row);
  for (const auto& sequence : catalog.Sequences()) {
    Begin(catalog, row, sequence->oid, sequence->name, sequence->schema, sequence->owner)
        .Set("relfilenode", sequence->oid)
        .Set("relkind", 'S')
        .Set("relnatts", kSequenceColumns)
        .Set("relacl", ShowAcl(catalog, sequence->acl))
        .Emit();
  }
  for (const auto& view : catalog.Views()) {
    Begin(catalog, row, view->oid, view->name, view->schema, view->owner)
        .Set("reltype", view->oid)
        .Set("relacl", ShowAcl(catalog, view->acl));
    SetOptions(row, view->options);
    EmitView(row, view->columns.size());
  }
}

}  // namespace

const Relation& PgClass() {
  static const Relation relation(
      1259, catalog::kPgCatalogSchema, "pg_class",
      "oid oid!, relname name!, relnamespace oid!, reltype oid!, reloftype oid!, relowner oid!, "
      "relam oid!, relfilenode oid!, reltablespace oid!, relpages int4!, reltuples float4!, "
      "relallvisible int4!, reltoastrelid oid!, relhasindex bool!, relisshared bool!, "
      "relpersistence char!, relkind char!, relnatts int2!, relchecks int2!, relhasrules bool!, "
      "relhastriggers bool!, relhassubclass bool!, relrowsecurity bool!, relforcerowsecurity bool!, "
      "relispopulated bool!, relreplident char!, relispartition bool!, relrewrite oid!, "
      "relfrozenxid xid!, relminmxid xid!, relacl _text, reloptions _text, relpartbound text",
      &Fill);
  return relation;
}

}  // namespace ordinal::syscat
