#include "sql/exec/series.h"

#include "base/error.h"
#include "sql/expr/function.h"

namespace ordinal::sql {

void SeriesRun::Begin(const Expression& call, EvalContext& context, std::span<const Value> row) {
  const bool is_set = call.kind == ExprKind::kCall && call.function->kind == FunctionKind::kSetReturning;
  single_ = !is_set;
  done_ = false;
  if (single_) {
    only_ = Evaluate(call, context, row);
    return;
  }
  if (!types::IsInteger(call.args.front()->type.id)) base::ThrowUnsupported("series of this type");
  std::int64_t numbers[3] = {0, 0, 1};
  for (std::size_t i = 0; i < call.args.size() && i < 3; ++i) {
    const Value value = Evaluate(*call.args[i], context, row);
    if (value.is_null()) {
      done_ = true;
      return;
    }
    numbers[i] = value.AsInt();
  }
  next_ = numbers[0];
  last_ = numbers[1];
  step_ = numbers[2];
  if (step_ == 0) {
    throw base::Error(base::sqlstate::kInvalidParameterValue, "step size cannot equal zero");
  }
  done_ = step_ > 0 ? next_ > last_ : next_ < last_;
}

bool SeriesRun::Next(Value& value) {
  if (done_) return false;
  if (single_) {
    done_ = true;
    value = only_;
    return true;
  }
  value = Value::Int(next_);
  std::int64_t following = 0;
  done_ =
      __builtin_add_overflow(next_, step_, &following) || (step_ > 0 ? following > last_ : following < last_);
  next_ = following;
  return true;
}

}  // namespace ordinal::sql
