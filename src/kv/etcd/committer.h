// Carries submissions out as transactions of etcd, and settles those whose fate a failure left open.
// README.md has the protocol.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>

#include "base/clock.h"
#include "kv/etcd/client.h"
#include "kv/etcd/commit_slots.h"
#include "kv/etcd/etcd_snapshot.h"
#include "kv/etcd/key_layout.h"
#include "kv/etcd/marker_lease.h"
#include "kv/etcd/reader.h"

namespace ordinal::kv {

// Safe from any thread.
class Committer {
 public:
  Committer(Client& client, const KeyLayout& layout, Reader& reader, SnapshotSource& snapshots,
            MarkerLease& lease, const base::Clock& clock)
      : client_(client),
        layout_(layout),
        reader_(reader),
        snapshots_(snapshots),
        lease_(lease),
        clock_(clock),
        slots_(client, layout, lease, clock) {}

  void Submit(Submission submission, CommitCallback callback);

  std::uint64_t commits() const { return commits_.load(std::memory_order_relaxed); }
  std::uint64_t conflicts() const { return conflicts_.load(std::memory_order_relaxed); }

 private:
  // One submission under way.
  struct Work {
    Submission submission;
    CommitCallback callback;
    etcd::TxnRequest request;
    etcd::TxnResponse response;
    std::optional<CommitSlot> slot;  // none where nothing is written
    std::int64_t attempt_micros = 0;
    Client::Clock::time_point deadline;
    int attempts = 0;
    int slots_lost = 0;
    bool ambiguous = false;     // an earlier attempt may have had, or may yet have, its effect
    bool reads_guards = false;  // the failure branch says which guard failed
  };
  using WorkPtr = std::shared_ptr<Work>;

  bool IsTooOld(const Submission& submission) const;
  void ResolveSightings(const WorkPtr& work);
  void TakeSlot(const WorkPtr& work);
  void Build(const WorkPtr& work);
  void Attempt(const WorkPtr& work);
  void Judge(const WorkPtr& work);
  void JudgeRefusal(const WorkPtr& work);
  void Handle(const WorkPtr& work, StoreFailure failure);
  void RenewLease(const WorkPtr& work);
  void TryAgain(const WorkPtr& work);
  void FindConflict(const WorkPtr& work);
  void ReportConflict(const WorkPtr& work, std::span<const etcd::RangeResponse> answers);
  void ReportCommit(const WorkPtr& work, Revision revision);
  void ReportFailure(const WorkPtr& work, const base::Error& error);

  Client& client_;
  const KeyLayout& layout_;
  Reader& reader_;
  SnapshotSource& snapshots_;
  MarkerLease& lease_;
  const base::Clock& clock_;
  CommitSlots slots_;
  std::atomic<std::uint64_t> commits_{0};
  std::atomic<std::uint64_t> conflicts_{0};
};

}  // namespace ordinal::kv
