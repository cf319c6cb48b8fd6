// Walks a range of a RocksDB at a snapshot.
#pragma once

#include <memory>
#include <string>

#include "kv/engine.h"
#include "rocksdb/db.h"

namespace ordinal::kv {

class RocksDbCursor final : public Cursor {
 public:
  // `snapshot` is borrowed.
  RocksDbCursor(rocksdb::DB& db, const rocksdb::Snapshot* snapshot, KeyRange range, Direction direction);
  bool Next() override;
  bool Seek(std::string_view key) override;
  std::string_view key() const override { return iterator_->key().ToStringView(); }
  std::string_view value() const override { return iterator_->value().ToStringView(); }

 private:
  void SeekToFirst();
  bool Valid() const;

  KeyRange range_;
  Direction direction_;
  // RocksDB keeps pointers to these bounds.
  rocksdb::Slice begin_;
  rocksdb::Slice end_;
  std::unique_ptr<rocksdb::Iterator> iterator_;  // null when the range is empty
  bool positioned_ = false;
};

}  // namespace ordinal::kv
