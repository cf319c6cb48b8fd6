#include <gtest/gtest.h>

#include <string>

#include "unit/regex/found.h"

namespace ordinal::regex {
namespace {

std::string Error(std::string_view pattern, const Options& options = {}) {
  const std::string prefix = "2201B invalid regular expression: ";
  const std::string found = Find(pattern, "", options);
  return found.starts_with(prefix) ? found.substr(prefix.size()) : "no error: " + found;
}

TEST(SyntaxErrorTest, Parentheses) {
  EXPECT_EQ(Error("(a"), "parentheses () not balanced");
  EXPECT_EQ(Error("a)"), "parentheses () not balanced");
  EXPECT_EQ(Error("(?=a"), "parentheses () not balanced");
  EXPECT_EQ(Error("a\\)", {.syntax = Syntax::kBasic}), "parentheses () not balanced");
}

TEST(SyntaxErrorTest, Brackets) {
  for (const char* pattern : {"[a", "[", "[]", "[^]", "[[:alpha:]", "[[:alpha", "[[.a", "[[:foo:]"}) {
    EXPECT_EQ(Error(pattern), "brackets [] not balanced") << pattern;
  }
  EXPECT_EQ(Error("[[:foo:]]"), "invalid character class");
  EXPECT_EQ(Error("[[::]]"), "invalid character class");
  EXPECT_EQ(Error("[[.foo.]]"), "invalid collating element");
  EXPECT_EQ(Error("[[==]]"), "invalid collating element");
  for (const char* pattern : {"[b-a]", "[a-b-c]", "[a-[:alpha:]]", "[a-\\d]", "[a-[=b=]]"}) {
    EXPECT_EQ(Error(pattern), "invalid character range") << pattern;
  }
}

TEST(SyntaxErrorTest, Quantifiers) {
  for (const char* pattern :
       {"*", "a**", "a|*", "(*a)", "^*", "(?=a)*", "\\y+", "(?a", "(?", "(?<a)", "***x"}) {
    const std::string_view text = pattern;
    EXPECT_EQ(Error(text), text == "(?a" ? "invalid embedded option" : "quantifier operand invalid") << text;
  }
  for (const char* pattern : {"a{256}", "a{2,1}", "a{1,256}", "a{1x}", "a{1,2,3}", "a{1000000000000}"}) {
    EXPECT_EQ(Error(pattern), "invalid repetition count(s)") << pattern;
  }
  EXPECT_EQ(Error("a{1"), "braces {} not balanced");
  EXPECT_EQ(Error("a{1,"), "braces {} not balanced");
  EXPECT_EQ(Error("a\\{1", {.syntax = Syntax::kBasic}), "braces {} not balanced");
  EXPECT_EQ(Error("a\\{1}", {.syntax = Syntax::kBasic}), "invalid repetition count(s)");
}

TEST(SyntaxErrorTest, Escapes) {
  for (const char* pattern : {"\\", "\\q", "\\x", "\\xg", "\\u12", "\\U1234567", "\\c", "[\\", "[\\y]",
                              "[\\q]", "\\08", "\\x80000000"}) {
    const std::string_view text = pattern;
    const bool is_fine = text == "\\08";
    EXPECT_EQ(Error(text), is_fine ? "no error: none" : "invalid escape \\ sequence") << text;
  }
  EXPECT_EQ(Error("a\\", {.syntax = Syntax::kBasic}), "invalid escape \\ sequence");
}

TEST(SyntaxErrorTest, BackReferences) {
  for (const char* pattern : {"\\1", "(a)\\2", "(a\\1)", "(a)(?=\\1)", "(?:a)\\1"}) {
    EXPECT_EQ(Error(pattern), "invalid backreference number") << pattern;
  }
}

TEST(SyntaxErrorTest, Options) {
  EXPECT_EQ(Error("(?z)a"), "invalid embedded option");
  EXPECT_EQ(Error("(?i"), "invalid embedded option");
  EXPECT_EQ(Error("a", {.syntax = Syntax::kLiteral, .expanded = true}), "invalid argument to regex function");
  EXPECT_EQ(Error("a", {.syntax = Syntax::kLiteral, .newline_stops = true}),
            "invalid argument to regex function");
  EXPECT_EQ(Error("***?"), "invalid regexp (reg version 0.8)");
}

TEST(SyntaxErrorTest, TooMuch) {
  const std::string complex = "regular expression is too complex";
  EXPECT_EQ(Error(std::string(5'000, '(')), complex);
  EXPECT_EQ(Error("(((a{255}){255}){255}){255}"), complex);
  EXPECT_EQ(Error("(((()){255}){255}){255}"), complex);
  std::string doubling = "(a)";
  for (int i = 1; i < 60; ++i) doubling += "(\\" + std::to_string(i) + "\\" + std::to_string(i) + ")";
  EXPECT_EQ(Error(doubling), complex);
  std::string chain = "(a)";
  for (int i = 1; i < 5'000; ++i) chain += "(\\" + std::to_string(i) + ")";
  EXPECT_EQ(Error(chain), complex);
  std::string groups;
  for (int i = 0; i < 50'000; ++i) groups += "(a)";
  EXPECT_EQ(Error(groups), complex);
  std::string classes;
  for (int i = 0; i < 8'000; ++i) classes += "[^\\U000" + std::to_string(10'000 + 2 * i) + "]";
  EXPECT_EQ(Error(classes), complex);
}

}  // namespace
}  // namespace ordinal::regex
