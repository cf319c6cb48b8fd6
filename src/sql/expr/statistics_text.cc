#include "sql/expr/statistics_text.h"

#include "sql/expr/function.h"
#include "sql/expr/identifier.h"
#include "sql/expr/index_text.h"

namespace ordinal::sql {
namespace {

std::vector<std::string> ColumnNames(const catalog::TableDescriptor& table) {
  std::vector<std::string> names;
  for (const auto& column : table.columns) names.push_back(QuoteIdentifier(column.name));
  return names;
}

}  // namespace

bool StatisticsVisible(const catalog::ExtendedStatisticsDescriptor& statistics, EvalContext& context) {
  for (const std::string& name : context.SearchPath(true)) {
    const auto schema = context.catalog().FindSchema(name);
    if (!schema) continue;
    if (schema->oid == statistics.schema) return true;
    if (context.catalog().FindExtendedStatistics(schema->oid, statistics.name)) return false;
  }
  return false;
}

std::vector<std::string> ShowStatisticsExpressions(const catalog::ExtendedStatisticsDescriptor& statistics,
                                                   EvalContext& context, bool pretty) {
  const auto table = context.catalog().TableByOid(statistics.table);
  const std::vector<std::string> names = ColumnNames(*table);
  std::vector<std::string> texts;
  for (const std::string& stored : statistics.expressions) {
    const ExprPtr expression = DeserializeExpression(stored);
    const std::string text = DeparseExpression(*expression, names, context, pretty);
    texts.push_back(pretty && !LooksLikeCall(*expression) ? "(" + text + ")" : text);
  }
  return texts;
}

std::string ShowStatisticsItems(const catalog::ExtendedStatisticsDescriptor& statistics,
                                EvalContext& context) {
  const auto table = context.catalog().TableByOid(statistics.table);
  std::string items;
  for (const auto number : statistics.columns) {
    items += (items.empty() ? "" : ", ") + QuoteIdentifier(table->ColumnByNumber(number)->name);
  }
  for (const std::string& text : ShowStatisticsExpressions(statistics, context, true)) {
    items += (items.empty() ? "" : ", ") + text;
  }
  return items;
}

std::string ShowStatistics(const catalog::ExtendedStatisticsDescriptor& statistics, EvalContext& context) {
  const auto schema = context.catalog().SchemaByOid(statistics.schema);
  std::string text =
      "CREATE STATISTICS " + QuoteIdentifier(schema->name) + "." + QuoteIdentifier(statistics.name);
  const auto has = [&](char letter) { return statistics.kinds.find(letter) != std::string::npos; };
  // All kinds are what is made where none is named.
  if ((has('d') || has('f') || has('m')) && !(has('d') && has('f') && has('m'))) {
    std::string kinds;
    if (has('d')) kinds += "ndistinct";
    if (has('f')) kinds += kinds.empty() ? "dependencies" : ", dependencies";
    if (has('m')) kinds += kinds.empty() ? "mcv" : ", mcv";
    text += " (" + kinds + ")";
  }
  return text + " ON " + ShowStatisticsItems(statistics, context) + " FROM " +
         context.RelationName(statistics.table);
}

}  // namespace ordinal::sql
