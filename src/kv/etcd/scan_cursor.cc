#include "kv/etcd/scan_cursor.h"

#include <algorithm>
#include <utility>

namespace ordinal::kv {
namespace {

constexpr std::size_t kFirstPage = 128;
constexpr std::size_t kPageMax = 2'048;
// Pages grow until they hold about so many bytes.
constexpr std::size_t kPageBytes = 1 << 20;

std::size_t FirstPageSize(std::size_t limit_hint) {
  // One more than wanted tells whether anything follows.
  return limit_hint == 0 ? kFirstPage : std::min(limit_hint + 1, kPageMax);
}

std::size_t NextPageSize(const std::vector<etcd::KeyValue>& entries, std::size_t size) {
  std::size_t bytes = 0;
  for (const etcd::KeyValue& entry : entries) bytes += entry.key().size() + entry.value().size();
  const std::size_t by_bytes =
      entries.empty() ? size : kPageBytes * entries.size() / std::max<std::size_t>(bytes, 1);
  return std::clamp<std::size_t>(by_bytes, 1, std::min(4 * size, kPageMax));
}

}  // namespace

ScanCursor::ScanCursor(Reader& reader, Revision revision, const KeyRange& range, ScanOptions options)
    : reader_(reader),
      revision_(revision),
      range_{reader.layout().Data(range.begin), reader.layout().DataEnd(range.end)},
      rest_(range_),
      direction_(options.direction),
      page_size_(FirstPageSize(options.limit_hint)) {}

ScanCursor::~ScanCursor() = default;

// Asks for the next page of `rest_`, which the answer narrows.
void ScanCursor::Request() {
  pending_ = std::make_shared<Pending>();
  reader_.ReadPage(revision_, rest_, direction_, page_size_, [pending = pending_](Answer<Page> answer) {
    // Notifies under the lock: nobody may be left to hold the page once it is free.
    const std::lock_guard lock(pending->mutex);
    pending->answer = std::move(answer);
    pending->arrived.notify_one();
  });
}

// Makes the pending page the current one and asks for the one after it. False when it is empty.
bool ScanCursor::TakePending() {
  const std::shared_ptr<Pending> pending = std::exchange(pending_, nullptr);
  {
    std::unique_lock lock(pending->mutex);
    pending->arrived.wait(lock, [&] { return pending->answer.has_value(); });
  }
  if (pending->answer->error) throw base::Error(*pending->answer->error);
  page_ = std::move(pending->answer->response);
  position_ = 0;
  complete_ = !page_.more;
  if (page_.entries.empty()) return false;
  NarrowTo(page_.entries.back().key());
  page_size_ = NextPageSize(page_.entries, page_size_);
  if (!complete_) Request();
  return true;
}

// Leaves in `rest_` what lies beyond `stored` in scan direction.
void ScanCursor::NarrowTo(const std::string& stored) {
  if (forward()) {
    rest_.begin = stored + '\0';
  } else {
    rest_.end = stored;
  }
}

bool ScanCursor::Next() {
  if (!started_) {
    started_ = true;
    Request();
    return TakePending();
  }
  if (position_ < page_.entries.size() && ++position_ < page_.entries.size()) return true;
  return pending_ != nullptr && TakePending();
}

bool ScanCursor::FindInPage(const std::string& stored) {
  const auto& entries = page_.entries;
  if (entries.empty()) return false;
  const auto before = [this](const etcd::KeyValue& entry, const std::string& sought) {
    return forward() ? entry.key() < sought : entry.key() > sought;
  };
  if (before(entries.back(), stored) || !before(entries.front(), stored)) return false;
  const auto found = std::lower_bound(entries.begin(), entries.end(), stored, before);
  position_ = static_cast<std::size_t>(found - entries.begin());
  return true;
}

bool ScanCursor::Seek(std::string_view key) {
  const std::string stored = reader_.layout().Data(key);
  if (started_ && FindInPage(stored)) return true;
  started_ = true;
  rest_ = range_;
  if (forward()) {
    rest_.begin = std::max(rest_.begin, stored);
  } else if (stored < rest_.end) {
    rest_.end = stored + '\0';
  }
  Request();
  return TakePending();
}

}  // namespace ordinal::kv
