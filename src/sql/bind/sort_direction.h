// Reads which way an ORDER BY item sorts.
#pragma once

#include "sql/parse/tree.h"

struct SortBy;

namespace ordinal::sql {

struct SortDirection {
  bool descending = false;
  bool nulls_first = false;  // as written; where nothing is, NULLs are above all
};

// ASC, DESC, and USING with < or >. Throws 42809 `operator = is not a valid ordering operator` with the
// position of the operator.
SortDirection ReadSortDirection(const ::SortBy& sort, const parse::Tree& tree);

}  // namespace ordinal::sql
