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

std::string MessageOf(int code) {
  PCRE2_UCHAR buffer[256];
  pcre2_get_error_message(code, buffer, sizeof buffer);
  return reinterpret_cast<const char*>(buffer);
}

}  // namespace

struct Regex::State {
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
    flags = PCRE2_UTF | PCRE2_LITERAL;
  } else if (options.match_newlines) {
    flags |= PCRE2_DOTALL;
  } else {
    flags |= PCRE2_MULTILINE;
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

std::string Regex::Replace(std::string_view text, std::string_view replacement, bool all) const {
  std::string out;
  std::size_t copied = 0;
  std::size_t start = 0;
  while (start <= text.size() && state_->Find(text, start)) {
    const PCRE2_SIZE* groups = pcre2_get_ovector_pointer(state_->match);
    const std::uint32_t count = pcre2_get_ovector_count(state_->match);
    const std::size_t from = groups[0];
    const std::size_t to = groups[1];
    out += text.substr(copied, from - copied);
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
      const std::uint32_t group = whole ? 0 : static_cast<std::uint32_t>(next - '0');
      if (group < count && groups[2 * group] != PCRE2_UNSET) {
        out += text.substr(groups[2 * group], groups[2 * group + 1] - groups[2 * group]);
      }
    }
    copied = to;
    start = to;
    if (from == to) {
      // An empty match moves on by one character.
      ++start;
      while (start < text.size() && (static_cast<unsigned char>(text[start]) & 0xC0) == 0x80) ++start;
    }
    if (!all) break;
  }
  return out.append(text.substr(copied));
}

const Regex& CachedRegex(std::string_view pattern, Regex::Options options) {
  struct Entry {
    std::string pattern;
    bool ignore_case;
    bool match_newlines;
    Regex regex;
  };
  thread_local std::list<Entry> cache;  // most recently used first
  for (auto entry = cache.begin(); entry != cache.end(); ++entry) {
    if (entry->pattern == pattern && entry->ignore_case == options.ignore_case &&
        entry->match_newlines == options.match_newlines) {
      cache.splice(cache.begin(), cache, entry);
      return cache.front().regex;
    }
  }
  Regex regex(pattern, options);
  if (cache.size() == kPatternsCached) cache.pop_back();
  cache.push_front({std::string(pattern), options.ignore_case, options.match_newlines, std::move(regex)});
  return cache.front().regex;
}

}  // namespace ordinal::sql
