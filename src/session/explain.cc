// EXPLAIN and EXPLAIN ANALYZE.
#include "sql/plan/explain.h"

#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "kv/round_trips.h"
#include "session/limits.h"
#include "session/session.h"
#include "sql/bind/binder.h"
#include "sql/bind/table_as.h"
#include "sql/parse/tree.h"

namespace ordinal::session {
namespace {

constexpr double kMicrosPerMilli = 1000;

// The lines of EXPLAIN, or its one value in JSON. `more` is shown below the plan.
std::vector<std::string> Print(const sql::UtilityStatement& utility, const sql::ExplainNode& root,
                               const sql::ExplainOptions& options,
                               const std::vector<std::pair<std::string, double>>& more) {
  if (utility.explain.json) return {sql::PrintPlanJson(root, options, more)};
  std::vector<std::string> lines = sql::PrintPlanText(root, options);
  for (const auto& [name, millis] : more) lines.push_back(fmt::format("{}: {:.3f} ms", name, millis));
  return lines;
}

}  // namespace

void Session::RunExplain(Portal& portal) {
  const sql::parse::Tree tree(portal.prepared->text);
  const auto& node = sql::FirstNode(tree);
  const sql::UtilityStatement utility = sql::ReadUtility(node, tree);
  const base::Clock& clock = environment_.clock;
  const std::int64_t began_micros = clock.BootMicros();
  const std::uint64_t trips_before = kv::round_trips_of_thread;
  StartStatement();
  if (transaction_->is_recent() && !utility.analyze) transaction_->TakeLatest();
  CurrentCatalog();
  const bool makes_table = sql::Classify(*utility.explained) == sql::StatementClass::kDdl;
  if (makes_table && utility.analyze) base::ThrowUnsupported("EXPLAIN ANALYZE of CREATE TABLE AS");
  const ::Node& query = QueryOfExplained(*utility.explained);
  PreparedPtr prepared;
  types::Row parameters;
  if (sql::Classify(query) == sql::StatementClass::kExecute) {
    prepared = FindExecuted(query);
    SettleState(*prepared);
    parameters = ArgumentsOf(query, tree, *prepared);
  } else {
    prepared = std::make_shared<Prepared>();
    prepared->kind = PreparedKind::kPlan;
    PreparePlan(*prepared, tree, &query);
    // Refresh finds the statement behind the EXPLAIN.
    prepared->text = portal.prepared->text;
  }
  if (prepared->denial) throw *prepared->denial;
  const std::int64_t planned_micros = clock.BootMicros();
  sql::Actuals actuals;
  if (utility.analyze) RunExplained(*prepared, parameters, actuals);
  const std::int64_t ended_micros = clock.BootMicros();

  sql::ExecContext context(*this, catalog_, *transaction_, statement_micros_);
  context.session_settings = &parameters_.settings();
  const sql::ExplainOptions options{.verbose = utility.explain.verbose,
                                    .timing = utility.explain.timing,
                                    .actuals = utility.analyze ? &actuals : nullptr};
  std::vector<std::pair<std::string, double>> more;
  if (utility.explain.summary) {
    more.emplace_back("Planning Time", static_cast<double>(planned_micros - began_micros) / kMicrosPerMilli);
    if (utility.analyze) {
      more.emplace_back("Execution Time",
                        static_cast<double>(ended_micros - planned_micros) / kMicrosPerMilli);
    }
  }
  std::vector<std::string> lines =
      Print(utility, sql::DescribePlan(*prepared->plan, options, context), options, more);
  if (remote_ && utility.analyze && utility.explain.summary && !utility.explain.json) {
    lines.push_back(fmt::format("Store Round Trips: {}, and {} to commit",
                                kv::round_trips_of_thread - trips_before,
                                transaction_->HasEffects() ? 1 : 0));
  }
  for (const std::string& line : lines) collected_.push_back({types::Value::String(line)});
}

const ::Node& Session::QueryOfExplained(const ::Node& explained) {
  switch (sql::Classify(explained)) {
    case sql::StatementClass::kQuery:
    case sql::StatementClass::kExecute:
      return explained;
    case sql::StatementClass::kDeclare:
      parameters_.profile().CheckAllowed(dialect::Feature::kStatement, "DeclareCursor");
      return *sql::ReadDeclare(explained).query;
    case sql::StatementClass::kDdl:
      if (sql::IsTableAs(explained)) {
        sql::ExecContext context(*this, catalog_, *transaction_, statement_micros_);
        // The tree is the statement's own.
        return *sql::ReadTableAs(const_cast<::Node&>(explained), BindEnvironmentFor(context)).query;
      }
      [[fallthrough]];
    default:
      ThrowRefused(&explained);
  }
}

void Session::RunExplained(Prepared& prepared, const types::Row& parameters, sql::Actuals& actuals) {
  SettleState(prepared);
  const sql::PlannedStatement& plan = *prepared.plan;
  if (!plan.read_only) {
    if (read_only_) {
      throw base::Error(base::sqlstate::kReadOnlySqlTransaction,
                        "cannot execute EXPLAIN in a read-only transaction");
    }
    CheckMixing(false);
  }
  if (!statement_begun_) sequences_.BeginStatement();
  statement_begun_ = true;
  ClaimAhead(prepared);
  sql::ExecContext context(*this, catalog_, *transaction_, statement_micros_);
  context.session_settings = &parameters_.settings();
  sql::Execution execution(plan, context, *transaction_, parameters);
  execution.Measure(actuals);
  types::Row row;
  std::uint64_t rows = 0;
  while (execution.Next(row)) {
    if (++rows % kRowsBetweenChecks == 0) CheckCanceled();
  }
}

}  // namespace ordinal::session
