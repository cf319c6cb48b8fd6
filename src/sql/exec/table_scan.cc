#include <algorithm>
#include <optional>
#include <utility>

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
      : access_(node.access),
        state_(state),
        layout_(TableLayout::Of(node.table)),
        index_(access_.index < 0 ? nullptr : &layout_->indexes[static_cast<std::size_t>(access_.index)]),
        by_row_(index_ == nullptr || index_->descriptor->primary),
        decoder_(MakeRowDecoder(*node.table, node.needed, static_cast<std::size_t>(node.offset))),
        target_key_(node.offset == 0 ? state.target_key : nullptr),
        key_slot_(node.key_slot) {}

  void Open(Row& row) override {
    cursor_.reset();
    points_.clear();
    next_point_ = 0;
    if (access_.kind == AccessKind::kPoints) {
      CollectPoints(row);
    } else if (auto range = RangeFor(row)) {
      const auto direction = access_.backward ? kv::Direction::kBackward : kv::Direction::kForward;
      cursor_ = state_.transaction.Scan(std::move(*range), {.direction = direction});
    }
  }

  bool Next(Row& row) override {
    return access_.kind == AccessKind::kPoints ? NextPoint(row) : NextEntry(row);
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

  bool NextPoint(Row& row) {
    while (next_point_ < points_.size()) {
      std::string& key = points_[next_point_++];
      auto bytes = state_.transaction.Get(key);
      if (!bytes) continue;
      if (by_row_) return Accept(key, *bytes, row);
      if (Fetch(*bytes, row)) return true;
    }
    return false;
  }

  bool NextEntry(Row& row) {
    while (cursor_ && cursor_->Next()) {
      if ((++visited_ & kCancelMask) == 0) state_.context.CheckCanceled();
      if (by_row_) return Accept(cursor_->key(), cursor_->value(), row);
      if (Fetch(layout_->RowKeyOf(*index_, cursor_->key(), cursor_->value()), row)) return true;
    }
    return false;
  }

  bool Fetch(const std::string& row_key, Row& row) {
    const auto bytes = state_.transaction.Get(row_key);
    return bytes && Accept(row_key, *bytes, row);
  }

  bool Accept(std::string_view row_key, std::string_view bytes, Row& row) {
    decoder_.Decode(bytes, row);
    if (target_key_ != nullptr) target_key_->assign(row_key);
    if (key_slot_ >= 0) row[static_cast<std::size_t>(key_slot_)] = Value::String(std::string(row_key));
    return true;
  }

  static constexpr std::uint64_t kCancelMask = 0xff;

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
  std::unique_ptr<kv::Cursor> cursor_;
  std::uint64_t visited_ = 0;
};

}  // namespace

OperatorPtr MakeTableScan(const PlanNode& node, ExecState& state) {
  return std::make_unique<TableScan>(node, state);
}

}  // namespace ordinal::sql
