#include "types/binary_codec.h"

#include <gtest/gtest.h>

#include "types/compare.h"
#include "types/text_codec.h"
#include "unit/types/error_text.h"

namespace ordinal::types {
namespace {

using namespace std::string_literals;

const Settings kSettings;

std::string Binary(std::string_view text, TypeId type) {
  std::string out;
  AppendBinary(out, ParseText(text, {type, -1}, kSettings), type);
  return out;
}

std::string Error(const std::string& bytes, TypeId type) {
  return ErrorOf([&] { ParseBinary(bytes, {type, -1}); });
}

TEST(BinaryCodec, WritesTheWireForms) {
  EXPECT_EQ(Binary("t", TypeId::kBool), "\1"s);
  EXPECT_EQ(Binary("-2", TypeId::kInt2), "\xff\xfe"s);
  EXPECT_EQ(Binary("258", TypeId::kInt4), "\0\0\1\2"s);
  EXPECT_EQ(Binary("-1", TypeId::kInt8), "\xff\xff\xff\xff\xff\xff\xff\xff"s);
  EXPECT_EQ(Binary("4294967295", TypeId::kOid), "\xff\xff\xff\xff"s);
  EXPECT_EQ(Binary("1", TypeId::kFloat4), "\x3f\x80\0\0"s);
  EXPECT_EQ(Binary("1", TypeId::kFloat8), "\x3f\xf0\0\0\0\0\0\0"s);
  EXPECT_EQ(Binary("2000-01-02", TypeId::kDate), "\0\0\0\1"s);
  EXPECT_EQ(Binary("infinity", TypeId::kDate), "\x7f\xff\xff\xff"s);
  EXPECT_EQ(Binary("2000-01-01 00:00:01", TypeId::kTimestamp), "\0\0\0\0\0\x0f\x42\x40"s);
  EXPECT_EQ(Binary("1 mon 2 days 00:00:01", TypeId::kInterval), "\0\0\0\0\0\x0f\x42\x40\0\0\0\2\0\0\0\1"s);
  EXPECT_EQ(Binary("00:00:01+01", TypeId::kTimetz), "\0\0\0\0\0\x0f\x42\x40\xff\xff\xf1\xf0"s);
  EXPECT_EQ(Binary("a", TypeId::kText), "a");
  EXPECT_EQ(Binary("", TypeId::kChar), "\0"s);
  EXPECT_EQ(Binary("\\x0001", TypeId::kBytea), "\0\1"s);
  EXPECT_EQ(Binary("1 2", TypeId::kInt2Vector),
            "\0\0\0\1\0\0\0\0\0\0\0\x15\0\0\0\2\0\0\0\0\0\0\0\2\0\1\0\0\0\2\0\2"s);
}

TEST(BinaryCodec, RoundTrips) {
  const std::pair<TypeId, const char*> cases[] = {
      {TypeId::kBool, "f"},
      {TypeId::kInt2, "-32768"},
      {TypeId::kInt4, "2147483647"},
      {TypeId::kInt8, "-9223372036854775808"},
      {TypeId::kOid, "4294967295"},
      {TypeId::kRegclass, "1259"},
      {TypeId::kFloat4, "-1.5e-45"},
      {TypeId::kFloat8, "NaN"},
      {TypeId::kNumeric, "-12345.67800"},
      {TypeId::kText, "a text that is longer than fourteen bytes"},
      {TypeId::kVarchar, ""},
      {TypeId::kBpchar, "x  "},
      {TypeId::kName, "n"},
      {TypeId::kChar, "\\200"},
      {TypeId::kJson, "{\"a\": 1}"},
      {TypeId::kBytea, "\\x00ff"},
      {TypeId::kUuid, "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"},
      {TypeId::kDate, "4714-11-24 BC"},
      {TypeId::kTime, "24:00:00"},
      {TypeId::kTimetz, "23:59:59.999999-15:59"},
      {TypeId::kTimestamp, "-infinity"},
      {TypeId::kTimestamptz, "294276-12-31 23:59:59.999999+00"},
      {TypeId::kInterval, "-1 mon +2 days -00:00:00.000001"},
      {TypeId::kOidVector, "1 4294967295"},
      {TypeId::kInt2Vector, ""},
      {TypeId::kInt4Array, "{}"},
      {TypeId::kInt4Array, "{1,NULL,-3}"},
      {TypeId::kTextArray, "[0:1][2:3]={{a,\"b c\"},{NULL,\"\"}}"},
      {TypeId::kNumericArray, "{1.50,NaN}"},
  };
  for (const auto& [type, text] : cases) {
    const Value value = ParseText(text, {type, -1}, kSettings);
    const Value copy = ParseBinary(Binary(text, type), {type, -1});
    EXPECT_EQ(Compare(value, copy, type), 0) << text;
    EXPECT_EQ(ToText(copy, type, kSettings), ToText(value, type, kSettings));
  }
}

TEST(BinaryCodec, RefusesMalformedInput) {
  EXPECT_EQ(Error("\0\0\1"s, TypeId::kInt4), "08P01 insufficient data left in message");
  EXPECT_EQ(Error("\0\0\0\0\1"s, TypeId::kInt4), "22P03 incorrect binary data format");
  EXPECT_EQ(Error("abc", TypeId::kUuid), "22P03 incorrect binary data format");
  EXPECT_EQ(Error("a\0"s, TypeId::kText), "22021 invalid byte sequence for encoding \"UTF8\": 0x00");
  EXPECT_EQ(Error("\x7f\xff\xff\xfe"s, TypeId::kDate), "22008 date out of range");
  EXPECT_EQ(Error("\x7f\xff\xff\xff\xff\xff\xff\xfe"s, TypeId::kTimestamp), "22008 timestamp out of range");
  EXPECT_EQ(Error("\xff\xff\xff\xff\xff\xff\xff\xff"s, TypeId::kTime), "22008 time out of range");
  EXPECT_EQ(Error("\0\0\0\0\0\0\0\0\x7f\0\0\0"s, TypeId::kTimetz),
            "22009 time zone displacement out of range");
  EXPECT_EQ(Error("\0\0\0\7\0\0\0\0\0\0\0\x15"s, TypeId::kInt2Vector),
            "54000 number of array dimensions (7) exceeds the maximum allowed (6)");
  const std::string one_dimension = "\0\0\0\1\0\0\0\0\0\0\0\x17"s;
  EXPECT_EQ(Error(one_dimension + "\0\0\0\2\0\0\0\1\0\0\0\4\0\0\0\1"s, TypeId::kInt4Array),
            "08P01 insufficient data left in message");
  EXPECT_EQ(Error(one_dimension + "\0\0\0\1\0\0\0\1\0\0\0\5\0\0\0\1"s, TypeId::kInt4Array),
            "22P03 insufficient data left in message");
  EXPECT_EQ(Error(one_dimension + "\x7f\xff\xff\xff\0\0\0\1"s, TypeId::kInt4Array),
            "54000 array size exceeds the maximum allowed (134217727)");
  EXPECT_EQ(Error(one_dimension + "\xff\xff\xff\xff\0\0\0\1"s, TypeId::kInt4Array),
            "22P03 incorrect binary data format");
  EXPECT_EQ(Error(one_dimension, TypeId::kInt8Array),
            "42804 binary data has array element type 23 (integer) instead of expected 20 (bigint)");
  EXPECT_EQ(Error("\0\0\0\1\0\0\0\2\0\0\0\x17"s, TypeId::kInt4Array), "22P03 invalid array flags");
  EXPECT_EQ(Error("{", TypeId::kJson).substr(0, 5), "22P02");
}

TEST(BinaryCodec, AppliesModifiers) {
  EXPECT_EQ(ErrorOf([] {
              ParseBinary("abcd", {TypeId::kVarchar, 7});
            }),
            "22001 value too long for type character varying(3)");
}

}  // namespace
}  // namespace ordinal::types
