// What the session keeps of a cursor, and of a FETCH that has begun. Private to the room.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "session/cursor.h"
#include "sql/exec/exec_context.h"
#include "sql/exec/row_moves.h"

namespace ordinal::session {

struct Portal;

// Part of the portal that runs the cursor's query, and no longer-lived. Its rows are those of the query, each
// followed by the keys of the rows of tables that it came of: see RowOfCursor.
struct OpenCursor {
  Cursor cursor;
  std::string statement;
  std::vector<base::Oid> traced_tables;  // may have one several times
  sql::RowMoves::Time declared = 0;
  std::vector<sql::TracedRow> traced_rows;  // of the row that the query gave last
  std::vector<types::Value> row_keys;       // of the row that the cursor stands on; empty when on none
  bool binary = false;
  bool hold = false;     // WITH HOLD
  bool lasting = false;  // the transaction that held it has committed
  bool failed = false;
  std::int64_t created_micros = 0;
};

struct FetchRun {
  std::shared_ptr<Portal> of;
  Cursor::Walk walk;
  bool move = false;
};

// Puts names in the place of numbers where the client asked for text. REQUIRES that the portal has a context.
void PrintNames(types::Row& row, const Portal& portal);

}  // namespace ordinal::session
