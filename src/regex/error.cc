#include "regex/error.h"

#include <string>

#include "base/error.h"

namespace ordinal::regex {

void ThrowInvalid(std::string_view what) {
  throw base::Error(base::sqlstate::kInvalidRegularExpression,
                    "invalid regular expression: " + std::string(what));
}

void ThrowFailed(std::string_view what) {
  throw base::Error(base::sqlstate::kInvalidRegularExpression,
                    "regular expression failed: " + std::string(what));
}

}  // namespace ordinal::regex
