#include "types/uuid_base32.h"

#include <cstddef>
#include <cstdint>

namespace ordinal::types {
namespace {

constexpr std::string_view kDigits = "abcdefghijklmnopqrstuvwxyz234567";
constexpr unsigned kBitsInDigit = 5;
constexpr std::size_t kTextDigits = 26;  // 130 bits: the last two are zero

}  // namespace

std::string UuidToBase32(const Uuid& uuid) {
  std::string text;
  unsigned pending = 0;
  unsigned bits = 0;
  for (const std::uint8_t byte : uuid.bytes) {
    pending = pending << 8 | byte;
    for (bits += 8; bits >= kBitsInDigit; bits -= kBitsInDigit) {
      text += kDigits[(pending >> (bits - kBitsInDigit)) & 31];
    }
    pending &= (1U << bits) - 1;
  }
  text += kDigits[(pending << (kBitsInDigit - bits)) & 31];
  return text;
}

std::optional<Uuid> UuidFromBase32(std::string_view text) {
  if (text.size() != kTextDigits) return std::nullopt;
  Uuid uuid;
  std::size_t written = 0;
  unsigned pending = 0;
  unsigned bits = 0;
  for (const char c : text) {
    const std::size_t digit = kDigits.find(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
    if (digit == std::string_view::npos) return std::nullopt;
    pending = pending << kBitsInDigit | static_cast<unsigned>(digit);
    bits += kBitsInDigit;
    if (bits < 8) continue;
    bits -= 8;
    uuid.bytes[written++] = static_cast<std::uint8_t>(pending >> bits);
    pending &= (1U << bits) - 1;
  }
  if (pending != 0) return std::nullopt;
  return uuid;
}

}  // namespace ordinal::types
