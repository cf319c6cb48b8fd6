#include "types/datetime_text.h"

#include <gtest/gtest.h>

#include "types/text_codec.h"
#include "unit/types/error_text.h"

namespace ordinal::types {
namespace {

std::string Round(std::string_view text, TypeId type, const Settings& settings = Settings()) {
  return ToText(ParseText(text, {type, -1}, settings), type, settings);
}

std::string Error(std::string_view text, TypeId type) {
  return ErrorOf([&] { ParseText(text, {type, -1}, Settings()); });
}

Settings With(DateStyle style, DateOrder order, const char* zone = "UTC") {
  Settings settings;
  settings.date_style = style;
  settings.date_order = order;
  settings.time_zone = zone;
  return settings;
}

// The forms of table 8.10 of the PostgreSQL manual.
TEST(DateText, ReadsTheManualsForms) {
  for (const char* text :
       {"1999-01-08", "January 8, 1999", "1/8/1999", "1999-Jan-08", "Jan-08-1999", "08-Jan-1999", "19990108",
        "990108", "1999.008", "J2451187", "8 January 1999", "Mon Jan 8 1999"}) {
    EXPECT_EQ(Round(text, TypeId::kDate), "1999-01-08") << text;
  }
  EXPECT_EQ(Round("January 8, 99 BC", TypeId::kDate), "0099-01-08 BC");
  EXPECT_EQ(Round("4714-11-24 BC", TypeId::kDate), "4714-11-24 BC");
  EXPECT_EQ(Round("5874897-12-31", TypeId::kDate), "5874897-12-31");
  EXPECT_EQ(Round("-infinity", TypeId::kDate), "-infinity");
  EXPECT_EQ(Round("epoch", TypeId::kDate), "1970-01-01");
  EXPECT_EQ(Round("69-01-01", TypeId::kDate, With(DateStyle::kIso, DateOrder::kYmd)), "2069-01-01");
  EXPECT_EQ(Round("70-01-01", TypeId::kDate, With(DateStyle::kIso, DateOrder::kYmd)), "1970-01-01");
}

TEST(DateText, FollowsTheDateOrder) {
  EXPECT_EQ(Round("01/02/03", TypeId::kDate, With(DateStyle::kIso, DateOrder::kMdy)), "2003-01-02");
  EXPECT_EQ(Round("01/02/03", TypeId::kDate, With(DateStyle::kIso, DateOrder::kDmy)), "2003-02-01");
  EXPECT_EQ(Round("01/02/03", TypeId::kDate, With(DateStyle::kIso, DateOrder::kYmd)), "2001-02-03");
  EXPECT_EQ(Round("18-Jan-1999", TypeId::kDate, With(DateStyle::kIso, DateOrder::kYmd)), "1999-01-18");
}

TEST(DateText, ReportsErrors) {
  for (const char* text :
       {"", "x", "1999-01", "1999", "2024-01-05 foo", "1999-01-08 1999-01-09", "2024--05"}) {
    EXPECT_EQ(Error(text, TypeId::kDate),
              "22007 invalid input syntax for type date: \"" + std::string(text) + "\"");
  }
  EXPECT_EQ(Error("2000-02-30", TypeId::kDate), "22008 date/time field value out of range: \"2000-02-30\"");
  EXPECT_EQ(Error("0000-01-01", TypeId::kDate), "22008 date/time field value out of range: \"0000-01-01\"");
  EXPECT_EQ(
      Error("2000-13-01", TypeId::kDate),
      "22008 date/time field value out of range: \"2000-13-01\"|Perhaps you need a different \"datestyle\" "
      "setting.");
  EXPECT_EQ(Error("5874898-01-01", TypeId::kDate), "22008 date out of range: \"5874898-01-01\"");
  EXPECT_EQ(Error("4714-11-23 BC", TypeId::kDate), "22008 date out of range: \"4714-11-23 BC\"");
}

TEST(TimeText, ReadsTheManualsForms) {
  EXPECT_EQ(Round("04:05:06.789", TypeId::kTime), "04:05:06.789");
  EXPECT_EQ(Round("04:05", TypeId::kTime), "04:05:00");
  EXPECT_EQ(Round("040506", TypeId::kTime), "04:05:06");
  EXPECT_EQ(Round("04:05 PM", TypeId::kTime), "16:05:00");
  EXPECT_EQ(Round("12:00 AM", TypeId::kTime), "00:00:00");
  EXPECT_EQ(Round("24:00:00", TypeId::kTime), "24:00:00");
  EXPECT_EQ(Round("23:59:60", TypeId::kTime), "24:00:00");
  EXPECT_EQ(Round("allballs", TypeId::kTime), "00:00:00");
  EXPECT_EQ(Round("04:05:06-08:00", TypeId::kTimetz), "04:05:06-08");
  EXPECT_EQ(Round("040506+0730", TypeId::kTimetz), "04:05:06+07:30");
  EXPECT_EQ(Round("2003-04-12 04:05:06 America/New_York", TypeId::kTimetz), "04:05:06-04");
  EXPECT_EQ(Error("24:00:01", TypeId::kTime), "22008 date/time field value out of range: \"24:00:01\"");
  EXPECT_EQ(Error("13:00 PM", TypeId::kTime), "22008 date/time field value out of range: \"13:00 PM\"");
  EXPECT_EQ(Error("x", TypeId::kTime), "22007 invalid input syntax for type time: \"x\"");
  EXPECT_EQ(Error("", TypeId::kTimetz), "22007 invalid input syntax for type time with time zone: \"\"");
}

TEST(TimestampText, ReadsZones) {
  EXPECT_EQ(Round("2004-10-19 10:23:54+02", TypeId::kTimestamptz), "2004-10-19 08:23:54+00");
  EXPECT_EQ(Round("2004-10-19T10:23:54Z", TypeId::kTimestamptz), "2004-10-19 10:23:54+00");
  EXPECT_EQ(Round("20041019T102354", TypeId::kTimestamptz), "2004-10-19 10:23:54+00");
  EXPECT_EQ(Round("2004-10-19 10:23:54 PST", TypeId::kTimestamptz), "2004-10-19 18:23:54+00");
  EXPECT_EQ(Round("2004-10-19 10:23:54 America/New_York", TypeId::kTimestamptz), "2004-10-19 14:23:54+00");
  EXPECT_EQ(Round("2004-10-19 10:23:54+02", TypeId::kTimestamp), "2004-10-19 10:23:54");
  EXPECT_EQ(Error("2004-10-19 10:23:54 Foo/Bar", TypeId::kTimestamptz),
            "22023 time zone \"foo/bar\" not recognized");
  EXPECT_EQ(Error("2004-10-19 10:23:54+16", TypeId::kTimestamptz),
            "22009 time zone displacement out of range: \"2004-10-19 10:23:54+16\"");
  EXPECT_EQ(Error("10:23:54", TypeId::kTimestamp),
            "22007 invalid input syntax for type timestamp: \"10:23:54\"");
  EXPECT_EQ(Error("x", TypeId::kTimestamptz),
            "22007 invalid input syntax for type timestamp with time zone: \"x\"");
}

TEST(TimestampText, KeepsToTheRange) {
  EXPECT_EQ(Round("294276-12-31 23:59:59.999999", TypeId::kTimestamp), "294276-12-31 23:59:59.999999");
  EXPECT_EQ(Round("4714-11-24 00:00 BC", TypeId::kTimestamp), "4714-11-24 00:00:00 BC");
  EXPECT_EQ(Error("294277-01-01", TypeId::kTimestamp), "22008 timestamp out of range: \"294277-01-01\"");
  EXPECT_EQ(Error("5874897-01-01", TypeId::kTimestamptz), "22008 timestamp out of range: \"5874897-01-01\"");
  EXPECT_EQ(Round("infinity", TypeId::kTimestamptz), "infinity");
}

TEST(TimestampText, ReadsTheSpecialWords) {
  Settings settings;
  settings.time_zone = "America/New_York";
  settings.transaction_micros = ParseTimestamptz("2021-07-05 02:30:00.5+00", Settings());
  EXPECT_EQ(Round("now", TypeId::kTimestamptz, settings), "2021-07-04 22:30:00.5-04");
  EXPECT_EQ(Round("now", TypeId::kTimestamp, settings), "2021-07-04 22:30:00.5");
  EXPECT_EQ(Round("now", TypeId::kTime, settings), "22:30:00.5");
  EXPECT_EQ(Round("today", TypeId::kDate, settings), "2021-07-04");
  EXPECT_EQ(Round("tomorrow 12:00", TypeId::kTimestamp, settings), "2021-07-05 12:00:00");
  EXPECT_EQ(Round("yesterday", TypeId::kTimestamptz, settings), "2021-07-03 00:00:00-04");
  EXPECT_EQ(Round("epoch", TypeId::kTimestamptz, settings), "1969-12-31 19:00:00-05");
}

TEST(TimestampText, WritesEveryStyle) {
  const char* text = "1997-12-17 07:37:16.25-08";
  const char* zone = "America/New_York";
  EXPECT_EQ(Round(text, TypeId::kTimestamptz, With(DateStyle::kIso, DateOrder::kMdy, zone)),
            "1997-12-17 10:37:16.25-05");
  EXPECT_EQ(Round(text, TypeId::kTimestamptz, With(DateStyle::kSql, DateOrder::kDmy, zone)),
            "17/12/1997 10:37:16.25 EST");
  EXPECT_EQ(Round(text, TypeId::kTimestamptz, With(DateStyle::kSql, DateOrder::kMdy, zone)),
            "12/17/1997 10:37:16.25 EST");
  EXPECT_EQ(Round(text, TypeId::kTimestamptz, With(DateStyle::kPostgres, DateOrder::kDmy, zone)),
            "Wed 17 Dec 10:37:16.25 1997 EST");
  EXPECT_EQ(Round(text, TypeId::kTimestamptz, With(DateStyle::kPostgres, DateOrder::kMdy, zone)),
            "Wed Dec 17 10:37:16.25 1997 EST");
  EXPECT_EQ(Round(text, TypeId::kTimestamptz, With(DateStyle::kGerman, DateOrder::kMdy, zone)),
            "17.12.1997 10:37:16.25 EST");
  EXPECT_EQ(Round("0044-03-15 10:00 BC", TypeId::kTimestamp, With(DateStyle::kPostgres, DateOrder::kMdy)),
            "Fri Mar 15 10:00:00 0044 BC");
  EXPECT_EQ(Round("1997-12-17", TypeId::kDate, With(DateStyle::kPostgres, DateOrder::kDmy)), "17-12-1997");
  EXPECT_EQ(Round("1997-12-17", TypeId::kDate, With(DateStyle::kSql, DateOrder::kMdy)), "12/17/1997");
  EXPECT_EQ(Round("1800-01-01 00:00", TypeId::kTimestamptz, With(DateStyle::kIso, DateOrder::kMdy, zone)),
            "1800-01-01 00:00:00-04:56:02");
}

TEST(TimestampText, RefusesAnUnknownSessionZone) {
  EXPECT_EQ(
      ErrorOf([] { Round("now", TypeId::kTimestamptz, With(DateStyle::kIso, DateOrder::kMdy, "Foo/Bar")); }),
      "22023 time zone \"Foo/Bar\" not recognized");
}

}  // namespace
}  // namespace ordinal::types
