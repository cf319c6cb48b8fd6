#include "kv/etcd/committer.h"

#include <utility>

#include "kv/etcd/commit_request.h"
#include "kv/round_trips.h"

namespace ordinal::kv {
namespace {

// Up to so many guards are read in the failure branch; more of them after the conflict, which is rare.
constexpr std::size_t kGuardsInFailureBranch = 8;
// A slot is lost when this process slept for longer than leases live; once is to be expected then.
constexpr int kSlotsLostMax = 3;

std::shared_ptr<const base::Error> FateUnknown(const base::Error& cause) {
  return std::make_shared<const base::Error>(
      base::Error(base::sqlstate::kTransactionResolutionUnknown, "the fate of the transaction is unknown")
          .Detail(cause.report().message)
          .Hint("The transaction may have been committed, or may yet be. Look at what it should have changed "
                "before "
                "you repeat it."));
}

}  // namespace

void Committer::Submit(Submission submission, CommitCallback callback) {
  if (IsTooOld(submission)) {
    CommitResult result;
    result.outcome = Outcome::kSnapshotTooOld;
    conflicts_.fetch_add(1, std::memory_order_relaxed);
    return callback(std::move(result));
  }
  ++round_trips_of_thread;
  auto work = std::make_shared<Work>();
  work->submission = std::move(submission);
  work->callback = std::move(callback);
  work->deadline = client_.Deadline();
  ResolveSightings(work);
}

// Markers do not live for ever; a snapshot older than the least time they live cannot be judged by them.
bool Committer::IsTooOld(const Submission& submission) const {
  if (submission.snapshot == nullptr) return false;
  const auto& snapshot = static_cast<const EtcdSnapshot&>(*submission.snapshot);
  if (clock_.BootMicros() - snapshot.taken_micros() < MarkerLease::kTrustedMicros) return false;
  for (const Guard& guard : submission.guards) {
    if (guard.kind == GuardKind::kUntouched || guard.kind == GuardKind::kRangeUnwritten) return true;
  }
  return false;
}

// A key that was absent and one that was deleted since look alike in a compare, so it must be known which it
// was.
void Committer::ResolveSightings(const WorkPtr& work) {
  std::vector<std::size_t> unknown;
  std::vector<std::string> keys;
  for (std::size_t i = 0; i < work->submission.guards.size(); ++i) {
    Guard& guard = work->submission.guards[i];
    if (guard.kind != GuardKind::kUnchanged || guard.sighting != Sighting::kUnknown) continue;
    if (guard.seen_at != 0) {
      guard.sighting = Sighting::kPresent;
      continue;
    }
    unknown.push_back(i);
    keys.push_back(layout_.Data(guard.key));
  }
  if (unknown.empty()) return TakeSlot(work);
  const Revision revision = work->submission.snapshot->revision();
  reader_.MultiGet(revision, std::move(keys), true,
                   [this, work, unknown = std::move(unknown)](Answer<std::vector<etcd::KeyValue>> answer) {
                     if (answer.error) return ReportFailure(work, *answer.error);
                     for (std::size_t i = 0; i < unknown.size(); ++i) {
                       const bool absent = answer.response[i].key().empty();
                       work->submission.guards[unknown[i]].sighting =
                           absent ? Sighting::kAbsent : Sighting::kPresent;
                     }
                     TakeSlot(work);
                   });
}

void Committer::TakeSlot(const WorkPtr& work) {
  if (!Writes(work->submission)) return Build(work);
  slots_.Take([this, work](std::optional<base::Error> error, CommitSlot slot) {
    if (error) return ReportFailure(work, *error);
    work->slot = std::move(slot);
    Build(work);
  });
}

void Committer::Build(const WorkPtr& work) {
  etcd::TxnRequest& request = work->request;
  request.Clear();
  AddCompares(work->submission, layout_, request);
  AddWrites(work->submission, layout_, lease_.id(), request);
  if (work->slot) AddSlot(*work->slot, lease_.id(), request);
  if (work->ambiguous) AddBar(*work->slot, lease_.id(), request);
  // Every commit brings the catalog revision home, so that this node's recent state stays recent.
  etcd::RangeRequest& catalog = *request.add_success()->mutable_request_range();
  catalog.set_key(layout_.Catalog());
  catalog.set_keys_only(true);
  work->reads_guards = work->submission.guards.size() <= kGuardsInFailureBranch;
  if (work->reads_guards) {
    for (etcd::RangeRequest& read :
         GuardReads(work->submission, layout_, work->submission.read_on_conflict)) {
      *request.add_failure()->mutable_request_range() = std::move(read);
    }
  }
  Attempt(work);
}

void Committer::Attempt(const WorkPtr& work) {
  ++work->attempts;
  work->response.Clear();
  work->attempt_micros = clock_.BootMicros();
  client_.AttemptTxn(&work->request, &work->response, work->deadline,
                     [this, work](std::optional<StoreFailure> failure) {
                       if (failure) return Handle(work, std::move(*failure));
                       Judge(work);
                     });
}

void Committer::Judge(const WorkPtr& work) {
  if (!work->response.succeeded()) return JudgeRefusal(work);
  const auto revision = static_cast<Revision>(work->response.header().revision());
  const etcd::RangeResponse& catalog = work->response.responses().rbegin()->response_range();
  snapshots_.Note(revision, catalog.kvs().empty() ? 0 : static_cast<Revision>(catalog.kvs(0).mod_revision()));
  ReportCommit(work, revision);
}

// The compares failed: for a guard, or because the slot is not what it was.
void Committer::JudgeRefusal(const WorkPtr& work) {
  if (!work->slot) return FindConflict(work);
  const etcd::RangeResponse& found = work->response.responses(0).response_range();
  switch (StateOf(*work->slot, found)) {
    case SlotState::kGone: {
      // No copy of this commit can succeed any more.
      work->slot.reset();
      const base::Error cause(base::sqlstate::kConnectionFailure, "a lease of this node has ended");
      if (work->ambiguous || ++work->slots_lost > kSlotsLostMax) return ReportFailure(work, cause);
      return RenewLease(work);
    }
    case SlotState::kCommitted:
      return ReportCommit(work, static_cast<Revision>(found.kvs(0).mod_revision()));
    case SlotState::kBarred:
      work->slot->revision = found.kvs(0).mod_revision();
      return FindConflict(work);
    case SlotState::kUntouched:
      // The failure branch has put the slot if an earlier attempt was in doubt.
      if (work->ambiguous) work->slot->revision = work->response.header().revision();
      return FindConflict(work);
  }
}

void Committer::Handle(const WorkPtr& work, StoreFailure failure) {
  switch (failure.kind) {
    case FailureKind::kRefused:
      return ReportFailure(work, failure.error);
    case FailureKind::kLeaseGone:
      if (++work->slots_lost > kSlotsLostMax) return ReportFailure(work, failure.error);
      return RenewLease(work);
    case FailureKind::kTokenEnded:
      if (client_.options().user.empty() || work->attempts > kSlotsLostMax)
        return ReportFailure(work, failure.error);
      return client_.Authenticate([this, work](std::optional<StoreFailure> refused) {
        if (refused && refused->kind == FailureKind::kRefused) return ReportFailure(work, refused->error);
        Attempt(work);
      });
    case FailureKind::kUnreachable:
    case FailureKind::kBehind:
      // From now on, whoever finds a guard broken must also keep the earlier attempt from succeeding after
      // all.
      if (!work->ambiguous && work->slot) AddBar(*work->slot, lease_.id(), work->request);
      work->ambiguous = work->slot.has_value();
      break;
    case FailureKind::kBusy:
      break;
  }
  if (Client::Clock::now() >= work->deadline) return ReportFailure(work, failure.error);
  TryAgain(work);
}

void Committer::TryAgain(const WorkPtr& work) {
  client_.BackOff(work->attempts, [this, work] { Attempt(work); });
}

void Committer::RenewLease(const WorkPtr& work) {
  lease_.Renew();
  client_.BackOff(2 + work->slots_lost, [this, work] {
    if (work->slot) {
      Build(work);
    } else {
      TakeSlot(work);
    }
  });
}

void Committer::FindConflict(const WorkPtr& work) {
  const std::size_t first = work->slot ? 1 : 0;
  if (work->reads_guards) {
    std::vector<etcd::RangeResponse> answers;
    for (std::size_t i = first; i < static_cast<std::size_t>(work->response.responses_size()); ++i) {
      etcd::ResponseOp& op = *work->response.mutable_responses(static_cast<int>(i));
      if (op.has_response_range()) answers.push_back(std::move(*op.mutable_response_range()));
    }
    return ReportConflict(work, answers);
  }
  // Keys only and many of them; ranges are too rare to come in such numbers, and are judged by the first key.
  std::vector<std::string> keys;
  for (const etcd::RangeRequest& read : GuardReads(work->submission, layout_, false))
    keys.push_back(read.key());
  reader_.MultiGet(static_cast<Revision>(work->response.header().revision()), std::move(keys), true,
                   [this, work](Answer<std::vector<etcd::KeyValue>> answer) {
                     std::vector<etcd::RangeResponse> answers(answer.response.size());
                     for (std::size_t i = 0; i < answers.size(); ++i) {
                       if (!answer.response[i].key().empty())
                         *answers[i].add_kvs() = std::move(answer.response[i]);
                     }
                     ReportConflict(work, answers);
                   });
}

void Committer::ReportConflict(const WorkPtr& work, std::span<const etcd::RangeResponse> answers) {
  conflicts_.fetch_add(1, std::memory_order_relaxed);
  CommitResult result;
  result.outcome = Outcome::kConflict;
  result.revision = static_cast<Revision>(work->response.header().revision());
  const Submission& submission = work->submission;
  const Guard& failed = answers.empty() ? submission.guards.front() : FindFailed(submission, answers);
  result.conflict_key = failed.key;
  result.conflict_kind = failed.kind;
  if (submission.read_on_conflict && !answers.empty()) {
    const auto& found = answers[static_cast<std::size_t>(&failed - submission.guards.data())].kvs();
    if (!found.empty()) result.conflict_value = found[0].value();
  }
  if (work->slot) slots_.Return(std::move(*work->slot));
  work->submission.snapshot.reset();
  work->callback(std::move(result));
}

void Committer::ReportCommit(const WorkPtr& work, Revision revision) {
  commits_.fetch_add(1, std::memory_order_relaxed);
  if (work->submission.changes_catalog) snapshots_.NoteCatalogChange(revision);
  if (work->slot) {
    work->slot->revision = static_cast<std::int64_t>(revision);
    work->slot->put_micros = work->attempt_micros;
    slots_.Return(std::move(*work->slot));
  }
  work->submission.snapshot.reset();
  CommitResult result;
  result.revision = revision;
  work->callback(std::move(result));
}

// A slot that a late copy may still change is not given back.
void Committer::ReportFailure(const WorkPtr& work, const base::Error& error) {
  CommitResult result;
  if (work->ambiguous) {
    result.outcome = Outcome::kUnknown;
    result.error = FateUnknown(error);
  } else {
    if (work->slot) slots_.Return(std::move(*work->slot));
    result.outcome = error.sqlstate() == base::sqlstate::kSerializationFailure ? Outcome::kSnapshotTooOld
                                                                               : Outcome::kRefused;
    result.error = std::make_shared<const base::Error>(error);
  }
  work->submission.snapshot.reset();
  work->callback(std::move(result));
}

}  // namespace ordinal::kv
