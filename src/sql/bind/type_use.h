// Checks who may make things of a type. Private to the room.
#pragma once

#include "sql/bind/environment.h"
#include "types/type.h"

namespace ordinal::sql {

// Throws 42501 `permission denied for type d` unless the current role may use the domain, if it is one. What
// is built in is for everybody.
void CheckTypeUse(const types::Type& type, const BindEnvironment& environment);

}  // namespace ordinal::sql
