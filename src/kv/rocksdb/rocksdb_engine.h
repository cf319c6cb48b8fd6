// Opens the engine for one machine: an embedded RocksDB under one commit pipeline of our own.
//
// A committer takes all submissions that wait, decides them in order against its memory of recent commits,
// writes what was accepted as one batch with one sync, and answers all of them. While at most one session is
// active (SetActiveSessions) a submission that finds nobody at work is decided on the caller's thread.
//
// A submission whose snapshot is older than that memory reaches gets kSnapshotTooOld. Once a write has
// failed, the submissions of that batch and all later ones get kUnknown. Cursors must be gone before Close;
// snapshots may outlive the engine. Traits: exclusive.
#pragma once

#include <cstddef>
#include <memory>
#include <string>

#include "kv/engine.h"

namespace ordinal::kv {

struct RocksDbOptions {
  std::string directory;
  bool create_if_missing = true;
  std::size_t cache_bytes = std::size_t{256} << 20;
  std::size_t write_buffer_bytes = std::size_t{64} << 20;
  // A submission whose keys and values have so many bytes is written to table files of its own, not to the
  // log.
  std::size_t large_commit_bytes = std::size_t{8} << 20;
  // False leaves syncing to the operating system: for tests, and for data that may be lost with the machine.
  bool sync = true;
  // Bounds the memory of recent commits, in keys. Past it the oldest commits are forgotten, and with them the
  // ability to judge older snapshots.
  std::size_t conflict_keys_max = std::size_t{1} << 20;
  // A rocksdb::Env to run on instead of the operating system's, borrowed; for tests that make files fail.
  void* env = nullptr;
};

// Errors: 55006 when another process or engine has the directory open; 55000 when it holds a newer format or
// somebody else's data; XX001 when the store is damaged; 53100 or 58030 when the file system fails or the
// directory does not exist and `create_if_missing` is false. None of these changes the stored data.
std::unique_ptr<Engine> OpenRocksDb(const RocksDbOptions& options);

}  // namespace ordinal::kv
