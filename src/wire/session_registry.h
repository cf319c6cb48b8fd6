// Knows the open sessions by the key that their clients hold, for cancel requests and for the end of the
// server.
#pragma once

#include <cstddef>
#include <cstdint>
#include <mutex>
#include <optional>
#include <unordered_map>

#include "base/random.h"
#include "session/endpoint.h"

namespace ordinal::wire {

// Safe to use from any thread.
class SessionRegistry {
 public:
  SessionRegistry(std::size_t sessions_max, base::RandomSource& random)
      : sessions_max_(sessions_max), random_(random) {}

  struct Key {
    std::int32_t backend_id = 0;
    std::int32_t secret = 0;
  };

  // Admits a session; nullopt when there are as many as may be.
  std::optional<Key> Admit();
  // Makes the endpoint reachable for Cancel and ShutdownAll.
  void Attach(std::int32_t backend_id, session::Endpoint& endpoint);
  // Forgets the session. Afterwards nobody calls its endpoint from here.
  void Remove(std::int32_t backend_id);

  // Ends the running statement of a session, if the secret is right.
  void Cancel(std::int32_t backend_id, std::int32_t secret);
  void CancelAll();
  void ShutdownAll();

  std::size_t size() const;

 private:
  struct Entry {
    std::int32_t secret = 0;
    session::Endpoint* endpoint = nullptr;
  };

  const std::size_t sessions_max_;
  base::RandomSource& random_;
  mutable std::mutex mutex_;  // guards what follows
  std::unordered_map<std::int32_t, Entry> sessions_;
  std::int32_t last_id_ = 0;
};

}  // namespace ordinal::wire
