#include "kv/etcd/commit_slots.h"

#include <fmt/format.h>

#include <utility>

#include "base/random.h"

namespace ordinal::kv {

CommitSlots::CommitSlots(Client& client, const KeyLayout& layout, const MarkerLease& lease,
                         const base::Clock& clock)
    : client_(client),
      layout_(layout),
      lease_(lease),
      clock_(clock),
      node_(fmt::format("{:016x}", base::SystemRandom().NextUint64())) {}

void CommitSlots::Take(Callback callback) {
  const std::int64_t now = clock_.BootMicros();
  std::optional<CommitSlot> found;
  {
    const std::lock_guard lock(mutex_);
    // Used last, put last: the ones below grow old and are forgotten when they come up.
    while (!free_.empty() && !found) {
      if (now - free_.back().put_micros < MarkerLease::kTrustedMicros) found = std::move(free_.back());
      free_.pop_back();
    }
  }
  if (found) return callback(std::nullopt, std::move(*found));
  Create(std::move(callback));
}

void CommitSlots::Create(Callback callback) {
  CommitSlot slot;
  {
    const std::lock_guard lock(mutex_);
    slot.key = layout_.Slot(node_, ++created_);
  }
  slot.put_micros = clock_.BootMicros();
  // A put that may happen twice, so its revision is read where it is certain to be the last: a late copy
  // finds the key present and does nothing.
  etcd::TxnRequest request;
  etcd::Compare& compare = *request.add_compare();
  compare.set_target(etcd::Compare::CREATE);
  compare.set_result(etcd::Compare::EQUAL);
  compare.set_key(slot.key);
  compare.set_create_revision(0);
  etcd::PutRequest& put = *request.add_success()->mutable_request_put();
  put.set_key(slot.key);
  put.set_lease(lease_.id());
  request.add_failure()->mutable_request_range()->set_key(slot.key);
  client_.Call<etcd::TxnRequest, etcd::TxnResponse>(
      std::move(request),
      [slot = std::move(slot), callback = std::move(callback)](Answer<etcd::TxnResponse> answer) mutable {
        if (answer.error) return callback(std::move(answer.error), {});
        const etcd::TxnResponse& response = answer.response;
        if (response.succeeded()) {
          slot.revision = response.header().revision();
        } else if (const auto& found = response.responses(0).response_range().kvs(); !found.empty()) {
          slot.revision = found[0].mod_revision();
        } else {
          return callback(base::Error(base::sqlstate::kConnectionFailure, "a lease of this node has ended"),
                          {});
        }
        callback(std::nullopt, std::move(slot));
      });
}

void CommitSlots::Return(CommitSlot slot) {
  const std::lock_guard lock(mutex_);
  free_.push_back(std::move(slot));
}

}  // namespace ordinal::kv
