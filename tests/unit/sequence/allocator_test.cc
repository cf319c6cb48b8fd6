#include "sequence/allocator.h"

#include <chrono>
#include <set>
#include <thread>

#include "unit/sequence/sequence_fixture.h"

namespace ordinal::sequence {
namespace {

using AllocatorTest = SequenceTest;

void WaitUntil(const std::function<bool()>& holds) {
  for (int i = 0; i < 5000 && !holds(); ++i) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  ASSERT_TRUE(holds());
}

TEST_F(AllocatorTest, CountsFromTheStart) {
  const auto s = Make();
  for (std::int64_t expected = 1; expected <= 500; ++expected) ASSERT_EQ(One(s), expected);
}

TEST_F(AllocatorTest, TheFirstClaimKeepsThirtyTwoAheadAsPostgresDoes) {
  const auto s = Make();
  EXPECT_EQ(allocator_->Read(s)->is_called, false);
  EXPECT_EQ(allocator_->Read(s)->last_value, 1);
  EXPECT_EQ(One(s), 1);
  const auto state = *allocator_->Read(s);
  EXPECT_EQ(state.last_value, 1);
  EXPECT_EQ(state.log_count, 32);
  EXPECT_TRUE(state.is_called);
  EXPECT_EQ(Stored(s), (StoredCounter{{33, true}, 33}));
}

TEST_F(AllocatorTest, NothingIsHandedOutBeforeItIsDurable) {
  const auto s = Make();
  EXPECT_EQ(allocator_->TryTake(s, 1), std::nullopt);
  engine_.Hold();
  std::atomic<int> called = 0;
  EXPECT_EQ(allocator_->Prepare(s, 1, [&] { ++called; }), Ready::kPending);
  EXPECT_EQ(allocator_->TryTake(s, 1), std::nullopt);
  EXPECT_EQ(called, 0);
  engine_.Release();
  EXPECT_EQ(called, 1);
  EXPECT_EQ(allocator_->TryTake(s, 1)->first, 1);
}

TEST_F(AllocatorTest, PrepareDoesNotCallBackWhenItIsReadyAtOnce) {
  const auto s = Make();
  EXPECT_EQ(allocator_->Prepare(s, 1000, [] { FAIL(); }), Ready::kYes);
  EXPECT_EQ(allocator_->TryTake(s, 1000)->last, 1000);
  EXPECT_EQ(allocator_->Prepare(s, 1, [] { FAIL(); }), Ready::kYes);
}

TEST_F(AllocatorTest, ABlockIsWholeOrEndsItsRun) {
  const auto s = Make({.max_value = 50});
  EXPECT_EQ(One(s), 1);
  EXPECT_EQ(allocator_->TryTake(s, 40), std::nullopt);  // 32 are durable
  EXPECT_EQ(allocator_->TakeAndWait(s, 40).last, 41);
  const Block rest = allocator_->TakeAndWait(s, 40);
  EXPECT_EQ(rest.first, 42);
  EXPECT_EQ(rest.last, 50);
  EXPECT_EQ(ErrorOf([&] { allocator_->TakeAndWait(s, 1); }),
            "2200H nextval: reached maximum value of sequence \"s\" (50)");
  EXPECT_EQ(ErrorOf([&] { allocator_->TryTake(s, 1); }),
            "2200H nextval: reached maximum value of sequence \"s\" (50)");
  EXPECT_EQ(allocator_->Prepare(s, 1, [] { FAIL(); }), Ready::kYes);
}

TEST_F(AllocatorTest, ExhaustionSurvivesRestartAndEndsWithSetval) {
  const auto s = Make({.max_value = 3});
  for (int i = 0; i < 3; ++i) One(s);
  Restart();
  EXPECT_EQ(ErrorOf([&] { One(s); }), "2200H nextval: reached maximum value of sequence \"s\" (3)");
  allocator_->SetValue(s, {2, true});
  EXPECT_EQ(One(s), 3);
}

TEST_F(AllocatorTest, CyclesInBothDirections) {
  const auto up = Make({.max_value = 3, .start = 2, .cycle = true}, 20001);
  std::vector<std::int64_t> drawn;
  for (int i = 0; i < 8; ++i) drawn.push_back(One(up));
  EXPECT_EQ(drawn, (std::vector<std::int64_t>{2, 3, 1, 2, 3, 1, 2, 3}));
  const auto down =
      Make({.increment = -2, .min_value = -5, .max_value = -1, .start = -3, .cycle = true}, 20002);
  drawn.clear();
  for (int i = 0; i < 6; ++i) drawn.push_back(One(down));
  EXPECT_EQ(drawn, (std::vector<std::int64_t>{-3, -5, -1, -3, -5, -1}));
}

TEST_F(AllocatorTest, ALoneCyclingSequenceNeverCrossesItsWrapInOneBlock) {
  const auto s = Make({.max_value = 3, .cycle = true});
  EXPECT_EQ(allocator_->TakeAndWait(s, 10).count, 3);
  EXPECT_EQ(allocator_->TakeAndWait(s, 2).last, 2);
  EXPECT_EQ(allocator_->TakeAndWait(s, 10).first, 3);
}

TEST_F(AllocatorTest, EndsOfSixtyFourBits) {
  const auto s =
      Make({.increment = 7, .min_value = INT64_MIN, .max_value = INT64_MAX, .start = INT64_MAX - 10});
  EXPECT_EQ(One(s), INT64_MAX - 10);
  EXPECT_EQ(One(s), INT64_MAX - 3);
  EXPECT_NE(ErrorOf([&] { One(s); }), "none");
}

TEST_F(AllocatorTest, ACrashSkipsAtMostWhatWasAheadAndRepeatsNothing) {
  const auto s = Make();
  std::int64_t last = 0;
  for (int round = 0; round < 20; ++round) {
    for (int i = 0; i < 10; ++i) {
      const std::int64_t value = One(s);
      ASSERT_GT(value, last);
      ASSERT_LE(value - last, 1 + 64);
      last = value;
    }
    Restart();
  }
  EXPECT_GT(allocator_->TakeAndWait(s, 1).first, last);
  EXPECT_GT(allocator_->Statistics(s.oid).skipped_max, 0u);
}

TEST_F(AllocatorTest, ACleanStopSkipsNothing) {
  const auto s = Make();
  const auto t = Make({.increment = -3, .min_value = -1000, .max_value = -1, .start = -1}, 20007);
  EXPECT_EQ(One(s), 1);
  EXPECT_EQ(One(t), -1);
  for (std::int64_t expected = 2; expected < 40; ++expected) {
    allocator_->Stop();
    EXPECT_EQ(Stored(s), (StoredCounter{{expected - 1, true}, 0}));
    Restart();
    ASSERT_EQ(One(s), expected);
    ASSERT_EQ(One(t), 2 - 3 * expected);
  }
  EXPECT_EQ(allocator_->Statistics(s.oid).skipped_max, 0u);
}

TEST_F(AllocatorTest, HandBackLeavesSequencesUsable) {
  const auto s = Make();
  EXPECT_EQ(One(s), 1);
  allocator_->HandBack();
  EXPECT_EQ(allocator_->TryTake(s, 1), std::nullopt);
  EXPECT_EQ(One(s), 2);
}

TEST_F(AllocatorTest, WhatIsAheadDoublesWhileBusyAndFallsBackWhenIdle) {
  const auto s = Make();
  const std::int64_t max = AllocatorOptions().ahead_max;
  for (std::int64_t i = 0; i < 8 * max; ++i) One(s);
  WaitUntil([&] { return Stored(s).ahead > max / 2; });
  EXPECT_LE(Stored(s).ahead, max + 1);  // the last claim may have had a draw waiting for it
  EXPECT_LT(allocator_->Statistics(s.oid).claims, 100u);
  allocator_->HandBack();
  clock_.now += 10'000'000;
  One(s);
  EXPECT_EQ(Stored(s).ahead, 33);
}

TEST_F(AllocatorTest, TheWorkerClaimsMoreBeforeItRunsOut) {
  const auto s = Make();
  EXPECT_EQ(One(s), 1);
  for (int i = 0; i < 17; ++i) ASSERT_TRUE(allocator_->TryTake(s, 1).has_value());
  WaitUntil([&] { return allocator_->Read(s)->log_count > 32; });
  EXPECT_EQ(allocator_->Statistics(s.oid).waits, 1u);
}

TEST_F(AllocatorTest, UnusedValuesGoBackOnlyFromTheTop) {
  const auto s = Make();
  const Block first = allocator_->TakeAndWait(s, 10);
  const Block second = allocator_->TakeAndWait(s, 5);
  allocator_->GiveBack(s.oid, s.epoch, first.Tail(3));  // 11 to 15 are above
  EXPECT_EQ(One(s), 16);
  const Block third = allocator_->TakeAndWait(s, 10);  // 17 to 26
  allocator_->GiveBack(s.oid, s.epoch, third.Tail(4));
  EXPECT_EQ(One(s), 21);
  EXPECT_EQ(second.last, 15);
  const SequenceStatistics statistics = allocator_->Statistics(s.oid);
  EXPECT_EQ(statistics.given_back, 6u);
  EXPECT_EQ(statistics.dropped, 7u);
}

TEST_F(AllocatorTest, AWholeBlockGivenBackLeavesTheSequenceUncalled) {
  const auto s = Make();
  const Block block = allocator_->TakeAndWait(s, 10);
  allocator_->GiveBack(s.oid, s.epoch, block);
  EXPECT_FALSE(allocator_->Read(s)->is_called);
  EXPECT_EQ(One(s), 1);
}

TEST_F(AllocatorTest, NothingGoesBackPastASetval) {
  const auto s = Make();
  const Block block = allocator_->TakeAndWait(s, 10);
  allocator_->SetValue(s, {10, true});
  allocator_->GiveBack(s.oid, s.epoch, block.Tail(2));
  EXPECT_EQ(One(s), 11);
}

TEST_F(AllocatorTest, SetvalIsDurableAndExact) {
  const auto s = Make();
  One(s);
  allocator_->SetValue(s, {100, true});
  EXPECT_EQ(Stored(s), (StoredCounter{{100, true}, 0}));
  Restart();
  EXPECT_EQ(One(s), 101);
  allocator_->SetValue(s, {7, false});
  EXPECT_EQ(allocator_->Read(s)->is_called, false);
  EXPECT_EQ(One(s), 7);
  EXPECT_EQ(One(s), 8);
}

TEST_F(AllocatorTest, SetvalBehindPreparesAndDrawsKeepsTheirOrder) {
  const auto s = Make();
  engine_.Hold();
  std::atomic<int> done = 0;
  EXPECT_EQ(allocator_->Prepare(s, 1, [&] { ++done; }), Ready::kPending);
  EXPECT_EQ(allocator_->SetValueAsync(s, {50, true},
                                      [&](const base::Error* error) {
                                        EXPECT_EQ(error, nullptr);
                                        ++done;
                                      }),
            Ready::kPending);
  EXPECT_EQ(allocator_->TryTake(s, 1), std::nullopt);
  engine_.Release();
  WaitUntil([&] { return done == 2; });
  EXPECT_EQ(One(s), 51);
}

TEST_F(AllocatorTest, AnEpochThatIsOverGivesNothingMore) {
  const auto old = Make();
  EXPECT_EQ(One(old), 1);
  ASSERT_EQ(Alter(old), kv::Outcome::kCommitted);
  EXPECT_EQ(allocator_->TryTake(old, 1), std::nullopt);
  EXPECT_EQ(ErrorOf([&] { One(old); }), kEpochIsOver);
  EXPECT_EQ(ErrorOf([&] { allocator_->Prepare(old, 1, [] {}); }), kEpochIsOver);
  EXPECT_EQ(ErrorOf([&] { allocator_->SetValue(old, {9, true}); }), kEpochIsOver);
  EXPECT_EQ(allocator_->Read(old), std::nullopt);
  EXPECT_EQ(One(NextEpoch(old)), 2);
  allocator_->Forget(old.oid, old.epoch);
  EXPECT_EQ(One(NextEpoch(old)), 3);
  EXPECT_EQ(allocator_->Statistics(old.oid).issued, 3u);
}

TEST_F(AllocatorTest, RestartBeginsWhereItSays) {
  const auto old = Make();
  for (int i = 0; i < 100; ++i) One(old);
  ASSERT_EQ(Alter(old, Counter{5, false}), kv::Outcome::kCommitted);
  EXPECT_EQ(One(NextEpoch(old)), 5);
}

TEST_F(AllocatorTest, AnAlterConflictsWithWhoeverDrawsMeanwhile) {
  const auto s = Make();
  One(s);
  txn::Transaction alter(engine_, {}, 0);
  alter.snapshot();
  One(s);
  const Surrendered surrendered = allocator_->Surrender(s);
  EXPECT_EQ(surrendered.counter, (Counter{2, true}));
  EXPECT_EQ(Stored(s), (StoredCounter{{2, true}, 0}));
  DropCounter(alter, s, surrendered);
  WriteInitialCounter(alter, NextEpoch(s), surrendered.counter);
  EXPECT_EQ(One(s), 3);
  EXPECT_EQ(alter.CommitAndWait().outcome, kv::Outcome::kConflict);
  EXPECT_EQ(One(s), 4);
}

// The snapshot of the ALTER is older than the surrender, whose revision is what counts.
TEST_F(AllocatorTest, AnAlterCommitsWhenNobodyDrawsAfterTheSurrender) {
  const auto s = Make();
  txn::Transaction alter(engine_, {}, 0);
  alter.snapshot();
  One(s);
  DropCounter(alter, s, allocator_->Surrender(s));
  WriteInitialCounter(alter, NextEpoch(s), {1, true});
  EXPECT_EQ(alter.CommitAndWait().outcome, kv::Outcome::kCommitted);
}

TEST_F(AllocatorTest, ASecondSurrenderWritesNothing) {
  const auto s = Make();
  One(s);
  const Surrendered first = allocator_->Surrender(s);
  const auto commits = engine_.statistics().commits;
  const Surrendered second = allocator_->Surrender(s);
  EXPECT_EQ(engine_.statistics().commits, commits);
  EXPECT_EQ(second.counter, first.counter);
  EXPECT_GE(second.revision, first.revision);
}

TEST_F(AllocatorTest, AnAbortedAlterLeavesTheSequenceAlone) {
  const auto s = Make();
  One(s);
  allocator_->Surrender(s);
  EXPECT_EQ(One(s), 2);
}

TEST_F(AllocatorTest, DropNeedsNoSurrender) {
  const auto s = Make();
  One(s);
  txn::Transaction drop(engine_, {}, 0);
  drop.snapshot();
  One(s);
  DropCounter(drop, s);
  EXPECT_EQ(drop.CommitAndWait().outcome, kv::Outcome::kCommitted);
  allocator_->ForgetDropped(s.oid);
  EXPECT_EQ(ErrorOf([&] { One(s); }), kEpochIsOver);
  EXPECT_EQ(allocator_->Statistics(s.oid).issued, 0u);
}

TEST_F(AllocatorTest, ExplicitValuesMoveTheCounter) {
  const auto s = Make();
  EXPECT_EQ(One(s), 1);
  EXPECT_TRUE(allocator_->TryAdvancePast(s, 10));
  EXPECT_EQ(One(s), 11);
  allocator_->AdvancePast(s, 5);  // behind
  EXPECT_EQ(One(s), 12);
  EXPECT_FALSE(allocator_->TryAdvancePast(s, 1000));
  allocator_->AdvancePast(s, 1000);
  EXPECT_EQ(One(s), 1001);
  Restart();
  EXPECT_GT(One(s), 1001);
}

TEST_F(AllocatorTest, AnExplicitValueEqualToTheNextMovesTheCounter) {
  const auto s = Make();
  allocator_->AdvancePast(s, 1);
  EXPECT_EQ(One(s), 2);
}

TEST_F(AllocatorTest, ExplicitValuesOffTheGridAndBeyondTheEnd) {
  const auto s = Make({.increment = 10, .max_value = 200});
  allocator_->AdvancePast(s, 15);
  EXPECT_EQ(One(s), 25);
  EXPECT_TRUE(allocator_->TryAdvancePast(s, 182));
  EXPECT_EQ(One(s), 192);
  EXPECT_NE(ErrorOf([&] { One(s); }), "none");
  const auto t = Make({.max_value = 50}, 20005);
  allocator_->AdvancePast(t, 1'000'000);
  EXPECT_EQ(ErrorOf([&] { One(t); }), "2200H nextval: reached maximum value of sequence \"s\" (50)");
}

TEST_F(AllocatorTest, FailingReadsAndWritesReachTheCallerAndPass) {
  const auto s = Make();
  engine_.fails_reads = true;
  EXPECT_EQ(ErrorOf([&] { One(s); }), "58030 no disk");
  EXPECT_EQ(ErrorOf([&] { allocator_->Prepare(s, 1, [] { FAIL(); }); }), "58030 no disk");
  engine_.fails_reads = false;
  engine_.fails_writes = true;
  EXPECT_EQ(ErrorOf([&] { One(s); }), "58030 could not write the counter of a sequence");
  engine_.fails_writes = false;
  EXPECT_EQ(One(s), 1);
}

TEST_F(AllocatorTest, ADamagedCounterIsReported) {
  const auto s = Make();
  engine_.SubmitAndWait({.snapshot = nullptr,
                         .guards = {},
                         .writes = {{CounterKey(s.oid, s.epoch), "?"}},
                         .touches = {},
                         .deleted_ranges = {}});
  EXPECT_EQ(ErrorOf([&] { One(s); }), "XX001 the counter of a sequence is damaged");
}

TEST_F(AllocatorTest, ManyValuesCostFewCommits) {
  const auto s = Make();
  const auto before = engine_.statistics().commits;
  EXPECT_EQ(allocator_->Prepare(s, 3000, [] { FAIL(); }), Ready::kYes);
  for (int i = 1; i <= 3000; ++i) ASSERT_EQ(allocator_->TryTake(s, 1)->first, i);
  EXPECT_EQ(engine_.statistics().commits - before, 1u);
}

class RemoteAllocatorTest : public SequenceTest {
 protected:
  RemoteAllocatorTest() : SequenceTest({.exclusive = false, .remote = true}) {}
};

TEST_F(RemoteAllocatorTest, ClaimsExactlyWhatIsAsked) {
  const auto s = Make();
  EXPECT_EQ(allocator_->Prepare(s, 5, [] { FAIL(); }), Ready::kYes);
  EXPECT_EQ(allocator_->TryTake(s, 1), std::nullopt);
  EXPECT_EQ(One(s), 1);
  EXPECT_EQ(allocator_->TakeAndWait(s, 5).last, 6);
  EXPECT_EQ(Stored(s), (StoredCounter{{6, true}, 0}));
  Restart();
  EXPECT_EQ(One(s), 7);
}

TEST_F(RemoteAllocatorTest, NodesInterleaveWithoutRepeating) {
  const auto s = Make({.max_value = 5});
  Allocator other(engine_, clock_);
  EXPECT_EQ(One(s), 1);
  EXPECT_EQ(other.TakeAndWait(s, 1).first, 2);
  EXPECT_EQ(One(s), 3);
  other.SetValue(s, {1, true});
  EXPECT_EQ(One(s), 2);
  EXPECT_EQ(other.TakeAndWait(s, 9).last, 5);
  EXPECT_NE(ErrorOf([&] { One(s); }), "none");
  other.SetValue(s, {1, false});
  EXPECT_EQ(One(s), 1);
  EXPECT_EQ(other.Read(s)->last_value, 1);
  allocator_->AdvancePast(s, 3);
  EXPECT_EQ(other.TakeAndWait(s, 1).first, 4);
}

TEST_F(RemoteAllocatorTest, EpochsEndOnEveryNode) {
  const auto s = Make();
  Allocator other(engine_, clock_);
  EXPECT_EQ(other.TakeAndWait(s, 1).first, 1);
  EXPECT_EQ(Alter(s, Counter{10, false}), kv::Outcome::kCommitted);
  EXPECT_EQ(ErrorOf([&] { other.TakeAndWait(s, 1); }), kEpochIsOver);
  EXPECT_EQ(other.TakeAndWait(NextEpoch(s), 1).first, 10);
}

}  // namespace
}  // namespace ordinal::sequence
