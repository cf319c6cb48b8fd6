// Says what bound statements about extended statistics hold. sql/exec checks who may do what, and which names
// are free.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "catalog/extended_statistics.h"

namespace ordinal::sql {

struct CreateStatistics {
  catalog::ExtendedStatisticsDescriptor statistics;  // all but oid and owner
  bool if_not_exists = false;
};

// One of these is said.
struct AlterStatistics {
  base::Oid statistics = 0;
  std::optional<std::string> name;
  std::optional<base::Oid> schema;
  std::optional<base::Oid> owner;
  std::optional<std::int32_t> target;
};

struct DropStatistics {
  std::vector<base::Oid> statistics;
};

}  // namespace ordinal::sql
