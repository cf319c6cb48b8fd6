// Commits whose answers are lost, as requests to a real etcd: what later attempts find must settle what
// earlier ones did.
#include <gtest/gtest.h>

#include "etcd_server.h"
#include "kv/etcd/client.h"
#include "kv/etcd/commit_request.h"

namespace ordinal::kv {
namespace {

class CommitSlotTest : public ::testing::Test {
 protected:
  CommitSlotTest() {
    slot_.key = layout_.Slot("node", 1);
    slot_.revision = Put(slot_.key, "");
    Guard guard;
    guard.kind = GuardKind::kAbsent;
    guard.key = kKey;
    submission_.guards.push_back(guard);
    submission_.writes.push_back({kKey, "value"});
    AddCompares(submission_, layout_, first_);
    AddWrites(submission_, layout_, 0, first_);
    AddSlot(slot_, 0, first_);
    later_ = first_;
    AddBar(slot_, 0, later_);
  }

  std::int64_t Put(std::string key, std::string value) {
    etcd::TxnRequest request;
    etcd::PutRequest& put = *request.add_success()->mutable_request_put();
    put.set_key(std::move(key));
    put.set_value(std::move(value));
    return Send(request).header().revision();
  }
  etcd::TxnResponse Send(const etcd::TxnRequest& request) {
    return client_.CallAndWait<etcd::TxnResponse>(request);
  }
  SlotState SendAndLook(const etcd::TxnRequest& request) {
    const etcd::TxnResponse response = Send(request);
    EXPECT_FALSE(response.succeeded());
    return StateOf(slot_, response.responses(0).response_range());
  }

  static constexpr char kKey[] = "key";
  EtcdOptions options_ = EtcdServer::Shared().Options();
  KeyLayout layout_{options_.prefix};
  Client client_{options_};
  CommitSlot slot_;
  Submission submission_;
  etcd::TxnRequest first_;  // of the first attempt
  etcd::TxnRequest later_;  // of those that follow
};

TEST_F(CommitSlotTest, EveryLaterAttemptFindsThatTheFirstCommitted) {
  const std::int64_t committed = Send(first_).header().revision();
  for (int attempt = 2; attempt <= 4; ++attempt) {
    const etcd::TxnResponse response = Send(later_);
    ASSERT_FALSE(response.succeeded());
    const etcd::RangeResponse& found = response.responses(0).response_range();
    EXPECT_EQ(StateOf(slot_, found), SlotState::kCommitted) << attempt;
    EXPECT_EQ(found.kvs(0).mod_revision(), committed) << attempt;
  }
}

TEST_F(CommitSlotTest, ALateFirstAttemptCannotCommitOnceAnotherHasFailed) {
  Put(layout_.Data(kKey), "of another");
  EXPECT_EQ(SendAndLook(later_), SlotState::kUntouched);
  etcd::TxnRequest remove;
  remove.add_success()->mutable_request_delete_range()->set_key(layout_.Data(kKey));
  Send(remove);
  EXPECT_EQ(SendAndLook(first_), SlotState::kBarred);
  EXPECT_EQ(SendAndLook(later_), SlotState::kBarred);
}

TEST_F(CommitSlotTest, AnAttemptThatFailsAloneLeavesTheSlot) {
  Put(layout_.Data(kKey), "of another");
  EXPECT_EQ(SendAndLook(first_), SlotState::kUntouched);
  EXPECT_EQ(SendAndLook(first_), SlotState::kUntouched);
}

}  // namespace
}  // namespace ordinal::kv
