#include "keys/key_space.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "keys/order_codec.h"

namespace ordinal::keys {
namespace {

TEST(KeySpaceTest, PrefixesAreDistinctAndNoneIsTheEngines) {
  const std::string prefixes = {kCatalogPrefix, kNamePrefix, kObjectMarkerPrefix,    kSequencePrefix,
                                kTablePrefix,   kMetaPrefix, kExclusiveMarkerPrefix, kSharedMarkerPrefix};
  for (std::size_t i = 0; i < prefixes.size(); ++i) {
    EXPECT_EQ(prefixes.find(prefixes[i]), i);
    EXPECT_NE(prefixes[i], '\0');
  }
}

TEST(KeySpaceTest, KeysSpellTheirParts) {
  EXPECT_EQ(CatalogKey(0x01020304), "c\x01\x02\x03\x04");
  EXPECT_EQ(SequenceKey(0x01020304), "s\x01\x02\x03\x04");
  EXPECT_EQ(ObjectMarkerKey(0x01020304), "k\x01\x02\x03\x04");
  EXPECT_EQ(NameKey(0x01020304, 'r', "orders"), "n\x01\x02\x03\x04rorders");
  EXPECT_EQ(MetaKey("boot"), "mboot");
  EXPECT_EQ(IndexPrefix(0x01020304, 0x05060708), "t\x01\x02\x03\x04\x05\x06\x07\x08");
  EXPECT_EQ(IndexPrefix(1, 2).size(), kIndexPrefixSize);
  EXPECT_EQ(TablePrefix(1).size(), kTablePrefixSize);
  EXPECT_TRUE(IndexPrefix(7, 8).starts_with(TablePrefix(7)));
}

TEST(KeySpaceTest, RowKeysLeadToSuffixAndBack) {
  std::string row_key = IndexPrefix(20000, 20001);
  AppendKeyColumn(row_key, types::Value::Int(42), types::TypeId::kInt8);
  EXPECT_EQ(RowKey(20000, 20001, RowSuffix(row_key)), row_key);
}

TEST(KeySpaceTest, HiddenRowsAscendWithTheirIds) {
  EXPECT_LT(HiddenRowKey(20000, 255), HiddenRowKey(20000, 256));
  EXPECT_EQ(RowIdOf(HiddenRowKey(20000, 0x1122334455667788)), 0x1122334455667788u);
  EXPECT_THROW(RowIdOf("t123"), base::Error);
}

TEST(KeySpaceTest, MarkersBelongToOneRow) {
  const std::string row_key = HiddenRowKey(20000, 1);
  const std::string other = HiddenRowKey(20000, 2);
  EXPECT_EQ(ExclusiveMarkerKey(row_key)[0], kExclusiveMarkerPrefix);
  EXPECT_EQ(SharedMarkerKey(row_key)[0], kSharedMarkerPrefix);
  EXPECT_EQ(ExclusiveMarkerKey(row_key).substr(1), row_key.substr(1));
  EXPECT_NE(SharedMarkerKey(row_key), SharedMarkerKey(other));
}

TEST(KeySpaceTest, PrefixEndFollowsAllKeysWithThePrefix) {
  EXPECT_EQ(PrefixEnd("ab"), "ac");
  EXPECT_EQ(PrefixEnd("a\xff"), "b");
  EXPECT_EQ(PrefixEnd("a\xff\xff"), "b");
  EXPECT_EQ(PrefixEnd("\xff"), "");
  EXPECT_EQ(PrefixEnd(""), "");
  EXPECT_EQ(PrefixEnd("a\x7f"), "a\x80");
  EXPECT_LT(HiddenRowKey(5, ~std::uint64_t{0}), PrefixEnd(TablePrefix(5)));
}

}  // namespace
}  // namespace ordinal::keys
