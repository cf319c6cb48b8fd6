// What the session keeps of a cursor, and of a FETCH that has begun. Private to the room.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "session/cursor.h"

namespace ordinal::session {

struct Portal;

// Part of the portal that runs the cursor's query, and no longer-lived.
struct OpenCursor {
  Cursor cursor;
  std::string statement;
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
