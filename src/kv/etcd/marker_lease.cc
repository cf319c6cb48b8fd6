#include "kv/etcd/marker_lease.h"

#include <spdlog/spdlog.h>

#include <chrono>

namespace ordinal::kv {

namespace {
constexpr std::chrono::seconds kCheckPeriod{1};
}  // namespace

MarkerLease::MarkerLease(Client& client, const base::Clock& clock) : client_(client), clock_(clock) {
  Grant();
  thread_ = std::thread([this] { Run(); });
}

MarkerLease::~MarkerLease() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    wakes_.notify_all();
  }
  thread_.join();
}

void MarkerLease::Renew() {
  const std::lock_guard lock(mutex_);
  renews_ = true;
  wakes_.notify_all();
}

void MarkerLease::Grant() {
  const std::int64_t asked_micros = clock_.BootMicros();
  etcd::LeaseGrantRequest request;
  request.set_ttl(kLifeSeconds);
  const auto response = client_.CallAndWait<etcd::LeaseGrantResponse>(std::move(request));
  const std::lock_guard lock(mutex_);
  id_ = response.id();
  granted_micros_ = asked_micros;
  renews_ = false;
}

void MarkerLease::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    wakes_.wait_for(lock, kCheckPeriod, [this] { return stopping_ || renews_; });
    if (stopping_) return;
    if (!renews_ && clock_.BootMicros() - granted_micros_ < kRotateMicros) continue;
    lock.unlock();
    try {
      Grant();
      lock.lock();
    } catch (const base::Error& error) {
      spdlog::warn("could not get a lease for markers: {}", error.what());
      lock.lock();
      wakes_.wait_for(lock, kCheckPeriod, [this] { return stopping_; });
    }
  }
}

}  // namespace ordinal::kv
