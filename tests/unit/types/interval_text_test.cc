#include <gtest/gtest.h>

#include "types/datetime_text.h"
#include "unit/types/error_text.h"

namespace ordinal::types {
namespace {

std::string Round(std::string_view text, std::int32_t modifier = -1) {
  std::string out;
  AppendInterval(out, ParseInterval(text, modifier));
  return out;
}

std::string Error(std::string_view text) {
  return ErrorOf([&] { ParseInterval(text, -1); });
}

TEST(IntervalText, ReadsPostgresForms) {
  EXPECT_EQ(Round("1 year 2 months 3 days 4 hours 5 minutes 6 seconds"), "1 year 2 mons 3 days 04:05:06");
  EXPECT_EQ(Round("1 year 2 months ago"), "-1 years -2 mons");
  EXPECT_EQ(Round("@ 1 minute"), "00:01:00");
  EXPECT_EQ(Round("1-2"), "1 year 2 mons");
  EXPECT_EQ(Round("3 4:05:06"), "3 days 04:05:06");
  EXPECT_EQ(Round("1-2 3 4:05:06"), "1 year 2 mons 3 days 04:05:06");
  EXPECT_EQ(Round("-1 year -2 mons +3 days -04:05:06"), "-1 years -2 mons +3 days -04:05:06");
  EXPECT_EQ(Round("1.5"), "00:00:01.5");
  EXPECT_EQ(Round("100:00:00"), "100:00:00");
  EXPECT_EQ(Round("05:06.789"), "00:05:06.789");
  EXPECT_EQ(Round("2 centuries"), "200 years");
  EXPECT_EQ(Round("0"), "00:00:00");
}

TEST(IntervalText, ReadsIsoForms) {
  EXPECT_EQ(Round("P1Y2M3DT4H5M6S"), "1 year 2 mons 3 days 04:05:06");
  EXPECT_EQ(Round("P0001-02-03T04:05:06"), "1 year 2 mons 3 days 04:05:06");
  EXPECT_EQ(Round("P00010203T040506"), "1 year 2 mons 3 days 04:05:06");
  EXPECT_EQ(Round("P1W"), "7 days");
  EXPECT_EQ(Round("PT36H"), "36:00:00");
  EXPECT_EQ(Round("P-1Y"), "-1 years");
  EXPECT_EQ(Round("PT1.5S"), "00:00:01.5");
}

TEST(IntervalText, SpreadsFractionsDownwards) {
  EXPECT_EQ(Round("1.5 days"), "1 day 12:00:00");
  EXPECT_EQ(Round("1.5 months"), "1 mon 15 days");
  EXPECT_EQ(Round("1.5 years"), "1 year 6 mons");
  EXPECT_EQ(Round("1.5 weeks"), "10 days 12:00:00");
  EXPECT_EQ(Round("-1.5 days"), "-1 days -12:00:00");
  EXPECT_EQ(Round("0.0000005 seconds"), "00:00:00");
}

TEST(IntervalText, WritesTheExtremes) {
  EXPECT_EQ(Round("2147483647 months"), "178956970 years 7 mons");
  std::string out;
  AppendInterval(out, {INT64_MIN, 0, 0});
  EXPECT_EQ(out, "-2562047788:00:54.775808");
}

TEST(IntervalText, HonoursFieldsAndPrecision) {
  constexpr std::int32_t kYear = (4 << 16) | 0xFFFF;
  constexpr std::int32_t kDay = (8 << 16) | 0xFFFF;
  constexpr std::int32_t kMinuteToSecond = ((2048 | 4096) << 16) | 0xFFFF;
  EXPECT_EQ(Round("1", kYear), "1 year");
  EXPECT_EQ(Round("1 year 2 months 3 days 4:05:06", kYear), "1 year");
  EXPECT_EQ(Round("1", kDay), "1 day");
  EXPECT_EQ(Round("1 2:03:04", kDay), "1 day");
  EXPECT_EQ(Round("1:02", kMinuteToSecond), "00:01:02");
  EXPECT_EQ(Round("1:02:03.4567", (0x7FFF << 16) | 2), "01:02:03.46");
}

TEST(IntervalText, ReportsErrors) {
  for (const char* text : {"", "x", "day", "1 foo", "1 day 2 days", "P", "infinity", "ago", "1 quarter",
                           "1e3 days", "1:2:3:4", "1 -", "PT1Y"}) {
    EXPECT_EQ(Error(text), "22007 invalid input syntax for type interval: \"" + std::string(text) + "\"");
  }
  EXPECT_EQ(Error("2147483648 months"), "22015 interval field value out of range: \"2147483648 months\"");
  EXPECT_EQ(Error("99999999999999999999 days"),
            "22015 interval field value out of range: \"99999999999999999999 days\"");
  EXPECT_EQ(Error("00:60"), "22015 interval field value out of range: \"00:60\"");
  EXPECT_EQ(Error("178956971 years"), "22008 interval out of range");
}

}  // namespace
}  // namespace ordinal::types
