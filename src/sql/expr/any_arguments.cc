#include "sql/expr/any_arguments.h"

#include "sql/expr/function.h"

namespace ordinal::sql {

AnyArguments::AnyArguments(std::span<const Value> args, const Expression& call) : fixed_(args), call_(call) {
  if (call.index != kTakesArray) return;
  const Value& array = args.back();
  fixed_ = args.first(args.size() - 1);
  element_ = types::ElementType(call.args.back()->type.id);
  null_ = array.is_null();
  if (!null_) elements_ = array.AsArray().values;
}

const Value& AnyArguments::operator[](std::size_t i) const {
  return i < fixed_.size() ? fixed_[i] : elements_[i - fixed_.size()];
}

TypeId AnyArguments::TypeOf(std::size_t i) const {
  return i < fixed_.size() ? call_.args[i]->type.id : element_;
}

}  // namespace ordinal::sql
