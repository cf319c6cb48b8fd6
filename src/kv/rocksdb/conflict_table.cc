#include "kv/rocksdb/conflict_table.h"

#include <algorithm>
#include <utility>

#include "absl/hash/hash.h"

namespace ordinal::kv {
namespace {

std::uint64_t HashOf(std::string_view key) { return absl::Hash<std::string_view>()(key); }

bool Covers(const KeyRange& range, std::string_view key) {
  return key >= range.begin && (range.end.empty() || key < range.end);
}

bool Overlap(const KeyRange& range, std::string_view begin, std::string_view end) {
  return (range.end.empty() || begin < range.end) && (end.empty() || range.begin < end);
}

}  // namespace

bool ConflictTable::WrittenSince(std::string_view key, Revision revision) const {
  if (commits_.empty() || commits_.back().at.revision <= revision) return false;
  if (const auto it = written_.find(HashOf(key)); it != written_.end() && it->second > revision) return true;
  if (searched_commits_ == 0) return false;
  for (auto commit = commits_.rbegin(); commit != commits_.rend() && commit->at.revision > revision;
       ++commit) {
    if (std::binary_search(commit->sorted_keys.begin(), commit->sorted_keys.end(), key)) return true;
    for (const KeyRange& range : commit->ranges) {
      if (Covers(range, key)) return true;
    }
  }
  return false;
}

bool ConflictTable::TouchedSince(std::string_view key, TouchNumber touches) const {
  const auto it = touched_.find(HashOf(key));
  return it != touched_.end() && it->second > touches;
}

bool ConflictTable::RangeWrittenSince(std::string_view begin, std::string_view end, Revision revision) const {
  for (auto commit = commits_.rbegin(); commit != commits_.rend() && commit->at.revision > revision;
       ++commit) {
    for (const HashedKey& written : commit->keys) {
      if (written.key >= begin && (end.empty() || written.key < end)) return true;
    }
    const auto first = std::lower_bound(commit->sorted_keys.begin(), commit->sorted_keys.end(), begin);
    if (first != commit->sorted_keys.end() && (end.empty() || *first < end)) return true;
    for (const KeyRange& range : commit->ranges) {
      if (Overlap(range, begin, end)) return true;
    }
  }
  return false;
}

void ConflictTable::RecordWrite(Commit& commit, Write& write) {
  const std::uint64_t hash = HashOf(write.key);
  written_[hash] = commit.at.revision;
  commit.keys.push_back({hash, std::move(write.key)});
}

void ConflictTable::Record(Submission& submission, const SnapshotPosition& at, Order order) {
  Commit commit;
  commit.at = at;
  if (order == Order::kSorted) {
    commit.sorted_keys.reserve(submission.writes.size());
    for (Write& write : submission.writes) commit.sorted_keys.push_back(std::move(write.key));
  } else {
    commit.keys.reserve(submission.writes.size());
    for (Write& write : submission.writes) RecordWrite(commit, write);
  }
  commit.touches.reserve(submission.touches.size());
  for (const std::string& key : submission.touches) {
    const std::uint64_t hash = HashOf(key);
    touched_[hash] = at.touches;
    commit.touches.push_back(hash);
  }
  commit.ranges = std::move(submission.deleted_ranges);
  keys_ += commit.size();
  if (commit.IsSearched()) ++searched_commits_;
  commits_.push_back(std::move(commit));
  while (keys_ > keys_max_) ForgetOldest();
}

void ConflictTable::ForgetUpTo(const SnapshotPosition& oldest) {
  while (!commits_.empty() && commits_.front().at.revision <= oldest.revision &&
         commits_.front().at.touches <= oldest.touches) {
    ForgetOldest();
  }
}

void ConflictTable::ForgetOldest() {
  const Commit& commit = commits_.front();
  floor_ = commit.at;
  for (const HashedKey& written : commit.keys) {
    const auto it = written_.find(written.hash);
    if (it != written_.end() && it->second == commit.at.revision) written_.erase(it);
  }
  for (const std::uint64_t hash : commit.touches) {
    const auto it = touched_.find(hash);
    if (it != touched_.end() && it->second == commit.at.touches) touched_.erase(it);
  }
  keys_ -= commit.size();
  if (commit.IsSearched()) --searched_commits_;
  commits_.pop_front();
}

}  // namespace ordinal::kv
