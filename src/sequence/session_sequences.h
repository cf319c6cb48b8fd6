// Holds what one session knows about sequences: cached blocks, currval and lastval, the identities of the
// last statement, and the values that the running statement drew, so that running it again draws them again.
//
// Where every draw claims for itself (a shared engine), a statement claims what it announced at once, and
// else twice as much as the last time, into a reservation. What it does not use of its last reservation goes
// back, as do the values that a run of the statement drew and the last run of it did not.
//
// A block belongs to the epoch it was drawn in; a descriptor with another epoch drops it. Values are replayed
// only within their epoch and never past a setval of the same statement. currval and lastval survive a change
// of epoch, as in PostgreSQL.
//
// The calls of one statement:
//
//   BeginStatement, Prepare and Next ..., FinishStatement           it ran through
//   BeginStatement, Next throws NeedsClaim, Rewind, Next ...        it starts again where it may block
//   ..., commit conflicts, EndTransaction, Rewind, Next ...         the server runs an autocommit statement
//   again, so
//                                                                   FinishStatement comes after its commit
//   ..., AbandonStatement                                           it failed
//
// Belongs to one session and is used by one thread at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "catalog/catalog.h"
#include "sequence/allocator.h"
#include "txn/transaction.h"

namespace ordinal::sequence {

// Who owns the block of a sequence with CACHE > 1: each session, or all sessions of the node together. Where
// the allocator does not draw from memory, `kNode` acts as kSession.
enum class CacheScope : std::uint8_t { kSession, kNode };

// How long lastval() remembers.
enum class LastValueScope : std::uint8_t { kSession, kTransaction };

// Thrown by Next when it may not block and no durable value is at hand. No error: the statement starts again,
// after Rewind, where it may block or once Prepare has called back.
struct NeedsClaim {
  base::Oid sequence = base::kInvalidOid;
};

struct DrawnSequence {
  base::Oid oid = base::kInvalidOid;
  std::uint64_t epoch = 0;
};

class SessionSequences {
 public:
  explicit SessionSequences(Allocator& allocator) : allocator_(allocator) {}
  // The rest of cached blocks is lost, as when a PostgreSQL session ends.
  ~SessionSequences();
  SessionSequences(const SessionSequences&) = delete;
  SessionSequences& operator=(const SessionSequences&) = delete;

  void SetCacheScope(CacheScope scope) { cache_scope_ = scope; }
  void SetLastValueScope(LastValueScope scope) { last_value_scope_ = scope; }

  // As Allocator::Prepare for the next `count` calls of Next in this session, with what it has at hand
  // counted in.
  Ready Prepare(const SequenceDescriptor& sequence, std::int64_t count, std::function<void()> done);

  // nextval. Throws 2200H, 40001, and NeedsClaim unless `may_block`.
  std::int64_t Next(const SequenceDescriptor& sequence, bool may_block);
  // nextval of a sequence that the open transaction created, altered or restarted.
  std::int64_t NextInTransaction(txn::Transaction& transaction, const SequenceDescriptor& sequence);

  // currval. Throws 55000 `currval of sequence "s" is not yet defined in this session`.
  std::int64_t Current(const SequenceDescriptor& sequence) const;
  // lastval. Throws 55000 `lastval is not yet defined in this session`, also once the sequence is gone from
  // `catalog`.
  std::int64_t Last(const catalog::Catalog& catalog) const;

  // setval: 22003 out of bounds; drops the session's own block; with is_called it also sets currval. May
  // block.
  std::int64_t SetValue(const SequenceDescriptor& sequence, std::int64_t value, bool is_called);
  // As SetValue without waiting; when kPending, the value is durable once `done` hears a null error.
  Ready SetValueAsync(const SequenceDescriptor& sequence, std::int64_t value, bool is_called,
                      std::function<void(const base::Error*)> done);
  std::int64_t SetValueInTransaction(txn::Transaction& transaction, const SequenceDescriptor& sequence,
                                     std::int64_t value, bool is_called);

  // Notes a value that the running statement generated for an identity column.
  void RecordIdentity(std::int64_t value);
  // The first and last value that the last statement generated; statements that generate none leave them
  // alone.
  std::optional<std::int64_t> FirstIdentity() const { return first_identity_; }
  std::optional<std::int64_t> LastIdentity() const { return last_identity_; }
  // What lastval() refers to; kInvalidOid before the first draw.
  base::Oid last_sequence() const { return last_sequence_; }

  void BeginStatement();
  // Puts the values that the statement drew back, to be drawn again first and in order. currval and lastval
  // are again what they were before it.
  void Rewind();
  void FinishStatement();
  void AbandonStatement();
  // True when the running statement called setval: the server must not run it again by itself.
  bool StatementSetValue() const { return statement_set_value_; }

  // The sequences whose values the open transaction carries. Its commit guards their descriptors, and so
  // cannot succeed with values of an epoch that is over.
  const std::vector<DrawnSequence>& DrawnSequences() const { return drawn_; }
  void EndTransaction();

  // Drops the cached block: this session altered or restarted the sequence, whether that commits or not.
  void DropCached(base::Oid oid);
  // DISCARD SEQUENCES.
  void Discard();

 private:
  // Holds consecutive values that the running statement drew.
  struct Run {
    std::int64_t first = 0;
    std::int64_t last = 0;
    std::int64_t count = 0;
  };
  struct State {
    std::uint64_t epoch = 0;  // of `block`, `recorded` and `replay`
    Block block;              // the cached block, of which `used` values are gone
    std::int64_t used = 0;
    bool is_cache = false;                // else the block is a reservation, which ends with the statement
    std::optional<std::int64_t> current;  // currval
    std::optional<std::int64_t> current_before;  // when the running statement first used the sequence
    std::vector<Run> recorded;                   // drawn by the running statement, in order
    std::vector<Run> replay;                     // to be drawn before anything else, last run first
    std::int64_t expected = 0;                   // draws that the statement announced
    std::int64_t foresight = 1;                  // values to ask for at the next draw that was not announced
    bool in_statement = false;                   // listed in statement_
    bool drawn = false;                          // listed in drawn_ with `epoch`
    std::int64_t left() const { return block.count - used; }
  };

  State& StateOf(const SequenceDescriptor& sequence);
  std::int64_t BlockSize(const SequenceDescriptor& sequence) const;
  std::int64_t DrawSize(const State& state, const SequenceDescriptor& sequence) const;
  std::int64_t Draw(State& state, const SequenceDescriptor& sequence, bool may_block);
  // Makes a block that goes on where the statement's reservation ended a part of it.
  static void Reserve(State& state, const Block& block);
  // Takes the values that the statement drew and did not use back into the block, as far as they are its end.
  static void Unuse(State& state);
  static std::int64_t Replay(State& state, std::int64_t increment);
  void Note(State& state, const SequenceDescriptor& sequence, std::int64_t value);
  void NoteSetValue(const SequenceDescriptor& sequence, std::int64_t value, bool is_called);
  void DropBlock(base::Oid oid, State& state);
  void EndStatement();

  Allocator& allocator_;
  CacheScope cache_scope_ = CacheScope::kSession;
  LastValueScope last_value_scope_ = LastValueScope::kSession;
  absl::flat_hash_map<base::Oid, State> states_;
  base::Oid last_sequence_ = base::kInvalidOid;         // what lastval() refers to
  base::Oid last_sequence_before_ = base::kInvalidOid;  // when the running statement began
  std::vector<base::Oid> statement_;                    // sequences that the running statement used
  std::vector<DrawnSequence> drawn_;
  std::optional<std::int64_t> first_identity_;
  std::optional<std::int64_t> last_identity_;
  std::optional<std::int64_t> statement_first_identity_;
  std::optional<std::int64_t> statement_last_identity_;
  bool statement_set_value_ = false;
};

}  // namespace ordinal::sequence
