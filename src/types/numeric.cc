#include "types/numeric.h"

#include <algorithm>
#include <cstdlib>
#include <functional>

#include "base/check.h"
#include "base/error.h"
#include "types/numeric_big.h"

namespace ordinal::types {

using Access = NumericAccess;

namespace {

// round() and trunc() treat scales beyond these as these (NUMERIC_MAX_RESULT_SCALE).
constexpr int kRoundScaleMax = 2 * Numeric::kPrecisionMax;
constexpr int kDigitsPerGroup = 4;
constexpr int kQuotientDigitsMin = 16;

[[noreturn]] void ThrowDivisionByZero() {
  throw base::Error(base::sqlstate::kDivisionByZero, "division by zero");
}

// Multiplies by 10^power unless that overflows.
bool ScaleUp(std::int64_t value, int power, std::int64_t* result) {
  return power <= kSmallPowersMax && !__builtin_mul_overflow(value, kPowersOfTen[power], result);
}

// Brings the unscaled values of two small numbers to the larger scale; false when that overflows.
bool AlignSmall(const Numeric& a, const Numeric& b, std::int64_t* left, std::int64_t* right) {
  if (!Access::IsSmall(a) || !Access::IsSmall(b)) return false;
  const int scale = std::max(a.scale(), b.scale());
  return ScaleUp(Access::Small(a), scale - a.scale(), left) &&
         ScaleUp(Access::Small(b), scale - b.scale(), right);
}

BigInt UnscaledAt(const Numeric& n, int scale) {
  BigInt value = Access::Unscaled(n);
  if (scale > n.scale()) value *= PowerOfTen(scale - n.scale());
  return value;
}

// Orders the forms; finite numbers rank equal.
int Rank(const Numeric& n) {
  if (n.IsNaN()) return 2;
  return n.IsInfinite() ? n.Sign() : 0;
}

enum class Rounding { kHalfAway, kTowardZero };

Numeric Cut(const Numeric& n, int scale, Rounding rounding) {
  if (scale >= n.scale()) {
    std::int64_t small = 0;
    if (Access::IsSmall(n) && ScaleUp(Access::Small(n), scale - n.scale(), &small)) {
      return Access::MakeSmall(small, scale);
    }
    return Access::Make(UnscaledAt(n, scale), scale);
  }
  const int dropped = n.scale() - scale;
  const int result_scale = std::max(scale, 0);
  if (Access::IsSmall(n) && dropped <= kSmallPowersMax) {
    const std::int64_t power = kPowersOfTen[dropped];
    std::int64_t kept = Access::Small(n) / power;
    const std::int64_t rest = Access::Small(n) % power;
    if (rounding == Rounding::kHalfAway && std::abs(rest) >= power - std::abs(rest)) {
      kept += rest < 0 ? -1 : 1;
    }
    std::int64_t shown = 0;
    if (ScaleUp(kept, result_scale - scale, &shown)) return Access::MakeSmall(shown, result_scale);
  }
  const BigInt power = PowerOfTen(dropped);
  const BigInt unscaled = Access::Unscaled(n);
  BigInt kept = rounding == Rounding::kHalfAway ? DivideRounded(unscaled, power) : BigInt(unscaled / power);
  if (scale < 0) kept *= PowerOfTen(-scale);
  return Access::Make(std::move(kept), result_scale);
}

int QuotientScale(const Numeric& a, const Numeric& b) {
  const LeadingGroups left = Lead(a, 1);
  const LeadingGroups right = Lead(b, 1);
  int weight = left.weight - right.weight;
  if (left.first <= right.first) --weight;
  const int scale = std::max({kQuotientDigitsMin - weight * kDigitsPerGroup, a.scale(), b.scale(), 0});
  return std::min(scale, Numeric::kComputedScaleMax);
}

// Divides finite numbers, rounding or cutting at `scale`.
Numeric Divide(const Numeric& a, const Numeric& b, int scale, Rounding rounding) {
  BigInt numerator = Access::Unscaled(a);
  BigInt denominator = Access::Unscaled(b);
  const int shift = scale - a.scale() + b.scale();
  if (shift >= 0) {
    numerator *= PowerOfTen(shift);
  } else {
    denominator *= PowerOfTen(-shift);
  }
  if (rounding == Rounding::kHalfAway) return Access::Make(DivideRounded(numerator, denominator), scale);
  return Access::Make(numerator / denominator, scale);
}

}  // namespace

void ThrowNumericOverflow() {
  throw base::Error(base::sqlstate::kNumericValueOutOfRange, "value overflows numeric format");
}

BigInt PowerOfTen(int exponent) {
  if (exponent <= kSmallPowersMax) return BigInt(kPowersOfTen[exponent]);
  return boost::multiprecision::pow(BigInt(10), static_cast<unsigned>(exponent));
}

int CountDigits(std::int64_t value) {
  int count = 0;
  for (; value != 0; value /= 10) ++count;
  return count;
}

int CountDigits(const BigInt& value) {
  if (value.is_zero()) return 0;
  const BigInt magnitude = boost::multiprecision::abs(value);
  // 1233 / 4096 is just below log10(2), so the estimate is never above the truth and at most slightly below
  // it.
  int count =
      static_cast<int>((static_cast<std::uint64_t>(boost::multiprecision::msb(magnitude)) * 1233) >> 12);
  for (BigInt power = PowerOfTen(count); magnitude >= power; power *= 10) ++count;
  return count;
}

int DecimalExponent(const Numeric& n) {
  if (n.IsZero()) return 0;
  const int count = Access::IsSmall(n) ? CountDigits(Access::Small(n)) : CountDigits(Access::Large(n));
  return count - n.scale();
}

BigInt DivideRounded(const BigInt& numerator, const BigInt& denominator) {
  BigInt quotient;
  BigInt rest;
  boost::multiprecision::divide_qr(numerator, denominator, quotient, rest);
  if (boost::multiprecision::abs(rest) * 2 >= boost::multiprecision::abs(denominator)) {
    quotient += (numerator.sign() < 0) == (denominator.sign() < 0) ? 1 : -1;
  }
  return quotient;
}

Numeric Rescale(const Numeric& n, int scale) { return Cut(n, scale, Rounding::kHalfAway); }

LeadingGroups Lead(const Numeric& n, int groups_max) {
  LeadingGroups lead;
  if (n.IsZero()) return lead;
  const int exponent = DecimalExponent(n);
  // Floors (exponent - 1) / 4.
  lead.weight =
      exponent > 0 ? (exponent - 1) / kDigitsPerGroup : -((kDigitsPerGroup - exponent) / kDigitsPerGroup);
  // Takes the number at the last of the groups wanted, as one integer of at most 16 digits.
  const int last_exponent = (lead.weight - groups_max + 1) * kDigitsPerGroup;
  BigInt digits = boost::multiprecision::abs(Access::Unscaled(n));
  const int shift = -last_exponent - n.scale();
  if (shift >= 0) {
    digits *= PowerOfTen(shift);
  } else {
    digits /= PowerOfTen(-shift);
  }
  auto taken = static_cast<std::int64_t>(digits);
  lead.count = groups_max;
  while (taken % 10000 == 0) {
    taken /= 10000;
    --lead.count;
  }
  lead.mantissa = static_cast<double>(taken);
  for (; taken != 0; taken /= 10000) lead.first = static_cast<int>(taken);
  return lead;
}

Numeric NumericAccess::Make(BigInt unscaled, int scale) {
  Numeric n;
  n.scale_ = scale;
  if (unscaled >= std::numeric_limits<std::int64_t>::min() &&
      unscaled <= std::numeric_limits<std::int64_t>::max()) {
    n.small_ = static_cast<std::int64_t>(unscaled);
  } else {
    // Counting digits costs, so it waits until the bits make the limit reachable (log2(10) is above 3).
    constexpr std::size_t kBitsSafe = 3 * static_cast<std::size_t>(Numeric::kIntegerDigitsMax);
    if (boost::multiprecision::msb(boost::multiprecision::abs(unscaled)) > kBitsSafe &&
        CountDigits(unscaled) - scale > Numeric::kIntegerDigitsMax) {
      ThrowNumericOverflow();
    }
    n.big_ = std::make_shared<const Numeric::Big>(Numeric::Big{std::move(unscaled)});
  }
  if (scale > Numeric::kScaleMax) ThrowNumericOverflow();
  return n;
}

Numeric Numeric::FromScaled(std::int64_t unscaled, int scale) {
  ORDINAL_DCHECK(scale >= 0);
  Numeric n;
  n.small_ = unscaled;
  n.scale_ = scale;
  return n;
}

Numeric Numeric::Special(Form form) {
  Numeric n;
  n.form_ = form;
  return n;
}

Numeric Numeric::NaN() { return Special(Form::kNaN); }

Numeric Numeric::Infinity(bool negative) {
  return Special(negative ? Form::kNegativeInfinity : Form::kPositiveInfinity);
}

int Numeric::Sign() const {
  if (form_ == Form::kNegativeInfinity) return -1;
  if (form_ != Form::kFinite) return 1;
  if (big_) return big_->value.sign();
  return small_ == 0 ? 0 : (small_ < 0 ? -1 : 1);
}

Numeric operator+(const Numeric& a, const Numeric& b) {
  if (!a.IsFinite() || !b.IsFinite()) {
    if (a.IsNaN() || b.IsNaN()) return Numeric::NaN();
    if (a.IsInfinite() && b.IsInfinite() && a.Sign() != b.Sign()) return Numeric::NaN();
    return a.IsInfinite() ? a : b;
  }
  const int scale = std::max(a.scale(), b.scale());
  std::int64_t left = 0;
  std::int64_t right = 0;
  std::int64_t sum = 0;
  if (AlignSmall(a, b, &left, &right) && !__builtin_add_overflow(left, right, &sum)) {
    return Access::MakeSmall(sum, scale);
  }
  return Access::Make(UnscaledAt(a, scale) + UnscaledAt(b, scale), scale);
}

Numeric operator-(const Numeric& a, const Numeric& b) { return a + -b; }

Numeric operator*(const Numeric& a, const Numeric& b) {
  if (!a.IsFinite() || !b.IsFinite()) {
    if (a.IsNaN() || b.IsNaN() || a.Sign() == 0 || b.Sign() == 0) return Numeric::NaN();
    return Numeric::Infinity(a.Sign() != b.Sign());
  }
  const int scale = a.scale() + b.scale();
  std::int64_t product = 0;
  if (Access::IsSmall(a) && Access::IsSmall(b) && scale <= Numeric::kScaleMax &&
      !__builtin_mul_overflow(Access::Small(a), Access::Small(b), &product)) {
    return Access::MakeSmall(product, scale);
  }
  BigInt exact = Access::Unscaled(a) * Access::Unscaled(b);
  if (scale <= Numeric::kScaleMax) return Access::Make(std::move(exact), scale);
  return Access::Make(DivideRounded(exact, PowerOfTen(scale - Numeric::kScaleMax)), Numeric::kScaleMax);
}

Numeric operator/(const Numeric& a, const Numeric& b) {
  if (!a.IsFinite() || !b.IsFinite()) {
    if (a.IsNaN() || b.IsNaN() || (a.IsInfinite() && b.IsInfinite())) return Numeric::NaN();
    if (b.IsInfinite()) return Numeric();
    if (b.IsZero()) ThrowDivisionByZero();
    return Numeric::Infinity(a.Sign() != b.Sign());
  }
  if (b.IsZero()) ThrowDivisionByZero();
  return Divide(a, b, QuotientScale(a, b), Rounding::kHalfAway);
}

Numeric Numeric::DivideTruncated(const Numeric& a, const Numeric& b) {
  if (!a.IsFinite() || !b.IsFinite()) return a / b;
  if (b.IsZero()) ThrowDivisionByZero();
  return Divide(a, b, 0, Rounding::kTowardZero);
}

Numeric operator%(const Numeric& a, const Numeric& b) {
  if (!a.IsFinite() || !b.IsFinite()) {
    if (a.IsNaN() || b.IsNaN()) return Numeric::NaN();
    if (b.IsZero()) ThrowDivisionByZero();
    return a.IsInfinite() ? Numeric::NaN() : a;
  }
  if (b.IsZero()) ThrowDivisionByZero();
  const int scale = std::max(a.scale(), b.scale());
  std::int64_t left = 0;
  std::int64_t right = 0;
  if (AlignSmall(a, b, &left, &right)) {
    return Access::MakeSmall(right == -1 ? 0 : left % right, scale);
  }
  return Access::Make(UnscaledAt(a, scale) % UnscaledAt(b, scale), scale);
}

Numeric Numeric::operator-() const {
  if (IsNaN()) return *this;
  if (IsInfinite()) return Infinity(Sign() > 0);
  if (!big_ && small_ != std::numeric_limits<std::int64_t>::min()) return FromScaled(-small_, scale_);
  return Access::Make(-Access::Unscaled(*this), scale_);
}

Numeric Numeric::Abs() const { return Sign() < 0 ? -*this : *this; }

Numeric Numeric::Round(int scale) const {
  if (!IsFinite()) return *this;
  return Cut(*this, std::clamp(scale, -kRoundScaleMax, kRoundScaleMax), Rounding::kHalfAway);
}

Numeric Numeric::Truncate(int scale) const {
  if (!IsFinite()) return *this;
  return Cut(*this, std::clamp(scale, -kRoundScaleMax, kRoundScaleMax), Rounding::kTowardZero);
}

Numeric Numeric::Ceil() const {
  const Numeric whole = Truncate(0);
  return Compare(*this, whole) > 0 ? whole + FromInt64(1) : whole;
}

Numeric Numeric::Floor() const {
  const Numeric whole = Truncate(0);
  return Compare(*this, whole) < 0 ? whole - FromInt64(1) : whole;
}

Numeric Numeric::TrimScale() const {
  if (!IsFinite() || scale_ == 0) return *this;
  int scale = scale_;
  if (!big_) {
    std::int64_t value = small_;
    for (; scale > 0 && value % 10 == 0; --scale) value /= 10;
    return FromScaled(value, scale);
  }
  BigInt value = big_->value;
  for (; scale > 0 && value % 10 == 0; --scale) value /= 10;
  return Access::Make(std::move(value), scale);
}

std::optional<std::int64_t> Numeric::ToInt64() const {
  if (!IsFinite()) return std::nullopt;
  const Numeric whole = Cut(*this, 0, Rounding::kHalfAway);
  if (whole.big_) return std::nullopt;
  return whole.small_;
}

Numeric Numeric::ApplyModifier(std::int32_t modifier) const {
  if (modifier < 4 || IsNaN()) return *this;
  const std::int32_t packed = modifier - 4;
  const int precision = (packed >> 16) & 0xFFFF;
  const int scale = ((packed & 0x7FF) ^ 0x400) - 0x400;
  const auto overflow = [&](const std::string& rule) {
    return base::Error(base::sqlstate::kNumericValueOutOfRange, "numeric field overflow")
        .Detail("A field with precision " + std::to_string(precision) + ", scale " + std::to_string(scale) +
                rule);
  };
  if (IsInfinite()) throw overflow(" cannot hold an infinite value.");
  Numeric rounded = scale_ == scale ? *this : Cut(*this, scale, Rounding::kHalfAway);
  const int integer_digits_max = precision - scale;
  if (!rounded.IsZero() && DecimalExponent(rounded) > integer_digits_max) {
    throw overflow(" must round to an absolute value less than " +
                   (integer_digits_max != 0 ? "10^" + std::to_string(integer_digits_max) : "1") + ".");
  }
  return rounded;
}

int Numeric::Compare(const Numeric& a, const Numeric& b) {
  if (!a.IsFinite() || !b.IsFinite()) return Rank(a) - Rank(b);
  const int sign = a.Sign();
  if (sign != b.Sign()) return sign < b.Sign() ? -1 : 1;
  std::int64_t left = 0;
  std::int64_t right = 0;
  if (AlignSmall(a, b, &left, &right)) return left < right ? -1 : (left > right ? 1 : 0);
  const int scale = std::max(a.scale(), b.scale());
  return UnscaledAt(a, scale).compare(UnscaledAt(b, scale));
}

std::size_t Numeric::Hash() const {
  const std::hash<std::int64_t> hash;
  if (!IsFinite()) return hash(-1 - static_cast<int>(form_));
  const Numeric least = TrimScale();
  const auto mixed = [](std::size_t seed, std::size_t next) {
    return (seed ^ next) * std::size_t{0x9E3779B97F4A7C15} + (seed >> 29);
  };
  std::size_t result = mixed(static_cast<std::size_t>(least.scale_), 1);
  if (!least.big_) return mixed(result, hash(least.small_));
  const auto& backend = least.big_->value.backend();
  for (unsigned i = 0; i < backend.size(); ++i) result = mixed(result, backend.limbs()[i]);
  return mixed(result, backend.sign() ? 1 : 0);
}

std::size_t Numeric::HeapBytes() const {
  return big_ ? sizeof(Big) + big_->value.backend().size() * sizeof(std::uint64_t) : 0;
}

}  // namespace ordinal::types
