// Reads dates and times by a pattern, as to_date(), to_timestamp() and jsonpath's datetime() do (manual,
// section 9.8). Private to the room.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "sql/expr/datetime_pattern.h"

namespace ordinal::sql {

// What the text says. Parts that neither it nor the pattern has are those of 0001-01-01 BC 00:00:00.
struct DateByPattern {
  std::int64_t year = 0;  // astronomical
  int month = 1;
  int day = 1;  // may lie behind the end of its month where the text has no year
  std::int64_t micros = 0;
  std::optional<int> seconds_east;
  int fraction_digits = 0;  // of FF1 to FF6; 0 without
  DateParts parts;
};

// With `standard`, text and pattern must match character for character. Errors: 22007 for texts that do not
// fit the pattern, 22008 `date/time field value out of range: "..."`, 22009 `time zone displacement out of
// range: "..."`, 0A000 `formatting field "TZ" is only supported in to_char`.
DateByPattern ReadByPattern(std::string_view text, std::string_view pattern, bool standard);

}  // namespace ordinal::sql
