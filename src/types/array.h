// Holds an SQL array: its shape and its elements. An array of a type t has the type ArrayType(t).
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "types/type.h"
#include "types/value.h"

namespace ordinal::types {

// The limits of PostgreSQL.
inline constexpr std::size_t kArrayDimensionsMax = 6;
inline constexpr std::int64_t kArrayElementsMax = 134'217'727;

struct ArrayDimension {
  std::int32_t length = 0;
  std::int32_t lower = 1;  // the first subscript
  // May lie beyond an integer.
  std::int64_t upper() const { return std::int64_t{lower} + length - 1; }
  friend bool operator==(const ArrayDimension&, const ArrayDimension&) = default;
};

struct Array {
  TypeId element = TypeId::kInvalid;
  std::vector<ArrayDimension> dimensions = {};  // none for an empty array
  std::vector<Value> values = {};               // NULLs included; the last subscript varies fastest
};

// Makes an array of one dimension that begins at subscript 1, or an empty one.
Value MakeArray(TypeId element, std::vector<Value> values);

// Makes an int2vector or oidvector, whose subscripts begin at 0. REQUIRES that its dimensions are unset.
Value MakeVector(Array vector);

// Counts the elements of that shape; throws 54000 `number of array dimensions (7) exceeds the maximum allowed
// (6)` and `array size exceeds the maximum allowed (134217727)`, `array lower bound is too large:
// 2147483647`.
std::size_t CheckShape(std::span<const ArrayDimension> dimensions);

// Order and equality as PostgreSQL's: by elements, then by their number, then by shape; NULLs are equal to
// each other and above all else. REQUIRES the same element type.
int CompareArrays(const Array& left, const Array& right);
std::size_t HashArray(const Array& array);

// Makes an array of the same shape from the converted elements; NULL stays NULL.
Value MapArray(const Array& array, TypeId element, const std::function<Value(const Value&)>& convert);

// The text form (manual, section 8.15.6). Elements are read and printed by the caller, who may know names of
// objects. Errors: 22P02 `malformed array literal: "..."` with PostgreSQL's detail, 54000, 2202E.
using ElementReader = std::function<Value(std::string_view text)>;
using ElementPrinter = std::function<void(std::string& out, const Value& value)>;
Value ParseArray(std::string_view text, TypeId element, const ElementReader& read);
void AppendArray(std::string& out, const Array& array, const ElementPrinter& print);

}  // namespace ordinal::types
