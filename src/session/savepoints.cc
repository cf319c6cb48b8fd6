// Runs SAVEPOINT, RELEASE and ROLLBACK TO (PostgreSQL manual, SQL commands of these names).
#include <utility>

#include "base/error.h"
#include "session/limits.h"
#include "session/savepoint.h"
#include "session/session.h"

namespace ordinal::session {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

}  // namespace

void Session::RunSavepoint(const sql::UtilityStatement& utility) {
  if (!in_block_) {
    throw Error(sqlstate::kNoActiveSqlTransaction,
                utility.name == "RELEASE" ? "RELEASE SAVEPOINT can only be used in transaction blocks"
                : utility.name == "ROLLBACK TO"
                    ? "ROLLBACK TO SAVEPOINT can only be used in transaction blocks"
                    : "SAVEPOINT can only be used in transaction blocks");
  }
  if (utility.name == "SAVEPOINT") {
    MakeSavepoint(utility.value);
    return;
  }
  const std::size_t savepoint = FindSavepoint(utility.value);
  if (utility.name == "ROLLBACK TO") {
    RollBackTo(savepoint);
  } else {
    transaction_->Release(savepoint);
    savepoints_.resize(savepoint);
  }
}

void Session::MakeSavepoint(const std::string& name) {
  if (savepoints_.size() >= kSavepointsMax) {
    throw Error(sqlstate::kConfigurationLimitExceeded, "too many savepoints");
  }
  EnsureTransaction();
  transaction_->MakeSavepoint();
  Savepoint made{.name = name,
                 .editor = std::nullopt,
                 .forget_after_commit = forget_after_commit_,
                 .counted_in_transaction = counted_in_transaction_,
                 .deferred_constraints = deferred_constraints_,
                 .parameters = parameters_.Save(),
                 .read_only = read_only_,
                 .portals = {},
                 .row_moves = row_moves_.size()};
  row_moves_.BeginStatement();
  if (editor_) made.editor.emplace(*editor_);
  for (const auto& [portal_name, portal] : portals_) made.portals.insert(portal_name);
  savepoints_.push_back(std::move(made));
}

std::size_t Session::FindSavepoint(const std::string& name) const {
  for (std::size_t i = savepoints_.size(); i > 0; --i) {
    if (savepoints_[i - 1].name == name) return i - 1;
  }
  throw Error(sqlstate::kInvalidSavepointSpecification, "savepoint \"" + name + "\" does not exist");
}

// The savepoint itself stays, to be returned to again.
void Session::RollBackTo(std::size_t index) {
  savepoints_.resize(index + 1);
  const Savepoint& savepoint = savepoints_.back();
  std::erase_if(portals_,
                [&savepoint](const auto& entry) { return !savepoint.portals.contains(entry.first); });
  transaction_->RollBackTo(index);
  if (editor_) catalog_.reset();
  editor_.reset();
  if (savepoint.editor) editor_ = std::make_unique<catalog::CatalogEditor>(*savepoint.editor);
  forget_after_commit_ = savepoint.forget_after_commit;
  counted_in_transaction_ = savepoint.counted_in_transaction;
  deferred_constraints_ = savepoint.deferred_constraints;
  parameters_.Restore(savepoint.parameters);
  row_moves_.Truncate(savepoint.row_moves);
  ApplySequenceRules();
  read_only_ = savepoint.read_only;
  failed_ = false;
}

void Session::DropPortal(const std::shared_ptr<Portal>& portal) {
  if (!portal) return;
  std::erase_if(portals_, [&portal](const auto& entry) { return entry.second == portal; });
  if (unnamed_portal_ == portal) unnamed_portal_.reset();
}

}  // namespace ordinal::session
