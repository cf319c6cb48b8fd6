// Declares the relations of this room. Each function makes its object on the first call.
#pragma once

#include "syscat/relation.h"

namespace ordinal::syscat {

const Relation& PgClass();
const Relation& PgNamespace();
const Relation& PgSequence();
const Relation& PgSequences();

}  // namespace ordinal::syscat
