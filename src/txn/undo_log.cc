#include "txn/undo_log.h"

#include <iterator>

namespace ordinal::txn {
namespace {

void AppendMoved(auto& to, auto&& from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

void NoteNew(const absl::btree_set<std::string>& layer, const absl::btree_set<std::string>& newer,
             std::vector<std::string>& out) {
  for (const std::string& key : newer) {
    if (!layer.contains(key)) out.push_back(key);
  }
}

void Remove(const std::vector<std::string>& keys, absl::btree_set<std::string>& from) {
  for (const std::string& key : keys) from.erase(key);
}

}  // namespace

UndoRecord::UndoRecord(const WriteLayer& layer)
    : deleted_ranges_(layer.deleted_ranges.size()),
      unchanged_since_(layer.unchanged_since.size()),
      absent_(layer.absent.size()),
      unwritten_ranges_(layer.unwritten_ranges.size()),
      rows_(layer.rows),
      changes_catalog_(layer.changes_catalog) {}

void UndoRecord::NoteWrite(const WriteLayer& layer, std::string_view key) {
  const auto found = layer.writes.find(key);
  Write write{std::string(key), std::nullopt};
  if (found != layer.writes.end()) write.before = *found;
  writes_.push_back(std::move(write));
}

void UndoRecord::NoteRange(const WriteLayer& layer, const kv::KeyRange& range) {
  for (auto it = layer.writes.lower_bound(std::string_view(range.begin));
       it != layer.writes.end() && Covers(range, it->key); ++it) {
    writes_.push_back({it->key, *it});
  }
}

void UndoRecord::NoteDemands(const WriteLayer& layer, const WriteLayer& newer) {
  NoteNew(layer.unchanged, newer.unchanged, unchanged_);
  NoteNew(layer.untouched, newer.untouched, untouched_);
  NoteNew(layer.touches, newer.touches, touches_);
}

void UndoRecord::Apply(WriteLayer& layer) {
  for (auto write = writes_.rbegin(); write != writes_.rend(); ++write) {
    const auto found = layer.writes.find(std::string_view(write->key));
    if (found != layer.writes.end()) layer.writes.erase(found);
    if (write->before) layer.writes.insert(std::move(*write->before));
  }
  Remove(unchanged_, layer.unchanged);
  Remove(untouched_, layer.untouched);
  Remove(touches_, layer.touches);
  layer.deleted_ranges.resize(deleted_ranges_);
  layer.unchanged_since.resize(unchanged_since_);
  layer.absent.resize(absent_);
  layer.unwritten_ranges.resize(unwritten_ranges_);
  layer.rows = rows_;
  layer.changes_catalog = changes_catalog_;
}

void UndoRecord::Append(UndoRecord later) {
  AppendMoved(writes_, std::move(later.writes_));
  AppendMoved(unchanged_, std::move(later.unchanged_));
  AppendMoved(untouched_, std::move(later.untouched_));
  AppendMoved(touches_, std::move(later.touches_));
}

}  // namespace ordinal::txn
