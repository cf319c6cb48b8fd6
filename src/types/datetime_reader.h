// Takes the text of a date, time or timestamp apart into its fields, without deciding yet what they mean for
// a type.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "types/datetime.h"
#include "types/settings.h"
#include "types/timezone.h"

namespace ordinal::types {

// Holds what the text says.
struct DateTimeFields {
  enum class Special : std::uint8_t { kNone, kInfinity, kMinusInfinity, kEpoch, kNow };
  Special special = Special::kNone;
  std::optional<std::int64_t> date;    // days since 2000-01-01
  std::optional<std::int64_t> micros;  // of the day; a whole day for 24:00:00
  std::optional<TimeZone> zone;
};

class DateTimeReader {
 public:
  // `type_name` is what errors call the type. With `time_only`, digits without a separator are a time of day.
  // The arguments must outlive the reader.
  DateTimeReader(std::string_view text, std::string_view type_name, const Settings& settings,
                 bool time_only = false)
      : text_(text), type_name_(type_name), settings_(settings), time_only_(time_only) {}

  // Errors: those of datetime_text.h.
  DateTimeFields Read();

  // Throws 22007 `invalid input syntax for type ...`.
  [[noreturn]] void ThrowBadFormat() const;
  // Throws 22008 `date/time field value out of range: ...`.
  [[noreturn]] void ThrowFieldOverflow() const;

 private:
  enum class Kind : std::uint8_t { kNumber, kDate, kTime, kWord, kName, kOffset, kSignedWord };
  struct Token {
    Kind kind;
    std::string_view text;
  };
  static constexpr std::size_t kTokensMax = 25;  // PostgreSQL's MAXDATEFIELDS

  void Tokenize();
  Token TakeDigits(std::size_t& at) const;
  Token TakeLetters(std::size_t& at) const;
  Token TakeSigned(std::size_t& at) const;

  void ReadToken(const Token& token);
  void ReadWord(std::string_view word);
  bool ReadSpecialWord(std::string_view lower);
  void ReadName(std::string_view name);
  void ReadDate(std::string_view date);
  void ReadTime(std::string_view time);
  void ReadOffset(std::string_view offset);
  void ReadNumber(std::string_view number);
  void ReadDateNumber(std::string_view digits);
  void ReadRunTogether(std::string_view number);
  void SetMonthName(int month);
  void SetYear(std::string_view digits);
  void SetTime(int hour, int minute, int second, std::int64_t micros);
  void SetZone(const TimeZone& zone);
  void SetToday(int days_from_now);
  std::int64_t NumberOf(std::string_view digits) const;
  std::int64_t FractionOf(std::string_view digits) const;
  bool ExpectsTime() const { return time_next_ || time_only_; }
  bool HasWholeDate() const { return year_ && month_ && day_; }

  void FinishDate();
  void FinishTime();

  std::string_view text_;
  std::string_view type_name_;
  const Settings& settings_;
  bool time_only_;
  std::array<Token, kTokensMax> tokens_{};
  std::size_t token_count_ = 0;

  DateTimeFields fields_;
  std::optional<std::int64_t> year_;
  std::optional<std::int64_t> month_;
  std::optional<std::int64_t> day_;
  std::int64_t hour_ = 0;
  bool two_digit_year_ = false;
  bool month_named_ = false;
  bool before_christ_ = false;
  bool julian_next_ = false;
  bool time_next_ = false;
  enum class Half : std::uint8_t { kNone, kMorning, kAfternoon } half_ = Half::kNone;
};

}  // namespace ordinal::types
