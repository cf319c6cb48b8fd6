#include "sql/expr/regex.h"

#include <functional>
#include <list>
#include <utility>

#include "sql/expr/eval_context.h"

namespace ordinal::sql {
namespace {

constexpr std::size_t kPatternsCached = 32;

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

void Regex::SetContext(EvalContext* context) const {
  pattern_->Watch(context == nullptr ? std::function<void()>() : [context] { context->CheckCanceled(); });
}

const Regex& CachedRegex(std::string_view pattern, const Regex::Options& options, EvalContext* context) {
  struct Entry {
    std::string pattern;
    Regex::Options options;
    Regex regex;
  };
  thread_local std::list<Entry> cache;  // most recently used first
  for (auto entry = cache.begin(); entry != cache.end(); ++entry) {
    if (entry->pattern == pattern && entry->options == options) {
      cache.splice(cache.begin(), cache, entry);
      cache.front().regex.SetContext(context);
      return cache.front().regex;
    }
  }
  Regex regex(pattern, options);
  if (cache.size() == kPatternsCached) cache.pop_back();
  cache.push_front({std::string(pattern), options, std::move(regex)});
  cache.front().regex.SetContext(context);
  return cache.front().regex;
}

}  // namespace ordinal::sql
