// Lists the relations of pg_catalog, information_schema and sys.
#pragma once

#include <vector>

#include "catalog/virtual_table.h"

namespace ordinal::syscat {

// Every virtual table, in order of oid. The tables are made on the first call and live as long as the
// process; they are immutable, so any thread may read them.
const std::vector<const catalog::VirtualTable*>& VirtualTables();

}  // namespace ordinal::syscat
