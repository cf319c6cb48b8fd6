#include "sql/expr/datetime_by_pattern.h"

#include <string>
#include <vector>

#include "base/error.h"
#include "sql/expr/datetime_pattern_fields.h"
#include "types/datetime.h"

namespace ordinal::sql {
namespace {

using base::Error;

constexpr int kZoneHoursMax = 15;

Error BadFormat(std::string message) {
  return Error(base::sqlstate::kInvalidDatetimeFormat, std::move(message));
}

// The days since 2000-01-01 of the Monday that begins an ISO week.
std::int64_t IsoWeekBegin(std::int64_t year, std::int64_t week) {
  const std::int64_t fourth = types::DaysFromCivil(year, 1, 4);
  const int day = (types::DayOfWeek(fourth) + 6) % 7;
  return fourth - day + (week - 1) * 7;
}

// Makes a date and a time of day of the fields.
class Assembler {
 public:
  Assembler(std::string_view text, const DateFields& fields) : text_(text), fields_(fields) {}

  DateByPattern Run() {
    SetTime();
    SetYear();
    if (fields_.julian != 0) SetDays(fields_.julian - types::kJulianEpochDays);
    SetWeeks();
    if (fields_.week_of_month != 0) fields_.day = ToInt((std::int64_t{fields_.week_of_month} - 1) * 7 + 1);
    if (fields_.day != 0) {
      out_.day = fields_.day;
      has_day_ = true;
    }
    if (fields_.month != 0) {
      out_.month = fields_.month;
      has_month_ = true;
    }
    if (fields_.day_of_year != 0 && (out_.month <= 1 || out_.day <= 1)) SetDayOfYear();
    Check();
    SetZone();
    return out_;
  }

 private:
  [[noreturn]] void ThrowOverflow() const {
    throw Error(base::sqlstate::kDatetimeFieldOverflow,
                "date/time field value out of range: \"" + std::string(text_) + "\"");
  }

  int ToInt(std::int64_t number) const {
    if (number != static_cast<int>(number)) ThrowOverflow();
    return static_cast<int>(number);
  }

  void SetTime() {
    if (fields_.second_of_day != 0) {
      hour_ = fields_.second_of_day / 3600;
      minute_ = fields_.second_of_day % 3600 / 60;
      second_ = fields_.second_of_day % 60;
    }
    if (fields_.second != 0) second_ = fields_.second;
    if (fields_.minute != 0) minute_ = fields_.minute;
    if (fields_.hour != 0) hour_ = fields_.hour;
    if (!fields_.clock12) return;
    if (hour_ < 1 || hour_ > 12) {
      throw BadFormat("hour \"" + std::to_string(hour_) + "\" is invalid for the 12-hour clock")
          .Hint("Use the 24-hour clock, or give an hour between 1 and 12.");
    }
    hour_ = hour_ % 12 + (fields_.afternoon != 0 ? 12 : 0);
  }

  void SetYear() {
    std::int64_t century = fields_.before_christ != 0 ? -std::int64_t{fields_.century} : fields_.century;
    if (fields_.year == 0) {
      if (century == 0) return;
      out_.year = century >= 0 ? (century - 1) * 100 + 1 : century * 100 + 1;
    } else if (century != 0 && fields_.year_digits <= 2) {
      const std::int64_t year = fields_.year % 100;
      if (year == 0) {
        out_.year = century * 100 + (century >= 0 ? 0 : 1);
      } else {
        out_.year = century >= 0 ? (century - 1) * 100 + year : (century + 1) * 100 - year + 1;
      }
    } else {
      out_.year = fields_.before_christ != 0 ? -std::int64_t{fields_.year} : fields_.year;
      if (out_.year < 0) ++out_.year;
    }
    has_year_ = true;
  }

  void SetDays(std::int64_t days) {
    const types::CivilDate date = types::CivilFromDays(days);
    out_.year = date.year;
    out_.month = date.month;
    out_.day = date.day;
    has_year_ = has_month_ = has_day_ = true;
  }

  void SetWeeks() {
    if (fields_.week == 0) return;
    if (fields_.calendar != DateCalendar::kIsoWeek) {
      fields_.day_of_year = ToInt((std::int64_t{fields_.week} - 1) * 7 + 1);
      return;
    }
    // Sunday, the first day so far, ends an ISO week.
    const std::int64_t day = fields_.day_of_week == 0  ? 0
                             : fields_.day_of_week > 1 ? std::int64_t{fields_.day_of_week} - 2
                                                       : 6;
    SetDays(IsoWeekBegin(out_.year, fields_.week) + day);
  }

  void SetDayOfYear() {
    if (out_.year == 0 && fields_.before_christ == 0) {
      throw BadFormat("cannot calculate day of year without year information");
    }
    if (fields_.calendar == DateCalendar::kIsoWeek) {
      SetDays(IsoWeekBegin(out_.year, 1) - 1 + fields_.day_of_year);
      return;
    }
    int month = 1;
    int before = 0;
    while (month <= types::kMonthsPerYear) {
      const int days = types::DaysInMonth(out_.year, month);
      if (fields_.day_of_year <= before + days) break;
      before += days;
      ++month;
    }
    if (out_.month <= 1) out_.month = month;
    if (out_.day <= 1) out_.day = ToInt(std::int64_t{fields_.day_of_year} - before);
    has_month_ = has_day_ = true;
  }

  void Check() {
    if (has_month_ && (out_.month < 1 || out_.month > types::kMonthsPerYear)) ThrowOverflow();
    if (has_day_ && (out_.day < 1 || out_.day > 31)) ThrowOverflow();
    if (has_year_ && has_month_ && has_day_ && out_.day > types::DaysInMonth(out_.year, out_.month)) {
      ThrowOverflow();
    }
    const std::int64_t fraction = std::int64_t{fields_.millisecond} * 1000 + fields_.microsecond;
    if (hour_ < 0 || hour_ > 23 || minute_ < 0 || minute_ > 59 || second_ < 0 || second_ > 59 ||
        fraction < 0 || fraction >= types::kMicrosPerSecond) {
      ThrowOverflow();
    }
    out_.micros = hour_ * types::kMicrosPerHour + minute_ * types::kMicrosPerMinute +
                  second_ * types::kMicrosPerSecond + fraction;
    out_.fraction_digits = fields_.fraction_digits;
  }

  void SetZone() {
    if (fields_.zone_sign == 0) return;
    if (fields_.zone_hour < 0 || fields_.zone_hour > kZoneHoursMax || fields_.zone_minute < 0 ||
        fields_.zone_minute > 59) {
      throw Error(base::sqlstate::kInvalidTimeZoneDisplacementValue,
                  "time zone displacement out of range: \"" + std::string(text_) + "\"");
    }
    out_.seconds_east = fields_.zone_sign * (fields_.zone_hour * 3600 + fields_.zone_minute * 60);
  }

  std::string_view text_;
  DateFields fields_;
  DateByPattern out_;
  int hour_ = 0;
  int minute_ = 0;
  int second_ = 0;
  bool has_year_ = false;
  bool has_month_ = false;
  bool has_day_ = false;
};

}  // namespace

DateByPattern ReadByPattern(std::string_view text, std::string_view pattern, bool standard) {
  const std::vector<DatePatternNode> nodes = ParseDatePattern(pattern, standard);
  const DateFields fields = ReadDateFields(text, nodes, standard);
  DateByPattern result = Assembler(text, fields).Run();
  result.parts = PartsOf(nodes);
  return result;
}

}  // namespace ordinal::sql
