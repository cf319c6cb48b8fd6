// Holds the state of one sequence within the Allocator, and decides what is served and what is written next.
// Knows neither threads nor the engine; everything here is called under the lock of the entry's shard.
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

enum class RequestKind : std::uint8_t { kPrepare, kDraw, kSet, kAdvance, kSurrender };

// Something that waits for the counter.
struct Request {
  RequestKind kind = RequestKind::kDraw;
  std::int64_t count = 0;  // kPrepare, kDraw
  Counter target;          // kSet; for kAdvance, the value to come past
  std::string name;        // of the sequence, for messages
  // Called when the request ends after its caller has left; empty when the caller waits.
  std::function<void(const base::Error*)> done;

  bool caller_left = false;
  bool finished = false;
  std::optional<base::Error> error;  // a copy of its own, since threads throw it
  Block block;                       // kDraw
  Surrendered surrendered;           // kSurrender
  std::condition_variable ended;
};

// Requests that have just ended; the Allocator calls `done` of those whose caller has left, without the lock.
using Finished = std::vector<std::shared_ptr<Request>>;

// What the holder of the claim role writes next.
struct Step {
  enum class Kind : std::uint8_t { kNothing, kExtend, kSet, kSurrender };
  Kind kind = Kind::kNothing;
  StoredCounter write;
  // kExtend and kSet: where the counter continues, when that is not where it stands (a wrap, setval, an
  // advance).
  std::optional<Counter> position;
};

struct Entry {
  Entry(const SequenceDescriptor& sequence, const AllocatorOptions& allocator_options, bool exclusive_engine);

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
  bool WantsRefill() const { return exclusive && !durable_ends_run && ahead > 0 && ahead < ahead_target / 2; }
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
  // True while TryTake must stand back for requests that came before it.
  bool HasWaitingDraws() const { return waiting > 0; }

  void Push(std::shared_ptr<Request> request);

  const base::Oid oid;
  const std::uint64_t epoch;
  const SequenceDefinition definition;
  const std::string key;
  const AllocatorOptions options;
  const bool exclusive;

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
};

}  // namespace ordinal::sequence
