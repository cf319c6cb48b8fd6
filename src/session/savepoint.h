// What the session returns to when a transaction is rolled back to a savepoint. Private to the room.
#pragma once

#include <cstddef>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "catalog/catalog.h"
#include "session/parameters.h"
#include "sql/exec/deferred_constraints.h"

namespace ordinal::session {

// Its place in the list is its number in the transaction.
struct Savepoint {
  std::string name;
  std::optional<catalog::CatalogEditor> editor;  // nothing: no descriptor had been changed
  std::vector<std::pair<base::Oid, std::uint64_t>> forget_after_commit;
  std::set<base::Oid> counted_in_transaction;
  sql::DeferredConstraints deferred_constraints;
  Parameters::Saved parameters;
  bool read_only = false;
  std::set<std::string> portals;  // that were open
  std::size_t row_moves = 0;      // how many were noted
};

}  // namespace ordinal::session
