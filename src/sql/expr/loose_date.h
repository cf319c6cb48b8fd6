// Numbers days and ISO weeks of "dates" whose month and day may be anything, as to_char() does for intervals.
#pragma once

#include <cstdint>

namespace ordinal::sql {

// Years, months and days of an interval, read as a date: month 0, day 400 and years below 1 are possible.
struct LooseDate {
  std::int64_t year = 0;
  std::int64_t month = 0;  // from -11 to 11
  std::int64_t day = 0;
};

// The Julian day. Wraps around at 32 bits, as in PostgreSQL.
std::int32_t JulianDayOf(const LooseDate& date);

// By ISO 8601: of weeks that begin on Mondays, the first of a year holds its 4th of January.
struct IsoDate {
  std::int64_t year = 0;
  std::int64_t week = 0;
  std::int64_t day_of_year = 0;
};
IsoDate IsoDateOf(const LooseDate& date);

}  // namespace ordinal::sql
