// EXPLAIN and EXPLAIN ANALYZE.
#include <fmt/format.h>

#include "base/error.h"
#include "kv/round_trips.h"
#include "session/limits.h"
#include "session/session.h"
#include "sql/bind/binder.h"
#include "sql/parse/tree.h"

namespace ordinal::session {
namespace {

std::string Milliseconds(const char* what, std::int64_t micros) {
  return fmt::format("{}: {:.3f} ms", what, static_cast<double>(micros) / 1000);
}

}  // namespace

void Session::RunExplain(Portal& portal) {
  const sql::parse::Tree tree(portal.prepared->text);
  const auto& node = *static_cast<const ::Node*>(tree.statements()[0].node);
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
  // Refresh finds the statement behind the EXPLAIN.
  prepared.text = portal.prepared->text;
  std::vector<std::string> lines = sql::Explain(*prepared.plan);
  if (utility.analyze) {
    const std::int64_t planned_micros = clock.BootMicros();
    lines.front() += fmt::format(" (actual rows={} loops=1)", RunExplained(prepared));
    lines.push_back(Milliseconds("Planning Time", planned_micros - began_micros));
    lines.push_back(Milliseconds("Execution Time", clock.BootMicros() - planned_micros));
    if (remote_) {
      lines.push_back(fmt::format("Store Round Trips: {}, and {} to commit",
                                  kv::round_trips_of_thread - trips_before,
                                  transaction_->HasEffects() ? 1 : 0));
    }
  }
  for (const std::string& line : lines) collected_.push_back({types::Value::String(line)});
}

std::uint64_t Session::RunExplained(Prepared& prepared) {
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
  types::Row row;
  std::uint64_t rows = 0;
  while (execution.Next(row)) {
    if (++rows % kRowsBetweenChecks == 0) CheckCanceled();
  }
  return rows;
}

}  // namespace ordinal::session
