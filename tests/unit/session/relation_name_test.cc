#include "session/relation_name.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace ordinal::session {
namespace {

std::string Read(std::string_view text) {
  try {
    const QualifiedName name = ReadRelationName(text, "postgres");
    return name.schema + "|" + name.name;
  } catch (const base::Error& error) {
    return std::string(error.sqlstate().view()) + " " + error.what();
  }
}

TEST(RelationNameTest, FoldsAndSplits) {
  EXPECT_EQ(Read("Seq"), "|seq");
  EXPECT_EQ(Read(" My . Seq "), "my|seq");
  EXPECT_EQ(Read("\"My Seq\""), "|My Seq");
  EXPECT_EQ(Read("\"a.b\".\"c\"\"d\""), "a.b|c\"d");
  EXPECT_EQ(Read("postgres.a.b"), "a|b");
}

TEST(RelationNameTest, RefusesWhatIsNoName) {
  for (const char* text : {"", " ", ".", "a.", ".a", "a..b", "Mixed Case", "\"open", "\"a\"b", "a\tb"}) {
    EXPECT_EQ(Read(text), "42602 invalid name syntax") << text;
  }
  EXPECT_EQ(Read("a.b.c.d"), "42601 improper relation name (too many dotted names): a.b.c.d");
  EXPECT_EQ(Read("other.b.c"), "0A000 cross-database references are not implemented: \"other.b.c\"");
}

TEST(RelationNameTest, QuotesWhatNeedsIt) {
  EXPECT_EQ(QuoteName("plain_1$"), "plain_1$");
  EXPECT_EQ(QuoteName("Mixed"), "\"Mixed\"");
  EXPECT_EQ(QuoteName("1a"), "\"1a\"");
  EXPECT_EQ(QuoteName("a\"b"), "\"a\"\"b\"");
  EXPECT_EQ(QuoteName(""), "\"\"");
}

}  // namespace
}  // namespace ordinal::session
