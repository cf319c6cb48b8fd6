#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "types/numeric.h"
#include "unit/types/error_text.h"

namespace ordinal::types {
namespace {

std::string Round(std::string_view text) { return Numeric::Parse(text).ToString(); }

std::string Binary(const Numeric& n) {
  std::string out;
  n.AppendBinary(out);
  return out;
}

std::string Bytes(const Numeric& n) {
  std::string out;
  n.AppendBytes(out);
  return out;
}

using namespace std::string_literals;

TEST(NumericText, KeepsTheScale) {
  EXPECT_EQ(Round("1.50"), "1.50");
  EXPECT_EQ(Round(" +7 "), "7");
  EXPECT_EQ(Round("-0"), "0");
  EXPECT_EQ(Round(".5"), "0.5");
  EXPECT_EQ(Round("5."), "5");
  EXPECT_EQ(Round("1e3"), "1000");
  EXPECT_EQ(Round("1.25e1"), "12.5");
  EXPECT_EQ(Round("1e-3"), "0.001");
  EXPECT_EQ(Round("0e200000"), "0");
  EXPECT_EQ(Round("inf"), "Infinity");
  EXPECT_EQ(Round("-INFINITY"), "-Infinity");
  EXPECT_EQ(Round("nan"), "NaN");
  EXPECT_EQ(Round("123456789012345678901234567890.123456789"), "123456789012345678901234567890.123456789");
}

TEST(NumericText, ReportsErrors) {
  for (const char* text : {"", " ", ".", "e5", "1e", "1ee", "1.2.3", "x", "12 3", "+-7", "1e+-5", "-nan"}) {
    EXPECT_EQ(ErrorOf([&] { Numeric::Parse(text); }),
              "22P02 invalid input syntax for type numeric: \"" + std::string(text) + "\"");
  }
  for (const char* text : {"1e131072", "1e999999999999", "1e-16384", "1e-999999999999"}) {
    EXPECT_EQ(ErrorOf([&] { Numeric::Parse(text); }), "22003 value overflows numeric format") << text;
  }
  EXPECT_EQ(Round("1e131071").size(), 131072U);
}

TEST(NumericBinary, WritesPostgresGroups) {
  EXPECT_EQ(Binary(Numeric::Parse("0.00")), "\0\0\0\0\0\0\0\2"s);
  EXPECT_EQ(Binary(Numeric::Parse("1")), "\0\1\0\0\0\0\0\0\0\1"s);
  EXPECT_EQ(Binary(Numeric::Parse("-12345.678")), "\0\3\0\1\x40\0\0\3\0\1\x09\x29\x1a\x7c"s);
  EXPECT_EQ(Binary(Numeric::Parse("0.0001")), "\0\1\xff\xff\0\0\0\4\0\1"s);
  EXPECT_EQ(Binary(Numeric::Parse("10000")), "\0\1\0\1\0\0\0\0\0\1"s);
  EXPECT_EQ(Binary(Numeric::NaN()), "\0\0\0\0\xc0\0\0\0"s);
  EXPECT_EQ(Binary(Numeric::Infinity(true)), "\0\0\0\0\xf0\0\0\0"s);
}

TEST(NumericBinary, RefusesMalformedInput) {
  const auto error = [](const std::string& bytes) { return ErrorOf([&] { Numeric::FromBinary(bytes); }); };
  EXPECT_EQ(error("\0\1"s), "08P01 insufficient data left in message");
  EXPECT_EQ(error("\0\1\0\0\0\0\0\0"s), "08P01 insufficient data left in message");
  EXPECT_EQ(error("\0\0\0\0\x12\x34\0\0"s), "22P03 invalid sign in external \"numeric\" value");
  EXPECT_EQ(error("\0\0\0\0\0\0\xff\xff"s), "22P03 invalid scale in external \"numeric\" value");
  EXPECT_EQ(error("\0\1\0\0\0\0\0\0\x27\x10"s), "22P03 invalid digit in external \"numeric\" value");
  EXPECT_EQ(error("\xff\xff\0\0\0\0\0\0"s), "22P03 invalid length in external \"numeric\" value");
  // Digits beyond the scale are dropped.
  EXPECT_EQ(Numeric::FromBinary("\0\2\0\0\0\0\0\1\0\1\x13\x88"s).ToString(), "1.5");
  EXPECT_EQ(Numeric::FromBinary("\0\2\0\0\0\0\0\0\0\1\x13\x88"s).ToString(), "1");
}

TEST(NumericCodecs, RoundTrip) {
  for (const char* text : {"0",
                           "0.000",
                           "1",
                           "-1",
                           "127",
                           "128",
                           "-256",
                           "9223372036854775807",
                           "-9223372036854775808",
                           "9223372036854775808",
                           "-18446744073709551616",
                           "72057594037927935",
                           "72057594037927936",
                           "0.1",
                           "1e-300",
                           "-1e300",
                           "12345678.87654321",
                           "99999999.9999",
                           "10000.0001",
                           "NaN",
                           "Infinity",
                           "-Infinity",
                           "123456789012345678901234567890.00000000000000000001"}) {
    const Numeric n = Numeric::Parse(text);
    EXPECT_EQ(Numeric::FromBinary(Binary(n)).ToString(), n.ToString());
    EXPECT_EQ(Numeric::FromBytes(Bytes(n)).ToString(), n.ToString());
  }
  EXPECT_LE(Bytes(Numeric::Parse("19.99")).size(), 4U);
}

TEST(NumericBytes, ReportsCorruption) {
  for (const std::string& bytes : {""s, "\x09"s, "\2x"s, "\0"s, "\0\xff\xff\xff\x7f"s}) {
    EXPECT_EQ(ErrorOf([&] { Numeric::FromBytes(bytes); }), "XX001 stored numeric value is malformed");
  }
}

TEST(NumericDoubles, KeepFifteenDigits) {
  EXPECT_EQ(Numeric::FromDouble(0.1).ToString(), "0.1");
  EXPECT_EQ(Numeric::FromDouble(3.14159265358979).ToString(), "3.14159265358979");
  EXPECT_EQ(Numeric::FromDouble(1e20).ToString(), "100000000000000000000");
  EXPECT_EQ(Numeric::FromFloat(1234567.89F).ToString(), "1234570");
  EXPECT_TRUE(Numeric::FromDouble(std::nan("")).IsNaN());
  EXPECT_EQ(Numeric::FromDouble(-INFINITY).ToString(), "-Infinity");
  EXPECT_EQ(Numeric::Parse("0.1").ToDouble(), 0.1);
  EXPECT_EQ(Numeric::Parse("123456789012345678901234567890").ToDouble(), 123456789012345678901234567890.0);
  EXPECT_TRUE(std::isnan(Numeric::NaN().ToDouble()));
  EXPECT_EQ(Numeric::Infinity(true).ToDouble(), -std::numeric_limits<double>::infinity());
  EXPECT_EQ(ErrorOf([] { Numeric::Parse("1e400").ToDouble(); }).substr(0, 5), "22003");
}

}  // namespace
}  // namespace ordinal::types
