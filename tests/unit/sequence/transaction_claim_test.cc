#include "sequence/transaction_claim.h"

#include "unit/sequence/sequence_fixture.h"

namespace ordinal::sequence {
namespace {

using TransactionClaimTest = SequenceTest;

SequenceDescriptor Unborn(SequenceDefinition definition = {}) {
  SequenceDescriptor sequence;
  sequence.oid = 20100;
  sequence.name = "s";
  sequence.definition = definition;
  return sequence;
}

TEST_F(TransactionClaimTest, CountsWithinAndAcrossStatements) {
  const auto s = Unborn();
  txn::Transaction transaction(engine_, {}, 0);
  WriteInitialCounter(transaction, s, {5, false});
  EXPECT_EQ(ReadCounterInTransaction(transaction, s), (Counter{5, false}));
  EXPECT_EQ(DrawInTransaction(transaction, s), 5);
  EXPECT_EQ(DrawInTransaction(transaction, s), 6);
  transaction.FinishStatement();
  EXPECT_EQ(DrawInTransaction(transaction, s), 7);
  ASSERT_EQ(transaction.CommitAndWait().outcome, kv::Outcome::kCommitted);
  EXPECT_EQ(Stored(s), (StoredCounter{{7, true}, 0}));
  EXPECT_EQ(One(s), 8);
}

TEST_F(TransactionClaimTest, ARollbackTakesTheCounterAlong) {
  const auto s = Unborn();
  {
    txn::Transaction transaction(engine_, {}, 0);
    WriteInitialCounter(transaction, s, {1, false});
    DrawInTransaction(transaction, s);
  }
  EXPECT_EQ(allocator_->Read(s), std::nullopt);
}

TEST_F(TransactionClaimTest, BoundsAndCyclesHold) {
  const auto s = Unborn({.max_value = 2});
  txn::Transaction transaction(engine_, {}, 0);
  WriteInitialCounter(transaction, s, {1, false});
  DrawInTransaction(transaction, s);
  DrawInTransaction(transaction, s);
  EXPECT_EQ(ErrorOf([&] { DrawInTransaction(transaction, s); }),
            "2200H nextval: reached maximum value of sequence \"s\" (2)");
  auto cycling = s;
  cycling.definition.cycle = true;
  EXPECT_EQ(DrawInTransaction(transaction, cycling), 1);
}

TEST_F(TransactionClaimTest, ARolledBackRestartGoesBackToTheEarlierPosition) {
  const auto s = Make();
  One(s);
  {
    txn::Transaction alter(engine_, {}, 0);
    DropCounter(alter, s, allocator_->Surrender(s));
    WriteInitialCounter(alter, NextEpoch(s), {100, false});
    EXPECT_EQ(DrawInTransaction(alter, NextEpoch(s)), 100);
  }
  EXPECT_EQ(One(s), 2);
}

TEST_F(TransactionClaimTest, TwoAltersInOneTransaction) {
  const auto s = Make();
  One(s);
  txn::Transaction alter(engine_, {}, 0);
  const auto second = NextEpoch(s);
  const auto third = NextEpoch(second);
  DropCounter(alter, s, allocator_->Surrender(s));
  WriteInitialCounter(alter, second, {100, false});
  alter.FinishStatement();
  const Counter position = ReadCounterInTransaction(alter, second);
  DropCounter(alter, second);
  WriteInitialCounter(alter, third, position);
  ASSERT_EQ(alter.CommitAndWait().outcome, kv::Outcome::kCommitted);
  EXPECT_EQ(ErrorOf([&] { One(s); }), kEpochIsOver);
  EXPECT_EQ(ErrorOf([&] { One(second); }), kEpochIsOver);
  EXPECT_EQ(One(third), 100);
}

TEST_F(TransactionClaimTest, OfTwoConcurrentAltersOneCommits) {
  const auto s = Make();
  txn::Transaction first(engine_, {}, 0);
  txn::Transaction second(engine_, {}, 0);
  for (txn::Transaction* alter : {&first, &second}) {
    DropCounter(*alter, s, allocator_->Surrender(s));
    WriteInitialCounter(*alter, NextEpoch(s), {1, false});
  }
  EXPECT_EQ(first.CommitAndWait().outcome, kv::Outcome::kCommitted);
  EXPECT_EQ(second.CommitAndWait().outcome, kv::Outcome::kConflict);
}

}  // namespace
}  // namespace ordinal::sequence
