#include "kv/rocksdb/rocksdb_cursor.h"

#include <utility>

#include "kv/rocksdb/reserved_keys.h"
#include "kv/rocksdb/store.h"

namespace ordinal::kv {

RocksDbCursor::RocksDbCursor(rocksdb::DB& db, const rocksdb::Snapshot* snapshot, KeyRange range,
                             Direction direction)
    : range_(std::move(range)), direction_(direction) {
  if (range_.begin < kUserKeysBegin) range_.begin = kUserKeysBegin;
  if (!range_.end.empty() && range_.end <= range_.begin) return;
  begin_ = range_.begin;
  end_ = range_.end;
  rocksdb::ReadOptions options;
  options.snapshot = snapshot;
  options.verify_checksums = true;
  options.iterate_lower_bound = &begin_;
  if (!range_.end.empty()) options.iterate_upper_bound = &end_;
  iterator_.reset(db.NewIterator(options));
}

void RocksDbCursor::SeekToFirst() {
  if (direction_ == Direction::kForward) {
    iterator_->SeekToFirst();
  } else {
    iterator_->SeekToLast();
  }
}

bool RocksDbCursor::Valid() const {
  if (iterator_->Valid()) return true;
  if (!iterator_->status().ok()) ThrowStoreError(iterator_->status());
  return false;
}

bool RocksDbCursor::Next() {
  if (!iterator_) return false;
  if (!positioned_) {
    positioned_ = true;
    SeekToFirst();
  } else if (!iterator_->Valid()) {
    return Valid();
  } else if (direction_ == Direction::kForward) {
    iterator_->Next();
  } else {
    iterator_->Prev();
  }
  return Valid();
}

bool RocksDbCursor::Seek(std::string_view key) {
  if (!iterator_) return false;
  positioned_ = true;
  if (direction_ == Direction::kForward) {
    iterator_->Seek(key);
  } else if (!range_.end.empty() && key >= range_.end) {
    iterator_->SeekToLast();
  } else {
    iterator_->SeekForPrev(key);
  }
  return Valid();
}

}  // namespace ordinal::kv
