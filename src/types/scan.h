// Gives the readers of this room's text forms their character tests and their common errors. Independent of
// the locale, as PostgreSQL's collation "C" is.
#pragma once

#include <string_view>

namespace ordinal::types {

constexpr bool IsBlank(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }
constexpr bool IsDigit(char c) { return c >= '0' && c <= '9'; }
constexpr bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr char ToLower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; }

// Returns the value of a hexadecimal digit, or -1.
constexpr int HexDigit(char c) {
  if (IsDigit(c)) return c - '0';
  const char lower = ToLower(c);
  return lower >= 'a' && lower <= 'f' ? lower - 'a' + 10 : -1;
}

// Cuts blanks off both ends.
std::string_view TrimBlanks(std::string_view text);
// Compares ASCII letters without regard to case. `lower` must be in lower case.
bool EqualsIgnoringCase(std::string_view text, std::string_view lower);

// Throws 22P02 `invalid input syntax for type <type_name>: "<text>"`.
[[noreturn]] void ThrowInvalidSyntax(std::string_view type_name, std::string_view text);
// Throws 22003 `value "<text>" is out of range for type <type_name>`.
[[noreturn]] void ThrowOutOfRange(std::string_view type_name, std::string_view text);

}  // namespace ordinal::types
