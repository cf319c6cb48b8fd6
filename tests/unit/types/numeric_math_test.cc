#include <gtest/gtest.h>

#include "types/numeric.h"
#include "unit/types/error_text.h"

namespace ordinal::types {
namespace {

Numeric N(std::string_view text) { return Numeric::Parse(text); }

std::string Power(std::string_view base, std::string_view exponent) {
  return Numeric::Power(N(base), N(exponent)).ToString();
}

// Every expected value is PostgreSQL 15's answer.
TEST(NumericMath, TakesSquareRoots) {
  EXPECT_EQ(N("2").Sqrt().ToString(), "1.414213562373095");
  EXPECT_EQ(N("0").Sqrt().ToString(), "0.000000000000000");
  EXPECT_EQ(N("1e10").Sqrt().ToString(), "100000.00000000000");
  EXPECT_EQ(N("16.0000").Sqrt().ToString(), "4.000000000000000");
  EXPECT_EQ(ErrorOf([] { N("-1").Sqrt(); }), "2201F cannot take square root of a negative number");
  EXPECT_TRUE(Numeric::NaN().Sqrt().IsNaN());
}

TEST(NumericMath, RootsOfLongNumbersAreExact) {
  const Numeric root = N("123456789").Round(300) + N("1e-300");
  EXPECT_EQ((root * root).Sqrt(), root);
  const Numeric large = N("1e2000") - N("1");
  EXPECT_EQ((large * large).Sqrt(), large);
  EXPECT_EQ((large * large - N("1")).Sqrt(), large);
  EXPECT_EQ(N("1e131070").Sqrt(), N("1e65535"));
}

TEST(NumericMath, RaisesToPowers) {
  EXPECT_EQ(Power("2", "10"), "1024.0000000000000000");
  EXPECT_EQ(Power("0.5", "7"), "0.0078125000000000");
  EXPECT_EQ(Power("-7.25", "3"), "-381.0781250000000000");
  EXPECT_EQ(Power("100", "0.5"), "10.000000000000000");
  EXPECT_EQ(Power("10", "-1"), "0.1000000000000000");
  EXPECT_EQ(Power("0", "0"), "1.0000000000000000");
  EXPECT_EQ(Power("NaN", "0"), "1");
  EXPECT_EQ(Power("-Infinity", "3"), "-Infinity");
  EXPECT_EQ(Power("0.5", "Infinity"), "0");
  EXPECT_EQ(ErrorOf([] { Power("0", "-1"); }), "2201F zero raised to a negative power is undefined");
  EXPECT_EQ(ErrorOf([] { Power("-2", "0.5"); }),
            "2201F a negative number raised to a non-integer power yields a complex result");
  EXPECT_EQ(ErrorOf([] { Power("10", "200000"); }), "22003 value overflows numeric format");
}

TEST(NumericMath, TakesExponentialsAndLogarithms) {
  EXPECT_EQ(N("1").Exp().ToString(), "2.7182818284590452");
  EXPECT_EQ(N("0").Exp().ToString(), "1.0000000000000000");
  EXPECT_EQ(N("-1").Exp().ToString(), "0.3678794411714423");
  EXPECT_EQ(N("2").Ln().ToString(), "0.6931471805599453");
  EXPECT_EQ(N("10").Ln().ToString(), "2.3025850929940457");
  EXPECT_EQ(N("100").Log10().ToString(), "2.0000000000000000");
  EXPECT_EQ(Numeric::Log(N("2"), N("64")).ToString(), "6.0000000000000000");
  EXPECT_EQ(ErrorOf([] { N("0").Ln(); }), "2201E cannot take logarithm of zero");
  EXPECT_EQ(ErrorOf([] { N("-1").Ln(); }), "2201E cannot take logarithm of a negative number");
  EXPECT_EQ(ErrorOf([] { Numeric::Log(N("1"), N("5")); }), "22012 division by zero");
  EXPECT_EQ(ErrorOf([] { N("100000").Exp(); }), "22003 value overflows numeric format");
  EXPECT_EQ(Numeric::Infinity(true).Exp().ToString(), "0");
}

}  // namespace
}  // namespace ordinal::types
