// Reads DECLARE CURSOR, FETCH and MOVE.
#pragma once

#include <cstdint>
#include <string>

struct Node;

namespace ordinal::sql {

struct DeclareParts {
  std::string name;
  bool scroll = false;
  bool binary = false;
  bool hold = false;
  const ::Node* query = nullptr;  // lives as long as the tree
};

// REQUIRES Classify(node) == kDeclare. Errors: 42P11 for options that exclude one another.
DeclareParts ReadDeclare(const ::Node& node);

// Where FETCH goes, as PostgreSQL's grammar reduces it: FIRST is kAbsolute 1, LAST kAbsolute -1, NEXT
// kForward 1.
enum class FetchDirection : std::uint8_t { kForward, kBackward, kAbsolute, kRelative };

struct FetchParts {
  // As a count, all rows that are left in that direction.
  static constexpr std::int64_t kAll = INT64_MAX;

  std::string name;
  FetchDirection direction = FetchDirection::kForward;
  std::int64_t count = 1;
  bool move = false;  // MOVE: gives no rows
};

// REQUIRES Classify(node) == kFetch.
FetchParts ReadFetch(const ::Node& node);

}  // namespace ordinal::sql
