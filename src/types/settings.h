// Holds the session parameters that text input and output depend on.
#pragma once

#include <cstdint>
#include <string>

namespace ordinal::types {

enum class DateOrder : std::uint8_t { kYmd, kDmy, kMdy };
enum class DateStyle : std::uint8_t { kIso, kPostgres, kSql, kGerman };
enum class IntervalStyle : std::uint8_t { kPostgres, kVerbose, kSqlStandard, kIso };
enum class ByteaOutput : std::uint8_t { kHex, kEscape };

struct Settings {
  DateStyle date_style = DateStyle::kIso;
  DateOrder date_order = DateOrder::kMdy;
  IntervalStyle interval_style = IntervalStyle::kPostgres;
  ByteaOutput bytea_output = ByteaOutput::kHex;
  int extra_float_digits = 1;
  std::string time_zone = "UTC";  // a name of the system's time zone database, or "+05:30" ISO style
  // Transaction start in microseconds since 2000-01-01 UTC, for inputs such as 'now' and 'today'.
  std::int64_t transaction_micros = 0;
};

}  // namespace ordinal::types
