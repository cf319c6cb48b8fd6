// Writes and reads fixed-width integers in network byte order and unsigned varints.
#pragma once

#include <bit>
#include <concepts>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace ordinal::base {

template <std::integral T>
constexpr T ToBigEndian(T value) {
  if constexpr (sizeof(T) == 1) {
    return value;
  } else if constexpr (sizeof(T) == 2) {
    return static_cast<T>(__builtin_bswap16(static_cast<std::uint16_t>(value)));
  } else if constexpr (sizeof(T) == 4) {
    return static_cast<T>(__builtin_bswap32(static_cast<std::uint32_t>(value)));
  } else {
    return static_cast<T>(__builtin_bswap64(static_cast<std::uint64_t>(value)));
  }
}
static_assert(std::endian::native == std::endian::little, "ToBigEndian swaps unconditionally");

template <std::integral T>
void AppendBigEndian(std::string& out, T value) {
  const T swapped = ToBigEndian(value);
  out.append(reinterpret_cast<const char*>(&swapped), sizeof swapped);
}

// REQUIRES: `bytes` points to sizeof(T) readable bytes.
template <std::integral T>
T LoadBigEndian(const char* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof value);
  return ToBigEndian(value);
}

// Appends seven bits a byte, least significant first.
void AppendVarint(std::string& out, std::uint64_t value);

// Takes a varint off the front of `in`; false when it is cut off or longer than 64 bits.
bool TakeVarint(std::string_view& in, std::uint64_t& value);

}  // namespace ordinal::base
