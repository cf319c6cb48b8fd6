// Runs statements that need neither a plan nor a descriptor.
#include <utility>

#include "base/error.h"
#include "session/session.h"
#include "sql/bind/binder.h"
#include "sql/parse/tree.h"

namespace ordinal::session {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

}  // namespace

void Session::RunUtility(Portal& portal, ResultSink& sink) {
  const sql::UtilityStatement& utility = portal.prepared->utility;
  tag_ = utility.tag;
  switch (utility.kind) {
    case sql::UtilityKind::kBegin:
      BeginBlock(utility, sink);
      return;
    case sql::UtilityKind::kCommit:
    case sql::UtilityKind::kRollback:
      EndBlock(utility, sink);
      return;
    case sql::UtilityKind::kSavepoint:
      parameters_.profile().CheckAllowed(dialect::Feature::kSavepoint, utility.name);
      RunSavepoint(utility);
      return;
    case sql::UtilityKind::kSet:
    case sql::UtilityKind::kSetTransaction:
    case sql::UtilityKind::kReset:
    case sql::UtilityKind::kResetAll:
      RunSet(utility, sink);
      return;
    case sql::UtilityKind::kShow:
    case sql::UtilityKind::kShowAll:
      RunShow(utility);
      return;
    case sql::UtilityKind::kSetConstraints:
      RunSetConstraints(utility, sink);
      return;
    case sql::UtilityKind::kDiscard:
      RunDiscard(utility);
      return;
    case sql::UtilityKind::kDeallocate:
      if (utility.name.empty()) {
        statements_.clear();
      } else if (statements_.erase(utility.name) == 0) {
        throw Error(sqlstate::kInvalidSqlStatementName,
                    "prepared statement \"" + utility.name + "\" does not exist");
      }
      return;
    case sql::UtilityKind::kClose:
      parameters_.profile().CheckAllowed(dialect::Feature::kStatement, "ClosePortal");
      CloseCursor(utility.name);
      return;
    case sql::UtilityKind::kExplain:
      RunExplain(portal);
      return;
    case sql::UtilityKind::kCall:  // RunCall
    case sql::UtilityKind::kRefused:
      base::ThrowUnsupported("this statement");
  }
}

void Session::RunSet(const sql::UtilityStatement& utility, ResultSink& sink) {
  if (utility.local && !in_block_) {
    const bool transaction = utility.kind == sql::UtilityKind::kSetTransaction;
    Warn(sqlstate::kNoActiveSqlTransaction,
         transaction ? "SET TRANSACTION can only be used in transaction blocks"
                     : "SET LOCAL can only be used in transaction blocks",
         sink);
  }
  switch (utility.kind) {
    case sql::UtilityKind::kSetTransaction:
      if (utility.local) parameters_.profile().CheckAllowed(dialect::Feature::kSetTransaction);
      if (utility.isolation && *utility.isolation == "serializable") {
        throw Error(sqlstate::kFeatureNotSupported, "Unsupported isolation level: SERIALIZABLE");
      }
      if (utility.read_only && utility.local) read_only_ = *utility.read_only;
      if (utility.read_only && !utility.local) default_read_only_ = *utility.read_only;
      return;
    case sql::UtilityKind::kSet:
      if (utility.name == "role" || utility.name == "session_authorization") {
        SetIdentity(utility);
      } else if (utility.use_default) {
        parameters_.Reset(utility.name, utility.local);
      } else {
        parameters_.Set(utility.name, utility.value, utility.local);
      }
      break;
    case sql::UtilityKind::kReset:
      if (utility.name == "session_authorization") parameters_.Reset("role", false);
      parameters_.Reset(utility.name, false);
      break;
    default:
      parameters_.ResetAll();
      break;
  }
  default_read_only_ = parameters_.Get("default_transaction_read_only") == "on";
  ApplySequenceRules();
}

// Tells sequences_ what the profile and the parameters say of it.
void Session::ApplySequenceRules() {
  sequences_.SetCacheScope(parameters_.node_cache_scope() ? sequence::CacheScope::kNode
                                                          : sequence::CacheScope::kSession);
  sequences_.SetLastValueScope(parameters_.profile().session.lastval_per_transaction
                                   ? sequence::LastValueScope::kTransaction
                                   : sequence::LastValueScope::kSession);
}

void Session::RunShow(const sql::UtilityStatement& utility) {
  using types::Value;
  if (utility.kind == sql::UtilityKind::kShow) {
    std::string value = parameters_.Get(utility.name);
    if (utility.name == "transaction_read_only") value = read_only_ ? "on" : "off";
    collected_.push_back({Value::String(value)});
    return;
  }
  for (const auto& [name, value] : parameters_.All()) {
    collected_.push_back({Value::String(name), Value::String(value), Value::String("")});
  }
}

void Session::RunDiscard(const sql::UtilityStatement& utility) {
  parameters_.profile().CheckAllowed(dialect::Feature::kStatement, "Discard");
  if (utility.name == "ALL") {
    if (in_block_) {
      throw Error(sqlstate::kActiveSqlTransaction, "DISCARD ALL cannot run inside a transaction block");
    }
    portals_.clear();
    statements_.clear();
    parameters_.ResetAll();
    parameters_.Reset("session_authorization", false);
    parameters_.Reset("role", false);
  }
  if (utility.name == "ALL" || utility.name == "PLANS") plans_by_text_.clear();
  if (utility.name == "ALL" || utility.name == "SEQUENCES") sequences_.Discard();
  if (utility.name == "ALL" || utility.name == "TEMP") DropTemporaryObjects();
}

}  // namespace ordinal::session
