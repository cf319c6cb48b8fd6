// Keeps DDL from tables whose rows have still to be checked at the end of the transaction.
#pragma once

#include "catalog/catalog.h"
#include "sql/bind/ddl.h"
#include "sql/exec/deferred_constraints.h"

namespace ordinal::session {

// Throws 55006 `cannot ALTER TABLE "t" because it has pending trigger events`, as PostgreSQL, also for DROP
// TABLE, TRUNCATE and CREATE INDEX.
void CheckNothingPending(const sql::BoundDdl& ddl, const sql::DeferredConstraints& deferred,
                         const catalog::Catalog& catalog);

}  // namespace ordinal::session
