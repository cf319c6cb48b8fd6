#include "types/jsonb.h"

#include <string>

#include "base/error.h"
#include "gtest/gtest.h"

namespace ordinal::types {
namespace {

std::string FailureOf(std::string_view text) {
  try {
    return ParseJsonb(text);
  } catch (const base::Error& error) {
    return std::string(error.report().sqlstate.view());
  }
}

TEST(Jsonb, BringsTextToOneForm) {
  EXPECT_EQ(ParseJsonb(" {\"bb\":1, \"a\" : [ 1,2.50 ], \"a\":1e3}"), "{\"a\": 1000, \"bb\": 1}");
  EXPECT_EQ(ParseJsonb("\"\\u00e9\\n\\u0001\\/\""), "\"é\\n\\u0001/\"");
  EXPECT_EQ(ParseJsonb("\"\\ud83d\\ude00\""), "\"😀\"");
  EXPECT_EQ(ParseJsonb("-0"), "0");
}

TEST(Jsonb, RefusesWhatTextCannotHold) {
  EXPECT_EQ(FailureOf("\"\\u0000\""), "22P05");
  EXPECT_EQ(FailureOf("\"\\ud83d\""), "22P02");
  EXPECT_EQ(FailureOf("\"\\ude00\""), "22P02");
  EXPECT_EQ(FailureOf("{\"a\"}"), "22P02");
  EXPECT_EQ(FailureOf(std::string(100'000, '[')), "54001");
}

TEST(Jsonb, OrdersByKindThenSizeThenContent) {
  // Ascending, as PostgreSQL sorts them.
  const char* values[] = {"[]",
                          "null",
                          "\"a\"",
                          "\"b\"",
                          "1",
                          "true",
                          "[1]",
                          "[1, 2]",
                          "{}",
                          "{\"b\": 1}",
                          "{\"a\": 1, \"b\": 0}"};
  for (std::size_t i = 0; i < std::size(values); ++i) {
    for (std::size_t j = 0; j < std::size(values); ++j) {
      const int order = CompareJsonb(values[i], values[j]);
      EXPECT_EQ((order > 0) - (order < 0), (i > j) - (i < j)) << values[i] << " and " << values[j];
    }
  }
}

TEST(Jsonb, EqualNumbersHashAlike) {
  EXPECT_EQ(CompareJsonb("[1.0]", "[1.00]"), 0);
  EXPECT_EQ(HashJsonb("[1.0]"), HashJsonb("[1.00]"));
}

TEST(Jsonb, FindsPartsWithoutATree) {
  EXPECT_EQ(FindJsonMember("{\"a\" : [1, \"]\"] , \"a\":{\"b\":2}}", "a"), "{\"b\":2}");
  EXPECT_EQ(FindJsonMember("{\"\\u0061\":1}", "a"), "1");
  EXPECT_EQ(FindJsonMember("[1]", "a"), std::nullopt);
  EXPECT_EQ(FindJsonItem("[1, \"a,\\\"]\", {}]", 1), "\"a,\\\"]\"");
  EXPECT_EQ(FindJsonItem("[1, 2, 3]", -1), "3");
  EXPECT_EQ(FindJsonItem("[]", 0), std::nullopt);
}

}  // namespace
}  // namespace ordinal::types
