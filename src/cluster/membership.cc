#include "cluster/membership.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "base/bytes.h"
#include "base/check.h"
#include "base/error.h"
#include "keys/key_space.h"

namespace ordinal::cluster {
namespace {

using std::chrono::microseconds;

constexpr std::int64_t kMicrosPerSecond = 1'000'000;
constexpr int kBeatsInLease = 4;
constexpr std::chrono::milliseconds kRegistryPoll{20};
constexpr std::chrono::milliseconds kFailurePause{200};

std::int64_t LeaseMicros(std::int64_t seconds) { return seconds * kMicrosPerSecond; }

// Leaves a tenth for clocks that run at different speeds.
std::int64_t LiveMicros(std::int64_t lease_seconds) { return LeaseMicros(lease_seconds) / 10 * 9; }

kv::KeyRange Registry() {
  const std::string prefix(1, keys::kNodePrefix);
  return {prefix, keys::PrefixEnd(prefix)};
}

}  // namespace

std::string BarrierKey() { return keys::MetaKey("barrier"); }

Membership::Membership(kv::Engine& engine, const base::Clock& clock, NodeOptions options)
    : engine_(engine), clock_(clock), options_(std::move(options)), started_micros_(clock.WallMicros()) {
  ORDINAL_CHECK(engine.coordination() != nullptr);
  ClaimId();
  Register();
  Beat();
  const std::string key = BarrierKey();
  barrier_watch_ = engine_.coordination()->StartWatch({key, key + '\0'}, engine_.Recent()->revision(),
                                                      [this](const std::vector<kv::WatchEvent>&) { Wake(); });
  heart_ = std::thread([this] { Run(); });
}

Membership::~Membership() {
  barrier_watch_.reset();
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
    wakes_.notify_all();
  }
  heart_.join();
  lease_.reset();
}

void Membership::ClaimId() {
  const std::string key = keys::MetaKey("node");
  for (;;) {
    kv::Submission submission;
    submission.snapshot = engine_.Latest();
    const auto stored = engine_.Get(*submission.snapshot, key);
    if (stored && stored->size() != sizeof id_) {
      throw base::Error(base::sqlstate::kDataCorrupted, "the counter of nodes is damaged");
    }
    id_ = stored ? base::LoadBigEndian<std::uint64_t>(stored->data()) + 1 : 1;
    kv::Guard guard;
    guard.kind = stored ? kv::GuardKind::kUnchanged : kv::GuardKind::kAbsent;
    guard.key = key;
    guard.sighting = stored ? kv::Sighting::kPresent : kv::Sighting::kAbsent;
    submission.guards.push_back(std::move(guard));
    std::string next;
    base::AppendBigEndian(next, id_);
    submission.writes.push_back({key, std::move(next)});
    const kv::CommitResult result = engine_.SubmitAndWait(std::move(submission));
    if (result.outcome == kv::Outcome::kCommitted) return;
    if (result.outcome == kv::Outcome::kRefused) kv::ThrowNotCommitted(result);
  }
}

void Membership::Register() {
  live_until_ = 0;
  lease_.reset();
  lease_ = engine_.coordination()->GrantLease(std::chrono::seconds(options_.lease_seconds));
}

// Reads, then acknowledges what was read; live from before the read on.
void Membership::Beat() {
  const std::int64_t began_micros = clock_.BootMicros();
  Registration registration;
  registration.id = id_;
  registration.address = options_.address;
  registration.version = options_.version;
  registration.started_micros = started_micros_;
  registration.heartbeat_micros = clock_.WallMicros();
  registration.lease_seconds = options_.lease_seconds;
  registration.acknowledged = engine_.Latest()->revision();
  kv::Submission submission;
  submission.writes.push_back({keys::NodeKey(id_), EncodeRegistration(registration), lease_->id()});
  const kv::CommitResult result = engine_.SubmitAndWait(std::move(submission));
  if (result.outcome != kv::Outcome::kCommitted) kv::ThrowNotCommitted(result);
  live_until_.store(began_micros + LiveMicros(options_.lease_seconds), std::memory_order_release);
}

void Membership::Wake() {
  const std::lock_guard lock(mutex_);
  beat_wanted_ = true;
  wakes_.notify_all();
}

void Membership::Run() {
  const microseconds period(LeaseMicros(options_.lease_seconds) / kBeatsInLease);
  std::unique_lock lock(mutex_);
  auto pause = period;
  while (true) {
    wakes_.wait_for(lock, pause, [this] { return stopping_ || beat_wanted_; });
    if (stopping_) return;
    beat_wanted_ = false;
    lock.unlock();
    pause = period;
    try {
      if (lease_->is_lost()) Register();
      Beat();
    } catch (const base::Error& error) {
      spdlog::warn("heartbeat failed: {}", error.what());
      pause = kFailurePause;
    }
    lock.lock();
  }
}

std::vector<Registration> Membership::Nodes() {
  std::vector<Registration> nodes;
  const auto snapshot = engine_.Latest();
  const auto cursor = engine_.Scan(*snapshot, Registry(), {});
  while (cursor->Next()) nodes.push_back(DecodeRegistration(cursor->value()));
  return nodes;
}

// A node that has not acknowledged read before the commit, so it is live for no longer than its lease from
// then on.
bool Membership::AllAcknowledged(kv::Revision revision, std::int64_t waited_micros) {
  const auto nodes = Nodes();
  return std::all_of(nodes.begin(), nodes.end(), [&](const Registration& node) {
    return node.acknowledged >= revision || waited_micros >= LeaseMicros(node.lease_seconds);
  });
}

void Membership::AwaitAcknowledged(kv::Revision revision) {
  const std::int64_t began_micros = clock_.BootMicros();
  auto pause = microseconds(kRegistryPoll);
  for (;;) {
    const std::int64_t waited = clock_.BootMicros() - began_micros;
    try {
      if (AllAcknowledged(revision, waited)) return;
      pause = kRegistryPoll;
    } catch (const base::Error& error) {
      spdlog::warn("cannot ask which nodes have heard of a change: {}", error.what());
      pause = kFailurePause;
    }
    std::unique_lock lock(mutex_);
    if (wakes_.wait_for(lock, pause, [this] { return stopping_; })) return;
  }
}

}  // namespace ordinal::cluster
