#include "types/numeric.h"

#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "unit/types/error_text.h"

namespace ordinal::types {
namespace {

Numeric N(std::string_view text) { return Numeric::Parse(text); }

TEST(Numeric, AddsAndSubtractsAtTheLargerScale) {
  EXPECT_EQ((N("1.50") + N("2.5")).ToString(), "4.00");
  EXPECT_EQ((N("1") - N("0.001")).ToString(), "0.999");
  EXPECT_EQ((N("9223372036854775807") + N("1")).ToString(), "9223372036854775808");
  EXPECT_EQ((N("-9223372036854775808") - N("1")).ToString(), "-9223372036854775809");
  EXPECT_EQ((N("9223372036854775808") - N("1")).ToString(), "9223372036854775807");
  EXPECT_EQ((-N("-9223372036854775808")).ToString(), "9223372036854775808");
  EXPECT_EQ((N("1e30") + N("1e-30")).ToString(),
            "1000000000000000000000000000000.000000000000000000000000000001");
}

TEST(Numeric, MultipliesExactly) {
  EXPECT_EQ((N("1.10") * N("3.000")).ToString(), "3.30000");
  EXPECT_EQ((N("99999999999999999999") * N("99999999999999999999")).ToString(),
            "9999999999999999999800000000000000000001");
  EXPECT_EQ((N("-7.25") * N("0")).ToString(), "0.00");
}

// The scales below are what PostgreSQL 15 answers.
TEST(Numeric, DividesWithPostgresScale) {
  EXPECT_EQ((N("1") / N("3")).ToString(), "0.33333333333333333333");
  EXPECT_EQ((N("10") / N("3")).ToString(), "3.3333333333333333");
  EXPECT_EQ((N("1") / N("7")).ToString(), "0.14285714285714285714");
  EXPECT_EQ((N("100000") / N("3")).ToString(), "33333.333333333333");
  EXPECT_EQ((N("2") / N("2")).ToString(), "1.00000000000000000000");
  EXPECT_EQ((N("-1") / N("8")).ToString(), "-0.12500000000000000000");
  EXPECT_EQ((N("0") / N("5")).ToString(), "0.00000000000000000000");
  EXPECT_EQ(Numeric::DivideTruncated(N("-7"), N("2")).ToString(), "-3");
  EXPECT_EQ(ErrorOf([] { N("1") / N("0.00"); }), "22012 division by zero");
  EXPECT_EQ(ErrorOf([] { N("Infinity") / N("0"); }), "22012 division by zero");
}

TEST(Numeric, TakesRemaindersWithTheSignOfTheDividend) {
  EXPECT_EQ((N("7") % N("3")).ToString(), "1");
  EXPECT_EQ((N("-7.5") % N("2")).ToString(), "-1.5");
  EXPECT_EQ((N("7.5") % N("-2")).ToString(), "1.5");
  EXPECT_EQ((N("-9223372036854775808") % N("-1")).ToString(), "0");
  EXPECT_EQ((N("1e30") % N("7")).ToString(), "1");
  EXPECT_EQ(ErrorOf([] { N("1") % N("0"); }), "22012 division by zero");
}

TEST(Numeric, FollowsTheRulesOfSpecialValues) {
  const Numeric nan = Numeric::NaN();
  const Numeric plus = Numeric::Infinity();
  const Numeric minus = Numeric::Infinity(true);
  EXPECT_TRUE((nan + N("1")).IsNaN());
  EXPECT_TRUE((plus + minus).IsNaN());
  EXPECT_TRUE((plus - plus).IsNaN());
  EXPECT_TRUE((plus * N("0")).IsNaN());
  EXPECT_TRUE((plus / minus).IsNaN());
  EXPECT_EQ((plus * N("-2")).ToString(), "-Infinity");
  EXPECT_EQ((N("1") / minus).ToString(), "0");
  EXPECT_EQ((N("5") % plus).ToString(), "5");
  EXPECT_TRUE((plus % N("5")).IsNaN());
  EXPECT_EQ((-plus).ToString(), "-Infinity");
  EXPECT_EQ(minus.Abs().ToString(), "Infinity");
}

TEST(Numeric, RoundsHalfAwayFromZero) {
  EXPECT_EQ(N("2.5").Round(0).ToString(), "3");
  EXPECT_EQ(N("-2.5").Round(0).ToString(), "-3");
  EXPECT_EQ(N("2.45").Round(1).ToString(), "2.5");
  EXPECT_EQ(N("1234").Round(-2).ToString(), "1200");
  EXPECT_EQ(N("1250").Round(-2).ToString(), "1300");
  EXPECT_EQ(N("5").Round(-5).ToString(), "0");
  EXPECT_EQ(N("1.5").Round(4).ToString(), "1.5000");
  EXPECT_EQ(N("123456789012345678901.5").Round(0).ToString(), "123456789012345678902");
  EXPECT_EQ(N("-1.99").Truncate(1).ToString(), "-1.9");
  EXPECT_EQ(N("1299").Truncate(-2).ToString(), "1200");
  EXPECT_EQ(N("9223372036854775807").Round(-18).ToString(), "9000000000000000000");
  EXPECT_EQ(N("9223372036854775807").Round(-19).ToString(), "10000000000000000000");
}

TEST(Numeric, FindsCeilingAndFloor) {
  EXPECT_EQ(N("1.1").Ceil().ToString(), "2");
  EXPECT_EQ(N("-1.1").Ceil().ToString(), "-1");
  EXPECT_EQ(N("-1.1").Floor().ToString(), "-2");
  EXPECT_EQ(N("1.000").Floor().ToString(), "1");
  EXPECT_TRUE(Numeric::NaN().Floor().IsNaN());
  EXPECT_EQ(Numeric::Infinity().Ceil().ToString(), "Infinity");
}

TEST(Numeric, TrimsScale) {
  EXPECT_EQ(N("1.500").TrimScale().ToString(), "1.5");
  EXPECT_EQ(N("100.00").TrimScale().ToString(), "100");
  EXPECT_EQ(N("0.000").MinScale(), 0);
  EXPECT_EQ(N("123456789012345678901.1000").MinScale(), 1);
}

TEST(Numeric, ComparesWithoutRegardToScale) {
  EXPECT_EQ(N("1.0"), N("1.000"));
  EXPECT_EQ(N("1.0").Hash(), N("1.000").Hash());
  EXPECT_EQ(N("1e30").Hash(), N("1000000000000000000000000000000.000").Hash());
  EXPECT_EQ(N("0").Hash(), N("0.00").Hash());
  EXPECT_LT(N("-2"), N("-1.5"));
  EXPECT_LT(N("99999999999999999999"), N("1e20"));
  EXPECT_LT(N("-1e20"), N("1"));
  EXPECT_LT(Numeric::Infinity(true), N("-1e1000"));
  EXPECT_LT(N("1e1000"), Numeric::Infinity());
  EXPECT_LT(Numeric::Infinity(), Numeric::NaN());
  EXPECT_EQ(Numeric::NaN(), Numeric::NaN());
  EXPECT_EQ(Numeric::NaN().Hash(), Numeric::NaN().Hash());
}

TEST(Numeric, ConvertsToInt64) {
  EXPECT_EQ(N("9223372036854775807.4").ToInt64(), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(N("9223372036854775807.5").ToInt64(), std::nullopt);
  EXPECT_EQ(N("-0.5").ToInt64(), -1);
  EXPECT_EQ(N("0.4999").ToInt64(), 0);
  EXPECT_EQ(Numeric::NaN().ToInt64(), std::nullopt);
}

constexpr std::int32_t Modifier(int precision, int scale) {
  return ((precision << 16) | (scale & 0x7FF)) + 4;
}

TEST(Numeric, AppliesPrecisionAndScale) {
  EXPECT_EQ(N("123.456").ApplyModifier(Modifier(5, 2)).ToString(), "123.46");
  EXPECT_EQ(N("1").ApplyModifier(Modifier(5, 2)).ToString(), "1.00");
  EXPECT_EQ(N("12345").ApplyModifier(Modifier(3, -2)).ToString(), "12300");
  EXPECT_EQ(N("0.00999").ApplyModifier(Modifier(3, 5)).ToString(), "0.00999");
  EXPECT_TRUE(Numeric::NaN().ApplyModifier(Modifier(5, 2)).IsNaN());
  EXPECT_EQ(N("123.456").ApplyModifier(-1).ToString(), "123.456");
  const auto error = [](std::string_view text, int precision, int scale) {
    return ErrorOf([&] { N(text).ApplyModifier(Modifier(precision, scale)); });
  };
  EXPECT_EQ(error("999.995", 5, 2),
            "22003 numeric field overflow|A field with precision 5, scale 2 must round to an absolute value "
            "less than "
            "10^3.");
  EXPECT_EQ(error("1", 3, 3),
            "22003 numeric field overflow|A field with precision 3, scale 3 must round to an absolute value "
            "less than "
            "1.");
  EXPECT_EQ(error("0.01", 3, 5),
            "22003 numeric field overflow|A field with precision 3, scale 5 must round to an absolute value "
            "less than "
            "10^-2.");
  EXPECT_EQ(error("Infinity", 5, 2),
            "22003 numeric field overflow|A field with precision 5, scale 2 cannot hold an infinite value.");
}

TEST(Numeric, RefusesResultsBeyondTheFormat) {
  EXPECT_EQ(ErrorOf([] { N("1e131071") * N("10"); }), "22003 value overflows numeric format");
  EXPECT_EQ((N("1e131071") * N("9")).ToString().size(), 131072U);
  // Products keep at most 16383 digits after the point.
  EXPECT_EQ((N("1e-16383") * N("0.4")).ToString().size(), 2U + 16383U);
}

TEST(Numeric, DecimalFormRoundTrips) {
  const Numeric::Decimal decimal = N("-120.0450").ToDecimal();
  EXPECT_TRUE(decimal.negative);
  EXPECT_EQ(decimal.digits, "120045");
  EXPECT_EQ(decimal.exponent, 3);
  EXPECT_EQ(Numeric::FromDecimal(decimal).ToString(), "-120.045");
  EXPECT_EQ(N("0.00").ToDecimal().digits, "");
  EXPECT_EQ(N("0.00").ToDecimal().exponent, 0);
  EXPECT_EQ(N("0.0012").ToDecimal().exponent, -2);
  EXPECT_EQ(Numeric::FromDecimal({false, "12", 5}).ToString(), "12000");
}

// (a / b) * b + a % b == a, and addition undoes subtraction, whatever the sizes.
TEST(Numeric, KeepsArithmeticIdentities) {
  std::mt19937_64 random(7);
  for (int i = 0; i < 2000; ++i) {
    const auto draw = [&random] {
      std::string text = random() % 2 == 0 ? "-" : "";
      text += std::to_string(random() >> (random() % 64));
      if (random() % 3 == 0) text += std::to_string(random());
      if (random() % 2 == 0) text += "." + std::to_string(random() >> (random() % 64));
      return N(text);
    };
    const Numeric a = draw();
    const Numeric b = draw();
    EXPECT_EQ((a + b) - b, a);
    EXPECT_EQ(a * b, b * a);
    if (b.IsZero()) continue;
    EXPECT_EQ(Numeric::DivideTruncated(a, b) * b + a % b, a) << a.ToString() << " " << b.ToString();
    EXPECT_EQ(Numeric::Compare(a, b), -Numeric::Compare(b, a));
  }
}

}  // namespace
}  // namespace ordinal::types
