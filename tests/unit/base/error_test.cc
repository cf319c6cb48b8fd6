#include "base/error.h"

#include <gtest/gtest.h>

namespace ordinal::base {
namespace {

TEST(Error, CarriesEveryField) {
  const Error error =
      Error(sqlstate::kUniqueViolation, "m").Detail("d").Hint("h").Position(3).Constraint("c");
  EXPECT_EQ(error.sqlstate().view(), "23505");
  EXPECT_EQ(error.report().detail, "d");
  EXPECT_EQ(error.report().hint, "h");
  EXPECT_EQ(error.report().position, 3);
  EXPECT_EQ(error.report().constraint_name, "c");
  EXPECT_FALSE(error.IsRetryable());
  EXPECT_TRUE(Error(sqlstate::kSerializationFailure, "x").IsRetryable());
}

TEST(Error, NamesWhatIsNotSupported) {
  try {
    ThrowUnsupported("flying", 7);
    FAIL();
  } catch (const Error& error) {
    EXPECT_EQ(error.sqlstate().view(), "0A000");
    EXPECT_STREQ(error.what(), "flying is not supported yet");
    EXPECT_EQ(error.report().position, 7);
  }
}

}  // namespace
}  // namespace ordinal::base
