#include "regex/pattern.h"

#include <utility>

#include "regex/matcher.h"
#include "regex/parser.h"

namespace ordinal::regex {

Pattern::Pattern(std::string_view pattern, const Options& options)
    : matcher_(std::make_unique<Matcher>(Parse(pattern, options))) {}

Pattern::~Pattern() = default;
Pattern::Pattern(Pattern&&) noexcept = default;
Pattern& Pattern::operator=(Pattern&&) noexcept = default;

void Pattern::Watch(std::function<void()> check) { matcher_->Watch(std::move(check)); }

bool Pattern::Matches(std::string_view text) { return matcher_->Matches(text); }

bool Pattern::Find(std::string_view text, std::size_t start, Groups& groups) {
  return matcher_->Find(text, start, groups);
}

}  // namespace ordinal::regex
