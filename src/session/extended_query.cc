// Handles the extended query protocol: prepared statements and portals.
#include <utility>

#include "base/error.h"
#include "session/cursor_run.h"
#include "session/limits.h"
#include "session/session.h"

namespace ordinal::session {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

void ApplyFormats(std::vector<ColumnDescription>& columns, const std::vector<std::int16_t>& formats) {
  if (formats.size() > 1 && formats.size() != columns.size()) {
    throw Error(sqlstate::kProtocolViolation, "bind message has " + std::to_string(formats.size()) +
                                                  " result formats but query has " +
                                                  std::to_string(columns.size()) + " columns");
  }
  for (std::size_t i = 0; i < columns.size(); ++i) {
    columns[i].format = formats.empty() ? std::int16_t{0} : formats.size() == 1 ? formats[0] : formats[i];
    if (columns[i].format != 0 && columns[i].format != 1) {
      throw Error(sqlstate::kInvalidParameterValue,
                  "unsupported format code: " + std::to_string(columns[i].format));
    }
  }
}

}  // namespace

PreparedPtr Session::FindStatement(std::string_view name) const {
  if (name.empty()) {
    if (unnamed_statement_) return unnamed_statement_;
    throw Error(sqlstate::kInvalidSqlStatementName, "unnamed prepared statement does not exist");
  }
  const auto found = statements_.find(name);
  if (found != statements_.end()) return found->second;
  throw Error(sqlstate::kInvalidSqlStatementName,
              "prepared statement \"" + std::string(name) + "\" does not exist");
}

std::shared_ptr<Portal> Session::FindPortal(std::string_view name) const {
  if (name.empty()) {
    if (unnamed_portal_) return unnamed_portal_;
  } else if (const auto found = portals_.find(name); found != portals_.end()) {
    return found->second;
  }
  throw Error(sqlstate::kInvalidCursorName, "portal \"" + std::string(name) + "\" does not exist");
}

StepResult Session::HandleParse(const FrontendMessage& message, ResultSink& sink, Place place) {
  if (place == Place::kLoop && message.text.size() > kLoopTextBytesMax) return StepResult::kNeedPool;
  std::vector<types::Type> declared;
  for (const base::Oid oid : message.parameter_types) {
    const types::TypeInfo* info = oid == 0 ? nullptr : types::FindType(oid);
    if (oid != 0 && info == nullptr && oid < base::kFirstUserOid) {
      throw Error(sqlstate::kUndefinedObject, "type with OID " + std::to_string(oid) + " does not exist");
    }
    types::Type type{info == nullptr ? types::TypeId::kUnknown : info->id};
    if (info == nullptr) type.domain = oid;
    declared.push_back(type);
  }
  if (!message.statement.empty() && statements_.contains(message.statement)) {
    throw Error(sqlstate::kDuplicatePreparedStatement,
                "prepared statement \"" + std::string(message.statement) + "\" already exists");
  }
  if (statements_.size() >= kStatementsMax) {
    throw Error(sqlstate::kConfigurationLimitExceeded, "too many prepared statements");
  }
  PreparedPtr prepared = Prepare(message.text, std::move(declared));
  prepared->made_micros = NowMicros();
  if (message.statement.empty()) {
    unnamed_statement_ = std::move(prepared);
  } else {
    statements_.emplace(message.statement, std::move(prepared));
  }
  sink.ParseComplete();
  return StepResult::kDone;
}

StepResult Session::HandleBind(const FrontendMessage& message, ResultSink& sink) {
  PreparedPtr prepared = FindStatement(message.statement);
  CheckNotFailed(*prepared);
  std::shared_ptr<Portal> portal;
  if (message.portal.empty() && unnamed_portal_ && unnamed_portal_.use_count() == 1) {
    portal = std::move(unnamed_portal_);
    portal->execution.reset();
    portal->context.reset();
    portal->fetch.reset();
    portal->view.reset();
    portal->rows_sent = portal->rows_in_fetch = 0;
    portal->started = portal->done = false;
  } else {
    if (portals_.contains(message.portal)) {
      throw Error(sqlstate::kDuplicateCursor,
                  "cursor \"" + std::string(message.portal) + "\" already exists");
    }
    portal = std::make_shared<Portal>();
  }
  portal->parameters = BindParameters(message, *prepared);
  if (portal->prepared != prepared || portal->columns.size() != prepared->columns.size()) {
    portal->columns = prepared->columns;
  }
  ApplyFormats(portal->columns, message.result_formats);
  portal->prepared = std::move(prepared);
  if (message.portal.empty()) {
    unnamed_portal_ = std::move(portal);
  } else {
    if (portals_.size() >= kStatementsMax)
      throw Error(sqlstate::kConfigurationLimitExceeded, "too many portals");
    portals_.emplace(message.portal, std::move(portal));
  }
  sink.BindComplete();
  return StepResult::kDone;
}

StepResult Session::HandleDescribe(const FrontendMessage& message, ResultSink& sink) {
  if (message.target == 'S') {
    const PreparedPtr prepared = FindStatement(message.text);
    std::vector<base::Oid> oids;
    for (const types::Type& type : prepared->parameters) oids.push_back(types::ClientOid(type));
    sink.ParameterDescription(oids);
    if (!prepared->GivesRows()) {
      sink.NoData();
    } else {
      sink.RowDescription(prepared->columns);
    }
    return StepResult::kDone;
  }
  const std::shared_ptr<Portal> portal = FindPortal(message.text);
  if (!portal->GivesRows()) {
    sink.NoData();
  } else {
    sink.RowDescription(portal->columns);
  }
  return StepResult::kDone;
}

StepResult Session::HandleExecute(const FrontendMessage& message, ResultSink& sink, Place place) {
  if (stage_ == Stage::kBegin) {
    portal_ = FindPortal(message.portal);
    attempts_ = 0;
    streamed_ = false;
    portal_->rows_in_fetch = 0;
    stage_ = Stage::kRun;
    CheckNotFailed(*portal_->prepared);
    if (portal_->done && !portal_->GivesRows()) {
      throw Error(sqlstate::kObjectNotInPrerequisiteState,
                  "portal \"" + std::string(message.portal) + "\" cannot be run");
    }
    if (portal_->done && portal_->prepared->kind == PreparedKind::kPlan) {
      // A portal that ran to its end gives no more rows.
      sink.CommandComplete(sql::CommandTag(*portal_->prepared->plan, 0));
      portal_.reset();
      stage_ = Stage::kBegin;
      return StepResult::kDone;
    }
  }
  for (;;) {
    if (stage_ == Stage::kRun) {
      commits_alone_ = message.sync_follows && !in_block_ && !executed_;
      const std::int32_t row_limit = !portal_->GivesRows() || message.row_limit < 0 ? 0 : message.row_limit;
      if (auto pause = RunPortal(*portal_, row_limit, sink, place, false)) return *pause;
      const bool commits = CommitsAtExecute(message);
      FinishStatement(commits);
      if (commits || commit_requested_) {
        stage_ = Stage::kCommit;
        if (!StartCommit()) return StepResult::kWaiting;
      }
    }
    if (stage_ == Stage::kCommit) {
      if (!commit_requested_ && RetryAfterConflict(*portal_)) {
        stage_ = Stage::kRun;
        continue;
      }
      FinishCommit();
      FinishStatement(false);
    }
    break;
  }
  executed_ = transaction_ != nullptr;
  const std::shared_ptr<Portal> portal = std::move(portal_);
  portal_.reset();
  stage_ = Stage::kBegin;
  if (portal->started && !portal->done) {
    sink.PortalSuspended();
  } else {
    SendAnswer(*portal, sink, false);
  }
  return StepResult::kDone;
}

bool Session::CommitsAtExecute(const FrontendMessage& message) const {
  const bool may_run_again =
      parameters_.profile().session.may_retry || (transaction_ && transaction_->is_recent());
  return message.sync_follows && may_run_again && !in_block_ && !commit_requested_ && !executed_ &&
         !streamed_ && portal_->done && portal_->prepared->kind == PreparedKind::kPlan;
}

void Session::HandleClose(const FrontendMessage& message, ResultSink& sink) {
  if (message.target == 'S') {
    if (message.text.empty()) {
      unnamed_statement_.reset();
    } else if (const auto found = statements_.find(message.text); found != statements_.end()) {
      statements_.erase(found);
    }
  } else if (message.text.empty()) {
    unnamed_portal_.reset();
  } else if (const auto found = portals_.find(message.text); found != portals_.end()) {
    portals_.erase(found);
  }
  sink.CloseComplete();
}

StepResult Session::HandleSync(ResultSink& sink) {
  skip_until_sync_ = false;
  try {
    if (stage_ == Stage::kBegin && !in_block_ && transaction_) {
      stage_ = Stage::kCommit;
      if (!StartCommit()) return StepResult::kWaiting;
    }
    if (stage_ == Stage::kCommit) FinishCommit();
  } catch (const Error& error) {
    // The answer to Sync is ReadyForQuery, whatever came of the commit.
    Fail(error.report(), true, sink);
    skip_until_sync_ = false;
  }
  stage_ = Stage::kBegin;
  SendReady(sink);
  return StepResult::kDone;
}

}  // namespace ordinal::session
