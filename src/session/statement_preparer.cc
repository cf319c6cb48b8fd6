// Parses, binds and plans statements for the session.
#include <utility>

#include "base/error.h"
#include "catalog/privileges.h"
#include "session/session.h"
#include "sql/bind/access.h"
#include "sql/bind/binder.h"
#include "sql/bind/copy.h"
#include "sql/bind/cursor.h"
#include "sql/bind/prepared.h"
#include "sql/bind/utility.h"
#include "sql/parse/tree.h"

namespace ordinal::session {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

const ::Node& NodeOf(const void* node) { return *static_cast<const ::Node*>(node); }

ColumnDescription Describe(const sql::OutputColumn& output) {
  return {output.name, output.table, output.attribute, output.type, 0};
}

ColumnDescription TextColumn(std::string name) {
  return {std::move(name), 0, 0, {types::TypeId::kText, -1}, 0};
}

}  // namespace

PreparedPtr Session::Prepare(std::string_view text, std::vector<types::Type> declared) {
  const sql::parse::Tree tree(text);
  if (tree.statements().empty()) return std::make_shared<Prepared>();
  if (tree.statements().size() > 1) {
    throw Error(sqlstate::kSyntaxError, "cannot insert multiple commands into a prepared statement");
  }
  return PrepareStatement(tree, tree.statements()[0], std::move(declared));
}

PreparedPtr Session::PrepareStatement(const sql::parse::Tree& tree, const sql::parse::Statement& statement,
                                      std::vector<types::Type> declared) {
  auto prepared = std::make_shared<Prepared>();
  prepared->text = tree.text().substr(static_cast<std::size_t>(statement.begin),
                                      static_cast<std::size_t>(statement.length));
  prepared->declared = std::move(declared);
  switch (sql::Classify(NodeOf(statement.node))) {
    case sql::StatementClass::kUtility:
      prepared->kind = PreparedKind::kUtility;
      prepared->utility = sql::ReadUtility(NodeOf(statement.node), tree);
      prepared->utility.explained = nullptr;
      prepared->runs_when_failed = prepared->utility.kind == sql::UtilityKind::kCommit ||
                                   prepared->utility.kind == sql::UtilityKind::kRollback ||
                                   prepared->utility.name == "ROLLBACK TO";
      DescribeUtility(*prepared);
      CheckNotFailed(*prepared);
      break;
    case sql::StatementClass::kDdl:
      prepared->kind = PreparedKind::kDdl;
      if (statement.async) prepared->columns = {TextColumn("job_id")};
      CheckNotFailed(*prepared);
      break;
    case sql::StatementClass::kPrepare:
      parameters_.profile().CheckAllowed(dialect::Feature::kStatement, "Prepare");
      prepared->kind = PreparedKind::kPrepare;
      CheckNotFailed(*prepared);
      break;
    case sql::StatementClass::kExecute:
      parameters_.profile().CheckAllowed(dialect::Feature::kStatement, "Execute");
      prepared->kind = PreparedKind::kExecute;
      CheckNotFailed(*prepared);
      prepared->columns = FindStatement(sql::ExecutedName(NodeOf(statement.node)))->columns;
      break;
    case sql::StatementClass::kDeclare:
      parameters_.profile().CheckAllowed(dialect::Feature::kStatement, "DeclareCursor");
      CheckNotFailed(*prepared);
      StartStatement();
      CurrentCatalog();
      prepared->declare = sql::ReadDeclare(NodeOf(statement.node));
      prepared->kind = PreparedKind::kDeclare;
      PreparePlan(*prepared, tree, std::exchange(prepared->declare.query, nullptr));
      prepared->columns.clear();
      break;
    case sql::StatementClass::kFetch:
      parameters_.profile().CheckAllowed(dialect::Feature::kStatement, "Fetch");
      CheckNotFailed(*prepared);
      prepared->kind = PreparedKind::kFetch;
      prepared->fetch = sql::ReadFetch(NodeOf(statement.node));
      DescribeFetch(*prepared);
      break;
    case sql::StatementClass::kCopy:
      prepared->kind = PreparedKind::kCopy;
      CheckNotFailed(*prepared);
      break;
    case sql::StatementClass::kQuery:
      prepared->kind = PreparedKind::kPlan;
      CheckNotFailed(*prepared);
      StartStatement();
      CurrentCatalog();
      PreparePlan(*prepared, tree, statement.node);
      break;
    case sql::StatementClass::kUnknown:
      ThrowRefused(statement.node);
  }
  return prepared;
}

void Session::ThrowRefused(const void* node) {
  const sql::StatementNames names = sql::NamesOf(NodeOf(node));
  parameters_.profile().CheckAllowed(dialect::Feature::kStatement, names.parser);
  base::ThrowUnsupported(names.command);
}

void Session::DescribeUtility(Prepared& prepared) {
  switch (prepared.utility.kind) {
    case sql::UtilityKind::kShow:
      prepared.columns = {TextColumn(parameters_.Spelling(prepared.utility.name))};
      break;
    case sql::UtilityKind::kShowAll:
      prepared.columns = {TextColumn("name"), TextColumn("setting"), TextColumn("description")};
      break;
    case sql::UtilityKind::kExplain:
      prepared.columns = {TextColumn("QUERY PLAN")};
      if (prepared.utility.explain.json) prepared.columns[0].type = {types::TypeId::kJson, -1};
      break;
    case sql::UtilityKind::kCall:
      prepared.columns = {{"succeeded", 0, 0, {types::TypeId::kBool, -1}, 0}};
      if (prepared.utility.parameter) prepared.parameters = {{types::TypeId::kText, -1}};
      break;
    default:
      break;
  }
}

std::vector<base::Oid> Session::ResolvedSearchPath() {
  std::vector<base::Oid> path;
  if (const base::Oid temporary = TemporarySchema(); temporary != base::kInvalidOid)
    path.push_back(temporary);
  for (const std::string& name : parameters_.search_path()) {
    const auto schema = catalog_->FindSchema(name == "$user" ? UserName() : name);
    if (schema && catalog::MayUseSchema(*catalog_, CurrentRole(), *schema)) path.push_back(schema->oid);
  }
  return path;
}

sql::BindEnvironment Session::BindEnvironmentFor(sql::EvalContext& context) {
  return {*catalog_, parameters_.profile(), ResolvedSearchPath(), context, TemporarySchema()};
}

void Session::PreparePlan(Prepared& prepared, const sql::parse::Tree& tree, const void* node) {
  sql::ExecContext context(*this, catalog_, *transaction_, statement_micros_);
  context.session_settings = &parameters_.settings();
  const sql::BindEnvironment environment = BindEnvironmentFor(context);
  sql::Binder binder(environment, tree, prepared.declared);
  const bool is_cursor = prepared.kind == PreparedKind::kDeclare;
  prepared.plan =
      sql::Plan(is_cursor ? binder.BindCursor(NodeOf(node)) : binder.BindStatement(NodeOf(node)), context);
  prepared.parameters = prepared.plan->parameters;
  prepared.denial.reset();
  if (auto denial = sql::FindDenial(*catalog_, CurrentRole(), prepared.plan->accesses)) {
    prepared.denial = std::make_unique<Error>(std::move(*denial));
  }
  prepared.columns.clear();
  for (const sql::OutputColumn& output : prepared.plan->outputs) prepared.columns.push_back(Describe(output));
  prepared.catalog = editor_ ? nullptr : catalog_;
  prepared.plan_epoch = parameters_.plan_epoch();
}

// Plans anew when the catalog or a parameter that plans depend on has changed.
void Session::Refresh(Prepared& prepared) {
  if (prepared.catalog == catalog_ && prepared.plan_epoch == parameters_.plan_epoch()) return;
  const std::vector<ColumnDescription> before = prepared.columns;
  const sql::parse::Tree tree(prepared.text);
  const ::Node& node = sql::FirstNode(tree);
  const sql::StatementClass statement = sql::Classify(node);
  const bool is_explain = statement == sql::StatementClass::kUtility;
  PreparePlan(prepared, tree,
              is_explain ? &QueryOfExplained(*sql::ReadUtility(node, tree).explained)
              : statement == sql::StatementClass::kPrepare ? sql::ReadPrepare(node).query
              : statement == sql::StatementClass::kDeclare ? sql::ReadDeclare(node).query
              : sql::IsCopy(node)                          ? sql::CopiedQuery(node)
                                                           : &node);
  if (prepared.kind == PreparedKind::kDeclare) {
    prepared.columns.clear();
    return;
  }
  bool same = before.size() == prepared.columns.size();
  for (std::size_t i = 0; same && i < before.size(); ++i) same = before[i].type == prepared.columns[i].type;
  if (!same) throw Error(sqlstate::kFeatureNotSupported, "cached plan must not change result type");
}

}  // namespace ordinal::session
