// Reads the options of views. Private to the room. PostgreSQL: CREATE VIEW, "Parameters".
#pragma once

#include <string>
#include <vector>

#include "catalog/descriptor.h"

struct List;

namespace ordinal::sql {

// Returns WITH (...) as it is stored, such as "check_option=local". Throws 22023 for what no view has.
std::vector<std::string> ReadViewOptions(const ::List* list);

// Throws 0A000 for a check option of a view that rows cannot be changed through.
void CheckMayCheck(const catalog::ViewDescriptor& view);

}  // namespace ordinal::sql
