#include "base/bytes.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <string>

namespace ordinal::base {
namespace {

TEST(Bytes, BigEndianRoundTrip) {
  std::string out;
  AppendBigEndian<std::int32_t>(out, -2);
  AppendBigEndian<std::uint16_t>(out, 0x1234);
  EXPECT_EQ(out, std::string("\xff\xff\xff\xfe\x12\x34", 6));
  EXPECT_EQ(LoadBigEndian<std::int32_t>(out.data()), -2);
  EXPECT_EQ(LoadBigEndian<std::uint16_t>(out.data() + 4), 0x1234);
}

TEST(Bytes, VarintRoundTrip) {
  for (const std::uint64_t value : {std::uint64_t{0}, std::uint64_t{127}, std::uint64_t{128},
                                    std::uint64_t{1} << 35, std::numeric_limits<std::uint64_t>::max()}) {
    std::string out;
    AppendVarint(out, value);
    std::string_view in = out;
    std::uint64_t back = 1;
    ASSERT_TRUE(TakeVarint(in, back));
    EXPECT_EQ(back, value);
    EXPECT_TRUE(in.empty());
  }
}

TEST(Bytes, VarintRefusesWhatIsCutOffOrTooLong) {
  std::uint64_t value = 0;
  std::string_view cut("\x80\x80", 2);
  EXPECT_FALSE(TakeVarint(cut, value));
  const std::string long_one(10, '\xff');
  std::string_view too_long = long_one;
  EXPECT_FALSE(TakeVarint(too_long, value));
}

}  // namespace
}  // namespace ordinal::base
