// Accumulates the values of one group for one aggregate call.
#pragma once

#include <memory>
#include <span>
#include <vector>

#include "sql/expr/function.h"

namespace ordinal::sql {

// One object per group and call; used by one thread.
class Aggregator {
 public:
  virtual ~Aggregator() = default;
  // Takes the evaluated arguments of one row. All aggregates but count(*), array_agg and those of JSON pass
  // over rows in which the first is NULL. Errors: 22003 `bigint out of range` and kin.
  virtual void Add(std::span<const Value> args) = 0;
  // Returns the result for what was added so far: NULL for nothing, except that count answers 0.
  virtual Value Finish() = 0;
};

// One key of ORDER BY inside an aggregate call.
struct AggregateOrder {
  std::size_t argument = 0;  // which of the evaluated arguments
  TypeId type = TypeId::kInvalid;
  bool descending = false;
  bool nulls_first = false;
};

// How one call uses its function.
struct AggregateUse {
  // Equal argument lists count once; those seen are kept in memory.
  bool distinct = false;
  // The types of the call's arguments; they matter where the function takes any type: without them such
  // values compare by what they hold, and array_agg REQUIRES them.
  std::vector<TypeId> argument_types = {};
  // Rows are kept and added in this order by Finish, which must then be called once. Arguments beyond those
  // of the function serve as keys only.
  std::vector<AggregateOrder> order = {};
};

// REQUIRES an aggregate function. Where the order of values shows in the result, DISTINCT sorts them, as
// PostgreSQL does.
// Aggregates that print their values keep the context, and REQUIRE one.
std::unique_ptr<Aggregator> MakeAggregator(const Function& function, const AggregateUse& use = {},
                                           EvalContext* context = nullptr);

}  // namespace ordinal::sql
