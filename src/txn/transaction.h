// Runs one SQL transaction over kv: a snapshot, a write buffer with read-your-writes, the guards
// that the commit will carry, and the limits of the profile.
//
// Two layers of buffered writes. What finished statements wrote is visible to later statements.
// What the running statement writes is not: reads go to the snapshot and the finished layer only,
// so that `INSERT INTO t SELECT ... FROM t` ends, and all parts of a data-modifying WITH see one
// state. FinishStatement() merges the running layer; AbandonStatement() drops it.
//
// A Transaction belongs to one session and is used by one thread at a time.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "kv/engine.h"

namespace ordinal::txn {

struct WriteLayer;

// Bounds of one transaction; 0 means "no bound". Copied from the profile at BEGIN. Crossing one is 54000 with
// DSQL's text (shared by all profiles that set a bound):
//   rows   `transaction row limit exceeded`, at the statement
//   bytes  `transaction size limit 10mb exceeded`, DETAIL `Current transaction size {n}mb 10mb`, at commit
//   age    `transaction age limit of 300s exceeded`, checked by CheckAge
struct Limits {
  std::uint64_t rows_max = 0;
  std::uint64_t bytes_max = 0;
  std::int64_t age_max_micros = 0;
};

// What finished statements had written when it was taken.
using ReadView = std::shared_ptr<const WriteLayer>;

class Transaction {
 public:
  Transaction(kv::Engine& engine, Limits limits, std::int64_t started_boot_micros);
  ~Transaction();
  Transaction(const Transaction&) = delete;
  Transaction& operator=(const Transaction&) = delete;

  // Takes the snapshot at the first call; all later calls return the same.
  const kv::Snapshot& snapshot();
  std::shared_ptr<const kv::Snapshot> shared_snapshot();
  bool has_snapshot() const;
  // Lets the snapshot be Engine::Recent(): for work that only relies on what its commit guards. REQUIRES that
  // there is no snapshot yet.
  void PreferRecent();
  // True when the snapshot is, or will be, Engine::Recent(); also after the commit.
  bool is_recent() const;
  // Exchanges a recent snapshot for the latest one. REQUIRES that nothing was written or guarded.
  void TakeLatest();
  // Forgets the snapshot so that the next statement takes a new one. REQUIRES that nothing was written or
  // guarded.
  void RenewSnapshot();

  // Reads what the snapshot and finished statements say.
  std::optional<std::string> Get(std::string_view key);
  // As Get for many keys at once; entries come back in the order of `keys`.
  std::vector<std::optional<std::string>> MultiGet(std::span<const std::string> keys);
  // Reads what the running statement has buffered for `key`: nothing (outer nullopt), a delete (inner
  // nullopt), or a value.
  std::optional<std::optional<std::string>> GetFromStatement(std::string_view key) const;
  // Walks snapshot merged with finished statements. The cursor must not outlive the statement.
  std::unique_ptr<kv::Cursor> Scan(kv::KeyRange range, kv::ScanOptions options);
  // For ascending `sorted_keys`, tells for each whether it exists (snapshot, finished and running layers
  // together). One seek serves a run of keys between two existing entries, so that a thousand fresh ascending
  // keys cost one seek.
  std::vector<bool> ExistAny(std::span<const std::string> sorted_keys);

  // Buffers a write of the running statement.
  void Put(std::string key, std::string value);
  // Puts, and demands as GuardAbsent does, which costs next to nothing this way.
  void PutAbsent(std::string key, std::string value);
  // As Put for a key that exists, by a write that outlives what fails: neither AbandonStatement nor a
  // rollback to a savepoint undoes it, unless the key was written otherwise since that savepoint.
  void PutLasting(std::string key, std::string value);
  void Delete(std::string key);
  void DeleteRange(
      kv::KeyRange range);  // for dropped and truncated tables; commits at the end like any write

  // Demands, at commit, that `key` is unwritten since the snapshot. REQUIRES that it was read and found,
  // there or among what this transaction wrote.
  void GuardUnchanged(std::string key);
  // As GuardUnchanged for a key that was read or written at `seen_at`, outside this transaction.
  void GuardUnchangedSince(std::string key, kv::Revision seen_at);
  // Demands, at commit, that `key` is absent. For a fresh insert of a key that ExistAny or Get found absent.
  void GuardAbsent(std::string key);
  void GuardUntouched(std::string key);
  void GuardRange(kv::KeyRange range);
  void Touch(std::string key);
  void SetChangesCatalog();

  // Counts rows inserted, updated, deleted; throws 54000 past the limit. Index entries are not counted.
  void CountRows(std::uint64_t rows);
  void CheckAge(std::int64_t now_boot_micros) const;

  void FinishStatement();
  void AbandonStatement();

  // A statement that the running one runs within itself: a volatile function's. It reads what the running one
  // has written up to here; FinishInner gives it what the inner one wrote. Nests. An error ends all by
  // AbandonStatement.
  void BeginInner();
  void FinishInner();

  // Savepoints, counted from 0 in the order in which they were made. REQUIRES that no statement has written
  // anything since the last Finish- or AbandonStatement.
  void MakeSavepoint();
  // Undoes what was written, guarded and touched since; later savepoints are gone.
  void RollBackTo(std::size_t savepoint);
  // Forgets the savepoint and later ones.
  void Release(std::size_t savepoint);

  // For what reads on after later statements have finished: it takes a view before its own statement ends,
  // and has reads go to that view while it runs. Null stands for the present. A view costs nothing until a
  // later statement writes; then the layer is copied.
  ReadView TakeView() const;
  void ReadFrom(ReadView view);

  // True when a commit would have something to decide or to store.
  bool HasEffects() const;
  bool HasWrites() const;
  // How many keys finished statements have written.
  std::size_t finished_writes() const;

  // Builds the submission and gives it to the engine; throws 54000 when the byte limit is crossed. The
  // transaction is over afterwards, whatever the outcome. With nothing to decide, calls back at once with
  // kCommitted.
  void Commit(kv::CommitCallback callback);
  kv::CommitResult CommitAndWait();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace ordinal::txn
