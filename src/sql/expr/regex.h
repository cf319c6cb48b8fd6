// Matches regular expressions. The syntax is PCRE's, which agrees with PostgreSQL's advanced expressions on
// what both have: classes, quantifiers, groups, anchors, \d \w \s \y-style escapes aside.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace ordinal::sql {

class Regex {
 public:
  struct Options {
    bool ignore_case = false;
    bool match_newlines = true;  // "." and classes match a newline; ^ and $ only at the ends
  };
  // Errors: 2201B `invalid regular expression: ...`.
  Regex(std::string_view pattern, Options options);
  ~Regex();
  Regex(Regex&&) noexcept;
  Regex& operator=(Regex&&) noexcept;

  // True when some part of the text matches. Work is bounded. Errors: 2201B `regular expression failed: ...`.
  bool Matches(std::string_view text) const;

  // Replaces the first match, or all. In `replacement`, \1 to \9 stand for groups, \& for the match, \\ for a
  // backslash.
  std::string Replace(std::string_view text, std::string_view replacement, bool all) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Returns the compiled pattern from a small cache of this thread; valid until the next call on it. Errors as
// Regex.
const Regex& CachedRegex(std::string_view pattern, Regex::Options options);

}  // namespace ordinal::sql
