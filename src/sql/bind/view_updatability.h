// Judges whether rows can be changed through a view. Private to the room. PostgreSQL: CREATE VIEW, "Updatable
// Views".
#pragma once

#include "sql/bind/bound.h"

struct SelectStmt;

namespace ordinal::sql {

// Says in `view` what it is a view of, by column, or what stands in the way. `query` is `select`, bound.
void NoteUpdatability(const ::SelectStmt& select, const BoundQuery& query, catalog::ViewDescriptor& view);

}  // namespace ordinal::sql
