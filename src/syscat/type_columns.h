// Sets what information_schema says of types, wherever it lists columns or domains.
#pragma once

#include "syscat/relation.h"

namespace ordinal::syscat {

// Sets data_type, the columns that begin with udt, and lengths and precisions as the type and its modifier
// give them. A domain is shown by its name. REQUIRES a relation with those columns.
void SetTypeColumns(const catalog::SessionView& session, RowBuilder& row, types::Type type);

}  // namespace ordinal::syscat
