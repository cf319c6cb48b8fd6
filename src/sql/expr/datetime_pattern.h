// Takes the patterns of to_date() and to_timestamp() apart (manual, section 9.8). Private to the room.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ordinal::sql {

enum class DateField : std::uint8_t {
  kFixed,  // FX
  kMeridiem,
  kMeridiemDots,
  kEra,
  kEraDots,
  kHour12,
  kHour24,
  kMinute,
  kSecond,
  kMillisecond,
  kMicrosecond,
  kFraction,
  kSecondOfDay,
  kZoneName,
  kZoneHour,
  kZoneMinute,
  kCentury,
  kYearComma,
  kYear,
  kIsoYear,
  kQuarter,
  kMonthName,
  kMonthShort,
  kMonth,
  kRoman,
  kWeekOfYear,
  kIsoWeek,
  kWeekOfMonth,
  kDayName,
  kDayShort,
  kDayOfYear,
  kIsoDayOfYear,
  kDay,
  kDayOfWeek,
  kIsoDay,
  kJulian,
};

// Which calendar a field counts by; a pattern must not mix them.
enum class DateCalendar : std::uint8_t { kAny, kGregorian, kIsoWeek };

// What a pattern sets.
struct DateParts {
  bool date = false;
  bool time = false;
  bool zone = false;
};

struct DatePatternKey {
  std::string_view name;  // in upper case
  DateField field;
  bool digits;  // whether its text consists of digits
  DateCalendar calendar = DateCalendar::kAny;
};

struct DatePatternNode {
  enum class Kind : std::uint8_t { kField, kText, kSeparator, kSpace };
  Kind kind = Kind::kText;
  const DatePatternKey* key = nullptr;  // kField
  std::string text;                     // the name as written, or one character
  bool fill_mode = false;               // FM
  bool ordinal = false;                 // TH
};

// With `standard`, only the separators of the SQL standard may stand between fields. Errors: 22007 `invalid
// datetime format separator: "..."`.
std::vector<DatePatternNode> ParseDatePattern(std::string_view pattern, bool standard);

DateParts PartsOf(const std::vector<DatePatternNode>& nodes);

// Printable ASCII that is neither a letter nor a digit.
bool IsDateSeparator(char c);

}  // namespace ordinal::sql
