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

std::vector<std::string> NamesOf(const catalog::TableDescriptor& table) {
  std::vector<std::string> names;
  for (const auto& column : table.columns) names.push_back(QuoteIdentifier(column.name));
  return names;
}

}  // namespace

bool LooksLikeCall(const Expression& expression) {
  switch (expression.kind) {
    case ExprKind::kCall:
      return expression.function->kind == FunctionKind::kScalar;
    case ExprKind::kCoalesce:
    case ExprKind::kNullIf:
    case ExprKind::kMinMax:
      return true;
    default:
      return false;
  }
}

std::string ShowIndexColumn(const catalog::TableDescriptor& table, const catalog::IndexDescriptor& index,
                            std::size_t key_column, EvalContext& context, bool pretty) {
  const catalog::IndexExpression* computed = index.ExpressionAt(key_column);
  if (computed == nullptr) return NameOf(table, index.columns[key_column]);
  const ExprPtr expression = DeserializeExpression(computed->expression);
  const std::string text = DeparseExpression(*expression, NamesOf(table), context, pretty);
  return LooksLikeCall(*expression) ? text : "(" + text + ")";
}

std::string ShowIndexDefinition(const catalog::TableDescriptor& table, const catalog::IndexDescriptor& index,
                                EvalContext& context, bool pretty) {
  std::string text = index.unique ? "CREATE UNIQUE INDEX " : "CREATE INDEX ";
  text += QuoteIdentifier(index.name) + " ON ";
  text +=
      pretty ? context.RelationName(table.oid) : QualifiedName(context.catalog(), table.schema, table.name);
  text += " USING btree (";
  for (std::size_t i = 0; i < index.columns.size(); ++i) {
    text += (i > 0 ? ", " : "") + ShowIndexColumn(table, index, i, context, pretty);
    if (i < index.orders.size()) text += ShownOrder(index.orders[i]);
  }
  text += ")";
  for (std::size_t i = 0; i < index.included.size(); ++i) {
    text += (i > 0 ? ", " : " INCLUDE (") + NameOf(table, index.included[i]);
  }
  if (!index.included.empty()) text += ")";
  if (index.nulls_not_distinct) text += " NULLS NOT DISTINCT";
  for (std::size_t i = 0; i < index.options.size(); ++i) {
    const std::string& option = index.options[i];
    const std::size_t equals = option.find('=');
    const std::string value = option.substr(equals + 1);
    const bool is_word = QuoteIdentifier(value) == value;
    text += (i > 0 ? ", " : " WITH (") + option.substr(0, equals) + "=";
    text += is_word ? value : "'" + value + "'";
  }
  if (!index.options.empty()) text += ")";
  if (!index.predicate) return text;
  return text + " WHERE " +
         DeparseExpression(*DeserializeExpression(*index.predicate), NamesOf(table), context, pretty);
}

}  // namespace ordinal::sql
