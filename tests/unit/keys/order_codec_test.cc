#include "keys/order_codec.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <random>

#include "base/error.h"
#include "types/compare.h"
#include "types/numeric.h"

namespace ordinal::keys {
namespace {

using types::Numeric;
using types::TypeId;
using types::Value;

std::string Encode(const Value& value, TypeId type) {
  std::string out;
  AppendKeyColumn(out, value, type);
  return out;
}

int Sign(int number) { return (number > 0) - (number < 0); }

// Demands for all pairs that bytes compare as values do, and for each value that decoding restores an equal
// one.
void ExpectOrderKept(const std::vector<Value>& values, TypeId type) {
  std::vector<std::string> keys;
  for (const Value& value : values) {
    keys.push_back(Encode(value, type));
    std::string_view rest = keys.back();
    const Value decoded = TakeKeyColumn(rest, type);
    EXPECT_TRUE(rest.empty());
    EXPECT_EQ(types::Compare(decoded, value, type), 0);
  }
  for (std::size_t i = 0; i < values.size(); ++i) {
    for (std::size_t j = 0; j < values.size(); ++j) {
      ASSERT_EQ(Sign(keys[i].compare(keys[j])), Sign(types::Compare(values[i], values[j], type)))
          << "pair " << i << ", " << j;
      ASSERT_TRUE(i == j || keys[i] == keys[j] || !keys[j].starts_with(keys[i]));
    }
    EXPECT_LT(keys[i], Encode(Value::Null(), type));
  }
}

constexpr int kRandomValues = 300;

class OrderCodecTest : public testing::Test {
 protected:
  std::vector<Value> Random(const std::function<Value()>& make, std::vector<Value> edges) {
    for (int i = 0; i < kRandomValues; ++i) edges.push_back(make());
    return edges;
  }
  std::int64_t RandomInt() {
    return static_cast<std::int64_t>(random_() >> (random_() % 64)) * (random_() % 2 ? 1 : -1);
  }

  std::mt19937_64 random_{20261121};
};

TEST_F(OrderCodecTest, Integers) {
  constexpr std::int64_t kMin = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t kMax = std::numeric_limits<std::int64_t>::max();
  const auto values =
      Random([&] { return Value::Int(RandomInt()); },
             {Value::Int(0), Value::Int(-1), Value::Int(1), Value::Int(kMin), Value::Int(kMax)});
  ExpectOrderKept(values, TypeId::kInt8);
  ExpectOrderKept(values, TypeId::kTimestamptz);
  EXPECT_EQ(Encode(Value::Int(7), TypeId::kInt2), Encode(Value::Int(7), TypeId::kInt8));
}

TEST_F(OrderCodecTest, Booleans) { ExpectOrderKept({Value::Bool(false), Value::Bool(true)}, TypeId::kBool); }

TEST_F(OrderCodecTest, Doubles) {
  using Limits = std::numeric_limits<double>;
  const auto values = Random(
      [&] {
        return Value::Double(
            std::ldexp(static_cast<double>(RandomInt()), static_cast<int>(random_() % 200) - 100));
      },
      {Value::Double(0), Value::Double(-0.0), Value::Double(Limits::infinity()),
       Value::Double(-Limits::infinity()), Value::Double(Limits::quiet_NaN()),
       Value::Double(-Limits::quiet_NaN()), Value::Double(Limits::denorm_min()), Value::Double(Limits::max()),
       Value::Double(Limits::lowest())});
  ExpectOrderKept(values, TypeId::kFloat8);
}

TEST_F(OrderCodecTest, Strings) {
  const auto make = [&] {
    std::string text;
    for (auto length = random_() % 6; length > 0; --length) {
      constexpr std::string_view kAlphabet("\0\x01\xff za", 6);
      text += kAlphabet[random_() % kAlphabet.size()];
    }
    return Value::String(text);
  };
  const auto values = Random(make, {Value::String(""), Value::String(std::string_view("\0", 1)),
                                    Value::String(std::string_view("\0\xff", 2)), Value::String("a"),
                                    Value::String(std::string(100, 'x'))});
  ExpectOrderKept(values, TypeId::kText);
  ExpectOrderKept(values, TypeId::kBytea);
  ExpectOrderKept(values, TypeId::kBpchar);
}

TEST_F(OrderCodecTest, PaddedStringsIgnoreTrailingBlanks) {
  EXPECT_EQ(Encode(Value::String("a  "), TypeId::kBpchar), Encode(Value::String("a"), TypeId::kBpchar));
  EXPECT_NE(Encode(Value::String("a  "), TypeId::kText), Encode(Value::String("a"), TypeId::kText));
}

TEST_F(OrderCodecTest, Uuids) {
  const auto make = [&] {
    types::Uuid uuid;
    for (auto& byte : uuid.bytes) byte = static_cast<std::uint8_t>(random_());
    return Value::OfUuid(uuid);
  };
  ExpectOrderKept(Random(make, {Value::OfUuid({})}), TypeId::kUuid);
}

TEST_F(OrderCodecTest, Numerics) {
  const auto make = [&] {
    std::string text = random_() % 2 ? "-" : "";
    for (auto digits = 1 + random_() % 30; digits > 0; --digits)
      text += static_cast<char>('0' + random_() % 10);
    text += '.';
    for (auto digits = random_() % 10; digits > 0; --digits) text += static_cast<char>('0' + random_() % 3);
    if (random_() % 3 == 0) text += "e" + std::to_string(static_cast<int>(random_() % 40) - 20);
    return Value::OfNumeric(Numeric::Parse(text));
  };
  std::vector<Value> edges;
  for (const char* text : {"0",
                           "0.00",
                           "1",
                           "-1",
                           "1.0",
                           "1.00",
                           "10",
                           "100",
                           "99",
                           "9.9",
                           "0.1",
                           "0.01",
                           "-0.01",
                           "-99.5",
                           "NaN",
                           "Infinity",
                           "-Infinity",
                           "1e1000",
                           "-1e1000",
                           "1e-1000",
                           "12345678901234567890123",
                           "12345678901234567890124",
                           "0.5",
                           "0.50001"}) {
    edges.push_back(Value::OfNumeric(Numeric::Parse(text)));
  }
  ExpectOrderKept(Random(make, edges), TypeId::kNumeric);
}

TEST_F(OrderCodecTest, EqualNumericsEncodeEqually) {
  const auto encode = [](const char* text) {
    return Encode(Value::OfNumeric(Numeric::Parse(text)), TypeId::kNumeric);
  };
  EXPECT_EQ(encode("1.0"), encode("1.00"));
  EXPECT_EQ(encode("0"), encode("-0.000"));
  EXPECT_EQ(encode("100"), encode("1e2"));
}

TEST_F(OrderCodecTest, ColumnsFollowEachOther) {
  std::string key;
  AppendKeyColumn(key, Value::String("a"), TypeId::kText);
  AppendKeyColumn(key, Value::Null(), TypeId::kInt4);
  AppendKeyColumn(key, Value::OfNumeric(Numeric::Parse("-12.5")), TypeId::kNumeric);
  AppendKeyColumn(key, Value::Int(-3), TypeId::kInt4);
  std::string_view rest = key;
  EXPECT_EQ(TakeKeyColumn(rest, TypeId::kText).AsString(), "a");
  EXPECT_TRUE(TakeKeyColumn(rest, TypeId::kInt4).is_null());
  EXPECT_EQ(TakeKeyColumn(rest, TypeId::kNumeric).AsNumeric().ToString(), "-12.5");
  EXPECT_EQ(TakeKeyColumn(rest, TypeId::kInt4).AsInt(), -3);
  EXPECT_TRUE(rest.empty());
}

TEST_F(OrderCodecTest, SomeTypesAreNoKeys) {
  EXPECT_TRUE(IsKeyType(TypeId::kNumeric));
  EXPECT_FALSE(IsKeyType(TypeId::kJson));
  EXPECT_FALSE(IsKeyType(TypeId::kInterval));
}

// Random bytes decode to a value or raise XX001; nothing else happens.
TEST_F(OrderCodecTest, DamagedKeysRaiseAnError) {
  for (const TypeId type :
       {TypeId::kBool, TypeId::kInt8, TypeId::kFloat8, TypeId::kText, TypeId::kUuid, TypeId::kNumeric}) {
    for (int round = 0; round < 3000; ++round) {
      std::string bytes(1, static_cast<char>(1 + random_() % 2));
      for (auto length = random_() % 20; length > 0; --length) {
        bytes += static_cast<char>(random_() % 2 ? random_() : random_() % 7);
      }
      std::string_view rest = bytes;
      try {
        TakeKeyColumn(rest, type);
      } catch (const base::Error& error) {
        EXPECT_EQ(error.sqlstate(), base::sqlstate::kDataCorrupted);
      }
    }
    std::string_view empty;
    EXPECT_THROW(TakeKeyColumn(empty, type), base::Error);
  }
}

}  // namespace
}  // namespace ordinal::keys
