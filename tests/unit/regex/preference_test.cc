#include <gtest/gtest.h>

#include "unit/regex/found.h"

// Which match is taken, and how it is divided among groups. The answers are PostgreSQL's.
namespace ordinal::regex {
namespace {

TEST(PreferenceTest, AlternationsTakeTheLongest) {
  EXPECT_EQ(Find("a|ab", "abc"), "ab");
  EXPECT_EQ(Find("(a|ab)(c|bcd)", "abcd"), "abcd|a|bcd");
  EXPECT_EQ(Find("(?:a|ab)(?:c|bcd)(d*)", "abcd"), "abcd|");
  EXPECT_EQ(Find("(a|ab)(c|bcd)(d*)", "abcd"), "abcd|ab|c|d");
}

TEST(PreferenceTest, TheFirstQuantifierDecidesForAll) {
  EXPECT_EQ(Find("Y*([0-9]{1,3})", "XY1234Z"), "Y123|123");
  EXPECT_EQ(Find("Y*?([0-9]{1,3})", "XY1234Z"), "Y1|1");
  EXPECT_EQ(Find("Y??[0-9]{1,3}", "XY1234Z"), "Y1");
  EXPECT_EQ(Find("(.*)(.*?)", "abc"), "abc|abc|");
  EXPECT_EQ(Find("a+?b*", "aabb"), "a");
  EXPECT_EQ(Find("(?:a+?b*){1,1}", "aabb"), "aabb");
  EXPECT_EQ(Find("(?:a+b*){1,1}?", "aabb"), "a");
  // {m} has none.
  EXPECT_EQ(Find("(a+?){2}", "aaaa"), "aa|a");
  EXPECT_EQ(Find("a{2}b*?", "aabb"), "aa");
}

TEST(PreferenceTest, PartsPreferAsTheyAreWritten) {
  EXPECT_EQ(Find("(.*?)(\\d+)(.*)", "ab12cd"), "ab1|ab|1|");
  EXPECT_EQ(Find("^(.*?)(\\d+)(.*)$", "ab12cd"), "ab12cd|ab|12|cd");
  EXPECT_EQ(Find("^(.*)(\\d+)(.*)$", "ab12cd"), "ab12cd|ab1|2|cd");
  EXPECT_EQ(Find("(?:(.*?)(\\d+)(.*)){1,1}", "ab12cd"), "ab12cd|ab|12|cd");
}

TEST(PreferenceTest, GroupsHoldTheLastRepetition) {
  EXPECT_EQ(Find("(a|b)*", "abab"), "abab|b");
  EXPECT_EQ(Find("((a)|b)*", "ab"), "ab|b|~");
  EXPECT_EQ(Find("((a)|b)+", "ba"), "ba|a|a");
  EXPECT_EQ(Find("(?:(a)|(b)){2,3}", "aba"), "aba|a|~");
  EXPECT_EQ(Find("(a){0}b", "ab"), "b|~");
  EXPECT_EQ(Find("((x))", "x"), "x|x|x");
}

TEST(PreferenceTest, RepetitionsOfNothing) {
  EXPECT_EQ(Find("(a*)*", ""), "|");
  EXPECT_EQ(Find("(a*)*", "b"), "|");
  EXPECT_EQ(Find("(a*?)*", ""), "|~");
  EXPECT_EQ(Find("(a*)+", "b"), "|");
  EXPECT_EQ(Find("(^)*", "a"), "|");
  EXPECT_EQ(Find("()??a", "a"), "a|");
}

TEST(PreferenceTest, BackReferencesMatchWhatTheirGroupDid) {
  EXPECT_EQ(Find("(a+)b\\1", "aabaaa"), "aabaa|aa");
  EXPECT_EQ(Find("(a)\\1{2}", "aaaa"), "aaa|a");
  EXPECT_EQ(Find("(a|ab)\\1c", "xababc"), "ababc|ab");
  EXPECT_EQ(Find("([bc])\\1*", "bccb"), "b|b");
  EXPECT_EQ(Find("(a)|b\\1", "b"), "none");
  EXPECT_EQ(Find("(?:(a)|b)\\1", "aba"), "none");
  EXPECT_EQ(Find("(A)\\1", "aA", {.ignore_case = true}), "aA|a");
  EXPECT_EQ(Find("^(.+)\\1+$", "abcabcabc"), "abcabcabc|abc");
  // As in PostgreSQL, an empty match at the very end is not found once a candidate before it has failed.
  EXPECT_EQ(Find("(\\Z)\\1", "ab"), "|");
  EXPECT_EQ(Find("(\\Z)|\\1", "ab"), "none");
}

}  // namespace
}  // namespace ordinal::regex
