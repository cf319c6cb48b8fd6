// Leases and watches of etcd.
#pragma once

#include <string>

#include "base/clock.h"
#include "kv/coordination.h"
#include "kv/etcd/client.h"
#include "kv/etcd/key_layout.h"

namespace ordinal::kv {

// Watches [begin, end) of the keys as they are stored; an empty `end` watches one key.
std::unique_ptr<Watch> WatchStored(Client& client, std::string begin, std::string end, Revision after,
                                   std::function<void(std::vector<WatchEvent>)> callback);

class EtcdCoordination final : public Coordination {
 public:
  EtcdCoordination(Client& client, const KeyLayout& layout, const base::Clock& clock)
      : client_(client), layout_(layout), clock_(clock) {}

  std::unique_ptr<Lease> GrantLease(std::chrono::seconds time_to_live) override;
  std::unique_ptr<Watch> StartWatch(KeyRange range, Revision after,
                                    std::function<void(std::vector<WatchEvent>)> callback) override;

 private:
  Client& client_;
  const KeyLayout& layout_;
  const base::Clock& clock_;
};

}  // namespace ordinal::kv
