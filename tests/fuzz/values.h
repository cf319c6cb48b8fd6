// Makes SQL values out of a fuzzer's bytes, and compares them bit by bit.
#pragma once

#include "fuzz/input.h"
#include "types/type.h"
#include "types/value.h"

namespace ordinal::fuzz {

// Makes a value of `type`, within the type's range; never NULL. REQUIRES a type that InfoOf knows. Strings
// may hold any bytes.
types::Value MakeValue(Input& input, types::TypeId type);

// True when both are the same value of the same kind: NaN is itself, 0 is not -0, and 1.0 is not 1.00.
bool SameValue(const types::Value& left, const types::Value& right);

}  // namespace ordinal::fuzz
