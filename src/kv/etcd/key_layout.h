// Places keys under the store's prefix in etcd:
//
//   PREFIX d KEY            data
//   PREFIX t KEY            marker that a submission touched
//   PREFIX x KEY-PREFIX     deletion marker, see below
//   PREFIX s NODE / N       slot of commits (commit_slots.h)
//   PREFIX c                changed by every commit that changes the catalog; its revision is the catalog
//   revision PREFIX f                format number
//
// A compare over a range does not see what was deleted from it. So every commit that deletes puts a marker,
// named by the first bytes of the deleted key (those of one table), and a guard of a range compares the
// markers of its tables as well. Guards may fail for deletions beside their range; none is missed.
#pragma once

#include <string>
#include <string_view>

#include "kv/engine.h"

namespace ordinal::kv {

class KeyLayout {
 public:
  explicit KeyLayout(std::string prefix) : prefix_(std::move(prefix)), data_(prefix_ + "d") {}

  std::string Data(std::string_view key) const { return data_ + std::string(key); }
  // The end of a range of data; an empty `key` means the end of all data.
  std::string DataEnd(std::string_view key) const { return key.empty() ? prefix_ + "e" : Data(key); }
  // The reverse of Data: a view into `stored`.
  std::string_view KeyOf(std::string_view stored) const { return stored.substr(data_.size()); }
  std::string Touch(std::string_view key) const { return prefix_ + "t" + std::string(key); }
  std::string Deletion(std::string_view key_prefix) const { return prefix_ + "x" + std::string(key_prefix); }
  std::string DeletionOfKey(std::string_view key) const { return Deletion(Head(key)); }
  // The marker for a deleted range: of its table, or the one that all guards of ranges compare.
  std::string DeletionOfRange(const KeyRange& range) const;
  // The markers of all keys in a range, as [first, second).
  std::pair<std::string, std::string> DeletionsWithin(const KeyRange& range) const;
  std::string Slot(std::string_view node, std::size_t number) const {
    return prefix_ + "s" + std::string(node) + "/" + std::to_string(number);
  }
  std::string Catalog() const { return prefix_ + "c"; }
  std::string Format() const { return prefix_ + "f"; }

 private:
  // What names the deletion marker of a key: room prefix and object id, as keys/key_space.h writes them.
  static constexpr std::size_t kHeadSize = 5;
  static std::string_view Head(std::string_view key) { return key.substr(0, kHeadSize); }

  const std::string prefix_;
  const std::string data_;
};

}  // namespace ordinal::kv
