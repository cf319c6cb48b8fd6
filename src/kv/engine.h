// Defines the contract of the store under Ordinal: an ordered map from byte strings to byte
// strings with snapshot reads and one atomic step, Submit, that decides and makes durable.
//
// Every commit has a Revision greater than those before it. A Snapshot shows exactly the commits
// up to its revision. A Submission names the snapshot it was computed from, what must still hold
// (guards), what it writes, and what it touches. The engine accepts it only if every guard holds
// at the moment of the commit, in one atomic step; nothing ever waits for another transaction.
//
// A guard without a trace would be no lock: to make two submissions conflict though neither
// changes the other's keys, one touches a marker key and the other guards it (kUntouched).
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"

namespace ordinal::base {
class Error;
}

namespace ordinal::kv {

using base::Revision;

// Says what the rooms above may assume, so that none asks which engine it runs on.
struct Traits {
  bool exclusive = false;  // one process owns the data; nothing changes behind its back
  bool remote = false;     // every call costs a network round trip
};

// Holds the half-open range [begin, end). An empty `end` means "to the end of the key space".
struct KeyRange {
  std::string begin;
  std::string end;
};

// Pins a revision for reading. Destroying it lets the engine forget old versions. Safe to use from
// any thread, one at a time.
class Snapshot {
 public:
  virtual ~Snapshot() = default;
  virtual Revision revision() const = 0;
  // The newest revision not after revision() whose submission had `changes_catalog` set. Two snapshots with
  // the same catalog revision see the same descriptors.
  virtual Revision catalog_revision() const = 0;
};

enum class Direction : std::uint8_t { kForward, kBackward };

struct ScanOptions {
  Direction direction = Direction::kForward;
  // A hint: about how many entries the caller will take; 0 means "unknown, probably all".
  std::size_t limit_hint = 0;
};

// Walks the entries of a range at a snapshot. Views stay valid until the next call on the cursor.
// The snapshot must outlive the cursor. Reading failures throw base::Error 58030.
class Cursor {
 public:
  virtual ~Cursor() = default;
  // Moves to the next entry in scan direction; the first call moves to the first. False at the end.
  virtual bool Next() = 0;
  // Moves to the first entry at or after `key` in scan direction (at or before it, when scanning
  // backward), clamped to the range. False when there is none.
  virtual bool Seek(std::string_view key) = 0;
  virtual std::string_view key() const = 0;
  virtual std::string_view value() const = 0;
};

enum class GuardKind : std::uint8_t {
  kUnchanged,       // `key` was read at the snapshot and has not been written or deleted since
  kAbsent,          // `key` does not exist at the commit
  kUntouched,       // nobody touched the marker `key` since the snapshot
  kRangeUnwritten,  // no key in [key, end) was written or deleted since the snapshot
};

// What the caller knows of a guarded key at the snapshot (or at seen_at). An engine may rely on it and spare
// a read; kUnknown is always allowed.
enum class Sighting : std::uint8_t { kUnknown, kPresent, kAbsent };

struct Guard {
  GuardKind kind = GuardKind::kUnchanged;
  std::string key;
  std::string end;  // kRangeUnwritten only
  Sighting sighting = Sighting::kUnknown;
  // kUnchanged only: the revision at which the key was seen, when that is not the snapshot's; 0 means the
  // snapshot's.
  Revision seen_at = 0;
};

struct Write {
  std::string key;
  std::optional<std::string> value;  // nullopt deletes
  // The key goes when this lease ends (kv/coordination.h); 0 for none. Only where the engine has
  // coordination().
  std::uint64_t lease = 0;
  // As a guard kAbsent of the key with this sighting, judged after `guards`: a row that is new is named once.
  bool guard_absent = false;
  Sighting sighting = Sighting::kUnknown;
};

// Says what one commit needs and does. The keys of `writes` are distinct; order does not matter.
struct Submission {
  // Guards are judged against this snapshot; null when every guard is kAbsent or has a seen_at, or there is
  // none.
  std::shared_ptr<const Snapshot> snapshot;
  std::vector<Guard> guards;
  std::vector<Write> writes;
  std::vector<std::string> touches;      // marker keys, never read as data
  std::vector<KeyRange> deleted_ranges;  // applied before `writes`; for dropped tables
  bool changes_catalog = false;
  // False lets an acknowledgement precede the sync: the commit is atomic and ordered, but a crash may lose it
  // together with everything after it. For background persistence of state that may be lost without harm.
  bool durable = true;
  // Asks for the value of the key of the guard that failed, so that whoever lost a race need not read. For
  // submissions whose guards are all kUnchanged or kAbsent; an exclusive engine may leave it unanswered.
  bool read_on_conflict = false;
};

enum class Outcome : std::uint8_t {
  kCommitted,
  kConflict,        // a guard failed; `conflict_key` names the key of the first that did
  kSnapshotTooOld,  // the engine no longer knows what happened since the snapshot
  kUnknown,         // the fate could not be determined: the store failed, or did not answer
  kRefused,         // the store did not take it, for the reason that `error` gives; it had no effect
};

struct CommitResult {
  Outcome outcome = Outcome::kCommitted;
  // Of the commit, when committed. When in conflict and read_on_conflict was set: one at which
  // `conflict_value` was the key's value.
  Revision revision = 0;
  std::string conflict_key;  // of the first guard that failed, when in conflict
  GuardKind conflict_kind = GuardKind::kUnchanged;
  // With kRefused and kUnknown, where the engine knows more than that.
  std::shared_ptr<const base::Error> error = nullptr;
  // Only with read_on_conflict; nullopt when the key is absent.
  std::optional<std::string> conflict_value = std::nullopt;
};

// Makes guards of what the writes demand, for an engine that treats both alike.
void MoveDemandsToGuards(Submission& submission);

// Throws what an outcome of kUnknown or kRefused means: `error`, or 58030. REQUIRES one of the two.
[[noreturn]] void ThrowNotCommitted(const CommitResult& result);

using CommitCallback = std::function<void(CommitResult)>;

class Coordination;  // kv/coordination.h

// Engines are safe to use from any thread. Failures of the store itself (disk full, I/O error, damage) throw
// base::Error (53100, 58030, XX001) from the call that reads; Submit answers kUnknown.
class Engine {
 public:
  virtual ~Engine() = default;

  virtual Traits traits() const = 0;

  // Returns the newest committed state; sees every commit acknowledged before the call.
  virtual std::shared_ptr<const Snapshot> Latest() = 0;

  // Returns a state that may be older than Latest(), but not older than what this process has read or
  // committed; costs no round trip. For work whose commit guards all that it relied on.
  virtual std::shared_ptr<const Snapshot> Recent() { return Latest(); }

  // Returns what processes that share the store need to know of each other; null on an exclusive engine.
  virtual Coordination* coordination() { return nullptr; }

  // Reads one key at the snapshot. nullopt when absent.
  virtual std::optional<std::string> Get(const Snapshot& snapshot, std::string_view key) = 0;

  // Reads many keys; the answer has one entry for each key, in order.
  virtual std::vector<std::optional<std::string>> MultiGet(const Snapshot& snapshot,
                                                           std::span<const std::string> keys) = 0;

  virtual std::unique_ptr<Cursor> Scan(const Snapshot& snapshot, KeyRange range, ScanOptions options) = 0;

  // Decides and applies. The callback runs once, durable before it hears kCommitted, on an engine's thread
  // or, when the engine can decide at once, on the caller's before Submit returns. It must not block. A
  // failing store calls it never with kCommitted: an I/O error makes an embedded engine refuse everything
  // after it (kUnknown).
  virtual void Submit(Submission submission, CommitCallback callback) = 0;

  // Submits and blocks until the outcome is known.
  CommitResult SubmitAndWait(Submission submission);

  // Tells how many sessions may submit soon. With one, an engine may commit on the caller's thread.
  virtual void SetActiveSessions(int count) { (void)count; }

  // Counts what the process-wide report shows.
  struct Statistics {
    std::uint64_t commits = 0;
    std::uint64_t conflicts = 0;
    std::uint64_t syncs = 0;        // of an embedded engine
    std::uint64_t round_trips = 0;  // of a remote one
  };
  virtual Statistics statistics() const = 0;

  // Waits for what is under way and closes the store. No call may follow.
  virtual void Close() = 0;
};

}  // namespace ordinal::kv
