#include "sequence/arithmetic.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace ordinal::sequence {
namespace {

__extension__ using Wide = __int128;

SequenceDefinition Define(std::int64_t increment, std::int64_t min, std::int64_t max, std::int64_t start,
                          bool cycle = false) {
  return {types::TypeId::kInt8, increment, min, max, start, 1, cycle};
}

// PostgreSQL's nextval, one value at a time.
std::optional<std::int64_t> NextByDefinition(const SequenceDefinition& definition, Counter& counter) {
  if (!counter.is_called) {
    counter.is_called = true;
    return counter.last_value;
  }
  Wide next = static_cast<Wide>(counter.last_value) + definition.increment;
  if (next > definition.max_value || next < definition.min_value) {
    if (!definition.cycle) return std::nullopt;
    next = definition.increment > 0 ? definition.min_value : definition.max_value;
  }
  counter.last_value = static_cast<std::int64_t>(next);
  return counter.last_value;
}

struct Row {
  const char* what;
  SequenceDefinition definition;
  Counter counter;
  std::int64_t wanted;
  std::int64_t first;
  std::int64_t last;
  std::int64_t count;  // 0: exhausted
};

constexpr std::int64_t kMax = INT64_MAX;
constexpr std::int64_t kMin = INT64_MIN;

const Row kRows[] = {
    {"a fresh counter gives its start", Define(1, 1, kMax, 1), {1, false}, 1, 1, 1, 1},
    {"a used counter gives the next", Define(1, 1, kMax, 1), {1, true}, 1, 2, 2, 1},
    {"a block counts the start in", Define(1, 1, kMax, 1), {1, false}, 10, 1, 10, 10},
    {"steps of ten", Define(10, 1, kMax, 1), {1, false}, 3, 1, 21, 3},
    {"the maximum is reached exactly", Define(1, 1, 5, 1), {4, true}, 10, 5, 5, 1},
    {"the maximum is missed when no step hits it", Define(2, 1, 6, 1), {3, true}, 10, 5, 5, 1},
    {"beyond the maximum is the end", Define(1, 1, 5, 1), {5, true}, 1, 0, 0, 0},
    {"too short a step is the end", Define(2, 1, 6, 1), {5, true}, 1, 0, 0, 0},
    {"a cycle wraps to the minimum, not to the start", Define(1, 1, 5, 3, true), {5, true}, 10, 1, 5, 5},
    {"a block ends at the wrap", Define(1, 1, 3, 1, true), {1, true}, 10, 2, 3, 2},
    {"setval(max, false) gives the maximum", Define(1, 1, 5, 1), {5, false}, 2, 5, 5, 1},
    {"descending starts at the maximum", Define(-1, kMin, -1, -1), {-1, false}, 3, -1, -3, 3},
    {"the minimum is reached exactly", Define(-1, -5, -1, -1), {-4, true}, 10, -5, -5, 1},
    {"below the minimum is the end", Define(-1, -5, -1, -1), {-5, true}, 1, 0, 0, 0},
    {"a descending cycle wraps to the maximum", Define(-2, -5, -1, -3, true), {-5, true}, 2, -1, -3, 2},
    {"the last of 64 bits", Define(1, 1, kMax, 1), {kMax - 1, true}, 5, kMax, kMax, 1},
    {"beyond 64 bits is the end", Define(1, 1, kMax, 1), {kMax, true}, 5, 0, 0, 0},
    {"beyond 64 bits downwards is the end", Define(-1, kMin, -1, -1), {kMin, true}, 5, 0, 0, 0},
    {"a step as wide as half the range", Define(kMax, kMin, kMax, kMin), {kMin, false}, 9, kMin, kMax - 1, 3},
    {"the widest step down", Define(kMin, kMin, kMax, kMax), {kMax, false}, 9, kMax, -1, 2},
    {"a step wider than the range gives one value", Define(100, 1, 5, 2), {2, false}, 9, 2, 2, 1},
    {"a step wider than the range cycles to the bound", Define(100, 1, 5, 2, true), {2, true}, 9, 1, 1, 1},
    {"all of 64 bits in one block", Define(1, kMin, kMax, kMin), {kMin, false}, kMax, kMin, -2, kMax},
};

TEST(ArithmeticTest, DrawsByTable) {
  for (const Row& row : kRows) {
    const auto block = Draw(row.definition, row.counter, row.wanted);
    ASSERT_EQ(block.has_value(), row.count != 0) << row.what;
    EXPECT_EQ(IsExhausted(row.definition, row.counter), row.count == 0) << row.what;
    if (!block) continue;
    EXPECT_EQ(block->first, row.first) << row.what;
    EXPECT_EQ(block->last, row.last) << row.what;
    EXPECT_EQ(block->count, row.count) << row.what;
    EXPECT_EQ(block->ValueAt(0), row.first) << row.what;
    EXPECT_EQ(block->ValueAt(row.count - 1), row.last) << row.what;
    EXPECT_EQ(block->after(), (Counter{row.last, true})) << row.what;
  }
}

// Every small definition, position and block size must give what drawing one by one gives.
TEST(ArithmeticTest, BlocksEqualSingleDraws) {
  for (std::int64_t increment : {-7, -3, -2, -1, 1, 2, 3, 7}) {
    for (std::int64_t min : {-4, 0, 1}) {
      for (std::int64_t max = min + 1; max <= min + 6; ++max) {
        for (std::int64_t at = min; at <= max; ++at) {
          for (int flags = 0; flags < 4; ++flags) {
            const SequenceDefinition definition = Define(increment, min, max, min, (flags & 1) != 0);
            const Counter from{at, (flags & 2) != 0};
            for (std::int64_t wanted : {1, 2, 5, 40}) {
              const auto block = Draw(definition, from, wanted);
              Counter oracle = from;
              for (std::int64_t i = 0; i < (block ? block->count : 1); ++i) {
                const auto expected = NextByDefinition(definition, oracle);
                ASSERT_EQ(expected.has_value(), block.has_value());
                if (block) {
                  ASSERT_EQ(*expected, block->ValueAt(i));
                }
              }
              if (block && block->count < wanted) {
                // The block was short, so the next value is no longer of its run.
                const auto next = NextByDefinition(definition, oracle);
                ASSERT_TRUE(!next || (increment > 0 ? *next <= block->first : *next >= block->first));
              }
            }
          }
        }
      }
    }
  }
}

TEST(ArithmeticTest, ForecastsEqualSingleDraws) {
  for (std::int64_t increment : {-3, -1, 1, 2, 5}) {
    for (bool cycle : {false, true}) {
      for (std::int64_t at = 10; at <= 20; ++at) {
        for (bool is_called : {false, true}) {
          const SequenceDefinition definition = Define(increment, 10, 20, 10, cycle);
          const Counter from{at, is_called};
          Counter oracle = from;
          std::uint64_t drawn = 0;
          for (std::uint64_t step = 1; step <= 60; ++step) {
            const auto expected = NextByDefinition(definition, oracle);
            ASSERT_EQ(ValueAfter(definition, from, step), expected) << increment << " " << at << " " << step;
            if (expected) ++drawn;
          }
          if (cycle) {
            EXPECT_EQ(RemainingValues(definition, from), std::nullopt);
          } else {
            EXPECT_EQ(RemainingValues(definition, from), drawn);
          }
        }
      }
    }
  }
}

TEST(ArithmeticTest, ForecastsHoldAtTheEndsOfSixtyFourBits) {
  const SequenceDefinition all = Define(1, kMin, kMax, kMin);
  EXPECT_EQ(RemainingValues(all, {kMin, true}), UINT64_MAX);
  EXPECT_EQ(RemainingValues(all, {kMin, false}), UINT64_MAX);  // one more than fits
  EXPECT_EQ(ValueAfter(all, {kMin, true}, UINT64_MAX), kMax);
  EXPECT_EQ(ValueAfter(all, {kMin + 1, true}, UINT64_MAX), std::nullopt);
  const SequenceDefinition cycling = Define(1, kMin, kMax, kMin, true);
  EXPECT_EQ(ValueAfter(cycling, {kMax, true}, 1), kMin);
  EXPECT_EQ(ValueAfter(cycling, {kMin + 1, true}, UINT64_MAX), kMin);
}

TEST(ArithmeticTest, UsedFractionFollowsStartBoundsAndDirection) {
  EXPECT_DOUBLE_EQ(UsedFraction(Define(1, 1, 10, 1), {1, false}), 0);
  EXPECT_DOUBLE_EQ(UsedFraction(Define(1, 1, 10, 1), {5, true}), 0.5);
  EXPECT_DOUBLE_EQ(UsedFraction(Define(1, 1, 10, 1), {10, true}), 1);
  EXPECT_DOUBLE_EQ(UsedFraction(Define(1, 1, 200, 101), {101, false}), 0);
  EXPECT_DOUBLE_EQ(UsedFraction(Define(1, 1, 200, 101), {150, true}), 0.5);
  EXPECT_DOUBLE_EQ(UsedFraction(Define(1, 1, 200, 101), {50, true}), 0.25);  // set behind START
  EXPECT_DOUBLE_EQ(UsedFraction(Define(-1, -100, -1, -1), {-75, true}), 0.75);
  EXPECT_DOUBLE_EQ(UsedFraction(Define(100, 1, 5, 2), {2, true}), 1);
}

TEST(ArithmeticTest, TailsKnowTheCounterBeforeThem) {
  const Block block = *Draw(Define(5, 1, 100, 1), {1, false}, 4);  // 1 6 11 16
  EXPECT_EQ(block.before, (Counter{1, false}));
  const Block tail = block.Tail(1);
  EXPECT_EQ(tail.first, 6);
  EXPECT_EQ(tail.count, 3);
  EXPECT_EQ(tail.last, 16);
  EXPECT_EQ(tail.before, (Counter{1, true}));
  EXPECT_EQ(block.Tail(0).before, (Counter{1, false}));
}

TEST(ArithmeticTest, CountsBetweenCounters) {
  const SequenceDefinition up = Define(10, 1, 1000, 1);
  EXPECT_EQ(CountBetween(up, {1, false}, {1, false}), 0);
  EXPECT_EQ(CountBetween(up, {1, false}, {1, true}), 1);
  EXPECT_EQ(CountBetween(up, {1, false}, {31, true}), 4);
  EXPECT_EQ(CountBetween(up, {1, true}, {31, true}), 3);
  EXPECT_EQ(CountBetween(up, {15, true}, {31, true}), 1);
  EXPECT_EQ(CountBetween(up, {31, true}, {1, true}), 0);
  const SequenceDefinition down = Define(-1, kMin, kMax, kMax);
  EXPECT_EQ(CountBetween(down, {5, true}, {1, true}), 4);
  EXPECT_EQ(CountBetween(down, {1, true}, {5, true}), 0);
  EXPECT_EQ(CountBetween(down, {kMax, true}, {kMin, true}), INT64_MAX);
}

TEST(ArithmeticTest, ValuesAheadFollowTheDirection) {
  const SequenceDefinition up = Define(1, 1, 10, 1);
  EXPECT_TRUE(IsAhead(up, 5, {4, true}));
  EXPECT_FALSE(IsAhead(up, 4, {4, true}));
  EXPECT_TRUE(IsAhead(up, 4, {4, false}));
  EXPECT_FALSE(IsAhead(up, 3, {4, false}));
  const SequenceDefinition down = Define(-1, -10, -1, -1);
  EXPECT_TRUE(IsAhead(down, -5, {-4, true}));
  EXPECT_FALSE(IsAhead(down, -3, {-4, true}));
}

TEST(ArithmeticTest, ExhaustionIsReportedInPostgresWords) {
  const auto message_of = [](const SequenceDefinition& definition) {
    const base::Error error = ExhaustionError(definition, "s");
    return std::string(error.sqlstate().view()) + " " + error.what();
  };
  EXPECT_EQ(message_of(Define(1, 1, 2, 1)), "2200H nextval: reached maximum value of sequence \"s\" (2)");
  EXPECT_EQ(message_of(Define(-1, -2, -1, -1)),
            "2200H nextval: reached minimum value of sequence \"s\" (-2)");
}

}  // namespace
}  // namespace ordinal::sequence
