// Keeps the slots by which a commit of unknown fate is settled.
//
// A slot is a key of this process. A commit holds one slot, compares that the slot is as this process last
// put it, and puts it. So of all copies of one commit that may be on their way only one can succeed; and
// whoever finds the slot changed knows that it did. A slot whose state is not known is given up and never
// used again.
#pragma once

#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "kv/etcd/client.h"
#include "kv/etcd/key_layout.h"
#include "kv/etcd/marker_lease.h"

namespace ordinal::kv {

struct CommitSlot {
  std::string key;
  std::int64_t revision = 0;    // at which this process last put it
  std::int64_t put_micros = 0;  // before that, on the boot clock
};

// Safe from any thread.
class CommitSlots {
 public:
  using Callback = std::function<void(std::optional<base::Error>, CommitSlot)>;

  CommitSlots(Client& client, const KeyLayout& layout, const MarkerLease& lease, const base::Clock& clock);

  // Gives a slot that nobody holds, at once when there is one; else puts a new one first.
  void Take(Callback callback);
  // Gives a slot back whose revision is exact.
  void Return(CommitSlot slot);

 private:
  void Create(Callback callback);

  Client& client_;
  const KeyLayout& layout_;
  const MarkerLease& lease_;
  const base::Clock& clock_;
  const std::string node_;  // random, so that no other process uses the same names
  std::mutex mutex_;        // guards the two below
  std::vector<CommitSlot> free_;
  std::size_t created_ = 0;
};

}  // namespace ordinal::kv
