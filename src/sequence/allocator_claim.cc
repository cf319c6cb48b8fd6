// The claim: how the Allocator moves stored counters on. At most one thread at a time holds the claim role of
// an entry (Entry::claiming); it decides and submits, without a lock over any of the engine's calls. The
// engine's answer arrives on a thread of the engine, which passes the role to the worker while there is more
// to do. Here is what all engines share; what is done for which in allocator_exclusive_claim.cc and
// allocator_shared_claim.cc.

#include <exception>
#include <utility>

#include "base/error.h"
#include "sequence/allocator.h"
#include "sequence/allocator_entry.h"

namespace ordinal::sequence {

base::Error EpochIsOver() {
  return {base::sqlstate::kSerializationFailure, "schema has been updated by another transaction (OC001)"};
}

base::Error NotWritten(const kv::CommitResult& result) {
  if (result.error) return *result.error;
  return {base::sqlstate::kIoError, "could not write the counter of a sequence"};
}

void CallBack(const Finished& finished) {
  for (const auto& request : finished) {
    if (request->done) request->done(request->error ? &*request->error : nullptr);
  }
}

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
  if (drives) Drive(entry, Driver::kCaller);
  const std::lock_guard lock(shard.mutex);
  if (!request->finished) {
    request->caller_left = request->done != nullptr;
    return false;
  }
  if (request->error) throw *request->error;
  return true;
}

void Allocator::Await(Shard& shard, const RequestPtr& request) {
  std::unique_lock lock(shard.mutex);
  while (true) {
    request->ended.wait(lock, [&] { return request->finished || request->drives; });
    if (request->finished) return;
    const EntryPtr entry = std::exchange(request->drives, nullptr);
    lock.unlock();
    Drive(entry, Driver::kCaller);
    lock.lock();
  }
}

void Allocator::Wait(Shard& shard, const RequestPtr& request) {
  Await(shard, request);
  if (request->error) throw *request->error;
}

void Allocator::Drive(const EntryPtr& entry, Driver driver) {
  try {
    exclusive_ ? DriveExclusive(entry) : DriveShared(entry, driver);
  } catch (const base::Error& error) {
    Fail(entry, error, false);
  } catch (const std::exception& error) {
    Fail(entry, {base::sqlstate::kInternalError, error.what()}, false);
  }
}

void Allocator::Submit(kv::Submission claim, const EntryPtr& entry,
                       std::function<void(const kv::CommitResult&)> complete) {
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
    engine_.Submit(std::move(claim),
                   [this, entry, complete = std::move(complete), end_commit](const kv::CommitResult& result) {
                     try {
                       complete(result);
                     } catch (const base::Error& error) {
                       Fail(entry, error, false);
                     }
                     end_commit();
                   });
  } catch (...) {
    end_commit();
    throw;
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

void Allocator::ContinueOnWorker(EntryPtr entry, Time due) {
  const std::lock_guard lock(worker_mutex_);
  worker_queue_.emplace(due, std::move(entry));
  worker_wakes_.notify_one();
}

void Allocator::RunWorker() {
  std::unique_lock lock(worker_mutex_);
  while (!stopping_) {
    if (worker_queue_.empty()) {
      worker_wakes_.wait(lock);
      continue;
    }
    const auto first = worker_queue_.begin();
    if (const Time due = first->first; due > std::chrono::steady_clock::now()) {
      worker_wakes_.wait_until(lock, due);
      continue;
    }
    const EntryPtr entry = std::move(first->second);
    worker_queue_.erase(first);
    lock.unlock();
    Drive(entry, Driver::kWorker);
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
