// Holds one layer of a transaction: what one statement, or all finished ones together, would do at commit.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/btree_set.h"
#include "kv/engine.h"

namespace ordinal::txn {

// Holds a buffered write. The key is mutable so that it can be moved out of a set in which it is about to
// die; nothing else changes it.
struct BufferedWrite {
  mutable std::string key;
  mutable std::optional<std::string> value;  // nullopt deletes
  mutable bool guard_absent = false;         // the key must be absent at commit, as those in `absent`
};

struct BufferedWriteLess {
  using is_transparent = void;
  static std::string_view KeyOf(const BufferedWrite& write) { return write.key; }
  static std::string_view KeyOf(std::string_view key) { return key; }
  bool operator()(const auto& left, const auto& right) const { return KeyOf(left) < KeyOf(right); }
};

using BufferedWrites = absl::btree_set<BufferedWrite, BufferedWriteLess>;

class UndoRecord;

// A write in `writes` is newer than any range of `deleted_ranges` that covers its key.
struct WriteLayer {
  BufferedWrites writes;
  std::vector<kv::KeyRange> deleted_ranges;
  absl::btree_set<std::string> unchanged;
  std::vector<std::pair<std::string, kv::Revision>>
      unchanged_since;              // seen at another revision than the snapshot's
  std::vector<std::string> absent;  // besides those that writes demand
  absl::btree_set<std::string> untouched;
  std::vector<kv::KeyRange> unwritten_ranges;
  absl::btree_set<std::string> touches;
  std::uint64_t rows = 0;
  bool changes_catalog = false;

  // What a write demands of its key, later ones of the key demand too.
  void Put(std::string key, std::optional<std::string> value, bool guard_absent = false);
  void DeleteRange(kv::KeyRange range);
  // Returns what the layer says about `key`: nothing (outer nullopt), a delete (inner nullopt), or a value.
  std::optional<std::optional<std::string_view>> Find(std::string_view key) const;
  // Puts `newer` on top of this layer. Moves it whole when this layer is empty. With an undo record, tells it
  // what changes, except for writes of `lasting` keys that the layer knows already.
  void Absorb(WriteLayer newer, UndoRecord* undo, const std::vector<std::string>& lasting);

  bool HasWrites() const { return !writes.empty() || !deleted_ranges.empty(); }
  bool HasEffects() const;
};

// True when `key` lies in `range`.
bool Covers(const kv::KeyRange& range, std::string_view key);
// Returns the first range that covers `key`; nullptr when there is none.
const kv::KeyRange* FindCovering(const std::vector<kv::KeyRange>& ranges, std::string_view key);

}  // namespace ordinal::txn
