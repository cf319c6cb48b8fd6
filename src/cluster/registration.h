// What a node says of itself in the registry.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/ids.h"

namespace ordinal::cluster {

struct Registration {
  std::uint64_t id = 0;
  std::string address;
  std::string version;
  std::int64_t started_micros = 0;    // wall clock, since 1970
  std::int64_t heartbeat_micros = 0;  // wall clock, since 1970
  std::int64_t lease_seconds = 0;
  base::Revision acknowledged = 0;
};

std::string EncodeRegistration(const Registration& registration);
// Throws XX001 for what EncodeRegistration did not write.
Registration DecodeRegistration(std::string_view bytes);

}  // namespace ordinal::cluster
