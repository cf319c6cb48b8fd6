#include "dialect/profile.h"

#include <gtest/gtest.h>

namespace ordinal::dialect {
namespace {

TEST(Profile, AuroraDsqlIsStrict) {
  const Profile* profile = FindProfile("aurora_dsql");
  ASSERT_NE(profile, nullptr);
  EXPECT_TRUE(profile->features.cache_must_be_stated);
  EXPECT_EQ(profile->features.cache_min, 65536);
  EXPECT_EQ(profile->transaction.rows_max, 3000u);
  EXPECT_EQ(profile->transaction.age_max_micros, 300'000'000);
  EXPECT_EQ(profile->objects.sequences_max, 5000u);
  EXPECT_FALSE(profile->session.may_retry);
}

TEST(Profile, PostgresqlIsOpen) {
  const Profile* profile = FindProfile("postgresql");
  ASSERT_NE(profile, nullptr);
  EXPECT_FALSE(profile->features.cache_must_be_stated);
  EXPECT_EQ(profile->transaction.rows_max, 0u);
  EXPECT_TRUE(profile->features.serial_types);
}

TEST(Profile, UnknownNamesAreNotFound) {
  EXPECT_EQ(FindProfile("oracle12"), nullptr);
  EXPECT_EQ(ProfileNames().size(), 2u);
}

}  // namespace
}  // namespace ordinal::dialect
