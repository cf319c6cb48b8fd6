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
  if (sql::Classify(*utility.explained) != sql::StatementClass::kQuery) {
    base::ThrowUnsupported("EXPLAIN of this statement");
  }
  const base::Clock& clock = environment_.clock;
  const std::int64_t began_micros = clock.BootMicros();
  const std::uint64_t trips_before = kv::round_trips_of_thread;
  StartStatement();
  if (transaction_->is_recent() && !utility.analyze) transaction_->TakeLatest();
  CurrentCatalog();
  Prepared prepared;
  prepared.kind = PreparedKind::kPlan;
  PreparePlan(prepared, tree, utility.explained);
  if (prepared.denial) throw *prepared.denial;
  // Refresh finds the statement behind the EXPLAIN.
  prepared.text = portal.prepared->text;
  const std::int64_t planned_micros = clock.BootMicros();
  sql::Actuals actuals;
  if (utility.analyze) RunExplained(prepared, actuals);
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
      Print(utility, sql::DescribePlan(*prepared.plan, options, context), options, more);
  if (remote_ && utility.analyze && utility.explain.summary && !utility.explain.json) {
    lines.push_back(fmt::format("Store Round Trips: {}, and {} to commit",
                                kv::round_trips_of_thread - trips_before,
                                transaction_->HasEffects() ? 1 : 0));
  }
  for (const std::string& line : lines) collected_.push_back({types::Value::String(line)});
}

void Session::RunExplained(Prepared& prepared, sql::Actuals& actuals) {
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
  sql::Execution execution(plan, context, *transaction_, {});
  execution.Measure(actuals);
  types::Row row;
  std::uint64_t rows = 0;
  while (execution.Next(row)) {
    if (++rows % kRowsBetweenChecks == 0) CheckCanceled();
  }
}

}  // namespace ordinal::session
