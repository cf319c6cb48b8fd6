// Walks a range of etcd at a revision, page by page, with the next page on its way while one is read.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>

#include "kv/etcd/reader.h"

namespace ordinal::kv {

class ScanCursor final : public Cursor {
 public:
  // `reader` outlives the cursor and what it has asked for.
  ScanCursor(Reader& reader, Revision revision, const KeyRange& range, ScanOptions options);
  ~ScanCursor() override;

  bool Next() override;
  bool Seek(std::string_view key) override;
  std::string_view key() const override { return reader_.layout().KeyOf(page_.entries[position_].key()); }
  std::string_view value() const override { return page_.entries[position_].value(); }

 private:
  // A page on its way. Outlives the cursor when that does not wait for it.
  struct Pending {
    std::mutex mutex;
    std::condition_variable arrived;
    std::optional<Answer<Page>> answer;
  };

  bool forward() const { return direction_ == Direction::kForward; }
  void Request();
  bool TakePending();
  bool FindInPage(const std::string& stored);
  void NarrowTo(const std::string& stored);

  Reader& reader_;
  const Revision revision_;
  const KeyRange range_;  // of stored keys, as the one below
  KeyRange rest_;         // beyond what has been asked for
  const Direction direction_;
  std::size_t page_size_;
  Page page_;
  std::size_t position_ = 0;
  bool started_ = false;
  bool complete_ = false;  // everything of the range has been asked for
  std::shared_ptr<Pending> pending_;
};

}  // namespace ordinal::kv
