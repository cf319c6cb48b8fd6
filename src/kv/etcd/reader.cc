#include "kv/etcd/reader.h"

#include <algorithm>
#include <atomic>
#include <future>
#include <utility>

namespace ordinal::kv {
namespace {

// etcd takes 128 operations in a transaction unless told otherwise.
constexpr std::size_t kReadsInTransaction = 100;

// The reads of one MultiGet that are under way.
struct Gathering {
  std::vector<etcd::KeyValue> entries;
  std::mutex mutex;  // guards `error`
  std::optional<base::Error> error;
  std::atomic<std::size_t> missing;
  std::function<void(Answer<std::vector<etcd::KeyValue>>)> done;

  void Arrive() {
    if (missing.fetch_sub(1) != 1) return;
    done({std::move(error), std::move(entries)});
  }
};

void TakeEntries(etcd::TxnResponse& response, etcd::KeyValue* out) {
  for (etcd::ResponseOp& op : *response.mutable_responses()) {
    etcd::RangeResponse& range = *op.mutable_response_range();
    if (!range.kvs().empty()) *out = std::move(*range.mutable_kvs(0));
    ++out;
  }
}

}  // namespace

std::optional<std::string> Reader::Get(Revision revision, std::string_view key) {
  etcd::RangeRequest request;
  request.set_key(layout_.Data(key));
  request.set_revision(static_cast<std::int64_t>(revision));
  request.set_serializable(true);
  auto response = client_.CallAndWait<etcd::RangeResponse>(std::move(request));
  if (response.kvs().empty()) return std::nullopt;
  return std::move(*response.mutable_kvs(0)->mutable_value());
}

void Reader::MultiGet(Revision revision, std::vector<std::string> keys, bool keys_only,
                      std::function<void(Answer<std::vector<etcd::KeyValue>>)> done) {
  auto gathering = std::make_shared<Gathering>();
  gathering->entries.resize(keys.size());
  gathering->done = std::move(done);
  const std::size_t parts = (keys.size() + kReadsInTransaction - 1) / kReadsInTransaction;
  gathering->missing =
      parts + 1;  // the one is this call, so that no part ends the gathering before all have begun
  for (std::size_t begin = 0; begin < keys.size(); begin += kReadsInTransaction) {
    const std::size_t end = std::min(keys.size(), begin + kReadsInTransaction);
    etcd::TxnRequest request;
    for (std::size_t i = begin; i < end; ++i) {
      etcd::RangeRequest& read = *request.add_success()->mutable_request_range();
      read.set_key(std::move(keys[i]));
      read.set_revision(static_cast<std::int64_t>(revision));
      read.set_serializable(true);
      read.set_keys_only(keys_only);
    }
    client_.Call<etcd::TxnRequest, etcd::TxnResponse>(
        std::move(request), [gathering, begin](Answer<etcd::TxnResponse> answer) {
          if (answer.error) {
            const std::lock_guard lock(gathering->mutex);
            gathering->error = std::move(answer.error);
          } else {
            TakeEntries(answer.response, gathering->entries.data() + begin);
          }
          gathering->Arrive();
        });
  }
  gathering->Arrive();
}

std::vector<etcd::KeyValue> Reader::MultiGetAndWait(Revision revision, std::vector<std::string> keys,
                                                    bool keys_only) {
  std::promise<Answer<std::vector<etcd::KeyValue>>> promise;
  MultiGet(revision, std::move(keys), keys_only,
           [&promise](Answer<std::vector<etcd::KeyValue>> answer) { promise.set_value(std::move(answer)); });
  auto answer = promise.get_future().get();
  if (answer.error) throw base::Error(*answer.error);
  return std::move(answer.response);
}

void Reader::ReadPage(Revision revision, const KeyRange& range, Direction direction, std::size_t limit,
                      std::function<void(Answer<Page>)> done) {
  if (range.begin >= range.end) return done({std::nullopt, {}});
  etcd::RangeRequest request;
  request.set_key(range.begin);
  request.set_range_end(range.end);
  request.set_revision(static_cast<std::int64_t>(revision));
  request.set_limit(static_cast<std::int64_t>(limit));
  request.set_serializable(true);
  if (direction == Direction::kBackward) request.set_sort_order(etcd::RangeRequest::DESCEND);
  client_.Call<etcd::RangeRequest, etcd::RangeResponse>(
      std::move(request), [done = std::move(done)](Answer<etcd::RangeResponse> answer) {
        Answer<Page> page;
        page.error = std::move(answer.error);
        page.response.more = answer.response.more();
        auto& entries = *answer.response.mutable_kvs();
        page.response.entries.assign(std::make_move_iterator(entries.begin()),
                                     std::make_move_iterator(entries.end()));
        done(std::move(page));
      });
}

}  // namespace ordinal::kv
