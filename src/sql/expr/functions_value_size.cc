#include <algorithm>
#include <cstddef>
#include <string>

#include "base/bytes.h"
#include "sql/expr/function_topics.h"
#include "types/array.h"
#include "types/json.h"
#include "types/numeric.h"
#include "types/record.h"

// pg_column_size(): the bytes that PostgreSQL takes for a value that no table holds (manual, table 9.96).
// What tables hold is shorter there by its own rules, which are not followed here.
namespace ordinal::sql {
namespace {

using T = TypeId;
using Args = std::span<Value>;

constexpr std::size_t kHeader = 4;       // of values of any length
constexpr std::size_t kShortHeader = 1;  // of short ones within rows
constexpr std::size_t kShortMax = 127;
constexpr std::size_t kNumericHeader = 2;
constexpr std::size_t kJsonHeader = 4;
constexpr std::size_t kJsonEntry = 4;
constexpr std::size_t kRowHeader = 23;
constexpr std::size_t kArrayHeader = 16;
constexpr std::size_t kDimension = 8;
constexpr std::size_t kMaxAlignment = 8;

std::size_t Align(std::size_t size, std::size_t alignment) {
  return (size + alignment - 1) / alignment * alignment;
}

std::size_t SizeOf(const Value& value, TypeId type);

// Four decimal digits take two bytes. Few numbers need more than the short header.
std::size_t SizeOfNumeric(const types::Numeric& number) {
  std::string binary;
  number.AppendBinary(binary);
  const auto digits = base::LoadBigEndian<std::int16_t>(binary.data());
  const auto weight = base::LoadBigEndian<std::int16_t>(binary.data() + 2);
  const auto scale = base::LoadBigEndian<std::int16_t>(binary.data() + 6);
  const bool is_short = !number.IsFinite() || (scale <= 63 && weight >= -64 && weight <= 63);
  return kHeader + kNumericHeader * (is_short ? 1 : 2) + 2 * static_cast<std::size_t>(digits);
}

// Adds what a part of jsonb takes behind `size` bytes of its container; numbers and containers are aligned.
void AddJson(const types::JsonNode& node, std::size_t& size) {
  using Kind = types::JsonNode::Kind;
  switch (node.kind) {
    case Kind::kNull:
    case Kind::kBool:
      return;
    case Kind::kString:
      size += node.text.size();
      return;
    case Kind::kNumber:
      size = Align(size, 4) + SizeOfNumeric(types::Numeric::Parse(node.text));
      return;
    case Kind::kArray:
      size = Align(size, 4) + kJsonHeader + kJsonEntry * node.items.size();
      for (const types::JsonNode& item : node.items) AddJson(item, size);
      return;
    case Kind::kObject:
      size = Align(size, 4) + kJsonHeader + 2 * kJsonEntry * node.members.size();
      for (const types::JsonMember& member : node.members) size += member.name.size();
      for (const types::JsonMember& member : node.members) AddJson(member.value, size);
      return;
  }
}

std::size_t SizeOfJsonb(std::string_view text) {
  const types::JsonNode node = types::ParseJsonTree(text);
  std::size_t size = kHeader;
  if (node.IsScalar()) size += kJsonHeader + kJsonEntry;  // an array of one
  AddJson(node, size);
  return size;
}

std::size_t AlignmentOf(TypeId type) {
  switch (const std::int16_t length = types::InfoOf(type).length) {
    case 1:
    case 2:
    case 4:
    case 8:
      return static_cast<std::size_t>(length);
    case -1:
      return type == T::kRecord ? 8 : 4;
    default:
      return type == T::kInterval || type == T::kTimetz ? 8 : 1;
  }
}

std::size_t SizeOfArray(const types::Array& array) {
  std::size_t size = kArrayHeader + kDimension * array.dimensions.size();
  const bool has_null = std::any_of(array.values.begin(), array.values.end(),
                                    [](const Value& value) { return value.is_null(); });
  if (has_null) size = Align(size + (array.values.size() + 7) / 8, kMaxAlignment);
  const std::size_t alignment = AlignmentOf(array.element);
  std::size_t data = 0;
  for (const Value& value : array.values) {
    if (!value.is_null()) data = Align(data + SizeOf(value, array.element), alignment);
  }
  return size + data;
}

std::size_t SizeOfRow(const types::Record& row) {
  const bool has_null =
      std::any_of(row.values.begin(), row.values.end(), [](const Value& value) { return value.is_null(); });
  const std::size_t header = Align(kRowHeader + (has_null ? (row.values.size() + 7) / 8 : 0), kMaxAlignment);
  std::size_t data = 0;
  for (std::size_t i = 0; i < row.values.size(); ++i) {
    if (row.values[i].is_null()) continue;
    const TypeId type = row.shape->fields[i].type.id;
    const std::size_t size = SizeOf(row.values[i], type);
    const bool is_short = types::InfoOf(type).length == -1 && size - kHeader + kShortHeader <= kShortMax;
    data = is_short ? data + size - kHeader + kShortHeader : Align(data, AlignmentOf(type)) + size;
  }
  return header + data;
}

std::size_t SizeOf(const Value& value, TypeId type) {
  const std::int16_t length = types::InfoOf(type).length;
  if (length > 0) return static_cast<std::size_t>(length);
  if (value.kind() == Value::Kind::kArray) return SizeOfArray(value.AsArray());
  if (value.kind() == Value::Kind::kRecord) return SizeOfRow(value.AsRecord());
  if (type == T::kNumeric) return SizeOfNumeric(value.AsNumeric());
  if (type == T::kJsonb) return SizeOfJsonb(value.AsString());
  if (type == T::kUnknown) return value.AsString().size() + 1;
  return kHeader + value.AsString().size();
}

Value ColumnSize(EvalContext&, Args args, const Expression& call) {
  return Value::Int(static_cast<std::int64_t>(SizeOf(args[0], call.args[0]->type.id)));
}

// Nothing is compressed value by value.
Value NotCompressed(EvalContext&, Args, const Expression&) { return Value(); }

}  // namespace

void AddValueSizeFunctions(FunctionList& out) {
  out.push_back(Stable(Scalar("pg_column_size", {T::kInvalid}, T::kInt4, 1269, ColumnSize)));
  out.push_back(Stable(Scalar("pg_column_compression", {T::kInvalid}, T::kText, 2121, NotCompressed)));
}

}  // namespace ordinal::sql
