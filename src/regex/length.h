// Counts the characters that parts of an expression take, where that is always the same number.
#pragma once

#include <cstddef>
#include <optional>

#include "regex/program.h"
#include "regex/syntax.h"

namespace ordinal::regex {

// nullopt where the number varies, or is very large.
using Length = std::optional<std::size_t>;

Length Sum(Length a, Length b);
Length Times(Length length, int min, int max);
// The lengths of groups within must be known.
Length LengthOf(const Fragment& fragment);
Length LengthOf(const Alternation& alternation);

}  // namespace ordinal::regex
