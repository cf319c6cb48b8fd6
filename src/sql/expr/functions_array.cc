#include <algorithm>
#include <utility>

#include "base/error.h"
#include "sql/expr/conversion.h"
#include "sql/expr/function_table.h"
#include "sql/expr/series.h"
#include "types/array.h"
#include "types/compare.h"

// Functions and operators of arrays (manual, section 9.19).
namespace ordinal::sql {
namespace {

using base::Error;
using types::Array;
using types::ArrayDimension;
using T = TypeId;
using Args = std::span<Value>;

constexpr std::size_t kFilledMax = 1'000'000;

TypeId ElementOf(const Expression& argument) { return types::ElementType(argument.type.id); }

// NULLs equal each other here.
bool SameElement(const Value& left, const Value& right, TypeId element) {
  if (left.is_null() || right.is_null()) return left.is_null() && right.is_null();
  return types::Compare(left, right, element) == 0;
}

// Finds dimension `number`, counted from 1; nullptr when there is none.
const ArrayDimension* DimensionOf(const Value& array, const Value& number) {
  const auto& dimensions = array.AsArray().dimensions;
  const std::int64_t wanted = number.AsInt();
  if (wanted < 1 || wanted > static_cast<std::int64_t>(dimensions.size())) return nullptr;
  return &dimensions[static_cast<std::size_t>(wanted - 1)];
}

Value CountDimensions(EvalContext&, Args args, const Expression&) {
  const std::size_t count = args[0].AsArray().dimensions.size();
  return count == 0 ? Value() : Value::Int(static_cast<std::int64_t>(count));
}

Value ShowDimensions(EvalContext&, Args args, const Expression&) {
  std::string text;
  for (const ArrayDimension& dimension : args[0].AsArray().dimensions) {
    text += "[" + std::to_string(dimension.lower) + ":" + std::to_string(dimension.upper()) + "]";
  }
  return text.empty() ? Value() : Value::String(text);
}

Value Lower(EvalContext&, Args args, const Expression&) {
  const ArrayDimension* dimension = DimensionOf(args[0], args[1]);
  return dimension != nullptr ? Value::Int(dimension->lower) : Value();
}

Value Upper(EvalContext&, Args args, const Expression&) {
  const ArrayDimension* dimension = DimensionOf(args[0], args[1]);
  return dimension != nullptr ? Value::Int(dimension->upper()) : Value();
}

Value Length(EvalContext&, Args args, const Expression&) {
  const ArrayDimension* dimension = DimensionOf(args[0], args[1]);
  return dimension != nullptr ? Value::Int(dimension->length) : Value();
}

Value Cardinality(EvalContext&, Args args, const Expression&) {
  return Value::Int(static_cast<std::int64_t>(args[0].AsArray().values.size()));
}

// Copies the array, NULL counting as an empty one, to which elements are to be added.
Array ListOf(const Value& value, const Expression& argument) {
  Array list{.element = ElementOf(argument)};
  if (!value.is_null()) list = value.AsArray();
  if (list.dimensions.size() > 1) {
    throw Error(base::sqlstate::kDataException, "argument must be empty or one-dimensional array");
  }
  if (list.dimensions.empty()) list.dimensions = {ArrayDimension()};
  return list;
}

Value Finish(Array list) {
  list.dimensions[0].length = static_cast<std::int32_t>(list.values.size());
  types::CheckShape(list.dimensions);
  if (list.values.empty()) list.dimensions.clear();
  return Value::OfArray(std::move(list));
}

Value Append(EvalContext&, Args args, const Expression& call) {
  Array list = ListOf(args[0], *call.args[0]);
  list.values.push_back(args[1]);
  return Finish(std::move(list));
}

Value Prepend(EvalContext&, Args args, const Expression& call) {
  Array list = ListOf(args[1], *call.args[1]);
  list.values.insert(list.values.begin(), args[0]);
  return Finish(std::move(list));
}

[[noreturn]] void ThrowIncompatible(const std::string& detail) {
  throw Error(base::sqlstate::kArraySubscriptError, "cannot concatenate incompatible arrays").Detail(detail);
}

bool SameShape(std::span<const ArrayDimension> left, std::span<const ArrayDimension> right) {
  return std::equal(left.begin(), left.end(), right.begin(), right.end());
}

// Joins arrays of the same rank along the first dimension, or an array with one that could be its element.
Value Concatenate(EvalContext&, Args args, const Expression&) {
  if (args[0].is_null()) return args[1];
  if (args[1].is_null() || args[1].AsArray().dimensions.empty()) return args[0];
  if (args[0].AsArray().dimensions.empty()) return args[1];
  const Array& left = args[0].AsArray();
  const Array& right = args[1].AsArray();
  const std::span<const ArrayDimension> lefts(left.dimensions);
  const std::span<const ArrayDimension> rights(right.dimensions);
  Array joined{.element = left.element};
  if (lefts.size() == rights.size()) {
    if (!SameShape(lefts.subspan(1), rights.subspan(1))) {
      ThrowIncompatible("Arrays with differing element dimensions are not compatible for concatenation.");
    }
    joined.dimensions = left.dimensions;
    joined.dimensions[0].length += rights[0].length;
  } else if (lefts.size() + 1 == rights.size() || rights.size() + 1 == lefts.size()) {
    const bool right_is_larger = lefts.size() < rights.size();
    joined.dimensions = right_is_larger ? right.dimensions : left.dimensions;
    ++joined.dimensions[0].length;
    if (!SameShape(std::span(joined.dimensions).subspan(1), right_is_larger ? lefts : rights)) {
      ThrowIncompatible("Arrays with differing dimensions are not compatible for concatenation.");
    }
  } else {
    ThrowIncompatible("Arrays of " + std::to_string(lefts.size()) + " and " + std::to_string(rights.size()) +
                      " dimensions are not compatible for concatenation.");
  }
  types::CheckShape(joined.dimensions);
  joined.values = left.values;
  joined.values.insert(joined.values.end(), right.values.begin(), right.values.end());
  return Value::OfArray(std::move(joined));
}

void RequireList(const Array& array, const char* what) {
  if (array.dimensions.size() > 1) {
    throw Error(base::sqlstate::kFeatureNotSupported,
                std::string(what) + " multidimensional arrays is not supported");
  }
}

Value Remove(EvalContext&, Args args, const Expression&) {
  if (args[0].is_null()) return args[0];
  Array list = args[0].AsArray();
  RequireList(list, "removing elements from");
  std::erase_if(list.values, [&](const Value& value) { return SameElement(value, args[1], list.element); });
  if (list.dimensions.empty()) return args[0];
  return Finish(std::move(list));
}

Value Replace(EvalContext&, Args args, const Expression&) {
  if (args[0].is_null()) return args[0];
  Array array = args[0].AsArray();
  for (Value& value : array.values) {
    if (SameElement(value, args[1], array.element)) value = args[2];
  }
  return Value::OfArray(std::move(array));
}

Value Trim(EvalContext&, Args args, const Expression&) {
  Array array = args[0].AsArray();
  const std::int64_t length = array.dimensions.empty() ? 0 : array.dimensions[0].length;
  const std::int64_t count = args[1].AsInt();
  if (count < 0 || count > length) {
    throw Error(base::sqlstate::kArraySubscriptError,
                "number of elements to trim must be between 0 and " + std::to_string(length));
  }
  // What is left counts from 1, as a slice does.
  for (ArrayDimension& dimension : array.dimensions) dimension.lower = 1;
  if (count == 0) return Value::OfArray(std::move(array));
  array.values.resize(array.values.size() / static_cast<std::size_t>(length) *
                      static_cast<std::size_t>(length - count));
  array.dimensions[0].length = static_cast<std::int32_t>(length - count);
  if (array.values.empty()) array.dimensions.clear();
  return Value::OfArray(std::move(array));
}

// The subscripts at which the value stands, from `start` on.
std::vector<Value> PositionsOf(const Value& array, const Value& sought, std::int64_t start, bool only_first) {
  const Array& list = array.AsArray();
  RequireList(list, "searching for elements in");
  std::vector<Value> found;
  for (std::size_t i = 0; i < list.values.size(); ++i) {
    const std::int64_t subscript = list.dimensions[0].lower + static_cast<std::int64_t>(i);
    if (subscript < start || !SameElement(list.values[i], sought, list.element)) continue;
    found.push_back(Value::Int(subscript));
    if (only_first) break;
  }
  return found;
}

Value Position(EvalContext&, Args args, const Expression&) {
  if (args[0].is_null()) return Value();
  if (args.size() > 2 && args[2].is_null()) {
    throw Error(base::sqlstate::kNullValueNotAllowed, "initial position must not be null");
  }
  const std::int64_t start = args.size() > 2 ? args[2].AsInt() : INT32_MIN;
  const std::vector<Value> found = PositionsOf(args[0], args[1], start, true);
  return found.empty() ? Value() : found.front();
}

Value Positions(EvalContext&, Args args, const Expression&) {
  if (args[0].is_null()) return Value();
  return types::MakeArray(T::kInt4, PositionsOf(args[0], args[1], INT32_MIN, false));
}

bool Holds(const Array& array, const Value& sought) {
  if (sought.is_null()) return false;
  return std::any_of(array.values.begin(), array.values.end(), [&](const Value& value) {
    return !value.is_null() && types::Compare(value, sought, array.element) == 0;
  });
}

bool HoldsAll(const Array& array, const Array& sought) {
  return std::all_of(sought.values.begin(), sought.values.end(),
                     [&](const Value& value) { return Holds(array, value); });
}

Value Contains(EvalContext&, Args args, const Expression&) {
  return Value::Bool(HoldsAll(args[0].AsArray(), args[1].AsArray()));
}

Value IsContained(EvalContext&, Args args, const Expression&) {
  return Value::Bool(HoldsAll(args[1].AsArray(), args[0].AsArray()));
}

Value Overlaps(EvalContext&, Args args, const Expression&) {
  const Array& right = args[1].AsArray();
  return Value::Bool(std::any_of(right.values.begin(), right.values.end(),
                                 [&](const Value& value) { return Holds(args[0].AsArray(), value); }));
}

// Prints the elements, parted by the delimiter; NULLs as the third argument says, else not at all.
Value ToText(EvalContext& context, Args args, const Expression& call) {
  if (args[0].is_null() || args[1].is_null()) return Value();
  const bool shows_nulls = args.size() > 2 && !args[2].is_null();
  const TypeId element = ElementOf(*call.args[0]);
  std::string text;
  bool any = false;
  for (const Value& value : args[0].AsArray().values) {
    if (value.is_null() && !shows_nulls) continue;
    if (std::exchange(any, true)) text += args[1].AsString();
    text += value.is_null() ? std::string(args[2].AsString()) : Print(value, element, context);
  }
  return Value::String(text);
}

std::size_t CharacterBytes(std::string_view text) {
  std::size_t end = 1;
  while (end < text.size() && (static_cast<unsigned char>(text[end]) & 0xC0) == 0x80) ++end;
  return end;
}

// Splits at each delimiter; into characters without one, not at all where it is empty.
std::vector<Value> SplitText(std::span<const Value> args) {
  std::string_view rest = args[0].AsString();
  std::vector<Value> parts;
  const auto add = [&](std::string_view part) {
    const bool is_null = args.size() > 2 && !args[2].is_null() && part == args[2].AsString();
    parts.push_back(is_null ? Value() : Value::String(part));
  };
  if (rest.empty()) return parts;
  if (args[1].is_null()) {
    for (; !rest.empty(); rest.remove_prefix(CharacterBytes(rest))) add(rest.substr(0, CharacterBytes(rest)));
    return parts;
  }
  const std::string_view delimiter = args[1].AsString();
  for (std::size_t at = 0; !delimiter.empty() && (at = rest.find(delimiter)) != std::string_view::npos;) {
    add(rest.substr(0, at));
    rest.remove_prefix(at + delimiter.size());
  }
  add(rest);
  return parts;
}

Value FromText(EvalContext&, Args args, const Expression&) {
  if (args[0].is_null()) return Value();
  return types::MakeArray(T::kText, SplitText(args));
}

// Reads the lengths or lower bounds of array_fill.
const Array& ListOfBounds(const Value& value, const char* name) {
  const Array& list = value.AsArray();
  if (list.dimensions.size() > 1) {
    throw Error(base::sqlstate::kArraySubscriptError, "wrong number of array subscripts")
        .Detail(std::string(name) + " array must be one dimensional.");
  }
  for (const Value& bound : list.values) {
    if (bound.is_null()) {
      throw Error(base::sqlstate::kNullValueNotAllowed, "dimension values cannot be null");
    }
  }
  return list;
}

Value Fill(EvalContext&, Args args, const Expression& call) {
  if (args[1].is_null() || (args.size() > 2 && args[2].is_null())) {
    throw Error(base::sqlstate::kNullValueNotAllowed, "dimension array or low bound array cannot be null");
  }
  const Array& lengths = ListOfBounds(args[1], "Dimension");
  const Array* lowers = args.size() > 2 ? &ListOfBounds(args[2], "Low bound") : nullptr;
  if (lowers != nullptr && lowers->values.size() != lengths.values.size()) {
    throw Error(base::sqlstate::kArraySubscriptError, "wrong number of array subscripts")
        .Detail("Low bound array has different size than dimensions array.");
  }
  Array filled{.element = call.args[0]->type.id};
  for (std::size_t i = 0; i < lengths.values.size(); ++i) {
    const auto lower = lowers != nullptr ? static_cast<std::int32_t>(lowers->values[i].AsInt()) : 1;
    filled.dimensions.push_back({static_cast<std::int32_t>(lengths.values[i].AsInt()), lower});
    if (filled.dimensions.back().length < 0) {
      throw Error(base::sqlstate::kProgramLimitExceeded,
                  "array size exceeds the maximum allowed (134217727)");
    }
  }
  const std::size_t count = filled.dimensions.empty() ? 0 : types::CheckShape(filled.dimensions);
  if (count > kFilledMax) base::ThrowUnsupported("array_fill of more than a million elements");
  filled.values.assign(count, args[0]);
  if (count == 0) filled.dimensions.clear();
  return Value::OfArray(std::move(filled));
}

Function SetReturning(std::string_view name, std::initializer_list<TypeId> arguments, TypeId result,
                      base::Oid oid) {
  return WithKind(FunctionKind::kSetReturning, name, arguments, result, oid);
}

}  // namespace

std::vector<Value> SplitToRows(std::span<const Value> args) {
  if (args[0].is_null()) return {};
  return SplitText(args);
}

void AddArrayFunctions(FunctionList& out) {
  constexpr TypeId kList = T::kAnyCompatibleArray;
  constexpr TypeId kItem = T::kAnyCompatible;
  constexpr TypeId kArray = T::kAnyArray;
  out.insert(
      out.end(),
      {
          Scalar("array_ndims", {kArray}, T::kInt4, 748, CountDimensions),
          Scalar("array_dims", {kArray}, T::kText, 747, ShowDimensions),
          Scalar("array_lower", {kArray, T::kInt4}, T::kInt4, 2091, Lower),
          Scalar("array_upper", {kArray, T::kInt4}, T::kInt4, 2092, Upper),
          Scalar("array_length", {kArray, T::kInt4}, T::kInt4, 2176, Length),
          Scalar("cardinality", {kArray}, T::kInt4, 3179, Cardinality),
          CalledOnNull(Scalar("array_append", {kList, kItem}, kList, 378, Append)),
          CalledOnNull(Scalar("array_prepend", {kItem, kList}, kList, 379, Prepend)),
          CalledOnNull(Scalar("array_cat", {kList, kList}, kList, 383, Concatenate)),
          CalledOnNull(Operator("||", {kList, kItem}, kList, 349, Append)),
          CalledOnNull(Operator("||", {kItem, kList}, kList, 374, Prepend)),
          CalledOnNull(Operator("||", {kList, kList}, kList, 375, Concatenate)),
          CalledOnNull(Scalar("array_remove", {kList, kItem}, kList, 3167, Remove)),
          CalledOnNull(Scalar("array_replace", {kList, kItem, kItem}, kList, 3168, Replace)),
          CalledOnNull(Scalar("array_position", {kList, kItem}, T::kInt4, 3277, Position)),
          CalledOnNull(Scalar("array_position", {kList, kItem, T::kInt4}, T::kInt4, 3278, Position)),
          CalledOnNull(Scalar("array_positions", {kList, kItem}, T::kInt4Array, 3279, Positions)),
          Scalar("trim_array", {kArray, T::kInt4}, kArray, 6172, Trim),
          Operator("@>", {kArray, kArray}, T::kBool, 2751, Contains),
          Operator("<@", {kArray, kArray}, T::kBool, 2752, IsContained),
          Operator("&&", {kArray, kArray}, T::kBool, 2750, Overlaps),
          Stable(Scalar("array_to_string", {kArray, T::kText}, T::kText, 395, ToText)),
          CalledOnNull(
              Stable(Scalar("array_to_string", {kArray, T::kText, T::kText}, T::kText, 384, ToText))),
          CalledOnNull(Scalar("string_to_array", {T::kText, T::kText}, T::kTextArray, 394, FromText)),
          CalledOnNull(
              Scalar("string_to_array", {T::kText, T::kText, T::kText}, T::kTextArray, 376, FromText)),
          CalledOnNull(Scalar("array_fill", {T::kAnyElement, T::kInt4Array}, kArray, 1193, Fill)),
          CalledOnNull(
              Scalar("array_fill", {T::kAnyElement, T::kInt4Array, T::kInt4Array}, kArray, 1286, Fill)),
          CalledOnNull(SetReturning("string_to_table", {T::kText, T::kText}, T::kText, 6160)),
          CalledOnNull(SetReturning("string_to_table", {T::kText, T::kText, T::kText}, T::kText, 6161)),
          SetReturning("unnest", {kArray}, T::kAnyElement, 2331),
          SetReturning("generate_subscripts", {kArray, T::kInt4}, T::kInt4, 1192),
          SetReturning("generate_subscripts", {kArray, T::kInt4, T::kBool}, T::kInt4, 1191),
      });
}

}  // namespace ordinal::sql
