// Lists the types whose input is open to clients.
#pragma once

#include <array>

#include "types/type.h"

namespace ordinal::fuzz {

inline constexpr std::array kInputTypes = {
    types::TypeId::kNumeric,   types::TypeId::kTimestamptz, types::TypeId::kInterval,
    types::TypeId::kTimestamp, types::TypeId::kDate,        types::TypeId::kTime,
    types::TypeId::kTimetz,    types::TypeId::kBytea,       types::TypeId::kUuid,
    types::TypeId::kJson,      types::TypeId::kFloat8,      types::TypeId::kFloat4,
    types::TypeId::kInt2,      types::TypeId::kInt4,        types::TypeId::kInt8,
    types::TypeId::kBool,      types::TypeId::kOid,         types::TypeId::kText,
    types::TypeId::kVarchar,   types::TypeId::kBpchar,      types::TypeId::kName,
    types::TypeId::kChar,      types::TypeId::kXid,         types::TypeId::kRegclass,
    types::TypeId::kOidVector, types::TypeId::kInt2Vector,  types::TypeId::kUnknown};

}  // namespace ordinal::fuzz
