#include "types/scalar_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <limits>

#include "base/error.h"
#include "types/scan.h"

namespace ordinal::types {
namespace {

constexpr char kHex[] = "0123456789abcdef";

struct IntegerRange {
  std::int64_t min;
  std::int64_t max;
};

template <typename T>
constexpr IntegerRange RangeOf() {
  return {std::numeric_limits<T>::min(), std::numeric_limits<T>::max()};
}

// Reads one integer that fills `body`.
std::int64_t ReadInteger(std::string_view body, std::string_view text, const char* type_name,
                         IntegerRange range) {
  if (body.size() > 1 && body.front() == '+' && IsDigit(body[1])) body.remove_prefix(1);
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(body.data(), body.data() + body.size(), value);
  if (error == std::errc::invalid_argument) ThrowInvalidSyntax(type_name, text);
  if (error == std::errc::result_out_of_range) ThrowOutOfRange(type_name, text);
  if (end != body.data() + body.size()) ThrowInvalidSyntax(type_name, text);
  if (value < range.min || value > range.max) ThrowOutOfRange(type_name, text);
  return value;
}

template <typename T>
bool ReadSpecialFloat(std::string_view body, T* value) {
  if (EqualsIgnoringCase(body, "nan")) {
    *value = std::numeric_limits<T>::quiet_NaN();
    return true;
  }
  const bool negative = !body.empty() && body.front() == '-';
  if (!body.empty() && (body.front() == '-' || body.front() == '+')) body.remove_prefix(1);
  if (!EqualsIgnoringCase(body, "infinity") && !EqualsIgnoringCase(body, "inf")) return false;
  *value = negative ? -std::numeric_limits<T>::infinity() : std::numeric_limits<T>::infinity();
  return true;
}

template <typename T>
T ReadFloat(std::string_view text, const char* type_name) {
  const auto out_of_range = [&](std::string_view number) {
    return base::Error(base::sqlstate::kNumericValueOutOfRange,
                       "\"" + std::string(number) + "\" is out of range for type " + type_name);
  };
  std::string_view body = TrimBlanks(text);
  T value = 0;
  if (ReadSpecialFloat(body, &value)) return value;
  if (body.size() > 1 && body.front() == '+' && body[1] != '-') body.remove_prefix(1);
  const auto [end, error] = std::from_chars(body.data(), body.data() + body.size(), value);
  if (error == std::errc::invalid_argument) ThrowInvalidSyntax(type_name, text);
  const std::string_view number = body.substr(0, static_cast<std::size_t>(end - body.data()));
  if (error == std::errc::result_out_of_range) throw out_of_range(number);
  if (number.size() != body.size()) ThrowInvalidSyntax(type_name, text);
  // A number that vanishes is out of range as well, unless its digits are all zero.
  if (value == 0) {
    const std::string_view mantissa = body.substr(0, body.find_first_of("eE"));
    if (mantissa.find_first_of("123456789") != std::string_view::npos) throw out_of_range(number);
  }
  return value;
}

// Lays out digits as PostgreSQL does: plainly from 1e-4 up to `plain_below`, else with an exponent.
template <typename T>
void AppendShortest(std::string& out, T value, T plain_below) {
  std::array<char, 48> buffer;
  const T magnitude = std::fabs(value);
  const bool plain = value == 0 || (magnitude >= static_cast<T>(1e-4) && magnitude < plain_below);
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value,
                                 plain ? std::chars_format::fixed : std::chars_format::scientific)
                       .ptr;
  out.append(buffer.data(), end);
}

template <typename T>
void AppendFloating(std::string& out, T value, int digits, bool shortest, T plain_below) {
  if (std::isnan(value)) {
    out += "NaN";
  } else if (std::isinf(value)) {
    out += value < 0 ? "-Infinity" : "Infinity";
  } else if (shortest) {
    AppendShortest(out, value, plain_below);
  } else {
    std::array<char, 48> buffer;
    const int size =
        std::snprintf(buffer.data(), buffer.size(), "%.*g", std::max(digits, 1), static_cast<double>(value));
    out.append(buffer.data(), static_cast<std::size_t>(size));
  }
}

void AppendOctal(std::string& out, unsigned char byte) {
  out.push_back('\\');
  for (const int shift : {6, 3, 0}) out.push_back(static_cast<char>('0' + ((byte >> shift) & 7)));
}

std::string ParseHexBytea(std::string_view hex) {
  std::string bytes;
  bytes.reserve(hex.size() / 2);
  const auto digit = [hex](std::size_t at) {
    const int value = HexDigit(hex[at]);
    if (value >= 0) return value;
    throw base::Error(base::sqlstate::kInvalidParameterValue,
                      "invalid hexadecimal digit: \"" + std::string(1, hex[at]) + "\"");
  };
  for (std::size_t at = 0; at < hex.size();) {
    if (hex[at] == ' ' || hex[at] == '\n' || hex[at] == '\t' || hex[at] == '\r') {
      ++at;
      continue;
    }
    const int high = digit(at++);
    if (at == hex.size()) {
      throw base::Error(base::sqlstate::kInvalidParameterValue,
                        "invalid hexadecimal data: odd number of digits");
    }
    bytes.push_back(static_cast<char>(high * 16 + digit(at++)));
  }
  return bytes;
}

}  // namespace

bool ParseBool(std::string_view text) {
  const std::string_view body = TrimBlanks(text);
  // Any beginning of a word will do, except the "o" that begins both "on" and "off".
  const auto begins = [body](std::string_view word, std::size_t least) {
    return body.size() >= least && body.size() <= word.size() &&
           EqualsIgnoringCase(body, word.substr(0, body.size()));
  };
  if (begins("true", 1) || begins("yes", 1) || begins("on", 2) || body == "1") return true;
  if (begins("false", 1) || begins("no", 1) || begins("off", 2) || body == "0") return false;
  ThrowInvalidSyntax("boolean", text);
}

std::int64_t ParseInteger(std::string_view text, TypeId type) {
  const std::string_view body = TrimBlanks(text);
  switch (type) {
    case TypeId::kInt2:
      return ReadInteger(body, text, "smallint", RangeOf<std::int16_t>());
    case TypeId::kInt4:
      return ReadInteger(body, text, "integer", RangeOf<std::int32_t>());
    default:
      return ReadInteger(body, text, "bigint", RangeOf<std::int64_t>());
  }
}

std::int64_t ParseOid(std::string_view text, TypeId type) {
  const std::string_view body = TrimBlanks(text);
  const bool reg = type != TypeId::kOid && type != TypeId::kXid;
  if (reg && body == "-") return 0;
  const char* name = type == TypeId::kXid ? "xid" : "oid";
  const std::int64_t value =
      ReadInteger(body, text, name,
                  {std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::uint32_t>::max()});
  return static_cast<std::uint32_t>(value);
}

double ParseDouble(std::string_view text) { return ReadFloat<double>(text, "double precision"); }

double ParseFloat(std::string_view text) { return static_cast<double>(ReadFloat<float>(text, "real")); }

std::string ParseBytea(std::string_view text) {
  if (text.starts_with("\\x")) return ParseHexBytea(text.substr(2));
  std::string bytes;
  bytes.reserve(text.size());
  const auto octal = [text](std::size_t at, char max) {
    return at < text.size() && text[at] >= '0' && text[at] <= max;
  };
  for (std::size_t at = 0; at < text.size();) {
    if (text[at] != '\\') {
      bytes.push_back(text[at++]);
    } else if (octal(at + 1, '3') && octal(at + 2, '7') && octal(at + 3, '7')) {
      bytes.push_back(
          static_cast<char>((text[at + 1] - '0') * 64 + (text[at + 2] - '0') * 8 + (text[at + 3] - '0')));
      at += 4;
    } else if (at + 1 < text.size() && text[at + 1] == '\\') {
      bytes.push_back('\\');
      at += 2;
    } else {
      throw base::Error(base::sqlstate::kInvalidTextRepresentation, "invalid input syntax for type bytea");
    }
  }
  return bytes;
}

Uuid ParseUuid(std::string_view text) {
  std::string_view body = text;
  if (!body.empty() && body.front() == '{') {
    if (body.back() != '}') ThrowInvalidSyntax("uuid", text);
    body = body.substr(1, body.size() - 2);
  }
  Uuid uuid;
  std::size_t at = 0;
  for (std::size_t i = 0; i < uuid.bytes.size(); ++i) {
    if (at + 2 > body.size()) ThrowInvalidSyntax("uuid", text);
    const int high = HexDigit(body[at]);
    const int low = HexDigit(body[at + 1]);
    if (high < 0 || low < 0) ThrowInvalidSyntax("uuid", text);
    uuid.bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
    at += 2;
    // A hyphen may follow every four digits.
    if (i % 2 == 1 && i + 1 < uuid.bytes.size() && at < body.size() && body[at] == '-') ++at;
  }
  if (at != body.size()) ThrowInvalidSyntax("uuid", text);
  return uuid;
}

std::string ParseChar(std::string_view text) {
  const bool octal = text.size() == 4 && text[0] == '\\' &&
                     std::all_of(text.begin() + 1, text.end(), [](char c) { return c >= '0' && c <= '7'; });
  if (!octal) return std::string(text.substr(0, 1));
  const char byte = static_cast<char>((text[1] - '0') * 64 + (text[2] - '0') * 8 + (text[3] - '0'));
  return byte == 0 ? std::string() : std::string(1, byte);
}

void AppendChar(std::string& out, std::string_view value) {
  if (value.empty()) return;
  const auto byte = static_cast<unsigned char>(value.front());
  if (byte < 0x80) {
    out.push_back(value.front());
  } else {
    AppendOctal(out, byte);
  }
}

void AppendInt(std::string& out, std::int64_t value) {
  std::array<char, 20> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value).ptr;
  out.append(buffer.data(), end);
}

void AppendDouble(std::string& out, double value, int extra_digits) {
  AppendFloating(out, value, std::numeric_limits<double>::digits10 + extra_digits, extra_digits > 0, 1e15);
}

void AppendFloat(std::string& out, float value, int extra_digits) {
  AppendFloating(out, value, std::numeric_limits<float>::digits10 + extra_digits, extra_digits > 0, 1e6F);
}

void AppendBytea(std::string& out, std::string_view bytes, ByteaOutput format) {
  if (format == ByteaOutput::kHex) {
    out += "\\x";
    for (const char c : bytes) {
      const auto byte = static_cast<unsigned char>(c);
      out.push_back(kHex[byte >> 4]);
      out.push_back(kHex[byte & 15]);
    }
    return;
  }
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '\\') {
      out += "\\\\";
    } else if (byte < 0x20 || byte > 0x7E) {
      AppendOctal(out, byte);
    } else {
      out.push_back(c);
    }
  }
}

void AppendUuid(std::string& out, const Uuid& uuid) {
  for (std::size_t i = 0; i < uuid.bytes.size(); ++i) {
    if (i == 4 || i == 6 || i == 8 || i == 10) out.push_back('-');
    out.push_back(kHex[uuid.bytes[i] >> 4]);
    out.push_back(kHex[uuid.bytes[i] & 15]);
  }
}

}  // namespace ordinal::types
