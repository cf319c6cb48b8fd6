// Lists the zones of the system's time zone database and PostgreSQL's abbreviations, as the views
// pg_timezone_names and pg_timezone_abbrevs do.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ordinal::types {

// What a zone or abbreviation means at some instant.
struct ZoneFacts {
  std::string name;
  std::string abbreviation;
  int seconds_east = 0;
  bool is_daylight = false;
};

// All zones by name, at an instant in microseconds since 2000-01-01 UTC. Reads files: none where there is no
// database.
std::vector<ZoneFacts> ListTimeZones(std::int64_t utc_micros);
// All abbreviations, by name.
std::vector<ZoneFacts> ListZoneAbbreviations(std::int64_t utc_micros);
// The offset of an abbreviation, given in lower case, that means the same at all times.
std::optional<int> FixedZoneAbbreviation(std::string_view lower);

}  // namespace ordinal::types
