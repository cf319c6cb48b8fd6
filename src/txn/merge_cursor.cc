#include "txn/merge_cursor.h"

#include <iterator>
#include <utility>

namespace ordinal::txn {

MergeCursor::MergeCursor(std::unique_ptr<kv::Cursor> below, const WriteLayer& layer, kv::KeyRange range,
                         kv::Direction direction)
    : below_(std::move(below)), layer_(layer), range_(std::move(range)), direction_(direction) {
  first_ = layer_.writes.lower_bound(std::string_view(range_.begin));
  if (range_.end.empty()) {
    last_ = layer_.writes.end();
  } else if (range_.end <= range_.begin) {
    last_ = first_;
  } else {
    last_ = layer_.writes.lower_bound(std::string_view(range_.end));
  }
  low_ = first_;
  high_ = last_;
}

void MergeCursor::AdvanceLayer() {
  if (forward()) {
    ++low_;
  } else {
    --high_;
  }
}

// Leaves every range that the layer deleted by one seek.
void MergeCursor::SkipDeletedRanges() {
  while (below_valid_) {
    const kv::KeyRange* range = FindCovering(layer_.deleted_ranges, below_->key());
    if (range == nullptr) return;
    if (forward()) {
      below_valid_ = !range->end.empty() && below_->Seek(range->end);
    } else {
      below_valid_ = below_->Seek(range->begin);
      if (below_valid_ && below_->key() == range->begin) AdvanceBelow();
    }
  }
}

// Chooses the entry that comes first; the layer hides what lies below it at the same key.
bool MergeCursor::Settle() {
  while (true) {
    SkipDeletedRanges();
    if (LayerAtEnd()) {
      source_ = below_valid_ ? Source::kBelow : Source::kEnd;
      return below_valid_;
    }
    const BufferedWrite& entry = LayerEntry();
    if (below_valid_) {
      const int order = below_->key().compare(entry.key);
      if (order != 0 && (order < 0) == forward()) {
        source_ = Source::kBelow;
        return true;
      }
      if (order == 0) AdvanceBelow();
    }
    if (entry.value) {
      source_ = Source::kLayer;
      return true;
    }
    AdvanceLayer();
  }
}

bool MergeCursor::Next() {
  switch (source_) {
    case Source::kStart:
    case Source::kBelow:
      AdvanceBelow();
      break;
    case Source::kLayer:
      AdvanceLayer();
      break;
    case Source::kEnd:
      return false;
  }
  return Settle();
}

bool MergeCursor::Seek(std::string_view key) {
  below_valid_ = below_->Seek(key);
  low_ = first_;
  high_ = last_;
  if (forward()) {
    if (key > range_.begin)
      low_ = range_.end.empty() || key < range_.end ? layer_.writes.lower_bound(key) : last_;
  } else if (range_.end.empty() || key < range_.end) {
    high_ = key < range_.begin ? first_ : layer_.writes.upper_bound(key);
  }
  return Settle();
}

std::string_view MergeCursor::key() const {
  return source_ == Source::kBelow ? below_->key() : std::string_view(LayerEntry().key);
}

std::string_view MergeCursor::value() const {
  return source_ == Source::kBelow ? below_->value() : std::string_view(*LayerEntry().value);
}

}  // namespace ordinal::txn
