// Holds an ordered map in which every key keeps the versions that some open snapshot may still read.
//
// A version lives from the revision that wrote it to the one that replaced it. Deletions are versions too, so
// that a guard notices them; they go when no snapshot is older than they are. Not thread-safe.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/btree_map.h"
#include "kv/engine.h"

namespace ordinal::kv {

class VersionedMap {
 public:
  struct Entry {
    std::string key;
    std::string value;
  };

  // Returns the value of `key` at `revision`; nullptr when it is absent there.
  const std::string* Find(std::string_view key, Revision revision) const;
  // Returns the revision that last wrote or deleted `key`. When the key has no version left, nobody knows,
  // and this is the newest revision at which it may have been deleted: one that all open snapshots have
  // reached.
  Revision LastWrite(std::string_view key) const;
  bool Exists(std::string_view key) const;
  // Returns a key in `range` written or deleted after `revision`; nullptr when there is none.
  const std::string* FindWriteAfter(const KeyRange& range, Revision revision) const;

  // Appends to `out` up to `entries_max` entries of `range` at `revision`, in scan direction. A scan goes on
  // when the caller narrows the range to what lies beyond the last entry.
  void Read(const KeyRange& range, Direction direction, Revision revision, std::size_t entries_max,
            std::vector<Entry>& out) const;

  // Writes at `revision`, which is not below those of earlier calls. nullopt deletes.
  void Write(std::string_view key, std::optional<std::string> value, Revision revision);
  void DeleteRange(const KeyRange& range, Revision revision);

  // Forgets what no snapshot at or after `oldest` can see.
  void ForgetBefore(Revision oldest);
  // Counts the versions held, for tests of ForgetBefore.
  std::size_t VersionCount() const;

 private:
  struct Version {
    Revision revision;
    std::optional<std::string> value;
  };
  using Versions = std::vector<Version>;
  using Map = absl::btree_map<std::string, Versions, std::less<>>;
  // Says that the write of `key` at `revision` made older versions, or itself, superfluous once all snapshots
  // reach it.
  struct Garbage {
    Revision revision;
    std::string key;
  };

  static const std::string* FindIn(const Versions& versions, Revision revision);
  void Append(const std::string& key, Versions& versions, std::optional<std::string> value,
              Revision revision);
  Map::const_iterator EndOf(const KeyRange& range) const;

  Map map_;
  std::deque<Garbage> garbage_;
  Revision newest_erased_ = 0;  // of the deletions forgotten together with their keys
};

}  // namespace ordinal::kv
