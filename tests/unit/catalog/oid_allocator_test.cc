#include <gtest/gtest.h>

#include <set>
#include <thread>

#include "catalog/catalog.h"
#include "kv/memory/memory_engine.h"

namespace ordinal::catalog {
namespace {

TEST(OidAllocatorTest, StartsAtTheFirstUserOidAndCounts) {
  const auto engine = kv::OpenMemory();
  OidAllocator oids(*engine);
  for (Oid expected = base::kFirstUserOid; expected < base::kFirstUserOid + 200; ++expected) {
    ASSERT_EQ(oids.Next(), expected);
  }
  EXPECT_EQ(engine->statistics().commits, 4u);  // 200 in blocks of 64
}

TEST(OidAllocatorTest, ARestartNeverRepeats) {
  const auto engine = kv::OpenMemory();
  const Oid before = OidAllocator(*engine).Next();
  const Oid after = OidAllocator(*engine).Next();
  EXPECT_GT(after, before);
}

TEST(OidAllocatorTest, TwoAllocatorsAndManyThreadsNeverMeet) {
  const auto engine = kv::OpenMemory();
  OidAllocator first(*engine);
  OidAllocator second(*engine);
  std::vector<std::vector<Oid>> drawn(4);
  {
    std::vector<std::jthread> threads;
    for (std::size_t i = 0; i < drawn.size(); ++i) {
      threads.emplace_back([&, i] {
        for (int n = 0; n < 1000; ++n) drawn[i].push_back((i % 2 == 0 ? first : second).Next());
      });
    }
  }
  std::set<Oid> all;
  for (const auto& oids : drawn) all.insert(oids.begin(), oids.end());
  EXPECT_EQ(all.size(), 4000u);
}

}  // namespace
}  // namespace ordinal::catalog
