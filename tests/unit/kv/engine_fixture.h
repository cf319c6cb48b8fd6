// Opens each engine for tests that every engine must pass, and shortens what they say.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "kv/engine.h"
#include "kv/memory/memory_engine.h"
#include "kv/rocksdb/rocksdb_engine.h"

namespace ordinal::kv {

// Owns a directory that does not exist yet and removes whatever is in it at the end.
class TemporaryDirectory {
 public:
  TemporaryDirectory() {
    static int count = 0;
    path_ = std::filesystem::temp_directory_path() /
            ("ordinal-kv-" + std::to_string(::getpid()) + "-" + std::to_string(++count));
    std::filesystem::remove_all(path_);
  }
  ~TemporaryDirectory() { std::filesystem::remove_all(path_); }
  TemporaryDirectory(const TemporaryDirectory&) = delete;
  TemporaryDirectory& operator=(const TemporaryDirectory&) = delete;
  std::string path() const { return path_.string(); }

 private:
  std::filesystem::path path_;
};

inline Guard Unchanged(std::string key, Sighting sighting = Sighting::kUnknown) {
  return {GuardKind::kUnchanged, std::move(key), {}, sighting};
}
inline Guard Absent(std::string key, Sighting sighting = Sighting::kUnknown) {
  return {GuardKind::kAbsent, std::move(key), {}, sighting};
}
inline Guard Untouched(std::string key) { return {GuardKind::kUntouched, std::move(key), {}}; }
inline Guard RangeUnwritten(std::string begin, std::string end) {
  return {GuardKind::kRangeUnwritten, std::move(begin), std::move(end)};
}

using SnapshotPtr = std::shared_ptr<const Snapshot>;
using Entries = std::vector<std::pair<std::string, std::string>>;

inline CommitResult Put(Engine& engine, std::string key, std::string value) {
  Submission submission;
  submission.writes.push_back({std::move(key), std::move(value)});
  return engine.SubmitAndWait(std::move(submission));
}
inline CommitResult Delete(Engine& engine, std::string key) {
  Submission submission;
  submission.writes.push_back({std::move(key), std::nullopt});
  return engine.SubmitAndWait(std::move(submission));
}
inline CommitResult DeleteRange(Engine& engine, std::string begin, std::string end) {
  Submission submission;
  submission.deleted_ranges.push_back({std::move(begin), std::move(end)});
  return engine.SubmitAndWait(std::move(submission));
}
inline CommitResult Touch(Engine& engine, std::string key) {
  Submission submission;
  submission.touches.push_back(std::move(key));
  return engine.SubmitAndWait(std::move(submission));
}
// Submits nothing but one guard.
inline CommitResult Check(Engine& engine, SnapshotPtr snapshot, Guard guard) {
  Submission submission;
  submission.snapshot = std::move(snapshot);
  submission.guards.push_back(std::move(guard));
  return engine.SubmitAndWait(std::move(submission));
}
inline Entries Collect(Engine& engine, const Snapshot& snapshot, KeyRange range,
                       Direction direction = Direction::kForward) {
  Entries entries;
  const auto cursor = engine.Scan(snapshot, std::move(range), {.direction = direction});
  while (cursor->Next()) entries.emplace_back(cursor->key(), cursor->value());
  return entries;
}

}  // namespace ordinal::kv
