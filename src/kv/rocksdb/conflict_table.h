// Remembers what recent commits wrote and touched, so that guards are decided without reading the store.
//
// It needs to reach back only to the oldest open snapshot, and forgets everything older. Keys are remembered
// by a 64-bit hash; two keys with one hash can only cause a conflict that was none, never hide one. Beyond
// its bound it forgets the oldest commits; the floor then says which snapshots it can no longer judge. The
// keys of a large commit are not hashed but searched: they are as good as never asked for.
//
// Writes are ordered by revision. Touches have a clock of their own, because a submission that only touches
// takes no revision, and a snapshot taken after it must be told apart from one taken before.
//
// Not thread-safe: it belongs to whoever holds the committer's role.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "kv/engine.h"

namespace ordinal::kv {

// Counts submissions with touches.
using TouchNumber = std::uint64_t;

// Says where a snapshot stands on both clocks.
struct SnapshotPosition {
  Revision revision = 0;
  TouchNumber touches = 0;
};

class ConflictTable {
 public:
  explicit ConflictTable(std::size_t keys_max) : keys_max_(keys_max) {}

  // True when the table still knows everything that happened since `position`. An open snapshot loses this
  // only to the bound; a position without a snapshot that holds it may lose it at any time.
  bool Reaches(const SnapshotPosition& position) const {
    return position.revision >= floor_.revision && position.touches >= floor_.touches;
  }

  bool WrittenSince(std::string_view key, Revision revision) const;
  bool TouchedSince(std::string_view key, TouchNumber touches) const;
  bool RangeWrittenSince(std::string_view begin, std::string_view end, Revision revision) const;

  // Takes note of an accepted submission, which commits at `at`; takes its keys and ranges out of it. The
  // revisions and touch numbers of calls do not go down. With kSorted the writes ascend by key, and are many.
  enum class Order : std::uint8_t { kAny, kSorted };
  void Record(Submission& submission, const SnapshotPosition& at, Order order = Order::kAny);

  // Forgets what no snapshot at or after `oldest` needs.
  void ForgetUpTo(const SnapshotPosition& oldest);

 private:
  struct HashedKey {
    std::uint64_t hash;
    std::string key;
  };
  struct Commit {
    SnapshotPosition at;
    std::vector<HashedKey> keys;
    std::vector<std::string> sorted_keys;  // in place of `keys`
    std::vector<KeyRange> ranges;
    std::vector<std::uint64_t> touches;

    bool IsSearched() const { return !ranges.empty() || !sorted_keys.empty(); }
    std::size_t size() const { return keys.size() + sorted_keys.size() + touches.size(); }
  };

  void RecordWrite(Commit& commit, Write& write);
  void ForgetOldest();

  std::size_t keys_max_;
  SnapshotPosition floor_;  // of the newest commit forgotten
  absl::flat_hash_map<std::uint64_t, Revision> written_;
  absl::flat_hash_map<std::uint64_t, TouchNumber> touched_;
  std::deque<Commit> commits_;
  std::size_t keys_ = 0;              // in commits_, touches included
  std::size_t searched_commits_ = 0;  // in commits_
};

}  // namespace ordinal::kv
