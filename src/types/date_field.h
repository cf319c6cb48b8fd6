// Takes fields out of dates, times and intervals, and truncates them: PostgreSQL's extract() and date_trunc()
// (manual section 9.9).
//
// Errors: 22023 `unit "x" not recognized for type date`, 0A000 `unit "hour" not supported for type date`.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "types/numeric.h"
#include "types/timezone.h"
#include "types/type.h"
#include "types/value.h"

namespace ordinal::types {

// Returns extract(unit FROM value) with PostgreSQL's scale; nullopt stands for NULL, the answer for the
// cyclic fields of infinite values. `zone` is the session's; only timestamptz uses it. The unit may be in any
// case. REQUIRES a value of one of the types date, time, timetz, timestamp, timestamptz and interval.
std::optional<Numeric> Extract(std::string_view unit, const Value& value, TypeId type, const TimeZone& zone);

// date_trunc(). The second form truncates on the zone's calendar. Infinite values stay.
std::int64_t TruncateTimestamp(std::string_view unit, std::int64_t timestamp);
std::int64_t TruncateTimestamptz(std::string_view unit, std::int64_t utc, const TimeZone& zone);
Interval TruncateInterval(std::string_view unit, const Interval& interval);

}  // namespace ordinal::types
