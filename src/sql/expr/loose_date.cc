#include "sql/expr/loose_date.h"

namespace ordinal::sql {
namespace {

constexpr std::int64_t kDaysPerWeek = 7;
constexpr std::int64_t kWeeksAtLeast = 52;  // of any year

// The Julian day of the Monday on which the ISO year begins. Julian day 0 was a Monday.
std::int64_t IsoYearBegin(std::int64_t year) {
  const std::int64_t fourth = JulianDayOf({year, 1, 4});
  std::int64_t weekday = fourth % kDaysPerWeek;
  if (weekday < 0) weekday += kDaysPerWeek;
  return fourth - weekday;
}

}  // namespace

std::int32_t JulianDayOf(const LooseDate& date) {
  // Years begin with March, so that the day which may be missing is their last one.
  const bool is_past_february = date.month > 2;
  const std::int64_t year = date.year + (is_past_february ? 4800 : 4799);
  const std::int64_t month = date.month + (is_past_february ? 1 : 13);
  const std::int64_t century = year / 100;
  constexpr std::int64_t kEpoch = -32167;
  const std::int64_t day =
      year * 365 + kEpoch + year / 4 - century + century / 4 + 7834 * month / 256 + date.day;
  return static_cast<std::int32_t>(day);
}

IsoDate IsoDateOf(const LooseDate& date) {
  const std::int64_t day = JulianDayOf(date);
  IsoDate iso{.year = date.year};
  std::int64_t begin = IsoYearBegin(iso.year);
  if (day < begin) begin = IsoYearBegin(--iso.year);
  iso.week = (day - begin) / kDaysPerWeek + 1;
  if (iso.week >= kWeeksAtLeast && day >= IsoYearBegin(date.year + 1)) {
    iso.year = date.year + 1;
    begin = IsoYearBegin(iso.year);
    iso.week = (day - begin) / kDaysPerWeek + 1;
  }
  iso.day_of_year = day - begin + 1;
  return iso;
}

}  // namespace ordinal::sql
