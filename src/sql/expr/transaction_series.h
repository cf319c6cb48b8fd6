// Lists the transactions that a snapshot says were running.
#pragma once

#include <vector>

#include "sql/expr/function.h"

namespace ordinal::sql {

// The rows of pg_snapshot_xip() and txid_snapshot_xip(), in the type that the function gives.
std::vector<Value> RunningIn(const Function& function, const Value& snapshot);

}  // namespace ordinal::sql
