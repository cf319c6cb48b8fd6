// Produces the rows of set-returning functions.
#pragma once

#include <memory>
#include <span>

#include "sql/expr/function.h"

namespace ordinal::sql {

// Used by one thread.
class Series {
 public:
  virtual ~Series() = default;
  // Sets `value` to the next one; false at the end.
  virtual bool Next(Value& value) = 0;
};

// Begins generate_series(), unnest() or generate_subscripts() over evaluated arguments; any NULL makes it
// empty. REQUIRES a set-returning function. Errors: 22023 `step size cannot equal zero`, `start value cannot
// be NaN` and kin.
std::unique_ptr<Series> MakeSeries(const Function& function, std::span<const Value> args,
                                   EvalContext& context);

// Gives that one value, NULL included.
std::unique_ptr<Series> MakeSingle(Value value);

}  // namespace ordinal::sql
