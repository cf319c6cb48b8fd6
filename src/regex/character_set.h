// Sets of characters, as classes, ranges and brackets of an expression name them.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace ordinal::regex {

inline constexpr char32_t kLastCharacter = 0x10FFFF;

// A set of code points as ranges, both ends included, ascending and apart once Normalize ran.
class CharacterSet {
 public:
  struct Range {
    char32_t first;
    char32_t last;
    friend auto operator<=>(const Range&, const Range&) = default;
  };

  void Add(char32_t first, char32_t last) { ranges_.push_back({first, last}); }
  void Add(char32_t character) { Add(character, character); }
  void Add(const CharacterSet& other);
  // Sorts the ranges and joins those that touch. The others below do it, too.
  void Normalize();
  // Makes it the set of all characters that are not in it.
  void Complement();
  // Adds the other case of every letter in it. Letters are those of ASCII: the collation is "C".
  void AddOtherCases();

  const std::vector<Range>& ranges() const { return ranges_; }
  friend auto operator<=>(const CharacterSet&, const CharacterSet&) = default;

 private:
  std::vector<Range> ranges_;
};

// Returns the other case of a letter of ASCII, else the character itself.
char32_t OtherCase(char32_t character);

// Returns what stands between [: and :]. Classes know the letters of ASCII only, as under collation "C";
// nullopt when there is no such class.
std::optional<CharacterSet> NamedClass(std::u32string_view name);
// Returns the element that stands between [. and .], or [= and =]: a character itself, or one of POSIX's
// names; nullopt when there is none.
std::optional<char32_t> CollatingElement(std::u32string_view name);

}  // namespace ordinal::regex
