// Decides and writes submissions: everything that waits goes into one batch with one sync.
//
// One thread at a time has the committer's role: the pipeline's own thread, or, for a lone session that finds
// nobody at work, the submitter's. Who has it takes the queue, and for each submission in order:
//
//   judge      guards against the conflict table, which already holds those accepted before it in this batch
//   number     revision = sequence number before the batch + operations in the batch so far, which is the
//   number that
//              RocksDB gives to the submission's last operation, as long as nobody else writes
//   remember   its keys in the conflict table
//
// then writes the batch, publishes, leaves the role, and answers. A snapshot shows whole batches only, so a
// revision inside one is never anybody's snapshot.
//
// A large submission comes with table files, written before it waits (table_files.h). It is a batch of its
// own, and taking in its files is the write.
#pragma once

#include <atomic>
#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "kv/engine.h"
#include "kv/rocksdb/conflict_table.h"
#include "kv/rocksdb/snapshot_registry.h"
#include "kv/rocksdb/table_files.h"
#include "rocksdb/db.h"
#include "rocksdb/write_batch.h"

namespace ordinal::kv {

class CommitPipeline {
 public:
  struct Options {
    std::size_t conflict_keys_max = 0;
    bool sync = true;
  };

  // `db` and `stage` are borrowed until Close; nobody else writes to `db`.
  CommitPipeline(rocksdb::DB* db, std::shared_ptr<SnapshotRegistry> snapshots, FileStage& stage,
                 Options options);
  ~CommitPipeline();

  void Submit(Submission submission, CommitCallback callback);
  void SetActiveSessions(int count) { active_sessions_.store(count, std::memory_order_relaxed); }
  Engine::Statistics statistics() const;

  // Answers all that waits and stops.
  void Close();

 private:
  struct Pending {
    Submission submission;
    CommitCallback callback;
    CommitResult result = {};
    bool accepted = false;
    std::unique_ptr<StagedFiles> files = nullptr;  // that hold the writes
  };

  // Writes the files of a large submission; false when that failed, and the submission is answered.
  bool StageIfLarge(Pending& pending);
  void Run();
  void Process(std::vector<Pending>& pending);
  std::size_t FillBatch(std::vector<Pending>& pending, std::size_t begin);
  bool Decide(Pending& pending);
  bool Hold(const Submission& submission, const SnapshotPosition* position, CommitResult& result) const;
  bool NeedsBatchWritten(const Submission& submission) const;
  void Accept(Pending& pending);
  void DeleteRange(const KeyRange& range);
  void AcceptWrites(const Submission& submission);
  // These return false when the store failed.
  bool WriteBatch();
  bool WriteOperations();
  bool TakeInFiles();
  static void Answer(std::vector<Pending>& pending);

  enum class Verdict : std::uint8_t { kHolds, kFails, kUnreadable };
  Verdict Judge(const Guard& guard, const SnapshotPosition* position) const;
  Verdict JudgeAbsent(std::string_view key, Sighting sighting, const SnapshotPosition* position) const;

  rocksdb::DB* const db_;
  const std::shared_ptr<SnapshotRegistry> snapshots_;  // shared with the engine and every snapshot
  FileStage& stage_;
  const Options options_;
  std::atomic<int> active_sessions_;

  std::mutex mutex_;  // guards the five below
  std::condition_variable wake_;
  std::vector<Pending> queue_;
  bool busy_ = false;  // somebody has the committer's role
  bool closing_ = false;

  // Belong to whoever has the role.
  ConflictTable conflicts_;
  rocksdb::WriteBatch batch_;
  const StagedFiles* files_ = nullptr;  // what is written in place of `batch_`, when there are any
  Revision revision_;                   // of the newest write in the store
  TouchNumber touches_ = 0;             // of the newest accepted submission with touches
  bool batch_syncs_ = false;            // a submission of the batch is durable
  bool batch_changes_ = false;          // the batch writes or touches
  bool failed_ = false;                 // a write failed: nothing may follow it

  std::atomic<std::uint64_t> commit_count_ = 0;
  std::atomic<std::uint64_t> conflict_count_ = 0;
  std::atomic<std::uint64_t> sync_count_ = 0;

  std::thread committer_;
};

}  // namespace ordinal::kv
