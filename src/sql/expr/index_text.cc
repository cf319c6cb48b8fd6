#include "sql/expr/index_text.h"

#include <vector>

#include "catalog/catalog.h"
#include "sql/expr/function.h"
#include "sql/expr/identifier.h"

namespace ordinal::sql {
namespace {

std::string QualifiedName(const catalog::Catalog& catalog, base::Oid schema_oid, const std::string& name) {
  const auto schema = catalog.SchemaByOid(schema_oid);
  return (schema ? QuoteIdentifier(schema->name) + "." : "") + QuoteIdentifier(name);
}

std::string NameOf(const catalog::TableDescriptor& table, base::AttributeNumber number) {
  const auto* column = table.ColumnByNumber(number);
  return column != nullptr ? QuoteIdentifier(column->name) : "?";
}

std::string ShownOrder(const catalog::IndexOrder& order) {
  if (order.descending) return order.nulls_first ? " DESC" : " DESC NULLS LAST";
  return order.nulls_first ? " NULLS FIRST" : "";
}

}  // namespace

std::string ShowIndexDefinition(const catalog::TableDescriptor& table, const catalog::IndexDescriptor& index,
                                EvalContext& context, bool pretty) {
  std::string text = index.unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ";
  text += QuoteIdentifier(index.name) + " ON ";
  text +=
      pretty ? context.RelationName(table.oid) : QualifiedName(context.catalog(), table.schema, table.name);
  text += " USING btree (";
  for (std::size_t i = 0; i < index.columns.size(); ++i) {
    text += (i > 0 ? ", " : "") + NameOf(table, index.columns[i]);
    if (i < index.orders.size()) text += ShownOrder(index.orders[i]);
  }
  text += ")";
  for (std::size_t i = 0; i < index.included.size(); ++i) {
    text += (i > 0 ? ", " : " INCLUDE (") + NameOf(table, index.included[i]);
  }
  if (!index.included.empty()) text += ")";
  if (index.nulls_not_distinct) text += " NULLS NOT DISTINCT";
  if (!index.predicate) return text;
  std::vector<std::string> names;
  for (const auto& column : table.columns) names.push_back(QuoteIdentifier(column.name));
  return text + " WHERE " +
         DeparseExpression(*DeserializeExpression(*index.predicate), names, context, pretty);
}

}  // namespace ordinal::sql
