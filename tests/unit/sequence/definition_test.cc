#include "sequence/definition.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace ordinal::sequence {
namespace {

using types::TypeId;
using Bound = SequenceOptions::Bound;
using Restart = SequenceOptions::Restart;

template <typename Function>
std::string ErrorOf(Function&& function) {
  try {
    function();
  } catch (const base::Error& error) {
    return std::string(error.sqlstate().view()) + " " + error.what();
  }
  return "none";
}

std::string CreateError(const SequenceOptions& options) {
  return ErrorOf([&] { CreateSequence(options); });
}

TEST(DefinitionTest, DefaultsFollowTypeAndDirection) {
  struct Case {
    TypeId type;
    std::int64_t increment, min, max, start;
  };
  for (const Case& c : std::initializer_list<Case>{{TypeId::kInt8, 1, 1, INT64_MAX, 1},
                                                   {TypeId::kInt4, 5, 1, INT32_MAX, 1},
                                                   {TypeId::kInt2, 1, 1, INT16_MAX, 1},
                                                   {TypeId::kInt8, -1, INT64_MIN, -1, -1},
                                                   {TypeId::kInt4, -2, INT32_MIN, -1, -1},
                                                   {TypeId::kInt2, -1, INT16_MIN, -1, -1}}) {
    SequenceOptions options;
    options.type = c.type;
    options.increment = c.increment;
    const ConfiguredSequence made = CreateSequence(options);
    EXPECT_EQ(made.definition.min_value, c.min);
    EXPECT_EQ(made.definition.max_value, c.max);
    EXPECT_EQ(made.definition.start, c.start);
    EXPECT_EQ(made.definition.cache, 1);
    EXPECT_FALSE(made.definition.cycle);
    EXPECT_EQ(made.counter, (Counter{c.start, false}));
  }
}

TEST(DefinitionTest, NothingSaidIsAnAscendingBigint) {
  EXPECT_EQ(CreateSequence({}).definition, SequenceDefinition{});
}

TEST(DefinitionTest, StartFollowsStatedBounds) {
  EXPECT_EQ(CreateSequence({.min_value = Bound{10}}).definition.start, 10);
  EXPECT_EQ(CreateSequence({.increment = -1, .max_value = Bound{99}}).definition.start, 99);
  EXPECT_EQ(CreateSequence({.min_value = Bound{}, .max_value = Bound{}}).definition, SequenceDefinition{});
}

TEST(DefinitionTest, CreateAcceptsRestart) {
  EXPECT_EQ(CreateSequence({.restart = Restart{5}}).counter, (Counter{5, false}));
  EXPECT_EQ(CreateSequence({.start = 7, .restart = Restart{}}).counter, (Counter{7, false}));
}

TEST(DefinitionTest, EveryRefusalHasPostgresText) {
  EXPECT_EQ(CreateError({.increment = 0}), "22023 INCREMENT must not be zero");
  EXPECT_EQ(CreateError({.min_value = Bound{10}, .max_value = Bound{5}}),
            "22023 MINVALUE (10) must be less than MAXVALUE (5)");
  EXPECT_EQ(CreateError({.min_value = Bound{5}, .max_value = Bound{5}}),
            "22023 MINVALUE (5) must be less than MAXVALUE (5)");
  EXPECT_EQ(CreateError({.start = 0}), "22023 START value (0) cannot be less than MINVALUE (1)");
  EXPECT_EQ(CreateError({.max_value = Bound{5}, .start = 6}),
            "22023 START value (6) cannot be greater than MAXVALUE (5)");
  EXPECT_EQ(CreateError({.restart = Restart{0}}), "22023 RESTART value (0) cannot be less than MINVALUE (1)");
  EXPECT_EQ(CreateError({.max_value = Bound{5}, .restart = Restart{6}}),
            "22023 RESTART value (6) cannot be greater than MAXVALUE (5)");
  EXPECT_EQ(CreateError({.cache = 0}), "22023 CACHE (0) must be greater than zero");
  EXPECT_EQ(CreateError({.cache = -3}), "22023 CACHE (-3) must be greater than zero");
  EXPECT_EQ(CreateError({.type = TypeId::kInt2, .max_value = Bound{100000}}),
            "22023 MAXVALUE (100000) is out of range for sequence data type smallint");
  EXPECT_EQ(CreateError({.type = TypeId::kInt4, .min_value = Bound{-3000000000}}),
            "22023 MINVALUE (-3000000000) is out of range for sequence data type integer");
  EXPECT_EQ(CreateError({.type = TypeId::kText}), "22023 sequence type must be smallint, integer, or bigint");
  EXPECT_EQ(CreateError({.type = TypeId::kText, .for_identity = true}),
            "22023 identity column type must be smallint, integer, or bigint");
}

TEST(DefinitionTest, AlterKeepsWhatItDoesNotName) {
  const ConfiguredSequence current = {CreateSequence({.increment = 5, .cache = 20}).definition, {41, true}};
  const ConfiguredSequence altered = AlterSequence(current, {.cycle = true});
  EXPECT_TRUE(altered.definition.cycle);
  EXPECT_EQ(altered.definition.increment, 5);
  EXPECT_EQ(altered.definition.cache, 20);
  EXPECT_EQ(altered.counter, (Counter{41, true}));
}

TEST(DefinitionTest, AlterRestartsAtTheGivenOrTheStartValue) {
  const ConfiguredSequence current = {CreateSequence({.start = 7}).definition, {41, true}};
  EXPECT_EQ(AlterSequence(current, {.restart = Restart{100}}).counter, (Counter{100, false}));
  EXPECT_EQ(AlterSequence(current, {.restart = Restart{}}).counter, (Counter{7, false}));
  EXPECT_EQ(AlterSequence(current, {.start = 9, .restart = Restart{}}).counter, (Counter{9, false}));
  EXPECT_EQ(AlterSequence(current, {.start = 9}).counter, (Counter{41, true}));
}

TEST(DefinitionTest, AlterChecksWhereTheCounterStands) {
  const ConfiguredSequence current = {CreateSequence({}).definition, {41, true}};
  EXPECT_EQ(ErrorOf([&] { AlterSequence(current, {.max_value = Bound{40}}); }),
            "22023 RESTART value (41) cannot be greater than MAXVALUE (40)");
}

TEST(DefinitionTest, BoundsThatWereTheTypesOwnFollowTheType) {
  const ConfiguredSequence small = CreateSequence({.type = TypeId::kInt2});
  EXPECT_EQ(AlterSequence(small, {.type = TypeId::kInt8}).definition.max_value, INT64_MAX);
  EXPECT_EQ(AlterSequence(small, {.type = TypeId::kInt8}).definition.min_value, 1);
  const ConfiguredSequence bounded = CreateSequence({.max_value = Bound{100000}});
  EXPECT_EQ(ErrorOf([&] { AlterSequence(bounded, {.type = TypeId::kInt2}); }),
            "22023 MAXVALUE (100000) is out of range for sequence data type smallint");
  const ConfiguredSequence down = CreateSequence({.type = TypeId::kInt4, .increment = -1});
  EXPECT_EQ(AlterSequence(down, {.type = TypeId::kInt2}).definition.min_value, INT16_MIN);
  EXPECT_EQ(AlterSequence(down, {.type = TypeId::kInt2}).definition.max_value, -1);
}

TEST(DefinitionTest, SetvalIsBounded) {
  const SequenceDefinition definition;
  EXPECT_EQ(ErrorOf([&] { CheckSetValue(definition, "s", 0); }),
            "22003 setval: value 0 is out of bounds for sequence \"s\" (1..9223372036854775807)");
  EXPECT_EQ(ErrorOf([&] { CheckSetValue(definition, "s", INT64_MAX); }), "none");
}

}  // namespace
}  // namespace ordinal::sequence
