#include "types/transaction_id.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace ordinal::types {
namespace {

TEST(TransactionId, NumbersOrderAsTheirHeldForm) {
  EXPECT_LT(HoldXid8(0), HoldXid8(1));
  EXPECT_LT(HoldXid8(1), HoldXid8(kXid8Flip));
  EXPECT_LT(HoldXid8(kXid8Flip - 1), HoldXid8(~std::uint64_t{0}));
  EXPECT_EQ(NumberOfXid8(HoldXid8(kXid8Flip + 5)), kXid8Flip + 5);
}

TEST(TransactionId, SnapshotsTravelAsBytes) {
  const Snapshot snapshot = ParseSnapshot("10:20:12,14,14");
  EXPECT_EQ(SnapshotText(snapshot), "10:20:12,14");
  std::string bytes;
  AppendSnapshotBinary(bytes, snapshot);
  EXPECT_EQ(bytes.size(), 4U + 4 * 8);
  EXPECT_EQ(SnapshotText(ParseSnapshotBinary(bytes)), "10:20:12,14");
  EXPECT_TRUE(HasEnded(13, snapshot));
  EXPECT_FALSE(HasEnded(14, snapshot));
}

std::string StateOf(std::string_view bytes) {
  try {
    ParseSnapshotBinary(bytes);
  } catch (const base::Error& error) {
    return std::string(error.sqlstate().view()) + " " + error.report().message;
  }
  return "";
}

TEST(TransactionId, DamagedBytesAreRefused) {
  std::string bytes;
  AppendSnapshotBinary(bytes, ParseSnapshot("10:20:12"));
  EXPECT_EQ(StateOf(std::string_view(bytes).substr(0, 8)), "08P01 insufficient data left in message");
  EXPECT_EQ(StateOf(bytes + "x"), "22P03 incorrect binary data format");
  std::string negative = bytes;
  negative[0] = '\xff';
  EXPECT_EQ(StateOf(negative), "22P03 invalid external pg_snapshot data");
  std::string beyond;
  AppendSnapshotBinary(beyond, {.xmin = 10, .xmax = 20, .running = {25}});
  EXPECT_EQ(StateOf(beyond), "22P03 invalid external pg_snapshot data");
}

}  // namespace
}  // namespace ordinal::types
