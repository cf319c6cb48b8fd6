#include <gtest/gtest.h>

#include "unit/syscat/fake_session.h"

namespace ordinal::syscat {
namespace {

class PgCatalogTest : public testing::Test {
 protected:
  PgCatalogTest() { StoreSample(session_); }
  FakeSession session_;
};

TEST_F(PgCatalogTest, SequencesHideLastValueUntilCalled) {
  session_.states[20002] = {-3, 0, true};
  const auto fresh = Read(session_, "pg_sequences", "sequencename", "t_id_seq");
  ASSERT_EQ(fresh.size(), 1u);
  EXPECT_EQ(fresh[0].at("last_value"), "NULL");
  EXPECT_EQ(fresh[0].at("schemaname"), "public");
  EXPECT_EQ(session_.reads, 1);  // for all of them
  const auto called = Read(session_, "pg_sequences", "sequencename", "My s");
  ASSERT_EQ(called.size(), 1u);
  EXPECT_EQ(called[0].at("last_value"), "-3");
  EXPECT_EQ(called[0].at("data_type"), "23");  // regtype: sql/expr prints the name
  EXPECT_EQ(called[0].at("increment_by"), "-2");
}

TEST_F(PgCatalogTest, ClassShowsEveryKind) {
  EXPECT_EQ(Read(session_, "pg_class", "relname", "t").at(0).at("relkind"), "r");
  EXPECT_EQ(Read(session_, "pg_class", "relname", "t").at(0).at("reltuples"), "-1");
  EXPECT_EQ(Read(session_, "pg_class", "relname", "t_pkey").at(0).at("relkind"), "i");
  EXPECT_EQ(Read(session_, "pg_class", "relname", "My s").at(0).at("relkind"), "S");
  EXPECT_EQ(Read(session_, "pg_class", "oid", "1259").at(0).at("relkind"), "v");
}

TEST_F(PgCatalogTest, AttributeShowsIdentityDefaultAndDropped) {
  const auto rows = Read(session_, "pg_attribute", "attrelid", "20000");
  ASSERT_EQ(rows.size(), 5u);
  EXPECT_EQ(rows[0].at("attidentity"), "a");
  EXPECT_EQ(rows[0].at("atthasdef"), "f");
  EXPECT_EQ(rows[1].at("attidentity"), "");
  EXPECT_EQ(rows[1].at("atthasdef"), "t");
  EXPECT_EQ(rows[2].at("attname"), "........pg.dropped.3........");
  EXPECT_EQ(rows[2].at("attisdropped"), "t");
  EXPECT_EQ(rows[3].at("atttypmod"), "9");
}

TEST_F(PgCatalogTest, DependTiesSequencesToColumnsAndDefaultsToSequences) {
  const auto find = [&](const char* object, const char* type) {
    const auto rows = Read(session_, "pg_depend", "objid", object);
    return std::count_if(rows.begin(), rows.end(), [&](const TextRow& row) {
      return row.at("deptype") == type && row.at("refobjid") == "20000";
    });
  };
  EXPECT_EQ(find("20001", "i"), 1);
  EXPECT_EQ(find("20002", "a"), 1);
  const auto on_sequence = Read(session_, "pg_depend", "refobjid", "20002");
  ASSERT_EQ(on_sequence.size(), 1u);
  EXPECT_EQ(on_sequence[0].at("classid"), "2604");
  EXPECT_EQ(on_sequence[0].at("deptype"), "n");
  EXPECT_EQ(Read(session_, "pg_attrdef", "adnum", "2").at(0).at("oid"), on_sequence[0].at("objid"));
}

TEST_F(PgCatalogTest, IndexesAndConstraints) {
  EXPECT_EQ(Read(session_, "pg_index", "indexrelid", "20004").at(0).at("indkey"), "4 1");
  EXPECT_EQ(Read(session_, "pg_constraint", "conname", "t_pkey").at(0).at("conkey"), "{1}");
  EXPECT_TRUE(Read(session_, "pg_constraint", "conname", "t_v_id").empty());
  EXPECT_EQ(Read(session_, "pg_indexes", "indexname", "t_v_id").at(0).at("indexdef"), "definition of t_v_id");
}

TEST_F(PgCatalogTest, TypesAndSettings) {
  EXPECT_EQ(Read(session_, "pg_type", "typname", "int8").at(0).at("typarray"), "1016");
  EXPECT_EQ(Read(session_, "pg_settings", "name", "TimeZone").at(0).at("setting"), "UTC");
}

}  // namespace
}  // namespace ordinal::syscat
