// Divides all characters into classes that an expression does not tell apart.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "regex/syntax.h"
#include "regex/utf8.h"

namespace ordinal::regex {

// A class of characters; one behind the last stands for the end of the text.
using CharacterClass = std::uint16_t;

// What a character is, or its absence, to places that ask for it.
using Neighbour = std::uint8_t;
inline constexpr Neighbour kNoCharacter = 1;  // before the first character, and behind the last
inline constexpr Neighbour kNewline = 2;
inline constexpr Neighbour kWordCharacter = 4;
inline constexpr Neighbour kNeighbours = 8;

class Alphabet {
 public:
  // Errors: 2201B `invalid regular expression: regular expression is too complex`.
  explicit Alphabet(const SyntaxTree& tree);

  // Returns the class of the character at `at` and moves behind it. REQUIRES at < text.size().
  CharacterClass Take(std::string_view text, std::size_t& at) const {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte < 0x80) {
      ++at;
      return ascii_[byte];
    }
    return ClassOf(TakeCharacter(text, at));
  }
  // Returns the class of what stands at `at`, or end() at the end.
  CharacterClass Peek(std::string_view text, std::size_t at) const {
    return at == text.size() ? end() : Take(text, at);
  }

  CharacterClass end() const { return static_cast<CharacterClass>(neighbours_.size() - 1); }
  // Counts the classes and the end.
  std::size_t size() const { return neighbours_.size(); }
  // What characters of a class, or the end, are to a place beside them.
  Neighbour neighbour(CharacterClass character) const { return neighbours_[character]; }
  bool Contains(std::size_t set, CharacterClass character) const {
    if (!masks_.empty()) return (masks_[set] >> character & 1) != 0;
    const auto begin = members_.begin() + static_cast<std::ptrdiff_t>(ends_[set]);
    const auto end = members_.begin() + static_cast<std::ptrdiff_t>(ends_[set + 1]);
    return std::binary_search(begin, end, character);
  }

 private:
  CharacterClass ClassOf(char32_t character) const;
  void FillMembers(const std::vector<CharacterSet>& sets);

  std::array<CharacterClass, 128> ascii_{};
  std::vector<char32_t> begins_;         // where stretches of one class begin, the first at 0
  std::vector<CharacterClass> classes_;  // of the stretches
  std::vector<Neighbour> neighbours_;    // by class
  std::vector<std::uint64_t> masks_;     // by set, the classes in it; empty when there are more than 64
  std::vector<CharacterClass> members_;  // the classes of all sets, ascending in each
  std::vector<std::size_t> ends_;        // by set, where its classes begin, and the end of the last
};

}  // namespace ordinal::regex
