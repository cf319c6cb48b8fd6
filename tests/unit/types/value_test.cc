#include "types/value.h"

#include <gtest/gtest.h>

#include <limits>
#include <thread>
#include <vector>

#include "types/numeric.h"

namespace ordinal::types {
namespace {

TEST(Value, HoldsScalars) {
  EXPECT_TRUE(Value().is_null());
  EXPECT_EQ(Value::Int(std::numeric_limits<std::int64_t>::min()).AsInt(),
            std::numeric_limits<std::int64_t>::min());
  EXPECT_TRUE(Value::Bool(true).AsBool());
  EXPECT_EQ(Value::Double(-0.5).AsDouble(), -0.5);
}

TEST(Value, HoldsStringsOfEveryLengthAroundTheShortLimit) {
  for (std::size_t size = 0; size < 40; ++size) {
    const std::string text(size, 'x');
    const Value value = Value::String(text);
    EXPECT_EQ(value.AsString(), text);
    EXPECT_EQ(value.BoxedBytes() == 0, size <= 14) << size;
  }
  const std::string with_nul("a\0b", 3);
  EXPECT_EQ(Value::String(with_nul).AsString(), with_nul);
}

TEST(Value, CopiesShareAndMovesEmpty) {
  const Value original = Value::String("a string of more than fourteen bytes");
  Value copy = original;
  EXPECT_EQ(copy.AsString().data(), original.AsString().data());
  Value moved = std::move(copy);
  EXPECT_TRUE(copy.is_null());  // NOLINT(bugprone-use-after-move): the state after a move is promised
  copy = moved;
  moved = Value::Int(1);
  EXPECT_EQ(copy.AsString(), original.AsString());
  Value& self = copy;
  copy = self;
  EXPECT_EQ(copy.AsString(), original.AsString());
}

TEST(Value, BoxesOtherKinds) {
  Uuid uuid;
  uuid.bytes[15] = 7;
  EXPECT_EQ(Value::OfUuid(uuid).AsUuid(), uuid);
  EXPECT_EQ(Value::OfNumeric(Numeric::Parse("1.50")).AsNumeric().ToString(), "1.50");
  const Value interval = Value::OfInterval({1, 2, 3});
  EXPECT_EQ(interval.AsInterval().micros, 1);
  EXPECT_EQ(interval.AsInterval().days, 2);
  EXPECT_EQ(interval.AsInterval().months, 3);
  EXPECT_GT(interval.BoxedBytes(), 0U);
  EXPECT_GT(Value::OfNumeric(Numeric::Parse("1e50")).BoxedBytes(), Value::OfNumeric(Numeric()).BoxedBytes());
}

TEST(Value, BoxesMayBeSharedBetweenThreads) {
  const Value shared = Value::OfNumeric(Numeric::Parse("123456789012345678901234567890"));
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&shared] {
      for (int i = 0; i < 10'000; ++i) {
        const Value copy = shared;
        ASSERT_EQ(copy.kind(), Value::Kind::kNumeric);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(shared.AsNumeric().ToString(), "123456789012345678901234567890");
}

}  // namespace
}  // namespace ordinal::types
