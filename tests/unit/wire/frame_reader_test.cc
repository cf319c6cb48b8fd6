#include "wire/frame_reader.h"

#include <gtest/gtest.h>

#include <string>

#include "base/bytes.h"
#include "wire/input_buffer.h"
#include "wire/limits.h"

namespace ordinal::wire {
namespace {

std::string MakeFrame(char type, std::string_view body) {
  std::string bytes(1, type);
  base::AppendBigEndian(bytes, static_cast<std::uint32_t>(body.size() + 4));
  return bytes.append(body);
}

std::string Header(char type, std::uint32_t length) {
  std::string bytes(1, type);
  base::AppendBigEndian(bytes, length);
  return bytes;
}

TEST(FrameReader, TakesOneFrameAndLeavesTheRest) {
  const std::string bytes = MakeFrame('Q', "SELECT 1") + MakeFrame('S', "");
  Frame frame;
  ASSERT_EQ(ReadFrame(bytes, kMessageBytesMax, frame), FrameStatus::kOk);
  EXPECT_EQ(frame.type, 'Q');
  EXPECT_EQ(frame.body, "SELECT 1");
  EXPECT_EQ(frame.size, 13u);
  ASSERT_EQ(ReadFrame(std::string_view(bytes).substr(frame.size), kMessageBytesMax, frame), FrameStatus::kOk);
  EXPECT_EQ(frame.type, 'S');
  EXPECT_EQ(frame.body, "");
  EXPECT_EQ(frame.size, 5u);
}

TEST(FrameReader, WaitsAtEveryByteOfASplitDelivery) {
  const std::string bytes = MakeFrame('P', std::string("a\0b\0\0\0", 6));
  Frame frame;
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_EQ(ReadFrame(std::string_view(bytes).substr(0, size), kMessageBytesMax, frame),
              FrameStatus::kNeedMore)
        << size;
  }
  EXPECT_EQ(ReadFrame(bytes, kMessageBytesMax, frame), FrameStatus::kOk);
}

TEST(FrameReader, RefusesBadLengthsBeforeTheBodyArrives) {
  Frame frame;
  EXPECT_EQ(ReadFrame(Header('Q', 3), kMessageBytesMax, frame), FrameStatus::kMalformed);
  EXPECT_EQ(ReadFrame(Header('Q', 0), kMessageBytesMax, frame), FrameStatus::kMalformed);
  EXPECT_EQ(ReadFrame(Header('Q', 0xffffffff), kMessageBytesMax, frame), FrameStatus::kTooLarge);
  EXPECT_EQ(ReadFrame(Header('Q', kMessageBytesMax), kMessageBytesMax, frame), FrameStatus::kNeedMore);
  EXPECT_EQ(ReadFrame(Header('Q', kMessageBytesMax + 1), kMessageBytesMax, frame), FrameStatus::kTooLarge);
  EXPECT_EQ(ReadFrame(Header('S', kSmallMessageBytesMax + 1), kMessageBytesMax, frame),
            FrameStatus::kTooLarge);
}

TEST(FrameReader, KnowsTheFrontendMessages) {
  Frame frame;
  for (int byte = 0; byte < 256; ++byte) {
    const char type = static_cast<char>(byte);
    const bool known = std::string_view("QPBDECSHXFdcf").find(type) != std::string_view::npos;
    EXPECT_EQ(ReadFrame(std::string(1, type), kMessageBytesMax, frame),
              known ? FrameStatus::kNeedMore : FrameStatus::kUnknownType)
        << byte;
  }
}

TEST(FrameReader, BoundsTheStartupPacket) {
  Frame frame;
  std::string bytes;
  base::AppendBigEndian(bytes, std::uint32_t{9});
  bytes += "abcde";
  ASSERT_EQ(ReadStartupFrame(bytes, frame), FrameStatus::kOk);
  EXPECT_EQ(frame.body, "abcde");
  EXPECT_EQ(frame.size, 9u);
  EXPECT_EQ(ReadStartupFrame(Header('x', 0).substr(1), frame), FrameStatus::kMalformed);
  EXPECT_EQ(ReadStartupFrame("GET / HTTP/1.1\r\n", frame), FrameStatus::kTooLarge);
}

TEST(InputBuffer, KeepsBytesInOrderWhileItGrowsAndShrinks) {
  InputBuffer buffer;
  std::string sent;
  std::string got;
  char next = 0;
  // Takes less than arrives for a while, then all of it.
  for (int round = 0; round < 40; ++round) {
    const auto space = buffer.Prepare();
    ASSERT_FALSE(space.empty());
    for (char& byte : space) sent.push_back(byte = next++);
    buffer.Commit(space.size());
    const std::size_t taken = round < 8 ? buffer.unread().size() / 3 : buffer.unread().size();
    got.append(buffer.unread().substr(0, taken));
    buffer.Consume(taken);
  }
  EXPECT_EQ(sent, got);
  EXPECT_LE(buffer.Prepare().size(), kInputBytesKept);
}

}  // namespace
}  // namespace ordinal::wire
