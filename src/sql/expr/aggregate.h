// Accumulates the values of one group for one aggregate call.
#pragma once

#include <memory>
#include <span>

#include "sql/expr/function.h"

namespace ordinal::sql {

// One object per group and call; used by one thread.
class Aggregator {
 public:
  virtual ~Aggregator() = default;
  // Takes the evaluated arguments of one row. All aggregates but count(*) pass over rows in which the first
  // is NULL. Errors: 22003 `bigint out of range` and kin.
  virtual void Add(std::span<const Value> args) = 0;
  // Returns the result for what was added so far: NULL for nothing, except that count answers 0.
  virtual Value Finish() = 0;
};

// REQUIRES an aggregate function. With `distinct`, equal argument lists count once; those seen are kept in
// memory. `argument_types` are the types of the call's arguments; they matter where the function takes "any"
// type (count): without them such values compare by what they hold.
std::unique_ptr<Aggregator> MakeAggregator(const Function& function, bool distinct,
                                           std::span<const TypeId> argument_types = {});

}  // namespace ordinal::sql
