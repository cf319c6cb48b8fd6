// Handles the simple query protocol.
#include <utility>

#include "base/error.h"
#include "session/limits.h"
#include "session/session.h"
#include "sql/parse/tree.h"

namespace ordinal::session {

// Whether the plan of a simple query still holds: it is made anew rather than refreshed, since its result may
// change.
bool Session::IsCurrent(const Prepared& prepared) {
  CheckNotFailed(prepared);
  StartStatement();
  CurrentCatalog();
  return prepared.catalog == catalog_ && prepared.plan_epoch == parameters_.plan_epoch();
}

StepResult Session::HandleQuery(const FrontendMessage& message, ResultSink& sink, Place place) {
  if (stage_ == Stage::kBegin) {
    attempts_ = 0;
    streamed_ = fills_index_ = build_by_job_ = false;
    PreparedPtr prepared;
    const auto known = plans_by_text_.find(message.text);
    if (known != plans_by_text_.end() && IsCurrent(*known->second)) {
      prepared = known->second;
    } else {
      if (place == Place::kLoop && message.text.size() > kLoopTextBytesMax) return StepResult::kNeedPool;
      const sql::parse::Tree tree(message.text);
      if (tree.statements().size() > 1) {
        return place == Place::kLoop ? StepResult::kNeedPool : HandleScript(message, sink);
      }
      prepared = tree.statements().empty() ? std::make_shared<Prepared>()
                                           : PrepareStatement(tree, tree.statements()[0], {});
      if (!prepared->parameters.empty()) {
        throw base::Error(base::sqlstate::kUndefinedParameter, "there is no parameter $1");
      }
      if (prepared->kind == PreparedKind::kPlan && message.text.size() <= kPlanTextBytesMax && !editor_) {
        if (plans_by_text_.size() >= kPlansMax) plans_by_text_.clear();
        plans_by_text_.insert_or_assign(std::string(message.text), prepared);
      }
    }
    portal_ = std::make_shared<Portal>();
    portal_->columns = prepared->columns;
    portal_->prepared = std::move(prepared);
    stage_ = Stage::kRun;
  }
  for (;;) {
    if (stage_ == Stage::kRun) {
      commits_alone_ = !in_block_;
      if (auto pause = RunPortal(*portal_, 0, sink, place, true)) return *pause;
      FinishStatement(!in_block_);
      stage_ = Stage::kCommit;
      if ((!in_block_ || commit_requested_) && !StartCommit()) return StepResult::kWaiting;
    }
    if (!in_block_ || commit_requested_) {
      if (commit_result_.outcome != kv::Outcome::kCommitted && !commit_requested_ &&
          RetryAfterConflict(*portal_)) {
        stage_ = Stage::kRun;
        continue;
      }
      FinishCommit();
      FinishStatement(false);
    }
    break;
  }
  SendAnswer(*portal_, sink, true);
  portal_.reset();
  stage_ = Stage::kBegin;
  SendReady(sink);
  return StepResult::kDone;
}

// Runs several statements as one implicit transaction, on a pool thread from beginning to end.
StepResult Session::HandleScript(const FrontendMessage& message, ResultSink& sink) {
  const sql::parse::Tree tree(message.text);
  struct ScriptFlag {
    bool& flag;
    explicit ScriptFlag(bool& f) : flag(f) { flag = true; }
    ~ScriptFlag() { flag = false; }
  } script(script_);
  const std::size_t count = tree.statements().size();
  for (std::size_t i = 0; i < count; ++i) {
    streamed_ = false;
    commits_alone_ = false;
    portal_ = std::make_shared<Portal>();
    portal_->prepared = PrepareStatement(tree, tree.statements()[i], {});
    portal_->columns = portal_->prepared->columns;
    while (RunPortal(*portal_, 0, sink, Place::kPool, true)) {
      // A full buffer does not stop a script: its output is bounded by the message that asked for it.
    }
    FinishStatement(false);
    if (commit_requested_ || (i + 1 == count && !in_block_)) CommitAndWait();
    SendAnswer(*portal_, sink, true);
  }
  portal_.reset();
  stage_ = Stage::kBegin;
  SendReady(sink);
  return StepResult::kDone;
}

}  // namespace ordinal::session
