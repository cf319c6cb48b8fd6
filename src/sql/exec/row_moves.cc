#include "sql/exec/row_moves.h"

#include <algorithm>

namespace ordinal::sql {

void RowMoves::Note(base::Oid table, const std::string& from, std::string to) {
  Row row(table, from);
  by_row_[row].push_back(moves_.size());
  moves_.push_back({std::move(row), std::move(to), now_});
}

std::string RowMoves::Follow(base::Oid table, std::string key, Time since) const {
  while (!key.empty()) {
    const auto found = by_row_.find({table, key});
    if (found == by_row_.end()) break;
    const auto next = std::find_if(found->second.begin(), found->second.end(),
                                   [&](std::size_t place) { return moves_[place].time > since; });
    if (next == found->second.end()) break;
    key = moves_[*next].to;
    since = moves_[*next].time;
  }
  return key;
}

void RowMoves::Truncate(std::size_t size) {
  for (; moves_.size() > size; moves_.pop_back()) {
    const auto found = by_row_.find(moves_.back().from);
    found->second.pop_back();
    if (found->second.empty()) by_row_.erase(found);
  }
}

void RowMoves::AbandonStatement() {
  std::size_t kept = moves_.size();
  while (kept > 0 && moves_[kept - 1].time == now_) --kept;
  Truncate(kept);
}

}  // namespace ordinal::sql
