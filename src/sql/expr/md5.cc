#include "sql/expr/md5.h"

#include <bit>
#include <cmath>
#include <cstring>
#include <string>

namespace ordinal::sql {
namespace {

constexpr std::size_t kBlock = 64;
constexpr std::array<int, 16> kShifts = {7, 12, 17, 22, 5, 9, 14, 20, 4, 11, 16, 23, 6, 10, 15, 21};

// The RFC defines its constants as floor(2^32 * abs(sin(i + 1))).
const std::array<std::uint32_t, 64>& Constants() {
  static const auto constants = [] {
    std::array<std::uint32_t, 64> table{};
    for (std::size_t i = 0; i < table.size(); ++i) {
      table[i] =
          static_cast<std::uint32_t>(std::floor(std::fabs(std::sin(static_cast<double>(i + 1))) * 0x1p32));
    }
    return table;
  }();
  return constants;
}

using State = std::array<std::uint32_t, 4>;

void Mix(State& state, const char* block) {
  std::array<std::uint32_t, 16> words{};
  std::memcpy(words.data(), block, kBlock);
  auto [a, b, c, d] = state;
  for (std::uint32_t i = 0; i < 64; ++i) {
    std::uint32_t f = 0;
    std::uint32_t word = 0;
    switch (i / 16) {
      case 0:
        f = (b & c) | (~b & d);
        word = i;
        break;
      case 1:
        f = (d & b) | (~d & c);
        word = 5 * i + 1;
        break;
      case 2:
        f = b ^ c ^ d;
        word = 3 * i + 5;
        break;
      default:
        f = c ^ (b | ~d);
        word = 7 * i;
        break;
    }
    f += a + Constants()[i] + words[word % 16];
    a = d;
    d = c;
    c = b;
    b += std::rotl(f, kShifts[i / 16 * 4 + i % 4]);
  }
  state[0] += a;
  state[1] += b;
  state[2] += c;
  state[3] += d;
}

}  // namespace

std::array<std::uint8_t, 16> Md5(std::string_view bytes) {
  State state = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476};
  std::size_t at = 0;
  for (; at + kBlock <= bytes.size(); at += kBlock) Mix(state, bytes.data() + at);
  // The rest is followed by one bit, zeros, and the length in bits.
  std::string tail(bytes.substr(at));
  tail += '\x80';
  while (tail.size() % kBlock != kBlock - sizeof(std::uint64_t)) tail += '\0';
  const std::uint64_t bits = bytes.size() * 8;
  tail.append(reinterpret_cast<const char*>(&bits), sizeof bits);
  for (std::size_t i = 0; i < tail.size(); i += kBlock) Mix(state, tail.data() + i);
  std::array<std::uint8_t, 16> digest{};
  std::memcpy(digest.data(), state.data(), digest.size());
  return digest;
}

}  // namespace ordinal::sql
