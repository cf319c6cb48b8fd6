// A lease is kept alive by a thread of its own, one short stream for each keep-alive.
#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

#include "kv/etcd/etcd_coordination.h"

namespace ordinal::kv {
namespace {

using std::chrono::microseconds;

class EtcdLease final : public Lease {
 public:
  EtcdLease(Client& client, const base::Clock& clock, std::int64_t id, std::int64_t seconds,
            std::int64_t asked_micros)
      : client_(client), clock_(clock), id_(id), life_micros_(seconds * 1'000'000) {
    Extend(asked_micros);
    thread_ = std::thread([this] { Run(); });
  }

  ~EtcdLease() override {
    {
      const std::lock_guard lock(mutex_);
      stopping_ = true;
      if (context_ != nullptr) context_->TryCancel();
      wakes_.notify_all();
    }
    thread_.join();
    if (is_lost()) return;
    etcd::LeaseRevokeRequest request;
    request.set_id(id_);
    try {
      client_.CallAndWait<etcd::LeaseRevokeResponse>(std::move(request));
    } catch (const base::Error&) {
      // Then it ends by itself, a little later.
    }
  }

  std::uint64_t id() const override { return static_cast<std::uint64_t>(id_); }
  std::int64_t valid_until_micros() const override { return valid_until_.load(std::memory_order_acquire); }
  bool is_lost() const override { return lost_.load(std::memory_order_acquire); }

 private:
  // Leaves a tenth for clocks that run at different speeds.
  void Extend(std::int64_t asked_micros) { valid_until_ = asked_micros + life_micros_ - life_micros_ / 10; }

  void Run() {
    std::unique_lock lock(mutex_);
    auto pause = microseconds(life_micros_ / 3);
    while (!wakes_.wait_for(lock, pause, [this] { return stopping_; })) {
      grpc::ClientContext context;
      client_.Authorize(context);
      context.set_deadline(std::chrono::system_clock::now() + microseconds(life_micros_ / 4));
      context_ = &context;
      lock.unlock();
      const bool kept = KeepAlive(context);
      lock.lock();
      context_ = nullptr;
      if (is_lost()) return;
      pause = microseconds(kept ? life_micros_ / 3 : life_micros_ / 20);
    }
  }

  bool KeepAlive(grpc::ClientContext& context) {
    const std::int64_t asked_micros = clock_.BootMicros();
    Endpoint& endpoint = client_.current();
    const auto stream = endpoint.lease->LeaseKeepAlive(&context);
    etcd::LeaseKeepAliveRequest request;
    request.set_id(id_);
    etcd::LeaseKeepAliveResponse response;
    const bool answered = stream->Write(request) && stream->Read(&response);
    context.TryCancel();
    stream->Finish();
    if (!answered) {
      client_.LeaveEndpoint(endpoint);
      return false;
    }
    if (response.ttl() <= 0) {
      lost_ = true;
    } else {
      Extend(asked_micros);
    }
    return true;
  }

  Client& client_;
  const base::Clock& clock_;
  const std::int64_t id_;
  const std::int64_t life_micros_;
  std::atomic<std::int64_t> valid_until_{0};
  std::atomic<bool> lost_{false};
  std::mutex mutex_;  // guards the two below
  std::condition_variable wakes_;
  bool stopping_ = false;
  grpc::ClientContext* context_ = nullptr;
  std::thread thread_;
};

}  // namespace

std::unique_ptr<Lease> EtcdCoordination::GrantLease(std::chrono::seconds time_to_live) {
  const std::int64_t asked_micros = clock_.BootMicros();
  etcd::LeaseGrantRequest request;
  request.set_ttl(time_to_live.count());
  const auto response = client_.CallAndWait<etcd::LeaseGrantResponse>(std::move(request));
  return std::make_unique<EtcdLease>(client_, clock_, response.id(), response.ttl(), asked_micros);
}

}  // namespace ordinal::kv
