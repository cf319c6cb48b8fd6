#include "sql/expr/datetime_pattern_fields.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>

#include "base/error.h"
#include "types/datetime.h"
#include "types/scan.h"
#include "types/utf8.h"

namespace ordinal::sql {
namespace {

using base::Error;
using Field = DateField;
using Kind = DatePatternNode::Kind;

constexpr std::string_view kMonths[] = {"january",   "february", "march",    "april",
                                        "may",       "june",     "july",     "august",
                                        "september", "october",  "november", "december"};
constexpr std::string_view kMonthsShort[] = {"jan", "feb", "mar", "apr", "may", "jun",
                                             "jul", "aug", "sep", "oct", "nov", "dec"};
constexpr std::string_view kDays[] = {"sunday",   "monday", "tuesday", "wednesday",
                                      "thursday", "friday", "saturday"};
constexpr std::string_view kDaysShort[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};
// From the last to the first, so that none hides a longer one.
constexpr std::string_view kRoman[] = {"xii", "xi", "x",  "ix",  "viii", "vii",
                                       "vi",  "v",  "iv", "iii", "ii",   "i"};
constexpr std::string_view kMeridiems[] = {"am", "pm"};
constexpr std::string_view kMeridiemsDots[] = {"a.m.", "p.m."};
constexpr std::string_view kEras[] = {"ad", "bc"};
constexpr std::string_view kErasDots[] = {"a.d.", "b.c."};

Error BadFormat(std::string message) {
  return Error(base::sqlstate::kInvalidDatetimeFormat, std::move(message));
}

// Years of fewer than four digits are the ones nearest to 2020.
int NearTo2020(int year) {
  if (year < 70) return year + 2000;
  if (year < 100) return year + 1900;
  if (year < 520) return year + 2000;
  return year < 1000 ? year + 1000 : year;
}

class Reader {
 public:
  Reader(std::string_view text, const std::vector<DatePatternNode>& nodes, bool standard)
      : text_(text), nodes_(nodes), standard_(standard), fixed_(standard) {}

  DateFields Run() {
    for (at_ = 0; at_ < nodes_.size() && next_ < text_.size(); ++at_) {
      const DatePatternNode& node = nodes_[at_];
      if (!fixed_ && SkipsBlanksBefore(node)) skipped_ += SkipBlanks();
      if (node.kind == Kind::kSpace || node.kind == Kind::kSeparator) {
        MatchSeparator(node);
      } else if (node.kind == Kind::kText) {
        MatchText(node);
      } else {
        SetCalendar(node.key->calendar);
        ReadField(node);
        if (!fixed_) skipped_ = SkipBlanks();
      }
    }
    if (standard_) CheckEnd();
    return fields_;
  }

 private:
  void CheckEnd() {
    if (at_ < nodes_.size()) throw BadFormat("input string is too short for datetime format");
    SkipBlanks();
    if (next_ < text_.size()) {
      throw BadFormat("trailing characters remain in input string after datetime format");
    }
  }

  bool SkipsBlanksBefore(const DatePatternNode& node) const {
    if (node.kind != Kind::kField) return at_ == 0;
    return node.key->field != Field::kFixed;
  }

  char Current() const { return next_ < text_.size() ? text_[next_] : '\0'; }
  void SkipCharacter() { next_ += types::BytesOfCharacters(text_.substr(next_), 1); }

  int SkipBlanks() {
    const std::size_t begin = next_;
    while (next_ < text_.size() && types::IsBlank(text_[next_])) ++next_;
    return static_cast<int>(next_ - begin);
  }

  void MatchSeparator(const DatePatternNode& node) {
    if (standard_) {
      if (Current() != node.text[0]) throw BadFormat("unmatched format separator \"" + node.text + "\"");
      ++next_;
    } else if (fixed_) {
      SkipCharacter();
    } else if (types::IsBlank(Current()) || IsDateSeparator(Current())) {
      ++next_;
    } else {
      --skipped_;
    }
  }

  // The text need not be that of the pattern.
  void MatchText(const DatePatternNode& node) {
    if (!fixed_ && skipped_ > 0) {
      --skipped_;
      return;
    }
    if (standard_ && !text_.substr(next_).starts_with(node.text)) {
      throw BadFormat("unmatched format character \"" + node.text + "\"");
    }
    SkipCharacter();
  }

  void SetCalendar(DateCalendar calendar) {
    if (calendar == DateCalendar::kAny) return;
    if (fields_.calendar == DateCalendar::kAny) fields_.calendar = calendar;
    if (fields_.calendar != calendar) {
      throw BadFormat("invalid combination of date conventions")
          .Hint("Do not mix Gregorian and ISO week date conventions in a formatting template.");
    }
  }

  static void Set(int& field, int value, const DatePatternNode& node) {
    if (field != 0 && field != value) {
      throw BadFormat("conflicting values for \"" + node.text + "\" field in formatting string")
          .Detail("This value contradicts a previous setting for the same field type.");
    }
    field = value;
  }

  // Whether what follows in the pattern cannot be taken for digits of this field.
  bool EndsAtText() const {
    if (nodes_[at_].ordinal || at_ + 1 == nodes_.size()) return true;
    const DatePatternNode& following = nodes_[at_ + 1];
    if (following.kind == Kind::kField) return !following.key->digits;
    return following.text.size() != 1 || !types::IsDigit(following.text[0]);
  }

  // Reads as strtol() does. nullopt when it is out of range; moves `at` behind it, or nowhere.
  static std::optional<int> TakeInteger(std::string_view text, std::size_t& at) {
    std::size_t begin = at;
    while (begin < text.size() && types::IsBlank(text[begin])) ++begin;
    std::size_t end = begin;
    if (end < text.size() && (text[end] == '-' || text[end] == '+')) ++end;
    const std::size_t digits = end;
    while (end < text.size() && types::IsDigit(text[end])) ++end;
    if (end == digits) return 0;
    at = end;
    if (text[begin] == '+') ++begin;
    int number = 0;
    const auto [rest, error] = std::from_chars(text.data() + begin, text.data() + end, number);
    if (error != std::errc()) return std::nullopt;
    return number;
  }

  // Returns how many characters it took.
  std::size_t ReadNumber(int* field, const DatePatternNode& node, std::size_t width) {
    const std::size_t begin = next_;
    SkipBlanks();
    const std::string_view copy = text_.substr(next_, width);
    std::optional<int> number;
    if (node.fill_mode || EndsAtText()) {
      next_ = begin;
      number = TakeInteger(text_, next_);
    } else {
      if (copy.size() < width) ThrowTooShort(node, width, copy.size());
      std::size_t used = 0;
      number = TakeInteger(copy, used);
      if (used > 0 && used < width) {
        throw BadFormat("invalid value \"" + std::string(copy) + "\" for \"" + node.text + "\"")
            .Detail("Field requires " + std::to_string(width) + " characters, but only " +
                    std::to_string(used) + " could be parsed.")
            .Hint("If your source string is not fixed-width, try using the \"FM\" modifier.");
      }
      next_ += used;
    }
    if (next_ == begin) {
      throw BadFormat("invalid value \"" + std::string(copy) + "\" for \"" + node.text + "\"")
          .Detail("Value must be an integer.");
    }
    if (!number) {
      throw Error(base::sqlstate::kDatetimeFieldOverflow,
                  "value for \"" + node.text + "\" in source string is out of range")
          .Detail("Value must be in the range -2147483648 to 2147483647.");
    }
    if (field != nullptr) Set(*field, *number, node);
    const std::size_t length = next_ - begin;
    SkipOrdinal(node);
    return length;
  }

  std::size_t ReadNumber(int* field, const DatePatternNode& node) {
    return ReadNumber(field, node, node.text.size());
  }

  [[noreturn]] static void ThrowTooShort(const DatePatternNode& node, std::size_t width, std::size_t rest) {
    throw BadFormat("source string too short for \"" + node.text + "\" formatting field")
        .Detail("Field requires " + std::to_string(width) + " characters, but only " + std::to_string(rest) +
                " remain.")
        .Hint("If your source string is not fixed-width, try using the \"FM\" modifier.");
  }

  void SkipOrdinal(const DatePatternNode& node) {
    if (node.key->field == Field::kZoneHour || node.key->field == Field::kZoneMinute) return;
    for (int i = 0; node.ordinal && i < 2 && next_ < text_.size(); ++i) SkipCharacter();
  }

  int ReadWord(std::span<const std::string_view> words, const DatePatternNode& node) {
    const std::string_view rest = text_.substr(next_);
    for (std::size_t i = 0; i < words.size(); ++i) {
      if (types::EqualsIgnoringCase(rest.substr(0, words[i].size()), words[i])) {
        next_ += words[i].size();
        return static_cast<int>(i);
      }
    }
    const auto blank = std::find_if(rest.begin(), rest.end(), types::IsBlank);
    throw BadFormat("invalid value \"" + std::string(rest.begin(), blank) + "\" for \"" + node.text + "\"")
        .Detail("The given value did not match any of the allowed values for this field.");
  }

  void ReadField(const DatePatternNode& node) {
    switch (node.key->field) {
      case Field::kFixed:
        fixed_ = true;
        return;
      case Field::kMeridiem:
      case Field::kMeridiemDots:
        Set(fields_.afternoon,
            ReadWord(node.key->field == Field::kMeridiem ? kMeridiems : kMeridiemsDots, node), node);
        fields_.clock12 = true;
        return;
      case Field::kEra:
      case Field::kEraDots:
        Set(fields_.before_christ, ReadWord(node.key->field == Field::kEra ? kEras : kErasDots, node), node);
        return;
      case Field::kHour12:
        ReadNumber(&fields_.hour, node, 2);
        fields_.clock12 = true;
        return;
      case Field::kHour24:
        ReadNumber(&fields_.hour, node, 2);
        return;
      case Field::kMinute:
        ReadNumber(&fields_.minute, node);
        return;
      case Field::kSecond:
        ReadNumber(&fields_.second, node);
        return;
      case Field::kSecondOfDay:
        ReadNumber(&fields_.second_of_day, node);
        return;
      case Field::kMillisecond:
        ReadFraction(fields_.millisecond, node, 3);
        return;
      case Field::kMicrosecond:
        ReadFraction(fields_.microsecond, node, 6);
        return;
      case Field::kFraction:
        fields_.fraction_digits = node.text.back() - '0';
        ReadFraction(fields_.microsecond, node, 6);
        return;
      case Field::kZoneName:
        throw Error(base::sqlstate::kFeatureNotSupported,
                    "formatting field \"" + node.text + "\" is only supported in to_char");
      case Field::kZoneHour:
        ReadZoneHour(node);
        return;
      case Field::kZoneMinute:
        if (fields_.zone_sign == 0) fields_.zone_sign = 1;
        ReadNumber(&fields_.zone_minute, node, 2);
        return;
      default:
        ReadDateField(node);
        return;
    }
  }

  // 25 means 0.25, as 250 does. The length counts the blanks before it.
  void ReadFraction(int& field, const DatePatternNode& node, std::size_t digits) {
    const std::size_t width =
        node.key->field == Field::kFraction ? static_cast<std::size_t>(fields_.fraction_digits) : digits;
    const std::size_t length = ReadNumber(&field, node, width);
    std::int64_t scaled = field;
    for (std::size_t i = std::max<std::size_t>(length, 1); i < digits; ++i) scaled *= 10;
    constexpr std::int64_t kMax = std::numeric_limits<int>::max();
    field = static_cast<int>(std::clamp(scaled, -kMax, kMax));
  }

  void ReadZoneHour(const DatePatternNode& node) {
    const char sign = Current();
    if (sign == '+' || sign == '-' || sign == ' ') {
      fields_.zone_sign = sign == '-' ? -1 : 1;
      ++next_;
    } else {
      // The sign may have been taken for a separator.
      fields_.zone_sign = skipped_ > 0 && next_ > 0 && text_[next_ - 1] == '-' ? -1 : 1;
    }
    ReadNumber(&fields_.zone_hour, node, 2);
  }

  void ReadDateField(const DatePatternNode& node) {
    switch (node.key->field) {
      case Field::kCentury:
        ReadNumber(&fields_.century, node);
        return;
      case Field::kYearComma:
        ReadYearComma(node);
        return;
      case Field::kYear:
      case Field::kIsoYear:
        ReadYear(node);
        return;
      case Field::kQuarter:
        // It decides nothing, as a month may say otherwise.
        ReadNumber(nullptr, node);
        return;
      case Field::kMonthName:
        Set(fields_.month, ReadWord(kMonths, node) + 1, node);
        return;
      case Field::kMonthShort:
        Set(fields_.month, ReadWord(kMonthsShort, node) + 1, node);
        return;
      case Field::kMonth:
        ReadNumber(&fields_.month, node);
        return;
      case Field::kRoman:
        Set(fields_.month, types::kMonthsPerYear - ReadWord(kRoman, node), node);
        return;
      case Field::kWeekOfYear:
      case Field::kIsoWeek:
        ReadNumber(&fields_.week, node);
        return;
      case Field::kWeekOfMonth:
        ReadNumber(&fields_.week_of_month, node);
        return;
      default:
        ReadDayField(node);
        return;
    }
  }

  void ReadDayField(const DatePatternNode& node) {
    switch (node.key->field) {
      case Field::kDayName:
        Set(fields_.day_of_week, ReadWord(kDays, node), node);
        ++fields_.day_of_week;
        return;
      case Field::kDayShort:
        Set(fields_.day_of_week, ReadWord(kDaysShort, node), node);
        ++fields_.day_of_week;
        return;
      case Field::kDayOfYear:
      case Field::kIsoDayOfYear:
        ReadNumber(&fields_.day_of_year, node, 3);
        return;
      case Field::kDay:
        ReadNumber(&fields_.day, node);
        return;
      case Field::kDayOfWeek:
        ReadNumber(&fields_.day_of_week, node);
        return;
      case Field::kIsoDay:
        ReadNumber(&fields_.day_of_week, node, 1);
        // Sunday is the first day from here on.
        fields_.day_of_week = fields_.day_of_week >= 7 ? 1 : fields_.day_of_week + 1;
        return;
      case Field::kJulian:
        ReadNumber(&fields_.julian, node);
        return;
      default:
        return;
    }
  }

  void ReadYearComma(const DatePatternNode& node) {
    std::size_t at = next_;
    const std::optional<int> thousands = TakeInteger(text_, at);
    const bool comma = at > next_ && at < text_.size() && text_[at] == ',';
    std::size_t used = 0;
    const std::string_view rest = comma ? text_.substr(at + 1, 3) : std::string_view();
    const std::optional<int> years = TakeInteger(rest, used);
    std::int64_t year = std::int64_t{thousands.value_or(0)} * 1000 + years.value_or(0);
    if (used == 0 || !thousands) throw BadFormat("invalid input string for \"Y,YYY\"");
    if (year != static_cast<int>(year)) {
      throw Error(base::sqlstate::kDatetimeFieldOverflow,
                  "value for \"Y,YYY\" in source string is out of range");
    }
    Set(fields_.year, static_cast<int>(year), node);
    fields_.year_digits = 4;
    next_ = at + 1 + used;
    SkipOrdinal(node);
  }

  void ReadYear(const DatePatternNode& node) {
    const std::size_t length = ReadNumber(&fields_.year, node);
    if (length < 4 && node.text.size() < 4) fields_.year = NearTo2020(fields_.year);
    fields_.year_digits = node.text.size();
  }

  std::string_view text_;
  const std::vector<DatePatternNode>& nodes_;
  bool standard_;
  bool fixed_;
  std::size_t at_ = 0;
  std::size_t next_ = 0;
  int skipped_ = 0;  // characters that were skipped beyond those of the pattern
  DateFields fields_;
};

}  // namespace

DateFields ReadDateFields(std::string_view text, const std::vector<DatePatternNode>& nodes, bool standard) {
  return Reader(text, nodes, standard).Run();
}

}  // namespace ordinal::sql
