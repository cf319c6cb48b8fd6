// Makes the nodes that share one store known to each other, and lets one of them wait until all have heard of
// a change.
//
// A node registers under a lease and renews its registration in heartbeats. A heartbeat reads the newest
// state of the store and then writes the revision that it read, the node's acknowledgement. For most of a
// lease's time after the heartbeat began the node is live: it may act on what it read without asking again.
//
// Whoever has changed something that live nodes act on puts the barrier key in the same commit, which makes
// all of them beat at once, and waits: until each node has acknowledged the commit's revision, or is gone, or
// must have ceased to be live. So after the wait no node acts on what was before. A node that was stopped for
// a while, or cut off, finds by its boot clock that it is not live, whatever its wall clock says.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "cluster/registration.h"
#include "kv/coordination.h"
#include "kv/engine.h"

namespace ordinal::cluster {

struct NodeOptions {
  std::string address;
  std::string version;
  std::int64_t lease_seconds = 10;
};

// The key that a commit puts when live nodes must hear of it.
std::string BarrierKey();

// Safe from any thread.
class Membership {
 public:
  // Registers the node and beats once; throws what the store says when it cannot be reached. REQUIRES that
  // the engine has coordination(). `engine` and `clock` outlive it.
  Membership(kv::Engine& engine, const base::Clock& clock, NodeOptions options);
  // Takes the node out of the registry.
  ~Membership();
  Membership(const Membership&) = delete;
  Membership& operator=(const Membership&) = delete;

  std::uint64_t node_id() const { return id_; }

  // True while Engine::Recent() shows every change behind a barrier whose wait is over.
  bool IsLive() const { return clock_.BootMicros() < live_until_.load(std::memory_order_acquire); }

  // Waits as described above; REQUIRES that the commit at `revision` put the barrier key. Blocks for as long
  // as the longest lease of a node that does not answer. Does not throw: what cannot be asked is waited out.
  void AwaitAcknowledged(kv::Revision revision);

  // All registered nodes, as of now.
  std::vector<Registration> Nodes();

 private:
  void ClaimId();
  void Register();
  void Beat();
  void Run();
  void Wake();
  bool AllAcknowledged(kv::Revision revision, std::int64_t waited_micros);

  kv::Engine& engine_;
  const base::Clock& clock_;
  const NodeOptions options_;
  std::uint64_t id_ = 0;
  std::int64_t started_micros_ = 0;  // on the wall clock
  std::unique_ptr<kv::Lease> lease_;
  std::atomic<std::int64_t> live_until_{0};
  std::unique_ptr<kv::Watch> barrier_watch_;
  std::mutex mutex_;  // guards the two below
  std::condition_variable wakes_;
  bool stopping_ = false;
  bool beat_wanted_ = false;
  std::thread heart_;
};

}  // namespace ordinal::cluster
