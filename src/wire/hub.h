// Holds what all connections of a network share.
#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <unordered_map>
#include <utility>
#include <vector>

#include "session/endpoint.h"
#include "wire/activity_meter.h"
#include "wire/network.h"
#include "wire/session_registry.h"
#include "wire/worker_pool.h"

namespace ordinal::wire {

class Connection;

// Owns the connections that are open, those in startup included: one that waits for a resumption has no event
// pending that would keep it. Events share the ownership, so that a connection outlives its removal until
// they are over. Safe to use from any thread.
class ConnectionSet {
 public:
  void Add(const std::shared_ptr<Connection>& connection);
  void Remove(const Connection* connection);
  std::vector<std::shared_ptr<Connection>> All() const;
  std::size_t size() const;
  // False when the set is not empty after `patience`.
  bool WaitUntilEmpty(std::chrono::milliseconds patience);

 private:
  mutable std::mutex mutex_;  // guards connections_
  std::condition_variable emptied_;
  std::unordered_map<const Connection*, std::shared_ptr<Connection>> connections_;
};

// The certificate that new connections show. Safe to use from any thread.
class CurrentCertificate {
 public:
  void Use(std::shared_ptr<const TlsContext> context) {
    const std::lock_guard lock(mutex_);
    context_ = std::move(context);
  }
  std::shared_ptr<const TlsContext> Get() const {
    const std::lock_guard lock(mutex_);
    return context_;
  }

 private:
  mutable std::mutex mutex_;  // guards context_
  std::shared_ptr<const TlsContext> context_;
};

struct Hub {
  Hub(const NetworkConfig& config_in, base::RandomSource& random_in)
      : config(config_in),
        random(random_in),
        registry(config_in.connections_max, random_in),
        activity(config_in.on_active_connections ? config_in.on_active_connections : [](int) {}),
        workers(config_in.workers, config_in.worker_queue_max) {}

  const NetworkConfig& config;
  base::RandomSource& random;
  CurrentCertificate tls;
  session::EndpointFactory* factory = nullptr;  // set before the first connection is accepted
  SessionRegistry registry;
  ActivityMeter activity;
  ConnectionSet connections;
  std::atomic<bool> stopping = false;
  WorkerPool workers;
};

}  // namespace ordinal::wire
