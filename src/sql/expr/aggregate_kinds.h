// Makes the aggregates that have files of their own. Private to the room.
#pragma once

#include <memory>
#include <vector>

#include "sql/expr/aggregate.h"

namespace ordinal::sql {

// stddev() and kin, corr() and kin, regr_*(), bit_*(); nullptr for other aggregates.
std::unique_ptr<Aggregator> MakeStatistic(const Function& function);

// REQUIRES an ordered-set aggregate, and the types of its arguments.
std::unique_ptr<Aggregator> MakeOrderedSet(const Function& function, const AggregateUse& use);

// json_agg() and kin; nullptr for other aggregates. Keeps the context.
std::unique_ptr<Aggregator> MakeJsonAggregator(const Function& function, const std::vector<TypeId>& types,
                                               EvalContext& context);

}  // namespace ordinal::sql
