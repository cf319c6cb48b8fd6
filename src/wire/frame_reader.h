// Cuts protocol messages out of a byte stream. Pure: bytes in, frame out; waiting for more bytes is the
// caller's part.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ordinal::wire {

enum class FrameStatus : std::uint8_t {
  kOk,
  kNeedMore,
  kTooLarge,     // the announced length passes the bound for this type of message
  kMalformed,    // the announced length is shorter than the length field itself
  kUnknownType,  // no frontend message begins with this byte
};

// Holds one message. `body` points into the bytes it was read from.
struct Frame {
  char type = 0;  // 0 for a startup packet
  std::string_view body;
  std::size_t size = 0;  // of the whole message, header included
};

// Reads the message at the front of `bytes`: a type byte, a length that counts itself, the body. `frame` is
// set when the answer is kOk; its type is also set for kUnknownType. A bad length is reported as soon as it
// is there, without waiting for the body.
FrameStatus ReadFrame(std::string_view bytes, std::size_t message_bytes_max, Frame& frame);

// Reads the answer to a request to prove who one is: any other message is of an unknown type here.
FrameStatus ReadAuthFrame(std::string_view bytes, Frame& frame);

// Reads a startup packet, which has no type byte.
FrameStatus ReadStartupFrame(std::string_view bytes, Frame& frame);

}  // namespace ordinal::wire
