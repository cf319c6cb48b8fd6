#include "base/bytes.h"

namespace ordinal::base {

void AppendVarint(std::string& out, std::uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

bool TakeVarint(std::string_view& in, std::uint64_t& value) {
  constexpr int kBytesMax = 10;
  value = 0;
  for (int i = 0; i < kBytesMax && i < static_cast<int>(in.size()); ++i) {
    const auto byte = static_cast<std::uint8_t>(in[static_cast<std::size_t>(i)]);
    if (i == kBytesMax - 1 && byte > 1) return false;
    value |= static_cast<std::uint64_t>(byte & 0x7f) << (7 * i);
    if ((byte & 0x80) == 0) {
      in.remove_prefix(static_cast<std::size_t>(i) + 1);
      return true;
    }
  }
  return false;
}

}  // namespace ordinal::base
