// Regular expressions as functions and operators use them: kept compiled, and replaced in texts.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

#include "regex/pattern.h"

namespace ordinal::sql {

class EvalContext;

class Regex {
 public:
  using Options = regex::Options;
  using Span = regex::Span;
  using Groups = regex::Groups;

  // Errors, of all functions: as regex::Pattern.
  Regex(std::string_view pattern, const Options& options)
      : pattern_(std::make_unique<regex::Pattern>(pattern, options)) {}

  // The statement that has it match, which may be cancelled; null for none.
  void SetContext(EvalContext* context) const;

  // True when some part of the text matches.
  bool Matches(std::string_view text) const { return pattern_->Matches(text); }
  // Finds the next match that begins at byte `start` or behind it; false when there is none.
  bool Find(std::string_view text, std::size_t start, Groups& groups) const {
    return pattern_->Find(text, start, groups);
  }

  // Replaces match `nth`, counted from 1, or all where it is 0, looking from byte `start` on. In
  // `replacement`, \1 to \9 stand for groups, \& for the match, \\ for a backslash.
  std::string Replace(std::string_view text, std::string_view replacement, std::size_t start, int nth) const;

 private:
  std::unique_ptr<regex::Pattern> pattern_;
};

// Returns the compiled pattern from a small cache of this thread; valid until the next call on it. Matches
// throw what `context` says of a statement that was cancelled; null for none. Errors as Regex.
const Regex& CachedRegex(std::string_view pattern, const Regex::Options& options, EvalContext* context);

}  // namespace ordinal::sql
