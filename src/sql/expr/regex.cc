#include "sql/expr/regex.h"

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

#include <list>

#include "base/error.h"
#include "types/scan.h"

namespace ordinal::sql {
namespace {

using base::Error;

// Bounds the backtracking of one match, so that no pattern holds a thread for long.
constexpr std::uint32_t kMatchSteps = 5'000'000;
constexpr std::size_t kPatternsCached = 32;

PCRE2_SPTR Bytes(std::string_view text) {
  // An empty view may have no address, which the library does not take.
  return reinterpret_cast<PCRE2_SPTR>(text.empty() ? "" : text.data());
}

// Says it in PostgreSQL's words where it has any.
std::string MessageOf(int code) {
  switch (code) {
    case PCRE2_ERROR_MISSING_CLOSING_PARENTHESIS:
    case PCRE2_ERROR_UNMATCHED_CLOSING_PARENTHESIS:
      return "parentheses () not balanced";
    case PCRE2_ERROR_MISSING_SQUARE_BRACKET:
      return "brackets [] not balanced";
    case PCRE2_ERROR_QUANTIFIER_INVALID:
      return "quantifier operand invalid";
    case PCRE2_ERROR_END_BACKSLASH:
      return "invalid escape \\ sequence";
    case PCRE2_ERROR_QUANTIFIER_OUT_OF_ORDER:
    case PCRE2_ERROR_QUANTIFIER_TOO_BIG:
      return "invalid repetition count(s)";
    case PCRE2_ERROR_CLASS_RANGE_ORDER:
      return "invalid character range";
    case PCRE2_ERROR_UNKNOWN_POSIX_CLASS:
      return "invalid character class";
    case PCRE2_ERROR_BAD_SUBPATTERN_REFERENCE:
      return "invalid backreference number";
    default:
      break;
  }
  PCRE2_UCHAR buffer[256];
  pcre2_get_error_message(code, buffer, sizeof buffer);
  return reinterpret_cast<const char*>(buffer);
}

// True when quantifiers of both preferences stand in a pattern that may match parts of a text: PostgreSQL
// then gives the whole expression the preference of the first, which PCRE does not know.
bool MixesPreferences(std::string_view pattern) {
  if (pattern.starts_with('^') && pattern.ends_with('$')) return false;
  bool greedy = false;
  bool lazy = false;
  bool in_brackets = false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '\\') {
      ++i;
    } else if (in_brackets) {
      in_brackets = c != ']';
    } else if (c == '[') {
      in_brackets = true;
      if (i + 1 < pattern.size() && pattern[i + 1] == '^') ++i;
      if (i + 1 < pattern.size() && pattern[i + 1] == ']') ++i;
    } else if (c == '(' && i + 1 < pattern.size() && pattern[i + 1] == '?') {
      ++i;
    } else if (c == '*' || c == '+' || c == '?' || c == '}') {
      const bool is_lazy = i + 1 < pattern.size() && pattern[i + 1] == '?';
      (is_lazy ? lazy : greedy) = true;
      if (is_lazy) ++i;
    }
  }
  return greedy && lazy;
}

// Writes PostgreSQL's escapes for places between characters as PCRE's.
std::string Translate(std::string_view pattern) {
  std::string out;
  bool in_brackets = false;
  for (std::size_t i = 0; i < pattern.size(); ++i) {
    const char c = pattern[i];
    if (c == '[' && !in_brackets) {
      in_brackets = true;
      out += c;
      // A bracket that comes first stands for itself.
      if (i + 1 < pattern.size() && pattern[i + 1] == '^') out += pattern[++i];
      if (i + 1 < pattern.size() && pattern[i + 1] == ']') out += pattern[++i];
      continue;
    }
    if (in_brackets && c == '[' && i + 1 < pattern.size() && pattern[i + 1] == ':') {
      const std::size_t end = pattern.find(":]", i + 2);
      if (end != std::string_view::npos) {
        out += pattern.substr(i, end + 2 - i);
        i = end + 1;
        continue;
      }
    }
    if (c == ']') in_brackets = false;
    if (c != '\\' || i + 1 == pattern.size()) {
      out += c;
      continue;
    }
    const char next = pattern[++i];
    const char* same = nullptr;
    if (!in_brackets) {
      same = next == 'y'   ? "\\b"
             : next == 'Y' ? "\\B"
             : next == 'm' ? "\\b(?=\\w)"
             : next == 'M' ? "\\b(?<=\\w)"
             : next == 'Z' ? "\\z"
                           : nullptr;
    }
    if (same == nullptr && next == 'b') same = "\\x08";
    if (same == nullptr && next == 'B') same = "\\\\";
    if (same != nullptr) {
      out += same;
    } else {
      out += c;
      out += next;
    }
  }
  return out;
}

}  // namespace

struct Regex::State {
  bool mixes_preferences = false;
  pcre2_code* code = nullptr;
  pcre2_match_data* match = nullptr;
  pcre2_match_context* context = nullptr;

  ~State() {
    pcre2_match_context_free(context);
    pcre2_match_data_free(match);
    pcre2_code_free(code);
  }

  // Finds the next match from `start` on.
  bool Find(std::string_view text, std::size_t start) const {
    const int result = pcre2_match(code, Bytes(text), text.size(), start, PCRE2_NO_UTF_CHECK, match, context);
    if (result >= 0) return true;
    if (result == PCRE2_ERROR_NOMATCH) return false;
    throw Error(base::sqlstate::kInvalidRegularExpression, "regular expression failed: " + MessageOf(result));
  }
};

Regex::Regex(std::string_view pattern, Options options) : state_(std::make_unique<State>()) {
  // "***:" and "***=" are PostgreSQL's prefixes for "advanced" and "literal".
  std::uint32_t flags = PCRE2_UTF | PCRE2_DOLLAR_ENDONLY;
  if (pattern.starts_with("***:")) pattern.remove_prefix(4);
  if (pattern.starts_with("***=")) {
    pattern.remove_prefix(4);
    options.literal = true;
  }
  std::string translated;
  if (options.literal) {
    flags = PCRE2_UTF | PCRE2_LITERAL;
  } else {
    if (options.match_newlines) flags |= PCRE2_DOTALL;
    if (options.match_lines) flags |= PCRE2_MULTILINE;
    if (options.expanded) flags |= PCRE2_EXTENDED;
    state_->mixes_preferences = MixesPreferences(pattern);
    translated = Translate(pattern);
    pattern = translated;
  }
  if (options.ignore_case) flags |= PCRE2_CASELESS;
  int error = 0;
  PCRE2_SIZE offset = 0;
  state_->code = pcre2_compile(Bytes(pattern), pattern.size(), flags, &error, &offset, nullptr);
  if (state_->code == nullptr) {
    throw Error(base::sqlstate::kInvalidRegularExpression, "invalid regular expression: " + MessageOf(error));
  }
  state_->match = pcre2_match_data_create_from_pattern(state_->code, nullptr);
  state_->context = pcre2_match_context_create(nullptr);
  pcre2_set_match_limit(state_->context, kMatchSteps);
}

Regex::~Regex() = default;
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;

bool Regex::Matches(std::string_view text) const { return state_->Find(text, 0); }

bool Regex::Find(std::string_view text, std::size_t start, Groups& groups) const {
  if (state_->mixes_preferences) {
    base::ThrowUnsupported("regular expressions with greedy and non-greedy quantifiers");
  }
  if (start > text.size() || !state_->Find(text, start)) return false;
  const PCRE2_SIZE* found = pcre2_get_ovector_pointer(state_->match);
  const std::uint32_t count = pcre2_get_ovector_count(state_->match);
  groups.clear();
  for (std::uint32_t i = 0; i < count; ++i) {
    const bool matched = found[2 * i] != PCRE2_UNSET;
    groups.push_back(matched ? std::optional(Span{found[2 * i], found[2 * i + 1]}) : std::nullopt);
  }
  return true;
}

namespace {

void AppendReplacement(std::string& out, std::string_view replacement, std::string_view text,
                       const Regex::Groups& groups) {
  for (std::size_t i = 0; i < replacement.size(); ++i) {
    if (replacement[i] != '\\' || i + 1 == replacement.size()) {
      out += replacement[i];
      continue;
    }
    const char next = replacement[++i];
    const bool whole = next == '&';
    if (!whole && (next < '1' || next > '9')) {
      if (next != '\\') out += '\\';
      out += next;
      continue;
    }
    const std::size_t group = whole ? 0 : static_cast<std::size_t>(next - '0');
    if (group < groups.size() && groups[group]) {
      out += text.substr(groups[group]->begin, groups[group]->end - groups[group]->begin);
    }
  }
}

}  // namespace

std::string Regex::Replace(std::string_view text, std::string_view replacement, std::size_t start,
                           int nth) const {
  std::string out;
  std::size_t copied = 0;
  Groups groups;
  for (int count = 1; Find(text, start, groups); ++count) {
    const auto [from, to] = *groups[0];
    if (nth == 0 || count == nth) {
      out += text.substr(copied, from - copied);
      AppendReplacement(out, replacement, text, groups);
      copied = to;
    }
    if (count == nth) break;
    start = to;
    if (from == to) {
      // An empty match moves on by one character.
      ++start;
      while (start < text.size() && (static_cast<unsigned char>(text[start]) & 0xC0) == 0x80) ++start;
    }
  }
  return out.append(text.substr(copied));
}

const Regex& CachedRegex(std::string_view pattern, Regex::Options options) {
  struct Entry {
    std::string pattern;
    Regex::Options options;
    Regex regex;
  };
  thread_local std::list<Entry> cache;  // most recently used first
  for (auto entry = cache.begin(); entry != cache.end(); ++entry) {
    if (entry->pattern == pattern && entry->options == options) {
      cache.splice(cache.begin(), cache, entry);
      return cache.front().regex;
    }
  }
  Regex regex(pattern, options);
  if (cache.size() == kPatternsCached) cache.pop_back();
  cache.push_front({std::string(pattern), options, std::move(regex)});
  return cache.front().regex;
}

}  // namespace ordinal::sql
