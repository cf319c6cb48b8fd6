// Reads and shows the values of parameters as PostgreSQL does (its documentation, section 20.1).
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace ordinal::session {

// 22023 `invalid value for parameter "x": "y"`.
[[noreturn]] void ThrowInvalidValue(std::string_view name, std::string_view value);

// "on" or "off". Throws 22023 `parameter "x" requires a Boolean value`.
std::string ReadBoolValue(std::string_view name, std::string_view value);

// Throws 22023 for what is no integer, and `5 is outside the valid range for parameter "x" (-15 .. 3)`.
std::int64_t ReadIntegerValue(std::string_view name, std::string_view value, std::int64_t min,
                              std::int64_t max);

// Milliseconds, of a number with an optional unit (us, ms, s, min, h, d). Errors as for integers.
std::int64_t ReadMillisValue(std::string_view name, std::string_view value, std::int64_t max);

// Shows milliseconds in the largest unit that divides them: 1500ms, 2s, 3min; 0 as 0.
std::string ShowMillis(std::int64_t millis);

// One of `words`, whatever its case. Throws 22023 with the words as a hint.
std::string ReadEnumValue(std::string_view name, std::string_view value,
                          std::span<const std::string_view> words);

// True for every spelling of UTF8 that PostgreSQL takes: case, quotes, hyphens and the like do not count.
bool IsUtf8Name(std::string_view encoding);

std::string Lower(std::string_view text);

}  // namespace ordinal::session
