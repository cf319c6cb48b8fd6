#include "jobs/job_id.h"

#include <array>
#include <cstdint>

#include "base/error.h"

namespace ordinal::jobs {
namespace {

constexpr std::string_view kDigits = "abcdefghijklmnopqrstuvwxyz234567";
constexpr std::size_t kUuidBytes = 16;
constexpr unsigned kBitsInDigit = 5;
constexpr std::size_t kIdDigits = 26;  // 130 bits: the last two are zero

}  // namespace

std::string MakeJobId(base::RandomSource& random) {
  std::array<std::uint8_t, kUuidBytes> uuid{};
  random.Fill(uuid.data(), uuid.size());
  uuid[6] = static_cast<std::uint8_t>((uuid[6] & 0x0F) | 0x40);
  uuid[8] = static_cast<std::uint8_t>((uuid[8] & 0x3F) | 0x80);
  std::string id;
  unsigned pending = 0;
  unsigned bits = 0;
  for (const std::uint8_t byte : uuid) {
    pending = (pending << 8) | byte;
    for (bits += 8; bits >= kBitsInDigit; bits -= kBitsInDigit) {
      id += kDigits[(pending >> (bits - kBitsInDigit)) & 31];
    }
    pending &= (1U << bits) - 1;
  }
  id += kDigits[(pending << (kBitsInDigit - bits)) & 31];
  return id;
}

std::string ReadJobId(std::string_view text) {
  std::string id;
  for (const char c : text) id += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  const bool is_id = id.size() == kIdDigits && id.find_first_not_of(kDigits) == std::string::npos &&
                     kDigits.find(id.back()) % 4 == 0;
  if (!is_id) {
    throw base::Error(base::sqlstate::kInvalidTextRepresentation, "Unable to convert text to UUID");
  }
  return id;
}

}  // namespace ordinal::jobs
