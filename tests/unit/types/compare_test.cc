#include "types/compare.h"

#include <gtest/gtest.h>

#include "types/text_codec.h"

namespace ordinal::types {
namespace {

int Order(std::string_view left, std::string_view right, TypeId type) {
  const Settings settings;
  const Value a = ParseText(left, {type, -1}, settings);
  const Value b = ParseText(right, {type, -1}, settings);
  const int order = Compare(a, b, type);
  EXPECT_EQ(order<0, Compare(b, a, type)> 0);
  if (order == 0) {
    EXPECT_EQ(Hash(a, type), Hash(b, type));
  }
  return order < 0 ? -1 : (order > 0 ? 1 : 0);
}

TEST(Compare, OrdersNumbers) {
  EXPECT_EQ(Order("-1", "1", TypeId::kInt8), -1);
  EXPECT_EQ(Order("4294967295", "1", TypeId::kOid), 1);
  EXPECT_EQ(Order("-0", "0", TypeId::kFloat8), 0);
  EXPECT_EQ(Order("NaN", "Infinity", TypeId::kFloat8), 1);
  EXPECT_EQ(Order("NaN", "NaN", TypeId::kFloat8), 0);
  EXPECT_EQ(Order("1.0", "1.00", TypeId::kNumeric), 0);
  EXPECT_EQ(Order("NaN", "Infinity", TypeId::kNumeric), 1);
  EXPECT_EQ(Order("f", "t", TypeId::kBool), -1);
}

TEST(Compare, OrdersStringsByBytes) {
  EXPECT_EQ(Order("B", "a", TypeId::kText), -1);
  EXPECT_EQ(Order("a", "a ", TypeId::kText), -1);
  EXPECT_EQ(Order("a", "a  ", TypeId::kBpchar), 0);
  EXPECT_EQ(Order("z", "ä", TypeId::kText), -1);
  EXPECT_EQ(Order("\\xff", "\\x00", TypeId::kBytea), 1);
  EXPECT_EQ(Order("", "a", TypeId::kVarchar), -1);
}

TEST(Compare, OrdersTimes) {
  EXPECT_EQ(Order("-infinity", "4714-11-24 BC", TypeId::kDate), -1);
  EXPECT_EQ(Order("infinity", "294276-12-31", TypeId::kTimestamp), 1);
  EXPECT_EQ(Order("1 mon", "30 days", TypeId::kInterval), 0);
  EXPECT_EQ(Order("1 day", "24:00", TypeId::kInterval), 0);
  EXPECT_EQ(Order("1 mon -1 day", "29 days", TypeId::kInterval), 0);
  EXPECT_EQ(Order("-1 day", "1 us", TypeId::kInterval), -1);
  EXPECT_EQ(Order("178956970 years", "-178956970 years", TypeId::kInterval), 1);
  EXPECT_EQ(Order("10:00+01", "09:00+00", TypeId::kTimetz), -1);
  EXPECT_EQ(Order("10:00+00", "10:30+01", TypeId::kTimetz), 1);
}

TEST(Compare, OrdersUuids) {
  EXPECT_EQ(
      Order("00000000-0000-0000-0000-000000000001", "80000000-0000-0000-0000-000000000000", TypeId::kUuid),
      -1);
}

}  // namespace
}  // namespace ordinal::types
