// Checks and counts UTF-8, the only encoding of the server.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace ordinal::types {

// Accepts well-formed UTF-8 without NUL bytes. Errors: 22021 `invalid byte sequence for encoding "UTF8":
// 0x00`.
void CheckUtf8(std::string_view text);

// Counts characters. REQUIRES valid UTF-8, here and below.
std::size_t CountCharacters(std::string_view text);
// Returns the length in bytes of the first `characters` characters, or of the whole text when it has fewer.
std::size_t BytesOfCharacters(std::string_view text, std::size_t characters);
// Returns the longest prefix of at most `bytes` bytes that ends between characters.
std::string_view ClipToBytes(std::string_view text, std::size_t bytes);

// Appends one character. REQUIRES a code point that is no surrogate, at most 0x10FFFF.
void AppendUtf8(std::string& out, unsigned code);

}  // namespace ordinal::types
