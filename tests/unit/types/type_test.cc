#include "types/type.h"

#include <gtest/gtest.h>

namespace ordinal::types {
namespace {

TEST(Type, FindsByOidAndName) {
  ASSERT_NE(FindType(20), nullptr);
  EXPECT_EQ(FindType(20)->id, TypeId::kInt8);
  EXPECT_STREQ(InfoOf(TypeId::kInt8).sql_name, "bigint");
  EXPECT_EQ(FindTypeByName("timestamptz")->id, TypeId::kTimestamptz);
  EXPECT_EQ(FindTypeByName("bigint"), nullptr);
  EXPECT_EQ(FindType(0), nullptr);
  EXPECT_EQ(FindType(600), nullptr);
}

TEST(Type, DescribesLikePgType) {
  EXPECT_EQ(InfoOf(TypeId::kText).category, 'S');
  EXPECT_TRUE(InfoOf(TypeId::kText).preferred);
  EXPECT_FALSE(InfoOf(TypeId::kVarchar).preferred);
  EXPECT_EQ(InfoOf(TypeId::kInterval).length, 16);
  EXPECT_EQ(InfoOf(TypeId::kUnknown).length, -2);
  EXPECT_EQ(InfoOf(TypeId::kTimetz).length, 12);
  EXPECT_EQ(InfoOf(TypeId::kDate).representation, Representation::kInt);
}

TEST(Type, FormatsModifiers) {
  EXPECT_EQ(FormatType({TypeId::kInt4, -1}), "integer");
  EXPECT_EQ(FormatType({TypeId::kNumeric, ((10 << 16) | 2) + 4}), "numeric(10,2)");
  EXPECT_EQ(FormatType({TypeId::kNumeric, ((3 << 16) | (-2 & 0x7FF)) + 4}), "numeric(3,-2)");
  EXPECT_EQ(FormatType({TypeId::kNumeric, -1}), "numeric");
  EXPECT_EQ(FormatType({TypeId::kVarchar, 9}), "character varying(5)");
  EXPECT_EQ(FormatType({TypeId::kBpchar, 9}), "character(5)");
  EXPECT_EQ(FormatType({TypeId::kBpchar, -1}), "bpchar");
  EXPECT_EQ(FormatType({TypeId::kTimestamp, 3}), "timestamp(3) without time zone");
  EXPECT_EQ(FormatType({TypeId::kTimestamptz, 0}), "timestamp(0) with time zone");
  EXPECT_EQ(FormatType({TypeId::kTime, 2}), "time(2) without time zone");
  EXPECT_EQ(FormatType({TypeId::kTimetz, 2}), "time(2) with time zone");
  EXPECT_EQ(FormatType({TypeId::kInterval, -1}), "interval");
  EXPECT_EQ(FormatType({TypeId::kInterval, (0x7FFF << 16) | 3}), "interval(3)");
  EXPECT_EQ(FormatType({TypeId::kInterval, (6 << 16) | 0xFFFF}), "interval year to month");
  EXPECT_EQ(FormatType({TypeId::kInterval, (4096 << 16) | 2}), "interval second(2)");
  EXPECT_EQ(FormatType({TypeId::kChar, -1}), "\"char\"");
}

TEST(Type, SortsIntegersAndStrings) {
  EXPECT_TRUE(IsInteger(TypeId::kInt2));
  EXPECT_FALSE(IsInteger(TypeId::kOid));
  EXPECT_TRUE(IsString(TypeId::kUnknown));
  EXPECT_FALSE(IsString(TypeId::kBytea));
}

}  // namespace
}  // namespace ordinal::types
