// Reads numbers by a pattern, as to_number() does (manual, section 9.8). Private to the room.
#pragma once

#include <string>
#include <string_view>

namespace ordinal::sql {

class NumberPattern;

// Digits with a sign before them or a blank, and a point where the text has one.
struct NumberByPattern {
  std::string text;
  int digits_after = 0;
};

// Errors: 0A000 `"EEEE" not supported for input` and `"RN" not supported for input`.
NumberByPattern ReadNumberByPattern(std::string_view text, const NumberPattern& pattern);

}  // namespace ordinal::sql
