#include "session/session.h"

#include <algorithm>
#include <new>
#include <utility>

#include "base/error.h"
#include "jobs/runner.h"
#include "session/copy_run.h"
#include "session/cursor_run.h"
#include "session/limits.h"
#include "session/role_sessions.h"
#include "session/savepoint.h"

namespace ordinal::session {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

// Startup parameters that are not run-time parameters.
bool IsConnectionParameter(std::string_view name) {
  return name == "user" || name == "database" || name == "replication" || name.starts_with("_pq_.");
}

// Splits the startup parameter "options": -c name=value and --name=value, with backslash escapes.
std::vector<std::pair<std::string, std::string>> ParseOptions(std::string_view text) {
  std::vector<std::string> words(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) {
      words.back().push_back(text[++i]);
    } else if (text[i] == ' ') {
      if (!words.back().empty()) words.emplace_back();
    } else {
      words.back().push_back(text[i]);
    }
  }
  std::vector<std::pair<std::string, std::string>> settings;
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::string word = words[i];
    if (word.empty()) continue;
    if (word == "-c" && i + 1 < words.size()) {
      word = words[++i];
    } else if (word.starts_with("-c") || word.starts_with("--")) {
      word.erase(0, 2);
    } else {
      throw Error(sqlstate::kSyntaxError, "invalid command-line argument for server process: " + word)
          .Fatal();
    }
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos) {
      throw Error(sqlstate::kSyntaxError, "-c " + word + " requires a value").Fatal();
    }
    settings.emplace_back(word.substr(0, equals), word.substr(equals + 1));
  }
  return settings;
}

}  // namespace

Portal::Portal() = default;
Portal::~Portal() = default;

Session::Session(const Environment& environment, std::function<void()> resume, std::int32_t backend_id)
    : environment_(environment),
      resume_(std::move(resume)),
      backend_id_(backend_id),
      remote_(environment.engine.traits().remote),
      parameters_(environment.default_profile),
      sequences_(environment.sequences) {
  ApplySequenceRules();
}

Session::~Session() {
  EndTransactionNumber(false);
  if (counted_for_role_) environment_.role_sessions->Leave(login_role_);
  // The background drops what is left: a commit may block.
  if (temporary_schema_ != base::kInvalidOid && environment_.jobs != nullptr) {
    environment_.jobs->DropTemporary(temporary_schema_);
  }
}

StepResult Session::Start(const std::vector<std::pair<std::string, std::string>>& parameters,
                          ResultSink& sink) {
  try {
    std::string user;
    for (const auto& [name, value] : parameters) {
      if (name == "user") user = value;
      if (name == "database" && !value.empty()) database_ = value;
    }
    Identify(user);
    if (database_ != "postgres") {
      throw Error(sqlstate::kInvalidCatalogName, "database \"" + database_ + "\" does not exist").Fatal();
    }
    CountForRole();
    ApplyStoredSettings(sink);
    for (const auto& [name, value] : parameters) {
      if (name == "options") {
        for (const auto& [option, text] : ParseOptions(value)) SetAtStartup(option, text);
      } else if (!IsConnectionParameter(name)) {
        SetAtStartup(name, value);
      }
    }
  } catch (const Error& error) {
    base::Report report = error.report();
    report.severity = base::Severity::kFatal;
    sink.Report(report);
    return StepResult::kClose;
  }
  EndTransaction(true);
  ApplySequenceRules();
  SendReady(sink);
  return StepResult::kDone;
}

StepResult Session::Step(const FrontendMessage& message, ResultSink& sink, Place place) {
  may_block_ = place == Place::kPool;
  const bool extended = copying_ == Copying::kNo ? message.type != 'Q' : copy_extended_;
  try {
    return Dispatch(message, sink, place);
  } catch (const StaleState&) {
    RunAgainWithLatest(extended);
    return Step(message, sink, place);
  } catch (const Error& error) {
    if (IsStale()) {
      RunAgainWithLatest(extended);
      return Step(message, sink, place);
    }
    Fail(error.report(), extended, sink);
    if (error.report().severity >= base::Severity::kFatal) return StepResult::kClose;
  } catch (const std::bad_alloc&) {
    base::Report report;
    report.sqlstate = sqlstate::kOutOfMemory;
    report.message = "out of memory";
    Fail(report, extended, sink);
  } catch (const std::exception& error) {
    base::Report report;
    report.message = error.what();
    Fail(report, extended, sink);
  }
  return StepResult::kDone;
}

bool Session::MayCallStore(const FrontendMessage& message) const {
  if (message.type == 'Q' || message.type == 'P' || message.type == 'E') return true;
  if (message.type == 'S') return !forget_after_commit_.empty();  // waits for other nodes
  if (message.type != 'B') return false;
  const auto found = statements_.find(message.statement);
  const PreparedPtr& prepared =
      message.statement.empty() || found == statements_.end() ? unnamed_statement_ : found->second;
  if (!prepared) return false;
  // The name of a relation is looked up in the catalog.
  return std::any_of(prepared->parameters.begin(), prepared->parameters.end(),
                     [](const types::Type& type) { return type.id == types::TypeId::kRegclass; });
}

StepResult Session::Dispatch(const FrontendMessage& message, ResultSink& sink, Place place) {
  if (shutdown_requested_ && stage_ == Stage::kBegin) {
    throw Error(sqlstate::kAdminShutdown, "terminating connection due to administrator command").Fatal();
  }
  if (copying_ != Copying::kNo) return HandleCopyMessage(message, sink, place);
  if (skip_until_sync_ && message.type != 'S' && message.type != 'X') return StepResult::kDone;
  // A call of a remote store would hold the loop's other connections up.
  if (remote_ && place == Place::kLoop && MayCallStore(message)) return StepResult::kNeedPool;
  const bool may_end = message.type == 'Q' || message.type == 'E' || message.type == 'S';
  const bool long_end = !deferred_constraints_.events.empty() ||
                        (transaction_ && transaction_->finished_writes() > kLoopWritesMax);
  if (place == Place::kLoop && may_end && stage_ == Stage::kBegin && long_end) return StepResult::kNeedPool;
  // A cancel request that found nothing running is void.
  if (stage_ == Stage::kBegin && (message.type == 'Q' || message.type == 'E')) cancel_requested_ = false;
  switch (message.type) {
    case 'Q':
      return HandleQuery(message, sink, place);
    case 'P':
      return HandleParse(message, sink, place);
    case 'B':
      return HandleBind(message, sink);
    case 'D':
      return HandleDescribe(message, sink);
    case 'E':
      return HandleExecute(message, sink, place);
    case 'C':
      HandleClose(message, sink);
      return StepResult::kDone;
    case 'S':
      return HandleSync(sink);
    case 'H':
      return StepResult::kDone;
    case 'X':
      return StepResult::kClose;
    case 'F':
      base::ThrowUnsupported("the function call message");
    case 'd':
    case 'c':
    case 'f':
      return StepResult::kDone;  // copy data that arrives after COPY has failed is ignored
    default:
      throw Error(sqlstate::kProtocolViolation,
                  "invalid frontend message type " + std::to_string(static_cast<int>(message.type)))
          .Fatal();
  }
}

void Session::Fail(const base::Report& report, bool extended, ResultSink& sink) {
  copying_ = Copying::kNo;
  AbandonStatement();
  if (in_block_ && !commit_requested_ && !savepoints_.empty()) {
    DropPortal(portal_);
    failed_ = true;
  } else if (in_block_ && !commit_requested_) {
    // What the block did is gone already; the block itself waits for its end, and so do its portals.
    for (auto& [name, portal] : portals_) portal->execution.reset();
    if (unnamed_portal_) unnamed_portal_->execution.reset();
    transaction_.reset();
    if (editor_) catalog_.reset();
    editor_.reset();
    forget_after_commit_.clear();
    counted_in_transaction_.clear();
    deferred_constraints_ = {};
    failed_ = true;
  } else {
    EndTransaction(false);
  }
  stage_ = Stage::kBegin;
  portal_.reset();
  collected_.clear();
  sink.Report(report);
  if (report.severity >= base::Severity::kFatal) return;
  if (extended) {
    skip_until_sync_ = true;
  } else {
    SendReady(sink);
  }
}

void Session::SendReady(ResultSink& sink) {
  latest_wanted_ = false;
  ReportParameters(sink);
  sink.ReadyForQuery(TransactionStatus());
}

void Session::ReportParameters(ResultSink& sink) {
  if (reported_epoch_ == parameters_.plan_epoch()) return;
  ResolveRoles();
  reported_epoch_ = parameters_.plan_epoch();
  for (const auto& [name, value] : parameters_.TakeReports()) sink.ParameterStatus(name, value);
}

}  // namespace ordinal::session
