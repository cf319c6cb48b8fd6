// Matches any text by any regular expression, in every syntax and mode.

#include <string>
#include <string_view>

#include "base/error.h"
#include "fuzz/input.h"
#include "regex/pattern.h"

namespace {

using namespace ordinal;
using fuzz::Require;

// Longer ones take long, within the bounds, and show no more: {255}{255} makes sixty thousand instructions.
constexpr std::size_t kPatternMax = 40;
constexpr std::size_t kTextMax = 16;
constexpr int kMatchesMax = 3;

regex::Options MakeOptions(fuzz::Input& input) {
  const auto drawn = input.Int<std::uint8_t>();
  regex::Options options;
  options.syntax = static_cast<regex::Syntax>(drawn % 4);
  options.ignore_case = (drawn & 4) != 0;
  options.newline_stops = (drawn & 8) != 0;
  options.newline_anchors = (drawn & 16) != 0;
  options.expanded = (drawn & 32) != 0;
  return options;
}

// What a client sends is valid UTF-8 without NUL.
std::string Clean(std::string_view bytes) {
  std::string text;
  for (const char byte : bytes) {
    if (byte > 0) {
      text += byte;
    } else {
      text += "\u20ac";
    }
  }
  return text;
}

void CheckMatches(regex::Pattern& pattern, std::string_view text) {
  const bool matches = pattern.Matches(text);
  regex::Groups groups;
  bool found = false;
  std::size_t start = 0;
  for (int i = 0; i < kMatchesMax && start <= text.size() && pattern.Find(text, start, groups); ++i) {
    found = true;
    const auto [begin, end] = *groups.front();
    Require(start <= begin && begin <= end && end <= text.size(), "a match lies behind its start");
    for (const auto& group : groups) {
      Require(!group || (begin <= group->begin && group->begin <= group->end && group->end <= end),
              "a group lies within its match");
    }
    start = end > begin ? end : end + 1;
    while (start < text.size() && (static_cast<unsigned char>(text[start]) & 0xC0) == 0x80) ++start;
  }
  Require(matches == found, "a text matches where a match is found");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const regex::Options options = MakeOptions(input);
  const std::size_t length = input.Choose(kPatternMax);
  const std::string expression = Clean(input.Bytes(length));
  const std::string text = Clean(input.Rest().substr(0, kTextMax));
  try {
    regex::Pattern pattern(expression, options);
    CheckMatches(pattern, text);
  } catch (const base::Error& error) {
    Require(error.sqlstate() == base::sqlstate::kInvalidRegularExpression, "the expression is at fault");
  }
  return 0;
}
