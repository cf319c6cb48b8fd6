// Matches regular expressions. The syntax is PCRE's, which agrees with PostgreSQL's advanced expressions on
// what both have: classes, quantifiers, groups, anchors, \d \w \s \y-style escapes aside.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ordinal::sql {

class Regex {
 public:
  struct Options {
    bool ignore_case = false;
    bool match_newlines = true;  // "." matches a newline
    bool match_lines = false;    // ^ and $ match at the ends of lines, too
    bool literal = false;        // nothing has a meaning of its own
    bool expanded = false;       // blanks and comments are passed over
    friend bool operator==(const Options&, const Options&) = default;
  };
  // Errors: 2201B `invalid regular expression: ...`.
  Regex(std::string_view pattern, Options options);
  ~Regex();
  Regex(Regex&&) noexcept;
  Regex& operator=(Regex&&) noexcept;

  // True when some part of the text matches. Work is bounded. Errors: 2201B `regular expression failed: ...`.
  bool Matches(std::string_view text) const;

  // A part of the text, in bytes.
  struct Span {
    std::size_t begin = 0;
    std::size_t end = 0;
  };
  // The match, and behind it what each group matched, if anything.
  using Groups = std::vector<std::optional<Span>>;
  // Finds the next match that begins at byte `start` or behind it; false when there is none.
  bool Find(std::string_view text, std::size_t start, Groups& groups) const;

  // Replaces match `nth`, counted from 1, or all where it is 0, looking from byte `start` on. In
  // `replacement`, \1 to \9 stand for groups, \& for the match, \\ for a backslash.
  std::string Replace(std::string_view text, std::string_view replacement, std::size_t start, int nth) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Returns the compiled pattern from a small cache of this thread; valid until the next call on it. Errors as
// Regex.
const Regex& CachedRegex(std::string_view pattern, Regex::Options options);

}  // namespace ordinal::sql
