// Takes an interval apart, for those that print it.
#pragma once

#include <cstdint>

#include "types/datetime.h"

namespace ordinal::types {

// All parts of the time have one sign, and so have years and months.
struct IntervalParts {
  explicit IntervalParts(const Interval& interval)
      : years(interval.months / kMonthsPerYear),
        months(interval.months % kMonthsPerYear),
        days(interval.days),
        hours(interval.micros / kMicrosPerHour),
        minutes(interval.micros / kMicrosPerMinute % 60),
        seconds(interval.micros / kMicrosPerSecond % 60),
        micros(interval.micros % kMicrosPerSecond) {}

  bool has_months() const { return years != 0 || months != 0; }
  bool has_time() const { return hours != 0 || minutes != 0 || seconds != 0 || micros != 0; }
  bool months_negative() const { return years < 0 || months < 0; }
  bool time_negative() const { return hours < 0 || minutes < 0 || seconds < 0 || micros < 0; }

  std::int64_t years;
  std::int64_t months;
  std::int64_t days;
  std::int64_t hours;
  std::int64_t minutes;
  std::int64_t seconds;
  std::int64_t micros;
};

}  // namespace ordinal::types
