// Computes roots, exponentials and logarithms of Numeric. Results carry as many digits as PostgreSQL's:
// enough for 16 significant digits, at least the scale of the arguments, at most kComputedScaleMax after the
// point.
//
// The work is done in fixed point: a number x is held as the integer x * 10^digits, with guard digits beyond
// those that the result keeps.
#include <algorithm>
#include <cmath>
#include <limits>

#include "base/error.h"
#include "types/numeric.h"
#include "types/numeric_big.h"

namespace ordinal::types {

using Access = NumericAccess;

namespace {

constexpr int kSignificantDigitsMin = 16;
constexpr int kResultScaleMax = 2 * Numeric::kPrecisionMax;
constexpr int kGuardDigits = 12;
constexpr double kLog10OfE = 0.434294481903252;
constexpr double kLnOf10 = 2.302585092994046;
constexpr int kGroupDigits = 4;

[[noreturn]] void ThrowPower(const char* message) {
  throw base::Error(base::sqlstate::kInvalidArgumentForPower, message);
}

[[noreturn]] void ThrowLogarithm(const char* message) {
  throw base::Error(base::sqlstate::kInvalidArgumentForLogarithm, message);
}

int ClampScale(int scale, int argument_scale) {
  return std::min(std::max({scale, argument_scale, 0}), Numeric::kComputedScaleMax);
}

// A double near n; infinite rather than an error where n is too large.
double Approximate(const Numeric& n) {
  if (n.IsZero()) return 0;
  const LeadingGroups lead = Lead(n, 4);
  return n.Sign() * lead.mantissa * std::pow(10.0, (lead.weight - lead.count + 1) * kGroupDigits);
}

// Estimates the decimal exponent of ln(n), from the first groups as PostgreSQL does, since result scales
// depend on it.
int EstimateLnWeight(const Numeric& n) {
  if (n.Sign() <= 0) return 0;
  const Numeric one = Numeric::FromInt64(1);
  if (n >= Numeric::FromScaled(9, 1) && n <= Numeric::FromScaled(11, 1)) {
    // ln(1 + x) is about x.
    const Numeric difference = n - one;
    if (difference.IsZero()) return 0;
    const LeadingGroups lead = Lead(difference, 1);
    return lead.weight * kGroupDigits + static_cast<int>(std::log10(lead.first));
  }
  const LeadingGroups lead = Lead(n, 2);
  const double logarithm = std::log(lead.mantissa) + (lead.weight - lead.count + 1) * kGroupDigits * kLnOf10;
  return static_cast<int>(std::log10(std::fabs(logarithm)));
}

// x * 10^digits, rounded.
BigInt ToFixed(const Numeric& n, int digits) {
  const BigInt unscaled = Access::Unscaled(n);
  if (digits >= n.scale()) return unscaled * PowerOfTen(digits - n.scale());
  return DivideRounded(unscaled, PowerOfTen(n.scale() - digits));
}

Numeric FromFixed(const BigInt& fixed, int digits, int scale) {
  if (scale >= digits) return Access::Make(fixed * PowerOfTen(scale - digits), scale);
  return Access::Make(DivideRounded(fixed, PowerOfTen(digits - scale)), scale);
}

// Returns the root of n >= 0 without its fraction. The root of the upper half of the bits is right to half
// the digits; one step of Newton's method, which never ends below the root, doubles them.
BigInt SquareRoot(const BigInt& n) {
  constexpr unsigned kDirectBits = 128;
  if (n < (BigInt(1) << kDirectBits)) return boost::multiprecision::sqrt(n);
  const unsigned dropped = (static_cast<unsigned>(boost::multiprecision::msb(n)) + 1) / 4;
  BigInt root = SquareRoot(n >> (2 * dropped)) << dropped;
  root = (root + n / root) >> 1;
  while (root * root > n) --root;
  return root;
}

// exp(x) in fixed point. The argument is halved until the Taylor series converges quickly, and the sum
// squared as often.
BigInt ExpFixed(BigInt x, int digits) {
  const BigInt one = PowerOfTen(digits);
  unsigned halvings = 0;
  for (BigInt magnitude = boost::multiprecision::abs(x); magnitude * 1000 > one; magnitude /= 2) ++halvings;
  // Each squaring doubles the relative error, which costs a digit in three.
  const int extra = static_cast<int>(halvings) / 3 + 2;
  const BigInt scale = PowerOfTen(digits + extra);
  x = x * PowerOfTen(extra) / (BigInt(1) << halvings);
  BigInt sum = scale;
  BigInt term = scale;
  for (int i = 1; !term.is_zero(); ++i) {
    term = term * x / scale / i;
    sum += term;
  }
  for (unsigned i = 0; i < halvings; ++i) sum = sum * sum / scale;
  return sum / PowerOfTen(extra);
}

// ln(x) in fixed point for x > 0. Square roots bring x near 1, where the series of atanh converges quickly.
BigInt LnFixed(BigInt x, int digits) {
  const BigInt one = PowerOfTen(digits);
  const BigInt near = one / 100;
  unsigned roots = 0;
  while (boost::multiprecision::abs(BigInt(x - one)) > near) {
    x = SquareRoot(x * one);
    ++roots;
  }
  const BigInt ratio = (x - one) * one / (x + one);
  const BigInt square = ratio * ratio / one;
  BigInt sum = 0;
  BigInt power = ratio;
  for (int i = 1; !power.is_zero(); i += 2) {
    sum += power / i;
    power = power * square / one;
  }
  return sum * 2 * (BigInt(1) << roots);
}

// ln(n) at `scale` digits, rounded, for finite n > 0.
Numeric LnAt(const Numeric& n, int scale) {
  // Roots of huge or tiny numbers each cost accuracy; powers of ten are taken out first.
  const int exponent = DecimalExponent(n);
  const int digits = std::max(scale, 0) + kGuardDigits + 16;
  const BigInt unscaled = Access::Unscaled(n);
  const int kept = digits - n.scale() - exponent;
  const BigInt mantissa =
      kept >= 0 ? BigInt(unscaled * PowerOfTen(kept)) : DivideRounded(unscaled, PowerOfTen(-kept));
  BigInt sum = LnFixed(mantissa, digits);
  if (exponent != 0) sum += LnFixed(BigInt(10) * PowerOfTen(digits), digits) * exponent;
  return FromFixed(sum, digits, scale);
}

// exp(n) at `scale` digits, for finite n.
Numeric ExpAt(const Numeric& n, int scale) {
  const double value = Approximate(n);
  if (std::fabs(value) >= kResultScaleMax * 3) {
    if (value > 0) ThrowNumericOverflow();
    return Numeric::FromScaled(0, scale);
  }
  const int integer_digits = std::max(static_cast<int>(value * kLog10OfE) + 1, 0);
  const int digits = scale + integer_digits + kGuardDigits;
  return FromFixed(ExpFixed(ToFixed(n, digits), digits), digits, scale);
}

int ExpScale(double exponent, int argument_scale) {
  const double digits = std::clamp(exponent * kLog10OfE, -double{kResultScaleMax}, double{kResultScaleMax});
  return ClampScale(kSignificantDigitsMin - static_cast<int>(digits), argument_scale);
}

// Multiplies out base^exponent, cutting digits that cannot reach the result.
Numeric PowerOfInteger(const Numeric& base, int exponent) {
  const int scale = ClampScale(kSignificantDigitsMin, base.scale());
  double weight = 0;
  if (!base.IsZero()) {
    const LeadingGroups lead = Lead(base, 4);
    weight = exponent * (std::log10(lead.mantissa) + (lead.weight - lead.count + 1) * kGroupDigits);
    if (weight > Numeric::kIntegerDigitsMax + 1) ThrowNumericOverflow();
    if (weight + 1 < -scale) return Numeric::FromScaled(0, scale);
  }
  if (exponent == 0) return Rescale(Numeric::FromInt64(1), scale);
  const bool inverse = exponent < 0;
  // Works on integer significands, kept to the digits that matter, with their power of ten apart.
  const int digits_kept = scale + std::abs(static_cast<int>(weight)) + kGuardDigits + kSignificantDigitsMin;
  struct Scaled {
    BigInt value;
    std::int64_t exponent;
  };
  const auto trim = [digits_kept](Scaled& n) {
    const int excess = CountDigits(n.value) - digits_kept;
    if (excess <= 0) return;
    n.value = DivideRounded(n.value, PowerOfTen(excess));
    n.exponent += excess;
  };
  Scaled square{Access::Unscaled(base), -base.scale()};
  Scaled product{1, 0};
  auto bits = static_cast<std::uint64_t>(std::abs(std::int64_t{exponent}));
  while (true) {
    if ((bits & 1) != 0) {
      product.value *= square.value;
      product.exponent += square.exponent;
      trim(product);
    }
    bits >>= 1;
    if (bits == 0) break;
    square.value *= square.value;
    square.exponent *= 2;
    trim(square);
  }
  if (product.value.is_zero()) return Numeric::FromScaled(0, scale);
  if (inverse) {
    const int digits = digits_kept + CountDigits(product.value);
    product.value = PowerOfTen(digits) / product.value;
    product.exponent = -product.exponent - digits;
  }
  const std::int64_t shift = product.exponent + scale;
  if (shift > 2LL * Numeric::kIntegerDigitsMax) ThrowNumericOverflow();
  if (shift >= 0) return Access::Make(product.value * PowerOfTen(static_cast<int>(shift)), scale);
  return Access::Make(DivideRounded(product.value, PowerOfTen(static_cast<int>(-shift))), scale);
}

// Powers that involve an infinity or NaN, by the rules of POSIX pow().
Numeric SpecialPower(const Numeric& base, const Numeric& exponent) {
  Numeric one = Numeric::FromInt64(1);
  if (base == one || exponent.IsZero()) return one;
  if (base.IsNaN() || exponent.IsNaN()) return Numeric::NaN();
  if (base.IsZero() && exponent.Sign() < 0) ThrowPower("zero raised to a negative power is undefined");
  if (exponent.IsInfinite()) {
    const int order = Numeric::Compare(base.Abs(), one);
    if (order == 0) return one;
    return (order > 0) == (exponent.Sign() > 0) ? Numeric::Infinity() : Numeric();
  }
  const bool integral = exponent.Truncate(0) == exponent;
  if (base.Sign() < 0 && !integral) {
    ThrowPower("a negative number raised to a non-integer power yields a complex result");
  }
  if (exponent.Sign() < 0) return Numeric();
  const bool odd = integral && !(exponent % Numeric::FromInt64(2)).IsZero();
  return Numeric::Infinity(base.Sign() < 0 && odd);
}

}  // namespace

Numeric Numeric::Sqrt() const {
  if (IsNaN()) return *this;
  if (Sign() < 0) {
    throw base::Error(base::sqlstate::kInvalidArgumentForPower,
                      "cannot take square root of a negative number");
  }
  if (IsInfinite()) return *this;
  const int result_weight = Lead(*this, 1).weight * kGroupDigits / 2 + 1;
  return SqrtAt(ClampScale(kSignificantDigitsMin - result_weight, scale_));
}

Numeric Numeric::SqrtAt(int scale) const {
  // One digit more than kept, so that the integer root rounds correctly.
  const int digits = scale + 1;
  const int shift = 2 * digits - scale_;
  const BigInt unscaled = Access::Unscaled(*this);
  const BigInt radicand =
      shift >= 0 ? BigInt(unscaled * PowerOfTen(shift)) : BigInt(unscaled / PowerOfTen(-shift));
  return FromFixed(SquareRoot(radicand), digits, scale);
}

Numeric Numeric::Exp() const {
  if (IsNaN()) return *this;
  if (IsInfinite()) return Sign() < 0 ? Numeric() : *this;
  return ExpAt(*this, ExpScale(Approximate(*this), scale_));
}

Numeric Numeric::Ln() const {
  if (IsNaN()) return *this;
  if (Sign() < 0) ThrowLogarithm("cannot take logarithm of a negative number");
  if (Sign() == 0) ThrowLogarithm("cannot take logarithm of zero");
  if (IsInfinite()) return *this;
  return LnAt(*this, ClampScale(kSignificantDigitsMin - EstimateLnWeight(*this), scale_));
}

Numeric Numeric::Log10() const { return Log(FromInt64(10), *this); }

Numeric Numeric::Log(const Numeric& base, const Numeric& value) {
  if (base.IsNaN() || value.IsNaN()) return NaN();
  for (const Numeric* argument : {&base, &value}) {
    if (argument->Sign() < 0) ThrowLogarithm("cannot take logarithm of a negative number");
    if (argument->Sign() == 0) ThrowLogarithm("cannot take logarithm of zero");
  }
  if (base.IsInfinite()) return value.IsInfinite() ? NaN() : Numeric();
  if (value.IsInfinite()) return Infinity();
  const int base_weight = EstimateLnWeight(base);
  const int weight = EstimateLnWeight(value) - base_weight;
  const int scale = ClampScale(kSignificantDigitsMin - weight, std::max(base.scale(), value.scale()));
  const int digits =
      std::max(scale + std::max(weight, 0) + std::abs(base_weight) + kGuardDigits, kGuardDigits);
  const Numeric numerator = LnAt(value, digits);
  const Numeric denominator = LnAt(base, digits);
  if (denominator.IsZero()) throw base::Error(base::sqlstate::kDivisionByZero, "division by zero");
  return FromFixed(
      DivideRounded(Access::Unscaled(numerator) * PowerOfTen(digits), Access::Unscaled(denominator)), digits,
      scale);
}

Numeric Numeric::Power(const Numeric& base, const Numeric& exponent) {
  if (!base.IsFinite() || !exponent.IsFinite()) return SpecialPower(base, exponent);
  if (base.IsZero() && exponent.Sign() < 0) ThrowPower("zero raised to a negative power is undefined");
  const Numeric whole = exponent.Truncate(0);
  const bool integral = whole == exponent;
  if (base.Sign() < 0 && !integral) {
    ThrowPower("a negative number raised to a non-integer power yields a complex result");
  }
  const auto small = whole.ToInt64();
  if (integral && small && std::abs(*small) <= std::numeric_limits<std::int32_t>::max()) {
    return PowerOfInteger(base, static_cast<int>(*small));
  }
  if (base.IsZero()) return FromScaled(0, kSignificantDigitsMin);
  const Numeric magnitude = base.Abs();
  // Estimates the result's size from eight digits of the logarithm, as PostgreSQL does.
  const int estimate_scale = std::max(8 - EstimateLnWeight(magnitude), 0);
  const double logarithm = Approximate(Rescale(LnAt(magnitude, estimate_scale) * exponent, estimate_scale));
  if (std::fabs(logarithm) > kResultScaleMax * 3.01) {
    if (logarithm > 0) ThrowNumericOverflow();
    return FromScaled(0, kComputedScaleMax);
  }
  const int scale = ExpScale(logarithm, std::max(base.scale(), exponent.scale()));
  // An error in the logarithm is as large, relatively, in the result.
  const int integer_digits = std::max(static_cast<int>(logarithm * kLog10OfE), 0);
  const int digits = scale + integer_digits + std::max(DecimalExponent(exponent), 0) + kGuardDigits;
  const Numeric product = LnAt(magnitude, digits) * exponent;
  const Numeric result = ExpAt(product, scale);
  const bool odd = base.Sign() < 0 && !(whole % FromInt64(2)).IsZero();
  return odd ? -result : result;
}

}  // namespace ordinal::types
