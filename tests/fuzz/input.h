// Takes choices off the front of a fuzzer's bytes. When they are used up every choice is zero, so that each
// input means something and short inputs mean simple things.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>

namespace ordinal::fuzz {

class Input {
 public:
  Input(const std::uint8_t* data, std::size_t size) : rest_(reinterpret_cast<const char*>(data), size) {}

  template <std::integral T>
  T Int() {
    T value = 0;
    const std::string_view bytes = Bytes(sizeof value);
    std::memcpy(&value, bytes.data(), bytes.size());
    return value;
  }
  // Chooses one of `count`. REQUIRES count > 0.
  std::size_t Choose(std::size_t count) { return Int<std::uint16_t>() % count; }
  std::string_view Bytes(std::size_t count) {
    const std::string_view bytes = rest_.substr(0, count);
    rest_.remove_prefix(bytes.size());
    return bytes;
  }
  std::string_view Rest() { return Bytes(rest_.size()); }

 private:
  std::string_view rest_;
};

// Ends the run with a finding when a promise does not hold.
inline void Require(bool holds, const char* promise) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", promise);
  std::abort();
}

inline int SignOf(int number) { return number < 0 ? -1 : number > 0 ? 1 : 0; }

}  // namespace ordinal::fuzz
