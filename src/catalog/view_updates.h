// Says which changes of rows a relation takes, views that stand for one table included.
#pragma once

#include <optional>
#include <set>

#include "catalog/catalog.h"

namespace ordinal::catalog {

// As pg_relation_is_updatable() counts them.
inline constexpr int kTakesUpdate = 1 << 2;
inline constexpr int kTakesInsert = 1 << 3;
inline constexpr int kTakesDelete = 1 << 4;

// Returns what the relation takes, 0 for what is none. With `columns`, so far as these are concerned.
int ChangesTaken(const Catalog& catalog, Oid relation,
                 std::optional<std::set<AttributeNumber>> columns = std::nullopt);

// The option of that name as it is stored, such as "local" of check_option; nullopt when the view has none.
std::optional<std::string> OptionOf(const ViewDescriptor& view, std::string_view name);

}  // namespace ordinal::catalog
