#include "keys/row_codec.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "base/error.h"
#include "types/numeric.h"

namespace ordinal::keys {
namespace {

using types::Numeric;
using types::Row;
using types::TypeId;
using types::Value;

const std::vector<std::pair<TypeId, Value>>& Samples() {
  static const std::vector<std::pair<TypeId, Value>> samples = {
      {TypeId::kBool, Value::Bool(true)},
      {TypeId::kInt8, Value::Int(std::numeric_limits<std::int64_t>::min())},
      {TypeId::kInt4, Value::Int(-1)},
      {TypeId::kFloat8, Value::Double(2.5)},
      {TypeId::kText, Value::String("short")},
      {TypeId::kText, Value::String(std::string(300, 'x'))},
      {TypeId::kText, Value::Null()},
      {TypeId::kUuid, Value::OfUuid({{1, 2, 3}})},
      {TypeId::kNumeric, Value::OfNumeric(Numeric::Parse("-12.500"))},
      {TypeId::kInterval, Value::OfInterval({.micros = -5, .days = 6, .months = -7})},
      {TypeId::kTimestamptz, Value::Int(std::numeric_limits<std::int64_t>::max())},
  };
  return samples;
}

std::string EncodeSamples() {
  std::vector<ColumnSlot> slots;
  base::AttributeNumber attribute = 0;
  for (const auto& sample : Samples()) slots.push_back({++attribute, &sample.second});
  std::string bytes;
  EncodeRow(bytes, slots);
  return bytes;
}

RowDecoder SampleDecoder() {
  std::vector<RowDecoder::Column> columns;
  for (std::size_t i = 0; i < Samples().size(); ++i) {
    columns.push_back({static_cast<base::AttributeNumber>(i + 1), Samples()[i].first, i, Value::Null()});
  }
  return RowDecoder(std::move(columns));
}

TEST(RowCodecTest, EveryRepresentationComesBack) {
  Row row(Samples().size());
  SampleDecoder().Decode(EncodeSamples(), row);
  EXPECT_TRUE(row[0].AsBool());
  EXPECT_EQ(row[1].AsInt(), std::numeric_limits<std::int64_t>::min());
  EXPECT_EQ(row[2].AsInt(), -1);
  EXPECT_EQ(row[3].AsDouble(), 2.5);
  EXPECT_EQ(row[4].AsString(), "short");
  EXPECT_EQ(row[5].AsString(), std::string(300, 'x'));
  EXPECT_TRUE(row[6].is_null());
  EXPECT_EQ(row[7].AsUuid(), Samples()[7].second.AsUuid());
  EXPECT_EQ(row[8].AsNumeric().ToString(), "-12.500");
  EXPECT_EQ(row[9].AsInterval().micros, -5);
  EXPECT_EQ(row[9].AsInterval().days, 6);
  EXPECT_EQ(row[9].AsInterval().months, -7);
  EXPECT_EQ(row[10].AsInt(), std::numeric_limits<std::int64_t>::max());
}

TEST(RowCodecTest, ColumnsAreFoundByAttributeNumber) {
  const Value two = Value::Int(2);
  const Value five = Value::Null();
  const Value big = Value::Int(1600);
  std::string bytes;
  EncodeRow(bytes, std::vector<ColumnSlot>{{2, &two}, {5, &five}, {1600, &big}});
  const RowDecoder decoder({{1601, TypeId::kInt4, 0, Value::Int(-1601)},
                            {5, TypeId::kInt4, 1, Value::Int(-5)},
                            {3, TypeId::kInt4, 2, Value::Int(-3)},
                            {1600, TypeId::kInt4, 3, Value::Int(-1600)},
                            {1, TypeId::kInt4, 4, Value::Int(-1)}});
  Row row(6, Value::Int(77));
  decoder.Decode(bytes, row);
  EXPECT_EQ(row[0].AsInt(), -1601);
  EXPECT_TRUE(row[1].is_null());
  EXPECT_EQ(row[2].AsInt(), -3);
  EXPECT_EQ(row[3].AsInt(), 1600);
  EXPECT_EQ(row[4].AsInt(), -1);
  EXPECT_EQ(row[5].AsInt(), 77);
}

TEST(RowCodecTest, ARowWithoutColumnsIsItsVersion) {
  std::string bytes;
  EncodeRow(bytes, {});
  EXPECT_EQ(bytes.size(), 1u);
  Row row(1);
  RowDecoder({{1, TypeId::kInt4, 0, Value::Int(9)}}).Decode(bytes, row);
  EXPECT_EQ(row[0].AsInt(), 9);
}

base::SqlState ErrorOf(const RowDecoder& decoder, std::string_view bytes) {
  Row row(Samples().size());
  try {
    decoder.Decode(bytes, row);
  } catch (const base::Error& error) {
    return error.sqlstate();
  }
  return base::sqlstate::kSuccessfulCompletion;
}

TEST(RowCodecTest, AnotherTypeThanTheColumnsIsDamage) {
  const Value number = Value::Int(1);
  std::string bytes;
  EncodeRow(bytes, std::vector<ColumnSlot>{{1, &number}});
  EXPECT_EQ(ErrorOf(RowDecoder({{1, TypeId::kText, 0, {}}}), bytes), base::sqlstate::kDataCorrupted);
  EXPECT_EQ(ErrorOf(RowDecoder({{1, TypeId::kInt2, 0, {}}}), bytes), base::sqlstate::kSuccessfulCompletion);
}

TEST(RowCodecTest, UnknownVersionsAndOrderAreDamage) {
  const RowDecoder decoder({{3, TypeId::kInt4, 0, {}}});
  EXPECT_EQ(ErrorOf(decoder, ""), base::sqlstate::kDataCorrupted);
  EXPECT_EQ(ErrorOf(decoder, "\x02"), base::sqlstate::kDataCorrupted);
  EXPECT_EQ(ErrorOf(decoder, std::string("\x01\x11\x02\x09\x02", 5)), base::sqlstate::kDataCorrupted);
}

// Every cut and every changed byte either decodes or raises XX001.
TEST(RowCodecTest, DamagedRowsRaiseAnError) {
  const std::string bytes = EncodeSamples();
  const RowDecoder decoder = SampleDecoder();
  const auto expect_defined = [&](const std::string& damaged) {
    const base::SqlState state = ErrorOf(decoder, damaged);
    EXPECT_TRUE(state == base::sqlstate::kDataCorrupted || state == base::sqlstate::kSuccessfulCompletion);
  };
  for (std::size_t length = 0; length < bytes.size(); ++length) expect_defined(bytes.substr(0, length));
  std::mt19937 random(20261121);
  for (int round = 0; round < 20000; ++round) {
    std::string damaged = bytes;
    for (auto changes = 1 + random() % 4; changes > 0; --changes) {
      damaged[random() % damaged.size()] = static_cast<char>(random());
    }
    expect_defined(damaged);
  }
}

}  // namespace
}  // namespace ordinal::keys
