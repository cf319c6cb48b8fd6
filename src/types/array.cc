#include "types/array.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/error.h"
#include "types/compare.h"

namespace ordinal::types {
namespace {

int CompareElements(const Value& left, const Value& right, TypeId type) {
  if (left.is_null() || right.is_null()) return int{left.is_null()} - int{right.is_null()};
  return Compare(left, right, type);
}

template <typename T>
int Order(const T& left, const T& right) {
  return left < right ? -1 : (right < left ? 1 : 0);
}

}  // namespace

Value MakeArray(TypeId element, std::vector<Value> values) {
  Array array{.element = element};
  if (!values.empty()) {
    array.dimensions = {{.length = static_cast<std::int32_t>(values.size()), .lower = 1}};
    CheckShape(array.dimensions);
  }
  array.values = std::move(values);
  return Value::OfArray(std::move(array));
}

Value MakeVector(Array vector) {
  if (!vector.values.empty()) {
    vector.dimensions = {{.length = static_cast<std::int32_t>(vector.values.size()), .lower = 0}};
    CheckShape(vector.dimensions);
  }
  return Value::OfArray(std::move(vector));
}

std::size_t CheckShape(std::span<const ArrayDimension> dimensions) {
  if (dimensions.size() > kArrayDimensionsMax) {
    throw base::Error(base::sqlstate::kProgramLimitExceeded,
                      "number of array dimensions (" + std::to_string(dimensions.size()) +
                          ") exceeds the maximum allowed (" + std::to_string(kArrayDimensionsMax) + ")");
  }
  std::int64_t count = dimensions.empty() ? 0 : 1;
  for (const ArrayDimension& dimension : dimensions) {
    count *= dimension.length;
    if (count > kArrayElementsMax) {
      throw base::Error(base::sqlstate::kProgramLimitExceeded,
                        "array size exceeds the maximum allowed (" + std::to_string(kArrayElementsMax) + ")");
    }
    if (dimension.upper() >= std::numeric_limits<std::int32_t>::max()) {
      throw base::Error(base::sqlstate::kProgramLimitExceeded,
                        "array lower bound is too large: " + std::to_string(dimension.lower));
    }
  }
  return static_cast<std::size_t>(count);
}

Value MapArray(const Array& array, TypeId element, const std::function<Value(const Value&)>& convert) {
  Array mapped{.element = element, .dimensions = array.dimensions};
  mapped.values.reserve(array.values.size());
  for (const Value& value : array.values) mapped.values.push_back(value.is_null() ? value : convert(value));
  return Value::OfArray(std::move(mapped));
}

int CompareArrays(const Array& left, const Array& right) {
  const std::size_t shared = std::min(left.values.size(), right.values.size());
  for (std::size_t i = 0; i < shared; ++i) {
    const int order = CompareElements(left.values[i], right.values[i], left.element);
    if (order != 0) return order;
  }
  if (left.values.size() != right.values.size()) return Order(left.values.size(), right.values.size());
  const std::size_t rank = left.dimensions.size();
  if (rank != right.dimensions.size()) return Order(rank, right.dimensions.size());
  for (std::size_t i = 0; i < rank; ++i) {
    const int order = Order(left.dimensions[i].length, right.dimensions[i].length);
    if (order != 0) return order;
  }
  for (std::size_t i = 0; i < rank; ++i) {
    const int order = Order(left.dimensions[i].lower, right.dimensions[i].lower);
    if (order != 0) return order;
  }
  return 0;
}

std::size_t HashArray(const Array& array) {
  std::size_t hash = array.values.size();
  for (const Value& value : array.values) {
    hash = hash * 31 + (value.is_null() ? 0 : Hash(value, array.element));
  }
  return hash;
}

}  // namespace ordinal::types
