// Runs PREPARE and EXECUTE. Statements that SQL prepares and those of the protocol share their names.
#include <utility>

#include "base/error.h"
#include "session/limits.h"
#include "session/session.h"
#include "sql/bind/prepared.h"
#include "sql/bind/utility.h"
#include "sql/parse/tree.h"

namespace ordinal::session {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

}  // namespace

void Session::RunPrepare(const Prepared& prepared) {
  const sql::parse::Tree tree(prepared.text);
  const sql::PrepareParts parts = sql::ReadPrepare(sql::FirstNode(tree));
  if (statements_.contains(parts.name)) {
    throw Error(sqlstate::kDuplicatePreparedStatement,
                "prepared statement \"" + parts.name + "\" already exists");
  }
  if (statements_.size() >= kStatementsMax) {
    throw Error(sqlstate::kConfigurationLimitExceeded, "too many prepared statements");
  }
  StartStatement();
  CurrentCatalog();
  auto made = std::make_shared<Prepared>();
  made->kind = PreparedKind::kPlan;
  made->text = prepared.text;  // Refresh finds the query in it
  {
    sql::ExecContext context(*this, catalog_, *transaction_, statement_micros_);
    context.session_settings = &parameters_.settings();
    made->declared = sql::BindPreparedTypes(sql::FirstNode(tree), BindEnvironmentFor(context), tree);
  }
  made->by_sql = true;
  made->made_micros = statement_micros_;
  PreparePlan(*made, tree, parts.query);
  statements_.emplace(parts.name, std::move(made));
  tag_ = "PREPARE";
}

PreparedPtr Session::FindExecuted(const ::Node& execute) const {
  PreparedPtr found = FindStatement(sql::ExecutedName(execute));
  if (found->kind != PreparedKind::kPlan) base::ThrowUnsupported("EXECUTE of a statement that has no plan");
  return found;
}

types::Row Session::ArgumentsOf(const ::Node& execute, const sql::parse::Tree& tree,
                                const Prepared& executed) {
  sql::ExecContext context(*this, catalog_, *transaction_, statement_micros_);
  context.session_settings = &parameters_.settings();
  const sql::BindEnvironment environment = BindEnvironmentFor(context);
  types::Row values;
  for (const sql::ExprPtr& argument : sql::BindArguments(execute, executed.parameters, environment, tree)) {
    values.push_back(sql::Evaluate(*argument, context, {}));
  }
  return values;
}

std::optional<StepResult> Session::RunExecute(Portal& portal, std::int32_t row_limit, ResultSink& sink,
                                              Place place, bool describe) {
  if (!portal.executed) {
    if (place == Place::kLoop) return StepResult::kNeedPool;
    StartStatement();
    CurrentCatalog();
    const sql::parse::Tree tree(portal.prepared->text);
    auto executed = std::make_unique<Portal>();
    const ::Node& node = sql::FirstNode(tree);
    executed->prepared = FindExecuted(node);
    SettleState(*executed->prepared);
    executed->parameters = ArgumentsOf(node, tree, *executed->prepared);
    executed->columns = executed->prepared->columns;
    for (std::size_t i = 0; i < executed->columns.size() && i < portal.columns.size(); ++i) {
      executed->columns[i].format = portal.columns[i].format;
    }
    portal.columns = executed->columns;
    portal.executed = std::move(executed);
  }
  Portal& executed = *portal.executed;
  executed.rows_in_fetch = portal.rows_in_fetch;
  const auto pause = RunPlan(executed, row_limit, sink, place, describe);
  portal.started = executed.started;
  portal.done = executed.done;
  portal.rows_in_fetch = executed.rows_in_fetch;
  return pause;
}

}  // namespace ordinal::session
