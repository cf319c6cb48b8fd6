// UUIDs as Aurora DSQL names jobs by them: base32 of 26 lower-case letters and digits, without padding.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "types/value.h"

namespace ordinal::types {

std::string UuidToBase32(const Uuid& uuid);
// Accepts letters of either case; nullopt for what is no UUID.
std::optional<Uuid> UuidFromBase32(std::string_view text);

}  // namespace ordinal::types
