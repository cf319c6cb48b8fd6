#include "sql/expr/like.h"

#include "base/error.h"
#include "types/scan.h"

namespace ordinal::sql {
namespace {

constexpr char kEscape = '\\';

// Steps over one UTF-8 character; a stray byte counts as one.
std::size_t NextCharacter(std::string_view text, std::size_t at) {
  ++at;
  while (at < text.size() && (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80) ++at;
  return at;
}

struct Literal {
  char byte;
  std::size_t length;  // with the escape character
};

Literal TakeLiteral(std::string_view pattern, std::size_t at) {
  if (pattern[at] != kEscape) return {pattern[at], 1};
  if (at + 1 == pattern.size()) {
    throw base::Error(base::sqlstate::kInvalidEscapeSequence,
                      "LIKE pattern must not end with escape character");
  }
  return {pattern[at + 1], 2};
}

bool SameByte(char left, char right, bool ignore_case) {
  return left == right || (ignore_case && types::ToLower(left) == types::ToLower(right));
}

}  // namespace

bool MatchesLike(std::string_view text, std::string_view pattern, bool ignore_case) {
  std::size_t t = 0;
  std::size_t p = 0;
  // After a mismatch, matching resumes behind the last % with one more character given to it.
  std::size_t retry_pattern = std::string_view::npos;
  std::size_t retry_text = 0;
  while (t < text.size()) {
    if (p < pattern.size()) {
      if (pattern[p] == '%') {
        retry_pattern = ++p;
        retry_text = t;
        continue;
      }
      if (pattern[p] == '_') {
        t = NextCharacter(text, t);
        ++p;
        continue;
      }
      const Literal literal = TakeLiteral(pattern, p);
      if (SameByte(literal.byte, text[t], ignore_case)) {
        ++t;
        p += literal.length;
        continue;
      }
    }
    if (retry_pattern == std::string_view::npos) return false;
    if (retry_pattern == pattern.size()) return true;
    p = retry_pattern;
    t = retry_text = NextCharacter(text, retry_text);
  }
  while (p < pattern.size() && pattern[p] == '%') ++p;
  return p == pattern.size();
}

}  // namespace ordinal::sql
