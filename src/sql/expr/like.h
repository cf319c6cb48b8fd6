// Matches text against LIKE patterns.
#pragma once

#include <string_view>

namespace ordinal::sql {

// True when all of `text` matches: % stands for any characters, _ for one, a backslash takes the next
// character literally. With `ignore_case`, ASCII letters match in either case. Takes O(text * pattern) time
// at most. Errors: 22025 `LIKE pattern must not end with escape character`, raised only when matching reaches
// the pattern's end.
bool MatchesLike(std::string_view text, std::string_view pattern, bool ignore_case);

}  // namespace ordinal::sql
