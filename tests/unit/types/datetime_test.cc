#include "types/datetime.h"

#include <gtest/gtest.h>

#include "types/datetime_text.h"
#include "unit/types/error_text.h"

namespace ordinal::types {
namespace {

std::int64_t At(std::string_view text) { return ParseTimestamp(text, Settings()); }

std::string Shown(std::int64_t timestamp) {
  std::string out;
  AppendTimestamp(out, timestamp, Settings());
  return out;
}

std::string Shown(const Interval& interval) {
  std::string out;
  AppendInterval(out, interval);
  return out;
}

Interval Span(std::string_view text) { return ParseInterval(text, -1); }

std::string Add(std::string_view timestamp, std::string_view interval) {
  return Shown(AddInterval(At(timestamp), Span(interval)));
}

TEST(Calendar, CountsDaysBothWays) {
  EXPECT_EQ(DaysFromCivil(2000, 1, 1), 0);
  EXPECT_EQ(DaysFromCivil(1970, 1, 1), -kUnixEpochDays);
  EXPECT_EQ(DaysFromCivil(-4713, 11, 24), kDateMin);
  EXPECT_EQ(DaysFromCivil(5874898, 1, 1), kDateEnd);
  EXPECT_EQ(CivilFromDays(60), (CivilDate{2000, 3, 1}));
  EXPECT_EQ(CivilFromDays(59), (CivilDate{2000, 2, 29}));
  std::int64_t expected = DaysFromCivil(-5, 1, 1);
  for (std::int64_t year = -5; year < 2405; ++year) {
    for (int month = 1; month <= 12; ++month) {
      for (int day = 1; day <= DaysInMonth(year, month); ++day, ++expected) {
        ASSERT_EQ(DaysFromCivil(year, month, day), expected);
        ASSERT_EQ(CivilFromDays(expected), (CivilDate{year, month, day}));
      }
    }
  }
}

TEST(Calendar, KnowsWeekdays) {
  EXPECT_EQ(DayOfWeek(0), 6);
  EXPECT_EQ(DayOfWeek(-kUnixEpochDays), 4);
  EXPECT_EQ(DayOfWeek(1), 0);
}

TEST(Calendar, BreaksTimestamps) {
  const CivilTime civil = BreakTimestamp(At("1999-12-31 23:59:59.999999"));
  EXPECT_EQ(civil.year, 1999);
  EXPECT_EQ(civil.hour, 23);
  EXPECT_EQ(civil.second, 59);
  EXPECT_EQ(civil.micros, 999999);
}

TEST(TimestampArithmetic, AddsMonthsDaysAndTime) {
  EXPECT_EQ(Add("2000-01-31", "1 month"), "2000-02-29 00:00:00");
  EXPECT_EQ(Add("2000-02-29 12:00", "-1 year"), "1999-02-28 12:00:00");
  EXPECT_EQ(Add("2000-01-31", "1 mon 1 day 1 hour"), "2000-03-01 01:00:00");
  EXPECT_EQ(Add("1999-12-31 23:59:59.999999", "0.000001 sec"), "2000-01-01 00:00:00");
  EXPECT_EQ(Add("infinity", "-1 day"), "infinity");
  EXPECT_EQ(ErrorOf([] { Add("294276-12-31", "1 day"); }), "22008 timestamp out of range");
  EXPECT_EQ(ErrorOf([] { Add("2000-01-01", "178956970 years"); }), "22008 timestamp out of range");
  EXPECT_EQ(ErrorOf([] { Add("4714-11-24 BC", "-1 us"); }), "22008 timestamp out of range");
}

TEST(TimestampArithmetic, CountsDaysOnTheZonesCalendar) {
  const TimeZone zone = TimeZone::Get("America/New_York");
  const std::int64_t before = zone.ToUtc(At("2021-03-13 12:00"));
  EXPECT_EQ(Shown(zone.ToLocal(AddInterval(before, Span("1 day"), zone))), "2021-03-14 12:00:00");
  EXPECT_EQ(Shown(zone.ToLocal(AddInterval(before, Span("24 hours"), zone))), "2021-03-14 13:00:00");
  EXPECT_EQ(Shown(zone.ToLocal(AddInterval(zone.ToUtc(At("2021-03-13 02:30")), Span("1 day"), zone))),
            "2021-03-14 03:30:00");
}

TEST(TimestampArithmetic, Subtracts) {
  EXPECT_EQ(Shown(SubtractTimestamps(At("2000-01-02 01:00"), At("2000-01-01"))), "1 day 01:00:00");
  EXPECT_EQ(Shown(SubtractTimestamps(At("2000-01-01"), At("2000-01-02 01:00"))), "-1 days -01:00:00");
  EXPECT_EQ(ErrorOf([] { SubtractTimestamps(At("infinity"), 0); }),
            "22008 cannot subtract infinite timestamps");
  EXPECT_EQ(Shown(Age(At("2001-04-10"), At("1957-06-13"))), "43 years 9 mons 27 days");
  EXPECT_EQ(Shown(Age(At("2000-01-31"), At("2000-03-01"))), "-1 mons -1 days");
  EXPECT_EQ(SubtractDates(10, -5), 15);
  EXPECT_EQ(ErrorOf([] { SubtractDates(kDateInfinity, 0); }), "22008 cannot subtract infinite dates");
  EXPECT_EQ(AddDays(kDateInfinity, 5), kDateInfinity);
  EXPECT_EQ(ErrorOf([] { AddDays(0, 2'147'483'647); }), "22008 date out of range");
  EXPECT_EQ(AddToTime(23 * kMicrosPerHour, Span("2 hours")), kMicrosPerHour);
  EXPECT_EQ(AddToTime(kMicrosPerHour, Span("-49:00")), 0);
}

TEST(IntervalArithmetic, AddsAndNegates) {
  EXPECT_EQ(Shown(Span("1 mon") + Span("2 days 03:00")), "1 mon 2 days 03:00:00");
  EXPECT_EQ(Shown(-Span("1 mon -2 days")), "-1 mons +2 days");
  EXPECT_EQ(ErrorOf([] { Span("2147483647 days") + Span("1 day"); }), "22008 interval out of range");
}

TEST(IntervalArithmetic, SpreadsFractions) {
  EXPECT_EQ(Shown(Multiply(Span("1 mon"), 0.5)), "15 days");
  EXPECT_EQ(Shown(Multiply(Span("1 day"), 1.5)), "1 day 12:00:00");
  EXPECT_EQ(Shown(Divide(Span("1 mon 1 day"), 3)), "10 days 08:00:00");
  EXPECT_EQ(ErrorOf([] { Divide(Span("1 day"), 0); }), "22012 division by zero");
  EXPECT_EQ(ErrorOf([] { Multiply(Span("1 day"), 1e12); }), "22008 interval out of range");
}

TEST(IntervalArithmetic, Justifies) {
  EXPECT_EQ(Shown(JustifyHours(Span("27 hours"))), "1 day 03:00:00");
  EXPECT_EQ(Shown(JustifyDays(Span("35 days"))), "1 mon 5 days");
  EXPECT_EQ(Shown(JustifyInterval(Span("1 mon -1 hour"))), "29 days 23:00:00");
}

TEST(RoundMicros, RoundsHalfAwayFromZero) {
  EXPECT_EQ(RoundMicros(1'500'000, 0), 2'000'000);
  EXPECT_EQ(RoundMicros(-1'500'000, 0), -2'000'000);
  EXPECT_EQ(RoundMicros(1'234'567, 3), 1'235'000);
  EXPECT_EQ(RoundMicros(1'234'567, 6), 1'234'567);
}

}  // namespace
}  // namespace ordinal::types
