// Reads any bytes as what a client sends: a startup packet, then messages.

#include "base/error.h"
#include "fuzz/input.h"
#include "wire/frame_reader.h"
#include "wire/message_decoder.h"
#include "wire/startup.h"

namespace {

using namespace ordinal;
using fuzz::Require;
using wire::Frame;
using wire::FrameStatus;

constexpr std::size_t kMessageBytesMax = 1 << 16;

bool Within(std::string_view inner, std::string_view outer) {
  return inner.empty() ||
         (inner.data() >= outer.data() && inner.data() + inner.size() <= outer.data() + outer.size());
}

// A stream that is cut short is never taken for a shorter frame.
template <typename Read>
void CheckCut(const Read& read, std::string_view bytes, FrameStatus status, std::size_t size) {
  for (const std::size_t cut : {size / 2, size - 1}) {
    Frame frame;
    const FrameStatus early = read(bytes.substr(0, cut), frame);
    Require(early == FrameStatus::kNeedMore || early == status, "a part of a message is no other message");
    Require(early != FrameStatus::kOk, "a part of a message is no message");
  }
}

void CheckFatal(const base::Error& error) {
  Require(error.report().severity == base::Severity::kFatal, "what cannot be understood ends the connection");
}

void DecodeStartup(std::string_view bytes) {
  Frame frame;
  const auto read = [](std::string_view part, Frame& into) { return wire::ReadStartupFrame(part, into); };
  const FrameStatus status = read(bytes, frame);
  if (status != FrameStatus::kOk) return;
  Require(frame.size <= bytes.size() && Within(frame.body, bytes), "a frame lies within its bytes");
  CheckCut(read, bytes, status, frame.size);
  try {
    const wire::StartupPacket packet = wire::ParseStartup(frame.body);
    if (packet.kind != wire::StartupPacket::Kind::kSession) return;
    bool user = false;
    for (const auto& [name, value] : packet.parameters) {
      Require(!name.empty() && name.find('\0') == name.npos && value.find('\0') == value.npos,
              "words end at NUL");
      user |= name == "user" && !value.empty();
    }
    Require(user, "a session has a user");
  } catch (const base::Error& error) {
    CheckFatal(error);
  }
}

void CheckMessage(const session::FrontendMessage& message, std::string_view body) {
  for (const std::string_view view : {message.statement, message.portal, message.text}) {
    Require(Within(view, body), "a field lies within its message");
  }
  for (const auto& parameter : message.parameters) {
    Require(!parameter || Within(*parameter, body), "a parameter lies within its message");
  }
  const std::size_t counted = message.parameter_types.size() * 4 + message.parameter_formats.size() * 2 +
                              message.parameters.size() * 4 + message.result_formats.size() * 2;
  Require(counted <= body.size(), "a message holds what it counts");
}

void DecodeMessages(std::string_view bytes) {
  session::FrontendMessage message;
  const auto read = [](std::string_view part, Frame& into) {
    return wire::ReadFrame(part, kMessageBytesMax, into);
  };
  while (true) {
    Frame frame;
    const FrameStatus status = read(bytes, frame);
    if (status != FrameStatus::kOk) return;
    Require(frame.size <= bytes.size() && Within(frame.body, bytes), "a frame lies within its bytes");
    CheckCut(read, bytes, status, frame.size);
    try {
      wire::DecodeMessage(frame, message);
      CheckMessage(message, frame.body);
    } catch (const base::Error& error) {
      CheckFatal(error);
      Require(error.report().sqlstate == base::sqlstate::kProtocolViolation, "a malformed message is 08P01");
    }
    bytes.remove_prefix(frame.size);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  if (input.Int<std::uint8_t>() % 4 == 0) {
    DecodeStartup(input.Rest());
  } else {
    DecodeMessages(input.Rest());
  }
  return 0;
}
