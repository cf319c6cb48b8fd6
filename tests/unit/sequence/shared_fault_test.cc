#include <algorithm>
#include <atomic>
#include <chrono>
#include <set>
#include <thread>

#include "unit/sequence/drawing_threads.h"
#include "unit/sequence/shared_fixture.h"

namespace ordinal::sequence {
namespace {

using SharedFaultTest = SharedSequenceTest;

TEST_F(SharedFaultTest, AClaimWhoseAnswerIsLostBurnsItsValues) {
  const auto s = Make();
  EXPECT_EQ(a_.One(s), 1);
  Fail(a_, {Fault::kLostAnswer});
  EXPECT_EQ(a_.allocator.TakeAndWait(s, 3).first, 5);  // 2 to 4 may be out
  EXPECT_EQ(a_.engine.reads, 2);
  EXPECT_EQ(b_.One(s), 8);
}

TEST_F(SharedFaultTest, AClaimThatNeverArrivedBurnsNothing) {
  const auto s = Make();
  EXPECT_EQ(a_.One(s), 1);
  Fail(a_, {Fault::kLostRequest});
  EXPECT_EQ(a_.allocator.TakeAndWait(s, 3).first, 2);
  EXPECT_EQ(b_.One(s), 5);
}

TEST_F(SharedFaultTest, AClaimThatArrivesLateIsRefused) {
  const auto s = Make();
  EXPECT_EQ(a_.One(s), 1);
  Fail(a_, {Fault::kLateRequest});
  EXPECT_EQ(a_.allocator.TakeAndWait(s, 3).first, 2);
  EXPECT_EQ(a_.engine.DeliverLate().outcome, kv::Outcome::kConflict);
  EXPECT_EQ(b_.One(s), 5);
}

TEST_F(SharedFaultTest, ASetvalWhoseFateIsUnknownSaysSo) {
  const auto s = Make();
  EXPECT_EQ(a_.One(s), 1);
  Fail(a_, {Fault::kLostAnswer});
  EXPECT_EQ(ErrorOf([&] {
              a_.allocator.SetValue(s, {50, true});
            }),
            "08007 could not determine whether the sequence was set");
  EXPECT_EQ(b_.One(s), 51);
  EXPECT_EQ(a_.One(s), 52);
  Fail(a_, {Fault::kLostRequest});
  EXPECT_EQ(ErrorOf([&] {
              a_.allocator.SetValue(s, {5, true});
            }),
            "08007 could not determine whether the sequence was set");
  EXPECT_EQ(a_.One(s), 53);
}

TEST_F(SharedFaultTest, AdvancesAndSurrendersSurviveAnUnknownFate) {
  const auto s = Make();
  Fail(a_, {Fault::kLostAnswer, Fault::kLostRequest});
  a_.allocator.AdvancePast(s, 10);  // committed; the read after it finds nothing to do
  EXPECT_EQ(a_.engine.submits, 1);
  a_.allocator.AdvancePast(s, 20);
  EXPECT_EQ(a_.allocator.Surrender(s).counter, (Counter{20, true}));
}

TEST_F(SharedFaultTest, AStoreThatNeverTellsIsAnError) {
  const auto s = Make();
  a_.engine.next_fault = [] { return Fault::kLostRequest; };
  EXPECT_EQ(ErrorOf([&] { a_.One(s); }), "58030 could not write the counter of a sequence");
  a_.engine.next_fault = nullptr;
  EXPECT_EQ(a_.One(s), 1);
}

TEST_F(SharedFaultTest, ARefusalOfTheStoreReachesTheCallerAndPasses) {
  const auto s = Make();
  EXPECT_EQ(a_.One(s), 1);
  Fail(a_, {Fault::kRefused});
  EXPECT_EQ(ErrorOf([&] { a_.One(s); }), "53100 the store is full");
  EXPECT_EQ(a_.One(s), 2);
  EXPECT_EQ(a_.engine.reads, 1);
}

TEST_F(SharedFaultTest, WhoLosesEveryRaceHearsSo) {
  Node node(*store_, clock_, {.lost_races_max = 8});
  const auto s = Make();
  node.engine.next_fault = [] { return Fault::kLostRace; };
  EXPECT_EQ(ErrorOf([&] { node.One(s); }),
            "40001 could not move a sequence on: other nodes won every race for its counter");
  EXPECT_EQ(node.engine.submits, 8);
  node.engine.next_fault = nullptr;
  EXPECT_EQ(node.One(s), 1);
  EXPECT_EQ(node.engine.reads, 1);
}

TEST_F(SharedFaultTest, AnUnreadableStoreIsTheErrorOfWhoeverAsks) {
  const auto s = Make();
  a_.engine.after_get = [](std::string_view) { throw base::Error(base::sqlstate::kIoError, "no store"); };
  EXPECT_EQ(ErrorOf([&] { a_.One(s); }), "58030 no store");
  a_.engine.after_get = nullptr;
  EXPECT_EQ(a_.One(s), 1);
}

// A node that must read one sequence goes on with the others: the read is done by the thread that needs it.
TEST_F(SharedFaultTest, AReadThatHangsHoldsUpNoOtherSequence) {
  const auto slow = Make({}, 20001);
  const auto quick = Make({}, 20002);
  EXPECT_EQ(a_.One(slow), 1);
  EXPECT_EQ(a_.One(quick), 1);
  std::atomic<bool> hangs = false;
  std::atomic<bool> released = false;
  a_.engine.after_get = [&](std::string_view key) {
    if (key != CounterKey(slow.oid, slow.epoch)) return;
    hangs = true;
    released.wait(false);
  };
  Fail(a_, {Fault::kLostAnswer});
  std::jthread waits([&] { EXPECT_EQ(a_.One(slow), 3); });
  WaitUntil([&] { return hangs.load(); });
  Fail(a_, {Fault::kLostRace, Fault::kLostRace});  // so that the worker is needed
  EXPECT_EQ(a_.One(quick), 2);
  released = true;
  released.notify_all();
}

class SharedConcurrencyTest : public SharedSequenceTest {
 protected:
  // Each thread of a node gets faults of its own kind at its own pace.
  static void FailEvery(Node& node, std::vector<Fault> kinds, int every) {
    auto count = std::make_shared<std::atomic<int>>(0);
    node.engine.next_fault = [count, kinds = std::move(kinds), every] {
      const int number = ++*count;
      return number % every == 0 ? kinds[static_cast<std::size_t>(number / every) % kinds.size()]
                                 : Fault::kNone;
    };
  }
  Node c_{*store_, clock_};
};

TEST_F(SharedConcurrencyTest, NodesKeepRealTimeOrderAndLeaveNoGap) {
  const auto s = Make();
  const auto all = DrawFromThreads({&a_.allocator, &b_.allocator, &c_.allocator}, s, 9, 300);
  ExpectDistinct(all);
  ExpectRealTimeOrder(all);
  EXPECT_EQ(Stored(s), (Counter{9 * 300, true}));
}

TEST_F(SharedConcurrencyTest, LostRacesLeaveNoGap) {
  const auto s = Make();
  for (Node* node : {&a_, &b_, &c_}) FailEvery(*node, {Fault::kLostRace}, 2);
  const auto all = DrawFromThreads({&a_.allocator, &b_.allocator, &c_.allocator}, s, 6, 200);
  ExpectDistinct(all);
  ExpectRealTimeOrder(all);
  EXPECT_EQ(Stored(s), (Counter{6 * 200, true}));
}

TEST_F(SharedConcurrencyTest, UnknownFatesRepeatNothing) {
  const auto s = Make();
  for (Node* node : {&a_, &b_, &c_}) {
    FailEvery(*node, {Fault::kLostAnswer, Fault::kLostRequest, Fault::kLostRace}, 3);
  }
  const auto all = DrawFromThreads({&a_.allocator, &b_.allocator, &c_.allocator}, s, 6, 200);
  ExpectDistinct(all);
  ExpectRealTimeOrder(all);
}

// Values that come back are drawn again; those in use never are.
TEST_F(SharedConcurrencyTest, ReservationsThatComeBackAreNeverInUse) {
  const auto s = Make();
  for (Node* node : {&a_, &b_, &c_}) FailEvery(*node, {Fault::kLostRace, Fault::kLostAnswer}, 7);
  const std::vector<Allocator*> nodes{&a_.allocator, &b_.allocator, &c_.allocator};
  std::vector<std::vector<std::int64_t>> used(9);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < used.size(); ++i) {
      threads.emplace_back([&, i] {
        Allocator& node = *nodes[i % nodes.size()];
        for (std::int64_t n = 0; n < 150; ++n) {
          const Block block = node.TakeAndWait(s, 1 + n % 5);
          const std::int64_t keeps = n % (block.count + 1);
          for (std::int64_t k = 0; k < keeps; ++k) used[i].push_back(block.ValueAt(k));
          if (keeps < block.count) node.GiveBack(s.oid, s.epoch, block.Tail(keeps));
        }
      });
    }
  }
  std::set<std::int64_t> distinct;
  std::size_t total = 0;
  for (const auto& values : used) {
    distinct.insert(values.begin(), values.end());
    total += values.size();
  }
  EXPECT_EQ(distinct.size(), total);
}

TEST_F(SharedConcurrencyTest, AltersAmidDrawsNeverRepeatAValue) {
  const auto s = Make();
  std::atomic<std::uint64_t> epoch = s.epoch;
  std::atomic<bool> stop = false;
  std::vector<std::vector<std::int64_t>> drawn(4);
  int altered = 0;
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < drawn.size(); ++i) {
      threads.emplace_back([&, i] {
        while (!stop) {
          SequenceDescriptor mine = s;
          mine.epoch = epoch;
          try {
            drawn[i].push_back((i % 2 == 0 ? b_ : c_).One(mine));
          } catch (const base::Error& error) {
            ASSERT_EQ(error.sqlstate().view(), "40001");
          }
        }
      });
    }
    for (int tries = 0; tries < 20'000 && altered < 20; ++tries) {
      SequenceDescriptor current = s;
      current.epoch = epoch;
      if (Alter(a_, current) != kv::Outcome::kCommitted) continue;
      ++altered;
      ++epoch;
    }
    stop = true;
  }
  EXPECT_GT(altered, 0);
  std::set<std::int64_t> distinct;
  std::size_t total = 0;
  for (const auto& values : drawn) {
    distinct.insert(values.begin(), values.end());
    total += values.size();
  }
  EXPECT_EQ(distinct.size(), total);
}

}  // namespace
}  // namespace ordinal::sequence
