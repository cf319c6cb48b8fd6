#include "wire/frame_reader.h"

#include <algorithm>

#include "base/bytes.h"
#include "wire/limits.h"

namespace ordinal::wire {
namespace {

constexpr std::size_t kLengthBytes = 4;

enum class Extent : std::uint8_t { kUnknown, kSmall, kLarge };

Extent ExtentOf(char type) {
  switch (type) {
    case 'Q':
    case 'P':
    case 'B':
    case 'F':
    case 'd':
      return Extent::kLarge;
    case 'C':
    case 'D':
    case 'E':
    case 'H':
    case 'S':
    case 'X':
    case 'c':
    case 'f':
      return Extent::kSmall;
    default:
      return Extent::kUnknown;
  }
}

// `bytes` begins with the length field. `header` counts the bytes before it.
FrameStatus ReadBody(std::string_view bytes, std::size_t header, std::size_t bytes_max, Frame& frame) {
  if (bytes.size() < kLengthBytes) return FrameStatus::kNeedMore;
  const auto length = base::LoadBigEndian<std::uint32_t>(bytes.data());
  if (length < kLengthBytes) return FrameStatus::kMalformed;
  if (length > bytes_max) return FrameStatus::kTooLarge;
  if (bytes.size() < length) return FrameStatus::kNeedMore;
  frame.body = bytes.substr(kLengthBytes, length - kLengthBytes);
  frame.size = header + length;
  return FrameStatus::kOk;
}

}  // namespace

FrameStatus ReadFrame(std::string_view bytes, std::size_t message_bytes_max, Frame& frame) {
  if (bytes.empty()) return FrameStatus::kNeedMore;
  frame.type = bytes.front();
  const Extent extent = ExtentOf(frame.type);
  if (extent == Extent::kUnknown) return FrameStatus::kUnknownType;
  const std::size_t bytes_max =
      extent == Extent::kSmall ? std::min(kSmallMessageBytesMax, message_bytes_max) : message_bytes_max;
  return ReadBody(bytes.substr(1), 1, bytes_max, frame);
}

FrameStatus ReadAuthFrame(std::string_view bytes, Frame& frame) {
  if (bytes.empty()) return FrameStatus::kNeedMore;
  frame.type = bytes.front();
  if (frame.type != 'p') return FrameStatus::kUnknownType;
  return ReadBody(bytes.substr(1), 1, kAuthMessageBytesMax, frame);
}

FrameStatus ReadStartupFrame(std::string_view bytes, Frame& frame) {
  frame.type = 0;
  return ReadBody(bytes, 0, kStartupBytesMax, frame);
}

}  // namespace ordinal::wire
