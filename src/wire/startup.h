// Reads the packet that begins a connection.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ordinal::wire {

struct StartupPacket {
  enum class Kind : std::uint8_t { kEncryption, kCancel, kSession };
  Kind kind = Kind::kSession;

  // kEncryption: which one is asked for.
  bool gss = false;

  // kCancel: the session whose statement shall end, as BackendKeyData named it.
  std::int32_t backend_id = 0;
  std::int32_t secret = 0;

  // kSession. `parameters` holds `user`, `database` and all else that is not a protocol option.
  std::vector<std::pair<std::string, std::string>> parameters;
  // True when the client asked for a newer 3.x or for options that are not known here: it must hear
  // NegotiateProtocolVersion.
  bool negotiate = false;
  std::vector<std::string> unknown_options;
};

// The protocol spoken here, 3.0, as the protocol writes versions.
inline constexpr std::int32_t kProtocolVersion = 3 << 16;

// Reads the body of a startup packet. Errors, all FATAL: 08P01 for a layout that cannot be understood, 0A000
// `unsupported frontend protocol ...`, 28000 when no user is named.
StartupPacket ParseStartup(std::string_view body);

}  // namespace ordinal::wire
