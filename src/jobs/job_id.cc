#include "jobs/job_id.h"

#include <cstdint>

#include "base/error.h"
#include "types/uuid_base32.h"

namespace ordinal::jobs {

std::string MakeJobId(base::RandomSource& random) {
  types::Uuid uuid;
  random.Fill(uuid.bytes.data(), uuid.bytes.size());
  uuid.bytes[6] = static_cast<std::uint8_t>((uuid.bytes[6] & 0x0F) | 0x40);
  uuid.bytes[8] = static_cast<std::uint8_t>((uuid.bytes[8] & 0x3F) | 0x80);
  return types::UuidToBase32(uuid);
}

std::string ReadJobId(std::string_view text) {
  if (const auto uuid = types::UuidFromBase32(text)) return types::UuidToBase32(*uuid);
  throw base::Error(base::sqlstate::kInvalidTextRepresentation, "Unable to convert text to UUID");
}

}  // namespace ordinal::jobs
