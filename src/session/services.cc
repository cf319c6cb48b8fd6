// Answers what executions and system views ask of their session.
#include <algorithm>
#include <utility>

#include "auth/verifier.h"
#include "base/error.h"
#include "session/cursor_run.h"
#include "session/relation_name.h"
#include "session/session.h"
#include "session/transaction_numbers.h"
#include "sql/bind/access.h"
#include "sql/expr/function.h"
#include "sql/expr/identifier.h"
#include "sql/expr/index_text.h"
#include "sql/expr/view_text.h"

namespace ordinal::session {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

struct NamedRelation {
  base::Oid schema = 0;
  std::string name;
};

NamedRelation NameOf(const catalog::Catalog::Relation& relation) {
  if (relation.table) return {relation.table->schema, relation.table->name};
  if (relation.sequence) return {relation.sequence->schema, relation.sequence->name};
  if (relation.view) return {relation.view->schema, relation.view->name};
  if (relation.virtual_table != nullptr)
    return {relation.virtual_table->schema(), relation.virtual_table->name()};
  return {relation.index_of->schema, relation.index->name};
}

}  // namespace

void Session::CheckCanceled() {
  if (cancel_requested_.load(std::memory_order_relaxed)) {
    cancel_requested_ = false;
    throw Error(sqlstate::kQueryCanceled, "canceling statement due to user request");
  }
  if (shutdown_requested_.load(std::memory_order_relaxed)) {
    throw Error(sqlstate::kAdminShutdown, "terminating connection due to administrator command").Fatal();
  }
  const std::int64_t now = environment_.clock.BootMicros();
  if (statement_deadline_micros_ != 0 && now >= statement_deadline_micros_) {
    throw Error(sqlstate::kQueryCanceled, "canceling statement due to statement timeout");
  }
  if (transaction_) transaction_->CheckAge(now);
}

void Session::Notify(const base::Report& report, ResultSink& sink) const {
  if (parameters_.Sends(report)) sink.Report(report);
}

void Session::Warn(base::SqlState state, const char* message, ResultSink& sink) const {
  base::Report warning;
  warning.severity = base::Severity::kWarning;
  warning.sqlstate = state;
  warning.message = message;
  Notify(warning, sink);
}

base::Oid Session::ResolveRelation(std::string_view text, bool missing_ok) {
  if (!text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos) {
    if (text.size() > 10)
      throw Error(sqlstate::kNumericValueOutOfRange,
                  "value \"" + std::string(text) + "\" is out of range for type oid");
    return static_cast<base::Oid>(std::stoull(std::string(text)));
  }
  const QualifiedName name = ReadRelationName(text, database_);
  catalog::Catalog::Relation found;
  if (!name.schema.empty()) {
    const auto schema = name.schema == sql::kTemporaryAlias ? catalog_->SchemaByOid(TemporarySchema())
                                                            : catalog_->FindSchema(name.schema);
    if (!schema && !missing_ok) {
      throw Error(sqlstate::kInvalidSchemaName, "schema \"" + name.schema + "\" does not exist");
    }
    if (schema) {
      sql::CheckSchemaUse(*catalog_, CurrentRole(), *schema);
      found = catalog_->FindRelation(schema->oid, name.name);
    }
  } else {
    found = catalog_->FindRelation(catalog::kPgCatalogSchema, name.name);
    for (const base::Oid oid : ResolvedSearchPath()) {
      if (found) break;
      found = catalog_->FindRelation(oid, name.name);
    }
  }
  if (found) return found.oid();
  if (missing_ok) return base::kInvalidOid;
  const std::string shown = name.schema.empty() ? name.name : name.schema + "." + name.name;
  throw Error(sqlstate::kUndefinedTable, "relation \"" + shown + "\" does not exist");
}

std::string Session::RelationName(base::Oid oid) {
  if (oid == base::kInvalidOid) return "-";
  const auto relation = catalog_->RelationByOid(oid);
  if (!relation) return std::to_string(oid);
  const NamedRelation named = NameOf(relation);
  bool visible = named.schema == catalog::kPgCatalogSchema;
  for (const base::Oid schema : ResolvedSearchPath()) {
    if (visible) break;
    if (catalog_->FindRelation(schema, named.name)) {
      visible = schema == named.schema;
      break;
    }
  }
  if (visible) return QuoteName(named.name);
  const auto schema = catalog_->SchemaByOid(named.schema);
  return QuoteName(schema ? schema->name : std::to_string(named.schema)) + "." + QuoteName(named.name);
}

std::vector<std::string> Session::SearchPath(bool include_implicit) {
  std::vector<std::string> names;
  bool listed = false;
  for (const base::Oid oid : ResolvedSearchPath()) {
    if (oid == TemporarySchema() && !include_implicit) continue;
    listed |= oid == catalog::kPgCatalogSchema;
    names.push_back(catalog_->SchemaByOid(oid)->name);
  }
  if (include_implicit && !listed) names.insert(names.begin(), "pg_catalog");
  return names;
}

bool Session::IsCountedInTransaction(base::Oid sequence) {
  return counted_in_transaction_.contains(sequence);
}

sql::SizeLimits Session::size_limits() {
  const dialect::ObjectLimits& limits = parameters_.profile().objects;
  return {limits.key_bytes_max, limits.row_bytes_max, limits.column_bytes_max};
}

sql::DdlContext Session::MakeDdlContext(sql::ExecContext& context, ResultSink& sink) {
  return sql::DdlContext{
      *editor_,
      *transaction_,
      environment_.sequences,
      environment_.oids,
      context,
      CurrentRole(),
      [this, &sink](const base::Report& report) { Notify(report, sink); },
      [this](base::Oid sequence, std::uint64_t epoch) { forget_after_commit_.emplace_back(sequence, epoch); },
      counted_in_transaction_,
      [this](base::Oid sequence) { sequences_.DropCached(sequence); },
      [this](const sql::JobRequest& request) { SubmitJob(request); },
      SessionRole(),
      [this](const std::string& password) { return auth::StoredPassword(password, environment_.random); },
      [this](const sql::AlterSettings& alter) { return SettleSetting(alter); }};
}

std::vector<catalog::SequenceState> Session::ReadSequences(
    std::span<const catalog::SequenceDescriptor* const> sequences) const {
  std::vector<catalog::SequenceState> states;
  states.reserve(sequences.size());
  for (const auto& state : environment_.sequences.ReadAll(sequences)) {
    states.push_back(state.value_or(catalog::SequenceState{}));
  }
  return states;
}

std::vector<catalog::NodeState> Session::Nodes() const {
  std::vector<catalog::NodeState> nodes;
  if (environment_.members == nullptr) return nodes;
  for (cluster::Registration& node : environment_.members->Nodes()) {
    nodes.push_back({static_cast<std::int64_t>(node.id), std::move(node.address), std::move(node.version),
                     node.started_micros, node.heartbeat_micros});
  }
  return nodes;
}

std::vector<catalog::CursorState> Session::Cursors() const {
  std::vector<catalog::CursorState> cursors;
  for (const auto& [name, portal] : portals_) {
    if (!portal->cursor) continue;
    const OpenCursor& cursor = *portal->cursor;
    cursors.push_back({.name = name,
                       .statement = cursor.statement,
                       .holds = cursor.hold,
                       .binary = cursor.binary,
                       .scrolls = cursor.cursor.scrolls(),
                       .created_micros = cursor.created_micros});
  }
  return cursors;
}

types::Uuid Session::session_uuid() const {
  if (!session_uuid_) {
    session_uuid_.emplace();
    environment_.random.Fill(session_uuid_->bytes.data(), session_uuid_->bytes.size());
    session_uuid_->bytes[6] = static_cast<std::uint8_t>((session_uuid_->bytes[6] & 0x0F) | 0x40);
    session_uuid_->bytes[8] = static_cast<std::uint8_t>((session_uuid_->bytes[8] & 0x3F) | 0x80);
  }
  return *session_uuid_;
}

std::optional<std::int64_t> Session::TransactionNumber(bool assign) const {
  if (!transaction_number_ && assign) {
    transaction_number_ = TransactionNumbers::OfProcess().Assign(NowMicros());
  }
  return transaction_number_;
}

std::optional<catalog::TransactionOutcome> Session::OutcomeOf(std::int64_t number) const {
  return TransactionNumbers::OfProcess().OutcomeOf(number);
}

types::Snapshot Session::TransactionSnapshot() const {
  if (!transaction_snapshot_) transaction_snapshot_ = TransactionNumbers::OfProcess().Now(NowMicros());
  return *transaction_snapshot_;
}

std::vector<catalog::PreparedStatementState> Session::PreparedStatements() const {
  std::vector<catalog::PreparedStatementState> statements;
  for (const auto& [name, prepared] : statements_) {
    std::vector<types::TypeId> parameters;
    for (const types::Type& type : prepared->parameters) parameters.push_back(type.id);
    statements.push_back({.name = name,
                          .statement = prepared->text,
                          .prepared_micros = prepared->made_micros,
                          .parameters = std::move(parameters),
                          .by_sql = prepared->by_sql});
  }
  return statements;
}

std::string Session::DeparseExpression(const std::string& serialized,
                                       const catalog::TableDescriptor* table) const {
  const sql::ExprPtr expression = sql::DeserializeExpression(serialized);
  std::vector<std::string> columns;
  if (table != nullptr) {
    for (const auto& column : table->columns) columns.push_back(sql::QuoteIdentifier(column.name));
  } else {
    columns = {"VALUE"};  // what a domain is of
  }
  // Printing asks only for names; the transaction is there, since a system view is being read in it.
  auto& self = const_cast<Session&>(*this);
  sql::ExecContext context(self, catalog_, *self.transaction_, statement_micros_);
  context.session_settings = &self.parameters_.settings();
  return sql::DeparseExpression(*expression, columns, context);
}

std::string Session::ShowIndex(const catalog::TableDescriptor& table,
                               const catalog::IndexDescriptor& index) const {
  auto& self = const_cast<Session&>(*this);
  sql::ExecContext context(self, catalog_, *self.transaction_, statement_micros_);
  context.session_settings = &self.parameters_.settings();
  return sql::ShowIndexDefinition(table, index, context, false);
}

std::string Session::ShowView(const catalog::ViewDescriptor& view) const {
  auto& self = const_cast<Session&>(*this);
  sql::ExecContext context(self, catalog_, *self.transaction_, statement_micros_);
  context.session_settings = &self.parameters_.settings();
  return sql::ShowViewText(view.shown, view, context);
}

}  // namespace ordinal::session
