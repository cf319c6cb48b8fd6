#include "wire/session_registry.h"

#include <limits>

namespace ordinal::wire {

std::optional<SessionRegistry::Key> SessionRegistry::Admit() {
  const auto secret = static_cast<std::int32_t>(random_.NextUint64());
  const std::lock_guard lock(mutex_);
  if (sessions_.size() >= sessions_max_) return std::nullopt;
  do {
    last_id_ = last_id_ == std::numeric_limits<std::int32_t>::max() ? 1 : last_id_ + 1;
  } while (sessions_.contains(last_id_));
  sessions_.emplace(last_id_, Entry{.secret = secret});
  return Key{.backend_id = last_id_, .secret = secret};
}

void SessionRegistry::Attach(std::int32_t backend_id, session::Endpoint& endpoint) {
  const std::lock_guard lock(mutex_);
  sessions_.at(backend_id).endpoint = &endpoint;
}

void SessionRegistry::Remove(std::int32_t backend_id) {
  const std::lock_guard lock(mutex_);
  sessions_.erase(backend_id);
}

void SessionRegistry::Cancel(std::int32_t backend_id, std::int32_t secret) {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(backend_id);
  if (found == sessions_.end() || found->second.secret != secret) return;
  if (found->second.endpoint != nullptr) found->second.endpoint->Cancel();
}

void SessionRegistry::CancelAll() {
  const std::lock_guard lock(mutex_);
  for (const auto& [id, entry] : sessions_) {
    if (entry.endpoint != nullptr) entry.endpoint->Cancel();
  }
}

void SessionRegistry::ShutdownAll() {
  const std::lock_guard lock(mutex_);
  for (const auto& [id, entry] : sessions_) {
    if (entry.endpoint != nullptr) entry.endpoint->Shutdown();
  }
}

std::size_t SessionRegistry::size() const {
  const std::lock_guard lock(mutex_);
  return sessions_.size();
}

}  // namespace ordinal::wire
