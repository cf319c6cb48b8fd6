// Reads and writes intervals.
#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "base/error.h"
#include "types/datetime.h"
#include "types/datetime_text.h"
#include "types/scan.h"

namespace ordinal::types {
namespace {

enum class Unit : std::uint8_t {
  kMicrosecond,
  kMillisecond,
  kSecond,
  kMinute,
  kHour,
  kDay,
  kWeek,
  kMonth,
  kYear,
  kDecade,
  kCentury,
  kMillennium
};

struct UnitName {
  std::string_view name;
  Unit unit;
};

constexpr UnitName kUnitNames[] = {
    {"microsecond", Unit::kMicrosecond},
    {"microseconds", Unit::kMicrosecond},
    {"microsecon", Unit::kMicrosecond},
    {"us", Unit::kMicrosecond},
    {"usec", Unit::kMicrosecond},
    {"usecs", Unit::kMicrosecond},
    {"usecond", Unit::kMicrosecond},
    {"useconds", Unit::kMicrosecond},
    {"millisecond", Unit::kMillisecond},
    {"milliseconds", Unit::kMillisecond},
    {"ms", Unit::kMillisecond},
    {"msec", Unit::kMillisecond},
    {"msecs", Unit::kMillisecond},
    {"msecond", Unit::kMillisecond},
    {"mseconds", Unit::kMillisecond},
    {"s", Unit::kSecond},
    {"sec", Unit::kSecond},
    {"secs", Unit::kSecond},
    {"second", Unit::kSecond},
    {"seconds", Unit::kSecond},
    {"m", Unit::kMinute},
    {"min", Unit::kMinute},
    {"mins", Unit::kMinute},
    {"minute", Unit::kMinute},
    {"minutes", Unit::kMinute},
    {"h", Unit::kHour},
    {"hr", Unit::kHour},
    {"hrs", Unit::kHour},
    {"hour", Unit::kHour},
    {"hours", Unit::kHour},
    {"d", Unit::kDay},
    {"day", Unit::kDay},
    {"days", Unit::kDay},
    {"w", Unit::kWeek},
    {"week", Unit::kWeek},
    {"weeks", Unit::kWeek},
    {"mon", Unit::kMonth},
    {"mons", Unit::kMonth},
    {"month", Unit::kMonth},
    {"months", Unit::kMonth},
    {"y", Unit::kYear},
    {"yr", Unit::kYear},
    {"yrs", Unit::kYear},
    {"year", Unit::kYear},
    {"years", Unit::kYear},
    {"dec", Unit::kDecade},
    {"decs", Unit::kDecade},
    {"decade", Unit::kDecade},
    {"decades", Unit::kDecade},
    {"c", Unit::kCentury},
    {"cent", Unit::kCentury},
    {"century", Unit::kCentury},
    {"centuries", Unit::kCentury},
    {"mil", Unit::kMillennium},
    {"mils", Unit::kMillennium},
    {"millennium", Unit::kMillennium},
    {"millennia", Unit::kMillennium},
};

std::optional<Unit> FindUnit(std::string_view word) {
  for (const UnitName& entry : kUnitNames) {
    if (EqualsIgnoringCase(word, entry.name)) return entry.unit;
  }
  return std::nullopt;
}

// Fields of interval's modifier, as type.cc explains them.
constexpr int kMonthField = 1 << 1, kYearField = 1 << 2, kDayField = 1 << 3, kHourField = 1 << 10,
              kMinuteField = 1 << 11, kSecondField = 1 << 12;
constexpr int kAllFields = 0x7FFF;

int FieldsOf(std::int32_t modifier) { return modifier < 0 ? kAllFields : (modifier >> 16) & kAllFields; }

// A number without a unit counts the smallest field of the modifier.
Unit DefaultUnit(std::int32_t modifier) {
  const int fields = FieldsOf(modifier);
  if ((fields & kSecondField) != 0) return Unit::kSecond;
  if ((fields & kMinuteField) != 0) return Unit::kMinute;
  if ((fields & kHourField) != 0) return Unit::kHour;
  if ((fields & kDayField) != 0) return Unit::kDay;
  return (fields & kMonthField) != 0 ? Unit::kMonth : Unit::kYear;
}

struct Amount {
  std::int64_t whole = 0;
  double fraction = 0;  // has the sign of the number
  bool negative = false;
};

class IntervalReader {
 public:
  IntervalReader(std::string_view text, std::int32_t modifier, bool all_negative)
      : text_(text), rest_(text), modifier_(modifier), all_negative_(all_negative) {}

  Interval Read() {
    rest_ = TrimBlanks(rest_);
    if (rest_.empty()) ThrowBadFormat();
    if (rest_.front() == 'P') {
      rest_.remove_prefix(1);
      ReadIso();
    } else {
      ReadTraditional();
    }
    std::int64_t months = std::int64_t{years_} * kMonthsPerYear + interval_.months;
    if (months != static_cast<std::int32_t>(months)) {
      throw base::Error(base::sqlstate::kDatetimeFieldOverflow, "interval out of range");
    }
    interval_.months = static_cast<std::int32_t>(months);
    return interval_;
  }

 private:
  [[noreturn]] void ThrowBadFormat() const {
    throw base::Error(base::sqlstate::kInvalidDatetimeFormat,
                      "invalid input syntax for type interval: \"" + std::string(text_) + "\"");
  }
  [[noreturn]] void ThrowOverflow() const {
    throw base::Error(base::sqlstate::kIntervalFieldOverflow,
                      "interval field value out of range: \"" + std::string(text_) + "\"");
  }

  bool At(char c) const { return !rest_.empty() && rest_.front() == c; }
  bool AtDigit() const { return !rest_.empty() && IsDigit(rest_.front()); }
  void SkipSeparators() {
    while (!rest_.empty() && (IsBlank(rest_.front()) || rest_.front() == ',' || rest_.front() == '@')) {
      rest_.remove_prefix(1);
    }
  }
  std::string_view TakeLetters() {
    const auto end = std::find_if_not(rest_.begin(), rest_.end(), IsLetter);
    const std::string_view letters = rest_.substr(0, static_cast<std::size_t>(end - rest_.begin()));
    rest_.remove_prefix(letters.size());
    return letters;
  }
  std::int64_t TakeInteger() {
    std::int64_t value = 0;
    const auto result = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (result.ec == std::errc::result_out_of_range) ThrowOverflow();
    rest_.remove_prefix(static_cast<std::size_t>(result.ptr - rest_.data()));
    return value;
  }
  double TakeFraction() {
    std::string decimal = "0.";
    for (; AtDigit(); rest_.remove_prefix(1)) decimal.push_back(rest_.front());
    double value = 0;
    std::from_chars(decimal.data(), decimal.data() + decimal.size(), value);
    return value;
  }
  bool TakeSign() {
    if (!At('-') && !At('+')) return false;
    const bool negative = At('-');
    rest_.remove_prefix(1);
    while (!rest_.empty() && IsBlank(rest_.front())) rest_.remove_prefix(1);
    return negative;
  }
  // Takes a decimal number without exponent.
  Amount TakeAmount() {
    Amount amount;
    amount.negative = TakeSign();
    if (!AtDigit() && !At('.')) ThrowBadFormat();
    if (AtDigit()) amount.whole = TakeInteger();
    if (At('.')) {
      rest_.remove_prefix(1);
      amount.fraction = TakeFraction();
    }
    if (amount.negative) {
      amount.whole = -amount.whole;
      amount.fraction = -amount.fraction;
    }
    return amount;
  }

  // Adds count * each to a part of 32 bits.
  void AddTo(std::int32_t& part, std::int64_t count, std::int64_t each) {
    std::int64_t product = 0;
    if (__builtin_mul_overflow(count, each, &product) || product != static_cast<std::int32_t>(product) ||
        __builtin_add_overflow(part, static_cast<std::int32_t>(product), &part)) {
      ThrowOverflow();
    }
  }
  void AddMonths(std::int64_t count) { AddTo(interval_.months, count, 1); }
  void AddDays(std::int64_t count, std::int64_t days_each) { AddTo(interval_.days, count, days_each); }
  void AddMicros(std::int64_t count, std::int64_t micros_each) {
    std::int64_t micros = 0;
    if (__builtin_mul_overflow(count, micros_each, &micros) ||
        __builtin_add_overflow(interval_.micros, micros, &interval_.micros)) {
      ThrowOverflow();
    }
  }
  void AddFractionOfDays(double fraction, int days_each) {
    const double days = fraction * days_each;
    const double whole = std::trunc(days);
    AddDays(static_cast<std::int64_t>(whole), 1);
    AddMicros(std::llrint((days - whole) * static_cast<double>(kMicrosPerDay)), 1);
  }
  void AddTimeUnit(const Amount& amount, std::int64_t micros_each) {
    AddMicros(amount.whole, micros_each);
    AddMicros(std::llrint(amount.fraction * static_cast<double>(micros_each)), 1);
  }
  void AddYears(const Amount& amount, int years_each) {
    AddTo(years_, amount.whole, years_each);
    AddMonths(std::llrint(amount.fraction * years_each * kMonthsPerYear));
  }

  void Add(Amount amount, Unit unit) {
    if (all_negative_) amount = {-std::abs(amount.whole), -std::fabs(amount.fraction), true};
    const unsigned bit = 1U << static_cast<unsigned>(unit);
    if ((seen_ & bit) != 0) ThrowBadFormat();
    seen_ |= bit;
    switch (unit) {
      case Unit::kMicrosecond:
        return AddTimeUnit(amount, 1);
      case Unit::kMillisecond:
        return AddTimeUnit(amount, 1000);
      case Unit::kSecond:
        return AddTimeUnit(amount, kMicrosPerSecond);
      case Unit::kMinute:
        return AddTimeUnit(amount, kMicrosPerMinute);
      case Unit::kHour:
        return AddTimeUnit(amount, kMicrosPerHour);
      case Unit::kDay:
        AddDays(amount.whole, 1);
        return AddFractionOfDays(amount.fraction, 1);
      case Unit::kWeek:
        AddDays(amount.whole, 7);
        return AddFractionOfDays(amount.fraction, 7);
      case Unit::kMonth:
        AddMonths(amount.whole);
        return AddFractionOfDays(amount.fraction, kDaysPerMonth);
      case Unit::kYear:
        return AddYears(amount, 1);
      case Unit::kDecade:
        return AddYears(amount, 10);
      case Unit::kCentury:
        return AddYears(amount, 100);
      case Unit::kMillennium:
        return AddYears(amount, 1000);
    }
  }

  void ReadTraditional() {
    bool any = false;
    for (SkipSeparators(); !rest_.empty(); SkipSeparators()) {
      if (IsLetter(rest_.front())) {
        if (!any || !EqualsIgnoringCase(TakeLetters(), "ago")) ThrowBadFormat();
        SkipSeparators();
        if (!rest_.empty()) ThrowBadFormat();
        interval_ = Interval{} - interval_;
        years_ = -years_;
        return;
      }
      ReadItem();
      any = true;
    }
    if (!any) ThrowBadFormat();
  }

  // Reads a number and its unit, a clock time, or years and months joined by a hyphen.
  void ReadItem() {
    const Amount amount = TakeAmount();
    if (At(':')) return ReadClock(amount);
    if (At('-')) {
      rest_.remove_prefix(1);
      if (!AtDigit() || amount.fraction != 0) ThrowBadFormat();
      const std::int64_t months = TakeInteger();
      if (months >= kMonthsPerYear) ThrowOverflow();
      Add(amount, Unit::kYear);
      return Add({amount.negative ? -months : months, 0, amount.negative}, Unit::kMonth);
    }
    while (!rest_.empty() && IsBlank(rest_.front())) rest_.remove_prefix(1);
    if (!rest_.empty() && IsLetter(rest_.front())) {
      const std::string_view before = rest_;
      const std::string_view word = TakeLetters();
      if (const auto unit = FindUnit(word)) return Add(amount, *unit);
      if (!EqualsIgnoringCase(word, "ago")) ThrowBadFormat();
      rest_ = before;
    }
    // A bare number before a clock time, or before hours, counts days.
    const bool clock_follows = rest_.find(':') != std::string_view::npos;
    Add(amount, clock_follows || HoursFollow() ? Unit::kDay : DefaultUnit(modifier_));
  }

  bool HoursFollow() const {
    const std::size_t number_end = rest_.find_first_not_of("+-.0123456789");
    if (rest_.empty() || number_end == 0) return false;
    std::string_view behind = number_end == std::string_view::npos ? "" : rest_.substr(number_end);
    while (!behind.empty() && IsBlank(behind.front())) behind.remove_prefix(1);
    if (behind.empty()) return DefaultUnit(modifier_) == Unit::kHour;
    std::size_t length = 0;
    while (length < behind.size() && IsLetter(behind[length])) ++length;
    return FindUnit(behind.substr(0, length)) == Unit::kHour;
  }

  void ReadClock(const Amount& first) {
    if (first.fraction != 0) ThrowBadFormat();
    std::int64_t parts[3] = {std::abs(first.whole), 0, 0};
    double fraction = 0;
    int count = 1;
    bool pointed = false;
    while (At(':') && count < 3) {
      rest_.remove_prefix(1);
      if (!AtDigit()) ThrowBadFormat();
      parts[count++] = TakeInteger();
    }
    if (At('.')) {
      rest_.remove_prefix(1);
      fraction = TakeFraction();
      pointed = true;
    }
    if (!rest_.empty() && !IsBlank(rest_.front()) && rest_.front() != ',') ThrowBadFormat();
    const bool minutes_first =
        count == 2 && (pointed || FieldsOf(modifier_) == (kMinuteField | kSecondField));
    if (minutes_first) {
      parts[2] = parts[1];
      parts[1] = parts[0];
      parts[0] = 0;
    }
    if (parts[1] > 59 || parts[2] > 60) ThrowOverflow();
    const std::int64_t sign = first.negative ? -1 : 1;
    Add({sign * parts[0], 0, first.negative}, Unit::kHour);
    Add({sign * parts[1], 0, first.negative}, Unit::kMinute);
    Add({sign * parts[2], static_cast<double>(sign) * fraction, first.negative}, Unit::kSecond);
  }

  void ReadIso() {
    if (rest_.empty()) ThrowBadFormat();
    bool in_time = false;
    while (!rest_.empty()) {
      if (At('T') && !in_time) {
        rest_.remove_prefix(1);
        in_time = true;
        continue;
      }
      if (ReadIsoBasic(in_time)) continue;
      const Amount amount = TakeAmount();
      if (rest_.empty() || At('-') || At(':') || At('T')) {
        ReadIsoAlternative(amount, in_time);
        continue;
      }
      const char designator = rest_.front();
      rest_.remove_prefix(1);
      Add(amount, IsoUnit(designator, in_time));
    }
  }

  // Reads the forms P00010203 and PT040506, without separators.
  bool ReadIsoBasic(bool in_time) {
    const auto digits =
        static_cast<std::size_t>(std::find_if_not(rest_.begin(), rest_.end(), IsDigit) - rest_.begin());
    const bool ends = digits == rest_.size() || (!in_time && rest_[digits] == 'T');
    if (!ends || digits != (in_time ? 6U : 8U)) return false;
    const auto number = [this](std::size_t count) {
      std::int64_t value = 0;
      for (const char c : rest_.substr(0, count)) value = value * 10 + (c - '0');
      rest_.remove_prefix(count);
      return Amount{value, 0, false};
    };
    Add(number(in_time ? 2 : 4), in_time ? Unit::kHour : Unit::kYear);
    Add(number(2), in_time ? Unit::kMinute : Unit::kMonth);
    Add(number(2), in_time ? Unit::kSecond : Unit::kDay);
    return true;
  }

  Unit IsoUnit(char designator, bool in_time) const {
    if (in_time) {
      if (designator == 'H') return Unit::kHour;
      if (designator == 'M') return Unit::kMinute;
      if (designator == 'S') return Unit::kSecond;
    } else {
      if (designator == 'Y') return Unit::kYear;
      if (designator == 'M') return Unit::kMonth;
      if (designator == 'W') return Unit::kWeek;
      if (designator == 'D') return Unit::kDay;
    }
    ThrowBadFormat();
  }

  // Reads the form P0001-02-03T04:05:06, whose first number has been taken.
  void ReadIsoAlternative(const Amount& first, bool in_time) {
    static constexpr Unit kDateUnits[] = {Unit::kYear, Unit::kMonth, Unit::kDay};
    static constexpr Unit kTimeUnits[] = {Unit::kHour, Unit::kMinute, Unit::kSecond};
    const Unit* units = in_time ? kTimeUnits : kDateUnits;
    const char separator = in_time ? ':' : '-';
    Add(first, units[0]);
    for (int i = 1; At(separator); ++i) {
      rest_.remove_prefix(1);
      if (i == 3) ThrowBadFormat();
      Add(TakeAmount(), units[i]);
    }
    if (!rest_.empty() && (in_time || !At('T'))) ThrowBadFormat();
  }

  std::string_view text_;
  std::string_view rest_;
  std::int32_t modifier_;
  bool all_negative_;
  unsigned seen_ = 0;  // units already given, one bit each
  std::int32_t years_ = 0;
  Interval interval_;
};

void AppendInteger(std::string& out, std::int64_t value) {
  char buffer[20];
  out.append(buffer, std::to_chars(buffer, buffer + sizeof buffer, value).ptr);
}

}  // namespace

bool DependsOnIntervalStyle(std::string_view text) {
  const std::string_view trimmed = TrimBlanks(text);
  if (!trimmed.starts_with('-')) return false;
  bool several = false;
  for (std::size_t i = 1; i < trimmed.size(); ++i) {
    const char before = trimmed[i - 1];
    const bool begins = IsBlank(before) || IsLetter(before) || before == ',';
    if (begins && i > 1 && (trimmed[i] == '-' || trimmed[i] == '+')) return false;
    several = several || (begins && (IsDigit(trimmed[i]) || trimmed[i] == '.'));
  }
  return several;
}

Interval ParseInterval(std::string_view text, std::int32_t modifier, IntervalStyle style) {
  const bool all_negative = style == IntervalStyle::kSqlStandard && DependsOnIntervalStyle(text);
  return ApplyIntervalModifier(IntervalReader(text, modifier, all_negative).Read(), modifier);
}

Interval ApplyIntervalModifier(const Interval& interval, std::int32_t modifier) {
  if (modifier < 0) return interval;
  Interval result = interval;
  const int fields = FieldsOf(modifier);
  if (fields != kAllFields) {
    const bool has_time = (fields & (kHourField | kMinuteField | kSecondField)) != 0;
    if (fields == kYearField) result.months -= result.months % kMonthsPerYear;
    if (!has_time) result.micros = 0;
    if (!has_time && (fields & kDayField) == 0) result.days = 0;
    if (has_time && (fields & kSecondField) == 0) {
      result.micros -= result.micros % ((fields & kMinuteField) != 0 ? kMicrosPerMinute : kMicrosPerHour);
    }
  }
  constexpr int kFullPrecision = 0xFFFF;
  const int digits = modifier & 0xFFFF;
  if (digits != kFullPrecision) result.micros = RoundMicros(result.micros, digits);
  return result;
}

void AppendInterval(std::string& out, const Interval& interval) {
  bool empty = true;
  bool negative_before = false;
  const auto part = [&](int value, const char* unit) {
    if (value == 0) return;
    if (!empty) out.push_back(' ');
    if (negative_before && value > 0) out.push_back('+');
    AppendInteger(out, value);
    out.push_back(' ');
    out += unit;
    if (value != 1) out.push_back('s');
    negative_before = value < 0;
    empty = false;
  };
  part(interval.months / kMonthsPerYear, "year");
  part(interval.months % kMonthsPerYear, "mon");
  part(interval.days, "day");
  if (!empty && interval.micros == 0) return;
  if (!empty) out.push_back(' ');
  if (interval.micros < 0) {
    out.push_back('-');
  } else if (negative_before) {
    out.push_back('+');
  }
  // The most negative value has no positive counterpart in 64 bits.
  const std::uint64_t micros = interval.micros < 0 ? 0 - static_cast<std::uint64_t>(interval.micros)
                                                   : static_cast<std::uint64_t>(interval.micros);
  const auto hours = static_cast<std::int64_t>(micros / static_cast<std::uint64_t>(kMicrosPerHour));
  if (hours >= 24) {
    AppendInteger(out, hours);
    std::string clock;
    AppendTime(clock, static_cast<std::int64_t>(micros % static_cast<std::uint64_t>(kMicrosPerHour)));
    out.append(clock, 2);
  } else {
    AppendTime(out, static_cast<std::int64_t>(micros));
  }
}

}  // namespace ordinal::types
