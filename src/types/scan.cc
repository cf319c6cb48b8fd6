#include "types/scan.h"

#include <algorithm>
#include <string>

#include "base/error.h"

namespace ordinal::types {

std::string_view TrimBlanks(std::string_view text) {
  while (!text.empty() && IsBlank(text.front())) text.remove_prefix(1);
  while (!text.empty() && IsBlank(text.back())) text.remove_suffix(1);
  return text;
}

bool EqualsIgnoringCase(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(),
                    [](char a, char b) { return ToLower(a) == b; });
}

void ThrowInvalidSyntax(std::string_view type_name, std::string_view text) {
  throw base::Error(
      base::sqlstate::kInvalidTextRepresentation,
      "invalid input syntax for type " + std::string(type_name) + ": \"" + std::string(text) + "\"");
}

void ThrowOutOfRange(std::string_view type_name, std::string_view text) {
  throw base::Error(base::sqlstate::kNumericValueOutOfRange,
                    "value \"" + std::string(text) + "\" is out of range for type " + std::string(type_name));
}

}  // namespace ordinal::types
