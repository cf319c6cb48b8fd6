#include "session/role_sessions.h"

namespace ordinal::session {

bool RoleSessions::Enter(base::Oid role, std::int32_t limit) {
  const std::lock_guard lock(mutex_);
  std::int32_t& count = counts_[role];
  if (limit >= 0 && count >= limit) return false;
  ++count;
  return true;
}

void RoleSessions::Leave(base::Oid role) {
  const std::lock_guard lock(mutex_);
  const auto found = counts_.find(role);
  if (--found->second == 0) counts_.erase(found);
}

}  // namespace ordinal::session
