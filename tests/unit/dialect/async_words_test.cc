#include "dialect/async_words.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace ordinal::dialect {
namespace {

// The text after the rewrite, when each ASYNC that was found is marked by `@` at its place.
std::string Marked(std::string sql) {
  std::vector<std::size_t> offsets = BlankAsync(sql);
  EXPECT_TRUE(std::is_sorted(offsets.begin(), offsets.end()));
  for (; !offsets.empty(); offsets.pop_back()) {
    EXPECT_EQ(sql.substr(offsets.back(), 5), "     ");
    sql.replace(offsets.back(), 5, "@");
  }
  return sql;
}

TEST(AsyncWordsTest, TakesAsyncOutOfCreateIndex) {
  EXPECT_EQ(Marked("CREATE INDEX ASYNC ON t (a)"), "CREATE INDEX @ ON t (a)");
  EXPECT_EQ(Marked("create unique index async i on t (a)"), "create unique index @ i on t (a)");
  EXPECT_EQ(Marked("/* a /* b */ */ CREATE -- x\nINDEX Async IF NOT EXISTS i ON t (a);"),
            "/* a /* b */ */ CREATE -- x\nINDEX @ IF NOT EXISTS i ON t (a);");
}

TEST(AsyncWordsTest, TakesAsyncOutOfAlterTableThatValidates) {
  EXPECT_EQ(Marked("ALTER TABLE ASYNC t VALIDATE CONSTRAINT c"), "ALTER TABLE @ t VALIDATE CONSTRAINT c");
  EXPECT_EQ(Marked("ALTER TABLE ASYNC IF EXISTS ONLY s.\"T\" * VALIDATE CONSTRAINT c"),
            "ALTER TABLE @ IF EXISTS ONLY s.\"T\" * VALIDATE CONSTRAINT c");
  EXPECT_EQ(Marked("ALTER TABLE ASYNC validate VALIDATE CONSTRAINT c"),
            "ALTER TABLE @ validate VALIDATE CONSTRAINT c");
}

TEST(AsyncWordsTest, LeavesNamesAlone) {
  for (const char* sql :
       {"ALTER TABLE async VALIDATE CONSTRAINT c", "ALTER TABLE async ADD COLUMN validate int",
        "CREATE INDEX \"ASYNC\" ON t (a)", "CREATE INDEX i ON async (async)", "SELECT async FROM async",
        "CREATE TABLE async (a int)", "DROP INDEX async", "ALTER TABLE ASYNC t RENAME TO u"}) {
    EXPECT_EQ(Marked(sql), sql);
  }
}

TEST(AsyncWordsTest, ReadsQuotesAsPostgresDoes) {
  for (const char* sql :
       {"SELECT 'a; CREATE INDEX ASYNC ON t (a)'", "SELECT E'\\'; CREATE INDEX ASYNC ON t (a)'",
        "SELECT $$; CREATE INDEX ASYNC ON t (a)$$", "SELECT $x$ $$; CREATE INDEX ASYNC ON t (a)$x$",
        "-- ; CREATE INDEX ASYNC ON t (a)", "SELECT \"; CREATE INDEX ASYNC ON t (a)\"",
        "SELECT 'it''s; CREATE INDEX ASYNC ON t (a)'"}) {
    EXPECT_EQ(Marked(sql), sql);
  }
  EXPECT_EQ(Marked("SELECT '\\'; CREATE INDEX ASYNC ON t (a); SELECT $1; CREATE INDEX ASYNC i ON t (a)"),
            "SELECT '\\'; CREATE INDEX @ ON t (a); SELECT $1; CREATE INDEX @ i ON t (a)");
}

TEST(AsyncWordsTest, TakesWhatHasNoEnd) {
  for (const char* sql : {"", "async", "CREATE INDEX", "/* async", "'async", "$async$", "$async", "E'async\\",
                          "\"async", "ALTER TABLE ASYNC", "ALTER TABLE ASYNC t", "ALTER TABLE ASYNC a."}) {
    EXPECT_EQ(Marked(sql), sql);
  }
}

}  // namespace
}  // namespace ordinal::dialect
