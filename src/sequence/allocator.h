// Hands out the values of all sequences of one node, never one that is not covered by a durable counter.
//
// On an exclusive engine the counter runs in memory and the stored counter is kept ahead of it; a claim moves
// the stored counter on. What is kept ahead adapts: it doubles while claims follow one another closely and
// falls back when they do not. A worker thread claims more when half is used up, so that a busy sequence
// never waits. A crash skips what was ahead; HandBack() writes exact positions, so that a clean stop skips
// nothing.
//
// On a shared engine (any other) a claim takes exactly what the requests ask for that wait when it is sent,
// and no value stays in memory. What does stay is where the store said last that the counter stands, so that
// a claim is one round trip: it need not read, and who loses a race hears the counter with the answer.
//
// A claim compares the counter's key with what was seen, in one atomic step. A key that is gone means that
// the epoch is over (ALTER, RESTART, DROP): whoever asks then hears 40001 `schema has been updated by another
// transaction (OC001)`. Requests that find nothing to draw join the next claim and are served in order of
// arrival. README.md has the protocol with worked timelines.
#pragma once

#include <array>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/random.h"
#include "catalog/descriptor.h"
#include "catalog/virtual_table.h"
#include "kv/engine.h"
#include "sequence/arithmetic.h"
#include "sequence/counter.h"

namespace ordinal::sequence {

using catalog::SequenceDescriptor;

struct AllocatorOptions {
  // How many values are kept durable beyond those handed out. 32 is what PostgreSQL logs ahead.
  std::int64_t ahead_initial = 32;
  std::int64_t ahead_max = 65'536;
  // A claim that follows the one before within busy_micros doubles what is kept ahead; one after idle_micros
  // begins again at ahead_initial.
  std::int64_t busy_micros = 200'000;
  std::int64_t idle_micros = 2'000'000;
  // On a shared engine: a claim that loses so many races in a row fails. Each lost race means that another
  // node got on, so that only a crowd comes near.
  int lost_races_max = 200;
};

// Accounts for the values of one sequence since this node started, over all epochs.
struct SequenceStatistics {
  std::uint64_t issued = 0;       // left the counter, cached blocks of sessions included
  std::uint64_t given_back = 0;   // of those, returned unused and issued again
  std::uint64_t dropped = 0;      // of those, lost with the cached block of a session
  std::uint64_t skipped_max = 0;  // at most so many were skipped because a node stopped without handing back
  std::uint64_t claims = 0;       // durable writes of the counter
  std::uint64_t waits = 0;        // requests that had to wait for a claim
};

enum class Ready : std::uint8_t { kYes, kPending };

// What ALTER and RESTART get: the exact counter, the revision at which the stored counter said so, and its
// key.
struct Surrendered {
  Counter counter;
  kv::Revision revision = 0;
  std::string key;
};

struct Request;
struct Entry;
struct Step;

// Safe from any thread. Errors of the store (58030, 53100, XX001, class 08) come from any call that claims.
// On a shared engine also 40001 when other nodes win every race for the counter, and 08007 when it is unknown
// whether the counter was set.
class Allocator {
 public:
  Allocator(kv::Engine& engine, const base::Clock& clock, AllocatorOptions options = {});
  // Waits for what is under way, hands nothing back. REQUIRES that no call is running.
  ~Allocator();
  Allocator(const Allocator&) = delete;
  Allocator& operator=(const Allocator&) = delete;

  // False when every draw claims for itself: then sessions ask at once for all that a statement needs.
  bool draws_from_memory() const { return exclusive_; }

  // Makes sure that the next `count` draws find durable values, as long as nobody else takes them first. When
  // kPending, `done` is called once, from any thread and perhaps before this returns, never inside the call;
  // then the caller tries again. On a shared engine there is nothing to prepare: kYes. Does not wait for a
  // commit unless the engine commits on the caller's thread.
  Ready Prepare(const SequenceDescriptor& sequence, std::int64_t count, std::function<void()> done);

  // Draws `count` values, or fewer when the run ends before, without waiting. nullopt when the stored counter
  // does not cover them, or requests that came before are waiting: Prepare() and wait, or use TakeAndWait.
  // Throws 2200H when the sequence is exhausted.
  std::optional<Block> TryTake(const SequenceDescriptor& sequence, std::int64_t count);

  // As TryTake, but waits for a claim, in order of arrival.
  Block TakeAndWait(const SequenceDescriptor& sequence, std::int64_t count);

  // Takes the unused end of a block back, if nothing was drawn after it; otherwise those values are lost.
  // Does not wait: on a shared engine it takes its turn in the queue, before what is asked for later on this
  // node.
  void GiveBack(base::Oid oid, std::uint64_t epoch, const Block& tail);

  // Accounts for values of a cached block that will never be used.
  void CountDropped(base::Oid oid, std::int64_t count);

  // Sets the counter: durable when this returns. The bounds are checked by CheckSetValue, not here.
  void SetValue(const SequenceDescriptor& sequence, Counter counter);
  // As SetValue without waiting: kYes when it is done already, else `done` is called once, with the error or
  // nullptr. On a shared engine the first use of a sequence reads, and so waits.
  Ready SetValueAsync(const SequenceDescriptor& sequence, Counter counter,
                      std::function<void(const base::Error*)> done);

  // Moves the counter on, so that draws continue beyond `value`; nothing when it is there already. A value
  // outside the bounds exhausts the run. For identity columns whose explicit values move the counter.
  void AdvancePast(const SequenceDescriptor& sequence, std::int64_t value);
  // As AdvancePast without waiting; false, and nothing done, when that needs a claim.
  bool TryAdvancePast(const SequenceDescriptor& sequence, std::int64_t value);

  // Tells where the sequence stands, for pg_sequences and SELECT FROM it; nullopt when the epoch is over.
  std::optional<catalog::SequenceState> Read(const SequenceDescriptor& sequence);
  // As Read for each of many, in order, at the price of one.
  std::vector<std::optional<catalog::SequenceState>> ReadAll(
      std::span<const SequenceDescriptor* const> sequences);

  // Makes the stored counter exact, with nothing ahead. Until the epoch ends, a draw writes the key anew and
  // so breaks a guard on it: the altering transaction guards `key` unchanged since `revision`. May block.
  Surrendered Surrender(const SequenceDescriptor& sequence);

  // Drops what is in memory for an epoch that a committed ALTER or RESTART has ended. Requests still waiting
  // in it fail.
  void Forget(base::Oid oid, std::uint64_t epoch);
  // Drops everything about a sequence that is gone.
  void ForgetDropped(base::Oid oid);

  // Makes all stored counters exact, and waits for what is being given back. May block. Sequences stay
  // usable.
  void HandBack();
  // Hands back and ends the worker. No call may follow.
  void Stop();

  SequenceStatistics Statistics(base::Oid oid);

 private:
  using Time = std::chrono::steady_clock::time_point;
  using Id = std::pair<base::Oid, std::uint64_t>;  // sequence and epoch
  using EntryPtr = std::shared_ptr<Entry>;      // shared by the map, the worker's queue and commits under way
  using RequestPtr = std::shared_ptr<Request>;  // shared by the queue of the entry and whoever waits

  struct alignas(64) Shard {
    std::mutex mutex;  // guards the maps and the entries in them
    absl::flat_hash_map<Id, EntryPtr> entries;
    absl::flat_hash_map<base::Oid, SequenceStatistics> past;  // of epochs that are over
  };
  static constexpr std::size_t kShards = 16;

  Shard& ShardOf(base::Oid oid) { return shards_[oid % kShards]; }
  // These REQUIRE the shard's mutex.
  Entry* Find(Shard& shard, Id id);
  const EntryPtr& FindOrMake(Shard& shard, const SequenceDescriptor& sequence);
  void FoldStatistics(Shard& shard, Entry& entry);

  // The state in memory; nullopt when the store has to be asked.
  std::optional<catalog::SequenceState> StateInMemory(const SequenceDescriptor& sequence);
  // Waits until what was given back before the call is decided. Shared engines only.
  void WaitForGiveBack(Shard& shard, Id id);
  std::vector<SequenceDescriptor> Inexact(Shard& shard);
  std::vector<Id> IdsOf(Shard& shard);

  // Puts the request in the queue and claims for it unless a claim is under way. False when it was already
  // served.
  bool Enqueue(const SequenceDescriptor& sequence, const RequestPtr& request);
  // Until the request has ended; takes the claim role up when that is left to it.
  void Await(Shard& shard, const RequestPtr& request);
  // As Await; throws the request's error.
  void Wait(Shard& shard, const RequestPtr& request);

  // Who holds the claim role: a thread of a caller may block, the worker only when there is none.
  enum class Driver : std::uint8_t { kCaller, kWorker };
  // One step of the claim role, which the caller holds.
  void Drive(const EntryPtr& entry, Driver driver);
  void Submit(kv::Submission claim, const EntryPtr& entry,
              std::function<void(const kv::CommitResult&)> complete);
  void Fail(const EntryPtr& entry, const base::Error& error, bool epoch_is_over);
  void ContinueOnWorker(EntryPtr entry, Time due = std::chrono::steady_clock::now());
  void RunWorker();
  void StopWorker();

  // On an exclusive engine: reads the counter, serves, submits what is next.
  void DriveExclusive(const EntryPtr& entry);
  void CompleteExclusive(const EntryPtr& entry, const Step& step, const kv::CommitResult& result);

  // On a shared engine: submits what is next, with what is remembered; reads only where nothing is.
  void DriveShared(const EntryPtr& entry, Driver driver);
  bool LeaveToWaiter(const EntryPtr& entry);
  // False when the epoch is over.
  bool ReadShared(const EntryPtr& entry);
  void SubmitShared(const EntryPtr& entry);
  void CompleteShared(const EntryPtr& entry, const kv::CommitResult& result);
  void LoseRace(const EntryPtr& entry, const kv::CommitResult& result);
  Time RetryTime(int attempts);

  kv::Engine& engine_;
  const base::Clock& clock_;
  const AllocatorOptions options_;
  const bool exclusive_;
  std::array<Shard, kShards> shards_;

  base::SystemRandom random_;
  std::mutex worker_mutex_;  // guards the four below
  std::condition_variable worker_wakes_;
  std::multimap<Time, EntryPtr> worker_queue_;  // by when it is due
  bool stopping_ = false;
  int commits_under_way_ = 0;
  std::condition_variable commit_ended_;
  std::thread worker_;
};

}  // namespace ordinal::sequence
