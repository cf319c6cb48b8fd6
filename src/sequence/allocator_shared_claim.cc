// The claim on an engine that many nodes share, where each call may be a round trip. What the entry remembers
// makes the claim one Submit, which blocks nobody. A read, which does block, is needed only when nothing is
// known or an answer without a write is due; it is left to a thread whose request waits for it.
#include <algorithm>
#include <utility>

#include "base/error.h"
#include "sequence/allocator.h"
#include "sequence/allocator_entry.h"

namespace ordinal::sequence {
namespace {

// So many lost races are tried again at once. Then claims of a crowd spread out, by up to the last pause.
constexpr int kAttemptsAtOnce = 4;
constexpr std::int64_t kFirstPauseMicros = 500;
constexpr std::int64_t kLastPauseMicros = 16'000;
// A store that does not tell the fate of so many claims in a row is not working.
constexpr int kUnknownsMax = 3;

base::Error AlwaysLost() {
  return {base::sqlstate::kSerializationFailure,
          "could not move a sequence on: other nodes won every race for its counter"};
}

}  // namespace

void Allocator::DriveShared(const EntryPtr& entry, Driver driver) {
  while (true) {
    Finished finished;
    SharedStep step = SharedStep::kNothing;
    {
      const std::lock_guard lock(ShardOf(entry->oid).mutex);
      step = entry->PlanShared(finished);
      if (step == SharedStep::kNothing) entry->claiming = false;
    }
    CallBack(finished);
    if (step == SharedStep::kNothing) return;
    if (step == SharedStep::kClaim) return SubmitShared(entry);
    if (driver == Driver::kWorker && LeaveToWaiter(entry)) return;
    if (!ReadShared(entry)) return Fail(entry, EpochIsOver(), true);
  }
}

bool Allocator::LeaveToWaiter(const EntryPtr& entry) {
  const std::lock_guard lock(ShardOf(entry->oid).mutex);
  const RequestPtr waiter = entry->AnyWaiter();
  if (!waiter) return false;
  waiter->drives = entry;
  waiter->ended.notify_all();
  return true;
}

bool Allocator::ReadShared(const EntryPtr& entry) {
  const auto snapshot = engine_.Latest();
  const auto bytes = engine_.Get(*snapshot, entry->key);
  if (!bytes) return false;
  const Counter stored = DecodeCounter(*bytes).counter;
  const std::lock_guard lock(ShardOf(entry->oid).mutex);
  entry->ReconcileShared(stored, snapshot->revision());
  return true;
}

void Allocator::SubmitShared(const EntryPtr& entry) {
  // Only the holder of the claim role changes what is read here.
  kv::Submission claim;
  claim.guards.push_back({.kind = kv::GuardKind::kUnchanged,
                          .key = entry->key,
                          .end = {},
                          .sighting = kv::Sighting::kPresent,
                          .seen_at = entry->known_at});
  claim.writes.push_back({entry->key, EncodeCounter({entry->planned, 0})});
  claim.read_on_conflict = true;
  Submit(std::move(claim), entry,
         [this, entry](const kv::CommitResult& result) { CompleteShared(entry, result); });
}

void Allocator::CompleteShared(const EntryPtr& entry, const kv::CommitResult& result) {
  if (result.outcome == kv::Outcome::kConflict) return LoseRace(entry, result);
  if (result.outcome == kv::Outcome::kRefused) return Fail(entry, NotWritten(result), false);
  Finished finished;
  bool more = true;
  bool fails = false;
  {
    const std::lock_guard lock(ShardOf(entry->oid).mutex);
    if (result.outcome == kv::Outcome::kCommitted) {
      entry->CommitShared(result.revision, finished);
    } else {
      entry->ForgetShared(result, finished);
      fails = entry->unknowns >= kUnknownsMax;
    }
    more = fails || !entry->requests.empty();
    if (!more) entry->claiming = false;
  }
  CallBack(finished);
  if (fails) return Fail(entry, NotWritten(result), false);
  if (more) ContinueOnWorker(entry);
}

void Allocator::LoseRace(const EntryPtr& entry, const kv::CommitResult& result) {
  if (!result.conflict_value) return Fail(entry, EpochIsOver(), true);
  const Counter stored = DecodeCounter(*result.conflict_value).counter;
  int attempts = 0;
  {
    const std::lock_guard lock(ShardOf(entry->oid).mutex);
    entry->ReconcileShared(stored, result.revision);
    entry->unknowns = 0;  // the store does tell
    attempts = ++entry->attempts;
  }
  if (attempts >= options_.lost_races_max) return Fail(entry, AlwaysLost(), false);
  ContinueOnWorker(entry, RetryTime(attempts));
}

Allocator::Time Allocator::RetryTime(int attempts) {
  const Time now = std::chrono::steady_clock::now();
  if (attempts <= kAttemptsAtOnce) return now;
  const int doublings = std::min(attempts - kAttemptsAtOnce - 1, 30);
  const std::int64_t longest = std::min(kFirstPauseMicros << doublings, kLastPauseMicros);
  return now + std::chrono::microseconds(random_.NextUint64() % static_cast<std::uint64_t>(longest));
}

}  // namespace ordinal::sequence
