#include "keys/row_codec.h"

#include <algorithm>
#include <bit>
#include <cstdint>
#include <utility>

#include "base/bytes.h"
#include "base/check.h"
#include "base/error.h"
#include "types/numeric.h"

namespace ordinal::keys {
namespace {

using types::Representation;
using types::Value;

constexpr char kFormatVersion = 1;
constexpr int kKindBits = 3;

enum ColumnKind : std::uint8_t { kNull, kInt, kDouble, kString, kUuid, kNumeric, kInterval };

[[noreturn]] void ThrowDamaged() {
  throw base::Error(base::sqlstate::kDataCorrupted, "a stored row is damaged");
}

// Maps small numbers of either sign to small unsigned ones.
std::uint64_t ZigZag(std::int64_t number) {
  return static_cast<std::uint64_t>(number) << 1 ^ static_cast<std::uint64_t>(number >> 63);
}
std::int64_t UnZigZag(std::uint64_t number) {
  return static_cast<std::int64_t>(number >> 1 ^ (0 - (number & 1)));
}

ColumnKind KindOf(const Value& value) {
  switch (value.kind()) {
    case Value::Kind::kNull:
      return kNull;
    case Value::Kind::kInt:
      return kInt;
    case Value::Kind::kDouble:
      return kDouble;
    case Value::Kind::kShortString:
    case Value::Kind::kLongString:
      return kString;
    case Value::Kind::kUuid:
      return kUuid;
    case Value::Kind::kNumeric:
      return kNumeric;
    case Value::Kind::kInterval:
      return kInterval;
    case Value::Kind::kArray:
    case Value::Kind::kRecord:
      break;  // no column has such a type
  }
  ORDINAL_CHECK(false);
  return kNull;
}

bool Fits(ColumnKind kind, Representation representation) {
  switch (representation) {
    case Representation::kInt:
      return kind == kInt;
    case Representation::kDouble:
      return kind == kDouble;
    case Representation::kString:
      return kind == kString;
    case Representation::kUuid:
      return kind == kUuid;
    case Representation::kNumeric:
      return kind == kNumeric;
    case Representation::kInterval:
      return kind == kInterval;
    case Representation::kArray:
    case Representation::kRecord:
      return false;
  }
  return false;
}

void AppendSized(std::string& out, std::string_view bytes) {
  base::AppendVarint(out, bytes.size());
  out.append(bytes);
}

void AppendValue(std::string& out, const Value& value, ColumnKind kind) {
  switch (kind) {
    case kNull:
      return;
    case kInt:
      base::AppendVarint(out, ZigZag(value.AsInt()));
      return;
    case kDouble:
      base::AppendBigEndian(out, std::bit_cast<std::uint64_t>(value.AsDouble()));
      return;
    case kString:
      AppendSized(out, value.AsString());
      return;
    case kUuid:
      out.append(reinterpret_cast<const char*>(value.AsUuid().bytes.data()), value.AsUuid().bytes.size());
      return;
    case kNumeric: {
      std::string bytes;
      value.AsNumeric().AppendBytes(bytes);
      AppendSized(out, bytes);
      return;
    }
    case kInterval:
      base::AppendBigEndian(out, value.AsInterval().micros);
      base::AppendBigEndian(out, value.AsInterval().days);
      base::AppendBigEndian(out, value.AsInterval().months);
      return;
  }
}

std::string_view TakeBytes(std::string_view& in, std::uint64_t size) {
  if (in.size() < size) ThrowDamaged();
  const std::string_view bytes = in.substr(0, size);
  in.remove_prefix(size);
  return bytes;
}

std::uint64_t TakeNumber(std::string_view& in) {
  // Nearly all are of one byte.
  if (!in.empty() && (in[0] & 0x80) == 0) {
    const auto small = static_cast<std::uint64_t>(in[0]);
    in.remove_prefix(1);
    return small;
  }
  std::uint64_t number = 0;
  if (!base::TakeVarint(in, number)) ThrowDamaged();
  return number;
}

constexpr std::size_t kUuidBytes = sizeof(types::Uuid::bytes);
constexpr std::size_t kIntervalBytes = 16;

Value TakeValue(std::string_view& in, ColumnKind kind) {
  switch (kind) {
    case kNull:
      return Value::Null();
    case kInt:
      return Value::Int(UnZigZag(TakeNumber(in)));
    case kDouble:
      return Value::Double(
          std::bit_cast<double>(base::LoadBigEndian<std::uint64_t>(TakeBytes(in, sizeof(double)).data())));
    case kString:
      return Value::String(TakeBytes(in, TakeNumber(in)));
    case kUuid: {
      types::Uuid uuid;
      std::memcpy(uuid.bytes.data(), TakeBytes(in, kUuidBytes).data(), kUuidBytes);
      return Value::OfUuid(uuid);
    }
    case kNumeric:
      return Value::OfNumeric(types::Numeric::FromBytes(TakeBytes(in, TakeNumber(in))));
    case kInterval: {
      const char* bytes = TakeBytes(in, kIntervalBytes).data();
      return Value::OfInterval({.micros = base::LoadBigEndian<std::int64_t>(bytes),
                                .days = base::LoadBigEndian<std::int32_t>(bytes + 8),
                                .months = base::LoadBigEndian<std::int32_t>(bytes + 12)});
    }
  }
  ThrowDamaged();
}

void SkipValue(std::string_view& in, ColumnKind kind) {
  switch (kind) {
    case kNull:
      return;
    case kInt:
      TakeNumber(in);
      return;
    case kDouble:
      TakeBytes(in, sizeof(double));
      return;
    case kString:
    case kNumeric:
      TakeBytes(in, TakeNumber(in));
      return;
    case kUuid:
      TakeBytes(in, kUuidBytes);
      return;
    case kInterval:
      TakeBytes(in, kIntervalBytes);
      return;
  }
  ThrowDamaged();
}

}  // namespace

void EncodeRow(std::string& out, std::span<const ColumnSlot> columns) {
  out += kFormatVersion;
  base::AttributeNumber previous = 0;
  for (const ColumnSlot& column : columns) {
    ORDINAL_CHECK(column.attribute > previous);
    previous = column.attribute;
    const ColumnKind kind = KindOf(*column.value);
    base::AppendVarint(out, static_cast<std::uint64_t>(column.attribute) << kKindBits | kind);
    AppendValue(out, *column.value, kind);
  }
}

RowDecoder::RowDecoder(std::vector<Column> columns) : columns_(std::move(columns)) {
  std::sort(columns_.begin(), columns_.end(),
            [](const Column& left, const Column& right) { return left.attribute < right.attribute; });
  for (const Column& column : columns_) representations_.push_back(types::InfoOf(column.type).representation);
}

// Walks the stored and the wanted columns side by side; both ascend.
void RowDecoder::Decode(std::string_view bytes, types::Row& row) const {
  const char version = TakeBytes(bytes, 1)[0];
  if (version != kFormatVersion) {
    throw base::Error(base::sqlstate::kDataCorrupted, "a stored row has an unknown format");
  }
  auto wanted = columns_.begin();
  std::uint64_t previous = 0;
  while (!bytes.empty() && wanted != columns_.end()) {
    const std::uint64_t tag = TakeNumber(bytes);
    const std::uint64_t attribute = tag >> kKindBits;
    const auto kind = static_cast<ColumnKind>(tag & ((1u << kKindBits) - 1));
    if (attribute <= previous) ThrowDamaged();
    previous = attribute;
    for (; wanted != columns_.end() && static_cast<std::uint64_t>(wanted->attribute) < attribute; ++wanted) {
      row[wanted->slot] = wanted->if_absent;
    }
    if (wanted == columns_.end() || static_cast<std::uint64_t>(wanted->attribute) != attribute) {
      SkipValue(bytes, kind);
      continue;
    }
    const auto at = static_cast<std::size_t>(wanted - columns_.begin());
    if (kind != kNull && !Fits(kind, representations_[at])) ThrowDamaged();
    row[wanted->slot] = TakeValue(bytes, kind);
    ++wanted;
  }
  for (; wanted != columns_.end(); ++wanted) row[wanted->slot] = wanted->if_absent;
}

}  // namespace ordinal::keys
