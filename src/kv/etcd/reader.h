// Reads of etcd at a revision. Any member may answer them, since what a revision holds never changes.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "kv/etcd/client.h"
#include "kv/etcd/key_layout.h"

namespace ordinal::kv {

// Some entries of a scan, in scan order; `more` says that the range may hold others beyond the last.
struct Page {
  std::vector<etcd::KeyValue> entries;
  bool more = false;
};

// Safe from any thread.
class Reader {
 public:
  Reader(Client& client, const KeyLayout& layout) : client_(client), layout_(layout) {}

  std::optional<std::string> Get(Revision revision, std::string_view key);

  // Reads the keys, as they are stored, in transactions of a bounded number of operations, all under way at
  // once. `keys_only` leaves the values out. One entry for each key; one without a key where it is absent.
  // Never blocks.
  void MultiGet(Revision revision, std::vector<std::string> keys, bool keys_only,
                std::function<void(Answer<std::vector<etcd::KeyValue>>)> done);
  std::vector<etcd::KeyValue> MultiGetAndWait(Revision revision, std::vector<std::string> keys,
                                              bool keys_only);

  // Reads up to `limit` entries of a range of stored keys, from its begin or from its end. Never blocks.
  void ReadPage(Revision revision, const KeyRange& range, Direction direction, std::size_t limit,
                std::function<void(Answer<Page>)> done);

  const KeyLayout& layout() const { return layout_; }

 private:
  Client& client_;
  const KeyLayout& layout_;
};

}  // namespace ordinal::kv
