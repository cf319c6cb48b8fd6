#include "types/utf8.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <string>

#include "base/error.h"

namespace ordinal::types {
namespace {

using Byte = unsigned char;

Byte ByteAt(std::string_view text, std::size_t at) { return static_cast<Byte>(text[at]); }

bool IsContinuation(Byte byte) { return (byte & 0xC0) == 0x80; }

// Length that the first byte of a character announces; 1 for bytes that cannot begin one.
std::size_t AnnouncedLength(Byte first) {
  if ((first & 0xE0) == 0xC0) return 2;
  if ((first & 0xF0) == 0xE0) return 3;
  if ((first & 0xF8) == 0xF0) return 4;
  return 1;
}

// Returns the length of the well-formed character at `at`, or 0. Overlong forms, surrogates and code points
// beyond U+10FFFF show in the second byte.
std::size_t WellFormedLength(std::string_view text, std::size_t at) {
  const Byte first = ByteAt(text, at);
  if (first < 0x80) return first == 0 ? 0 : 1;
  const std::size_t length = AnnouncedLength(first);
  if (length == 1 || first < 0xC2 || first > 0xF4 || at + length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if (!IsContinuation(ByteAt(text, at + i))) return 0;
  }
  const Byte second = ByteAt(text, at + 1);
  if ((first == 0xE0 && second < 0xA0) || (first == 0xED && second > 0x9F) ||
      (first == 0xF0 && second < 0x90) || (first == 0xF4 && second > 0x8F)) {
    return 0;
  }
  return length;
}

[[noreturn]] void ThrowInvalid(std::string_view text, std::size_t at) {
  static constexpr char kHex[] = "0123456789abcdef";
  const std::size_t end = std::min(at + AnnouncedLength(ByteAt(text, at)), text.size());
  std::string message = "invalid byte sequence for encoding \"UTF8\":";
  for (; at < end; ++at) {
    message += " 0x";
    message += kHex[ByteAt(text, at) >> 4];
    message += kHex[ByteAt(text, at) & 15];
  }
  throw base::Error(base::sqlstate::kCharacterNotInRepertoire, std::move(message));
}

// Tells whether eight bytes are all ASCII other than NUL.
bool IsPlain(const char* bytes) {
  constexpr std::uint64_t kHighBits = 0x8080808080808080;
  constexpr std::uint64_t kOnes = 0x0101010101010101;
  std::uint64_t word;
  std::memcpy(&word, bytes, sizeof word);
  // Subtracting one sets the high bit of a zero byte.
  return ((word | (word - kOnes)) & kHighBits) == 0;
}

}  // namespace

void CheckUtf8(std::string_view text) {
  std::size_t at = 0;
  while (at < text.size()) {
    if (at + 8 <= text.size() && IsPlain(text.data() + at)) {
      at += 8;
      continue;
    }
    const std::size_t length = WellFormedLength(text, at);
    if (length == 0) ThrowInvalid(text, at);
    at += length;
  }
}

std::size_t CountCharacters(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return !IsContinuation(static_cast<Byte>(c)); }));
}

std::size_t BytesOfCharacters(std::string_view text, std::size_t characters) {
  if (text.size() <= characters) return text.size();
  std::size_t at = 0;
  for (; characters > 0 && at < text.size(); --characters) at += AnnouncedLength(ByteAt(text, at));
  return std::min(at, text.size());
}

std::string_view ClipToBytes(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return text;
  while (bytes > 0 && IsContinuation(ByteAt(text, bytes))) --bytes;
  return text.substr(0, bytes);
}

void AppendUtf8(std::string& out, unsigned code) {
  const auto add = [&out](unsigned byte) { out += static_cast<char>(byte); };
  if (code < 0x80) {
    add(code);
  } else if (code < 0x800) {
    add(0xC0 | code >> 6);
    add(0x80 | (code & 0x3F));
  } else if (code < 0x10000) {
    add(0xE0 | code >> 12);
    add(0x80 | (code >> 6 & 0x3F));
    add(0x80 | (code & 0x3F));
  } else {
    add(0xF0 | code >> 18);
    add(0x80 | (code >> 12 & 0x3F));
    add(0x80 | (code >> 6 & 0x3F));
    add(0x80 | (code & 0x3F));
  }
}

}  // namespace ordinal::types
