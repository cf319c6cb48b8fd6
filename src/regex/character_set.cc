#include "regex/character_set.h"

#include <algorithm>

namespace ordinal::regex {

void CharacterSet::Add(const CharacterSet& other) {
  ranges_.insert(ranges_.end(), other.ranges_.begin(), other.ranges_.end());
}

void CharacterSet::Normalize() {
  std::sort(ranges_.begin(), ranges_.end());
  std::vector<Range> joined;
  for (const Range& range : ranges_) {
    if (!joined.empty() && range.first <= joined.back().last + 1) {
      joined.back().last = std::max(joined.back().last, range.last);
    } else {
      joined.push_back(range);
    }
  }
  ranges_ = std::move(joined);
}

void CharacterSet::Complement() {
  Normalize();
  std::vector<Range> gaps;
  char32_t next = 0;
  for (const Range& range : ranges_) {
    if (range.first > kLastCharacter) break;
    if (range.first > next) gaps.push_back({next, range.first - 1});
    next = range.last + 1;
  }
  if (next <= kLastCharacter) gaps.push_back({next, kLastCharacter});
  ranges_ = std::move(gaps);
}

void CharacterSet::AddOtherCases() {
  CharacterSet others;
  for (const Range& range : ranges_) {
    const auto add = [&](char32_t from, char32_t to) {
      const char32_t first = std::max(range.first, from);
      const char32_t last = std::min(range.last, to);
      if (first <= last) others.Add(OtherCase(first), OtherCase(last));
    };
    add(U'a', U'z');
    add(U'A', U'Z');
  }
  Add(others);
  Normalize();
}

char32_t OtherCase(char32_t character) {
  const bool is_letter = (character >= U'a' && character <= U'z') || (character >= U'A' && character <= U'Z');
  return is_letter ? character ^ 0x20 : character;
}

namespace {

struct ClassEntry {
  std::u32string_view name;
  std::vector<CharacterSet::Range> ranges;
};

const std::vector<ClassEntry>& Classes() {
  static const std::vector<ClassEntry> classes = {
      {U"alnum", {{U'0', U'9'}, {U'A', U'Z'}, {U'a', U'z'}}},
      {U"alpha", {{U'A', U'Z'}, {U'a', U'z'}}},
      {U"ascii", {{0, 0x7F}}},
      {U"blank", {{U'\t', U'\t'}, {U' ', U' '}}},
      {U"cntrl", {{0, 0x1F}, {0x7F, 0x9F}}},
      {U"digit", {{U'0', U'9'}}},
      {U"graph", {{0x21, 0x7E}}},
      {U"lower", {{U'a', U'z'}}},
      {U"print", {{0x20, 0x7E}}},
      {U"punct", {{0x21, 0x2F}, {0x3A, 0x40}, {0x5B, 0x60}, {0x7B, 0x7E}}},
      {U"space", {{U'\t', U'\r'}, {U' ', U' '}}},
      {U"upper", {{U'A', U'Z'}}},
      {U"word", {{U'0', U'9'}, {U'A', U'Z'}, {U'_', U'_'}, {U'a', U'z'}}},
      {U"xdigit", {{U'0', U'9'}, {U'A', U'F'}, {U'a', U'f'}}},
  };
  return classes;
}

struct NamedCharacter {
  std::u32string_view name;
  char32_t character;
};

// The portable character set of POSIX (XBD, chapter 6), with the names of the controls.
constexpr NamedCharacter kNamedCharacters[] = {
    {U"NUL", 0x00},
    {U"SOH", 0x01},
    {U"STX", 0x02},
    {U"ETX", 0x03},
    {U"EOT", 0x04},
    {U"ENQ", 0x05},
    {U"ACK", 0x06},
    {U"BEL", 0x07},
    {U"alert", 0x07},
    {U"BS", 0x08},
    {U"backspace", 0x08},
    {U"HT", 0x09},
    {U"tab", 0x09},
    {U"LF", 0x0A},
    {U"newline", 0x0A},
    {U"VT", 0x0B},
    {U"vertical-tab", 0x0B},
    {U"FF", 0x0C},
    {U"form-feed", 0x0C},
    {U"CR", 0x0D},
    {U"carriage-return", 0x0D},
    {U"SO", 0x0E},
    {U"SI", 0x0F},
    {U"DLE", 0x10},
    {U"DC1", 0x11},
    {U"DC2", 0x12},
    {U"DC3", 0x13},
    {U"DC4", 0x14},
    {U"NAK", 0x15},
    {U"SYN", 0x16},
    {U"ETB", 0x17},
    {U"CAN", 0x18},
    {U"EM", 0x19},
    {U"SUB", 0x1A},
    {U"ESC", 0x1B},
    {U"IS4", 0x1C},
    {U"FS", 0x1C},
    {U"IS3", 0x1D},
    {U"GS", 0x1D},
    {U"IS2", 0x1E},
    {U"RS", 0x1E},
    {U"IS1", 0x1F},
    {U"US", 0x1F},
    {U"space", U' '},
    {U"exclamation-mark", U'!'},
    {U"quotation-mark", U'"'},
    {U"number-sign", U'#'},
    {U"dollar-sign", U'$'},
    {U"percent-sign", U'%'},
    {U"ampersand", U'&'},
    {U"apostrophe", U'\''},
    {U"left-parenthesis", U'('},
    {U"right-parenthesis", U')'},
    {U"asterisk", U'*'},
    {U"plus-sign", U'+'},
    {U"comma", U','},
    {U"hyphen", U'-'},
    {U"hyphen-minus", U'-'},
    {U"period", U'.'},
    {U"full-stop", U'.'},
    {U"slash", U'/'},
    {U"solidus", U'/'},
    {U"zero", U'0'},
    {U"one", U'1'},
    {U"two", U'2'},
    {U"three", U'3'},
    {U"four", U'4'},
    {U"five", U'5'},
    {U"six", U'6'},
    {U"seven", U'7'},
    {U"eight", U'8'},
    {U"nine", U'9'},
    {U"colon", U':'},
    {U"semicolon", U';'},
    {U"less-than-sign", U'<'},
    {U"equals-sign", U'='},
    {U"greater-than-sign", U'>'},
    {U"question-mark", U'?'},
    {U"commercial-at", U'@'},
    {U"left-square-bracket", U'['},
    {U"backslash", U'\\'},
    {U"reverse-solidus", U'\\'},
    {U"right-square-bracket", U']'},
    {U"circumflex", U'^'},
    {U"circumflex-accent", U'^'},
    {U"underscore", U'_'},
    {U"low-line", U'_'},
    {U"grave-accent", U'`'},
    {U"left-brace", U'{'},
    {U"left-curly-bracket", U'{'},
    {U"vertical-line", U'|'},
    {U"right-brace", U'}'},
    {U"right-curly-bracket", U'}'},
    {U"tilde", U'~'},
    {U"DEL", 0x7F},
};

}  // namespace

std::optional<CharacterSet> NamedClass(std::u32string_view name) {
  for (const ClassEntry& entry : Classes()) {
    if (entry.name != name) continue;
    CharacterSet set;
    for (const auto& [first, last] : entry.ranges) set.Add(first, last);
    return set;
  }
  return std::nullopt;
}

std::optional<char32_t> CollatingElement(std::u32string_view name) {
  if (name.size() == 1) return name.front();
  for (const NamedCharacter& entry : kNamedCharacters) {
    if (entry.name == name) return entry.character;
  }
  return std::nullopt;
}

}  // namespace ordinal::regex
