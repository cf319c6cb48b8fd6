// Converts between UTC and the local time of a zone. Zones come from the system's time zone database, which
// is read once per zone and process; objects are cheap to copy and safe to use from any thread.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"

namespace ordinal::types {

class TimeZone {
 public:
  // Makes UTC.
  TimeZone() = default;
  // Makes a zone that is always `seconds` east of Greenwich. REQUIRES less than a day.
  static TimeZone Fixed(int seconds);
  // Looks up a database name, in any case ("America/New_York", "utc"), or an ISO offset ("+05:30", "-8");
  // nullopt when there is no such zone.
  static std::optional<TimeZone> Find(std::string_view name);
  // As Find. Errors: 22023 `time zone "..." not recognized`.
  static TimeZone Get(std::string_view name);

  // Seconds east of Greenwich at an instant, given in microseconds since 2000-01-01 UTC.
  int OffsetAt(std::int64_t utc_micros) const;
  // "PST", or an offset where the zone has no abbreviation.
  std::string AbbreviationAt(std::int64_t utc_micros) const;
  // Infinite timestamps stay as they are.
  std::int64_t ToLocal(std::int64_t utc_micros) const;
  // A local time that a transition skips is read with the offset before it, one that occurs twice with the
  // offset after it, as PostgreSQL does. May leave the range of timestamps; the caller checks.
  std::int64_t ToUtc(std::int64_t local_micros) const;

 private:
  absl::TimeZone zone_ = absl::UTCTimeZone();
  bool utc_ = true;
};

// Reads "+05:30", "-0800", "+5", "+05:30:15" as seconds east; nullopt when malformed or 16 hours or more.
std::optional<int> ParseZoneOffset(std::string_view text);
// Knows abbreviations such as "pst", given in lower case, as seconds east.
std::optional<int> FindZoneAbbreviation(std::string_view lower);

}  // namespace ordinal::types
