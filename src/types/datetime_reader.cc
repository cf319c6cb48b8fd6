#include "types/datetime_reader.h"

#include <algorithm>
#include <charconv>
#include <cmath>

#include "base/error.h"
#include "types/scan.h"

namespace ordinal::types {
namespace {

struct NamedNumber {
  std::string_view name;
  int number;
};

constexpr NamedNumber kMonths[] = {
    {"jan", 1},  {"january", 1},  {"feb", 2},    {"february", 2},  {"mar", 3},  {"march", 3},
    {"apr", 4},  {"april", 4},    {"may", 5},    {"jun", 6},       {"june", 6}, {"jul", 7},
    {"july", 7}, {"aug", 8},      {"august", 8}, {"sep", 9},       {"sept", 9}, {"september", 9},
    {"oct", 10}, {"october", 10}, {"nov", 11},   {"november", 11}, {"dec", 12}, {"december", 12},
};

// Words that may stand anywhere and say nothing.
constexpr std::string_view kNoise[] = {"at",    "on",       "sun", "sunday", "mon",       "monday",  "tue",
                                       "tues",  "tuesday",  "wed", "weds",   "wednesday", "thu",     "thur",
                                       "thurs", "thursday", "fri", "friday", "sat",       "saturday"};

std::optional<int> FindMonth(std::string_view lower) {
  for (const NamedNumber& month : kMonths) {
    if (month.name == lower) return month.number;
  }
  return std::nullopt;
}

std::string LowerCase(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(), ToLower);
  return lower;
}

bool AllDigits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), IsDigit);
}

int SmallNumber(std::string_view digits) {
  int value = 0;
  for (const char c : digits) value = value * 10 + (c - '0');
  return value;
}

bool IsDateDelimiter(char c) { return c == '-' || c == '/' || c == '.'; }

}  // namespace

void DateTimeReader::ThrowBadFormat() const {
  throw base::Error(
      base::sqlstate::kInvalidDatetimeFormat,
      "invalid input syntax for type " + std::string(type_name_) + ": \"" + std::string(text_) + "\"");
}

void DateTimeReader::ThrowFieldOverflow() const {
  throw base::Error(base::sqlstate::kDatetimeFieldOverflow,
                    "date/time field value out of range: \"" + std::string(text_) + "\"");
}

DateTimeFields DateTimeReader::Read() {
  Tokenize();
  if (token_count_ == 0) ThrowBadFormat();
  for (std::size_t i = 0; i < token_count_; ++i) ReadToken(tokens_[i]);
  if (julian_next_ || time_next_) ThrowBadFormat();
  FinishDate();
  FinishTime();
  return fields_;
}

void DateTimeReader::Tokenize() {
  std::size_t at = 0;
  while (at < text_.size()) {
    const char c = text_[at];
    if (IsBlank(c) || c == ',' || c == ';') {
      ++at;
      continue;
    }
    if (token_count_ == kTokensMax) ThrowBadFormat();
    Token& token = tokens_[token_count_++];
    if (IsDigit(c)) {
      token = TakeDigits(at);
    } else if (IsLetter(c)) {
      token = TakeLetters(at);
    } else if (c == '+' || c == '-') {
      token = TakeSigned(at);
    } else {
      ThrowBadFormat();
    }
  }
}

DateTimeReader::Token DateTimeReader::TakeDigits(std::size_t& at) const {
  const std::size_t start = at;
  const auto has = [&](auto test) { return at < text_.size() && test(text_[at]); };
  Kind kind = Kind::kNumber;
  while (has(IsDigit)) ++at;
  if (has([](char c) { return c == ':'; })) {
    kind = Kind::kTime;
    while (has([](char c) { return IsDigit(c) || c == ':' || c == '.'; })) ++at;
  } else if (has(IsDateDelimiter)) {
    const char delimiter = text_[at++];
    if (has(IsDigit)) {
      if (delimiter != '.') kind = Kind::kDate;
      while (has(IsDigit)) ++at;
      if (has([delimiter](char c) { return c == delimiter; })) {
        kind = Kind::kDate;
        while (has([delimiter](char c) { return IsDigit(c) || c == delimiter; })) ++at;
      }
    } else {
      kind = Kind::kDate;
      while (has([delimiter](char c) { return IsDigit(c) || IsLetter(c) || c == delimiter; })) ++at;
    }
  }
  return {kind, text_.substr(start, at - start)};
}

DateTimeReader::Token DateTimeReader::TakeLetters(std::size_t& at) const {
  const std::size_t start = at;
  while (at < text_.size() && IsLetter(text_[at])) ++at;
  const std::string lower = LowerCase(text_.substr(start, at - start));
  if (at == text_.size()) return {Kind::kWord, text_.substr(start, at - start)};
  const char next = text_[at];
  const bool name = IsDateDelimiter(next) || next == '_' ||
                    ((next == '+' || IsDigit(next)) && lower != "t" && lower != "j" && lower != "jd" &&
                     lower != "julian" && !FindMonth(lower));
  if (!name) return {Kind::kWord, text_.substr(start, at - start)};
  while (at < text_.size() && (IsLetter(text_[at]) || IsDigit(text_[at]) ||
                               std::string_view("+-/_.:").find(text_[at]) != std::string_view::npos)) {
    ++at;
  }
  return {Kind::kName, text_.substr(start, at - start)};
}

DateTimeReader::Token DateTimeReader::TakeSigned(std::size_t& at) const {
  const std::size_t start = at++;
  if (at < text_.size() && IsLetter(text_[at])) {
    while (at < text_.size() && IsLetter(text_[at])) ++at;
    return {Kind::kSignedWord, text_.substr(start, at - start)};
  }
  while (at < text_.size() && (IsDigit(text_[at]) || text_[at] == ':')) ++at;
  if (at == start + 1) ThrowBadFormat();
  return {Kind::kOffset, text_.substr(start, at - start)};
}

void DateTimeReader::ReadToken(const Token& token) {
  if (fields_.special == DateTimeFields::Special::kInfinity ||
      fields_.special == DateTimeFields::Special::kMinusInfinity) {
    ThrowBadFormat();
  }
  switch (token.kind) {
    case Kind::kNumber:
      return ReadNumber(token.text);
    case Kind::kDate:
      return ReadDate(token.text);
    case Kind::kTime:
      return ReadTime(token.text);
    case Kind::kWord:
      return ReadWord(token.text);
    case Kind::kName:
      return ReadName(token.text);
    case Kind::kOffset:
      return ReadOffset(token.text);
    case Kind::kSignedWord:
      if (token_count_ != 1 || !EqualsIgnoringCase(token.text, "-infinity")) ThrowBadFormat();
      fields_.special = DateTimeFields::Special::kMinusInfinity;
  }
}

bool DateTimeReader::ReadSpecialWord(std::string_view lower) {
  if (lower == "infinity") {
    if (token_count_ != 1) ThrowBadFormat();
    fields_.special = DateTimeFields::Special::kInfinity;
  } else if (lower == "epoch") {
    fields_.special = DateTimeFields::Special::kEpoch;
  } else if (lower == "now") {
    fields_.special = DateTimeFields::Special::kNow;
  } else if (lower == "today") {
    SetToday(0);
  } else if (lower == "tomorrow") {
    SetToday(1);
  } else if (lower == "yesterday") {
    SetToday(-1);
  } else if (lower == "allballs") {
    SetTime(0, 0, 0, 0);
    SetZone(TimeZone());
  } else {
    return false;
  }
  return true;
}

void DateTimeReader::ReadWord(std::string_view word) {
  const std::string lower = LowerCase(word);
  if (ReadSpecialWord(lower)) return;
  if (const auto month = FindMonth(lower)) {
    SetMonthName(*month);
  } else if (lower == "bc" || lower == "ad") {
    before_christ_ = lower == "bc";
  } else if (lower == "am" || lower == "pm") {
    if (half_ != Half::kNone) ThrowBadFormat();
    half_ = lower == "am" ? Half::kMorning : Half::kAfternoon;
  } else if (lower == "t") {
    if (!HasWholeDate() && !time_only_) ThrowBadFormat();
    time_next_ = true;
  } else if (lower == "j" || lower == "jd" || lower == "julian") {
    julian_next_ = true;
  } else if (std::find(std::begin(kNoise), std::end(kNoise), lower) != std::end(kNoise)) {
    return;
  } else if (const auto offset = FindZoneAbbreviation(lower)) {
    SetZone(TimeZone::Fixed(*offset));
  } else if (const auto zone = TimeZone::Find(lower)) {
    SetZone(*zone);
  } else {
    ThrowBadFormat();
  }
}

// A word with more than letters is a date that begins with its month, or a zone.
void DateTimeReader::ReadName(std::string_view name) {
  const auto letters_end = std::find_if_not(name.begin(), name.end(), IsLetter);
  const auto letters = static_cast<std::size_t>(letters_end - name.begin());
  if (FindMonth(LowerCase(name.substr(0, letters)))) return ReadDate(name);
  if (const auto zone = TimeZone::Find(name)) return SetZone(*zone);
  throw base::Error(base::sqlstate::kInvalidParameterValue,
                    "time zone \"" + LowerCase(name) + "\" not recognized");
}

void DateTimeReader::ReadDate(std::string_view date) {
  if (HasWholeDate()) ThrowBadFormat();
  if (const std::size_t hyphen = date.find('-'); time_only_ && hyphen != std::string_view::npos &&
                                                 hyphen >= 4 &&
                                                 date.find('-', hyphen + 1) == std::string_view::npos) {
    // "040506-08" is a time and its zone.
    ReadRunTogether(date.substr(0, hyphen));
    return ReadOffset(date.substr(hyphen));
  }
  std::array<std::string_view, 3> parts;
  std::size_t count = 0;
  for (std::size_t at = 0; at < date.size();) {
    if (IsDateDelimiter(date[at])) {
      ++at;
      continue;
    }
    const bool digits = IsDigit(date[at]);
    const std::size_t start = at;
    while (at < date.size() && (digits ? IsDigit(date[at]) : IsLetter(date[at]))) ++at;
    if (at == start || count == parts.size()) ThrowBadFormat();
    parts[count++] = date.substr(start, at - start);
  }
  // The month's name comes first, since it decides what the numbers mean.
  for (std::size_t i = 0; i < count; ++i) {
    if (AllDigits(parts[i])) continue;
    const auto month = FindMonth(LowerCase(parts[i]));
    if (!month || month_) ThrowBadFormat();
    month_ = month;
    month_named_ = true;
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (AllDigits(parts[i])) ReadDateNumber(parts[i]);
  }
}

// Decides by the order of the date style, and by what is known already, which field a number is.
void DateTimeReader::ReadDateNumber(std::string_view digits) {
  const bool long_number = digits.size() >= 3;
  const bool year_first = settings_.date_order == DateOrder::kYmd;
  const std::int64_t number = NumberOf(digits);
  if (!year_ && !month_ && !day_) {
    if (long_number || year_first) {
      SetYear(digits);
    } else if (settings_.date_order == DateOrder::kDmy) {
      day_ = number;
    } else {
      month_ = number;
    }
  } else if (month_ && !year_ && !day_) {
    if (month_named_ && (long_number || year_first)) {
      SetYear(digits);
    } else {
      day_ = number;
    }
  } else if (year_ && month_ && !day_) {
    if (month_named_ && long_number && two_digit_year_) {
      // The first number was the day after all, as in 18-Jan-1999 under the order YMD.
      day_ = year_;
      SetYear(digits);
      two_digit_year_ = false;
    } else {
      day_ = number;
    }
  } else if (!month_) {
    month_ = number;
  } else if (!year_) {
    SetYear(digits);
  } else {
    ThrowBadFormat();
  }
}

void DateTimeReader::ReadNumber(std::string_view number) {
  const std::size_t point = number.find('.');
  if (julian_next_) {
    if (HasWholeDate() || point != std::string_view::npos) ThrowBadFormat();
    const CivilDate date =
        CivilFromDays(std::min(NumberOf(number), kDateEnd + kJulianEpochDays) - kJulianEpochDays);
    // A Julian day may lie before year 1, which the checks of written years would refuse.
    fields_.date = DaysFromCivil(date.year, date.month, date.day);
    julian_next_ = false;
    return;
  }
  if (ExpectsTime() && !HasWholeDate() && !year_ && !month_) return ReadRunTogether(number);
  if (point != std::string_view::npos && !HasWholeDate()) {
    // "1999.008" is a year and a day of the year.
    const std::string_view day = number.substr(point + 1);
    if (year_ || month_ || day_ || point < 4 || day.size() != 3) ThrowBadFormat();
    const std::int64_t year = NumberOf(number.substr(0, point));
    const int day_of_year = SmallNumber(day);
    if (day_of_year < 1 || day_of_year > 366) ThrowFieldOverflow();
    const CivilDate date = CivilFromDays(DaysFromCivil(year, 1, day_of_year));
    year_ = date.year;
    month_ = date.month;
    day_ = date.day;
    return;
  }
  if (point != std::string_view::npos || number.size() >= 6 || HasWholeDate()) return ReadRunTogether(number);
  ReadDateNumber(number);
}

// Reads 19990108, 990108 or, after a date, 040506.789 and 0405.
void DateTimeReader::ReadRunTogether(std::string_view number) {
  const std::size_t point = number.find('.');
  const std::string_view digits = number.substr(0, point);
  if (point == std::string_view::npos && !HasWholeDate() && !ExpectsTime()) {
    if (year_ || month_ || day_) ThrowBadFormat();
    const std::size_t year_digits = digits.size() - 4;
    SetYear(digits.substr(0, year_digits));
    month_ = SmallNumber(digits.substr(year_digits, 2));
    day_ = SmallNumber(digits.substr(year_digits + 2));
    return;
  }
  const std::int64_t micros = point == std::string_view::npos ? 0 : FractionOf(number.substr(point + 1));
  if (digits.size() == 6) {
    SetTime(SmallNumber(digits.substr(0, 2)), SmallNumber(digits.substr(2, 2)), SmallNumber(digits.substr(4)),
            micros);
  } else if (digits.size() == 4 && point == std::string_view::npos) {
    SetTime(SmallNumber(digits.substr(0, 2)), SmallNumber(digits.substr(2)), 0, 0);
  } else {
    ThrowBadFormat();
  }
}

void DateTimeReader::ReadTime(std::string_view time) {
  std::array<int, 3> parts{};
  std::int64_t micros = 0;
  std::size_t count = 0;
  for (std::size_t at = 0; at < time.size();) {
    const std::size_t start = at;
    while (at < time.size() && IsDigit(time[at])) ++at;
    if (at == start || count == parts.size()) ThrowBadFormat();
    parts[count++] =
        static_cast<int>(std::min<std::int64_t>(NumberOf(time.substr(start, at - start)), 1'000'000));
    if (at == time.size()) break;
    if (time[at] == '.') {
      const std::string_view fraction = time.substr(at + 1);
      if (count != 3 || (!fraction.empty() && !AllDigits(fraction))) ThrowBadFormat();
      micros = FractionOf(fraction);
      break;
    }
    if (++at == time.size()) ThrowBadFormat();
  }
  if (count < 2) ThrowBadFormat();
  SetTime(parts[0], parts[1], parts[2], micros);
}

void DateTimeReader::ReadOffset(std::string_view offset) {
  if (const auto seconds = ParseZoneOffset(offset)) return SetZone(TimeZone::Fixed(*seconds));
  if (offset.find_first_not_of("+-0123456789:") != std::string_view::npos) ThrowBadFormat();
  throw base::Error(base::sqlstate::kInvalidTimeZoneDisplacementValue,
                    "time zone displacement out of range: \"" + std::string(text_) + "\"");
}

void DateTimeReader::SetMonthName(int month) {
  if (month_ && !month_named_ && !day_ && *month_ >= 1 && *month_ <= 31) {
    // The number before the name, taken for a month, was the day.
    day_ = month_;
    month_.reset();
  }
  if (month_) ThrowBadFormat();
  month_ = month;
  month_named_ = true;
}

void DateTimeReader::SetYear(std::string_view digits) {
  year_ = NumberOf(digits);
  two_digit_year_ = digits.size() <= 2;
}

void DateTimeReader::SetTime(int hour, int minute, int second, std::int64_t micros) {
  if (fields_.micros) ThrowBadFormat();
  time_next_ = false;
  constexpr int kHoursMax = 24;
  // A second of 60 is a leap second, which rolls over into the next minute.
  if (hour > kHoursMax || minute > 59 || second > 60 ||
      (hour == kHoursMax && (minute > 0 || second > 0 || micros > 0))) {
    ThrowFieldOverflow();
  }
  hour_ = hour;
  fields_.micros = hour * kMicrosPerHour + minute * kMicrosPerMinute + second * kMicrosPerSecond + micros;
}

void DateTimeReader::SetZone(const TimeZone& zone) {
  if (fields_.zone) ThrowBadFormat();
  fields_.zone = zone;
}

void DateTimeReader::SetToday(int days_from_now) {
  if (fields_.date || year_ || month_ || day_) ThrowBadFormat();
  const TimeZone zone = TimeZone::Get(settings_.time_zone);
  fields_.date = SplitTimestamp(zone.ToLocal(settings_.transaction_micros)).days + days_from_now;
}

std::int64_t DateTimeReader::NumberOf(std::string_view digits) const {
  constexpr std::int64_t kNumberMax = std::numeric_limits<std::int32_t>::max();
  std::int64_t value = 0;
  const auto result = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (result.ec != std::errc() || value > kNumberMax) ThrowFieldOverflow();
  return value;
}

// Rounds the digits after a second's point to microseconds, in floating point as PostgreSQL does.
std::int64_t DateTimeReader::FractionOf(std::string_view digits) const {
  if (digits.empty()) return 0;
  const std::string decimal = "0." + std::string(digits);
  double fraction = 0;
  std::from_chars(decimal.data(), decimal.data() + decimal.size(), fraction);
  return std::llrint(fraction * static_cast<double>(kMicrosPerSecond));
}

void DateTimeReader::FinishDate() {
  if (!year_ && !month_ && !day_) return;
  if (!HasWholeDate() || fields_.date) ThrowBadFormat();
  if (before_christ_) {
    if (*year_ <= 0) ThrowFieldOverflow();
    year_ = 1 - *year_;
  } else if (two_digit_year_) {
    *year_ += *year_ < 70 ? 2000 : 1900;
  } else if (*year_ <= 0) {
    ThrowFieldOverflow();
  }
  if (*month_ < 1 || *month_ > 12 || *day_ < 1 || *day_ > 31) {
    throw base::Error(base::sqlstate::kDatetimeFieldOverflow,
                      "date/time field value out of range: \"" + std::string(text_) + "\"")
        .Hint("Perhaps you need a different \"datestyle\" setting.");
  }
  const int month = static_cast<int>(*month_);
  const int day = static_cast<int>(*day_);
  if (day > DaysInMonth(*year_, month)) ThrowFieldOverflow();
  fields_.date = DaysFromCivil(*year_, month, day);
}

void DateTimeReader::FinishTime() {
  if (half_ == Half::kNone) return;
  if (!fields_.micros) ThrowBadFormat();
  if (hour_ > 12) ThrowFieldOverflow();
  if (half_ == Half::kAfternoon && hour_ != 12) *fields_.micros += 12 * kMicrosPerHour;
  if (half_ == Half::kMorning && hour_ == 12) *fields_.micros -= 12 * kMicrosPerHour;
}

}  // namespace ordinal::types
