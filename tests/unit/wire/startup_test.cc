#include "wire/startup.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/bytes.h"
#include "base/error.h"

namespace ordinal::wire {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

std::string Packet(std::int32_t version, std::string_view rest = {}) {
  std::string bytes;
  base::AppendBigEndian(bytes, version);
  return bytes.append(rest);
}

std::string Complaint(const std::string& body) {
  try {
    ParseStartup(body);
  } catch (const base::Error& error) {
    EXPECT_EQ(error.report().severity, base::Severity::kFatal);
    return std::string(error.sqlstate().view()) + " " + error.report().message;
  }
  return "";
}

constexpr std::int32_t kVersion3 = 3 << 16;
using namespace std::string_view_literals;

TEST(Startup, ReadsParameters) {
  const auto packet = ParseStartup(Packet(kVersion3, "user\0admin\0database\0postgres\0\0"sv));
  EXPECT_EQ(packet.kind, StartupPacket::Kind::kSession);
  EXPECT_THAT(packet.parameters, ElementsAre(Pair("user", "admin"), Pair("database", "postgres")));
  EXPECT_FALSE(packet.negotiate);
}

TEST(Startup, NegotiatesMinorVersionsAndOptions) {
  EXPECT_TRUE(ParseStartup(Packet(kVersion3 + 2, "user\0a\0\0"sv)).negotiate);
  const auto packet = ParseStartup(Packet(kVersion3, "user\0a\0_pq_.fancy\0on\0\0"sv));
  EXPECT_TRUE(packet.negotiate);
  EXPECT_THAT(packet.unknown_options, ElementsAre("_pq_.fancy"));
  EXPECT_EQ(packet.parameters.size(), 1u);
}

TEST(Startup, ReadsRequestsThatAreNoSessions) {
  EXPECT_EQ(ParseStartup(Packet(80877103)).kind, StartupPacket::Kind::kEncryption);
  EXPECT_TRUE(ParseStartup(Packet(80877104)).gss);
  const auto cancel = ParseStartup(Packet(80877102, "\0\0\0\7\xff\0\0\1"sv));
  EXPECT_EQ(cancel.kind, StartupPacket::Kind::kCancel);
  EXPECT_EQ(cancel.backend_id, 7);
  EXPECT_EQ(cancel.secret, static_cast<std::int32_t>(0xff000001));
}

TEST(Startup, RefusesWhatItCannotServe) {
  EXPECT_EQ(Complaint(Packet(2 << 16)),
            "0A000 unsupported frontend protocol 2.0: server supports 3.0 to 3.0");
  EXPECT_EQ(Complaint(Packet((4 << 16) + 1)),
            "0A000 unsupported frontend protocol 4.1: server supports 3.0 to 3.0");
  EXPECT_EQ(Complaint(Packet(kVersion3, "\0"sv)),
            "28000 no PostgreSQL user name specified in startup packet");
  EXPECT_EQ(Complaint(Packet(kVersion3, "user\0\0\0"sv)),
            "28000 no PostgreSQL user name specified in startup packet");
}

TEST(Startup, RefusesBrokenLayouts) {
  const std::string layout = "08P01 invalid startup packet layout: expected terminator as last byte";
  EXPECT_EQ(Complaint(""), "08P01 invalid length of startup packet");
  EXPECT_EQ(Complaint(Packet(80877102, "\0\0\0\7")), "08P01 invalid length of startup packet");
  EXPECT_EQ(Complaint(Packet(kVersion3)), layout);
  EXPECT_EQ(Complaint(Packet(kVersion3, "user\0admin\0"sv)), layout);
  EXPECT_EQ(Complaint(Packet(kVersion3, "user\0admin\0\0x"sv)), layout);
  EXPECT_EQ(Complaint(Packet(kVersion3, "user\0admin")), "08P01 invalid string in message");
}

}  // namespace
}  // namespace ordinal::wire
