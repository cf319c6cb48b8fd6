#include "regex/pattern.h"

#include <gtest/gtest.h>

#include <string>

#include "unit/regex/found.h"

namespace ordinal::regex {
namespace {

TEST(PatternTest, Characters) {
  EXPECT_EQ(Find("b.d", "abcde"), "bcd");
  EXPECT_EQ(Find("[b-d]+", "abcde"), "bcd");
  EXPECT_EQ(Find("[^b-d]", "bcdea"), "e");
  EXPECT_EQ(Find("[]-]+", "a-]b"), "-]");
  EXPECT_EQ(Find("[a-]+", "a-b"), "a-");
  EXPECT_EQ(Find("[[:alpha:][:digit:]_]+", "-a1_ "), "a1_");
  EXPECT_EQ(Find("[[.hyphen.][=x=]]+", "a-xb"), "-x");
  EXPECT_EQ(Find("[[.a.]-c]+", "zabcd"), "abc");
  EXPECT_EQ(Find("[\\d\\s]+", "a1 2b"), "1 2");
  EXPECT_EQ(Find("[\\W]+", "a-,b"), "-,");
  EXPECT_EQ(Find("\\D+\\S\\w\\W", "12ab1c-"), "ab1c-");
  EXPECT_EQ(Find("a{", "a{"), "a{");
}

TEST(PatternTest, Escapes) {
  EXPECT_EQ(Find("\\a\\b\\B\\e\\f\\n\\r\\t\\v", "\a\b\\\x1b\f\n\r\t\v"), "\a\b\\\x1b\f\n\r\t\v");
  EXPECT_EQ(Find("\\cA\\x62\\u0063\\U00000064", "\001bcd"), "\001bcd");
  EXPECT_EQ(Find("\\060\\61", "01"), "01");
  EXPECT_EQ(Find("\\.\\*", "a.*"), ".*");
  EXPECT_EQ(Find("(a)\\12", "a\n"), "a\n|a");
}

TEST(PatternTest, Places) {
  EXPECT_EQ(Find("^a", "ba"), "none");
  EXPECT_EQ(Find("a$", "aba"), "a");
  EXPECT_EQ(Find("\\Aa\\Z", "a"), "a");
  EXPECT_EQ(Find("\\mb\\w*\\M", "ab bc"), "bc");
  EXPECT_EQ(Find("[[:<:]]b[[:>:]]", "ab b"), "b");
  EXPECT_EQ(Find("\\yb", "ab b"), "b");
  EXPECT_EQ(Find("\\Yb.", "bb b"), "b ");
  EXPECT_EQ(Find("^", "ab", {}, 1), "none");
  EXPECT_EQ(Find("\\m.", "ab c", {}, 1), "c");
}

TEST(PatternTest, LookAround) {
  EXPECT_EQ(Find("a(?=b)", "acab"), "a");
  EXPECT_EQ(Find("a(?!b).", "abac"), "ac");
  EXPECT_EQ(Find("(?<=a)b", "bab"), "b");
  EXPECT_EQ(Find("(?<!a)b.", "abxbc"), "bc");
  EXPECT_EQ(Find("(?<=^a*)b", "aab"), "b");
  EXPECT_EQ(Find("[[:>:]](?<=.\\Y.)", "b bcb "), "");
  EXPECT_EQ(Find("(?<=(a))b", "ab"), "b");
  EXPECT_EQ(Find("(?=(?!ab)a).*", "abac"), "ac");
  EXPECT_EQ(Find("(?<=a)b", "ab", {}, 1), "b");
}

TEST(PatternTest, Newlines) {
  const std::string text = "a\nb";
  EXPECT_EQ(Find("a.b", text), text);
  EXPECT_EQ(Find("^b", text), "none");
  const Options stops{.newline_stops = true};
  EXPECT_EQ(Find("a.b", text, stops), "none");
  EXPECT_EQ(Find("a[^x]b", text, stops), "none");
  EXPECT_EQ(Find("a\\Wb", text, stops), text);
  EXPECT_EQ(Find("^b", text, stops), "none");
  const Options anchors{.newline_anchors = true};
  EXPECT_EQ(Find("a.b", text, anchors), text);
  EXPECT_EQ(Find("^b", text, anchors), "b");
  EXPECT_EQ(Find("a$", text, anchors), "a");
  EXPECT_EQ(Find("\\Ab", text, anchors), "none");
}

TEST(PatternTest, IgnoringCase) {
  const Options folds{.ignore_case = true};
  EXPECT_EQ(Find("aB", "Ab", folds), "Ab");
  EXPECT_EQ(Find("[a-c]+", "xBCd", folds), "BC");
  EXPECT_EQ(Find("[^a]", "Ab", folds), "b");
  EXPECT_EQ(Find("[[:upper:]]", "a", folds), "a");
  // Collation "C" knows the letters of ASCII only.
  EXPECT_EQ(Find("é", "É", folds), "none");
}

TEST(PatternTest, CharactersBeyondAscii) {
  EXPECT_EQ(Find("€.", "a€ü"), "€ü");
  EXPECT_EQ(Find("[à-ü]+", "aéüb"), "éü");
  EXPECT_EQ(Find("[^a]", "a😀"), "😀");
  EXPECT_EQ(Find("\\U0001F600", "😀"), "😀");
  EXPECT_EQ(Find("(.)\\1", "aé€€"), "€€|€");
  EXPECT_EQ(Find("(é|€)*?$", "é€"), "é€|€");
  EXPECT_EQ(Find("x?", "é", {}, 2), "");
}

TEST(PatternTest, ExpandedSyntax) {
  const Options expanded{.expanded = true};
  EXPECT_EQ(Find("a b # comment\n c", "abc", expanded), "abc");
  EXPECT_EQ(Find("a\\ b[ ]c", "a b c", expanded), "a b c");
  EXPECT_EQ(Find("a { 2 }", "aa", expanded), "aa");
  EXPECT_EQ(Find("a(?#comment)b", "ab"), "ab");
}

TEST(PatternTest, EmbeddedOptionsAndDirectors) {
  EXPECT_EQ(Find("(?i)A", "a"), "a");
  EXPECT_EQ(Find("(?ic)A", "a"), "none");
  EXPECT_EQ(Find("(?n)^b", "a\nb"), "b");
  EXPECT_EQ(Find("(?m)a.", "a\nb"), "none");
  EXPECT_EQ(Find("(?w)^b", "a\nb"), "b");
  EXPECT_EQ(Find("(?p)^b|a.", "a\nb"), "none");
  EXPECT_EQ(Find("(?ns)a.", "a\nb"), "a\n");
  EXPECT_EQ(Find("(?x)a b", "ab"), "ab");
  EXPECT_EQ(Find("(?xt)a b", "ab"), "none");
  EXPECT_EQ(Find("(?q)a.b", "a.b"), "a.b");
  EXPECT_EQ(Find("(?b)a+", "a+"), "a+");
  EXPECT_EQ(Find("(?e)\\d)", "d)"), "d)");
  EXPECT_EQ(Find("***=a.b", "acb a.b"), "a.b");
  EXPECT_EQ(Find("***:a.b", "acb"), "acb");
  EXPECT_EQ(Find("***:\\w", "a", {.syntax = Syntax::kBasic}), "a");
}

TEST(PatternTest, ExtendedSyntaxHasNoEscapesOfItsOwn) {
  const Options extended{.syntax = Syntax::kExtended};
  EXPECT_EQ(Find("a+|b", "aab", extended), "aa");
  EXPECT_EQ(Find("\\w[\\w]", "w\\", extended), "w\\");
  EXPECT_EQ(Find("a)", "a)", extended), "a)");
  EXPECT_EQ(Find("a+?", "aa", extended), "2201B invalid regular expression: quantifier operand invalid");
}

TEST(PatternTest, BasicSyntax) {
  const Options basic{.syntax = Syntax::kBasic};
  EXPECT_EQ(Find("a\\(b*\\)c", "abbc", basic), "abbc|bb");
  EXPECT_EQ(Find("a\\{2,3\\}", "aaaa", basic), "aaa");
  EXPECT_EQ(Find("*a|b+?(){}", "*a|b+?(){}", basic), "*a|b+?(){}");
  EXPECT_EQ(Find("\\(*a\\)", "*a", basic), "*a|*a");
  EXPECT_EQ(Find("^*a$", "*a", basic), "*a");
  EXPECT_EQ(Find("a^b$c", "a^b$c", basic), "a^b$c");
  EXPECT_EQ(Find("\\(^a$\\)", "a", basic), "a|a");
  EXPECT_EQ(Find("\\<b\\>", "ab b", basic), "b");
  EXPECT_EQ(Find("\\(a\\)\\1", "aa", basic), "aa|a");
  EXPECT_EQ(Find("a\\{\\}b", "ab", basic), "b");
}

TEST(PatternTest, Literals) {
  EXPECT_EQ(Find("a.*", "aab a.*", {.syntax = Syntax::kLiteral}), "a.*");
  EXPECT_EQ(Find("A.", "a.", {.syntax = Syntax::kLiteral, .ignore_case = true}), "a.");
  EXPECT_EQ(Find("", "a", {.syntax = Syntax::kLiteral}), "");
}

TEST(PatternTest, MatchesWithoutGroups) {
  EXPECT_TRUE(Matches("abc", "xabcx"));
  EXPECT_FALSE(Matches("abc", "xabx"));
  EXPECT_TRUE(Matches("^item-[0-9]+$", "item-42"));
  EXPECT_FALSE(Matches("^item-[0-9]+$", "an item-42"));
  EXPECT_TRUE(Matches("ab+c", "ab abbc"));
  EXPECT_TRUE(Matches("(a)\\1", "baa"));
  EXPECT_TRUE(Matches("", ""));
}

TEST(PatternTest, WorkIsBounded) {
  const std::string many(3'000, 'a');
  EXPECT_EQ(Find("(a*)*(a*)*(a*)*b", many), "none");
  EXPECT_EQ(Find("^((a|aa)*)*$", many + "b"), "none");
  EXPECT_EQ(Find("^((?:aa|aaa)*)(a)?$", many), many + "|" + many + "|~");
  EXPECT_EQ(Find("^(a*)(a*)(a*)(a*)(a*)(a*)b\\1\\2\\3\\4\\5\\6$",
                 std::string(70, 'a') + "b" + std::string(69, 'a')),
            "2201B regular expression failed: regular expression is too complex");
  // States are dropped past a bound of memory.
  std::string text;
  for (unsigned i = 1; text.size() < 20'000; i = i * 1103515245U + 12345U)
    text += (i >> 16 & 1) != 0 ? 'a' : 'b';
  EXPECT_EQ(Find("a[ab]{14}c", text), "none");
  EXPECT_EQ(Find("(?<!a[ab]{14})c", text), "none");
  EXPECT_EQ(Find("(?<=a[ab]{14}.)c", text + "c"), text[text.size() - 16] == 'a' ? "c" : "none");
}

}  // namespace
}  // namespace ordinal::regex
