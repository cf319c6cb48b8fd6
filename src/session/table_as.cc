// Runs CREATE TABLE AS and SELECT INTO: makes the table, then writes the rows of the query into it.
#include "sql/bind/table_as.h"

#include <utility>

#include "base/error.h"
#include "session/limits.h"
#include "session/session.h"
#include "sql/bind/access.h"
#include "sql/bind/binder.h"
#include "sql/exec/table_writer.h"
#include "sql/parse/tree.h"

namespace ordinal::session {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

}  // namespace

void Session::RunTableAs(const sql::parse::Tree& tree, sql::ExecContext& context, ResultSink& sink) {
  const sql::BindEnvironment environment = BindEnvironmentFor(context);
  // The tree is this statement's own.
  auto& node = *const_cast<::Node*>(static_cast<const ::Node*>(tree.statements()[0].node));
  const sql::TableAs table_as = sql::ReadTableAs(node, environment);
  PreparedPtr executed;
  std::unique_ptr<sql::PlannedStatement> own;
  types::Row parameters;
  if (sql::Classify(*table_as.query) == sql::StatementClass::kExecute) {
    executed = FindExecuted(*table_as.query);
    if (!executed->plan->query) {
      throw Error(sqlstate::kWrongObjectType, "prepared statement is not a SELECT");
    }
    SettleState(*executed);
    parameters = ArgumentsOf(*table_as.query, tree, *executed);
  } else {
    auto bound = sql::Binder(environment, tree, {}).BindStatement(*table_as.query);
    if (!bound.parameters.empty()) throw Error(sqlstate::kUndefinedParameter, "there is no parameter $1");
    own = sql::Plan(std::move(bound), context);
  }
  const sql::PlannedStatement* const plan = executed ? executed->plan.get() : own.get();
  const auto ddl = sql::BindTableAs(table_as, plan->outputs, environment);
  if (read_only_) {
    throw Error(sqlstate::kReadOnlySqlTransaction,
                "cannot execute " + table_as.command + " in a read-only transaction");
  }
  const auto& created = std::get<sql::CreateTable>(ddl->statement);
  const bool existed = static_cast<bool>(catalog_->FindRelation(created.schema, created.name));
  if (!existed && sql::WantsRows(table_as)) {
    if (auto denial = sql::FindDenial(*catalog_, CurrentRole(), plan->accesses)) throw *denial;
  }
  sql::DdlContext ddl_context = MakeDdlContext(context, sink);
  tag_ = sql::ExecuteDdl(*ddl, ddl_context);
  if (existed || !sql::WantsRows(table_as)) return;
  const catalog::CatalogPtr with_table = editor_->catalog();
  const auto table = with_table->FindRelation(created.schema, created.name).table;
  transaction_->FinishStatement();
  if (!statement_begun_) sequences_.BeginStatement();
  statement_begun_ = true;
  sql::TableWriter writer(sql::TableLayout::Of(table), {*transaction_, *with_table, parameters_.settings(),
                                                        environment_.row_ids, size_limits(), context});
  sql::Execution execution(*plan, context, *transaction_, parameters);
  types::Row row;
  std::uint64_t count = 0;
  while (execution.Next(row)) {
    if (++count % kRowsBetweenChecks == 0) CheckCanceled();
    writer.Insert(row);
  }
  tag_ = "SELECT " + std::to_string(count);
}

}  // namespace ordinal::session
