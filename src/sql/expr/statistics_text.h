// Prints extended statistics as SQL.
#pragma once

#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "sql/expr/eval_context.h"

namespace ordinal::sql {

// Whether their bare name finds them.
bool StatisticsVisible(const catalog::ExtendedStatisticsDescriptor& statistics, EvalContext& context);

// The columns and expressions, as pg_get_statisticsobjdef_columns() shows them.
std::string ShowStatisticsItems(const catalog::ExtendedStatisticsDescriptor& statistics,
                                EvalContext& context);

// The expressions, each in parentheses unless it is a call.
std::vector<std::string> ShowStatisticsExpressions(const catalog::ExtendedStatisticsDescriptor& statistics,
                                                   EvalContext& context, bool pretty);

// The statement that would make them, as pg_get_statisticsobjdef() shows it.
std::string ShowStatistics(const catalog::ExtendedStatisticsDescriptor& statistics, EvalContext& context);

}  // namespace ordinal::sql
