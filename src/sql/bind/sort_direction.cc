#include "sql/bind/sort_direction.h"

#include <string>

#include "base/error.h"
#include "sql/bind/node_access.h"

namespace ordinal::sql {
namespace {

bool SortsDescending(const SortBy& sort, const parse::Tree& tree) {
  if (sort.sortby_dir != SORTBY_USING) return sort.sortby_dir == SORTBY_DESC;
  const std::string name = LastName(sort.useOp);
  if (name == "<" || name == ">") return name == ">";
  throw base::Error(base::sqlstate::kWrongObjectType,
                    "operator " + name + " is not a valid ordering operator")
      .Hint("Ordering operators must be \"<\" or \">\" members of btree operator families.")
      .Position(tree.Position(sort.location));
}

}  // namespace

SortDirection ReadSortDirection(const SortBy& sort, const parse::Tree& tree) {
  const bool descending = SortsDescending(sort, tree);
  const bool by_default = sort.sortby_nulls == SORTBY_NULLS_DEFAULT;
  return {descending, by_default ? descending : sort.sortby_nulls == SORTBY_NULLS_FIRST};
}

}  // namespace ordinal::sql
