// Says where a value lies within the bytes that PostgreSQL keeps of a jsonb value, by which keyvalue() tells
// objects apart. Private to the room.
#pragma once

#include <cstddef>
#include <optional>

#include "types/json.h"

namespace ordinal::sql {

// The offset of the container `part`, found by its address, in the container `whole`; nullopt when it is not
// there. REQUIRES trees of jsonb values.
std::optional<std::size_t> JsonbOffset(const types::JsonNode& whole, const types::JsonNode& part);

}  // namespace ordinal::sql
