#include "txn/write_layer.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "txn/undo_log.h"

namespace ordinal::txn {
namespace {

template <typename T>
void AppendMoved(std::vector<T>& to, std::vector<T> from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

bool Contains(const std::vector<std::string>& keys, const std::string& key) {
  return std::find(keys.begin(), keys.end(), key) != keys.end();
}

}  // namespace

bool Covers(const kv::KeyRange& range, std::string_view key) {
  return key >= range.begin && (range.end.empty() || key < range.end);
}

const kv::KeyRange* FindCovering(const std::vector<kv::KeyRange>& ranges, std::string_view key) {
  for (const kv::KeyRange& range : ranges) {
    if (Covers(range, key)) return &range;
  }
  return nullptr;
}

void WriteLayer::Put(std::string key, std::optional<std::string> value, bool guard_absent) {
  // Bulk inserts come in ascending order, so the end is tried before a search.
  auto position = writes.end();
  if (!writes.empty() && !(std::prev(position)->key < key)) {
    position = writes.lower_bound(std::string_view(key));
    if (position != writes.end() && position->key == key) {
      position->value = std::move(value);
      position->guard_absent |= guard_absent;
      return;
    }
  }
  writes.insert(position, BufferedWrite{std::move(key), std::move(value), guard_absent});
}

void WriteLayer::DeleteRange(kv::KeyRange range) {
  const auto begin = writes.lower_bound(std::string_view(range.begin));
  const auto end = range.end.empty() ? writes.end() : writes.lower_bound(std::string_view(range.end));
  if (!range.end.empty() && range.end <= range.begin) return;
  for (auto it = begin; it != end; ++it) {
    if (it->guard_absent) absent.push_back(std::move(it->key));
  }
  writes.erase(begin, end);
  deleted_ranges.push_back(std::move(range));
}

std::optional<std::optional<std::string_view>> WriteLayer::Find(std::string_view key) const {
  using Answer = std::optional<std::string_view>;
  // Bulk inserts ask for keys in ascending order, each beyond the last.
  const bool may_have = !writes.empty() && !(std::prev(writes.end())->key < key);
  if (const auto it = may_have ? writes.find(key) : writes.end(); it != writes.end()) {
    return it->value ? Answer(std::string_view(*it->value)) : Answer();
  }
  if (FindCovering(deleted_ranges, key) != nullptr) return Answer();
  return std::nullopt;
}

void WriteLayer::Absorb(WriteLayer newer, UndoRecord* undo, const std::vector<std::string>& lasting) {
  if (undo == nullptr && !HasEffects() && rows == 0) {
    *this = std::move(newer);
    return;
  }
  if (undo != nullptr) undo->NoteDemands(*this, newer);
  for (kv::KeyRange& range : newer.deleted_ranges) {
    if (undo != nullptr) undo->NoteRange(*this, range);
    DeleteRange(std::move(range));
  }
  for (const BufferedWrite& write : newer.writes) {
    const bool stays = undo == nullptr || (!lasting.empty() && Contains(lasting, write.key) &&
                                           writes.contains(std::string_view(write.key)));
    if (!stays) undo->NoteWrite(*this, write.key);
    Put(std::move(write.key), std::move(write.value), write.guard_absent);
  }
  unchanged.merge(newer.unchanged);
  untouched.merge(newer.untouched);
  touches.merge(newer.touches);
  AppendMoved(unchanged_since, std::move(newer.unchanged_since));
  AppendMoved(absent, std::move(newer.absent));
  AppendMoved(unwritten_ranges, std::move(newer.unwritten_ranges));
  rows += newer.rows;
  changes_catalog |= newer.changes_catalog;
}

bool WriteLayer::HasEffects() const {
  return HasWrites() || changes_catalog || !touches.empty() || !unchanged.empty() ||
         !unchanged_since.empty() || !absent.empty() || !untouched.empty() || !unwritten_ranges.empty();
}

}  // namespace ordinal::txn
