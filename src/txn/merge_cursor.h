// Walks a snapshot with a layer of buffered writes laid over it.
#pragma once

#include <memory>
#include <string_view>

#include "kv/engine.h"
#include "txn/write_layer.h"

namespace ordinal::txn {

// `layer` must stay unchanged while the cursor lives; `below` walks the same range in the same direction.
class MergeCursor final : public kv::Cursor {
 public:
  MergeCursor(std::unique_ptr<kv::Cursor> below, const WriteLayer& layer, kv::KeyRange range,
              kv::Direction direction);

  bool Next() override;
  bool Seek(std::string_view key) override;
  std::string_view key() const override;
  std::string_view value() const override;

 private:
  enum class Source : std::uint8_t { kStart, kBelow, kLayer, kEnd };
  using Iterator = BufferedWrites::const_iterator;

  bool forward() const { return direction_ == kv::Direction::kForward; }
  bool LayerAtEnd() const { return low_ == high_; }
  const BufferedWrite& LayerEntry() const { return forward() ? *low_ : *std::prev(high_); }
  void AdvanceLayer();
  void AdvanceBelow() { below_valid_ = below_->Next(); }
  void SkipDeletedRanges();
  bool Settle();

  std::unique_ptr<kv::Cursor> below_;
  const WriteLayer& layer_;
  kv::KeyRange range_;
  kv::Direction direction_;
  // The layer's entries in the range, and those among them that lie ahead: [low_, high_).
  Iterator first_;
  Iterator last_;
  Iterator low_;
  Iterator high_;
  bool below_valid_ = false;
  Source source_ = Source::kStart;
};

}  // namespace ordinal::txn
