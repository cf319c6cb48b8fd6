#include "sql/expr/timestamp_format.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "base/error.h"
#include "sql/expr/loose_date.h"
#include "types/date_field.h"
#include "types/datetime.h"
#include "types/interval_parts.h"
#include "types/scan.h"

namespace ordinal::sql {
namespace {

constexpr std::size_t kNameWidth = 9;   // of the longest month and day
constexpr std::size_t kRomanWidth = 4;  // of VIII

constexpr std::array<std::string_view, 12> kMonths = {"January",   "February", "March",    "April",
                                                      "May",       "June",     "July",     "August",
                                                      "September", "October",  "November", "December"};
constexpr std::array<std::string_view, 7> kDays = {"Sunday",   "Monday", "Tuesday", "Wednesday",
                                                   "Thursday", "Friday", "Saturday"};
constexpr std::array<std::string_view, 12> kRoman = {"I",   "II",   "III", "IV", "V",  "VI",
                                                     "VII", "VIII", "IX",  "X",  "XI", "XII"};

// The patterns; of several that fit, the longest counts. Case chooses the case of what is printed.
enum class Field : std::uint8_t {
  kHour12,
  kHour24,
  kMinute,
  kSecond,
  kMillisecond,
  kMicrosecond,
  kFraction,
  kSecondOfDay,
  kMeridiem,
  kMeridiemDots,
  kYearComma,
  kYear4,
  kYear3,
  kYear2,
  kYear1,
  kIsoYear4,
  kIsoYear3,
  kIsoYear2,
  kIsoYear1,
  kCentury,
  kQuarter,
  kMonth,
  kMonthShort,
  kMonthName,
  kRoman,
  kDayOfYear,
  kDay,
  kDayOfWeek,
  kDayShort,
  kDayName,
  kWeekOfMonth,
  kWeekOfYear,
  kIsoWeek,
  kIsoDay,
  kIsoDayOfYear,
  kJulian,
  kEra,
  kEraDots,
  kZone,
  kZoneHour,
  kZoneMinute,
  kOffset,
};
struct Pattern {
  std::string_view lower;
  Field field;
};
constexpr Pattern kPatterns[] = {
    {"hh24", Field::kHour24},
    {"hh12", Field::kHour12},
    {"hh", Field::kHour12},
    {"mi", Field::kMinute},
    {"sssss", Field::kSecondOfDay},
    {"ssss", Field::kSecondOfDay},
    {"ss", Field::kSecond},
    {"ms", Field::kMillisecond},
    {"us", Field::kMicrosecond},
    {"ff1", Field::kFraction},
    {"ff2", Field::kFraction},
    {"ff3", Field::kFraction},
    {"ff4", Field::kFraction},
    {"ff5", Field::kFraction},
    {"ff6", Field::kFraction},
    {"a.m.", Field::kMeridiemDots},
    {"p.m.", Field::kMeridiemDots},
    {"am", Field::kMeridiem},
    {"pm", Field::kMeridiem},
    {"y,yyy", Field::kYearComma},
    {"yyyy", Field::kYear4},
    {"yyy", Field::kYear3},
    {"yy", Field::kYear2},
    {"y", Field::kYear1},
    {"iyyy", Field::kIsoYear4},
    {"iyy", Field::kIsoYear3},
    {"iy", Field::kIsoYear2},
    {"i", Field::kIsoYear1},
    {"cc", Field::kCentury},
    {"q", Field::kQuarter},
    {"month", Field::kMonthName},
    {"mon", Field::kMonthShort},
    {"mm", Field::kMonth},
    {"rm", Field::kRoman},
    {"ddd", Field::kDayOfYear},
    {"dd", Field::kDay},
    {"day", Field::kDayName},
    {"dy", Field::kDayShort},
    {"d", Field::kDayOfWeek},
    {"iddd", Field::kIsoDayOfYear},
    {"id", Field::kIsoDay},
    {"iw", Field::kIsoWeek},
    {"ww", Field::kWeekOfYear},
    {"w", Field::kWeekOfMonth},
    {"j", Field::kJulian},
    {"b.c.", Field::kEraDots},
    {"a.d.", Field::kEraDots},
    {"bc", Field::kEra},
    {"ad", Field::kEra},
    {"tzh", Field::kZoneHour},
    {"tzm", Field::kZoneMinute},
    {"tz", Field::kZone},
    {"of", Field::kOffset},
};

bool StartsWithIgnoringCase(std::string_view text, std::string_view lower) {
  return text.size() >= lower.size() && types::EqualsIgnoringCase(text.substr(0, lower.size()), lower);
}

bool IsUpper(char c) { return c >= 'A' && c <= 'Z'; }

std::string InUpper(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return upper;
}

std::string InLower(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), types::ToLower);
  return lower;
}

// Prints a name in the case in which its pattern is written: MONTH, Month or month.
std::string InCaseOf(std::string_view name, std::string_view pattern) {
  if (!IsUpper(pattern[0])) return InLower(name);
  return IsUpper(pattern[1]) ? InUpper(name) : std::string(name);
}

std::string_view OrdinalSuffix(std::string_view digits) {
  const char last = digits.back();
  const bool teen = digits.size() > 1 && digits[digits.size() - 2] == '1';
  if (teen) return "th";
  return last == '1' ? "st" : last == '2' ? "nd" : last == '3' ? "rd" : "th";
}

class Formatter {
 public:
  Formatter(const types::Interval& interval, std::string_view pattern, const std::optional<ShownZone>& zone)
      : rest_(pattern), zone_(zone), interval_(interval) {}
  Formatter(std::int64_t local, std::string_view pattern, const std::optional<ShownZone>& zone)
      : time_(types::BreakTimestamp(local)), local_(types::Value::Int(local)), rest_(pattern), zone_(zone) {}

  std::string Run() {
    while (!rest_.empty()) {
      if (rest_.front() == '"') {
        CopyQuoted();
        continue;
      }
      if (rest_.size() > 1 && rest_.front() == '\\' && rest_[1] == '"') rest_.remove_prefix(1);
      if (!TakeField()) {
        out_ += rest_.front();
        rest_.remove_prefix(1);
      }
    }
    return std::move(out_);
  }

 private:
  void CopyQuoted() {
    rest_.remove_prefix(1);
    while (!rest_.empty() && rest_.front() != '"') {
      if (rest_.front() == '\\' && rest_.size() > 1) rest_.remove_prefix(1);
      out_ += rest_.front();
      rest_.remove_prefix(1);
    }
    if (!rest_.empty()) rest_.remove_prefix(1);
  }

  bool TakeField() {
    std::string_view at = rest_;
    fill_ = !StartsWithIgnoringCase(at, "fm");
    if (!fill_) at.remove_prefix(2);
    const Pattern* best = nullptr;
    for (const Pattern& pattern : kPatterns) {
      if (StartsWithIgnoringCase(at, pattern.lower) &&
          (best == nullptr || pattern.lower.size() > best->lower.size())) {
        best = &pattern;
      }
    }
    if (best == nullptr) {
      if (fill_) return false;
      rest_ = at;
      return true;
    }
    const std::string text = Print(best->field, at.substr(0, best->lower.size()));
    at.remove_prefix(best->lower.size());
    out_ += text;
    const bool number = !text.empty() && types::IsDigit(text.back());
    if (number && StartsWithIgnoringCase(at, "th")) {
      out_ += IsUpper(at[0]) ? InUpper(OrdinalSuffix(text)) : std::string(OrdinalSuffix(text));
      at.remove_prefix(2);
    }
    rest_ = at;
    return true;
  }

  std::string Number(std::int64_t number, std::size_t width) const {
    std::string digits = std::to_string(number < 0 ? -number : number);
    if (fill_ && digits.size() < width) digits.insert(0, width - digits.size(), '0');
    return number < 0 ? "-" + digits : digits;
  }

  std::string Name(std::string_view name, std::string_view pattern, std::size_t width) const {
    std::string text = InCaseOf(name, pattern);
    if (fill_ && text.size() < width) text.append(width - text.size(), ' ');
    return text;
  }

  std::int64_t Extracted(std::string_view unit) const {
    const auto field = types::Extract(unit, local_, types::TypeId::kTimestamp, types::TimeZone());
    return field ? field->ToInt64().value_or(0) : 0;
  }

  // Years BC count from 1.
  static std::int64_t ShownYear(std::int64_t year) { return year <= 0 ? 1 - year : year; }

  std::string Fraction(std::size_t digits) const {
    std::string micros = std::to_string(1'000'000 + time_.micros).substr(1);
    return micros.substr(0, digits);
  }

  // A minus takes a place of its own.
  std::string Signed(std::int64_t number, std::size_t width) const {
    std::string digits = std::to_string(number < 0 ? -number : number);
    if (fill_ && digits.size() < width) digits.insert(0, width - digits.size(), '0');
    return number < 0 ? "-" + digits : digits;
  }

  static std::string Padded(std::int64_t number, std::size_t width) {
    std::string digits = std::to_string(number < 0 ? -number : number);
    if (number < 0) --width;
    if (digits.size() < width) digits.insert(0, width - digits.size(), '0');
    return number < 0 ? "-" + digits : digits;
  }

  std::string PrintInterval(Field field, std::string_view pattern) const {
    const types::IntervalParts& parts = *interval_;
    switch (field) {
      case Field::kHour12:
        return Signed(parts.hours % 12 == 0 ? 12 : parts.hours % 12, 2);
      case Field::kHour24:
        return Signed(parts.hours, 2);
      case Field::kMinute:
        return Signed(parts.minutes, 2);
      case Field::kSecond:
        return Signed(parts.seconds, 2);
      case Field::kMillisecond:
        return Padded(parts.micros / 1000, 3);
      case Field::kMicrosecond:
        return Padded(parts.micros, 6);
      case Field::kFraction: {
        const int digits = pattern.back() - '0';
        std::int64_t scaled = parts.micros;
        for (int i = digits; i < 6; ++i) scaled /= 10;
        return Padded(scaled, static_cast<std::size_t>(digits));
      }
      case Field::kSecondOfDay:
        return std::to_string(parts.hours * 3600 + parts.minutes * 60 + parts.seconds);
      case Field::kMeridiem:
        return InCaseOf(parts.hours % 24 >= 12 ? "PM" : "AM", pattern);
      case Field::kMeridiemDots:
        return IsUpper(pattern[0]) ? (parts.hours % 24 >= 12 ? "P.M." : "A.M.")
                                   : (parts.hours % 24 >= 12 ? "p.m." : "a.m.");
      default:
        return PrintIntervalDate(field, pattern);
    }
  }

  std::string PrintIntervalDate(Field field, std::string_view pattern) const {
    const types::IntervalParts& parts = *interval_;
    const std::int64_t days = (parts.years * types::kMonthsPerYear + parts.months) * 30 + parts.days;
    switch (field) {
      case Field::kYearComma:
        return std::to_string(parts.years / 1000) + "," + Padded(parts.years % 1000, 3);
      case Field::kYear4:
        return Signed(parts.years, 4);
      case Field::kYear3:
        return Signed(parts.years % 1000, 3);
      case Field::kYear2:
        return Signed(parts.years % 100, 2);
      case Field::kYear1:
        return Signed(parts.years % 10, 1);
      case Field::kCentury:
        return Signed(parts.years / 100, 2);
      case Field::kQuarter:
        return parts.months == 0 ? "" : std::to_string((parts.months - 1) / 3 + 1);
      case Field::kMonth:
        return Signed(parts.months, 2);
      case Field::kRoman:
        return PrintIntervalRoman(pattern);
      case Field::kDayOfYear:
        return fill_ ? Padded(days, 3) : std::to_string(days);
      case Field::kDay:
        return fill_ ? Padded(parts.days, 2) : std::to_string(parts.days);
      case Field::kWeekOfYear:
        return fill_ ? Padded((days - 1) / 7 + 1, 2) : std::to_string((days - 1) / 7 + 1);
      case Field::kWeekOfMonth:
        return std::to_string((parts.days - 1) / 7 + 1);
      default:
        return PrintIntervalCalendar(field);
    }
  }

  // What is defined for dates only is answered for the date that has the interval's numbers.
  std::string PrintIntervalCalendar(Field field) const {
    const types::IntervalParts& parts = *interval_;
    const LooseDate date{parts.years, parts.months, parts.days};
    const IsoDate iso = IsoDateOf(date);
    const auto padded = [&](std::int64_t number, std::size_t width) {
      return fill_ ? Padded(number, width) : std::to_string(number);
    };
    const std::size_t sign = parts.years < 0 ? 1 : 0;
    switch (field) {
      case Field::kIsoYear4:
        return padded(iso.year, 4 + sign);
      case Field::kIsoYear3:
        return padded(iso.year % 1000, 3 + sign);
      case Field::kIsoYear2:
        return padded(iso.year % 100, 2 + sign);
      case Field::kIsoYear1:
        return padded(iso.year % 10, 1 + sign);
      case Field::kIsoWeek:
        return padded(iso.week, 2);
      case Field::kIsoDayOfYear:
        return padded(iso.day_of_year, 3);
      case Field::kJulian:
        return std::to_string(JulianDayOf(date));
      default:
        throw base::Error(base::sqlstate::kInvalidDatetimeFormat,
                          "invalid format specification for an interval value")
            .Hint("Intervals are not tied to specific calendar dates.");
    }
  }

  // Whole years leave no months; they show the last month, or the first one of negative intervals.
  std::string PrintIntervalRoman(std::string_view pattern) const {
    const types::IntervalParts& parts = *interval_;
    if (parts.months == 0 && parts.years == 0) return "";
    std::int64_t month = parts.months > 0 ? parts.months : 13 + parts.months;
    if (parts.months == 0) month = parts.years >= 0 ? 12 : 1;
    return Name(kRoman[static_cast<std::size_t>(month - 1)], IsUpper(pattern[0]) ? "RM" : "rm", kRomanWidth);
  }

  std::string Print(Field field, std::string_view pattern) const {
    if (interval_) return PrintInterval(field, pattern);
    switch (field) {
      case Field::kHour12:
        return Number(time_.hour % 12 == 0 ? 12 : time_.hour % 12, 2);
      case Field::kHour24:
        return Number(time_.hour, 2);
      case Field::kMinute:
        return Number(time_.minute, 2);
      case Field::kSecond:
        return Number(time_.second, 2);
      case Field::kMillisecond:
        return Fraction(3);
      case Field::kMicrosecond:
        return Fraction(6);
      case Field::kFraction:
        return Fraction(static_cast<std::size_t>(pattern.back() - '0'));
      case Field::kSecondOfDay:
        return std::to_string(time_.hour * 3600 + time_.minute * 60 + time_.second);
      case Field::kMeridiem:
        return InCaseOf(time_.hour >= 12 ? "PM" : "AM", pattern);
      case Field::kMeridiemDots:
        return IsUpper(pattern[0]) ? (time_.hour >= 12 ? "P.M." : "A.M.")
                                   : (time_.hour >= 12 ? "p.m." : "a.m.");
      case Field::kEra:
        return InCaseOf(time_.year <= 0 ? "BC" : "AD", pattern);
      case Field::kEraDots:
        return IsUpper(pattern[0]) ? (time_.year <= 0 ? "B.C." : "A.D.")
                                   : (time_.year <= 0 ? "b.c." : "a.d.");
      case Field::kZone:
      case Field::kZoneHour:
      case Field::kZoneMinute:
      case Field::kOffset:
        return PrintZone(field, pattern);
      default:
        return PrintDate(field, pattern);
    }
  }

  std::string PrintDate(Field field, std::string_view pattern) const {
    switch (field) {
      case Field::kYearComma: {
        const std::int64_t year = ShownYear(time_.year);
        return std::to_string(year / 1000) + "," + std::to_string(1000 + year % 1000).substr(1);
      }
      case Field::kYear4:
        return Number(ShownYear(time_.year), 4);
      case Field::kYear3:
        return Number(ShownYear(time_.year) % 1000, 3);
      case Field::kYear2:
        return Number(ShownYear(time_.year) % 100, 2);
      case Field::kYear1:
        return Number(ShownYear(time_.year) % 10, 1);
      case Field::kIsoYear4:
        return Number(Extracted("isoyear"), 4);
      case Field::kIsoYear3:
        return Number(Extracted("isoyear") % 1000, 3);
      case Field::kIsoYear2:
        return Number(Extracted("isoyear") % 100, 2);
      case Field::kIsoYear1:
        return Number(Extracted("isoyear") % 10, 1);
      case Field::kCentury:
        return Number(Extracted("century"), 2);
      case Field::kQuarter:
        return Number((time_.month - 1) / 3 + 1, 1);
      case Field::kMonth:
        return Number(time_.month, 2);
      case Field::kMonthShort:
        return Name(MonthName().substr(0, 3), pattern, 0);
      case Field::kMonthName:
        return Name(MonthName(), pattern, kNameWidth);
      case Field::kRoman:
        return Name(kRoman[static_cast<std::size_t>(time_.month - 1)], IsUpper(pattern[0]) ? "RM" : "rm",
                    kRomanWidth);
      default:
        return PrintDay(field, pattern);
    }
  }

  std::string PrintDay(Field field, std::string_view pattern) const {
    switch (field) {
      case Field::kDayOfYear:
        return Number(Extracted("doy"), 3);
      case Field::kDay:
        return Number(time_.day, 2);
      case Field::kDayOfWeek:
        return Number(Extracted("dow") + 1, 1);
      case Field::kDayShort:
        return Name(DayName().substr(0, 3), pattern, 0);
      case Field::kDayName:
        return Name(DayName(), pattern, kNameWidth);
      case Field::kWeekOfMonth:
        return Number((time_.day - 1) / 7 + 1, 1);
      case Field::kWeekOfYear:
        return Number((Extracted("doy") - 1) / 7 + 1, 2);
      case Field::kIsoWeek:
        return Number(Extracted("week"), 2);
      case Field::kIsoDay:
        return Number(Extracted("isodow"), 1);
      case Field::kIsoDayOfYear:
        return Number((Extracted("week") - 1) * 7 + Extracted("isodow"), 3);
      case Field::kJulian:
        return std::to_string(types::DaysFromCivil(time_.year, time_.month, time_.day) +
                              types::kJulianEpochDays);
      default:
        return "";
    }
  }

  std::string PrintZone(Field field, std::string_view pattern) const {
    if (field == Field::kZone) {
      if (!zone_) return "";
      return IsUpper(pattern[0]) ? InUpper(zone_->abbreviation) : InLower(zone_->abbreviation);
    }
    const int east = zone_ ? zone_->seconds_east : 0;
    std::string hours = (east < 0 ? "-" : "+") + TwoDigits(std::abs(east) / 3600);
    const int minutes = std::abs(east) / 60 % 60;
    if (field == Field::kZoneHour) return hours;
    if (field == Field::kZoneMinute) return TwoDigits(minutes);
    return minutes == 0 ? hours : hours + ":" + TwoDigits(minutes);
  }

  static std::string TwoDigits(int number) { return (number < 10 ? "0" : "") + std::to_string(number); }
  std::string_view MonthName() const { return kMonths[static_cast<std::size_t>(time_.month - 1)]; }
  std::string_view DayName() const { return kDays[static_cast<std::size_t>(Extracted("dow"))]; }

  types::CivilTime time_;
  types::Value local_;
  std::string_view rest_;
  const std::optional<ShownZone>& zone_;
  std::optional<types::IntervalParts> interval_;
  bool fill_ = true;
  std::string out_;
};

}  // namespace

std::string FormatTimestamp(std::int64_t local, std::string_view pattern,
                            const std::optional<ShownZone>& zone) {
  return Formatter(local, pattern, zone).Run();
}

std::string FormatInterval(const types::Interval& interval, std::string_view pattern) {
  return Formatter(interval, pattern, std::nullopt).Run();
}

}  // namespace ordinal::sql
