#include "types/cast.h"

#include <gtest/gtest.h>

#include "types/text_codec.h"
#include "unit/types/error_text.h"

namespace ordinal::types {
namespace {

Settings InNewYork() {
  Settings settings;
  settings.time_zone = "America/New_York";
  return settings;
}

std::string Converted(std::string_view text, TypeId from, Type to,
                      CastContext context = CastContext::kExplicit, const Settings& settings = Settings()) {
  const Value value = Cast(ParseText(text, {from, -1}, settings), {from, -1}, to, context, settings);
  return value.is_null() ? "NULL" : ToText(value, to.id, settings);
}

std::string Converted(std::string_view text, TypeId from, TypeId to, const Settings& settings = Settings()) {
  return Converted(text, from, Type{to, -1}, CastContext::kExplicit, settings);
}

std::string Error(std::string_view text, TypeId from, TypeId to) {
  return ErrorOf([&] { Converted(text, from, to); });
}

TEST(CanCast, FollowsPgCast) {
  using enum CastContext;
  EXPECT_TRUE(CanCast(TypeId::kInt4, TypeId::kInt8, kImplicit));
  EXPECT_FALSE(CanCast(TypeId::kInt8, TypeId::kInt4, kImplicit));
  EXPECT_TRUE(CanCast(TypeId::kInt8, TypeId::kInt4, kAssignment));
  EXPECT_FALSE(CanCast(TypeId::kInt4, TypeId::kBool, kAssignment));
  EXPECT_TRUE(CanCast(TypeId::kInt4, TypeId::kBool, kExplicit));
  EXPECT_FALSE(CanCast(TypeId::kInt8, TypeId::kBool, kExplicit));
  EXPECT_TRUE(CanCast(TypeId::kNumeric, TypeId::kFloat8, kImplicit));
  EXPECT_FALSE(CanCast(TypeId::kFloat8, TypeId::kNumeric, kImplicit));
  EXPECT_TRUE(CanCast(TypeId::kTimestamp, TypeId::kTimestamptz, kImplicit));
  EXPECT_FALSE(CanCast(TypeId::kTimestamptz, TypeId::kDate, kImplicit));
  EXPECT_FALSE(CanCast(TypeId::kDate, TypeId::kInt4, kExplicit));
}

TEST(CanCast, KnowsStringsAndLiterals) {
  using enum CastContext;
  EXPECT_TRUE(CanCast(TypeId::kUnknown, TypeId::kUuid, kImplicit));
  EXPECT_TRUE(CanCast(TypeId::kInt4, TypeId::kText, kAssignment));
  EXPECT_FALSE(CanCast(TypeId::kInt4, TypeId::kText, kImplicit));
  EXPECT_TRUE(CanCast(TypeId::kText, TypeId::kInt4, kExplicit));
  EXPECT_FALSE(CanCast(TypeId::kText, TypeId::kInt4, kAssignment));
  EXPECT_TRUE(CanCast(TypeId::kVarchar, TypeId::kText, kImplicit));
  EXPECT_TRUE(CanCast(TypeId::kName, TypeId::kText, kImplicit));
  EXPECT_FALSE(CanCast(TypeId::kInt4, TypeId::kVoid, kExplicit));
}

TEST(CanCast, KnowsObjectIds) {
  using enum CastContext;
  EXPECT_TRUE(CanCast(TypeId::kInt4, TypeId::kOid, kImplicit));
  EXPECT_TRUE(CanCast(TypeId::kOid, TypeId::kRegclass, kImplicit));
  EXPECT_TRUE(CanCast(TypeId::kRegclass, TypeId::kOid, kImplicit));
  EXPECT_FALSE(CanCast(TypeId::kOid, TypeId::kInt8, kImplicit));
  EXPECT_TRUE(CanCast(TypeId::kOid, TypeId::kInt8, kAssignment));
  EXPECT_FALSE(CanCast(TypeId::kRegclass, TypeId::kRegtype, kExplicit));
}

TEST(Cast, ChecksIntegerRanges) {
  EXPECT_EQ(Converted("32767", TypeId::kInt8, TypeId::kInt2), "32767");
  EXPECT_EQ(Error("32768", TypeId::kInt4, TypeId::kInt2), "22003 smallint out of range");
  EXPECT_EQ(Error("-2147483649", TypeId::kInt8, TypeId::kInt4), "22003 integer out of range");
  EXPECT_EQ(Error("9.3e18", TypeId::kFloat8, TypeId::kInt8), "22003 bigint out of range");
  EXPECT_EQ(Error("NaN", TypeId::kFloat8, TypeId::kInt4), "22003 integer out of range");
  EXPECT_EQ(Error("1e20", TypeId::kNumeric, TypeId::kInt8), "22003 bigint out of range");
  EXPECT_EQ(Error("NaN", TypeId::kNumeric, TypeId::kInt4), "0A000 cannot convert NaN to integer");
  EXPECT_EQ(Error("-Infinity", TypeId::kNumeric, TypeId::kInt2), "0A000 cannot convert infinity to smallint");
  EXPECT_EQ(Error("-1", TypeId::kInt8, TypeId::kOid), "22003 OID out of range");
  EXPECT_EQ(Converted("-1", TypeId::kInt4, TypeId::kOid), "4294967295");
  EXPECT_EQ(Converted("4294967295", TypeId::kOid, TypeId::kInt4), "-1");
}

TEST(Cast, RoundsFloatsToEvenAndNumericsAway) {
  EXPECT_EQ(Converted("0.5", TypeId::kFloat8, TypeId::kInt4), "0");
  EXPECT_EQ(Converted("1.5", TypeId::kFloat8, TypeId::kInt4), "2");
  EXPECT_EQ(Converted("2.5", TypeId::kFloat4, TypeId::kInt8), "2");
  EXPECT_EQ(Converted("0.5", TypeId::kNumeric, TypeId::kInt4), "1");
  EXPECT_EQ(Converted("-2.5", TypeId::kNumeric, TypeId::kInt8), "-3");
}

TEST(Cast, ConvertsBetweenFloatingTypes) {
  EXPECT_EQ(Converted("0.1", TypeId::kFloat4, TypeId::kFloat8), "0.10000000149011612");
  EXPECT_EQ(Converted("1234567.89", TypeId::kFloat4, TypeId::kNumeric), "1234570");
  EXPECT_EQ(Converted("0.1", TypeId::kFloat8, TypeId::kNumeric), "0.1");
  EXPECT_EQ(Error("1e40", TypeId::kFloat8, TypeId::kFloat4), "22003 value out of range: overflow");
  EXPECT_EQ(Error("1e-50", TypeId::kFloat8, TypeId::kFloat4), "22003 value out of range: underflow");
  EXPECT_EQ(Error("1e40", TypeId::kNumeric, TypeId::kFloat4),
            "22003 \"10000000000000000000000000000000000000000\" is out of range for type real");
}

TEST(Cast, ConvertsBooleans) {
  EXPECT_EQ(Converted("t", TypeId::kBool, TypeId::kInt4), "1");
  EXPECT_EQ(Converted("7", TypeId::kInt4, TypeId::kBool), "t");
  EXPECT_EQ(Converted("0", TypeId::kInt4, TypeId::kBool), "f");
  EXPECT_EQ(Converted("t", TypeId::kBool, TypeId::kText), "true");
  EXPECT_EQ(Converted("off", TypeId::kText, TypeId::kBool), "f");
}

TEST(Cast, GoesThroughText) {
  EXPECT_EQ(Converted("42", TypeId::kText, TypeId::kInt4), "42");
  EXPECT_EQ(Converted("1.5e3", TypeId::kVarchar, TypeId::kNumeric), "1500");
  EXPECT_EQ(Converted("2020-02-30", TypeId::kUnknown, TypeId::kText), "2020-02-30");
  EXPECT_EQ(Converted("1 day", TypeId::kInterval, TypeId::kText), "1 day");
  EXPECT_EQ(Error("x", TypeId::kText, TypeId::kInt4), "22P02 invalid input syntax for type integer: \"x\"");
  EXPECT_EQ(Error("x", TypeId::kUnknown, TypeId::kUuid), "22P02 invalid input syntax for type uuid: \"x\"");
  EXPECT_EQ(Converted("90", TypeId::kText, Type{TypeId::kInterval, (2048 << 16) | 0xFFFF}), "01:30:00");
}

TEST(Cast, AppliesStringLengthsByContext) {
  const Type varchar3{TypeId::kVarchar, 7};
  const Type char5{TypeId::kBpchar, 9};
  EXPECT_EQ(Converted("abcdef", TypeId::kText, varchar3), "abc");
  EXPECT_EQ(Converted("äöüß", TypeId::kText, varchar3), "äöü");
  EXPECT_EQ(Converted("abc  ", TypeId::kText, varchar3, CastContext::kAssignment), "abc");
  EXPECT_EQ(ErrorOf([&] { Converted("abcd", TypeId::kText, varchar3, CastContext::kAssignment); }),
            "22001 value too long for type character varying(3)");
  EXPECT_EQ(Converted("ab", TypeId::kText, char5), "ab   ");
  EXPECT_EQ(Converted("ab   ", TypeId::kBpchar, TypeId::kText), "ab");
  EXPECT_EQ(Converted("ab   ", TypeId::kBpchar, varchar3), "ab");
  EXPECT_EQ(Converted("abcdef", TypeId::kVarchar, varchar3), "abc");
}

TEST(Cast, AppliesNumericModifiers) {
  const Type numeric52{TypeId::kNumeric, ((5 << 16) | 2) + 4};
  EXPECT_EQ(Converted("123.456", TypeId::kFloat8, numeric52), "123.46");
  EXPECT_EQ(ErrorOf([&] { Converted("1000", TypeId::kInt4, numeric52); }),
            "22003 numeric field overflow|A field with precision 5, scale 2 must round to an absolute value "
            "less than "
            "10^3.");
}

TEST(Cast, ConvertsOneByteChars) {
  EXPECT_EQ(Converted("65", TypeId::kInt4, TypeId::kChar), "A");
  EXPECT_EQ(Converted("0", TypeId::kInt4, TypeId::kChar), "");
  EXPECT_EQ(Converted("\\377", TypeId::kChar, TypeId::kInt4), "-1");
  EXPECT_EQ(Error("128", TypeId::kInt4, TypeId::kChar), "22003 \"char\" out of range");
}

TEST(Cast, ConvertsDatesAndTimes) {
  const Settings new_york = InNewYork();
  EXPECT_EQ(Converted("2021-07-04", TypeId::kDate, TypeId::kTimestamp), "2021-07-04 00:00:00");
  EXPECT_EQ(Converted("2021-07-04", TypeId::kDate, TypeId::kTimestamptz, new_york), "2021-07-04 00:00:00-04");
  EXPECT_EQ(Converted("2021-07-05 02:30+00", TypeId::kTimestamptz, TypeId::kDate, new_york), "2021-07-04");
  EXPECT_EQ(Converted("2021-07-05 02:30+00", TypeId::kTimestamptz, TypeId::kTime, new_york), "22:30:00");
  EXPECT_EQ(Converted("2021-07-05 02:30+00", TypeId::kTimestamptz, TypeId::kTimetz, new_york), "22:30:00-04");
  EXPECT_EQ(Converted("2021-01-05 02:30", TypeId::kTimestamp, TypeId::kTimestamptz, new_york),
            "2021-01-05 02:30:00-05");
  EXPECT_EQ(Converted("infinity", TypeId::kTimestamp, TypeId::kDate), "infinity");
  EXPECT_EQ(Converted("infinity", TypeId::kTimestamp, TypeId::kTime), "NULL");
  EXPECT_EQ(Converted("-1:00", TypeId::kInterval, TypeId::kTime), "23:00:00");
  EXPECT_EQ(Converted("12:30", TypeId::kTime, TypeId::kInterval), "12:30:00");
  EXPECT_EQ(Error("294277-01-01", TypeId::kDate, TypeId::kTimestamp),
            "22008 date out of range for timestamp");
  EXPECT_EQ(Converted("2004-10-19 10:23:54.125", TypeId::kTimestamp, Type{TypeId::kTimestamp, 2}),
            "2004-10-19 10:23:54.13");
}

TEST(Cast, KeepsNull) {
  EXPECT_TRUE(
      Cast(Value::Null(), {TypeId::kText, -1}, {TypeId::kInt4, -1}, CastContext::kExplicit, Settings())
          .is_null());
  EXPECT_TRUE(ApplyModifier(Value::Null(), {TypeId::kVarchar, 7}, CastContext::kImplicit).is_null());
}

}  // namespace
}  // namespace ordinal::types
