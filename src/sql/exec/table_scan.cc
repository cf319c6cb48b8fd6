#include <algorithm>
#include <iterator>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "keys/key_space.h"
#include "keys/order_codec.h"
#include "sql/exec/operator.h"
#include "sql/exec/table_layout.h"
#include "types/array.h"

namespace ordinal::sql {
namespace {

class TableScan final : public Operator {
 public:
  TableScan(const PlanNode& node, ExecState& state)
      : table_oid_(node.table->oid),
        access_(node.access),
        state_(state),
        layout_(TableLayout::Of(node.table)),
        index_(access_.index < 0 ? nullptr : &layout_->indexes[static_cast<std::size_t>(access_.index)]),
        by_row_(index_ == nullptr || index_->descriptor->primary),
        decoder_(MakeRowDecoder(*node.table, node.needed, static_cast<std::size_t>(node.offset))),
        target_key_(node.offset == 0 ? state.target_key : nullptr),
        key_slot_(node.key_slot),
        table_memory_(state.memory) {
    if (!access_.index_only) return;
    FindEntrySlots(node);
    if (!index_->included.empty()) {
      included_ =
          MakeIncludedDecoder(*node.table, *index_, node.needed, static_cast<std::size_t>(node.offset));
    }
  }

  void Open(Row& row) override {
    cursor_.reset();
    points_.clear();
    ready_.clear();
    next_point_ = next_ready_ = 0;
    batch_ = 1;
    scans_all_ = false;
    if (access_.kind == AccessKind::kPoints || !access_.any_of.empty()) {
      CollectPoints(row);
      const std::size_t most = access_.kind == AccessKind::kPoints ? kPointsMax : kRangesMax;
      if (access_.may_be_many && points_.size() > most) ScanAll();
    } else if (auto range = RangeFor(row)) {
      const auto direction = access_.backward ? kv::Direction::kBackward : kv::Direction::kForward;
      cursor_ = state_.transaction.Scan(std::move(*range), {.direction = direction});
    }
  }

  bool Next(Row& row) override {
    if (scans_all_) return NextEntry(row);
    if (access_.index_only) return NextCovered(row);
    if (by_row_ && access_.kind != AccessKind::kPoints) return NextEntry(row);
    if (by_row_ && points_.size() == 1) return NextOnly(row);
    if (next_ready_ == ready_.size() && !ReadAhead()) return false;
    Ready& ready = ready_[next_ready_++];
    Accept(ready.key, ready.bytes, row);
    return true;
  }

 private:
  // Appends the columns fixed by equality; false when one is NULL, which equals nothing.
  bool AppendEqual(Row& row, std::string& key) {
    key = index_->prefix;
    for (std::size_t i = 0; i < access_.equal.size(); ++i) {
      if (!AppendColumn(*access_.equal[i], i, row, key)) return false;
    }
    return true;
  }

  bool AppendColumn(const Expression& expression, std::size_t column, Row& row, std::string& key) {
    return AppendValue(Evaluate(expression, state_.context, row), column, key);
  }

  bool AppendValue(const Value& value, std::size_t column, std::string& key) {
    if (value.is_null()) return false;
    keys::AppendKeyColumn(key, value, index_->types[column]);
    return true;
  }

  void CollectPoints(Row& row) {
    if (!access_.current_of.empty()) {
      std::string key = state_.context.services().RowOfCursor(access_.current_of, table_oid_);
      if (!key.empty()) points_.push_back(std::move(key));
      return;
    }
    std::string key;
    if (!AppendEqual(row, key)) return;
    if (access_.any_of.empty()) {
      points_.push_back(std::move(key));
      return;
    }
    const auto add = [&](const Value& value) {
      std::string point = key;
      if (AppendValue(value, access_.equal.size(), point)) points_.push_back(std::move(point));
    };
    for (const ExprPtr& alternative : access_.any_of) {
      const Value value = Evaluate(*alternative, state_.context, row);
      if (value.kind() != Value::Kind::kArray) {
        add(value);
        continue;
      }
      for (const Value& element : value.AsArray().values) add(element);
    }
    std::sort(points_.begin(), points_.end());
    points_.erase(std::unique(points_.begin(), points_.end()), points_.end());
    if (access_.backward) std::reverse(points_.begin(), points_.end());
  }

  std::optional<kv::KeyRange> RangeFor(Row& row) {
    if (access_.kind == AccessKind::kFull) {
      return kv::KeyRange{layout_->row_prefix, keys::PrefixEnd(layout_->row_prefix)};
    }
    std::string prefix;
    if (!AppendEqual(row, prefix)) return std::nullopt;
    kv::KeyRange range{prefix, keys::PrefixEnd(prefix)};
    const std::size_t column = access_.equal.size();
    if (access_.lower) {
      std::string bound = prefix;
      if (!AppendColumn(*access_.lower, column, row, bound)) return std::nullopt;
      range.begin = access_.lower_inclusive ? std::move(bound) : keys::PrefixEnd(bound);
    }
    if (access_.upper) {
      std::string bound = prefix;
      if (!AppendColumn(*access_.upper, column, row, bound)) return std::nullopt;
      range.end = access_.upper_inclusive ? keys::PrefixEnd(bound) : std::move(bound);
    }
    if (!range.end.empty() && range.begin >= range.end) return std::nullopt;
    return range;
  }

  // Goes to the next entry, of the next range where there are several.
  bool Advance() {
    while (!cursor_ || !cursor_->Next()) {
      if (access_.kind != AccessKind::kRange || next_point_ == points_.size()) return false;
      const std::string& prefix = points_[next_point_++];
      const auto direction = access_.backward ? kv::Direction::kBackward : kv::Direction::kForward;
      cursor_ = state_.transaction.Scan({prefix, keys::PrefixEnd(prefix)}, {.direction = direction});
    }
    return true;
  }

  bool NextEntry(Row& row) {
    if (!Advance()) return false;
    if ((++visited_ & kCancelMask) == 0) state_.context.CheckCanceled();
    Accept(cursor_->key(), cursor_->value(), row);
    return true;
  }

  // Where the columns of an entry go, and those of the row key behind it; -1 for what is not needed, or is
  // given as an included column, which is as it was stored.
  void FindEntrySlots(const PlanNode& node) {
    const auto& included = index_->included;
    const auto slot = [&](std::size_t position) {
      const bool needed = position != IndexLayout::kComputed && node.needed[position] &&
                          std::find(included.begin(), included.end(), position) == included.end();
      return needed ? node.offset + static_cast<int>(position) : -1;
    };
    for (const std::size_t position : index_->columns) entry_slots_.push_back(slot(position));
    if (layout_->primary() == nullptr) return;
    for (const std::size_t position : layout_->primary()->columns) row_key_slots_.push_back(slot(position));
  }

  static void TakeColumns(std::string_view& in, const std::vector<types::TypeId>& types,
                          const std::vector<int>& slots, Row& row) {
    for (std::size_t i = 0; i < slots.size(); ++i) {
      Value value = keys::TakeKeyColumn(in, types[i]);
      if (slots[i] >= 0) row[static_cast<std::size_t>(slots[i])] = std::move(value);
    }
  }

  // Reads a row from an entry of the index alone.
  bool NextCovered(Row& row) {
    if (!Advance()) return false;
    if ((++visited_ & kCancelMask) == 0) state_.context.CheckCanceled();
    std::string_view rest = cursor_->key().substr(index_->prefix.size());
    TakeColumns(rest, index_->types, entry_slots_, row);
    if (included_) included_->Decode(index_->IncludedIn(cursor_->value()), row);
    if (index_->unique) rest = index_->RowKeyIn(cursor_->value()).substr(layout_->row_prefix.size());
    const std::string_view suffix = rest;
    if (!row_key_slots_.empty()) TakeColumns(rest, layout_->primary()->types, row_key_slots_, row);
    if (target_key_ == nullptr && key_slot_ < 0) return true;
    const std::string row_key = layout_->row_prefix + std::string(suffix);
    if (target_key_ != nullptr) *target_key_ = row_key;
    if (key_slot_ >= 0) row[static_cast<std::size_t>(key_slot_)] = Value::String(row_key);
    return true;
  }

  // The one row that a key names.
  bool NextOnly(Row& row) {
    if (next_point_++ > 0) return false;
    const std::string& key = points_.front();
    if (++lookups_ == next_try_) TryReadTable();
    if (table_) {
      const auto found = table_->find(key);
      if (found == table_->end()) return false;
      Accept(key, found->second, row);
      return true;
    }
    const auto bytes = state_.transaction.Get(key);
    if (bytes) Accept(key, *bytes, row);
    return bytes.has_value();
  }

  // A scan that is opened again and again to look one row up, as by a join, reads the table into memory once
  // that is sure to cost less than the lookups so far did: a row that is read in order costs a fraction of
  // one that is looked up. Where the table turns out to be larger, what was read is thrown away, and tried
  // again much later.
  void TryReadTable() {
    auto table = std::make_unique<absl::flat_hash_map<std::string, std::string>>();
    const std::string& prefix = layout_->row_prefix;
    const auto cursor = state_.transaction.Scan({prefix, keys::PrefixEnd(prefix)}, {});
    std::size_t bytes = 0;
    next_try_ = lookups_ * kTriesApart;
    while (cursor->Next()) {
      bytes += cursor->key().size() + cursor->value().size() + kEntryBytes;
      if (table->size() == lookups_ || bytes > kTableBytesMax) return;
      table->emplace(cursor->key(), cursor->value());
    }
    if (!state_.memory.Fits(bytes)) return;
    table_memory_.Add(bytes);
    table_ = std::move(table);
  }

  // Reads rows that are looked up several at a time, ever more: a remote store is asked seldom, and LIMIT 1
  // costs one.
  bool ReadAhead() {
    ready_.clear();
    next_ready_ = 0;
    while (ready_.empty()) {
      std::vector<std::string> keys = NextKeys();
      if (keys.empty()) return false;
      state_.context.CheckCanceled();
      auto values = state_.transaction.MultiGet(keys);
      for (std::size_t i = 0; i < keys.size(); ++i) {
        if (values[i]) ready_.push_back({std::move(keys[i]), std::move(*values[i])});
      }
      batch_ = std::min(batch_ * 4, kBatchMax);
    }
    return true;
  }

  // The keys of the next rows, by the points or by the entries of the index.
  std::vector<std::string> NextKeys() {
    std::vector<std::string> keys;
    if (access_.kind != AccessKind::kPoints) {
      while (keys.size() < batch_ && Advance()) {
        keys.push_back(layout_->RowKeyOf(*index_, cursor_->key(), cursor_->value()));
      }
      return keys;
    }
    while (keys.empty() && next_point_ < points_.size()) {
      const std::size_t count = std::min(batch_, points_.size() - next_point_);
      const auto first = points_.begin() + static_cast<std::ptrdiff_t>(next_point_);
      keys.assign(std::make_move_iterator(first),
                  std::make_move_iterator(first + static_cast<std::ptrdiff_t>(count)));
      next_point_ += count;
      if (by_row_) return keys;
      std::vector<std::string> row_keys;
      for (auto& entry : state_.transaction.MultiGet(keys)) {
        if (entry) row_keys.emplace_back(index_->RowKeyIn(*entry));
      }
      keys = std::move(row_keys);
    }
    return keys;
  }

  // Instead of looking rows up one by one; the conditions decide over each anyway.
  void ScanAll() {
    points_.clear();
    scans_all_ = true;
    cursor_ = state_.transaction.Scan(
        {layout_->row_prefix, keys::PrefixEnd(layout_->row_prefix)},
        {.direction = access_.backward ? kv::Direction::kBackward : kv::Direction::kForward});
  }

  void Accept(std::string_view row_key, std::string_view bytes, Row& row) {
    decoder_.Decode(bytes, row);
    if (target_key_ != nullptr) target_key_->assign(row_key);
    if (key_slot_ >= 0) row[static_cast<std::size_t>(key_slot_)] = Value::String(std::string(row_key));
  }

  struct Ready {
    std::string key;
    std::string bytes;
  };

  static constexpr std::uint64_t kCancelMask = 0xff;
  static constexpr std::size_t kBatchMax = 256;
  static constexpr std::size_t kPointsMax = 10'000;
  static constexpr std::size_t kRangesMax = 256;
  static constexpr std::uint64_t kFirstTry = 64;
  static constexpr std::uint64_t kTriesApart = 8;
  static constexpr std::size_t kTableBytesMax = std::size_t{64} << 20;
  static constexpr std::size_t kEntryBytes = 64;  // about what the map needs for one

  const base::Oid table_oid_;
  const Access& access_;
  ExecState& state_;
  std::shared_ptr<const TableLayout> layout_;
  const IndexLayout* index_;
  bool by_row_;  // the keys visited are row keys
  keys::RowDecoder decoder_;
  std::string* target_key_;
  int key_slot_;
  std::vector<std::string> points_;
  std::size_t next_point_ = 0;
  std::vector<Ready> ready_;  // rows that were read ahead
  std::size_t next_ready_ = 0;
  std::size_t batch_ = 1;
  bool scans_all_ = false;
  std::uint64_t lookups_ = 0;  // by single keys, of all openings
  std::uint64_t next_try_ = kFirstTry;
  std::unique_ptr<absl::flat_hash_map<std::string, std::string>> table_;
  MemoryUse table_memory_;
  std::vector<int> entry_slots_;  // of a scan of nothing but the index
  std::vector<int> row_key_slots_;
  std::optional<keys::RowDecoder> included_;
  std::unique_ptr<kv::Cursor> cursor_;
  std::uint64_t visited_ = 0;
};

}  // namespace

OperatorPtr MakeTableScan(const PlanNode& node, ExecState& state) {
  return std::make_unique<TableScan>(node, state);
}

}  // namespace ordinal::sql
