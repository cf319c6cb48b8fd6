// Matches regular expressions as PostgreSQL 15 does (manual, section 9.7.3): advanced, extended, basic and
// literal ones, with groups, back references and lookaround. The only header that other rooms need.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string_view>
#include <vector>

#include "regex/options.h"

namespace ordinal::regex {

// A part of a text, in bytes.
struct Span {
  std::size_t begin = 0;
  std::size_t end = 0;
  friend bool operator==(const Span&, const Span&) = default;
};

// A match, and behind it what each group matched, if it took part.
using Groups = std::vector<std::optional<Span>>;

class Matcher;

// A compiled expression. It learns while it matches, so that only one thread at a time may use it. Texts and
// patterns are UTF-8.
class Pattern {
 public:
  // Errors: 2201B `invalid regular expression: ...`, see parser.h.
  Pattern(std::string_view pattern, const Options& options);
  ~Pattern();
  Pattern(Pattern&&) noexcept;
  Pattern& operator=(Pattern&&) noexcept;

  // Has `check` called from time to time while matches take long, also when they are short and many; what it
  // throws ends the match. Empty for nothing.
  void Watch(std::function<void()> check);

  // Both bound their work. Errors: 2201B `regular expression failed: regular expression is too complex`.

  // True when some part of the text matches.
  bool Matches(std::string_view text);
  // Finds the first match that begins at byte `start` or behind it; false when there is none. What stands
  // before `start` counts for ^, \m and lookbehind.
  bool Find(std::string_view text, std::size_t start, Groups& groups);

 private:
  std::unique_ptr<Matcher> matcher_;
};

}  // namespace ordinal::regex
