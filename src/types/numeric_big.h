// Gives the sources of Numeric its multi-precision integer. Only numeric*.cc include this.
#pragma once

#include <boost/multiprecision/cpp_int.hpp>
#include <cstdint>
#include <limits>
#include <memory>
#include <utility>

#include "types/numeric.h"

namespace ordinal::types {

using BigInt =
    boost::multiprecision::number<boost::multiprecision::cpp_int_backend<>, boost::multiprecision::et_off>;

struct Numeric::Big {
  BigInt value;
};

// Opens a Numeric to its own sources.
struct NumericAccess {
  static bool IsSmall(const Numeric& n) { return !n.big_; }
  static std::int64_t Small(const Numeric& n) { return n.small_; }
  static BigInt Unscaled(const Numeric& n) { return n.big_ ? n.big_->value : BigInt(n.small_); }
  // REQUIRES !IsSmall(n).
  static const BigInt& Large(const Numeric& n) { return n.big_->value; }
  // Checks the limits. Errors: 22003 `value overflows numeric format`.
  static Numeric Make(BigInt unscaled, int scale);
  static Numeric MakeSmall(std::int64_t unscaled, int scale) { return Numeric::FromScaled(unscaled, scale); }
};

inline constexpr int kSmallPowersMax = 18;
inline constexpr std::int64_t kPowersOfTen[kSmallPowersMax + 1] = {1,
                                                                   10,
                                                                   100,
                                                                   1000,
                                                                   10000,
                                                                   100000,
                                                                   1000000,
                                                                   10000000,
                                                                   100000000,
                                                                   1000000000,
                                                                   10000000000,
                                                                   100000000000,
                                                                   1000000000000,
                                                                   10000000000000,
                                                                   100000000000000,
                                                                   1000000000000000,
                                                                   10000000000000000,
                                                                   100000000000000000,
                                                                   1000000000000000000};

// REQUIRES exponent >= 0.
BigInt PowerOfTen(int exponent);

// Counts decimal digits; zero has none.
int CountDigits(std::int64_t value);
int CountDigits(const BigInt& value);
// Returns e such that a finite |n| = 0.d1d2... * 10^e with d1 > 0; 0 for zero.
int DecimalExponent(const Numeric& n);

// Returns numerator / denominator rounded half away from zero. REQUIRES denominator != 0.
BigInt DivideRounded(const BigInt& numerator, const BigInt& denominator);

// Returns the number at exactly `scale` >= 0 digits, rounded half away from zero.
Numeric Rescale(const Numeric& n, int scale);

// Describes a number by its first base-10000 digits, PostgreSQL's storage unit, on which it builds its
// estimates.
struct LeadingGroups {
  int weight = 0;       // the power of 10000 of the first group; 0 for zero
  int first = 0;        // the first group; 0 for zero
  double mantissa = 0;  // the first `count` groups as one number
  int count = 0;
};
// Takes at most `groups_max` (1 to 4) groups; trailing zero groups are not counted.
LeadingGroups Lead(const Numeric& n, int groups_max);

// Throws 22003 `value overflows numeric format`.
[[noreturn]] void ThrowNumericOverflow();

}  // namespace ordinal::types
