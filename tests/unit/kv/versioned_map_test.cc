#include "kv/memory/versioned_map.h"

#include <gtest/gtest.h>

namespace ordinal::kv {
namespace {

TEST(VersionedMapTest, VersionsGoWhenNoSnapshotNeedsThem) {
  VersionedMap map;
  map.Write("a", "1", 1);
  map.Write("a", "2", 2);
  map.Write("a", "3", 3);
  map.Write("b", "1", 3);
  EXPECT_EQ(map.VersionCount(), 4u);
  map.ForgetBefore(2);
  EXPECT_EQ(map.VersionCount(), 3u);
  EXPECT_EQ(*map.Find("a", 2), "2");
  map.ForgetBefore(3);
  EXPECT_EQ(map.VersionCount(), 2u);
  EXPECT_EQ(*map.Find("a", 3), "3");
}

TEST(VersionedMapTest, DeletedKeysGoAltogether) {
  VersionedMap map;
  map.Write("a", "1", 1);
  map.Write("a", std::nullopt, 2);
  map.Write("b", std::nullopt, 3);
  EXPECT_EQ(map.LastWrite("b"), 3u);
  map.ForgetBefore(1);
  EXPECT_EQ(*map.Find("a", 1), "1");
  EXPECT_EQ(map.Find("a", 2), nullptr);
  map.ForgetBefore(3);
  EXPECT_EQ(map.VersionCount(), 0u);
}

TEST(VersionedMapTest, WritesOfOneRevisionReplaceEachOther) {
  VersionedMap map;
  map.Write("a", "1", 1);
  map.DeleteRange({"a", "b"}, 2);
  map.Write("a", "2", 2);
  EXPECT_EQ(*map.Find("a", 2), "2");
  EXPECT_EQ(*map.Find("a", 1), "1");
  map.ForgetBefore(2);
  EXPECT_EQ(map.VersionCount(), 1u);
}

TEST(VersionedMapTest, ReadStopsAtItsLimitInBothDirections) {
  VersionedMap map;
  for (const char* key : {"a", "b", "c"}) map.Write(key, key, 1);
  std::vector<VersionedMap::Entry> out;
  map.Read({}, Direction::kForward, 1, 2, out);
  ASSERT_EQ(out.size(), 2u);
  EXPECT_EQ(out[1].key, "b");
  out.clear();
  map.Read({}, Direction::kBackward, 1, 2, out);
  ASSERT_EQ(out.size(), 2u);
  EXPECT_EQ(out[1].key, "b");
  out.clear();
  map.Read({}, Direction::kForward, 0, 2, out);
  EXPECT_TRUE(out.empty());
}

}  // namespace
}  // namespace ordinal::kv
