// Walks the rows of a query forwards and backwards, as FETCH and MOVE ask (PostgreSQL manual, FETCH). Private
// to the room.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>

#include "sql/bind/cursor.h"
#include "sql/exec/memory_use.h"
#include "types/value.h"

namespace ordinal::session {

// Stands before the first row, on a row, or after the last one. What a cursor that scrolls has read it keeps,
// within the memory that a query may use; one that does not keeps nothing. Belongs to one session.
class Cursor {
 public:
  // Gives the next row of the query; false at its end, after which it is not called again.
  using Source = std::function<bool(types::Row& row)>;
  // What is left of a FETCH once the cursor stands where its rows begin.
  struct Walk {
    bool forward = true;
    std::int64_t left = 0;  // rows; FetchParts::kAll for as many as there are
    bool again = false;     // the row that the cursor stands on
  };

  Cursor(Source source, bool scroll, sql::SessionServices& services);

  // Errors, as those of Step: 55000 `cursor can only scan forward`, and what the query throws.
  Walk Begin(const sql::FetchParts& fetch);
  // Gives the next row of the walk; false at its end.
  bool Step(Walk& walk, types::Row& row);

  // Reads what the query has left, and keeps it: the source is not needed any more. Errors: 53200 for more
  // rows than memory allows.
  void Hold();
  bool held() const { return held_; }
  bool on_row() const { return position_ >= 1 && position_ <= read_; }
  bool scrolls() const { return scroll_; }

 private:
  bool Next(types::Row& row);
  bool Prior(types::Row& row);
  void MoveTo(std::int64_t position);
  void Keep(const types::Row& row);
  void RequireScroll() const;

  Source source_;
  const bool scroll_;
  bool held_ = false;
  bool exhausted_ = false;       // the source has given all
  std::int64_t read_ = 0;        // rows that the source has given
  std::int64_t position_ = 0;    // 0 before the first row, read_ + 1 after the last
  std::int64_t first_kept_ = 1;  // the number of kept_[0]
  std::deque<types::Row> kept_;
  sql::MemoryBudget budget_;
  sql::MemoryUse memory_;
};

}  // namespace ordinal::session
