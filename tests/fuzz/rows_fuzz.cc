// Decodes any bytes as a stored row, and rows of any values as themselves.

#include <array>
#include <string>
#include <vector>

#include "base/error.h"
#include "fuzz/values.h"
#include "keys/row_codec.h"

namespace {

using namespace ordinal;
using fuzz::Require;
using fuzz::SameValue;
using types::TypeId;
using types::Value;

constexpr std::array kTypes = {TypeId::kBool,    TypeId::kInt8,   TypeId::kText,      TypeId::kNumeric,
                               TypeId::kUuid,    TypeId::kBytea,  TypeId::kTimestamp, TypeId::kInterval,
                               TypeId::kFloat8,  TypeId::kTimetz, TypeId::kInt2,      TypeId::kFloat4,
                               TypeId::kVarchar, TypeId::kDate,   TypeId::kInt4};

// Every second column only, so that some are skipped.
keys::RowDecoder MakeDecoder(std::size_t step) {
  std::vector<keys::RowDecoder::Column> columns;
  for (std::size_t i = 0; i < kTypes.size(); i += step) {
    columns.push_back(
        {static_cast<base::AttributeNumber>(i + 1), kTypes[i], i, Value::Int(static_cast<int>(i))});
  }
  return keys::RowDecoder(std::move(columns));
}

const keys::RowDecoder& Whole() {
  static const keys::RowDecoder decoder = MakeDecoder(1);
  return decoder;
}

bool Decode(const keys::RowDecoder& decoder, std::string_view bytes, types::Row& row) {
  try {
    decoder.Decode(bytes, row);
    return true;
  } catch (const base::Error& error) {
    Require(error.report().sqlstate == base::sqlstate::kDataCorrupted, "a damaged row is XX001");
    return false;
  }
}

std::string Encode(const types::Row& row) {
  std::vector<keys::ColumnSlot> slots;
  for (std::size_t i = 0; i < row.size(); ++i) {
    slots.push_back({static_cast<base::AttributeNumber>(i + 1), &row[i]});
  }
  std::string bytes;
  keys::EncodeRow(bytes, slots);
  return bytes;
}

void DecodeAnything(std::string_view bytes) {
  types::Row row(kTypes.size());
  if (!Decode(Whole(), bytes, row)) return;
  static const keys::RowDecoder half_decoder = MakeDecoder(2);
  types::Row half(kTypes.size());
  Require(Decode(half_decoder, bytes, half), "fewer columns decode where all do");
  for (std::size_t i = 0; i < row.size(); i += 2)
    Require(SameValue(row[i], half[i]), "columns do not depend on others");
  // What is absent reads as a number here, which is not of every column's type.
  for (std::size_t i = 0; i < row.size(); ++i) {
    const bool is_int = types::InfoOf(kTypes[i]).representation == types::Representation::kInt;
    if (row[i].kind() == Value::Kind::kInt && !is_int) row[i] = Value::Null();
  }
  types::Row again(kTypes.size());
  Require(Decode(Whole(), Encode(row), again), "an encoded row decodes");
  for (std::size_t i = 0; i < row.size(); ++i)
    Require(SameValue(row[i], again[i]), "what was decoded encodes again");
}

void EncodeAnything(fuzz::Input& input) {
  types::Row row(kTypes.size());
  for (std::size_t i = 0; i < row.size(); ++i) {
    if (input.Choose(5) != 0) row[i] = MakeValue(input, kTypes[i]);
  }
  types::Row again(kTypes.size());
  Require(Decode(Whole(), Encode(row), again), "an encoded row decodes");
  for (std::size_t i = 0; i < row.size(); ++i)
    Require(SameValue(row[i], again[i]), "a row is what was encoded");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  if (input.Int<std::uint8_t>() % 2 == 0) {
    DecodeAnything(input.Rest());
  } else {
    EncodeAnything(input);
  }
  return 0;
}
