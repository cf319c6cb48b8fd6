// Finds a column of a table by name.
#pragma once

#include <string_view>

#include "catalog/descriptor.h"

namespace ordinal::sql {

// Returns the index into table.columns; -1 when no column that still exists bears the name.
inline int ColumnIndex(const catalog::TableDescriptor& table, std::string_view name) {
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (!table.columns[i].dropped && table.columns[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace ordinal::sql
