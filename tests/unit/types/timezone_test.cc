#include "types/timezone.h"

#include <gtest/gtest.h>

#include "types/datetime.h"
#include "types/datetime_text.h"
#include "unit/types/error_text.h"

namespace ordinal::types {
namespace {

std::int64_t At(std::string_view text) { return ParseTimestamp(text, Settings()); }

TEST(TimeZone, FindsNamesInAnyCase) {
  for (const char* name :
       {"UTC", "utc", "America/New_York", "america/new_york", "Europe/Berlin", "est5edt", "+05:30", "-8"}) {
    EXPECT_TRUE(TimeZone::Find(name).has_value()) << name;
  }
  for (const char* name :
       {"", "Foo/Bar", "../../etc/passwd", "/etc/localtime", "+16", "+", "+1:2:3:4", "a b"}) {
    EXPECT_FALSE(TimeZone::Find(name).has_value()) << name;
  }
  EXPECT_EQ(ErrorOf([] { TimeZone::Get("Foo/Bar"); }), "22023 time zone \"Foo/Bar\" not recognized");
}

TEST(TimeZone, ConvertsAcrossTransitions) {
  const TimeZone zone = TimeZone::Get("America/New_York");
  EXPECT_EQ(zone.OffsetAt(At("2021-01-01")), -5 * 3600);
  EXPECT_EQ(zone.OffsetAt(At("2021-07-01")), -4 * 3600);
  EXPECT_EQ(zone.AbbreviationAt(At("2021-07-01")), "EDT");
  // 02:30 does not exist on this day, 01:30 occurs twice on the other.
  EXPECT_EQ(zone.ToUtc(At("2021-03-14 02:30")), At("2021-03-14 07:30"));
  EXPECT_EQ(zone.ToUtc(At("2021-11-07 01:30")), At("2021-11-07 06:30"));
  EXPECT_EQ(zone.ToLocal(zone.ToUtc(At("1850-01-01 00:00:00.000001"))), At("1850-01-01 00:00:00.000001"));
  EXPECT_EQ(zone.ToLocal(kTimestampInfinity), kTimestampInfinity);
  EXPECT_EQ(zone.ToUtc(kTimestampMinusInfinity), kTimestampMinusInfinity);
}

TEST(TimeZone, ReadsOffsets) {
  EXPECT_EQ(ParseZoneOffset("+05:30"), 19800);
  EXPECT_EQ(ParseZoneOffset("-0800"), -28800);
  EXPECT_EQ(ParseZoneOffset("+5"), 18000);
  EXPECT_EQ(ParseZoneOffset("-04:56:02"), -17762);
  EXPECT_EQ(ParseZoneOffset("+15:59:59"), 57599);
  EXPECT_EQ(ParseZoneOffset("+053015"), 19815);
  for (const char* text : {"5", "+", "+16", "+1:60", "+1:", "+1a", "+12345678"}) {
    EXPECT_EQ(ParseZoneOffset(text), std::nullopt) << text;
  }
  EXPECT_EQ(FindZoneAbbreviation("pst"), -8 * 3600);
  EXPECT_EQ(FindZoneAbbreviation("nope"), std::nullopt);
}

}  // namespace
}  // namespace ordinal::types
