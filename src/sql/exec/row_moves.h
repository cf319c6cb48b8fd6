// Remembers what became of rows, for cursors that stand on them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.h"

namespace ordinal::sql {

// What the statements of a transaction did to the keys of rows, while it had cursors. A key may come to name
// another row; a cursor means the one that had it when the cursor was declared. Belongs to one session.
class RowMoves {
 public:
  using Time = std::uint64_t;  // counts statements

  // What follows is of another statement.
  void BeginStatement() { ++now_; }
  Time now() const { return now_; }

  // The row has another key now; an empty one: it is gone. What one statement does happens at once.
  void Note(base::Oid table, const std::string& from, std::string to);
  // The key of the row that had this one at the time; empty when it is gone.
  std::string Follow(base::Oid table, std::string key, Time since) const;

  // How much was noted, and to forget what came after that.
  std::size_t size() const { return moves_.size(); }
  void Truncate(std::size_t size);
  // Forgets what the statement noted that began last.
  void AbandonStatement();

 private:
  using Row = std::pair<base::Oid, std::string>;
  struct Move {
    Row from;
    std::string to;
    Time time = 0;
  };

  Time now_ = 0;
  std::vector<Move> moves_;
  std::map<Row, std::vector<std::size_t>> by_row_;  // places in moves_, ascending
};

}  // namespace ordinal::sql
