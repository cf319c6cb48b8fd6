// Holds an exact decimal number the way PostgreSQL's numeric does: a value, the number of digits shown
// after the decimal point (the scale), and the three special values NaN, Infinity and -Infinity.
//
// A finite number is unscaled / 10^scale. An unscaled value that fits 64 bits is held in place; a larger one
// is a shared immutable integer, so copies are cheap and safe to use from any thread.
//
// Results have the scales that PostgreSQL gives them: sums the larger scale, products the sum of the scales,
// quotients at least 16 significant digits. Results with more than kIntegerDigitsMax digits before the point
// report 22003 `value overflows numeric format`.
#pragma once

#include <compare>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace ordinal::types {

class Numeric {
 public:
  static constexpr int kScaleMax = 16383;           // of any value
  static constexpr int kComputedScaleMax = 1000;    // of quotients, roots and logarithms
  static constexpr int kPrecisionMax = 1000;        // of a declared numeric(p, s)
  static constexpr int kIntegerDigitsMax = 131072;  // digits before the decimal point

  // Makes zero.
  Numeric() = default;
  static Numeric FromInt64(std::int64_t value) { return FromScaled(value, 0); }
  // Makes unscaled / 10^scale. REQUIRES 0 <= scale <= kScaleMax.
  static Numeric FromScaled(std::int64_t unscaled, int scale);
  // Keeps the 15 (6 for float) significant digits that PostgreSQL's casts keep.
  static Numeric FromDouble(double value);
  static Numeric FromFloat(float value);
  static Numeric NaN();
  static Numeric Infinity(bool negative = false);

  // Reads PostgreSQL's input form, blanks around it allowed. Errors: 22P02 `invalid input syntax for type
  // numeric: "x"`, 22003 `value overflows numeric format`.
  static Numeric Parse(std::string_view text);

  bool IsFinite() const { return form_ == Form::kFinite; }
  bool IsNaN() const { return form_ == Form::kNaN; }
  bool IsInfinite() const { return form_ == Form::kPositiveInfinity || form_ == Form::kNegativeInfinity; }
  bool IsZero() const { return IsFinite() && !big_ && small_ == 0; }
  // Returns -1, 0 or 1; NaN counts as 1.
  int Sign() const;
  // Digits shown after the decimal point; 0 for the special values.
  int scale() const { return scale_; }

  void AppendText(std::string& out) const;
  std::string ToString() const;

  friend Numeric operator+(const Numeric& a, const Numeric& b);
  friend Numeric operator-(const Numeric& a, const Numeric& b);
  friend Numeric operator*(const Numeric& a, const Numeric& b);
  // Errors: 22012 `division by zero`.
  friend Numeric operator/(const Numeric& a, const Numeric& b);
  // The remainder has the sign of the dividend. Errors: 22012.
  friend Numeric operator%(const Numeric& a, const Numeric& b);
  Numeric operator-() const;
  Numeric Abs() const;
  // Returns the quotient without its fraction (PostgreSQL's div()). Errors: 22012.
  static Numeric DivideTruncated(const Numeric& a, const Numeric& b);

  // Rounds half away from zero, or cuts, at `scale` digits after the point (before it when negative). The
  // result's scale is max(scale, 0).
  Numeric Round(int scale) const;
  Numeric Truncate(int scale) const;
  Numeric Ceil() const;
  Numeric Floor() const;
  // Shows the same number with the fewest digits after the point.
  Numeric TrimScale() const;
  int MinScale() const { return TrimScale().scale(); }

  // Errors: 2201F, 2201E and 22003 with PostgreSQL's texts.
  Numeric Sqrt() const;
  // The root at that many digits after the point. REQUIRES a finite number that is not negative.
  Numeric SqrtAt(int scale) const;
  Numeric Exp() const;
  Numeric Ln() const;
  Numeric Log10() const;
  static Numeric Log(const Numeric& base, const Numeric& value);
  static Numeric Power(const Numeric& base, const Numeric& exponent);

  // Rounds half away from zero; nullopt when out of range or not finite.
  std::optional<std::int64_t> ToInt64() const;
  // Errors: 22003 `"..." is out of range for type double precision`.
  double ToDouble() const;

  // Applies numeric(precision, scale), packed as a type modifier; -1 changes nothing. Errors: 22003 `numeric
  // field overflow` with PostgreSQL's detail.
  Numeric ApplyModifier(std::int32_t modifier) const;

  // Returns a number below, equal to or above zero. NaN equals itself and is above all else; scale does not
  // matter.
  static int Compare(const Numeric& a, const Numeric& b);
  friend bool operator==(const Numeric& a, const Numeric& b) { return Compare(a, b) == 0; }
  friend std::weak_ordering operator<=>(const Numeric& a, const Numeric& b) { return Compare(a, b) <=> 0; }
  std::size_t Hash() const;

  // Describes a finite number without its scale: (-1)^negative * 0.DIGITS * 10^exponent. `digits` are
  // decimal, without leading or trailing zeros; zero has none and exponent 0. Order-preserving encodings
  // build on it.
  struct Decimal {
    bool negative = false;
    std::string digits;
    int exponent = 0;
  };
  // REQUIRES IsFinite().
  Decimal ToDecimal() const;
  // The scale is the least that shows the number. REQUIRES a value within the limits above.
  static Numeric FromDecimal(const Decimal& decimal);

  // Appends PostgreSQL's binary wire form (numeric_send).
  void AppendBinary(std::string& out) const;
  // Errors: 22P03 `invalid sign in external "numeric" value` and its kin.
  static Numeric FromBinary(std::string_view bytes);

  // Appends a compact form for stored rows: a tag, the scale, the unscaled value. FromBytes takes exactly
  // what AppendBytes added. Errors: XX001.
  void AppendBytes(std::string& out) const;
  static Numeric FromBytes(std::string_view bytes);

  // Bytes of memory held outside the object.
  std::size_t HeapBytes() const;

 private:
  enum class Form : std::uint8_t { kFinite, kPositiveInfinity, kNegativeInfinity, kNaN };
  // Keeps the multi-precision library out of this header.
  struct Big;
  friend struct NumericAccess;

  static Numeric Special(Form form);

  std::int64_t small_ = 0;
  std::shared_ptr<const Big> big_;  // set only when the unscaled value does not fit small_
  std::int32_t scale_ = 0;
  Form form_ = Form::kFinite;
};

}  // namespace ordinal::types
