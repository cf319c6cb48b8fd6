#include "sql/expr/number_format.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include "base/error.h"
#include "types/scan.h"
#include "types/utf8.h"

namespace ordinal::sql {
namespace {

using base::Error;

// Longer ones first where one begins another.
constexpr std::array<std::string_view, 20> kKeys = {"EEEE", "FM", "MI", "PL", "PR", "RN", "SG",
                                                    "SP",   "TH", ",",  ".",  "0",  "9",  "B",
                                                    "C",    "D",  "G",  "L",  "S",  "V"};

[[noreturn]] void ThrowSyntax(const std::string& message) {
  throw Error(base::sqlstate::kSyntaxError, message);
}

std::string_view KeyAt(std::string_view text) {
  for (const std::string_view key : kKeys) {
    if (text.size() < key.size()) continue;
    const bool same = std::equal(key.begin(), key.end(), text.begin(), [](char a, char b) {
      return a == (b >= 'a' && b <= 'z' ? static_cast<char>(b - ('a' - 'A')) : b);
    });
    // Keys are written in upper or in lower case throughout.
    const std::string_view written = text.substr(0, key.size());
    const bool mixed =
        std::any_of(written.begin(), written.end(), [](char c) { return c >= 'a'; }) &&
        std::any_of(written.begin(), written.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    if (same && !mixed) return key;
  }
  return {};
}

}  // namespace

NumberPattern::NumberPattern(std::string_view pattern) {
  bool quoted = false;
  while (!pattern.empty()) {
    if (pattern.front() == '"') {
      quoted = !quoted;
      pattern.remove_prefix(1);
      continue;
    }
    const std::string_view key = quoted ? std::string_view() : KeyAt(pattern);
    if (!key.empty()) {
      TakeKey(key, pattern.substr(0, key.size()));
      pattern.remove_prefix(key.size());
      continue;
    }
    const bool escapes = pattern.front() == '\\' && pattern.size() > 1 && (quoted || pattern[1] == '"');
    if (escapes) pattern.remove_prefix(1);
    const std::size_t size = types::BytesOfCharacters(pattern, 1);
    parts_.push_back({{}, std::string(pattern.substr(0, size))});
    pattern.remove_prefix(size);
  }
  before_ += shift_;
  if (zero_start_ > 0) --zero_start_;
  const bool writes_sign = has_plus_ || has_minus_;
  if (!writes_sign && sign_ == Sign::kBefore && before_ == before_sign_) sign_ = Sign::kAfter;
}

void NumberPattern::TakeKey(std::string_view key, std::string_view written) {
  if (is_scientific_ && key != "EEEE") ThrowSyntax("\"EEEE\" must be the last pattern used");
  if (key == "9" || key == "0") {
    TakeDigit(key);
  } else if (key == "." || key == "D") {
    if (has_decimal_) ThrowSyntax("multiple decimal points");
    if (has_shift_) ThrowSyntax("cannot use \"V\" and decimal point together");
    has_decimal_ = true;
  } else if (key == "FM") {
    fills_ = false;
  } else if (key == "S" || key == "MI" || key == "PL" || key == "SG" || key == "PR") {
    TakeSign(key);
  } else if (key == "V") {
    if (has_decimal_) ThrowSyntax("cannot use \"V\" and decimal point together");
    has_shift_ = true;
  } else if (key == "RN") {
    is_roman_ = true;
  } else if (key == "EEEE") {
    TakeExponent();
  }
  parts_.push_back({key, std::string(written)});
}

void NumberPattern::TakeDigit(std::string_view key) {
  if (has_bracket_) ThrowSyntax("\"" + std::string(key) + "\" must be ahead of \"PR\"");
  if (key == "9") {
    if (has_shift_) {
      ++shift_;
    } else {
      ++(has_decimal_ ? after_ : before_);
    }
    return;
  }
  if (!has_zero_ && !has_decimal_) {
    has_zero_ = true;
    zero_start_ = before_ + 1;
  }
  ++(has_decimal_ ? after_ : before_);
  zero_end_ = before_ + after_;
}

void NumberPattern::TakeExponent() {
  if (is_scientific_) ThrowSyntax("cannot use \"EEEE\" twice");
  if (!fills_ || has_plus_ || has_minus_ || has_bracket_ || sign_ != Sign::kNone || is_roman_ || has_shift_) {
    throw Error(base::sqlstate::kSyntaxError, "\"EEEE\" is incompatible with other formats")
        .Detail("\"EEEE\" may only be used together with digit and decimal point patterns.");
  }
  is_scientific_ = true;
}

void NumberPattern::TakeSign(std::string_view key) {
  const bool other = has_plus_ || has_minus_ || has_bracket_;
  if (key == "S") {
    if (sign_ != Sign::kNone) ThrowSyntax("cannot use \"S\" twice");
    if (other) ThrowSyntax("cannot use \"S\" and \"PL\"/\"MI\"/\"SG\"/\"PR\" together");
    sign_ = has_decimal_ ? Sign::kAfter : Sign::kBefore;
    before_sign_ = before_;
    return;
  }
  if (key == "PR") {
    if (sign_ != Sign::kNone || has_plus_ || has_minus_) {
      ThrowSyntax("cannot use \"PR\" and \"S\"/\"PL\"/\"MI\"/\"SG\" together");
    }
    has_bracket_ = true;
    return;
  }
  if (sign_ != Sign::kNone) ThrowSyntax("cannot use \"S\" and \"" + std::string(key) + "\" together");
  has_minus_ |= key == "MI" || key == "SG";
  has_plus_ |= key == "PL" || key == "SG";
}

// Prints one number; walks the pattern and the digits side by side.
class NumberPrinter {
 public:
  NumberPrinter(const NumberPattern& pattern, std::string_view number, bool negative)
      : pattern_(pattern), negative_(negative) {
    number_ = number;
    if (pattern_.is_roman_) return;
    const auto length = static_cast<int>(std::min(number.find('.'), number.size()));
    if (length < pattern_.before_) {
      blanks_ = pattern_.before_ - length;
    } else if (length > pattern_.before_) {
      number_.assign(static_cast<std::size_t>(pattern_.before_ + pattern_.after_ + 1), '#');
      number_[static_cast<std::size_t>(pattern_.before_)] = '.';
    }
    bracket_ = pattern_.has_bracket_ && (negative_ || pattern_.fills_);
    if (pattern_.has_plus_ || pattern_.has_minus_) {
      sign_done_ = pattern_.has_minus_;
    } else {
      sign_done_ = !negative_ && !pattern_.fills_ && pattern_.sign_ == NumberPattern::Sign::kNone;
    }
    count_ = pattern_.after_ + pattern_.before_ - 1;
    if (!pattern_.fills_ && pattern_.has_decimal_) FindLastRelevant();
    if (!sign_done_ && blanks_ == 0) ++count_;
  }

  std::string Run() {
    for (const NumberPattern::Part& part : pattern_.parts_) {
      if (part.key.empty()) {
        out_ += part.text;
      } else {
        Print(part);
      }
    }
    if (end_ != kNone) out_.resize(end_);
    return std::move(out_);
  }

 private:
  static constexpr std::size_t kNone = std::string::npos;

  // The last digit of the fraction that is not dropped, or the point.
  void FindLastRelevant() {
    const std::size_t point = number_.find('.');
    if (point == kNone) return;
    last_ = std::max(number_.find_last_not_of('0'), point);
    if (pattern_.zero_end_ > blanks_) {
      const auto zero = static_cast<std::size_t>(pattern_.zero_end_ - blanks_);
      last_ = std::max(last_, std::min(zero, number_.size() - 1));
    }
  }

  bool EndsAtPoint() const { return last_ != kNone && number_[last_] == '.'; }
  char Digit() const { return next_ < number_.size() ? number_[next_] : '\0'; }
  // A lone zero before the point is not shown.
  bool IsHiddenZero() const {
    return !pattern_.has_zero_ && next_ == 0 && !number_.empty() && number_[0] == '0' && pattern_.after_ != 0;
  }

  void Print(const NumberPattern::Part& part) {
    const bool fills = pattern_.fills_;
    if (pattern_.is_roman_) {
      if (part.key == "RN") PrintRoman(part.text == "RN");
    } else if (part.key == "9" || part.key == "0" || part.key == "." || part.key == "D") {
      PrintDigit(part.key);
    } else if (part.key == "," || part.key == "G") {
      if (shows_digits_) {
        out_ += ',';
      } else if (fills) {
        out_ += ' ';
      }
    } else if (part.key == "L") {
      out_ += ' ';
    } else if (part.key == "MI") {
      if (negative_ || fills) out_ += negative_ ? '-' : ' ';
    } else if (part.key == "PL") {
      if (!negative_ || fills) out_ += negative_ ? ' ' : '+';
    } else if (part.key == "SG") {
      out_ += negative_ ? '-' : '+';
    } else if (part.key == "TH") {
      PrintOrdinal(part.text == "TH");
    }
  }

  void PrintOrdinal(bool upper) {
    if (number_.starts_with('#') || negative_ || pattern_.has_decimal_) return;
    const char last = number_.back();
    if (last < '0' || last > '9') {
      throw Error(base::sqlstate::kInvalidTextRepresentation, "\"" + number_ + "\" is not a number");
    }
    const bool teen = number_.size() > 1 && number_[number_.size() - 2] == '1';
    std::string suffix = teen || last == '0' || last > '3' ? "th"
                         : last == '1'                     ? "st"
                         : last == '2'                     ? "nd"
                                                           : "rd";
    if (upper) {
      for (char& c : suffix) c = static_cast<char>(c - ('a' - 'A'));
    }
    out_ += suffix;
  }

  void PrintRoman(bool upper) {
    constexpr std::size_t kWidth = 15;
    if (pattern_.fills_ && number_.size() < kWidth) out_.append(kWidth - number_.size(), ' ');
    for (const char c : number_) out_ += upper ? c : types::ToLower(c);
  }

  void PrintSign() {
    if (pattern_.sign_ != NumberPattern::Sign::kNone) {
      if (pattern_.sign_ != NumberPattern::Sign::kBefore) return;
      out_ += negative_ ? '-' : '+';
    } else if (bracket_) {
      out_ += negative_ ? '<' : ' ';
    } else if (negative_) {
      out_ += '-';
    } else if (pattern_.fills_) {
      out_ += ' ';
    }
    sign_done_ = true;
  }

  void PrintDigit(std::string_view key) {
    shows_digits_ = false;
    const bool begins = at_ >= blanks_ || (pattern_.has_zero_ && pattern_.zero_start_ == at_);
    if (!sign_done_ && begins && (!IsHiddenZero() || EndsAtPoint())) PrintSign();
    if (at_ < blanks_ && (pattern_.zero_start_ > at_ || !pattern_.has_zero_)) {
      if (pattern_.fills_) out_ += ' ';
    } else if (at_ < blanks_) {
      out_ += '0';
      shows_digits_ = true;
    } else {
      PrintOwnDigit(key);
      if (next_ < number_.size()) ++next_;
    }
    int end = count_ + (blanks_ > 0 ? 1 : 0) + (pattern_.has_decimal_ ? 1 : 0);
    if (last_ != kNone && last_ == next_) end = at_;
    if (at_ + 1 == end) {
      if (sign_done_ && bracket_) {
        out_ += negative_ ? '>' : ' ';
      } else if (pattern_.sign_ == NumberPattern::Sign::kAfter) {
        out_ += negative_ ? '-' : '+';
      }
    }
    ++at_;
  }

  void PrintOwnDigit(std::string_view key) {
    if (Digit() == '.') {
      if (!EndsAtPoint() || !pattern_.fills_) out_ += '.';
    } else if (last_ != kNone && next_ > last_ && key != "0") {
      return;
    } else if (IsHiddenZero()) {
      if (pattern_.fills_) {
        out_ += ' ';
      } else if (EndsAtPoint()) {
        out_ += '0';
      }
    } else if (Digit() != '\0') {
      out_ += Digit();
      shows_digits_ = true;
    } else {
      end_ = std::min(end_, out_.size());
    }
  }

  const NumberPattern& pattern_;
  std::string number_;
  bool negative_;
  bool bracket_ = false;
  bool sign_done_ = false;
  bool shows_digits_ = false;  // by the last place of the pattern
  int blanks_ = 0;             // places before the first digit
  int count_ = 0;
  int at_ = 0;                // the place of the pattern
  std::size_t next_ = 0;      // the place in the number
  std::size_t last_ = kNone;  // set where FM drops the end of a fraction
  std::size_t end_ = kNone;   // PostgreSQL shows nothing behind a place for which the number has no digit
  std::string out_;
};

std::string NumberPattern::Format(std::string_view number, bool negative) const {
  return NumberPrinter(*this, number, negative).Run();
}

}  // namespace ordinal::sql
