// Steps through UTF-8. REQUIRES valid text, as all text in the server is, and places between characters.
#pragma once

#include <cstddef>
#include <string_view>

namespace ordinal::regex {

inline bool IsContinuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

// Returns the place behind the character at `at`. REQUIRES at < text.size().
inline std::size_t After(std::string_view text, std::size_t at) {
  ++at;
  while (at < text.size() && IsContinuation(text[at])) ++at;
  return at;
}

// Returns the place before the character that ends at `at`. REQUIRES at > 0.
inline std::size_t Before(std::string_view text, std::size_t at) {
  --at;
  while (at > 0 && IsContinuation(text[at])) --at;
  return at;
}

// Returns the character at `at` and moves behind it. REQUIRES at < text.size().
inline char32_t TakeCharacter(std::string_view text, std::size_t& at) {
  const auto lead = static_cast<unsigned char>(text[at++]);
  if (lead < 0x80) return lead;
  char32_t character = lead >= 0xF0 ? lead & 0x07 : lead >= 0xE0 ? lead & 0x0F : lead & 0x1F;
  while (at < text.size() && IsContinuation(text[at])) {
    character = character << 6 | (static_cast<unsigned char>(text[at++]) & 0x3F);
  }
  return character;
}

}  // namespace ordinal::regex
