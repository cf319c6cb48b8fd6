#include <atomic>
#include <thread>

#include "unit/sequence/shared_fixture.h"

namespace ordinal::sequence {
namespace {

using SharedAllocatorTest = SharedSequenceTest;

TEST_F(SharedAllocatorTest, OnlyTheFirstClaimReads) {
  const auto s = Make();
  for (std::int64_t expected = 1; expected <= 10; ++expected) EXPECT_EQ(a_.One(s), expected);
  EXPECT_EQ(a_.engine.reads, 1);
  EXPECT_EQ(a_.engine.submits, 10);
}

TEST_F(SharedAllocatorTest, ALostRaceCostsOneMoreSubmitAndNoRead) {
  const auto s = Make();
  EXPECT_EQ(a_.One(s), 1);
  EXPECT_EQ(b_.One(s), 2);
  EXPECT_EQ(a_.One(s), 3);
  EXPECT_EQ(a_.engine.reads, 1);
  EXPECT_EQ(a_.engine.submits, 3);
  EXPECT_EQ(b_.allocator.TakeAndWait(s, 5).last, 8);
  EXPECT_EQ(a_.One(s), 9);
}

TEST_F(SharedAllocatorTest, WhatArrivesWhileAClaimIsUnderWaySharesTheNext) {
  const auto s = Make();
  a_.engine.HoldAnswers();
  std::vector<Block> blocks(30);
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    threads.emplace_back(
        [&, i] { blocks[i] = a_.allocator.TakeAndWait(s, static_cast<std::int64_t>(i) + 1); });
    WaitUntil([&] { return a_.allocator.Statistics(s.oid).waits == i + 1; });
  }
  a_.engine.ReleaseAnswers();
  threads.clear();
  std::int64_t last = 0;
  for (std::size_t i = 0; i < blocks.size(); ++i) {  // in order of arrival, each whole, nothing between
    EXPECT_EQ(blocks[i].first, last + 1);
    EXPECT_EQ(blocks[i].count, static_cast<std::int64_t>(i) + 1);
    last = blocks[i].last;
  }
  EXPECT_EQ(a_.allocator.Statistics(s.oid).claims, 2u);
  EXPECT_EQ(Stored(s), (Counter{last, true}));
}

// Node A's claim is decided, and its answer is on the way. What another node does before a request arrives
// has come before that request.
class LateRequestTest : public SharedSequenceTest {
 protected:
  // Lets A's claim of `count` values be decided, then runs `between`, then `late`, which waits on A; then the
  // answer of the first claim arrives.
  Block Run(const SequenceDescriptor& s, std::int64_t count, const std::function<void()>& between,
            const std::function<void()>& late) {
    a_.engine.HoldAnswers();
    Block block;
    std::jthread first([&] { block = a_.allocator.TakeAndWait(s, count); });
    WaitUntil([&] { return a_.engine.submits == 1; });
    between();
    std::jthread second(late);
    WaitUntil([&] { return a_.allocator.Statistics(s.oid).waits == 2; });
    a_.engine.ReleaseAnswers();
    first.join();
    second.join();
    return block;
  }
};

TEST_F(LateRequestTest, IsNotServedFromAnEarlierClaim) {
  const auto s = Make();
  std::int64_t late = 0;
  const Block block = Run(
      s, 3, [&] { EXPECT_EQ(b_.One(s), 4); }, [&] { late = a_.One(s); });
  EXPECT_EQ(block.last, 3);
  EXPECT_EQ(late, 5);
}

// The claim takes less than was asked for, since the run ends; the one who asked is answered alone.
TEST_F(LateRequestTest, IsNotRefusedForAnEarlierEndOfTheRun) {
  const auto s = Make({.max_value = 3});
  std::int64_t late = 0;
  const Block block = Run(
      s, 10,
      [&] {
        b_.allocator.SetValue(s, {1, false});
      },
      [&] { late = a_.One(s); });
  EXPECT_EQ(block.last, 3);
  EXPECT_EQ(late, 1);
}

TEST_F(LateRequestTest, IsNotServedByAnEarlierRead) {
  const auto s = Make({.max_value = 1});
  EXPECT_EQ(b_.One(s), 1);
  std::int64_t late = 0;
  std::jthread second;
  a_.engine.after_get = [&](std::string_view) {
    a_.engine.after_get = nullptr;
    b_.allocator.SetValue(s, {1, false});
    second = std::jthread([&] { late = a_.One(s); });
    WaitUntil([&] { return a_.allocator.Statistics(s.oid).waits == 2; });
  };
  EXPECT_EQ(ErrorOf([&] { a_.One(s); }), "2200H nextval: reached maximum value of sequence \"s\" (1)");
  second.join();
  EXPECT_EQ(late, 1);
}

TEST_F(LateRequestTest, AnAdvanceSeesASetvalThatCameBeforeIt) {
  const auto s = Make();
  EXPECT_EQ(a_.allocator.TakeAndWait(s, 100).last, 100);
  b_.allocator.SetValue(s, {1, false});
  a_.allocator.AdvancePast(s, 50);  // A remembers 100
  EXPECT_EQ(b_.One(s), 51);
}

TEST_F(SharedAllocatorTest, SetvalIsDurableAtOnceOnAllNodes) {
  const auto s = Make();
  EXPECT_EQ(a_.One(s), 1);
  b_.allocator.SetValue(s, {100, true});
  EXPECT_EQ(Stored(s), (Counter{100, true}));
  EXPECT_EQ(a_.One(s), 101);
  a_.allocator.SetValue(s, {7, false});
  EXPECT_EQ(b_.allocator.Read(s)->last_value, 7);
  EXPECT_EQ(b_.allocator.Read(s)->is_called, false);
  EXPECT_EQ(b_.One(s), 7);
}

TEST_F(SharedAllocatorTest, SetvalWithoutWaitingCallsBack) {
  const auto s = Make();
  std::atomic<bool> done = false;
  a_.engine.HoldAnswers();
  EXPECT_EQ(a_.allocator.SetValueAsync(s, {50, true},
                                       [&](const base::Error* error) {
                                         EXPECT_EQ(error, nullptr);
                                         done = true;
                                       }),
            Ready::kPending);
  EXPECT_FALSE(done);
  a_.engine.ReleaseAnswers();
  WaitUntil([&] { return done.load(); });
  EXPECT_EQ(b_.One(s), 51);
}

TEST_F(SharedAllocatorTest, ExplicitValuesMoveTheCounter) {
  const auto s = Make({.increment = 10, .max_value = 200});
  EXPECT_FALSE(a_.allocator.TryAdvancePast(s, 15));
  a_.allocator.AdvancePast(s, 15);
  EXPECT_EQ(b_.One(s), 25);
  a_.allocator.AdvancePast(s, 5);  // behind
  EXPECT_EQ(a_.One(s), 35);
  b_.allocator.AdvancePast(s, 1'000'000);
  EXPECT_EQ(ErrorOf([&] { a_.One(s); }), "2200H nextval: reached maximum value of sequence \"s\" (200)");
}

TEST_F(SharedAllocatorTest, EndsAndWrapsInBothDirections) {
  const auto up = Make({.max_value = 3, .start = 2, .cycle = true}, 20001);
  const auto down =
      Make({.increment = -2, .min_value = -5, .max_value = -1, .start = -3, .cycle = true}, 20002);
  const auto once = Make({.increment = -1, .min_value = -3, .max_value = -1, .start = -1}, 20003);
  std::vector<std::int64_t> drawn;
  for (int i = 0; i < 4; ++i) drawn.insert(drawn.end(), {a_.One(up), b_.One(up)});
  EXPECT_EQ(drawn, (std::vector<std::int64_t>{2, 3, 1, 2, 3, 1, 2, 3}));
  drawn.clear();
  for (int i = 0; i < 3; ++i) drawn.insert(drawn.end(), {a_.One(down), b_.One(down)});
  EXPECT_EQ(drawn, (std::vector<std::int64_t>{-3, -5, -1, -3, -5, -1}));
  EXPECT_EQ(a_.One(once), -1);
  const Block rest = b_.allocator.TakeAndWait(once, 10);
  EXPECT_EQ(rest.first, -2);
  EXPECT_EQ(rest.count, 2);
  for (Node* node : {&a_, &b_}) {
    EXPECT_EQ(ErrorOf([&] { node->One(once); }),
              "2200H nextval: reached minimum value of sequence \"s\" (-3)");
  }
  a_.allocator.SetValue(once, {-2, true});
  EXPECT_EQ(b_.One(once), -3);
}

TEST_F(SharedAllocatorTest, OneClaimServesBothSidesOfAWrap) {
  const auto s = Make({.max_value = 4, .cycle = true});
  a_.engine.HoldAnswers();
  std::vector<Block> blocks(4);
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    threads.emplace_back([&, i] { blocks[i] = a_.allocator.TakeAndWait(s, 3); });
    WaitUntil([&] { return a_.allocator.Statistics(s.oid).waits == i + 1; });
  }
  a_.engine.ReleaseAnswers();
  threads.clear();
  EXPECT_EQ(blocks[0].last, 3);
  EXPECT_EQ(blocks[1].first, 4);
  EXPECT_EQ(blocks[1].count, 1);
  EXPECT_EQ(blocks[2].first, 1);
  EXPECT_EQ(blocks[2].last, 3);
  EXPECT_EQ(blocks[3].count, 1);
  EXPECT_EQ(a_.allocator.Statistics(s.oid).claims, 2u);
}

TEST_F(SharedAllocatorTest, EpochsEndOnEveryNode) {
  const auto s = Make();
  EXPECT_EQ(b_.One(s), 1);
  EXPECT_EQ(Alter(a_, s, Counter{10, false}), kv::Outcome::kCommitted);
  EXPECT_EQ(ErrorOf([&] { b_.One(s); }), kEpochIsOver);
  EXPECT_EQ(ErrorOf([&] { b_.allocator.SetValue(s, {9, true}); }), kEpochIsOver);
  EXPECT_EQ(ErrorOf([&] { b_.allocator.AdvancePast(s, 9); }), kEpochIsOver);
  EXPECT_EQ(ErrorOf([&] { b_.allocator.Surrender(s); }), kEpochIsOver);
  EXPECT_EQ(b_.allocator.Read(s), std::nullopt);
  EXPECT_EQ(b_.One(NextEpoch(s)), 10);
  EXPECT_EQ(a_.One(NextEpoch(s)), 11);
}

TEST_F(SharedAllocatorTest, ASurrenderTellsWhatTheStoreSaysNow) {
  const auto s = Make();
  EXPECT_EQ(a_.One(s), 1);
  EXPECT_EQ(b_.allocator.TakeAndWait(s, 9).last, 10);
  EXPECT_EQ(a_.allocator.Surrender(s).counter, (Counter{10, true}));
  EXPECT_EQ(Alter(a_, s), kv::Outcome::kCommitted);
  EXPECT_EQ(b_.One(NextEpoch(s)), 11);
}

TEST_F(SharedAllocatorTest, AnAlterConflictsWithWhoeverDrawsMeanwhile) {
  const auto s = Make();
  for (Node* node : {&a_, &b_}) {
    txn::Transaction alter(*store_, {}, 0);
    DropCounter(alter, s, a_.allocator.Surrender(s));
    WriteInitialCounter(alter, NextEpoch(s), {1, true});
    node->One(s);
    EXPECT_EQ(alter.CommitAndWait().outcome, kv::Outcome::kConflict);
  }
  EXPECT_EQ(a_.One(s), 3);
}

// What is drawn in the claim that answers a surrender is part of the counter that it tells.
TEST_F(SharedAllocatorTest, ASurrenderCountsTheDrawsOfItsClaim) {
  const auto s = Make();
  a_.engine.HoldAnswers();
  std::vector<std::jthread> threads;
  threads.emplace_back([&] { a_.One(s); });
  WaitUntil([&] { return a_.engine.submits == 1; });
  Surrendered surrendered;
  threads.emplace_back([&] { surrendered = a_.allocator.Surrender(s); });
  threads.emplace_back([&] { a_.One(s); });
  WaitUntil([&] { return a_.allocator.Statistics(s.oid).waits == 2; });
  a_.engine.ReleaseAnswers();
  threads.clear();
  EXPECT_EQ(Stored(s), (Counter{2, true}));
  txn::Transaction alter(*store_, {}, 0);
  DropCounter(alter, s, surrendered);
  WriteInitialCounter(alter, NextEpoch(s), surrendered.counter);
  // The draw may have come too late for the claim; then the ALTER knows too little, and must hear so.
  const bool counted = surrendered.counter == Counter{2, true};
  EXPECT_EQ(alter.CommitAndWait().outcome, counted ? kv::Outcome::kCommitted : kv::Outcome::kConflict);
  EXPECT_EQ(a_.One(counted ? NextEpoch(s) : s), 3);
}

TEST_F(SharedAllocatorTest, ManySequencesClaimAtTheSameTime) {
  constexpr base::Oid kFirst = 21000;
  constexpr int kCount = 12;
  std::vector<SequenceDescriptor> sequences;
  for (base::Oid i = 0; i < kCount; ++i) sequences.push_back(Make({}, kFirst + i));
  for (const auto& s : sequences) EXPECT_EQ(a_.One(s), 1);
  a_.engine.HoldAnswers();
  std::vector<std::jthread> threads;
  for (const auto& s : sequences) {
    for (int i = 0; i < 3; ++i) threads.emplace_back([&] { a_.One(s); });
  }
  WaitUntil([&] { return a_.engine.submits == 2 * kCount; });
  a_.engine.ReleaseAnswers();
  threads.clear();
  for (const auto& s : sequences) EXPECT_EQ(Stored(s), (Counter{4, true}));
}

TEST_F(SharedAllocatorTest, ReadsManyAtThePriceOfOne) {
  std::vector<SequenceDescriptor> sequences;
  for (base::Oid i = 0; i < 50; ++i) sequences.push_back(Make({}, 22000 + i));
  EXPECT_EQ(b_.allocator.TakeAndWait(sequences[7], 5).last, 5);
  ASSERT_EQ(Alter(b_, sequences[8]), kv::Outcome::kCommitted);
  std::vector<const SequenceDescriptor*> asked;
  for (const auto& s : sequences) asked.push_back(&s);
  const auto states = a_.allocator.ReadAll(asked);
  ASSERT_EQ(states.size(), 50u);
  EXPECT_EQ(states[6]->is_called, false);
  EXPECT_EQ(states[7]->last_value, 5);
  EXPECT_EQ(states[8], std::nullopt);
  EXPECT_EQ(a_.engine.reads, 1);
  EXPECT_TRUE(a_.allocator.ReadAll({}).empty());
  EXPECT_EQ(a_.engine.reads, 1);
}

}  // namespace
}  // namespace ordinal::sequence
