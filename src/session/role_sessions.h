// Counts the sessions of each role on this node, for CONNECTION LIMIT.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>

#include "base/ids.h"

namespace ordinal::session {

// Safe from any thread. Outlives the sessions.
class RoleSessions {
 public:
  // Counts one more, unless there are `limit` already (below zero: any number); tells whether it did.
  bool Enter(base::Oid role, std::int32_t limit);
  void Leave(base::Oid role);

 private:
  std::mutex mutex_;  // guards counts_
  std::map<base::Oid, std::int32_t> counts_;
};

}  // namespace ordinal::session
