#include "sql/parse/tree.h"

#include <gtest/gtest.h>

#include <string>
#include <thread>

#include "base/error.h"

namespace ordinal::sql::parse {
namespace {

base::Report ErrorOf(const std::string& sql) {
  try {
    const Tree tree(sql);
  } catch (const base::Error& error) {
    return error.report();
  }
  ADD_FAILURE() << "no error for " << sql;
  return {};
}

TEST(Tree, ListsStatementsWithTheirText) {
  const Tree tree("select 1; insert into t values (1)");
  ASSERT_EQ(tree.statements().size(), 2u);
  EXPECT_EQ(tree.statements()[0].begin, 0);
  EXPECT_EQ(tree.statements()[0].length, 8);
  EXPECT_EQ(tree.text().substr(static_cast<std::size_t>(tree.statements()[1].begin)),
            " insert into t values (1)");
}

TEST(Tree, EmptyScriptsHaveNoStatements) {
  EXPECT_TRUE(Tree("").statements().empty());
  EXPECT_TRUE(Tree(" -- nothing\n;").statements().empty());
}

TEST(Tree, ReportsSyntaxErrorsAtTheirCharacter) {
  const base::Report report = ErrorOf("\u00e9 selec 1");
  EXPECT_EQ(report.sqlstate.view(), "42601");
  EXPECT_EQ(report.position, 1);
  const base::Report later = ErrorOf("select '\u00e9\u00e9' frm x y");
  EXPECT_EQ(later.message, "syntax error at or near \"x\"");
  EXPECT_EQ(later.position, 17);
}

TEST(Tree, RefusesNulBytes) { EXPECT_EQ(ErrorOf(std::string("select 1\0", 9)).sqlstate.view(), "22021"); }

TEST(Tree, RefusesWrongUtf8) {
  EXPECT_EQ(ErrorOf("select 1 as \"\xff\"").sqlstate.view(), "22021");
  EXPECT_EQ(ErrorOf("select /* \xff */ 1").sqlstate.view(), "22021");
}

TEST(Tree, DeepNestingIsAnErrorNotACrash) {
  const std::string deep = "select " + std::string(20'000, '(') + "1" + std::string(20'000, ')');
  EXPECT_EQ(ErrorOf(deep).sqlstate.view(), "54001");
}

TEST(Tree, CountsPositionsInCharacters) {
  const Tree tree("select '\u00e9', x");
  EXPECT_EQ(tree.Position(0), 1);
  EXPECT_EQ(tree.Position(-1), 0);
  EXPECT_EQ(tree.Position(13), 13);  // one byte more than characters before it
  EXPECT_EQ(tree.Position(8), 9);    // and back again
}

TEST(Tree, ThreadsParseAndEnd) {
  for (int i = 0; i < 4; ++i) {
    std::thread([] {
      for (int j = 0; j < 100; ++j) EXPECT_EQ(Tree("select 1 + 2").statements().size(), 1u);
      EXPECT_EQ(ErrorOf("selec").sqlstate.view(), "42601");
    }).join();
  }
}

}  // namespace
}  // namespace ordinal::sql::parse
