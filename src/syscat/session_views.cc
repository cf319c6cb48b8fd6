#include <utility>

#include "syscat/relations.h"
#include "types/array.h"

namespace ordinal::syscat {
namespace {

constexpr catalog::Oid kCursorsOid = 12077;
constexpr catalog::Oid kPreparedStatementsOid = 12085;

void FillCursors(const catalog::SessionView& session, RowBuilder& row) {
  for (const catalog::CursorState& cursor : session.Cursors()) {
    row.Set("name", cursor.name)
        .Set("statement", cursor.statement)
        .Set("is_holdable", cursor.holds)
        .Set("is_binary", cursor.binary)
        .Set("is_scrollable", cursor.scrolls)
        .Set("creation_time", cursor.created_micros)
        .Emit();
  }
}

types::Value ArrayOf(const std::vector<types::TypeId>& ids) {
  types::Row values;
  for (const types::TypeId id : ids) values.push_back(types::Value::Int(static_cast<std::int64_t>(id)));
  return types::MakeArray(types::TypeId::kRegtype, std::move(values));
}

void FillPreparedStatements(const catalog::SessionView& session, RowBuilder& row) {
  for (const catalog::PreparedStatementState& prepared : session.PreparedStatements()) {
    row.Set("name", prepared.name)
        .Set("statement", prepared.statement)
        .Set("prepare_time", prepared.prepared_micros)
        .Set("parameter_types", ArrayOf(prepared.parameters))
        .Set("from_sql", prepared.by_sql)
        .Set("generic_plans", 0)
        .Set("custom_plans", 0)
        .Emit();
  }
}

}  // namespace

// What the session that asks has declared; unlike PostgreSQL's, not the portals of the protocol.
const Relation& PgCursors() {
  static const Relation relation(
      kCursorsOid, catalog::kPgCatalogSchema, "pg_cursors",
      "name text, statement text, is_holdable bool, is_binary bool, is_scrollable bool, "
      "creation_time timestamptz",
      &FillCursors);
  return relation;
}

// Uses of a plan are not counted: there is one kind of plan.
const Relation& PgPreparedStatements() {
  static const Relation relation(
      kPreparedStatementsOid, catalog::kPgCatalogSchema, "pg_prepared_statements",
      "name text, statement text, prepare_time timestamptz, parameter_types _regtype, "
      "from_sql bool, generic_plans int8, custom_plans int8",
      &FillPreparedStatements);
  return relation;
}

}  // namespace ordinal::syscat
