#include <thread>

#include "unit/sequence/shared_fixture.h"

namespace ordinal::sequence {
namespace {

class SharedGiveBackTest : public SharedSequenceTest {
 protected:
  static void GiveBack(Node& node, const SequenceDescriptor& s, const Block& tail) {
    node.allocator.GiveBack(s.oid, s.epoch, tail);
  }
  SequenceStatistics OfA(const SequenceDescriptor& s) { return a_.allocator.Statistics(s.oid); }
};

TEST_F(SharedGiveBackTest, TheUnusedEndGoesBackBeforeTheNextDraw) {
  const auto s = Make();
  const Block block = a_.allocator.TakeAndWait(s, 10);
  GiveBack(a_, s, block.Tail(3));
  EXPECT_EQ(a_.One(s), 4);
  EXPECT_EQ(b_.One(s), 5);
  EXPECT_EQ(OfA(s).given_back, 7u);
  EXPECT_EQ(OfA(s).dropped, 0u);
  EXPECT_EQ(a_.engine.reads, 1);
}

TEST_F(SharedGiveBackTest, AReadOnTheNodeSeesIt) {
  const auto s = Make();
  const Block block = a_.allocator.TakeAndWait(s, 10);
  a_.engine.HoldAnswers();
  GiveBack(a_, s, block.Tail(3));
  WaitUntil([&] { return a_.engine.submits == 2; });
  a_.engine.ReleaseAnswers();
  EXPECT_EQ(a_.allocator.Read(s)->last_value, 3);
  GiveBack(a_, s, a_.allocator.TakeAndWait(s, 2));
  a_.allocator.Stop();
  EXPECT_EQ(Stored(s), (Counter{3, true}));
}

TEST_F(SharedGiveBackTest, AWholeBlockLeavesTheSequenceUncalled) {
  const auto s = Make();
  GiveBack(a_, s, a_.allocator.TakeAndWait(s, 10));
  EXPECT_FALSE(a_.allocator.Read(s)->is_called);
  EXPECT_EQ(b_.One(s), 1);
}

TEST_F(SharedGiveBackTest, NothingGoesBackThatLiesBelowADraw) {
  const auto s = Make();
  const Block first = a_.allocator.TakeAndWait(s, 10);
  const Block second = a_.allocator.TakeAndWait(s, 5);
  GiveBack(a_, s, first.Tail(3));
  EXPECT_EQ(a_.One(s), 16);
  EXPECT_EQ(OfA(s).dropped, 7u);
  GiveBack(a_, s, second.Tail(1));
  EXPECT_EQ(b_.One(s), 17);
}

TEST_F(SharedGiveBackTest, NothingGoesBackThatLiesBelowADrawOfAnotherNode) {
  const auto s = Make();
  const Block block = a_.allocator.TakeAndWait(s, 10);
  EXPECT_EQ(b_.One(s), 11);
  GiveBack(a_, s, block.Tail(3));
  EXPECT_EQ(a_.One(s), 12);
  EXPECT_EQ(OfA(s).dropped, 7u);
}

// The counter stands again where the claim left it, but the values are in use.
TEST_F(SharedGiveBackTest, NothingGoesBackWhenTheCounterOnlyLooksUntouched) {
  const auto s = Make();
  const Block block = a_.allocator.TakeAndWait(s, 10);
  b_.allocator.SetValue(s, {5, true});
  EXPECT_EQ(b_.allocator.TakeAndWait(s, 5).last, 10);
  GiveBack(a_, s, block.Tail(3));
  EXPECT_EQ(a_.One(s), 11);
  const Block other = a_.allocator.TakeAndWait(s, 4);  // 12 to 15
  a_.allocator.SetValue(s, {15, true});
  GiveBack(a_, s, other.Tail(1));
  EXPECT_EQ(a_.One(s), 16);
}

TEST_F(SharedGiveBackTest, BlocksGoBackFromTheTopDown) {
  const auto s = Make();
  const Block first = a_.allocator.TakeAndWait(s, 10);
  const Block second = a_.allocator.TakeAndWait(s, 10);
  GiveBack(a_, s, second);
  GiveBack(a_, s, first.Tail(4));
  EXPECT_EQ(b_.allocator.Read(s)->last_value, a_.allocator.Read(s)->last_value);
  EXPECT_EQ(b_.One(s), 5);
}

TEST_F(SharedGiveBackTest, AnEndedEpochTakesNothingBack) {
  const auto s = Make();
  const Block block = a_.allocator.TakeAndWait(s, 10);
  ASSERT_EQ(Alter(b_, s), kv::Outcome::kCommitted);
  GiveBack(a_, s, block.Tail(3));
  WaitUntil([&] { return OfA(s).dropped == 7; });
  EXPECT_EQ(b_.One(NextEpoch(s)), 11);
}

TEST_F(SharedGiveBackTest, DescendingAndWrappedBlocksGoBack) {
  const auto down = Make({.increment = -3, .min_value = -100, .max_value = -1, .start = -1}, 20001);
  GiveBack(a_, down, a_.allocator.TakeAndWait(down, 5).Tail(2));
  EXPECT_EQ(a_.One(down), -7);
  const auto wraps = Make({.max_value = 3, .cycle = true}, 20002);
  EXPECT_EQ(a_.allocator.TakeAndWait(wraps, 3).last, 3);
  GiveBack(a_, wraps, a_.allocator.TakeAndWait(wraps, 3).Tail(1));
  EXPECT_EQ(a_.allocator.Read(wraps)->last_value, 1);
  EXPECT_EQ(b_.One(wraps), 2);
}

// Whether it went back is unknown; it must not go back a second time, when others may use the values.
TEST_F(SharedGiveBackTest, AnUnknownFateIsNotTriedAgain) {
  for (const Fault fault : {Fault::kLostAnswer, Fault::kLostRequest}) {
    const auto s = Make({}, fault == Fault::kLostAnswer ? 20001 : 20002);
    const Block block = a_.allocator.TakeAndWait(s, 10);
    Fail(a_, {fault});
    GiveBack(a_, s, block.Tail(3));
    const std::int64_t next = fault == Fault::kLostAnswer ? 4 : 11;
    WaitUntil([&] { return OfA(s).dropped == 7; });
    EXPECT_EQ(b_.One(s), next);
    EXPECT_EQ(a_.One(s), next + 1);
  }
}

}  // namespace
}  // namespace ordinal::sequence
