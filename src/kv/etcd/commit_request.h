// Turns a submission into a transaction of etcd, and tells from what etcd read which guard failed.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "kv/engine.h"
#include "kv/etcd/commit_slots.h"
#include "kv/etcd/etcd.pb.h"
#include "kv/etcd/key_layout.h"

namespace ordinal::kv {

namespace etcd = ::etcdserverpb;

// True when the submission leaves something in the store. Others need no slot: they only ask.
bool Writes(const Submission& submission);

// Adds the compares that are true while every guard holds. REQUIRES that no guard of kind kUnchanged has an
// unknown sighting.
void AddCompares(const Submission& submission, const KeyLayout& layout, etcd::TxnRequest& request);

// Adds deleted ranges, writes, touches and deletion markers; the last two with the lease.
void AddWrites(const Submission& submission, const KeyLayout& layout, std::int64_t lease,
               etcd::TxnRequest& request);

// Adds the compare and the put of the slot, and to the failure branch a read of it, as its first answer.
void AddSlot(const CommitSlot& slot, std::int64_t lease, etcd::TxnRequest& request);
// Makes a failing attempt change the slot, unless an earlier one has, so that no copy of the request that is
// still on its way can succeed.
void AddBar(const CommitSlot& slot, std::int64_t lease, etcd::TxnRequest& request);
// What the slot says, as AddSlot's read found it.
enum class SlotState : std::uint8_t {
  kGone,       // its lease is over
  kUntouched,  // as this process last knew it: no attempt had an effect
  kCommitted,  // an earlier attempt succeeded
  kBarred,     // an earlier attempt failed, and AddBar's put came of it
};
SlotState StateOf(const CommitSlot& slot, const etcd::RangeResponse& found);

// One read for each guard (two for a range), whose answers FindFailed judges. `revision` 0 means the newest.
std::vector<etcd::RangeRequest> GuardReads(const Submission& submission, const KeyLayout& layout,
                                           bool with_values);

// Returns the first guard that the answers of GuardReads show to be broken; the first of all when none is.
const Guard& FindFailed(const Submission& submission, std::span<const etcd::RangeResponse> answers);

}  // namespace ordinal::kv
