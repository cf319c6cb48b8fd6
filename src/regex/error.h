// The errors of this room.
#pragma once

#include <string_view>

namespace ordinal::regex {

// Throws 2201B `invalid regular expression: <what>`.
[[noreturn]] void ThrowInvalid(std::string_view what);
// Throws 2201B `regular expression failed: <what>`: the expression is well formed, but matching it is not
// possible within bounds.
[[noreturn]] void ThrowFailed(std::string_view what);

inline constexpr std::string_view kTooComplex = "regular expression is too complex";

}  // namespace ordinal::regex
