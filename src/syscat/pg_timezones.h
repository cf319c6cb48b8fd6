// The views of time zones.
#pragma once

#include "syscat/relation.h"

namespace ordinal::syscat {

const Relation& PgTimezoneAbbrevs();
const Relation& PgTimezoneNames();

}  // namespace ordinal::syscat
