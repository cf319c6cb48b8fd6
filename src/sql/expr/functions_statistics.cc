#include <string>
#include <utility>
#include <vector>

#include "sql/expr/function_table.h"
#include "sql/expr/statistics_text.h"
#include "types/array.h"

// Describes extended statistics (manual, section 9.26.5).
namespace ordinal::sql {
namespace {

using T = TypeId;
using Args = std::span<Value>;

catalog::Catalog::ExtendedStatisticsPtr StatisticsOf(EvalContext& context, const Value& oid) {
  return context.catalog().ExtendedStatisticsByOid(static_cast<base::Oid>(oid.AsInt()));
}

Value Definition(EvalContext& context, Args args, const Expression&) {
  const auto statistics = StatisticsOf(context, args[0]);
  return statistics ? Value::String(ShowStatistics(*statistics, context)) : Value();
}

Value Items(EvalContext& context, Args args, const Expression&) {
  const auto statistics = StatisticsOf(context, args[0]);
  return statistics ? Value::String(ShowStatisticsItems(*statistics, context)) : Value();
}

Value Expressions(EvalContext& context, Args args, const Expression&) {
  const auto statistics = StatisticsOf(context, args[0]);
  if (!statistics || statistics->expressions.empty()) return Value();
  std::vector<Value> texts;
  for (const std::string& text : ShowStatisticsExpressions(*statistics, context, false)) {
    texts.push_back(Value::String(text));
  }
  return types::MakeArray(T::kText, std::move(texts));
}

Value IsVisible(EvalContext& context, Args args, const Expression&) {
  const auto statistics = StatisticsOf(context, args[0]);
  return statistics ? Value::Bool(StatisticsVisible(*statistics, context)) : Value();
}

}  // namespace

void AddStatisticsFunctions(FunctionList& out) {
  out.insert(
      out.end(),
      {
          Stable(Scalar("pg_get_statisticsobjdef", {T::kOid}, T::kText, 3415, Definition)),
          Stable(Scalar("pg_get_statisticsobjdef_columns", {T::kOid}, T::kText, 6174, Items)),
          Stable(Scalar("pg_get_statisticsobjdef_expressions", {T::kOid}, T::kTextArray, 6173, Expressions)),
          Stable(Scalar("pg_statistics_obj_is_visible", {T::kOid}, T::kBool, 3403, IsVisible)),
      });
}

}  // namespace ordinal::sql
