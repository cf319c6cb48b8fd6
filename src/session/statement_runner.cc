// Runs prepared statements: the steps between prepare and commit.
#include <array>
#include <utility>

#include "base/error.h"
#include "session/copy_run.h"
#include "session/cursor_run.h"
#include "session/limits.h"
#include "session/pending_events.h"
#include "session/session.h"
#include "sql/bind/ddl.h"
#include "sql/bind/table_as.h"
#include "sql/exec/ddl.h"
#include "sql/expr/conversion.h"
#include "sql/parse/tree.h"
#include "types/binary_codec.h"
#include "types/text_codec.h"

namespace ordinal::session {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

std::string_view Verb(const sql::PlannedStatement& plan) {
  if (!plan.modify) return "SELECT";
  switch (plan.modify->bound->kind) {
    case sql::ModifyKind::kInsert:
      return "INSERT";
    case sql::ModifyKind::kUpdate:
      return "UPDATE";
    case sql::ModifyKind::kDelete:
      return "DELETE";
  }
  return "SELECT";
}

}  // namespace

void PrintNames(types::Row& row, const Portal& portal) {
  for (std::size_t i = 0; i < row.size() && i < portal.columns.size(); ++i) {
    const ColumnDescription& column = portal.columns[i];
    if (!types::IsObjectName(column.type.id) || column.format != 0 || row[i].is_null()) continue;
    row[i] = types::Value::String(sql::Print(row[i], column.type.id, *portal.context));
  }
}

std::optional<StepResult> Session::RunPortal(Portal& portal, std::int32_t row_limit, ResultSink& sink,
                                             Place place, bool describe) {
  const Prepared& prepared = *portal.prepared;
  CheckNotFailed(prepared);
  switch (prepared.kind) {
    case PreparedKind::kEmpty:
      return std::nullopt;
    case PreparedKind::kUtility:
      if (place == Place::kLoop && NeedsPool(prepared.utility)) return StepResult::kNeedPool;
      if (prepared.utility.kind == sql::UtilityKind::kCall) return RunCall(portal);
      RunUtility(portal, sink);
      portal.done = true;
      return std::nullopt;
    case PreparedKind::kDdl:
      if (place == Place::kLoop) return StepResult::kNeedPool;
      RunDdl(prepared, sink);
      portal.done = true;
      return std::nullopt;
    case PreparedKind::kPrepare:
      if (place == Place::kLoop) return StepResult::kNeedPool;
      RunPrepare(prepared);
      portal.done = true;
      return std::nullopt;
    case PreparedKind::kExecute:
      return RunExecute(portal, row_limit, sink, place, describe);
    case PreparedKind::kDeclare:
      if (place == Place::kLoop) return StepResult::kNeedPool;
      RunDeclare(portal);
      portal.done = true;
      return std::nullopt;
    case PreparedKind::kFetch:
      return RunFetch(portal, row_limit, sink, place, describe);
    case PreparedKind::kCopy:
      copy_extended_ = !describe;
      return RunCopy(portal, sink, place);
    case PreparedKind::kPlan:
      return RunPlan(portal, row_limit, sink, place, describe);
  }
  return std::nullopt;
}

// Whether a utility statement may run for long.
bool Session::NeedsPool(const sql::UtilityStatement& utility) const {
  return utility.kind == sql::UtilityKind::kExplain ||
         (utility.kind == sql::UtilityKind::kCommit && HasCursorsToHold());
}

std::optional<StepResult> Session::RunPlan(Portal& portal, std::int32_t row_limit, ResultSink& sink,
                                           Place place, bool describe) {
  Prepared& prepared = *portal.prepared;
  if (!portal.started) {
    StartStatement();
    SettleState(prepared);
    if (prepared.denial) throw *prepared.denial;
    const sql::PlannedStatement& plan = *prepared.plan;
    if (!plan.read_only) {
      if (read_only_) {
        throw Error(sqlstate::kReadOnlySqlTransaction,
                    "cannot execute " + std::string(Verb(plan)) + " in a read-only transaction");
      }
      CheckMixing(false);
    } else if (read_only_ && !plan.locking.empty()) {
      throw Error(sqlstate::kReadOnlySqlTransaction,
                  "cannot execute " + plan.locking + " in a read-only transaction");
    }
    const bool brief = plan.short_plan && row_limit == 0 && !to_pool_;
    if (place == Place::kLoop && !brief) return StepResult::kNeedPool;
    if (!statement_begun_) sequences_.BeginStatement();
    statement_begun_ = true;
    // On the pool a draw may wait for itself, unless each would then be a claim of its own.
    if (!claimed_ && (place == Place::kLoop || !environment_.sequences.draws_from_memory())) {
      if (auto wait = ClaimAhead(prepared)) return wait;
    }
    portal.context = std::make_unique<sql::ExecContext>(static_cast<sql::SessionServices&>(*this), catalog_,
                                                        *transaction_, statement_micros_);
    portal.context->session_settings = &parameters_.settings();
    portal.execution =
        std::make_unique<sql::Execution>(plan, *portal.context, *transaction_, portal.parameters);
    if (brief) {
      try {
        CollectShort(portal);
      } catch (const sequence::NeedsClaim&) {
        // An unforeseen draw: what was buffered goes, what was drawn is kept, and a pool thread begins again.
        portal.execution.reset();
        transaction_->AbandonStatement();
        sequences_.Rewind();
        collected_.clear();
        to_pool_ = true;
        return StepResult::kNeedPool;
      }
      return std::nullopt;
    }
    portal.started = true;
    if (describe && portal.GivesRows()) sink.RowDescription(portal.columns);
  } else if (place == Place::kLoop) {
    return StepResult::kNeedPool;  // the rest of the rows may scan, or draw values that nobody foresaw
  }
  // What is read after other statements goes on with what there was before them.
  transaction_->ReadFrom(portal.view);
  const bool streamed = Stream(portal, row_limit, sink);
  transaction_->ReadFrom(nullptr);
  if (!streamed) return StepResult::kNeedDrain;
  if (!portal.done && prepared.plan->read_only && !portal.view) portal.view = transaction_->TakeView();
  return std::nullopt;
}

std::optional<StepResult> Session::ClaimAhead(const Prepared& prepared) {
  claimed_ = true;
  for (const auto& [oid, count] : prepared.plan->foreseen_draws) {
    const auto sequence = catalog_->SequenceByOid(oid);
    if (!sequence || IsCountedInTransaction(oid)) continue;
    const auto ready = sequences_.Prepare(*sequence, count, resume_);
    if (ready == sequence::Ready::kPending) {
      claimed_ = false;
      return StepResult::kWaiting;
    }
  }
  return std::nullopt;
}

// Runs a short plan to its end; its rows wait until the outcome of the commit is known.
void Session::CollectShort(Portal& portal) {
  types::Row row;
  while (portal.execution->Next(row)) {
    PrintNames(row, portal);
    collected_.push_back(row);
  }
  tag_ =
      sql::CommandTag(*portal.prepared->plan,
                      portal.prepared->plan->modify ? portal.execution->affected_rows() : collected_.size());
  portal.execution.reset();
  portal.done = true;
}

// Sends rows until the end, the row limit or a full buffer; false for the last.
bool Session::Stream(Portal& portal, std::int32_t row_limit, ResultSink& sink) {
  types::Row row;
  std::uint64_t sent = 0;
  while (row_limit == 0 || portal.rows_in_fetch < static_cast<std::uint64_t>(row_limit)) {
    if (!portal.execution->Next(row)) {
      portal.done = true;
      break;
    }
    PrintNames(row, portal);
    sink.DataRow(row, portal.columns, parameters_.settings());
    streamed_ = true;
    ++portal.rows_in_fetch;
    ++portal.rows_sent;
    if (++sent % kRowsBetweenChecks == 0) CheckCanceled();
    if (sink.BufferedBytes() > kOutputBytesMax) return false;
  }
  // What gives rows counts those of this Execute, RETURNING included.
  tag_ = sql::CommandTag(*portal.prepared->plan,
                         portal.GivesRows() ? portal.rows_in_fetch : portal.execution->affected_rows());
  if (portal.done) portal.execution.reset();
  return true;
}

void Session::FinishStatement(bool commit_follows) {
  if (transaction_) transaction_->FinishStatement();
  if (!commit_follows && statement_begun_) {
    sequences_.FinishStatement();
    statement_begun_ = false;
  }
  claimed_ = to_pool_ = call_begun_ = false;
}

void Session::AbandonStatement() {
  if (portal_) {
    portal_->execution.reset();
    portal_->copy.reset();
    portal_->executed.reset();
  }
  if (transaction_) {
    transaction_->ReadFrom(nullptr);
    transaction_->AbandonStatement();
    row_moves_.AbandonStatement();
  }
  if (statement_begun_) sequences_.AbandonStatement();
  statement_begun_ = claimed_ = to_pool_ = streamed_ = call_begun_ = false;
}

void Session::SendAnswer(Portal& portal, ResultSink& sink, bool describe) {
  if (portal.prepared->kind == PreparedKind::kEmpty) {
    sink.EmptyQueryResponse();
    return;
  }
  if (describe && !portal.started && portal.GivesRows()) sink.RowDescription(portal.columns);
  for (const types::Row& row : collected_) sink.DataRow(row, portal.columns, parameters_.settings());
  collected_.clear();
  sink.CommandComplete(tag_);
}

bool Session::RetryAfterConflict(Portal& portal) {
  if (MayBuildByJob(portal)) {
    build_by_job_ = true;
    ForgetRun(portal);
    return true;
  }
  if (commit_result_.outcome != kv::Outcome::kConflict || streamed_) return false;
  const bool explained = portal.prepared->utility.kind == sql::UtilityKind::kExplain;
  const PreparedKind kind = portal.prepared->kind;
  if (kind != PreparedKind::kPlan && kind != PreparedKind::kExecute && !explained) return false;
  if (sequences_.StatementSetValue()) return false;
  if (transaction_ && transaction_->is_recent()) {
    // Not the client's conflict: the statement had not looked yet.
    latest_wanted_ = true;
  } else if (!parameters_.profile().session.may_retry || ++attempts_ > kRetriesMax) {
    return false;
  }
  ForgetRun(portal);
  return true;
}

// Leaves nothing of a run but the values that it drew, which the next one uses.
void Session::ForgetRun(Portal& portal) {
  EndTransaction(false);
  if (statement_begun_) sequences_.Rewind();
  collected_.clear();
  portal.executed.reset();
  portal.done = portal.started = false;
  portal.rows_in_fetch = portal.rows_sent = 0;
  commit_turn_ = false;
}

void Session::RunDdl(const Prepared& prepared, ResultSink& sink) {
  StartStatement();
  if (transaction_->is_recent()) transaction_->TakeLatest();
  CheckMixing(true);
  CurrentCatalog();
  if (!editor_) {
    editor_ = std::make_unique<catalog::CatalogEditor>(*transaction_, catalog_);
  }
  const sql::parse::Tree tree(prepared.text);
  const auto& node = sql::FirstNode(tree);
  if (sql::MakesTemporary(node) && !read_only_) MakeTemporarySchema();
  sql::ExecContext context(*this, catalog_, *transaction_, statement_micros_);
  context.session_settings = &parameters_.settings();
  if (sql::IsTableAs(node)) return RunTableAs(tree, context, sink);
  const sql::BindEnvironment environment = BindEnvironmentFor(context);
  const auto ddl = sql::BindDdl(node, environment, tree);
  if (read_only_) {
    throw Error(sqlstate::kReadOnlySqlTransaction,
                "cannot execute " + ddl->tag + " in a read-only transaction");
  }
  CheckNothingPending(*ddl, deferred_constraints_, *catalog_);
  if (const auto* analyze = std::get_if<sql::Analyze>(&ddl->statement);
      analyze && analyze->alone && in_block_) {
    throw Error(sqlstate::kActiveSqlTransaction, ddl->tag + " cannot run inside a transaction block");
  }
  sql::DdlContext ddl_context = MakeDdlContext(context, sink);
  const auto* index = std::get_if<sql::CreateIndex>(&ddl->statement);
  fills_index_ = index != nullptr && !index->async && commits_alone_;
  if (fills_index_ && build_by_job_) return BuildByJob(*ddl, ddl_context);
  tag_ = sql::ExecuteDdl(*ddl, ddl_context);
}

types::Row Session::BindParameters(const FrontendMessage& message, const Prepared& prepared) {
  const std::size_t count = message.parameters.size();
  if (count != prepared.parameters.size()) {
    throw Error(sqlstate::kProtocolViolation, "bind message supplies " + std::to_string(count) +
                                                  " parameters, but prepared statement \"" +
                                                  std::string(message.statement) + "\" requires " +
                                                  std::to_string(prepared.parameters.size()));
  }
  const auto& formats = message.parameter_formats;
  if (formats.size() > 1 && formats.size() != count) {
    throw Error(sqlstate::kProtocolViolation, "bind message has " + std::to_string(formats.size()) +
                                                  " parameter formats but " + std::to_string(count) +
                                                  " parameters");
  }
  types::Row row;
  row.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    row.push_back(ParseParameter(message, i, prepared.parameters[i]));
  }
  return row;
}

types::Value Session::ParseParameter(const FrontendMessage& message, std::size_t index, types::Type type) {
  const auto& parameter = message.parameters[index];
  if (!parameter) return types::Value::Null();
  const auto& formats = message.parameter_formats;
  const std::int16_t format = formats.empty() ? 0 : formats.size() == 1 ? formats[0] : formats[index];
  if (format != 0 && format != 1) {
    throw Error(sqlstate::kInvalidParameterValue, "unsupported format code: " + std::to_string(format));
  }
  if (format == 1) return types::ParseBinary(*parameter, type);
  if (type.id == types::TypeId::kRegclass) {
    EnsureTransaction();
    if (transaction_->is_recent()) transaction_->TakeLatest();
    CurrentCatalog();
    return types::Value::Int(ResolveRelation(*parameter, false));
  }
  return types::ParseText(*parameter, type, parameters_.settings());
}

}  // namespace ordinal::session
