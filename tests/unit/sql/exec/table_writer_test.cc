#include "sql/exec/table_writer.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "kv/memory/memory_engine.h"
#include "unit/sql/expr/fake_context.h"

namespace ordinal::sql {
namespace {

using types::Row;
using types::Value;

// t(id bigint primary key, v text unique).
catalog::Catalog::TablePtr MakeTable() {
  auto table = std::make_shared<catalog::TableDescriptor>();
  table->oid = 20000;
  table->schema = catalog::kPublicSchema;
  table->name = "t";
  catalog::ColumnDescriptor id;
  id.number = 1;
  id.name = "id";
  id.type = {types::TypeId::kInt8};
  id.not_null = true;
  catalog::ColumnDescriptor v;
  v.number = 2;
  v.name = "v";
  v.type = {types::TypeId::kText};
  table->columns = {id, v};
  catalog::IndexDescriptor primary;
  primary.oid = 20001;
  primary.name = "t_pkey";
  primary.columns = {1};
  primary.unique = primary.primary = true;
  catalog::IndexDescriptor unique;
  unique.oid = 20002;
  unique.name = "t_v_key";
  unique.columns = {2};
  unique.unique = true;
  table->indexes = {primary, unique};
  return table;
}

class TableWriterTest : public ::testing::Test {
 protected:
  TableWriter NewWriter(SizeLimits limits = {}) {
    return TableWriter(TableLayout::Of(table_),
                       {*transaction_, catalog_, settings_, row_ids_, limits, evaluation_});
  }
  void Begin() { transaction_ = std::make_unique<txn::Transaction>(*engine_, txn::Limits{}, 0); }
  kv::Outcome Commit() {
    const auto outcome = transaction_->CommitAndWait().outcome;
    Begin();
    return outcome;
  }
  static Row MakeRow(std::int64_t id, std::string_view v) { return {Value::Int(id), Value::String(v)}; }
  void SetUp() override { Begin(); }

  std::unique_ptr<kv::Engine> engine_ = kv::OpenMemory();
  std::unique_ptr<txn::Transaction> transaction_;
  catalog::Catalog catalog_;
  FakeContext evaluation_;
  types::Settings settings_;
  BootRowIds row_ids_{*engine_};
  catalog::Catalog::TablePtr table_ = MakeTable();
};

TEST_F(TableWriterTest, DuplicateKeysAreRefusedAcrossAndWithinStatements) {
  {
    TableWriter writer = NewWriter();
    for (std::int64_t id = 0; id < 10; ++id) writer.Insert(MakeRow(id * 2, std::to_string(id)));
    EXPECT_THROW(writer.Insert(MakeRow(4, "other")), base::Error);
  }
  ASSERT_EQ(Commit(), kv::Outcome::kCommitted);
  TableWriter writer = NewWriter();
  writer.Insert(MakeRow(1, "a"));
  writer.Insert(MakeRow(3, "b"));
  writer.Insert(MakeRow(100, "c"));
  writer.Insert(MakeRow(101, "d"));
  try {
    writer.Insert(MakeRow(4, "e"));
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.sqlstate(), base::sqlstate::kUniqueViolation);
    EXPECT_EQ(error.report().message, "duplicate key value violates unique constraint \"t_pkey\"");
    EXPECT_EQ(error.report().detail, "Key (id)=(4) already exists.");
    EXPECT_EQ(error.report().constraint_name, "t_pkey");
  }
  EXPECT_THROW(writer.Insert(MakeRow(200, "3")), base::Error);
}

TEST_F(TableWriterTest, KeysMayChangePlaces) {
  {
    TableWriter writer = NewWriter();
    writer.Insert(MakeRow(1, "a"));
    writer.Insert(MakeRow(2, "b"));
  }
  ASSERT_EQ(Commit(), kv::Outcome::kCommitted);
  TableWriter writer = NewWriter();
  const Row one = MakeRow(1, "a");
  const Row two = MakeRow(2, "b");
  const Row new_one = MakeRow(2, "a");
  const Row new_two = MakeRow(1, "b");
  writer.Withdraw(one, writer.RowKeyOf(one), new_one);
  writer.Withdraw(two, writer.RowKeyOf(two), new_two);
  writer.WriteUpdated(one, writer.RowKeyOf(one), new_one);
  writer.WriteUpdated(two, writer.RowKeyOf(two), new_two);
  ASSERT_EQ(Commit(), kv::Outcome::kCommitted);
  Row read;
  TableWriter reader = NewWriter();
  ASSERT_TRUE(reader.Read(reader.RowKeyOf(one), read));
  EXPECT_EQ(read[1].AsString(), "b");
  const auto conflict = reader.FindConflict(MakeRow(9, "a"));
  ASSERT_TRUE(conflict);
  EXPECT_EQ(conflict->row_key, reader.RowKeyOf(two));
}

TEST_F(TableWriterTest, TwoInsertsOfOneKeyMeetAtCommit) {
  NewWriter().Insert(MakeRow(1, "a"));
  txn::Transaction other(*engine_, {}, 0);
  TableWriter(TableLayout::Of(table_), {other, catalog_, settings_, row_ids_, {}, evaluation_})
      .Insert(MakeRow(1, "b"));
  EXPECT_EQ(other.CommitAndWait().outcome, kv::Outcome::kCommitted);
  EXPECT_EQ(Commit(), kv::Outcome::kConflict);
}

TEST_F(TableWriterTest, DeletedRowsLeaveNoEntries) {
  NewWriter().Insert(MakeRow(1, "a"));
  ASSERT_EQ(Commit(), kv::Outcome::kCommitted);
  {
    TableWriter writer = NewWriter();
    writer.Delete(MakeRow(1, "a"), writer.RowKeyOf(MakeRow(1, "a")));
  }
  ASSERT_EQ(Commit(), kv::Outcome::kCommitted);
  TableWriter writer = NewWriter();
  EXPECT_FALSE(writer.FindConflict(MakeRow(1, "a")));
  writer.Insert(MakeRow(1, "a"));
  EXPECT_EQ(Commit(), kv::Outcome::kCommitted);
}

TEST_F(TableWriterTest, NullsAndSizesAreChecked) {
  TableWriter writer = NewWriter({.key_max = 16, .row_max = 100, .column_max = 50});
  try {
    writer.CheckNotNull({Value(), Value::String("x")});
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.report().message,
              "null value in column \"id\" of relation \"t\" violates not-null constraint");
    EXPECT_EQ(error.report().detail, "Failing row contains (null, x).");
  }
  EXPECT_THROW(writer.Insert(MakeRow(1, "a key of more than sixteen bytes")), base::Error);
  writer.Insert({Value::Int(2), Value()});
  writer.Insert({Value::Int(3), Value()});  // NULLs are distinct
}

TEST(BootRowIds, EachBootHasItsOwn) {
  const auto engine = kv::OpenMemory();
  BootRowIds first(*engine);
  BootRowIds second(*engine);
  const auto a = first.Next();
  const auto b = first.Next();
  EXPECT_EQ(b, a + 1);
  EXPECT_GT(second.Next(), b + 1'000'000);
}

}  // namespace
}  // namespace ordinal::sql
