// Reads the steps of paths that are arrays of text. Private to the room.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace ordinal::sql {

// Reads a step as the index of an array's item; nullopt when it is no integer.
std::optional<std::int32_t> ReadPathIndex(std::string_view text);

}  // namespace ordinal::sql
