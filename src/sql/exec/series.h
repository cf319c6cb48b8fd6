// Runs set-returning functions, one value at a time. Private to the room.
#pragma once

#include <cstdint>

#include "sql/expr/eval_context.h"
#include "sql/expr/expression.h"

namespace ordinal::sql {

// generate_series over integers; any other call gives its one value.
class SeriesRun {
 public:
  // Evaluates the arguments. A NULL among those of generate_series gives no values. Errors: 22023 `step size
  // cannot equal zero`, 0A000 for series of other types.
  void Begin(const Expression& call, EvalContext& context, std::span<const Value> row);
  bool Next(Value& value);

 private:
  bool single_ = false;
  bool done_ = true;
  Value only_;
  std::int64_t next_ = 0;
  std::int64_t last_ = 0;
  std::int64_t step_ = 1;
};

}  // namespace ordinal::sql
