// What the tests of this room compare: matches as text.
#pragma once

#include <string>
#include <string_view>

#include "base/error.h"
#include "regex/pattern.h"

namespace ordinal::regex {

// Returns the text of the first match and of its groups, parted by |; ~ for a group that took no part, and
// "none" where nothing matches. Of an error its SQLSTATE and text.
inline std::string Find(std::string_view pattern, std::string_view text, const Options& options = {},
                        std::size_t start = 0) {
  try {
    Groups groups;
    if (!Pattern(pattern, options).Find(text, start, groups)) return "none";
    std::string found;
    for (const auto& group : groups) {
      if (&group != &groups.front()) found += '|';
      found += group ? std::string(text.substr(group->begin, group->end - group->begin)) : "~";
    }
    return found;
  } catch (const base::Error& error) {
    return std::string(error.sqlstate().view()) + ' ' + error.report().message;
  }
}

inline bool Matches(std::string_view pattern, std::string_view text, const Options& options = {}) {
  return Pattern(pattern, options).Matches(text);
}

}  // namespace ordinal::regex
