#include <atomic>
#include <set>
#include <thread>
#include <vector>

#include "unit/sequence/drawing_threads.h"
#include "unit/sequence/sequence_fixture.h"

namespace ordinal::sequence {
namespace {

using AllocatorConcurrencyTest = SequenceTest;

TEST_F(AllocatorConcurrencyTest, ThreadsDrawDenseDistinctValuesInRealTimeOrder) {
  const auto s = Make();
  const auto all = DrawFromThreads({allocator_.get()}, s, 8, 5000);
  ExpectDistinct(all);
  ExpectRealTimeOrder(all);
  EXPECT_EQ(allocator_->Read(s)->last_value, 40000);  // nothing was skipped
  EXPECT_LT(allocator_->Statistics(s.oid).claims, 1000u);
}

TEST_F(AllocatorConcurrencyTest, WaitingRequestsJoinOneClaimInOrderOfArrival) {
  const auto s = Make();
  engine_.Hold();
  std::vector<std::int64_t> values(40);
  std::vector<std::jthread> threads;
  for (std::size_t i = 0; i < values.size(); ++i) {
    threads.emplace_back([&, i] { values[i] = allocator_->TakeAndWait(s, 1).first; });
    while (allocator_->Statistics(s.oid).waits <= i) std::this_thread::yield();
  }
  EXPECT_EQ(engine_.held(), 1u);
  engine_.Release();
  threads.clear();
  for (std::size_t i = 0; i < values.size(); ++i) EXPECT_EQ(values[i], static_cast<std::int64_t>(i) + 1);
  EXPECT_LE(allocator_->Statistics(s.oid).claims, 3u);
}

TEST_F(AllocatorConcurrencyTest, CallbacksAndWaitersAndSetvalDoNotStarve) {
  const auto s = Make();
  std::atomic<int> drawn = 0;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        for (int n = 0; n < 2000; ++n) {
          while (!allocator_->TryTake(s, 7)) {
            std::atomic<bool> ready = false;
            if (allocator_->Prepare(s, 7, [&] {
                  ready = true;
                  ready.notify_one();
                }) == Ready::kPending)
              ready.wait(false);
          }
          drawn += 7;
        }
      });
    }
    threads.emplace_back([&] {
      for (int n = 0; n < 200; ++n) allocator_->SetValue(s, {n * 1000 + 1, true});
    });
    threads.emplace_back([&] {
      for (int n = 0; n < 200; ++n) allocator_->Surrender(s);
    });
  }
  EXPECT_EQ(drawn, 4 * 2000 * 7);
}

TEST_F(AllocatorConcurrencyTest, AltersAmidDrawsNeverRepeatAValue) {
  auto s = Make();
  std::atomic<std::uint64_t> epoch = s.epoch;
  std::atomic<bool> stop = false;
  std::vector<std::vector<std::int64_t>> drawn(3);
  int altered = 0;
  {
    std::vector<std::jthread> threads;
    for (auto& values : drawn) {
      threads.emplace_back([&] {
        while (!stop) {
          SequenceDescriptor mine = s;
          mine.epoch = epoch;
          try {
            values.push_back(allocator_->TakeAndWait(mine, 1).first);
          } catch (const base::Error& error) {
            ASSERT_EQ(error.sqlstate().view(), "40001");
          }
        }
      });
    }
    for (int i = 0; i < 300; ++i) {
      SequenceDescriptor current = s;
      current.epoch = epoch;
      if (Alter(current) != kv::Outcome::kCommitted) continue;
      ++altered;
      ++epoch;
      allocator_->Forget(current.oid, current.epoch);
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

class RemoteConcurrencyTest : public SequenceTest {
 protected:
  RemoteConcurrencyTest() : SequenceTest({.exclusive = false, .remote = true}) {}
};

TEST_F(RemoteConcurrencyTest, NodesKeepRealTimeOrderAndRepeatNothing) {
  const auto s = Make();
  Allocator second(engine_, clock_);
  Allocator third(engine_, clock_);
  const auto all = DrawFromThreads({allocator_.get(), &second, &third}, s, 6, 500);
  ExpectDistinct(all);
  ExpectRealTimeOrder(all);
  EXPECT_EQ(Stored(s).counter, (Counter{3000, true}));
}

TEST_F(RemoteConcurrencyTest, AClaimServesOnlyWhoWaitedWhenItWasSent) {
  const auto s = Make();
  engine_.Hold();
  std::vector<std::jthread> threads;
  std::vector<std::int64_t> values(5);
  for (std::size_t i = 0; i < values.size(); ++i) {
    threads.emplace_back([&, i] { values[i] = allocator_->TakeAndWait(s, 1).first; });
    while (allocator_->Statistics(s.oid).waits <= i) std::this_thread::yield();
  }
  engine_.Release();
  threads.clear();
  EXPECT_EQ(values, (std::vector<std::int64_t>{1, 2, 3, 4, 5}));
  EXPECT_EQ(allocator_->Statistics(s.oid).claims, 2u);  // the first alone, then the four that came meanwhile
}

}  // namespace
}  // namespace ordinal::sequence
