#include "base/seeded_random.h"

#include <gtest/gtest.h>

#include <cstring>

namespace ordinal::base {
namespace {

class FixedSource final : public RandomSource {
 public:
  void Fill(void* bytes, std::size_t size) override {
    ++asked;
    std::memset(bytes, 7, size);
  }
  int asked = 0;
};

TEST(SeededRandom, GivesTheNumbersOfPostgres) {
  FixedSource source;
  SeededRandom random(source);
  random.Seed(0.5);
  EXPECT_EQ(random.NextDouble(), 0.9851677175347999);
  EXPECT_EQ(random.NextDouble(), 0.825301858027981);
  random.Seed(-1);
  random.Seed(0.5);
  EXPECT_EQ(random.NextDouble(), 0.9851677175347999);
  EXPECT_EQ(source.asked, 0);
}

TEST(SeededRandom, DrawsItsSeedWhenNobodySaysOne) {
  FixedSource source;
  SeededRandom random(source);
  SeededRandom same(source);
  const double first = random.NextDouble();
  EXPECT_GE(first, 0);
  EXPECT_LT(first, 1);
  EXPECT_NE(random.NextDouble(), first);
  EXPECT_EQ(same.NextDouble(), first);
  EXPECT_EQ(source.asked, 2);
}

}  // namespace
}  // namespace ordinal::base
