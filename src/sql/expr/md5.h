// Computes MD5 (RFC 1321) for the SQL function md5(). Not for security.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace ordinal::sql {

std::array<std::uint8_t, 16> Md5(std::string_view bytes);

}  // namespace ordinal::sql
