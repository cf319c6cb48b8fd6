#include "sql/exec/row_moves.h"

#include <gtest/gtest.h>

namespace ordinal::sql {
namespace {

constexpr base::Oid kTable = 20000;

TEST(RowMoves, FollowsARowThroughStatements) {
  RowMoves moves;
  const RowMoves::Time declared = moves.now();
  moves.BeginStatement();
  moves.Note(kTable, "a", "b");
  moves.BeginStatement();
  moves.Note(kTable, "b", "c");
  EXPECT_EQ(moves.Follow(kTable, "a", declared), "c");
  EXPECT_EQ(moves.Follow(kTable + 1, "a", declared), "a");
  moves.BeginStatement();
  moves.Note(kTable, "c", "");
  EXPECT_EQ(moves.Follow(kTable, "a", declared), "");
}

TEST(RowMoves, TakesWhatOneStatementDoesAsDoneAtOnce) {
  RowMoves moves;
  const RowMoves::Time declared = moves.now();
  moves.BeginStatement();
  moves.Note(kTable, "a", "b");
  moves.Note(kTable, "b", "a");
  EXPECT_EQ(moves.Follow(kTable, "a", declared), "b");
  EXPECT_EQ(moves.Follow(kTable, "b", declared), "a");
}

TEST(RowMoves, TellsRowsApartThatHadAKeyOneAfterTheOther) {
  RowMoves moves;
  const RowMoves::Time before = moves.now();
  moves.BeginStatement();
  moves.Note(kTable, "a", "");
  const RowMoves::Time after = moves.now();
  moves.BeginStatement();
  moves.Note(kTable, "a", "z");
  EXPECT_EQ(moves.Follow(kTable, "a", before), "");
  EXPECT_EQ(moves.Follow(kTable, "a", after), "z");
}

TEST(RowMoves, ForgetsWhatWasTakenBack) {
  RowMoves moves;
  const RowMoves::Time declared = moves.now();
  moves.BeginStatement();
  moves.Note(kTable, "a", "b");
  const std::size_t savepoint = moves.size();
  moves.BeginStatement();
  moves.Note(kTable, "b", "c");
  moves.BeginStatement();
  moves.Note(kTable, "c", "d");
  moves.AbandonStatement();
  EXPECT_EQ(moves.Follow(kTable, "a", declared), "c");
  moves.AbandonStatement();
  EXPECT_EQ(moves.Follow(kTable, "a", declared), "c");
  moves.Truncate(savepoint);
  EXPECT_EQ(moves.Follow(kTable, "a", declared), "b");
  moves.Truncate(0);
  EXPECT_EQ(moves.Follow(kTable, "a", declared), "a");
}

}  // namespace
}  // namespace ordinal::sql
