// Gives the lease that markers and commit slots are put with, so that etcd sweeps them up by itself.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <mutex>
#include <thread>

#include "base/clock.h"
#include "kv/etcd/client.h"

namespace ordinal::kv {

// A lease is given out for kRotateMicros, then another one is granted; each lives for kLifeSeconds and is
// never kept alive. So what was put with one stays for at least kTrustedMicros, and is gone some minutes
// later.
class MarkerLease {
 public:
  static constexpr std::int64_t kLifeSeconds = 900;
  static constexpr std::int64_t kTrustedMicros = 600'000'000;

  // Grants the first lease; throws when the store does not answer.
  MarkerLease(Client& client, const base::Clock& clock);
  ~MarkerLease();
  MarkerLease(const MarkerLease&) = delete;
  MarkerLease& operator=(const MarkerLease&) = delete;

  std::int64_t id() const { return id_.load(std::memory_order_relaxed); }
  // Grants another one soon, since the store says that the current one is gone.
  void Renew();

 private:
  void Run();
  void Grant();

  static constexpr std::int64_t kRotateMicros = 240'000'000;

  Client& client_;
  const base::Clock& clock_;
  std::atomic<std::int64_t> id_{0};
  std::mutex mutex_;  // guards the three below
  std::condition_variable wakes_;
  bool stopping_ = false;
  bool renews_ = false;
  std::int64_t granted_micros_ = 0;
  std::thread thread_;
};

}  // namespace ordinal::kv
