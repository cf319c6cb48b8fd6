// Remembers, for each savepoint, what a write layer was before later statements changed it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "txn/write_layer.h"

namespace ordinal::txn {

// What to do to a layer to make it again what it was when this record began. Costs memory in proportion to
// what was written since, and nothing while there are no savepoints.
class UndoRecord {
 public:
  explicit UndoRecord(const WriteLayer& layer);

  // Says what `layer` holds for `key`, which is about to change.
  void NoteWrite(const WriteLayer& layer, std::string_view key);
  // As NoteWrite for all that a deleted range is about to hide.
  void NoteRange(const WriteLayer& layer, const kv::KeyRange& range);
  // Says what of `newer` is new to `layer`, which is about to absorb it.
  void NoteDemands(const WriteLayer& layer, const WriteLayer& newer);
  // Undoes everything since the record began. The record is used up.
  void Apply(WriteLayer& layer);
  // Puts the changes of `later`, which came after those of this record, behind them.
  void Append(UndoRecord later);

 private:
  struct Write {
    std::string key;
    std::optional<BufferedWrite> before;  // nothing: the layer had no word on the key
  };
  using Keys = std::vector<std::string>;

  std::vector<Write> writes_;
  // Keys that the layer did not have.
  Keys unchanged_;
  Keys untouched_;
  Keys touches_;
  // How long the layer's lists were.
  std::size_t deleted_ranges_;
  std::size_t unchanged_since_;
  std::size_t absent_;
  std::size_t unwritten_ranges_;
  std::uint64_t rows_;
  bool changes_catalog_;
};

}  // namespace ordinal::txn
