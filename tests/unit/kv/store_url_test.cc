#include <gtest/gtest.h>

#include "base/error.h"
#include "kv/etcd/etcd_engine.h"

namespace ordinal::kv {
namespace {

TEST(StoreUrlTest, NamesEndpointsPrefixAndUser) {
  const EtcdOptions plain = ParseStoreUrl("etcd://a:2379,[::1]:2380");
  EXPECT_EQ(plain.endpoints, (std::vector<std::string>{"a:2379", "[::1]:2380"}));
  EXPECT_EQ(plain.prefix, "ordinal/");
  EXPECT_FALSE(plain.tls);
  EXPECT_EQ(plain.user, "");
  const EtcdOptions full = ParseStoreUrl("etcds://me:p@ss@a:1/shop/live");
  EXPECT_EQ(full.endpoints, std::vector<std::string>{"a:1"});
  EXPECT_EQ(full.prefix, "shop/live/");
  EXPECT_TRUE(full.tls);
  EXPECT_EQ(full.user, "me");
  EXPECT_EQ(full.password, "p@ss");
}

TEST(StoreUrlTest, RefusesWhatNamesNoEndpoint) {
  for (const char* url :
       {"etcd://", "etcd://a", "etcd://a:", "etcd://:1", "etcd://a:x", "etcd://@a:1", "http://a:1"}) {
    try {
      ParseStoreUrl(url);
      ADD_FAILURE() << url;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.sqlstate(), base::sqlstate::kInvalidParameterValue) << url;
      EXPECT_TRUE(std::string(error.what()).starts_with("the address of the store is malformed: ")) << url;
    }
  }
}

}  // namespace
}  // namespace ordinal::kv
