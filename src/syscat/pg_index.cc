#include <utility>

#include "syscat/catalog_names.h"
#include "syscat/relations.h"
#include "syscat/type_facts.h"
#include "types/array.h"

namespace ordinal::syscat {
namespace {

void EmitIndex(const catalog::TableDescriptor& table, const catalog::IndexDescriptor& index,
               RowBuilder& row) {
  types::Array keys{.element = types::TypeId::kInt2}, options{.element = types::TypeId::kInt2};
  types::Array collations{.element = types::TypeId::kOid}, classes{.element = types::TypeId::kOid};
  for (std::size_t i = 0; i < index.columns.size(); ++i) {
    const catalog::AttributeNumber number = index.columns[i];
    const catalog::ColumnDescriptor* column = table.ColumnByNumber(number);
    const catalog::IndexExpression* computed = index.ExpressionAt(i);
    if (column == nullptr && computed == nullptr) continue;
    const types::TypeId type = computed != nullptr ? computed->type.id : column->type.id;
    const catalog::IndexOrder order = i < index.orders.size() ? index.orders[i] : catalog::IndexOrder{};
    keys.values.push_back(types::Value::Int(number));
    options.values.push_back(types::Value::Int((order.descending ? 1 : 0) | (order.nulls_first ? 2 : 0)));
    collations.values.push_back(types::Value::Int(CollationOf(type)));
    classes.values.push_back(types::Value::Int(FactsOf(type).operator_class));
  }
  for (const catalog::AttributeNumber number : index.included) {
    keys.values.push_back(types::Value::Int(number));
  }
  // Each on a line, as pg_get_expr() takes them.
  std::string expressions;
  for (const auto& part : index.expressions)
    expressions += (expressions.empty() ? "" : "\n") + part.expression;
  if (!expressions.empty()) row.Set("indexprs", expressions);
  if (index.predicate) row.Set("indpred", *index.predicate);
  row.Set("indexrelid", index.oid)
      .Set("indrelid", table.oid)
      .Set("indnatts", index.columns.size() + index.included.size())
      .Set("indnkeyatts", index.columns.size())
      .Set("indisunique", index.unique)
      .Set("indnullsnotdistinct", index.nulls_not_distinct)
      .Set("indisprimary", index.primary)
      .Set("indimmediate", true)
      .Set("indisclustered", index.clustered)
      .Set("indisvalid", index.valid)
      .Set("indisready", true)
      .Set("indislive", true)
      .Set("indisreplident", index.replica_identity)
      .Set("indkey", types::MakeVector(std::move(keys)))
      .Set("indcollation", types::MakeVector(std::move(collations)))
      .Set("indclass", types::MakeVector(std::move(classes)))
      .Set("indoption", types::MakeVector(std::move(options)))
      .Emit();
}

void FillIndex(const catalog::SessionView& session, RowBuilder& row) {
  for (const auto& table : session.catalog().Tables()) {
    for (const catalog::IndexDescriptor& index : table->indexes) EmitIndex(*table, index, row);
  }
}

void FillIndexes(const catalog::SessionView& session, RowBuilder& row) {
  for (const auto& table : session.catalog().Tables()) {
    const std::string schema = SchemaName(session.catalog(), table->schema);
    for (const catalog::IndexDescriptor& index : table->indexes) {
      row.Set("schemaname", schema)
          .Set("tablename", table->name)
          .Set("indexname", index.name)
          .Set("indexdef", session.ShowIndex(*table, index))
          .Emit();
    }
  }
}

}  // namespace

const Relation& PgIndex() {
  static const Relation relation(
      2610, catalog::kPgCatalogSchema, "pg_index",
      "indexrelid oid!, indrelid oid!, indnatts int2!, indnkeyatts int2!, indisunique bool!, "
      "indnullsnotdistinct bool!, indisprimary bool!, indisexclusion bool!, indimmediate bool!, "
      "indisclustered bool!, indisvalid bool!, indcheckxmin bool!, indisready bool!, "
      "indislive bool!, indisreplident bool!, indkey int2vector!, indcollation oidvector!, "
      "indclass oidvector!, indoption int2vector!, indexprs text, indpred text",
      &FillIndex);
  return relation;
}

const Relation& PgIndexes() {
  static const Relation relation(
      12043, catalog::kPgCatalogSchema, "pg_indexes",
      "schemaname name, tablename name, indexname name, tablespace name, indexdef text", &FillIndexes);
  return relation;
}

}  // namespace ordinal::syscat
