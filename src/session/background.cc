// Leaves work to the background, and waits for it.
#include <future>
#include <memory>
#include <utility>

#include "base/error.h"
#include "jobs/job_id.h"
#include "jobs/runner.h"
#include "keys/key_space.h"
#include "session/session.h"

namespace ordinal::session {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

void WaitForJobs(jobs::Runner& runner) {
  const auto soon = std::make_shared<std::promise<void>>();
  runner.CallBackSoon([soon] { soon->set_value(); });
  soon->get_future().wait();
}

}  // namespace

void Session::SubmitJob(const sql::JobRequest& request) {
  std::string id = jobs::Submit(request, *transaction_, environment_.random, environment_.clock.WallMicros());
  collected_.push_back({types::Value::String(std::move(id))});
  submitted_job_ = true;
}

void Session::WakeJobs() {
  if (std::exchange(submitted_job_, false) && environment_.jobs != nullptr) environment_.jobs->Wake();
}

bool Session::MayBuildByJob(const Portal& portal) const {
  return commit_result_.outcome == kv::Outcome::kRefused && commit_result_.error != nullptr &&
         commit_result_.error->sqlstate() == sqlstate::kProgramLimitExceeded && fills_index_ &&
         !build_by_job_ && portal.prepared->kind == PreparedKind::kDdl && environment_.jobs != nullptr;
}

// The transaction that was too large has found that the statement is right and its keys are unique; what is
// left to go wrong comes from those who write meanwhile.
void Session::BuildByJob(sql::BoundDdl& ddl, sql::DdlContext& context) {
  std::get<sql::CreateIndex>(ddl.statement).async = true;
  tag_ = sql::ExecuteDdl(ddl, context);
  if (collected_.empty()) return;  // IF NOT EXISTS
  const std::string id(collected_.back().front().AsString());
  collected_.clear();
  CommitAndWait();
  AwaitJob(id);
}

void Session::AwaitJob(const std::string& id) {
  auto job = environment_.jobs->Find(id);
  try {
    for (; job && !job->is_over(); job = environment_.jobs->Find(id)) {
      CheckCanceled();
      WaitForJobs(*environment_.jobs);
    }
  } catch (const Error&) {
    DropUnfinished(job->table, job->object);
    throw;
  }
  if (!job || job->status == jobs::Status::kCompleted) return;
  DropUnfinished(job->table, job->object);
  throw Error(sqlstate::kUniqueViolation, "could not create index \"" + job->object_name + "\"")
      .Detail(job->details);
}

void Session::DropUnfinished(base::Oid table_oid, base::Oid index_oid) {
  for (;;) {
    txn::Transaction transaction(environment_.engine, txn::Limits{}, environment_.clock.BootMicros());
    const catalog::CatalogPtr catalog = environment_.catalogs.At(transaction.snapshot());
    const auto found = catalog->TableByOid(table_oid);
    if (!found) return;
    catalog::TableDescriptor table = *found;
    if (std::erase_if(table.indexes, [&](const auto& index) { return index.oid == index_oid; }) == 0) return;
    const std::string prefix = keys::IndexPrefix(table_oid, index_oid);
    transaction.DeleteRange({prefix, keys::PrefixEnd(prefix)});
    catalog::CatalogEditor(transaction, catalog).Update(std::move(table));
    if (transaction.CommitAndWait().outcome != kv::Outcome::kConflict) return;
  }
}

// CALL sys.wait_for_job('id'). Between two looks at the job the session holds no thread.
std::optional<StepResult> Session::RunCall(Portal& portal) {
  if (!std::exchange(call_begun_, true)) {
    const std::int64_t timeout = parameters_.statement_timeout_micros();
    statement_deadline_micros_ = timeout == 0 ? 0 : environment_.clock.BootMicros() + timeout;
  }
  CheckCanceled();
  const sql::UtilityStatement& call = portal.prepared->utility;
  if (call.parameter && (portal.parameters.empty() || portal.parameters[0].is_null())) {
    throw Error(sqlstate::kInvalidTextRepresentation, "Unable to convert text to UUID");
  }
  const std::string id = jobs::ReadJobId(call.parameter ? portal.parameters[0].AsString() : call.value);
  const auto job = environment_.jobs == nullptr ? std::nullopt : environment_.jobs->Find(id);
  if (!job) throw Error(sqlstate::kUndefinedObject, "job \"" + id + "\" does not exist");
  if (job->is_over()) {
    collected_.push_back({types::Value::Bool(job->status == jobs::Status::kCompleted)});
    tag_ = call.tag;
    portal.done = true;
    return std::nullopt;
  }
  if (!script_) {
    environment_.jobs->CallBackSoon(resume_);
    return StepResult::kWaiting;
  }
  // A script keeps its thread.
  WaitForJobs(*environment_.jobs);
  return StepResult::kWaiting;
}

std::vector<catalog::JobState> Session::Jobs() const {
  std::vector<catalog::JobState> states;
  if (environment_.jobs == nullptr) return states;
  for (jobs::Job& job : environment_.jobs->All()) {
    catalog::JobState& state = states.emplace_back();
    state.id = std::move(job.id);
    state.status = jobs::NameOf(job.status);
    state.details = std::move(job.details);
    state.type = jobs::NameOf(job.type);
    state.class_id = jobs::ClassOf(job.type);
    state.object_id = job.object;
    state.object_name = std::move(job.object_name);
    state.started_micros = job.started_micros;
    state.updated_micros = job.updated_micros;
  }
  return states;
}

}  // namespace ordinal::session
