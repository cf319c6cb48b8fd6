#include "types/datetime.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "base/error.h"

namespace ordinal::types {
namespace {

constexpr std::int64_t kDaysPer400Years = 146'097;
constexpr std::int64_t kDaysPer100Years = 36'524;
constexpr std::int64_t kDaysPer4Years = 1'461;
// Days from 0000-03-01 to 2000-01-01; years are counted from March so that the leap day comes last.
constexpr std::int64_t kMarchEpochDays = 730'425;

[[noreturn]] void ThrowTimestampRange() {
  throw base::Error(base::sqlstate::kDatetimeFieldOverflow, "timestamp out of range");
}

[[noreturn]] void ThrowDateRange() {
  throw base::Error(base::sqlstate::kDatetimeFieldOverflow, "date out of range");
}

std::int64_t FloorDivide(std::int64_t value, std::int64_t divisor) {
  return value / divisor - (value % divisor < 0 ? 1 : 0);
}

std::int64_t CheckTimestamp(std::optional<std::int64_t> timestamp) {
  if (!timestamp || !IsFiniteTimestampInRange(*timestamp)) ThrowTimestampRange();
  return *timestamp;
}

// Moves a finite local timestamp by whole months and days; the result may lie outside the range.
std::optional<std::int64_t> AddCalendar(std::int64_t timestamp, std::int32_t months, std::int32_t days) {
  DayAndMicros split = SplitTimestamp(timestamp);
  if (months != 0) {
    const CivilDate civil = CivilFromDays(split.days);
    const std::int64_t month_count = civil.year * kMonthsPerYear + civil.month - 1 + months;
    const std::int64_t year = FloorDivide(month_count, kMonthsPerYear);
    const int month = static_cast<int>(month_count - year * kMonthsPerYear) + 1;
    split.days = DaysFromCivil(year, month, std::min(civil.day, DaysInMonth(year, month)));
  }
  return JoinTimestamp(split.days + days, split.micros);
}

// Only the instant must be in range: its local time may be up to a day beyond.
std::int64_t CheckedUtc(std::optional<std::int64_t> local, const TimeZone& zone) {
  if (!local || *local < kTimestampMin - kMicrosPerDay || *local > kTimestampEnd + kMicrosPerDay) {
    ThrowTimestampRange();
  }
  return CheckTimestamp(zone.ToUtc(*local));
}

[[noreturn]] void ThrowDateForTimestamp() {
  throw base::Error(base::sqlstate::kDatetimeFieldOverflow, "date out of range for timestamp");
}

std::int64_t AddMicros(std::int64_t timestamp, std::int64_t micros) {
  std::int64_t sum = 0;
  if (__builtin_add_overflow(timestamp, micros, &sum)) ThrowTimestampRange();
  return CheckTimestamp(sum);
}

}  // namespace

bool IsLeapYear(std::int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

int DaysInMonth(std::int64_t year, int month) {
  static constexpr int kDays[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return kDays[month - 1] + (month == 2 && IsLeapYear(year) ? 1 : 0);
}

std::int64_t DaysFromCivil(std::int64_t year, int month, int day) {
  const std::int64_t march_year = year - (month <= 2 ? 1 : 0);
  const int march_month = (month + 9) % 12;
  const std::int64_t leap_days =
      FloorDivide(march_year, 4) - FloorDivide(march_year, 100) + FloorDivide(march_year, 400);
  return march_year * 365 + leap_days + (153 * march_month + 2) / 5 + (day - 1) - kMarchEpochDays;
}

CivilDate CivilFromDays(std::int64_t days) {
  const std::int64_t since_march = days + kMarchEpochDays;
  const std::int64_t cycle = FloorDivide(since_march, kDaysPer400Years);
  std::int64_t rest = since_march - cycle * kDaysPer400Years;
  // The last century of a cycle and the last year of four are a day longer, hence the bounds of 3.
  const std::int64_t century = std::min<std::int64_t>(rest / kDaysPer100Years, 3);
  rest -= century * kDaysPer100Years;
  const std::int64_t four_years = rest / kDaysPer4Years;
  rest -= four_years * kDaysPer4Years;
  const std::int64_t year = std::min<std::int64_t>(rest / 365, 3);
  const int day_of_year = static_cast<int>(rest - year * 365);
  const int march_month = (5 * day_of_year + 2) / 153;
  CivilDate civil;
  civil.day = day_of_year - (153 * march_month + 2) / 5 + 1;
  civil.month = march_month < 10 ? march_month + 3 : march_month - 9;
  civil.year = cycle * 400 + century * 100 + four_years * 4 + year + (civil.month <= 2 ? 1 : 0);
  return civil;
}

DayAndMicros SplitTimestamp(std::int64_t timestamp) {
  const std::int64_t days = FloorDivide(timestamp, kMicrosPerDay);
  return {days, timestamp - days * kMicrosPerDay};
}

std::optional<std::int64_t> JoinTimestamp(std::int64_t days, std::int64_t micros_of_day) {
  std::int64_t result = 0;
  if (__builtin_mul_overflow(days, kMicrosPerDay, &result) ||
      __builtin_add_overflow(result, micros_of_day, &result)) {
    return std::nullopt;
  }
  return result;
}

CivilTime BreakTimestamp(std::int64_t timestamp) {
  const DayAndMicros split = SplitTimestamp(timestamp);
  CivilTime civil;
  static_cast<CivilDate&>(civil) = CivilFromDays(split.days);
  civil.hour = static_cast<int>(split.micros / kMicrosPerHour);
  civil.minute = static_cast<int>(split.micros / kMicrosPerMinute % 60);
  civil.second = static_cast<int>(split.micros / kMicrosPerSecond % 60);
  civil.micros = static_cast<int>(split.micros % kMicrosPerSecond);
  return civil;
}

int DayOfWeek(std::int64_t days) {
  constexpr int kSaturday = 6;  // 2000-01-01
  return static_cast<int>(((days + kSaturday) % 7 + 7) % 7);
}

std::int64_t DateToTimestamp(std::int64_t date) {
  if (date == kDateInfinity) return kTimestampInfinity;
  if (date == kDateMinusInfinity) return kTimestampMinusInfinity;
  const auto timestamp = JoinTimestamp(date, 0);
  if (!timestamp || *timestamp >= kTimestampEnd) ThrowDateForTimestamp();
  return *timestamp;
}

std::int64_t DateToTimestamptz(std::int64_t date, const TimeZone& zone) {
  const std::int64_t utc = zone.ToUtc(DateToTimestamp(date));
  if (!IsInfiniteTimestamp(utc) && !IsFiniteTimestampInRange(utc)) ThrowDateForTimestamp();
  return utc;
}

std::int64_t TimestampToDate(std::int64_t timestamp) {
  if (timestamp == kTimestampInfinity) return kDateInfinity;
  if (timestamp == kTimestampMinusInfinity) return kDateMinusInfinity;
  return SplitTimestamp(timestamp).days;
}

std::int64_t LocalToUtc(std::int64_t local, const TimeZone& zone) {
  return IsInfiniteTimestamp(local) ? local : CheckedUtc(local, zone);
}

std::int64_t AddInterval(std::int64_t timestamp, const Interval& interval) {
  if (IsInfiniteTimestamp(timestamp)) return timestamp;
  if (interval.months != 0 || interval.days != 0) {
    timestamp = CheckTimestamp(AddCalendar(timestamp, interval.months, interval.days));
  }
  return AddMicros(timestamp, interval.micros);
}

std::int64_t AddInterval(std::int64_t utc, const Interval& interval, const TimeZone& zone) {
  if (IsInfiniteTimestamp(utc)) return utc;
  // Each step goes through the zone by itself, so that a day's step lands on an existing local time.
  if (interval.months != 0) utc = CheckedUtc(AddCalendar(zone.ToLocal(utc), interval.months, 0), zone);
  if (interval.days != 0) utc = CheckedUtc(AddCalendar(zone.ToLocal(utc), 0, interval.days), zone);
  return AddMicros(utc, interval.micros);
}

std::int64_t AddDays(std::int64_t date, std::int64_t days) {
  if (IsInfiniteDate(date)) return date;
  std::int64_t sum = 0;
  if (__builtin_add_overflow(date, days, &sum) || !IsFiniteDateInRange(sum)) ThrowDateRange();
  return sum;
}

std::int64_t SubtractDates(std::int64_t left, std::int64_t right) {
  if (IsInfiniteDate(left) || IsInfiniteDate(right)) {
    throw base::Error(base::sqlstate::kDatetimeFieldOverflow, "cannot subtract infinite dates");
  }
  return left - right;
}

std::int64_t AddToTime(std::int64_t time, const Interval& interval) {
  const std::int64_t sum = time % kMicrosPerDay + interval.micros % kMicrosPerDay;
  return ((sum % kMicrosPerDay) + kMicrosPerDay) % kMicrosPerDay;
}

Interval SubtractTimestamps(std::int64_t left, std::int64_t right) {
  if (IsInfiniteTimestamp(left) || IsInfiniteTimestamp(right)) {
    throw base::Error(base::sqlstate::kDatetimeFieldOverflow, "cannot subtract infinite timestamps");
  }
  Interval difference;
  if (__builtin_sub_overflow(left, right, &difference.micros)) {
    throw base::Error(base::sqlstate::kDatetimeFieldOverflow, "interval out of range");
  }
  return JustifyHours(difference);
}

Interval Age(std::int64_t left, std::int64_t right) {
  if (IsInfiniteTimestamp(left) || IsInfiniteTimestamp(right)) ThrowTimestampRange();
  const bool negative = left < right;
  const std::int64_t late = std::max(left, right);
  const std::int64_t early = std::min(left, right);
  const CivilTime a = BreakTimestamp(late);
  const CivilTime b = BreakTimestamp(early);
  std::int64_t micros = SplitTimestamp(late).micros - SplitTimestamp(early).micros;
  int days = a.day - b.day;
  std::int64_t months = (a.year - b.year) * kMonthsPerYear + (a.month - b.month);
  if (micros < 0) {
    micros += kMicrosPerDay;
    --days;
  }
  // A borrowed month has the length of the earlier date's month.
  while (days < 0) {
    days += DaysInMonth(b.year, b.month);
    --months;
  }
  const Interval age{micros, days, static_cast<std::int32_t>(months)};
  return negative ? -age : age;
}

std::int64_t RoundMicros(std::int64_t micros, int digits) {
  static constexpr std::int64_t kUnits[] = {1'000'000, 100'000, 10'000, 1'000, 100, 10, 1};
  if (digits < 0 || digits >= 6) return micros;
  const std::int64_t unit = kUnits[digits];
  if (micros >= 0) return (micros + unit / 2) / unit * unit;
  return -((-micros + unit / 2) / unit * unit);
}

}  // namespace ordinal::types
