// The claim: how the Allocator moves stored counters on. At most one thread at a time holds the claim role of
// an entry (Entry::claiming); it reads the counter, decides, and submits, without a lock over any of the
// engine's calls. The engine's answer arrives in Complete, which passes the role to the worker while there is
// more to do.

#include <exception>
#include <utility>

#include "base/error.h"
#include "sequence/allocator.h"
#include "sequence/allocator_entry.h"

namespace ordinal::sequence {
namespace {

// Nodes that share a remote engine contend for a counter; each conflict means that another one got on. On an
// exclusive engine a conflict can only come from the end of the epoch.
constexpr int kAttemptsMax = 200;

base::Error EpochIsOver() {
  return {base::sqlstate::kSerializationFailure, "schema has been updated by another transaction (OC001)"};
}

base::Error NotWritten() { return {base::sqlstate::kIoError, "could not write the counter of a sequence"}; }

void CallBack(const Finished& finished) {
  for (const auto& request : finished) request->done(request->error ? &*request->error : nullptr);
}

}  // namespace

bool Allocator::Enqueue(const SequenceDescriptor& sequence, const RequestPtr& request) {
  Shard& shard = ShardOf(sequence.oid);
  EntryPtr entry;
  bool drives = false;
  {
    const std::lock_guard lock(shard.mutex);
    entry = FindOrMake(shard, sequence);
    if (request->count > 0) ++entry->statistics.waits;
    entry->Push(request);
    drives = !std::exchange(entry->claiming, true);
  }
  if (drives) Drive(entry);
  const std::lock_guard lock(shard.mutex);
  if (!request->finished) {
    request->caller_left = request->done != nullptr;
    return false;
  }
  if (request->error) throw *request->error;
  return true;
}

void Allocator::Wait(Shard& shard, const RequestPtr& request) {
  std::unique_lock lock(shard.mutex);
  request->ended.wait(lock, [&] { return request->finished; });
  if (request->error) throw *request->error;
}

void Allocator::Drive(const EntryPtr& entry) {
  Shard& shard = ShardOf(entry->oid);
  try {
    kv::Submission claim;
    claim.snapshot = engine_.Latest();
    const auto bytes = engine_.Get(*claim.snapshot, entry->key);
    if (!bytes) return Fail(entry, EpochIsOver(), true);
    const StoredCounter stored = DecodeCounter(*bytes);
    Finished finished;
    Step step;
    {
      const std::lock_guard lock(shard.mutex);
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
    Submit(std::move(claim), entry, step);
  } catch (const base::Error& error) {
    Fail(entry, error, false);
  } catch (const std::exception& error) {
    Fail(entry, {base::sqlstate::kInternalError, error.what()}, false);
  }
}

void Allocator::Submit(kv::Submission claim, const EntryPtr& entry, const Step& step) {
  {
    const std::lock_guard lock(worker_mutex_);
    ++commits_under_way_;
  }
  const auto end_commit = [this] {
    const std::lock_guard lock(worker_mutex_);
    --commits_under_way_;
    commit_ended_.notify_all();
  };
  try {
    engine_.Submit(std::move(claim), [this, entry, step, end_commit](const kv::CommitResult& result) {
      Complete(entry, step, result);
      end_commit();
    });
  } catch (...) {
    end_commit();
    throw;
  }
}

void Allocator::Complete(const EntryPtr& entry, const Step& step, const kv::CommitResult& result) {
  const bool committed = result.outcome == kv::Outcome::kCommitted;
  if (result.outcome == kv::Outcome::kUnknown && exclusive_) return Fail(entry, NotWritten(), false);
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
    Fail(entry, NotWritten(), false);
  }
}

// Ends all requests of the entry and lays the claim role down.
void Allocator::Fail(const EntryPtr& entry, const base::Error& error, bool epoch_is_over) {
  Finished finished;
  {
    Shard& shard = ShardOf(entry->oid);
    const std::lock_guard lock(shard.mutex);
    entry->FailAll(error, finished);
    entry->claiming = false;
    const auto found = shard.entries.find(Id(entry->oid, entry->epoch));
    if (epoch_is_over && found != shard.entries.end() && found->second == entry) {
      FoldStatistics(shard, *entry);
      shard.entries.erase(found);
    }
  }
  CallBack(finished);
}

void Allocator::ContinueOnWorker(EntryPtr entry) {
  const std::lock_guard lock(worker_mutex_);
  worker_queue_.push_back(std::move(entry));
  worker_wakes_.notify_one();
}

void Allocator::RunWorker() {
  std::unique_lock lock(worker_mutex_);
  while (true) {
    worker_wakes_.wait(lock, [this] { return stopping_ || !worker_queue_.empty(); });
    if (stopping_) return;
    const EntryPtr entry = std::move(worker_queue_.front());
    worker_queue_.pop_front();
    lock.unlock();
    Drive(entry);
    lock.lock();
  }
}

void Allocator::StopWorker() {
  {
    const std::lock_guard lock(worker_mutex_);
    stopping_ = true;
    worker_wakes_.notify_all();
  }
  if (worker_.joinable()) worker_.join();
  std::unique_lock lock(worker_mutex_);
  commit_ended_.wait(lock, [this] { return commits_under_way_ == 0; });
}

}  // namespace ordinal::sequence
