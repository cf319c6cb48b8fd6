// Gives the arguments of a function that takes any number of values of any type, one by one.
#pragma once

#include <cstddef>
#include <span>

#include "sql/expr/expression.h"
#include "types/array.h"

namespace ordinal::sql {

// Sees through VARIADIC: f(a, b) and f(VARIADIC ARRAY[a, b]) have the same arguments (manual,
// section 38.5.6). Lives no longer than what it was made of.
class AnyArguments {
 public:
  // `args` are those of `call`.
  AnyArguments(std::span<const Value> args, const Expression& call);

  // True when NULL was given after VARIADIC. There are no arguments of it then, and most functions give NULL.
  bool is_null() const { return null_; }
  std::size_t size() const { return fixed_.size() + elements_.size(); }
  const Value& operator[](std::size_t i) const;
  TypeId TypeOf(std::size_t i) const;

 private:
  std::span<const Value> fixed_;
  std::span<const Value> elements_;
  const Expression& call_;
  TypeId element_ = TypeId::kInvalid;
  bool null_ = false;
};

}  // namespace ordinal::sql
