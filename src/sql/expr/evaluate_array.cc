#include "sql/expr/evaluate_array.h"

#include <algorithm>
#include <array>
#include <utility>

#include "base/error.h"
#include "sql/expr/function.h"
#include "types/array.h"

namespace ordinal::sql {
namespace {

using base::Error;
using types::Array;
using types::ArrayDimension;

// The part of one dimension that a slice takes.
struct Bounds {
  std::int64_t lower = 0;
  std::int64_t upper = 0;
};

[[noreturn]] void ThrowNested() {
  throw Error(base::sqlstate::kArraySubscriptError,
              "multidimensional arrays must have array expressions with matching dimensions");
}

// Appends what lies within the bounds, one dimension after the other.
void CopySlice(const Array& from, const std::vector<Bounds>& bounds, std::size_t depth, std::size_t offset,
               std::vector<Value>& out) {
  const ArrayDimension& dimension = from.dimensions[depth];
  for (std::int64_t i = bounds[depth].lower; i <= bounds[depth].upper; ++i) {
    const std::size_t place =
        offset * static_cast<std::size_t>(dimension.length) + static_cast<std::size_t>(i - dimension.lower);
    if (depth + 1 == from.dimensions.size()) {
      out.push_back(from.values[place]);
    } else {
      CopySlice(from, bounds, depth + 1, place, out);
    }
  }
}

Value Slice(const Array& from, std::vector<Bounds> bounds) {
  Array part{.element = from.element};
  if (bounds.size() > from.dimensions.size()) return Value::OfArray(std::move(part));
  for (std::size_t i = 0; i < from.dimensions.size(); ++i) {
    const ArrayDimension& dimension = from.dimensions[i];
    if (i == bounds.size()) bounds.push_back({dimension.lower, dimension.upper()});
    bounds[i].lower = std::max<std::int64_t>(bounds[i].lower, dimension.lower);
    bounds[i].upper = std::min(bounds[i].upper, dimension.upper());
    if (bounds[i].lower > bounds[i].upper) return Value::OfArray({.element = from.element});
    const auto length = static_cast<std::int32_t>(bounds[i].upper - bounds[i].lower + 1);
    part.dimensions.push_back({.length = length, .lower = 1});
  }
  if (!from.dimensions.empty()) CopySlice(from, bounds, 0, 0, part.values);
  return Value::OfArray(std::move(part));
}

}  // namespace

Value NestArrays(TypeId element, const std::vector<Value>& arrays) {
  Array nested{.element = element};
  const Array* first = nullptr;
  for (const Value& value : arrays) {
    static const Array empty;
    const Array& array = value.is_null() ? empty : value.AsArray();
    if (first == nullptr) first = &array;
    if (array.dimensions != first->dimensions) ThrowNested();
    nested.values.insert(nested.values.end(), array.values.begin(), array.values.end());
  }
  if (first != nullptr && !first->dimensions.empty()) {
    nested.dimensions = first->dimensions;
    nested.dimensions.insert(nested.dimensions.begin(),
                             {.length = static_cast<std::int32_t>(arrays.size()), .lower = 1});
    types::CheckShape(nested.dimensions);
  }
  return Value::OfArray(std::move(nested));
}

std::optional<bool> ApplyTest(const Expression& node, EvalContext& context, const Value& left,
                              const Value& right) {
  if (left.is_null() || right.is_null()) return std::nullopt;
  std::array<Value, 2> args{left, right};
  const Value result = node.function->code(context, args, node);
  if (result.is_null()) return std::nullopt;
  return result.AsBool();
}

Value TestEach(const Expression& node, EvalContext& context, const Value& left, std::span<const Value> values,
               bool all) {
  bool unknown = false;
  for (const Value& value : values) {
    const std::optional<bool> result = ApplyTest(node, context, left, value);
    if (!result) {
      unknown = true;
    } else if (*result != all) {
      return Value::Bool(!all);
    }
  }
  return unknown ? Value() : Value::Bool(all);
}

Value EvaluateArray(const Expression& node, EvalContext& context, std::span<const Value> row) {
  std::vector<Value> values;
  values.reserve(node.args.size());
  for (const ExprPtr& arg : node.args) values.push_back(Evaluate(*arg, context, row));
  const TypeId element = types::ElementType(node.type.id);
  const bool nested = !node.args.empty() && node.args[0]->type.id == node.type.id;
  return nested ? NestArrays(element, values) : types::MakeArray(element, std::move(values));
}

Value EvaluateSubscript(const Expression& node, EvalContext& context, std::span<const Value> row) {
  Value container = Evaluate(*node.args[0], context, row);
  std::vector<Value> subscripts;
  for (std::size_t i = 1; i < node.args.size(); ++i) {
    subscripts.push_back(Evaluate(*node.args[i], context, row));
  }
  if (container.is_null()) return container;
  const Array& array = container.AsArray();
  if (subscripts.size() != array.dimensions.size()) return Value();
  std::size_t offset = 0;
  for (std::size_t i = 0; i < subscripts.size(); ++i) {
    const ArrayDimension& dimension = array.dimensions[i];
    if (subscripts[i].is_null()) return Value();
    const std::int64_t at = subscripts[i].AsInt() - dimension.lower;
    if (at < 0 || at >= dimension.length) return Value();
    offset = offset * static_cast<std::size_t>(dimension.length) + static_cast<std::size_t>(at);
  }
  return array.values[offset];
}

Value EvaluateSlice(const Expression& node, EvalContext& context, std::span<const Value> row) {
  const Value container = Evaluate(*node.args[0], context, row);
  std::vector<Bounds> bounds;
  bool unknown = container.is_null();
  for (std::size_t i = 1; i + 1 < node.args.size(); i += 2) {
    const Value lower = Evaluate(*node.args[i], context, row);
    const Value upper = Evaluate(*node.args[i + 1], context, row);
    unknown |= lower.is_null() || upper.is_null();
    if (!unknown) bounds.push_back({lower.AsInt(), upper.AsInt()});
  }
  return unknown ? Value() : Slice(container.AsArray(), std::move(bounds));
}

Value EvaluateQuantified(const Expression& node, EvalContext& context, std::span<const Value> row) {
  const Value left = Evaluate(*node.args[0], context, row);
  Value array = Evaluate(*node.args[1], context, row);
  if (array.is_null()) return array;
  return TestEach(node, context, left, array.AsArray().values, node.negated);
}

}  // namespace ordinal::sql
