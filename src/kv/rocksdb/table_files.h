// Brings large submissions into the store as table files, made outside of it and taken in by one step.
//
// A write that goes through the log is written three times: to the log, to the memtable, and to a table file
// when that is flushed; and while the log takes a hundred megabytes, nobody else commits. A table file is
// written once, by the thread that submits and a few more, while others commit; what the committer then does,
// linking the files and noting them in RocksDB's manifest, takes as long for a million keys as for one.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "kv/engine.h"
#include "rocksdb/db.h"

namespace ordinal::kv {

// Holds files that the store has not taken in yet. What is left of them at the end is removed.
class StagedFiles {
 public:
  explicit StagedFiles(rocksdb::Env& env) : env_(env) {}
  ~StagedFiles();
  StagedFiles(const StagedFiles&) = delete;
  StagedFiles& operator=(const StagedFiles&) = delete;

  const std::vector<std::string>& names() const { return names_; }

 private:
  friend class FileStage;
  void Add(const std::string& name);

  rocksdb::Env& env_;
  std::mutex mutex_;  // of names_ while files are written
  std::vector<std::string> names_;
};

// Safe to use from any thread; `db` is borrowed.
class FileStage {
 public:
  struct Options {
    std::string directory;       // made when it is needed; on the file system of the store
    std::size_t bytes_min = 0;   // of the keys and values of a submission that is worth a file
    std::size_t file_bytes = 0;  // after which the next file begins
  };
  FileStage(rocksdb::DB& db, Options options) : db_(db), options_(std::move(options)) {}

  // True for a submission that is large, and that files can express: puts and deletions of keys.
  bool Takes(const Submission& submission) const;
  // Writes and syncs the files. Sorts the writes by key, and takes their values. Errors: 53100, 58030.
  std::unique_ptr<StagedFiles> Stage(std::vector<Write>& writes);
  // Makes the store show what the files hold, all at once, durably, and as newer than all that it has. Takes
  // one sequence number for each file. REQUIRES an open snapshot, without which RocksDB gives none.
  rocksdb::Status TakeIn(const StagedFiles& files);

 private:
  // Writes all of `writes`, which are sorted, to as many files as they fill.
  void WriteFiles(std::span<Write> writes, StagedFiles& staged);
  // Writes what fits into one file; returns how many writes that are.
  std::size_t WriteFile(std::span<Write> writes, const std::string& name);

  rocksdb::DB& db_;
  const Options options_;
  std::atomic<std::uint64_t> count_ = 0;
};

// Removes what a process that ended left in the directory of a stage.
void ClearStage(rocksdb::Env& env, const std::string& directory);

}  // namespace ordinal::kv
