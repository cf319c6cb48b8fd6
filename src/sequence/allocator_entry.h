// Holds the state of one sequence within the Allocator, and decides what is served and what is written next.
// Knows neither threads nor the engine; everything here is called under the lock of the entry's shard.
//
// On an exclusive engine (allocator_entry.cc) the counter runs in memory between claims. On a shared one
// (allocator_entry_shared.cc) the entry only remembers what the store said last, and one claim settles all
// requests that wait when it is sent.
#pragma once

#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sequence/allocator.h"

namespace ordinal::sequence {

enum class RequestKind : std::uint8_t { kPrepare, kDraw, kSet, kAdvance, kSurrender, kGiveBack };

// Something that waits for the counter.
struct Request {
  RequestKind kind = RequestKind::kDraw;
  std::int64_t count = 0;  // kPrepare, kDraw
  Counter target;          // kSet; for kAdvance, the value to come past
  std::string name;        // of the sequence, for messages
  // Called when the request ends after its caller has left; empty when the caller waits, or nobody cares.
  std::function<void(const base::Error*)> done;

  bool caller_left = false;
  bool finished = false;
  // The claim role of this entry is for the caller, who waits, to take up: the next step blocks.
  std::shared_ptr<Entry> drives;
  std::optional<base::Error> error;  // a copy of its own, since threads throw it
  Block block;                       // kDraw: the answer; kGiveBack: what goes back
  bool went_back = false;            // kGiveBack
  Surrendered surrendered;           // kSurrender
  std::condition_variable ended;
};

// Requests that have just ended; the Allocator calls `done` of those whose caller has left, without the lock.
using Finished = std::vector<std::shared_ptr<Request>>;

// Calls `done` of requests whose caller has left. REQUIRES that no lock is held.
void CallBack(const Finished& finished);

// 40001, what a request hears whose epoch is over.
base::Error EpochIsOver();
// What the store says of a claim that it did not commit; 58030 when it says nothing.
base::Error NotWritten(const kv::CommitResult& result);

// What the holder of the claim role writes next, on an exclusive engine.
struct Step {
  enum class Kind : std::uint8_t { kNothing, kExtend, kSet, kSurrender };
  Kind kind = Kind::kNothing;
  StoredCounter write;
  // kExtend and kSet: where the counter continues, when that is not where it stands (a wrap, setval, an
  // advance).
  std::optional<Counter> position;
};

// What the holder of the claim role does next, on a shared engine.
enum class SharedStep : std::uint8_t { kNothing, kRead, kClaim };

struct Entry {
  Entry(const SequenceDescriptor& sequence, const AllocatorOptions& allocator_options);

  // Draws from what is durable; REQUIRES ahead >= 1.
  Block Take(std::int64_t count) {
    Block block;
    block.count = count < ahead ? count : ahead;
    block.first = position.is_called ? position.last_value + definition.increment : position.last_value;
    block.last = block.first + definition.increment * (block.count - 1);
    block.increment = definition.increment;
    block.before = position;
    block.generation = generation;
    position = {block.last, true};
    ahead -= block.count;
    statistics.issued += static_cast<std::uint64_t>(block.count);
    return block;
  }
  // Says that `count` values, or all that the run still has, are durable.
  bool Covers(std::int64_t count) const { return ahead >= count || (ahead > 0 && durable_ends_run); }
  // A counter that was just set or surrendered has nothing ahead and stays exact until somebody draws.
  bool WantsRefill() const { return !durable_ends_run && ahead > 0 && ahead < ahead_target / 2; }
  // Whether a statement that announces `count` draws has nothing to wait for. A wrap waits for the draw that
  // needs it: until then the counter stands at its end.
  bool IsPrepared(std::int64_t count) const {
    return Covers(count) || (ahead == 0 && RemainingInRun(definition, position) == 0);
  }
  bool IsExhausted() const { return ahead == 0 && sequence::IsExhausted(definition, position); }

  // Takes over what the store says.
  void Reconcile(const StoredCounter& stored);
  void SetPosition(Counter counter);
  // Moves the counter past `value` if that needs no write; false when it does.
  bool AdvanceInMemory(std::int64_t value);

  // Ends the requests at the head of the queue that need no write.
  void Serve(kv::Revision read_at, Finished& finished);
  // Chooses what to write for the head of the queue, or ahead of use. REQUIRES that Serve came before.
  Step Plan(std::int64_t now_micros);
  // Makes a committed step true in memory.
  void Apply(const Step& step, kv::Revision revision, Finished& finished);
  void FailAll(const base::Error& error, Finished& finished);

  // Shared engines only. Settles the requests that wait now, and ends those that need neither a read nor a
  // write.
  SharedStep PlanShared(Finished& finished);
  // Takes over what a read or a lost race says: the counter stood so at `revision`, after the last planned
  // step was taken.
  void ReconcileShared(Counter stored, kv::Revision revision);
  // Makes the planned claim true in memory.
  void CommitShared(kv::Revision revision, Finished& finished);
  // Forgets what the store said, since the planned claim may have been committed or not. What must not be
  // done twice ends here.
  void ForgetShared(const kv::CommitResult& result, Finished& finished);
  // True when a value given back may still be the last one.
  bool MayTakeBack(const Block& tail) const { return known_at != 0 && generation == tail.generation; }
  // The newest hand-back that is still queued; null when there is none.
  std::shared_ptr<Request> QueuedGiveBack() const;
  // A request whose caller waits; null when there is none.
  std::shared_ptr<Request> AnyWaiter() const;

  // True while TryTake must stand back for requests that came before it.
  bool HasWaitingDraws() const { return waiting > 0; }

  void Push(std::shared_ptr<Request> request);

  const base::Oid oid;
  const std::uint64_t epoch;
  const SequenceDefinition definition;
  const std::string key;
  const AllocatorOptions options;

  bool loaded = false;
  Counter position;               // after the last value handed out
  Counter durable;                // what the store says; not behind `position`
  std::int64_t ahead = 0;         // values between the two
  std::int64_t stored_ahead = 0;  // what the store says was ahead when it was written
  bool durable_ends_run = false;
  std::uint64_t generation = 0;
  std::int64_t ahead_target = 0;
  std::int64_t last_claim_micros = 0;
  bool claiming = false;  // somebody holds the claim role
  int attempts = 0;       // of the claim under way that met a conflict
  // Shared engines: `position` is what the store said at `known_at` (0: nothing is known).
  kv::Revision known_at = 0;
  Counter planned;   // what the planned claim writes
  int unknowns = 0;  // claims in a row whose fate is unknown
  std::deque<std::shared_ptr<Request>> requests;
  int waiting = 0;                     // requests other than kPrepare in the queue
  std::optional<base::Error> failure;  // for the next caller, when those who should have heard it had left
  SequenceStatistics statistics;

 private:
  void SetDurable(const StoredCounter& stored);
  void FinishFront(Finished& finished, std::optional<base::Error> error = std::nullopt);
  Step Extend(std::int64_t count);
  Step PlanAdvance(std::int64_t value);
  void AdaptAhead(std::int64_t now_micros);

  // What the queue comes to when each request is answered in order.
  struct Settlement {
    Counter after;
    std::uint64_t generation = 0;
    bool writes = false;
    bool asserts = false;  // an answer that writes nothing says how the counter stands
  };
  Settlement Settle();
  void SettleRequest(Request& request, Settlement& settlement) const;
  void SettleDraw(Request& request, Settlement& settlement) const;
  void SettleAdvance(const Request& request, Settlement& settlement) const;
  void FinishSettled(std::size_t count, Finished& finished);

  std::uint64_t planned_generation_ = 0;
  std::size_t in_step_ = 0;  // requests at the head of the queue that the planned step is for
  std::size_t fresh_ = 0;    // requests at the head of the queue that came before `known_at`
};

}  // namespace ordinal::sequence
