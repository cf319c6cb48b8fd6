#include "syscat/type_columns.h"

#include <algorithm>
#include <cctype>
#include <string>

#include "syscat/catalog_names.h"

namespace ordinal::syscat {
namespace {

using types::TypeId;

constexpr int kModifierHeader = 4;  // what type modifiers of strings and numerics add
constexpr int kBytesPerCharacter = 4;
constexpr std::int64_t kOctetsMax = std::int64_t{1} << 30;
constexpr int kDefaultDatetimePrecision = 6;

// "DAY TO SECOND(3)" of such an interval; empty for all other types.
std::string IntervalFields(const types::Type& type) {
  if (type.id != TypeId::kInterval) return "";
  std::string shown = types::FormatType(type);
  const std::size_t blank = shown.find(' ');
  if (blank == std::string::npos) return "";
  shown.erase(0, blank + 1);
  std::transform(shown.begin(), shown.end(), shown.begin(), [](unsigned char c) { return std::toupper(c); });
  return shown;
}

void SetStringFacts(RowBuilder& row, std::int32_t modifier) {
  if (modifier < 0) {
    row.Set("character_octet_length", kOctetsMax);
    return;
  }
  const std::int64_t length = modifier - kModifierHeader;
  row.Set("character_maximum_length", length)
      .Set("character_octet_length", std::min(length * kBytesPerCharacter, kOctetsMax));
}

void SetBinaryFacts(RowBuilder& row, int bits, bool exact) {
  row.Set("numeric_precision", bits).Set("numeric_precision_radix", 2);
  if (exact) row.Set("numeric_scale", 0);
}

void SetNumericFacts(RowBuilder& row, std::int32_t modifier) {
  constexpr int kScaleBits = 0x7ff;
  constexpr int kScaleSign = 0x400;
  if (modifier < 0) {
    row.Set("numeric_precision_radix", 10);
    return;
  }
  const int packed = modifier - kModifierHeader;
  row.Set("numeric_precision", packed >> 16)
      .Set("numeric_precision_radix", 10)
      .Set("numeric_scale", ((packed & kScaleBits) ^ kScaleSign) - kScaleSign);
}

int DatetimePrecision(types::Type type) {
  constexpr int kIntervalPrecisionMask = 0xffff;
  if (type.modifier < 0) return kDefaultDatetimePrecision;
  if (type.id != TypeId::kInterval) return type.modifier;
  const int precision = type.modifier & kIntervalPrecisionMask;
  return precision == kIntervalPrecisionMask ? kDefaultDatetimePrecision : precision;
}

void SetModifierColumns(RowBuilder& row, types::Type type) {
  switch (type.id) {
    case TypeId::kText:
    case TypeId::kVarchar:
    case TypeId::kBpchar:
      return SetStringFacts(row, type.modifier);
    case TypeId::kInt2:
      return SetBinaryFacts(row, 16, true);
    case TypeId::kInt4:
      return SetBinaryFacts(row, 32, true);
    case TypeId::kInt8:
      return SetBinaryFacts(row, 64, true);
    case TypeId::kFloat4:
      return SetBinaryFacts(row, 24, false);
    case TypeId::kFloat8:
      return SetBinaryFacts(row, 53, false);
    case TypeId::kNumeric:
      return SetNumericFacts(row, type.modifier);
    case TypeId::kDate:
      row.Set("datetime_precision", 0);
      return;
    case TypeId::kTime:
    case TypeId::kTimetz:
    case TypeId::kTimestamp:
    case TypeId::kTimestamptz:
    case TypeId::kInterval:
      row.Set("datetime_precision", DatetimePrecision(type));
      if (const std::string fields = IntervalFields(type); !fields.empty()) row.Set("interval_type", fields);
      return;
    default:
      return;
  }
}

}  // namespace

void SetTypeColumns(const catalog::SessionView& session, RowBuilder& row, types::Type type) {
  row.Set("udt_catalog", session.database_name());
  if (const auto domain = session.catalog().DomainByOid(type.domain)) {
    row.Set("data_type", "USER-DEFINED")
        .Set("udt_schema", SchemaName(session.catalog(), domain->schema))
        .Set("udt_name", domain->name);
    return;
  }
  row.Set("data_type", types::InfoOf(type.id).sql_name)
      .Set("udt_schema", "pg_catalog")
      .Set("udt_name", types::InfoOf(type.id).name);
  SetModifierColumns(row, type);
}

}  // namespace ordinal::syscat
