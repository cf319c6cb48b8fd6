// Defines what an engine that many processes share offers so that they can know of each other: leases, which
// show that a process is alive, and watches, which tell of changes that others make.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kv/engine.h"

namespace ordinal::kv {

// Keys written with a lease (Write::lease) live as long as it does. The engine keeps it alive until it is
// destroyed, which revokes it, or the store says that it is gone. Safe from any thread.
class Lease {
 public:
  virtual ~Lease() = default;
  virtual std::uint64_t id() const = 0;
  // Until this time of the boot clock (base::Clock::BootMicros) the store has promised to keep the lease.
  // Counted from before the request that the store answered, with a margin for clocks that run at different
  // speeds; so it is over here before it is over there, also for a process that was stopped for a while.
  virtual std::int64_t valid_until_micros() const = 0;
  // True when the store has said that the lease is gone. It will not come back.
  virtual bool is_lost() const = 0;
};

// One key changed. Events of one commit have the same revision; events arrive in order of revision.
struct WatchEvent {
  std::string key;
  std::optional<std::string> value;  // nullopt: deleted
  Revision revision = 0;
};

// Destroying it ends the watch; its callback does not run afterwards.
class Watch {
 public:
  virtual ~Watch() = default;
};

// Safe from any thread. Errors as Engine's.
class Coordination {
 public:
  virtual ~Coordination() = default;
  virtual std::unique_ptr<Lease> GrantLease(std::chrono::seconds time_to_live) = 0;
  // Calls back, on a thread of the engine, with what commits after `after` change in `range`. The callback
  // must not block. Events come soon after their commit, or late when the store cannot be reached; none is
  // left out unless the store has forgotten them, in which case the callback is given an empty vector: read
  // what is there.
  virtual std::unique_ptr<Watch> StartWatch(KeyRange range, Revision after,
                                            std::function<void(std::vector<WatchEvent>)> callback) = 0;
};

}  // namespace ordinal::kv
