// SET CONSTRAINTS: when the foreign keys of the running transaction are checked.
#include <utility>

#include "base/error.h"
#include "session/session.h"

namespace ordinal::session {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

// Constraints of one name within one schema.
struct Named {
  bool any = false;
  std::vector<base::Oid> deferrable;
};

Named FindNamed(const catalog::Catalog& catalog, base::Oid schema, const std::string& name) {
  Named found;
  for (const auto& table : catalog.Tables()) {
    if (table->schema != schema) continue;
    for (const auto& key : table->foreign_keys) {
      if (key.name != name) continue;
      found.any = true;
      if (key.deferrable) found.deferrable.push_back(key.oid);
    }
    for (const auto& check : table->checks) found.any = found.any || check.name == name;
    for (const auto& index : table->indexes) found.any |= index.is_constraint && index.name == name;
  }
  return found;
}

}  // namespace

// As in PostgreSQL, the first schema of the search path that has the name decides.
std::vector<base::Oid> Session::ConstraintsNamed(const std::string& schema, const std::string& name) {
  std::vector<base::Oid> path = ResolvedSearchPath();
  if (!schema.empty()) {
    const auto found = catalog_->FindSchema(schema);
    if (!found) {
      throw Error(sqlstate::kInvalidSchemaName, "schema \"" + schema + "\" does not exist");
    }
    path = {found->oid};
  }
  for (const base::Oid oid : path) {
    Named found = FindNamed(*catalog_, oid, name);
    if (!found.any) continue;
    if (found.deferrable.empty()) {
      throw Error(sqlstate::kWrongObjectType, "constraint \"" + name + "\" is not deferrable");
    }
    return std::move(found.deferrable);
  }
  throw Error(sqlstate::kUndefinedObject, "constraint \"" + name + "\" does not exist");
}

void Session::RunSetConstraints(const sql::UtilityStatement& utility, ResultSink& sink) {
  if (!in_block_ && !script_) {
    Warn(sqlstate::kNoActiveSqlTransaction, "SET CONSTRAINTS can only be used in transaction blocks", sink);
  }
  StartStatement();
  if (transaction_->is_recent()) transaction_->TakeLatest();
  CurrentCatalog();
  std::vector<base::Oid> oids;
  for (const auto& [schema, name] : utility.constraints) {
    for (const base::Oid oid : ConstraintsNamed(schema, name)) oids.push_back(oid);
  }
  if (utility.constraints.empty()) {
    deferred_constraints_.all = utility.deferred;
    deferred_constraints_.named.clear();
  }
  for (const base::Oid oid : oids) deferred_constraints_.named[oid] = utility.deferred;
  if (!utility.deferred) RunDeferredConstraints(false);
}

}  // namespace ordinal::session
