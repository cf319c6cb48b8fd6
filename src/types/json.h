// Validates JSON text.
#pragma once

#include <string_view>

namespace ordinal::types {

inline constexpr int kJsonDepthMax = 6000;

// Accepts one JSON value, blanks around it allowed. REQUIRES valid UTF-8. Errors: 22P02 `invalid input syntax
// for type json` with a detail and a context that quotes the line; 54001 `stack depth limit exceeded` beyond
// kJsonDepthMax.
void CheckJson(std::string_view text);

}  // namespace ordinal::types
