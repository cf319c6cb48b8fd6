#include "types/utf8.h"

#include <gtest/gtest.h>

#include <string>

#include "unit/types/error_text.h"

namespace ordinal::types {
namespace {

std::string Error(std::string_view text) {
  return ErrorOf([&] { CheckUtf8(text); });
}

TEST(Utf8, AcceptsEveryLength) {
  EXPECT_EQ(Error(""), "no error");
  EXPECT_EQ(Error("plain ASCII of more than eight bytes"), "no error");
  EXPECT_EQ(Error("ä€𝄞"), "no error");
  EXPECT_EQ(Error("\xf4\x8f\xbf\xbf"), "no error");
}

TEST(Utf8, RefusesMalformedSequences) {
  const std::string prefix = "22021 invalid byte sequence for encoding \"UTF8\": ";
  EXPECT_EQ(Error(std::string_view("12345678\0", 9)), prefix + "0x00");
  EXPECT_EQ(Error(std::string_view("1234\0"
                                   "678",
                                   8)),
            prefix + "0x00");
  EXPECT_EQ(Error("\x80"), prefix + "0x80");
  EXPECT_EQ(Error("abc\xff"), prefix + "0xff");
  EXPECT_EQ(Error("\xc0\x80"), prefix + "0xc0 0x80");
  EXPECT_EQ(Error("\xe0\x80\x80"), prefix + "0xe0 0x80 0x80");
  EXPECT_EQ(Error("\xed\xa0\x80"), prefix + "0xed 0xa0 0x80");
  EXPECT_EQ(Error("\xf4\x90\x80\x80"), prefix + "0xf4 0x90 0x80 0x80");
  EXPECT_EQ(Error("a\xe2\x82"), prefix + "0xe2 0x82");
}

TEST(Utf8, CountsAndCuts) {
  EXPECT_EQ(CountCharacters("aä€𝄞"), 4U);
  EXPECT_EQ(BytesOfCharacters("aä€𝄞", 2), 3U);
  EXPECT_EQ(BytesOfCharacters("aä€𝄞", 9), 10U);
  EXPECT_EQ(ClipToBytes("aä", 2), "a");
  EXPECT_EQ(ClipToBytes("aä", 3), "aä");
}

}  // namespace
}  // namespace ordinal::types
