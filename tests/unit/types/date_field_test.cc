#include "types/date_field.h"

#include <gtest/gtest.h>

#include "types/datetime_text.h"
#include "types/text_codec.h"
#include "unit/types/error_text.h"

namespace ordinal::types {
namespace {

const TimeZone kNewYork = TimeZone::Get("America/New_York");

std::string Field(std::string_view unit, std::string_view text, TypeId type) {
  const auto field = Extract(unit, ParseText(text, {type, -1}, Settings()), type, kNewYork);
  return field ? field->ToString() : "NULL";
}

std::string Truncated(std::string_view unit, std::string_view text) {
  std::string out;
  AppendTimestamp(out, TruncateTimestamp(unit, ParseTimestamp(text, Settings())), Settings());
  return out;
}

TEST(Extract, TakesFieldsOfTimestamps) {
  const char* text = "2001-02-16 20:38:40.123456";
  const std::pair<const char*, const char*> cases[] = {
      {"microseconds", "40123456"},
      {"milliseconds", "40123.456"},
      {"second", "40.123456"},
      {"minute", "38"},
      {"hour", "20"},
      {"day", "16"},
      {"week", "7"},
      {"MONTH", "2"},
      {"quarter", "1"},
      {"year", "2001"},
      {"decade", "200"},
      {"century", "21"},
      {"millennium", "3"},
      {"isoyear", "2001"},
      {"dow", "5"},
      {"isodow", "5"},
      {"doy", "47"},
      {"epoch", "982355920.123456"},
  };
  for (const auto& [unit, expected] : cases)
    EXPECT_EQ(Field(unit, text, TypeId::kTimestamp), expected) << unit;
  EXPECT_EQ(Field("julian", "2001-02-16 12:00", TypeId::kTimestamp), "2451957.50000000000000000000");
}

TEST(Extract, KnowsNoYearZero) {
  EXPECT_EQ(Field("year", "0001-12-31 BC", TypeId::kDate), "-1");
  EXPECT_EQ(Field("century", "0001-12-31 BC", TypeId::kDate), "-1");
  EXPECT_EQ(Field("century", "0001-01-01", TypeId::kDate), "1");
  EXPECT_EQ(Field("century", "1900-01-01", TypeId::kDate), "19");
  EXPECT_EQ(Field("isoyear", "2005-01-01", TypeId::kDate), "2004");
  EXPECT_EQ(Field("week", "2005-01-01", TypeId::kDate), "53");
}

TEST(Extract, UsesTheZone) {
  EXPECT_EQ(Field("hour", "2021-07-05 02:30+00", TypeId::kTimestamptz), "22");
  EXPECT_EQ(Field("timezone", "2021-07-05 02:30+00", TypeId::kTimestamptz), "-14400");
  EXPECT_EQ(Field("timezone_minute", "10:00+05:30", TypeId::kTimetz), "30");
  EXPECT_EQ(Field("epoch", "00:00+01", TypeId::kTimetz), "-3600.000000");
}

TEST(Extract, TakesFieldsOfIntervals) {
  EXPECT_EQ(Field("hour", "1 day 30:05:06.5", TypeId::kInterval), "30");
  EXPECT_EQ(Field("month", "14 months", TypeId::kInterval), "2");
  EXPECT_EQ(Field("epoch", "1 year 1 mon 1 day 00:00:01.5", TypeId::kInterval), "34236001.500000");
  EXPECT_EQ(Field("second", "-00:00:01.5", TypeId::kInterval), "-1.500000");
}

TEST(Extract, AnswersForInfinity) {
  EXPECT_EQ(Field("year", "infinity", TypeId::kDate), "Infinity");
  EXPECT_EQ(Field("epoch", "-infinity", TypeId::kTimestamptz), "-Infinity");
  EXPECT_EQ(Field("day", "infinity", TypeId::kTimestamp), "NULL");
}

TEST(Extract, ReportsErrors) {
  EXPECT_EQ(ErrorOf([] { Field("FOO", "2001-01-01", TypeId::kTimestamp); }),
            "22023 unit \"foo\" not recognized for type timestamp without time zone");
  EXPECT_EQ(ErrorOf([] { Field("hour", "2001-01-01", TypeId::kDate); }),
            "0A000 unit \"hour\" not supported for type date");
  EXPECT_EQ(ErrorOf([] { Field("timezone", "2001-01-01", TypeId::kTimestamp); }),
            "0A000 unit \"timezone\" not supported for type timestamp without time zone");
  EXPECT_EQ(ErrorOf([] { Field("day", "10:00", TypeId::kTime); }),
            "0A000 unit \"day\" not supported for type time without time zone");
  EXPECT_EQ(ErrorOf([] { Field("week", "1 day", TypeId::kInterval); }),
            "0A000 unit \"week\" not supported for type interval");
}

TEST(Truncate, CutsTimestamps) {
  const char* text = "2001-08-16 20:38:40.123456";
  EXPECT_EQ(Truncated("milliseconds", text), "2001-08-16 20:38:40.123");
  EXPECT_EQ(Truncated("hour", text), "2001-08-16 20:00:00");
  EXPECT_EQ(Truncated("week", text), "2001-08-13 00:00:00");
  EXPECT_EQ(Truncated("quarter", text), "2001-07-01 00:00:00");
  EXPECT_EQ(Truncated("decade", text), "2000-01-01 00:00:00");
  EXPECT_EQ(Truncated("century", text), "2001-01-01 00:00:00");
  EXPECT_EQ(Truncated("century", "2000-08-16"), "1901-01-01 00:00:00");
  EXPECT_EQ(Truncated("millennium", "0044-03-15 BC"), "1000-01-01 00:00:00 BC");
  EXPECT_EQ(Truncated("year", "infinity"), "infinity");
  EXPECT_EQ(ErrorOf([] { Truncated("dow", "2000-08-16"); }),
            "22023 unit \"dow\" not recognized for type timestamp without time zone");
  EXPECT_EQ(ErrorOf([] { Truncated("timezone", "2000-08-16"); }),
            "0A000 unit \"timezone\" not supported for type timestamp without time zone");
}

TEST(Truncate, CutsOnTheZonesCalendar) {
  const auto at = [](const char* text) { return ParseTimestamptz(text, Settings()); };
  EXPECT_EQ(TruncateTimestamptz("day", at("2021-07-05 02:30+00"), kNewYork), at("2021-07-04 04:00+00"));
  // The second 01:30 of the day on which clocks go back.
  EXPECT_EQ(TruncateTimestamptz("hour", at("2021-11-07 06:30+00"), kNewYork), at("2021-11-07 06:00+00"));
  EXPECT_EQ(TruncateTimestamptz("hour", at("2021-11-07 05:30+00"), kNewYork), at("2021-11-07 05:00+00"));
}

TEST(Truncate, CutsIntervals) {
  const auto cut = [](std::string_view unit, std::string_view text) {
    std::string out;
    AppendInterval(out, TruncateInterval(unit, ParseInterval(text, -1)));
    return out;
  };
  EXPECT_EQ(cut("hour", "3 days 02:47:33"), "3 days 02:00:00");
  EXPECT_EQ(cut("quarter", "1 year 5 mons 3 days"), "1 year 3 mons");
  EXPECT_EQ(cut("decade", "27 years"), "20 years");
  EXPECT_EQ(ErrorOf([&] { cut("week", "3 days"); }),
            "0A000 unit \"week\" not supported for type interval|Months usually have fractional weeks.");
}

}  // namespace
}  // namespace ordinal::types
