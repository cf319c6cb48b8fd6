// A watch is one stream, read by a thread of its own that opens another when it breaks.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "kv/etcd/etcd_coordination.h"

namespace ordinal::kv {
namespace {

constexpr std::chrono::milliseconds kReopenPause{100};

class EtcdWatch final : public Watch {
 public:
  using Callback = std::function<void(std::vector<WatchEvent>)>;

  EtcdWatch(Client& client, std::string begin, std::string end, Revision after, Callback callback)
      : client_(client),
        next_revision_(static_cast<std::int64_t>(after) + 1),
        callback_(std::move(callback)) {
    create_.set_key(std::move(begin));
    create_.set_range_end(std::move(end));
    thread_ = std::thread([this] { Run(); });
  }

  ~EtcdWatch() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      if (context_ != nullptr) context_->TryCancel();
      wakes_.notify_all();
    }
    thread_.join();
  }

 private:
  void Run() {
    while (true) {
      grpc::ClientContext context;
      client_.Authorize(context);
      {
        const std::lock_guard lock(mutex_);
        if (stopping_) return;
        context_ = &context;
      }
      Endpoint& endpoint = client_.current();
      if (!Listen(endpoint, context)) client_.LeaveEndpoint(endpoint);
      std::unique_lock lock(mutex_);
      context_ = nullptr;
      if (wakes_.wait_for(lock, kReopenPause, [this] { return stopping_; })) return;
    }
  }

  // Reads one stream to its end; false when it ended by a failure.
  bool Listen(Endpoint& endpoint, grpc::ClientContext& context) {
    const auto stream = endpoint.watch->Watch(&context);
    etcd::WatchRequest request;
    *request.mutable_create_request() = create_;
    request.mutable_create_request()->set_start_revision(next_revision_);
    etcd::WatchResponse response;
    bool usable = stream->Write(request);
    while (usable && stream->Read(&response)) usable = Deliver(response);
    context.TryCancel();
    return stream->Finish().ok();
  }

  // False when the stream gives nothing more.
  bool Deliver(etcd::WatchResponse& response) {
    if (response.compact_revision() != 0) {
      next_revision_ = response.compact_revision();
      callback_({});
      return false;
    }
    if (response.canceled()) return false;
    std::vector<WatchEvent> events;
    for (etcd::Event& event : *response.mutable_events()) {
      etcd::KeyValue& entry = *event.mutable_kv();
      WatchEvent& out = events.emplace_back();
      out.key = std::move(*entry.mutable_key());
      if (event.type() == etcd::Event::PUT) out.value = std::move(*entry.mutable_value());
      out.revision = static_cast<Revision>(entry.mod_revision());
      next_revision_ = std::max(next_revision_, entry.mod_revision() + 1);
    }
    if (!events.empty()) callback_(std::move(events));
    return true;
  }

  Client& client_;
  etcd::WatchCreateRequest create_;
  std::int64_t next_revision_;
  const Callback callback_;
  std::mutex mutex_;  // guards the two below
  std::condition_variable wakes_;
  bool stopping_ = false;
  grpc::ClientContext* context_ = nullptr;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<Watch> WatchStored(Client& client, std::string begin, std::string end, Revision after,
                                   std::function<void(std::vector<WatchEvent>)> callback) {
  return std::make_unique<EtcdWatch>(client, std::move(begin), std::move(end), after, std::move(callback));
}

std::unique_ptr<Watch> EtcdCoordination::StartWatch(KeyRange range, Revision after,
                                                    std::function<void(std::vector<WatchEvent>)> callback) {
  const auto strip = [this, callback = std::move(callback)](std::vector<WatchEvent> events) {
    for (WatchEvent& event : events) event.key = std::string(layout_.KeyOf(event.key));
    callback(std::move(events));
  };
  return WatchStored(client_, layout_.Data(range.begin), layout_.DataEnd(range.end), after, strip);
}

}  // namespace ordinal::kv
