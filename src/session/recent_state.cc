// Spares the read before statements that need none, where the store is remote.
//
// An implicit transaction begins on the recent state of the node (kv::Engine::Recent). It stays there if all
// that it relies on is guarded by its own commit (an INSERT of given rows), or is known to be current
// (descriptors of sequences, while the node is live; see cluster/membership.h); otherwise the latest state is
// read before anything runs. Where the recent state turns out to be old, the message is run again with the
// latest one, keeping the values that it drew.
#include "base/error.h"
#include "session/session.h"

namespace ordinal::session {

bool Session::MayStayRecent(const sql::PlannedStatement& plan) const {
  if (!commits_alone_ || plan.reads_store) return false;
  // An answer that has gone out cannot be taken back when the commit fails.
  if (!plan.read_only) return plan.outputs.empty() || plan.short_plan;
  return !plan.draws || (environment_.members != nullptr && environment_.members->IsLive());
}

void Session::SettleState(Prepared& prepared) {
  // Preparing may have been a while ago.
  if (transaction_->is_recent()) transaction_->RenewSnapshot();
  CurrentCatalog();
  Refresh(prepared);
  if (!transaction_->is_recent() || MayStayRecent(*prepared.plan)) return;
  transaction_->TakeLatest();
  CurrentCatalog();
  if (prepared.catalog != catalog_) throw StaleState{};
}

// Asks for the latest state, and whether an error came of an old one.
bool Session::IsStale() {
  if (!may_block_ || !transaction_ || !transaction_->is_recent() || streamed_ || latest_wanted_) return false;
  if (!transaction_->has_snapshot()) return false;
  try {
    return environment_.engine.Latest()->catalog_revision() != transaction_->snapshot().catalog_revision();
  } catch (const base::Error&) {
    return false;
  }
}

void Session::RunAgainWithLatest(bool extended) {
  latest_wanted_ = true;
  if (portal_) {
    ForgetRun(*portal_);
  } else {
    transaction_->TakeLatest();
  }
  // A simple query is planned anew; an Execute keeps its portal.
  if (!extended) portal_.reset();
  stage_ = portal_ ? Stage::kRun : Stage::kBegin;
}

void Session::CheckEpoch(const catalog::SequenceDescriptor& sequence) {
  // The state of an implicit transaction was current when its only statement began.
  if (environment_.members == nullptr || (!in_block_ && !script_)) return;
  if (!epoch_catalog_) {
    kv::Engine& engine = environment_.engine;
    const bool live = environment_.members->IsLive();
    epoch_catalog_ = environment_.catalogs.At(live ? *engine.Recent() : *engine.Latest());
  }
  const auto now = epoch_catalog_->SequenceByOid(sequence.oid);
  if (now && now->epoch == sequence.epoch) return;
  throw base::Error(base::sqlstate::kSerializationFailure,
                    "schema has been updated by another transaction (OC001)");
}

void Session::AnnounceEpochs() {
  if (environment_.members != nullptr && !forget_after_commit_.empty()) {
    transaction_->Put(cluster::BarrierKey(), "");
  }
}

void Session::AwaitOtherNodes() {
  if (environment_.members != nullptr && !forget_after_commit_.empty()) {
    environment_.members->AwaitAcknowledged(commit_result_.revision);
  }
}

}  // namespace ordinal::session
