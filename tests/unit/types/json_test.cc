#include "types/json.h"

#include <gtest/gtest.h>

#include <string>

#include "unit/types/error_text.h"

namespace ordinal::types {
namespace {

std::string Error(std::string_view text) {
  return ErrorOf([&] { CheckJson(text); });
}

std::string Invalid(const std::string& rest) { return "22P02 invalid input syntax for type json|" + rest; }

TEST(Json, AcceptsValues) {
  for (const char* text :
       {"{}", "[]", "1", "-0.5", "1e5", "1E-5", "\"x\"", "null", "true", "false",
        "  {\"a\": [1,2,{\"b\":null}]} ", "\"\\u00e9\\n\"", "[[[]]]", "{\"a\":1,\"a\":2}"}) {
    EXPECT_EQ(Error(text), "no error") << text;
  }
}

TEST(Json, ReportsWhatIsWrong) {
  EXPECT_EQ(Error(""), Invalid("The input string ended unexpectedly.|JSON data, line 1: "));
  EXPECT_EQ(Error("{"), Invalid("The input string ended unexpectedly.|JSON data, line 1: {"));
  EXPECT_EQ(Error("}"), Invalid("Expected JSON value, but found \"}\".|JSON data, line 1: }"));
  EXPECT_EQ(Error("{\"a\"}"), Invalid("Expected \":\", but found \"}\".|JSON data, line 1: {\"a\"}"));
  EXPECT_EQ(Error("[1 2]"), Invalid("Expected \",\" or \"]\", but found \"2\".|JSON data, line 1: [1 2..."));
  EXPECT_EQ(Error("{\"a\":1,}"), Invalid("Expected string, but found \"}\".|JSON data, line 1: {\"a\":1,}"));
  EXPECT_EQ(Error("{a:1}"), Invalid("Token \"a\" is invalid.|JSON data, line 1: {a..."));
  EXPECT_EQ(Error("01"), Invalid("Token \"01\" is invalid.|JSON data, line 1: 01"));
  EXPECT_EQ(Error("1 2"), Invalid("Expected end of input, but found \"2\".|JSON data, line 1: 1 2"));
  EXPECT_EQ(Error("\"abc"), Invalid("Token \"\"abc\" is invalid.|JSON data, line 1: \"abc"));
  EXPECT_EQ(Error("\"\\x\""), Invalid("Escape sequence \"\\x\" is invalid.|JSON data, line 1: \"\\x..."));
  EXPECT_EQ(Error("[1,\n nul]"), Invalid("Token \"nul\" is invalid.|JSON data, line 2:  nul..."));
  EXPECT_EQ(Error("\"a\nb\"").substr(0, 84),
            Invalid("Character with value 0x0a must be escaped.|JSON data, line 1: "
                    "\"a")
                .substr(0, 84));
}

TEST(Json, BoundsNesting) {
  const auto nested = [](int depth) {
    return std::string(static_cast<std::size_t>(depth), '[') +
           std::string(static_cast<std::size_t>(depth), ']');
  };
  EXPECT_EQ(Error(nested(kJsonDepthMax)), "no error");
  EXPECT_EQ(Error(nested(1'000'000)), "54001 stack depth limit exceeded");
}

}  // namespace
}  // namespace ordinal::types
