#include "cluster/membership.h"

#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "base/error.h"
#include "keys/key_space.h"
#include "unit/kv/etcd_server.h"

namespace ordinal::cluster {
namespace {

using kv::EtcdOptions;
using kv::EtcdServer;

// A clock that a test moves on, as if its process had been stopped for a while.
class ShiftedClock final : public base::Clock {
 public:
  std::int64_t WallMicros() const override { return system_.WallMicros(); }
  std::int64_t BootMicros() const override { return system_.BootMicros() + shift_; }
  void Shift(std::int64_t micros) { shift_ = micros; }

 private:
  base::SystemClock system_;
  std::atomic<std::int64_t> shift_{0};
};

struct Node {
  Node(const EtcdOptions& options, const std::string& address, std::int64_t lease_seconds)
      : engine(kv::OpenEtcd(options, clock)),
        membership(std::make_unique<Membership>(*engine, clock, NodeOptions{address, "1", lease_seconds})) {}
  ShiftedClock clock;
  std::unique_ptr<kv::Engine> engine;
  std::unique_ptr<Membership> membership;
};

kv::Revision RaiseBarrier(kv::Engine& engine) {
  kv::Submission submission;
  submission.writes.push_back({BarrierKey(), ""});
  const kv::CommitResult result = engine.SubmitAndWait(std::move(submission));
  EXPECT_EQ(result.outcome, kv::Outcome::kCommitted);
  return result.revision;
}

template <typename Condition>
bool Eventually(Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}

TEST(RegistrationTest, SurvivesTheRoundTripAndRefusesDamage) {
  const Registration registration{7, "host:1", "0.1", 11, 12, 13, 14};
  const Registration copy = DecodeRegistration(EncodeRegistration(registration));
  EXPECT_EQ(copy.id, 7u);
  EXPECT_EQ(copy.address, "host:1");
  EXPECT_EQ(copy.version, "0.1");
  EXPECT_EQ(copy.started_micros, 11);
  EXPECT_EQ(copy.heartbeat_micros, 12);
  EXPECT_EQ(copy.lease_seconds, 13);
  EXPECT_EQ(copy.acknowledged, 14u);
  for (const char* damaged : {"", "{}", "[1]", R"({"id": "x"})"}) {
    try {
      DecodeRegistration(damaged);
      ADD_FAILURE() << damaged;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.sqlstate(), base::sqlstate::kDataCorrupted);
      EXPECT_STREQ(error.what(), "the registration of a node is damaged");
    }
  }
}

TEST(MembershipTest, NodesSeeEachOtherComeAndGo) {
  const EtcdOptions options = EtcdServer::Shared().Options();
  Node first(options, "first:1", 5);
  Node second(options, "second:1", 5);
  EXPECT_NE(first.membership->node_id(), second.membership->node_id());
  EXPECT_TRUE(first.membership->IsLive());
  const auto nodes = first.membership->Nodes();
  ASSERT_EQ(nodes.size(), 2u);
  EXPECT_EQ(nodes[0].address, "first:1");
  EXPECT_EQ(nodes[1].address, "second:1");
  second.membership.reset();
  EXPECT_EQ(first.membership->Nodes().size(), 1u);
}

TEST(MembershipTest, AWaitEndsWhenEveryNodeHasReadTheCommit) {
  const EtcdOptions options = EtcdServer::Shared().Options();
  // So long a lease that the wait must end by acknowledgement.
  Node first(options, "first:1", 600);
  Node second(options, "second:1", 600);
  for (int i = 0; i < 5; ++i) {
    const kv::Revision revision = RaiseBarrier(*first.engine);
    first.membership->AwaitAcknowledged(revision);
    EXPECT_GE(second.engine->Recent()->revision(), revision);
  }
}

TEST(MembershipTest, AWaitForANodeThatIsStoppedEndsWithItsLease) {
  const EtcdOptions options = EtcdServer::Shared().Options();
  Node waiting(options, "waiting:1", 600);
  {
    // A registration that nobody renews: its process is stopped.
    kv::Submission submission;
    Registration stopped;
    stopped.id = 99;
    stopped.lease_seconds = 2;
    submission.writes.push_back({keys::NodeKey(stopped.id), EncodeRegistration(stopped)});
    ASSERT_EQ(waiting.engine->SubmitAndWait(std::move(submission)).outcome, kv::Outcome::kCommitted);
  }
  const auto began = std::chrono::steady_clock::now();
  waiting.membership->AwaitAcknowledged(RaiseBarrier(*waiting.engine));
  EXPECT_GE(std::chrono::steady_clock::now() - began, std::chrono::seconds(2));
}

TEST(MembershipTest, ANodeThatWasStoppedIsNotLiveUntilItHasReadAgain) {
  const EtcdOptions options = EtcdServer::Shared().Options();
  Node node(options, "node:1", 600);
  ASSERT_TRUE(node.membership->IsLive());
  node.clock.Shift(541'000'000);
  EXPECT_FALSE(node.membership->IsLive());
  RaiseBarrier(*node.engine);
  EXPECT_TRUE(Eventually([&] { return node.membership->IsLive(); }));
}

TEST(MembershipTest, ANodeThatIsCutOffCeasesToBeLiveAndComesBack) {
  EtcdServer server;
  Node node(server.Options(), "node:1", 2);
  ASSERT_TRUE(node.membership->IsLive());
  server.Signal(SIGSTOP);
  EXPECT_TRUE(Eventually([&] { return !node.membership->IsLive(); }));
  server.Signal(SIGCONT);
  EXPECT_TRUE(Eventually([&] { return node.membership->IsLive(); }));
  EXPECT_TRUE(Eventually([&] { return node.membership->Nodes().size() == 1; }));
}

}  // namespace
}  // namespace ordinal::cluster
