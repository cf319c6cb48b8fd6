#include <gtest/gtest.h>

#include "unit/syscat/fake_session.h"

namespace ordinal::syscat {
namespace {

class InformationSchemaTest : public testing::Test {
 protected:
  InformationSchemaTest() { StoreSample(session_); }
  FakeSession session_;
};

TEST_F(InformationSchemaTest, SequencesHideIdentities) {
  const auto rows = Read(session_, "sequences");
  ASSERT_EQ(rows.size(), 1u);
  EXPECT_EQ(rows[0].at("sequence_name"), "My s");
  EXPECT_EQ(rows[0].at("data_type"), "integer");
  EXPECT_EQ(rows[0].at("minimum_value"), "-9");
  EXPECT_EQ(rows[0].at("numeric_precision"), "32");
}

TEST_F(InformationSchemaTest, ColumnsShowIdentityAndTypes) {
  const auto rows = Read(session_, "columns", "table_name", "t");
  ASSERT_EQ(rows.size(), 4u);
  EXPECT_EQ(rows[0].at("is_identity"), "YES");
  EXPECT_EQ(rows[0].at("identity_generation"), "ALWAYS");
  EXPECT_EQ(rows[0].at("identity_maximum"), "9223372036854775807");
  EXPECT_EQ(rows[0].at("column_default"), "NULL");
  EXPECT_EQ(rows[1].at("is_identity"), "NO");
  EXPECT_EQ(rows[1].at("column_default"), "nextval('\"My s\"'::regclass)");
  EXPECT_EQ(rows[2].at("ordinal_position"), "4");
  EXPECT_EQ(rows[2].at("character_maximum_length"), "5");
  EXPECT_EQ(rows[3].at("numeric_precision"), "10");
  EXPECT_EQ(rows[3].at("numeric_scale"), "2");
}

TEST_F(InformationSchemaTest, ConstraintsAndKeys) {
  EXPECT_EQ(Read(session_, "table_constraints").size(), 3u);  // key, check, NOT NULL
  EXPECT_EQ(Read(session_, "key_column_usage").at(0).at("column_name"), "id");
}

}  // namespace
}  // namespace ordinal::syscat
