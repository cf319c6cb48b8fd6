// Begins, commits and rolls back the session's transactions.
#include <utility>

#include "base/error.h"
#include "catalog/catalog_guard.h"
#include "session/savepoint.h"
#include "session/session.h"
#include "session/transaction_numbers.h"
#include "sql/exec/foreign_keys.h"

namespace ordinal::session {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

void CheckIsolation(const std::string& isolation, const dialect::Profile& profile) {
  if (isolation == "repeatable read") return;
  if (profile.features.any_isolation && isolation != "serializable") return;
  std::string shown = isolation;
  for (char& c : shown) c = static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  throw Error(sqlstate::kFeatureNotSupported, "Unsupported isolation level: " + shown);
}

[[noreturn]] void ThrowConflict(const kv::CommitResult& result) {
  if (result.outcome == kv::Outcome::kUnknown || result.outcome == kv::Outcome::kRefused) {
    kv::ThrowNotCommitted(result);
  }
  if (result.outcome == kv::Outcome::kConflict && catalog::IsCatalogKey(result.conflict_key)) {
    throw Error(sqlstate::kSerializationFailure, "schema has been updated by another transaction (OC001)");
  }
  throw Error(sqlstate::kSerializationFailure, "change conflicts with another transaction (OC000)");
}

}  // namespace

std::int64_t Session::NowMicros() const {
  return environment_.clock.WallMicros() - base::kPostgresEpochMicros;
}

void Session::EnsureTransaction() {
  if (transaction_) return;
  const dialect::TransactionLimits& limits = parameters_.profile().transaction;
  transaction_ = std::make_unique<txn::Transaction>(
      environment_.engine, txn::Limits{limits.rows_max, limits.bytes_max, limits.age_max_micros},
      environment_.clock.BootMicros());
  if (remote_ && !in_block_ && !script_ && !latest_wanted_) transaction_->PreferRecent();
  // What became of the transaction before says nothing of this one.
  if (commit_result_.outcome == kv::Outcome::kUnknown) commit_result_ = {};
  parameters_.SetTransactionMicros(NowMicros());
  if (!in_block_) read_only_ = default_read_only_;
}

void Session::StartStatement() {
  EnsureTransaction();
  row_moves_.BeginStatement();
  epoch_catalog_.reset();
  const std::int64_t timeout = parameters_.statement_timeout_micros();
  statement_deadline_micros_ = timeout == 0 ? 0 : environment_.clock.BootMicros() + timeout;
  if (in_block_) {
    transaction_->CheckAge(environment_.clock.BootMicros());
    statement_micros_ = NowMicros();
  } else {
    statement_micros_ = parameters_.settings().transaction_micros;
  }
}

const catalog::CatalogPtr& Session::CurrentCatalog() {
  if (editor_) {
    catalog_ = editor_->catalog();
    return catalog_;
  }
  const kv::Snapshot& snapshot = transaction_->snapshot();
  if (!catalog_ || snapshot.catalog_revision() != catalog_revision_) {
    catalog_ = environment_.catalogs.At(snapshot);
    catalog_revision_ = snapshot.catalog_revision();
  }
  return catalog_;
}

void Session::BeginBlock(const sql::UtilityStatement& utility, ResultSink& sink) {
  if (utility.isolation) CheckIsolation(*utility.isolation, parameters_.profile());
  if (in_block_) {
    Warn(sqlstate::kActiveSqlTransaction, "there is already a transaction in progress", sink);
    return;
  }
  StartBlock(utility.read_only.value_or(default_read_only_));
}

void Session::StartBlock(bool read_only) {
  in_block_ = true;
  read_only_ = read_only;
  parameters_.BeginTransaction();
  EnsureTransaction();
  if (transaction_->is_recent()) transaction_->TakeLatest();
}

void Session::EndBlock(const sql::UtilityStatement& utility, ResultSink& sink) {
  const bool commit = utility.kind == sql::UtilityKind::kCommit;
  if (utility.chain) CheckMayChain(commit);
  if (!in_block_ && !script_)
    Warn(sqlstate::kNoActiveSqlTransaction, "there is no transaction in progress", sink);
  if (failed_ || !commit) {
    tag_ = "ROLLBACK";
    const bool read_only = read_only_;
    RollBack();
    if (utility.chain) StartBlock(read_only);
    return;
  }
  commit_requested_ = true;
  if (utility.chain) chained_ = read_only_;
  HoldCursors();
}

// AND CHAIN: the next transaction begins at once, and is like this one.
void Session::CheckMayChain(bool commit) const {
  if (parameters_.profile().features.ddl_alone_in_transaction) {
    throw Error(sqlstate::kFeatureNotSupported, "AND CHAIN not supported");
  }
  if (in_block_) return;
  throw Error(sqlstate::kNoActiveSqlTransaction, std::string(commit ? "COMMIT" : "ROLLBACK") +
                                                     " AND CHAIN can only be used in transaction blocks");
}

void Session::CheckMixing(bool ddl) {
  if (ddl ? made_dml_ : made_ddl_) {
    if (parameters_.profile().features.ddl_alone_in_transaction) {
      throw Error(sqlstate::kFeatureNotSupported, "ddl and dml are not supported in the same transaction");
    }
  }
  if (ddl && made_ddl_ && parameters_.profile().features.ddl_alone_in_transaction) {
    throw Error(sqlstate::kFeatureNotSupported, "multiple ddl statements not supported in a transaction");
  }
  (ddl ? made_ddl_ : made_dml_) = true;
}

void Session::CheckNotFailed(const Prepared& prepared) const {
  if (!failed_ || prepared.runs_when_failed) return;
  throw Error(sqlstate::kInFailedSqlTransaction,
              "current transaction is aborted, commands ignored until end of transaction block");
}

void Session::GuardDrawnSequences() {
  if (!transaction_->HasWrites()) return;
  for (const sequence::DrawnSequence& drawn : sequences_.DrawnSequences()) {
    catalog::GuardDescriptor(*transaction_, drawn.oid);
  }
}

// What waits for the end of the transaction may look far, or write.
void Session::RunDeferredConstraints(bool all) {
  if (!transaction_ || deferred_constraints_.events.empty()) return;
  CurrentCatalog();
  sql::ExecContext context(*this, catalog_, *transaction_, statement_micros_);
  context.session_settings = &parameters_.settings();
  sql::ForeignKeys(context).RunDeferred(all);
  transaction_->FinishStatement();
}

bool Session::StartCommit() {
  RunDeferredConstraints(true);
  ActOnCommit();
  if (!transaction_ || !transaction_->HasEffects()) {
    commit_result_ = {};
    return true;
  }
  GuardDrawnSequences();
  AnnounceEpochs();
  if (remote_ && may_block_) {
    // Waiting here spares two changes of threads.
    commit_result_ = transaction_->CommitAndWait();
    return true;
  }
  transaction_->Commit([this](kv::CommitResult result) {
    commit_result_ = std::move(result);
    // Whoever comes second, the callback or the session that wants to wait, goes on with the message.
    if (commit_turn_.exchange(true)) resume_();
  });
  if (commit_turn_.exchange(true)) {
    commit_turn_ = false;
    return true;
  }
  return false;
}

void Session::FinishCommit() {
  commit_turn_ = false;
  if (commit_result_.outcome != kv::Outcome::kCommitted) ThrowConflict(commit_result_);
  WakeJobs();
  AwaitOtherNodes();
  for (const auto& [sequence, epoch] : forget_after_commit_) {
    if (epoch == 0) {
      environment_.sequences.ForgetDropped(sequence);
    } else {
      environment_.sequences.Forget(sequence, epoch);
    }
  }
  const std::optional<bool> chained = chained_;
  EndTransaction(true);
  if (chained) StartBlock(*chained);
}

void Session::CommitAndWait() {
  RunDeferredConstraints(true);
  ActOnCommit();
  if (transaction_ && transaction_->HasEffects()) {
    GuardDrawnSequences();
    AnnounceEpochs();
    commit_result_ = transaction_->CommitAndWait();
  } else {
    commit_result_ = {};
  }
  FinishCommit();
}

// A commit that nobody answered may have happened.
void Session::EndTransactionNumber(bool committed) {
  using catalog::TransactionOutcome;
  transaction_snapshot_.reset();
  if (!transaction_number_) return;
  std::optional<TransactionOutcome> outcome =
      committed ? TransactionOutcome::kCommitted : TransactionOutcome::kAborted;
  if (!committed && commit_result_.outcome == kv::Outcome::kUnknown) outcome.reset();
  TransactionNumbers::OfProcess().End(*transaction_number_, outcome);
  transaction_number_.reset();
}

void Session::RollBack() { EndTransaction(false); }

void Session::EndTransaction(bool committed) {
  if (portal_) portal_->execution.reset();
  for (auto& [name, portal] : portals_) portal->execution.reset();
  if (unnamed_portal_) unnamed_portal_->execution.reset();
  transaction_.reset();
  EndTransactionNumber(committed);
  if (editor_) {
    editor_.reset();
    catalog_.reset();
  }
  counted_in_transaction_.clear();
  deferred_constraints_ = {};
  forget_after_commit_.clear();
  savepoints_.clear();
  chained_.reset();
  sequences_.EndTransaction();
  parameters_.EndTransaction(committed);
  in_block_ = failed_ = read_only_ = made_ddl_ = made_dml_ = commit_requested_ = executed_ = submitted_job_ =
      false;
  EndPortals(committed);
  unnamed_portal_.reset();
}

}  // namespace ordinal::session
