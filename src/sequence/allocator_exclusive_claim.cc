// The claim on an engine that one process owns: reads the counter, serves what memory covers, and moves the
// stored counter on for the queue and for what is kept ahead.
#include <utility>

#include "base/error.h"
#include "sequence/allocator.h"
#include "sequence/allocator_entry.h"

namespace ordinal::sequence {
namespace {

// A conflict can only come from the end of the epoch, so that the next read finds the key gone.
constexpr int kAttemptsMax = 200;

}  // namespace

void Allocator::DriveExclusive(const EntryPtr& entry) {
  kv::Submission claim;
  claim.snapshot = engine_.Latest();
  const auto bytes = engine_.Get(*claim.snapshot, entry->key);
  if (!bytes) return Fail(entry, EpochIsOver(), true);
  const StoredCounter stored = DecodeCounter(*bytes);
  Finished finished;
  Step step;
  {
    const std::lock_guard lock(ShardOf(entry->oid).mutex);
    entry->Reconcile(stored);
    entry->Serve(claim.snapshot->revision(), finished);
    step = entry->Plan(clock_.BootMicros());
    if (step.kind == Step::Kind::kNothing) entry->claiming = false;
  }
  CallBack(finished);
  if (step.kind == Step::Kind::kNothing) return;
  kv::Guard guard;
  guard.kind = kv::GuardKind::kUnchanged;
  guard.key = entry->key;
  claim.guards.push_back(std::move(guard));
  claim.writes.push_back({entry->key, EncodeCounter(step.write)});
  Submit(std::move(claim), entry,
         [this, entry, step](const kv::CommitResult& result) { CompleteExclusive(entry, step, result); });
}

void Allocator::CompleteExclusive(const EntryPtr& entry, const Step& step, const kv::CommitResult& result) {
  if (result.outcome == kv::Outcome::kUnknown || result.outcome == kv::Outcome::kRefused) {
    return Fail(entry, NotWritten(result), false);
  }
  const bool committed = result.outcome == kv::Outcome::kCommitted;
  Finished finished;
  bool more = true;
  {
    const std::lock_guard lock(ShardOf(entry->oid).mutex);
    if (committed) {
      entry->Apply(step, result.revision, finished);
      more = !entry->requests.empty();
      if (!more) entry->claiming = false;
    } else if (++entry->attempts > kAttemptsMax) {
      more = false;
    }
  }
  CallBack(finished);
  if (more) {
    ContinueOnWorker(entry);
  } else if (!committed) {
    Fail(entry, NotWritten(result), false);
  }
}

}  // namespace ordinal::sequence
