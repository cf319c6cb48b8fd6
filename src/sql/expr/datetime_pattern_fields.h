// Reads the fields of a text as a pattern of to_date() and to_timestamp() says. Private to the room.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "sql/expr/datetime_pattern.h"

namespace ordinal::sql {

// The fields as written; zero stands for one that is not there, as in PostgreSQL.
struct DateFields {
  DateCalendar calendar = DateCalendar::kAny;
  bool clock12 = false;
  int afternoon = 0;
  int before_christ = 0;
  int hour = 0;
  int minute = 0;
  int second = 0;
  int second_of_day = 0;
  int millisecond = 0;
  int microsecond = 0;
  int fraction_digits = 0;
  int zone_sign = 0;
  int zone_hour = 0;
  int zone_minute = 0;
  int century = 0;
  int year = 0;
  std::size_t year_digits = 0;
  int month = 0;
  int week = 0;
  int week_of_month = 0;
  int day = 0;
  int day_of_week = 0;
  int day_of_year = 0;
  int julian = 0;
};

// Errors: those of ReadByPattern that a single field may have.
DateFields ReadDateFields(std::string_view text, const std::vector<DatePatternNode>& nodes, bool standard);

}  // namespace ordinal::sql
