#include "dialect/iam_words.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace ordinal::dialect {
namespace {

std::string Read(std::string sql) {
  ReadIamAsRoles(sql);
  return sql;
}

using Arns = std::vector<std::string>;

TEST(IamWordsTest, ReadsStringsAsRoles) {
  EXPECT_EQ(Read("AWS IAM GRANT r TO 'a:b'"), "        GRANT r TO \"a:b\"");
  EXPECT_EQ(Read("SELECT 1; aws/**/iam revoke \"R\" from 'a', 'b';SELECT 'a'"),
            "SELECT 1;    /**/    revoke \"R\" from \"a\", \"b\";SELECT 'a'");
}

TEST(IamWordsTest, LeavesEverythingElse) {
  for (const char* const sql :
       {"GRANT r TO 'a'", "AWS IAM GRANT r TO a", "AWS IAM GRANT r TO 'a", "AWS IAM GRANT r TO '",
        "AWS IAM GRANT r TO ''", "AWS IAM GRANT r TO 'a''b'", "AWS IAM GRANT r TO 'a\"b'",
        "AWS IAM GRANT r TO 'a' b", "AWS IAM", "AWS", "SELECT 'AWS IAM GRANT r TO ''a'''",
        "-- AWS IAM GRANT r TO 'a'", "SELECT aws FROM iam", ""}) {
    EXPECT_EQ(Read(sql), sql);
    EXPECT_EQ(IamArns(sql), Arns()) << sql;
  }
}

TEST(IamWordsTest, GivesTheStrings) {
  EXPECT_EQ(IamArns(" AWS IAM GRANT r TO 'a:b'"), Arns{"a:b"});
  EXPECT_EQ(IamArns("AWS IAM REVOKE r FROM 'a', 'b';"), (Arns{"a", "b"}));
}

}  // namespace
}  // namespace ordinal::dialect
