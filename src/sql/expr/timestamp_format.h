// Prints timestamps by a pattern, as to_char() does (manual section 9.8).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "types/value.h"

namespace ordinal::sql {

// What TZ, tz, TZH, TZM and OF print.
struct ShownZone {
  int seconds_east = 0;
  std::string abbreviation;
};

// Knows the patterns HH, HH12, HH24, MI, SS, MS, US, SSSS, SSSSS, FF1-FF6, AM and PM in all forms, YYYY, YYY,
// YY, Y, "Y,YYY", IYYY to I, CC, Q, MM, MON, MONTH, RM, DD, DDD, ID, IDDD, D, DY, DAY, W, WW, IW, J, BC and
// AD in all forms, TZ, tz, TZH, TZM, OF, the prefix FM and the suffixes TH and th. Quoted text and anything
// else is copied. `local` is a finite local time.
std::string FormatTimestamp(std::int64_t local, std::string_view pattern,
                            const std::optional<ShownZone>& zone);

// The same for an interval, whose hours may be more than 24, and whose parts may be negative. Errors: 22007
// `invalid format specification for an interval value` for names of days and months, eras and zones.
std::string FormatInterval(const types::Interval& interval, std::string_view pattern);

}  // namespace ordinal::sql
