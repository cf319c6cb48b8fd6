#include "session/pending_events.h"

#include <algorithm>
#include <set>
#include <string>
#include <variant>
#include <vector>

#include "base/error.h"

namespace ordinal::session {
namespace {

struct Affected {
  const char* command = "";
  std::vector<base::Oid> tables;
};

Affected AffectedBy(const sql::BoundDdl& ddl) {
  if (const auto* alter = std::get_if<sql::AlterTable>(&ddl.statement))
    return {"ALTER TABLE", {alter->table}};
  if (const auto* index = std::get_if<sql::CreateIndex>(&ddl.statement))
    return {"CREATE INDEX", {index->table}};
  if (const auto* truncate = std::get_if<sql::Truncate>(&ddl.statement))
    return {"TRUNCATE", truncate->tables};
  const auto* drop = std::get_if<sql::Drop>(&ddl.statement);
  if (drop != nullptr && drop->kind == sql::ObjectKind::kTable) return {"DROP TABLE", drop->objects};
  return {};
}

// Where the rows of an event are: at the end of the key that it checks.
base::Oid TableOf(const sql::DeferredEvent& event, const catalog::Catalog& catalog) {
  if (event.kind == sql::ForeignKeyEventKind::kCheck) return event.table;
  const auto child = catalog.TableByOid(event.table);
  if (!child) return event.table;
  for (const auto& key : child->foreign_keys) {
    if (key.oid == event.key) return key.referenced_table;
  }
  return event.table;
}

}  // namespace

void CheckNothingPending(const sql::BoundDdl& ddl, const sql::DeferredConstraints& deferred,
                         const catalog::Catalog& catalog) {
  if (deferred.events.empty()) return;
  const Affected affected = AffectedBy(ddl);
  if (affected.tables.empty()) return;
  std::set<base::Oid> pending;
  for (const sql::DeferredEvent& event : deferred.events) pending.insert(TableOf(event, catalog));
  for (const base::Oid oid : affected.tables) {
    const auto table = catalog.TableByOid(oid);
    if (!table || !pending.contains(oid)) continue;
    throw base::Error(base::sqlstate::kObjectInUse, std::string("cannot ") + affected.command + " \"" +
                                                        table->name +
                                                        "\" because it has pending trigger events");
  }
}

}  // namespace ordinal::session
