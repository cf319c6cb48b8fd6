// Names the keys that the engine keeps for itself. They begin with the byte 0x00; no other key does.
#pragma once

#include <string_view>

namespace ordinal::kv {

// Holds the version of the data format, as decimal text.
inline constexpr std::string_view kFormatKey{"\0format", 7};
// Holds the revision of the newest submission with `changes_catalog`, eight bytes, most significant first.
inline constexpr std::string_view kCatalogRevisionKey{"\0catalog_revision", 17};
// Bound the keys of the rooms above: [begin, end).
inline constexpr std::string_view kUserKeysBegin{"\x01", 1};
inline constexpr std::string_view kUserKeysEnd{"\xff", 1};

}  // namespace ordinal::kv
