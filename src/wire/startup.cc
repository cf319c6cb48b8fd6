#include "wire/startup.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/error.h"
#include "wire/body_reader.h"

namespace ordinal::wire {
namespace {

// Requests that take the place of a version: 1234 in the upper half.
constexpr std::int32_t kCancelRequest = (1234 << 16) | 5678;
constexpr std::int32_t kSslRequest = (1234 << 16) | 5679;
constexpr std::int32_t kGssRequest = (1234 << 16) | 5680;

bool HasParameter(const StartupPacket& packet, std::string_view name) {
  return std::any_of(packet.parameters.begin(), packet.parameters.end(), [&](const auto& parameter) {
    return parameter.first == name && !parameter.second.empty();
  });
}

const char kBadLayout[] = "invalid startup packet layout: expected terminator as last byte";

void ParseParameters(BodyReader& body, StartupPacket& packet) {
  for (;;) {
    if (body.empty()) throw ProtocolViolation(kBadLayout);
    std::string name(body.String());
    if (name.empty()) break;
    std::string value(body.String());
    if (name.starts_with("_pq_.")) {
      packet.negotiate = true;
      packet.unknown_options.push_back(std::move(name));
    } else {
      packet.parameters.emplace_back(std::move(name), std::move(value));
    }
  }
  if (!body.empty()) throw ProtocolViolation(kBadLayout);
}

}  // namespace

StartupPacket ParseStartup(std::string_view bytes) {
  BodyReader body(bytes);
  if (bytes.size() < sizeof(std::int32_t)) throw ProtocolViolation("invalid length of startup packet");
  const auto version = body.Int<std::int32_t>();
  StartupPacket packet;
  if (version == kCancelRequest) {
    packet.kind = StartupPacket::Kind::kCancel;
    if (bytes.size() != 3 * sizeof(std::int32_t)) throw ProtocolViolation("invalid length of startup packet");
    packet.backend_id = body.Int<std::int32_t>();
    packet.secret = body.Int<std::int32_t>();
    return packet;
  }
  if (version == kSslRequest || version == kGssRequest) {
    packet.kind = StartupPacket::Kind::kEncryption;
    packet.gss = version == kGssRequest;
    return packet;
  }
  if (version >> 16 != kProtocolVersion >> 16) {
    throw base::Error(base::sqlstate::kFeatureNotSupported,
                      fmt::format("unsupported frontend protocol {}.{}: server supports 3.0 to 3.0",
                                  (version >> 16) & 0xffff, version & 0xffff))
        .Fatal();
  }
  packet.negotiate = version > kProtocolVersion;
  ParseParameters(body, packet);
  if (!HasParameter(packet, "user")) {
    throw base::Error(base::sqlstate::kInvalidAuthorizationSpecification,
                      "no PostgreSQL user name specified in startup packet")
        .Fatal();
  }
  return packet;
}

}  // namespace ordinal::wire
