// What a caller may say about an expression beside its text.
#pragma once

#include <cstdint>

namespace ordinal::regex {

enum class Syntax : std::uint8_t {
  kAdvanced,  // POSIX's extended expressions, with PostgreSQL's escapes, lookaround and embedded options
  kExtended,  // POSIX's extended expressions
  kBasic,     // POSIX's basic expressions: \( \) \{ \}, neither | nor + nor ?
  kLiteral,   // nothing has a meaning of its own
};

struct Options {
  Syntax syntax = Syntax::kAdvanced;
  bool ignore_case = false;
  bool newline_stops = false;    // neither . nor [^...] matches a newline
  bool newline_anchors = false;  // ^ and $ match at the ends of lines, too
  bool expanded = false;         // blanks and comments are passed over
  friend bool operator==(const Options&, const Options&) = default;
};

}  // namespace ordinal::regex
