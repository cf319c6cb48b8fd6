// Runs INSERT, UPDATE and DELETE. Private to the room.
#pragma once

#include <cstdint>
#include <vector>

#include "sql/exec/operator.h"

namespace ordinal::sql {

struct ModifyResult {
  std::uint64_t count = 0;
  std::vector<Row> returned;  // RETURNING
};

// Runs the modification to its end.
ModifyResult RunModify(const PlannedModify& modify, ExecState& state);

}  // namespace ordinal::sql
