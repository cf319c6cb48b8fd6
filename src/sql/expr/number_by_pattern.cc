#include "sql/expr/number_by_pattern.h"

#include <utility>

#include "base/error.h"
#include "sql/expr/number_format.h"
#include "types/scan.h"
#include "types/utf8.h"

namespace ordinal::sql {

// Walks the pattern and the text side by side.
class NumberReader {
 public:
  NumberReader(std::string_view text, const NumberPattern& pattern) : text_(text), pattern_(pattern) {}

  NumberByPattern Run() {
    for (const NumberPattern::Part& part : pattern_.parts_) {
      if (AtEnd()) break;
      if (part.key.empty()) {
        SkipCharacter();
      } else {
        Read(part.key);
      }
    }
    if (digits_.ends_with('.')) digits_.pop_back();
    digits_.insert(digits_.begin(), sign_);
    return {std::move(digits_), after_};
  }

 private:
  bool AtEnd() const { return next_ >= text_.size(); }
  char Current() const { return text_[next_]; }
  void SkipCharacter() { next_ += types::BytesOfCharacters(text_.substr(next_), 1); }

  // Skips what cannot be a part of the number.
  void SkipOthers(int count) {
    while (count-- > 0 && !AtEnd() && std::string_view("0123456789.,+-").find(Current()) == kNone) {
      SkipCharacter();
    }
  }

  void Read(std::string_view key) {
    if (key == "9" || key == "0" || key == "." || key == "D") {
      ReadDigit(key == "9" || key == "0");
      ++next_;
    } else if (key == "," || key == "G") {
      if (pattern_.fills_ && Current() == ',') ++next_;
    } else if (key == "L") {
      SkipOthers(1);
    } else if (key == "TH") {
      if (!pattern_.has_decimal_) SkipOthers(2);
    } else if (key == "MI" || key == "PL" || key == "SG") {
      const bool minus = key != "PL" && Current() == '-';
      const bool plus = key != "MI" && Current() == '+';
      if (minus || plus) {
        sign_ = Current();
        ++next_;
      } else {
        SkipOthers(1);
      }
    }
  }

  // Stops on the last character that it took.
  void ReadDigit(bool may_sign) {
    if (Current() == ' ') ++next_;
    if (AtEnd()) return;
    if (sign_ == ' ' && may_sign && before_ + after_ == 0) ReadSignBefore();
    if (AtEnd()) return;
    bool took = false;
    if (types::IsDigit(Current())) {
      if (has_point_ && after_ == pattern_.digits_after()) return;
      digits_ += Current();
      ++(has_point_ ? after_ : before_);
      took = true;
    } else if (pattern_.has_decimal_ && !has_point_ && Current() == '.') {
      digits_ += '.';
      has_point_ = true;
      took = true;
    }
    if (sign_ == ' ' && before_ + after_ > 0) ReadSignBehind(took);
  }

  void ReadSignBefore() {
    const bool minus = Current() == '-';
    const bool plus = Current() == '+';
    const bool bracket = pattern_.has_bracket_ && Current() == '<';
    if (!minus && !plus && !bracket) return;
    sign_ = plus ? '+' : '-';
    ++next_;
  }

  void ReadSignBehind(bool took) {
    if (pattern_.sign_ != NumberPattern::Sign::kNone) {
      if (!took || next_ + 1 >= text_.size()) return;
      const char following = text_[next_ + 1];
      if (following != '-' && following != '+') return;
      sign_ = following;
      ++next_;
    } else if (!took && (pattern_.has_plus_ || pattern_.has_minus_) &&
               (Current() == '-' || Current() == '+')) {
      sign_ = Current();
    }
  }

  static constexpr std::size_t kNone = std::string_view::npos;

  std::string_view text_;
  const NumberPattern& pattern_;
  std::size_t next_ = 0;
  char sign_ = ' ';
  std::string digits_;
  bool has_point_ = false;
  int before_ = 0;
  int after_ = 0;
};

NumberByPattern ReadNumberByPattern(std::string_view text, const NumberPattern& pattern) {
  if (pattern.is_scientific()) {
    throw base::Error(base::sqlstate::kFeatureNotSupported, "\"EEEE\" not supported for input");
  }
  if (pattern.is_roman()) {
    throw base::Error(base::sqlstate::kFeatureNotSupported, "\"RN\" not supported for input");
  }
  return NumberReader(text, pattern).Run();
}

}  // namespace ordinal::sql
