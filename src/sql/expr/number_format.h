// Prints numbers by a pattern, as to_char() does (manual, section 9.8, table 9.28). Private to the room.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ordinal::sql {

class NumberPattern {
 public:
  // Errors: 42601 `multiple decimal points` and kin.
  explicit NumberPattern(std::string_view pattern);

  int digits_before() const { return before_; }
  int digits_after() const { return after_; }
  // Shows fewer digits after the point, for numbers that do not have as many.
  void LimitDigitsAfter(int digits) { after_ = digits < after_ ? digits : after_; }
  // By how many digits V shifts the number.
  int shift() const { return shift_; }
  bool has_shift() const { return has_shift_; }
  // EEEE: one digit before the point, and an exponent.
  bool is_scientific() const { return is_scientific_; }
  // RN: Roman numerals.
  bool is_roman() const { return is_roman_; }

  // Prints a number that has been rounded to digits_after() and shifted: digits, and a fraction where the
  // pattern has one, or a word such as NaN. For RN, `number` is the numeral.
  std::string Format(std::string_view number, bool negative) const;

 private:
  friend class NumberPrinter;
  friend class NumberReader;

  enum class Sign : unsigned char { kNone, kBefore, kAfter };
  struct Part {
    std::string_view key;  // in upper case; empty for text that is copied
    std::string text;
  };

  void TakeKey(std::string_view key, std::string_view written);
  void TakeDigit(std::string_view key);
  void TakeSign(std::string_view key);
  void TakeExponent();

  std::vector<Part> parts_;
  int before_ = 0;
  int after_ = 0;
  int shift_ = 0;
  int zero_start_ = 0;  // the first place that is filled with zeros, counted from 1
  int zero_end_ = 0;
  int before_sign_ = 0;
  Sign sign_ = Sign::kNone;  // where S stands
  bool has_zero_ = false;
  bool has_decimal_ = false;
  bool has_shift_ = false;
  bool fills_ = true;  // false after FM
  bool has_plus_ = false;
  bool has_minus_ = false;
  bool has_bracket_ = false;
  bool is_scientific_ = false;
  bool is_roman_ = false;
};

}  // namespace ordinal::sql
