// Computes with dates, timestamps and intervals in the proleptic Gregorian calendar, as PostgreSQL does.
//
// Dates are days, timestamps microseconds since 2000-01-01; see value.h. Years are astronomical: 0 is 1 BC.
// Infinite dates and timestamps are accepted everywhere unless a function says otherwise, and stay infinite.
#pragma once

#include <cstdint>
#include <limits>
#include <optional>

#include "types/numeric.h"
#include "types/timezone.h"
#include "types/value.h"

namespace ordinal::types {

inline constexpr std::int64_t kMicrosPerSecond = 1'000'000;
inline constexpr std::int64_t kSecondsPerDay = 86'400;
inline constexpr std::int64_t kMicrosPerMinute = 60 * kMicrosPerSecond;
inline constexpr std::int64_t kMicrosPerHour = 3'600 * kMicrosPerSecond;
inline constexpr std::int64_t kMicrosPerDay = kSecondsPerDay * kMicrosPerSecond;
inline constexpr int kMonthsPerYear = 12;
inline constexpr int kDaysPerMonth = 30;                     // when an interval must be one number
inline constexpr std::int64_t kUnixEpochDays = 10'957;       // from 1970-01-01 to 2000-01-01
inline constexpr std::int64_t kJulianEpochDays = 2'451'545;  // Julian day of 2000-01-01

inline constexpr std::int32_t kDateInfinity = std::numeric_limits<std::int32_t>::max();
inline constexpr std::int32_t kDateMinusInfinity = std::numeric_limits<std::int32_t>::min();
inline constexpr std::int64_t kTimestampInfinity = std::numeric_limits<std::int64_t>::max();
inline constexpr std::int64_t kTimestampMinusInfinity = std::numeric_limits<std::int64_t>::min();

// Bounds of finite values: 4714-11-24 BC to 5874897-12-31 for dates, to 294276-12-31 for timestamps.
inline constexpr std::int64_t kDateMin = -kJulianEpochDays;
inline constexpr std::int64_t kDateEnd = 2'147'483'494 - kJulianEpochDays;
inline constexpr std::int64_t kTimestampMin = -211'813'488'000'000'000;
inline constexpr std::int64_t kTimestampEnd = 9'223'371'331'200'000'000;

constexpr bool IsInfiniteDate(std::int64_t date) {
  return date == kDateInfinity || date == kDateMinusInfinity;
}
constexpr bool IsInfiniteTimestamp(std::int64_t timestamp) {
  return timestamp == kTimestampInfinity || timestamp == kTimestampMinusInfinity;
}
constexpr bool IsFiniteDateInRange(std::int64_t date) { return date >= kDateMin && date < kDateEnd; }
constexpr bool IsFiniteTimestampInRange(std::int64_t timestamp) {
  return timestamp >= kTimestampMin && timestamp < kTimestampEnd;
}

struct CivilDate {
  std::int64_t year = 2000;
  int month = 1;
  int day = 1;
  friend bool operator==(const CivilDate&, const CivilDate&) = default;
};

struct CivilTime : CivilDate {
  int hour = 0;
  int minute = 0;
  int second = 0;
  int micros = 0;
};

bool IsLeapYear(std::int64_t year);
int DaysInMonth(std::int64_t year, int month);

// Counts days since 2000-01-01. REQUIRES a month from 1 to 12; the day may lie outside its month.
std::int64_t DaysFromCivil(std::int64_t year, int month, int day);
CivilDate CivilFromDays(std::int64_t days);
// REQUIRES a finite timestamp.
CivilTime BreakTimestamp(std::int64_t timestamp);
// The result may lie outside the range of timestamps; nullopt when it does not even fit 64 bits.
std::optional<std::int64_t> JoinTimestamp(std::int64_t days, std::int64_t micros_of_day);
// Splits a finite timestamp into days since 2000-01-01 and microseconds of the day.
struct DayAndMicros {
  std::int64_t days;
  std::int64_t micros;
};
DayAndMicros SplitTimestamp(std::int64_t timestamp);
// 0 is Sunday.
int DayOfWeek(std::int64_t days);

// Conversions. Errors: 22008 `date out of range for timestamp`, `timestamp out of range`.
std::int64_t DateToTimestamp(std::int64_t date);
std::int64_t DateToTimestamptz(std::int64_t date, const TimeZone& zone);
std::int64_t TimestampToDate(std::int64_t timestamp);
std::int64_t LocalToUtc(std::int64_t local, const TimeZone& zone);

// Adds months (clamping the day to the month's end), then days, then microseconds. Errors: 22008 `timestamp
// out of range`.
std::int64_t AddInterval(std::int64_t timestamp, const Interval& interval);
// The same for an instant: months and days are counted on the zone's calendar.
std::int64_t AddInterval(std::int64_t utc, const Interval& interval, const TimeZone& zone);
// Adds days. Errors: 22008 `date out of range`.
std::int64_t AddDays(std::int64_t date, std::int64_t days);
// Counts days between finite dates. Errors: 22008 `cannot subtract infinite dates`.
std::int64_t SubtractDates(std::int64_t left, std::int64_t right);
// Adds to a time of day, wrapping at midnight; months and days do not count.
std::int64_t AddToTime(std::int64_t time, const Interval& interval);
// Returns days and microseconds. Errors: 22008 `cannot subtract infinite timestamps`.
Interval SubtractTimestamps(std::int64_t left, std::int64_t right);
// Returns years, months, days and time, PostgreSQL's age(). Both are local times. Errors: 22008.
Interval Age(std::int64_t left, std::int64_t right);

// Errors of the interval operations: 22008 `interval out of range`, 22012 `division by zero`.
Interval operator+(const Interval& left, const Interval& right);
Interval operator-(const Interval& left, const Interval& right);
Interval operator-(const Interval& interval);
// Fractions of months become days, fractions of days time, as in PostgreSQL.
Interval Multiply(const Interval& interval, double factor);
Interval Divide(const Interval& interval, double divisor);
// Turns whole 24 hours into days, whole 30 days into months, or both with one sign for all parts.
Interval JustifyHours(const Interval& interval);
Interval JustifyDays(const Interval& interval);
Interval JustifyInterval(const Interval& interval);

// Orders intervals taking 30 days a month and 24 hours a day.
int CompareIntervals(const Interval& left, const Interval& right);
std::size_t HashInterval(const Interval& interval);

// Rounds microseconds half away from zero to `digits` (0 to 6) of a second.
std::int64_t RoundMicros(std::int64_t micros, int digits);

}  // namespace ordinal::types
