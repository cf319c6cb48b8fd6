// Builds an index while writers change the table, in every order of their commits that a seed gives.
#include <gtest/gtest.h>

#include <array>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "catalog/catalog.h"
#include "jobs/work.h"
#include "keys/key_space.h"
#include "kv/memory/memory_engine.h"
#include "sql/exec/background.h"
#include "sql/exec/row_ids.h"
#include "sql/exec/table_writer.h"

namespace ordinal::jobs {
namespace {

using types::Row;
using types::Value;

constexpr base::Oid kTable = 20000;
constexpr base::Oid kIndex = 20002;

catalog::ColumnDescriptor Column(base::AttributeNumber number, const char* name) {
  catalog::ColumnDescriptor column;
  column.number = number;
  column.name = name;
  column.type = {types::TypeId::kInt8};
  return column;
}

// t(id, v, w), with a primary key on id unless the rows are to have hidden ids, without the index on v.
catalog::TableDescriptor MakeTable(bool keyed) {
  catalog::TableDescriptor table;
  table.oid = kTable;
  table.schema = catalog::kPublicSchema;
  table.name = "t";
  table.columns = {Column(1, "id"), Column(2, "v"), Column(3, "w")};
  if (!keyed) return table;
  catalog::IndexDescriptor primary;
  primary.oid = 20001;
  primary.name = "t_pkey";
  primary.columns = {1};
  primary.unique = primary.primary = true;
  table.indexes = {primary};
  return table;
}

// Lets something happen between what a step has read and its commit.
class InterruptedEngine final : public kv::Engine {
 public:
  explicit InterruptedEngine(kv::Engine& engine) : engine_(engine) {}
  kv::Traits traits() const override { return engine_.traits(); }
  std::shared_ptr<const kv::Snapshot> Latest() override { return engine_.Latest(); }
  std::optional<std::string> Get(const kv::Snapshot& snapshot, std::string_view key) override {
    return engine_.Get(snapshot, key);
  }
  std::vector<std::optional<std::string>> MultiGet(const kv::Snapshot& snapshot,
                                                   std::span<const std::string> keys) override {
    return engine_.MultiGet(snapshot, keys);
  }
  std::unique_ptr<kv::Cursor> Scan(const kv::Snapshot& snapshot, kv::KeyRange range,
                                   kv::ScanOptions options) override {
    return engine_.Scan(snapshot, std::move(range), options);
  }
  void Submit(kv::Submission submission, kv::CommitCallback callback) override {
    if (interrupt) interrupt();
    engine_.Submit(std::move(submission), std::move(callback));
  }
  Statistics statistics() const override { return engine_.statistics(); }
  void Close() override {}

  std::function<void()> interrupt;

 private:
  kv::Engine& engine_;
};

// A transaction that writes one row and has not committed yet.
struct Writer {
  std::unique_ptr<txn::Transaction> transaction;
  catalog::CatalogPtr catalog;
};

class BuildTest : public ::testing::Test {
 protected:
  void CreateTable(bool keyed) {
    row_ids_.Claim();
    ChangeCatalog([&](catalog::CatalogEditor& editor) { editor.Create(MakeTable(keyed)); });
  }
  // Publishes the index as a statement would, with its job. Returns the job's id.
  std::string BeginBuild(bool unique) {
    std::string id;
    auto transaction = NewTransaction();
    catalog::CatalogEditor editor(*transaction, catalogs_.At(transaction->snapshot()));
    catalog::TableDescriptor table = *editor.catalog()->TableByOid(kTable);
    catalog::IndexDescriptor index;
    index.oid = kIndex;
    index.name = "t_v";
    index.columns = {2};
    index.included = {3};
    index.stores_included = true;
    index.unique = unique;
    index.valid = false;
    table.indexes.push_back(index);
    editor.Update(std::move(table));
    id = Submit({sql::JobRequest::Kind::kBuildIndex, kTable, kIndex, "public.t_v"}, *transaction, random_, 1);
    EXPECT_EQ(transaction->CommitAndWait().outcome, kv::Outcome::kCommitted);
    EXPECT_TRUE(Claim(ReadJob(id), place_));
    return id;
  }
  template <typename Change>
  void ChangeCatalog(const Change& change) {
    auto transaction = NewTransaction();
    catalog::CatalogEditor editor(*transaction, catalogs_.At(transaction->snapshot()));
    change(editor);
    ASSERT_EQ(transaction->CommitAndWait().outcome, kv::Outcome::kCommitted);
  }
  std::unique_ptr<txn::Transaction> NewTransaction() {
    return std::make_unique<txn::Transaction>(*engine_, txn::Limits{}, 0);
  }
  Job ReadJob(const std::string& id) {
    return DecodeJob(engine_->Get(*engine_->Latest(), keys::JobKey(id)).value());
  }

  Writer Begin() {
    Writer writer{NewTransaction(), nullptr};
    writer.catalog = catalogs_.At(writer.transaction->snapshot());
    return writer;
  }
  sql::TableWriter TableWriterOf(Writer& writer, sql::EvalContext& context) {
    return sql::TableWriter(sql::TableLayout::Of(writer.catalog->TableByOid(kTable)),
                            {*writer.transaction, *writer.catalog, settings_, row_ids_, {}, context});
  }
  // All rows by row key, as the transaction sees them.
  static std::map<std::string, Row> RowsOf(txn::Transaction& transaction,
                                           const catalog::TableDescriptor& table) {
    const sql::TableLayout layout(std::make_shared<const catalog::TableDescriptor>(table));
    const keys::RowDecoder decoder = sql::MakeRowDecoder(table, {}, 0);
    std::map<std::string, Row> rows;
    const auto cursor = transaction.Scan({layout.row_prefix, keys::PrefixEnd(layout.row_prefix)}, {});
    while (cursor->Next()) {
      Row row(table.columns.size());
      decoder.Decode(cursor->value(), row);
      rows.emplace(cursor->key(), std::move(row));
    }
    return rows;
  }
  // One random change; false when the statement failed.
  bool Change(Writer& writer, std::mt19937& numbers) {
    const auto draw = [&](int below) {
      return static_cast<std::int64_t>(numbers() % static_cast<unsigned>(below));
    };
    sql::BackgroundContext context(*writer.catalog, clock_);
    sql::TableWriter rows = TableWriterOf(writer, context);
    const auto existing = RowsOf(*writer.transaction, *writer.catalog->TableByOid(kTable));
    const auto any = [&] {
      auto row = existing.begin();
      std::advance(row, draw(static_cast<int>(existing.size())));
      return row;
    };
    try {
      if (existing.empty() || draw(3) == 0) {
        rows.Insert({Value::Int(draw(1000)), draw(8) == 0 ? Value() : Value::Int(draw(values_)),
                     Value::Int(draw(2))});
      } else if (draw(2) == 0) {
        const auto [key, row] = *any();
        rows.Delete(row, key);
      } else {
        const auto [key, row] = *any();
        Row changed = row;
        // At times only the key, at times only the value, at times only what the index includes or nothing.
        if (draw(3) == 0) changed[0] = Value::Int(draw(1000));
        if (draw(3) != 0) changed[1] = Value::Int(draw(values_));
        changed[2] = Value::Int(draw(2));
        if (const auto conflict =
                (rows.Withdraw(row, key, changed), rows.FindConflictOfUpdate(row, key, changed))) {
          return false;
        }
        rows.WriteUpdated(row, key, changed);
      }
      writer.transaction->FinishStatement();
      return true;
    } catch (const base::Error& error) {
      EXPECT_EQ(error.sqlstate(), base::sqlstate::kUniqueViolation);
      return false;
    }
  }

  // Every entry belongs to a row that has this key. With `complete`, each row has its entry.
  void CheckIndex(bool complete) {
    auto transaction = NewTransaction();
    const catalog::CatalogPtr catalog = catalogs_.At(transaction->snapshot());
    const auto table = catalog->TableByOid(kTable);
    const sql::TableLayout layout(table);
    const sql::IndexLayout& index = layout.indexes.back();
    std::map<std::string, std::string> expected;
    sql::BackgroundContext context(*catalog, clock_);
    for (const auto& [key, row] : RowsOf(*transaction, *table)) {
      std::string entry;
      index.EncodeEntry(row, key, entry, context);
      const std::string value = index.EntryValue(key, row);
      if (!expected.emplace(entry, value).second) {
        EXPECT_FALSE(complete) << "two rows have one key";
        const auto held = engine_->Get(transaction->snapshot(), entry);
        if (held && index.RowKeyIn(*held) == key) expected[entry] = value;
      }
    }
    std::map<std::string, std::string> found;
    const auto cursor = transaction->Scan({index.prefix, keys::PrefixEnd(index.prefix)}, {});
    while (cursor->Next()) found.emplace(cursor->key(), cursor->value());
    if (complete) {
      EXPECT_EQ(found, expected);
      return;
    }
    for (const auto& entry : found) EXPECT_TRUE(expected.contains(entry.first));
    for (const auto& [key, value] : found) EXPECT_EQ(expected[key], value);
  }

  // Runs a build between and among changes; returns how the job ended.
  Job Simulate(unsigned seed, bool keyed, bool unique) {
    std::mt19937 numbers(seed);
    CreateTable(keyed);
    for (int i = 0; i < 60; ++i) {
      Writer writer = Begin();
      if (Change(writer, numbers)) writer.transaction->CommitAndWait();
    }
    std::vector<Writer> open;
    const auto open_some = [&] {
      for (int i = static_cast<int>(numbers() % 4); i > 0; --i) {
        Writer writer = Begin();
        if (Change(writer, numbers)) open.push_back(std::move(writer));
      }
    };
    const auto end_some = [&] {
      while (!open.empty() && numbers() % 3 != 0) {
        const std::size_t at = numbers() % open.size();
        open[at].transaction->CommitAndWait();
        open.erase(open.begin() + static_cast<std::ptrdiff_t>(at));
      }
    };
    interrupted_.interrupt = [&] {
      end_some();
      open_some();
      end_some();
    };
    open_some();
    const std::string id = BeginBuild(unique);
    end_some();
    for (int steps = 0;; ++steps) {
      EXPECT_LT(steps, 1000);
      open_some();
      end_some();
      const StepOutcome outcome = DoStep(id, 1 + numbers() % 7, {interrupted_, catalogs_, clock_, 0});
      end_some();
      CheckIndex(false);
      if (outcome == StepOutcome::kOver || steps > 1000) break;
    }
    while (!open.empty()) {
      open.back().transaction->CommitAndWait();
      open.pop_back();
    }
    return ReadJob(id);
  }

  std::unique_ptr<kv::Engine> engine_ = kv::OpenMemory();
  InterruptedEngine interrupted_{*engine_};
  catalog::CatalogCache catalogs_{*engine_, {}};
  base::SystemClock clock_;
  base::SystemRandom random_;
  types::Settings settings_;
  sql::BootRowIds row_ids_{*engine_};
  Workplace place_{*engine_, catalogs_, clock_, 0};
  int values_ = 12;
};

class BuildSeedTest : public BuildTest, public ::testing::WithParamInterface<unsigned> {};

TEST_P(BuildSeedTest, AnIndexEqualsTheTable) {
  const Job job = Simulate(GetParam(), GetParam() % 2 == 0, false);
  EXPECT_EQ(NameOf(job.status), "completed");
  CheckIndex(true);
}

TEST_P(BuildSeedTest, AUniqueIndexEqualsTheTableOrTheJobFails) {
  values_ = std::array{40, 150, 500, 100'000}[GetParam() % 4];
  const Job job = Simulate(GetParam(), GetParam() % 8 < 4, true);
  const bool valid = catalogs_.At(*engine_->Latest())->RelationByOid(kIndex).index->valid;
  EXPECT_EQ(valid, job.status == Status::kCompleted);
  if (valid) return CheckIndex(true);
  EXPECT_EQ(job.details, "Found duplicate key while validating index for UCVs");
  CheckIndex(false);
}

INSTANTIATE_TEST_SUITE_P(Seeds, BuildSeedTest, ::testing::Range(0U, 200U));

TEST_F(BuildTest, WritersOfBeforeThePublicationConflict) {
  CreateTable(true);
  Writer writer = Begin();
  sql::BackgroundContext context(*writer.catalog, clock_);
  TableWriterOf(writer, context).Insert({Value::Int(1), Value::Int(1), Value()});
  BeginBuild(false);
  const kv::CommitResult result = writer.transaction->CommitAndWait();
  EXPECT_EQ(result.outcome, kv::Outcome::kConflict);
  EXPECT_EQ(result.conflict_key, keys::CatalogKey(kTable));
}

TEST_F(BuildTest, TheEntryOfOneRowSurvivesTheDeletionOfAnotherWithItsKey) {
  CreateTable(true);
  {
    Writer writer = Begin();
    sql::BackgroundContext context(*writer.catalog, clock_);
    sql::TableWriter rows = TableWriterOf(writer, context);
    rows.Insert({Value::Int(1), Value::Int(7), Value()});
    rows.Insert({Value::Int(2), Value::Int(7), Value()});
    ASSERT_EQ(writer.transaction->CommitAndWait().outcome, kv::Outcome::kCommitted);
  }
  const std::string id = BeginBuild(true);
  ASSERT_EQ(DoStep(id, 1, place_), StepOutcome::kAdvanced);
  {
    Writer writer = Begin();
    sql::BackgroundContext context(*writer.catalog, clock_);
    sql::TableWriter rows = TableWriterOf(writer, context);
    const Row second = {Value::Int(2), Value::Int(7), Value()};
    rows.Delete(second, rows.RowKeyOf(second));
    ASSERT_EQ(writer.transaction->CommitAndWait().outcome, kv::Outcome::kCommitted);
  }
  EXPECT_EQ(DoStep(id, 10, place_), StepOutcome::kOver);
  EXPECT_EQ(ReadJob(id).status, Status::kCompleted);
  CheckIndex(true);
}

TEST_F(BuildTest, AStepMeetsDdlThatCommitsBeforeIt) {
  CreateTable(true);
  for (std::int64_t row = 0; row < 4; ++row) {
    Writer writer = Begin();
    sql::BackgroundContext context(*writer.catalog, clock_);
    TableWriterOf(writer, context).Insert({Value::Int(row), Value::Int(row), Value()});
    ASSERT_EQ(writer.transaction->CommitAndWait().outcome, kv::Outcome::kCommitted);
  }
  const std::string id = BeginBuild(false);
  bool dropped = false;
  interrupted_.interrupt = [&] {
    if (std::exchange(dropped, true)) return;
    ChangeCatalog([&](catalog::CatalogEditor& editor) {
      catalog::TableDescriptor table = *editor.catalog()->TableByOid(kTable);
      table.indexes.pop_back();
      editor.Update(std::move(table));
    });
  };
  EXPECT_EQ(DoStep(id, 2, {interrupted_, catalogs_, clock_, 0}), StepOutcome::kConflict);
  EXPECT_EQ(DoStep(id, 2, place_), StepOutcome::kOver);
  EXPECT_EQ(ReadJob(id).status, Status::kFailed);
  const auto snapshot = engine_->Latest();
  const std::string prefix = keys::IndexPrefix(kTable, kIndex);
  EXPECT_FALSE(engine_->Scan(*snapshot, {prefix, keys::PrefixEnd(prefix)}, {})->Next());
}

TEST_F(BuildTest, AnotherOwnerEndsTheWorkOfTheFirst) {
  CreateTable(true);
  const std::string id = BeginBuild(false);
  const Workplace other{*engine_, catalogs_, clock_, 5};
  EXPECT_TRUE(Claim(ReadJob(id), other));
  EXPECT_EQ(DoStep(id, 10, place_), StepOutcome::kOver);
  EXPECT_FALSE(ReadJob(id).is_over());
  EXPECT_EQ(DoStep(id, 10, other), StepOutcome::kOver);
  EXPECT_EQ(ReadJob(id).status, Status::kCompleted);
}

TEST_F(BuildTest, AClaimThatCameLaterIsRefused) {
  CreateTable(true);
  const std::string id = BeginBuild(false);
  const Job seen = ReadJob(id);
  EXPECT_TRUE(Claim(seen, {*engine_, catalogs_, clock_, 5}));
  EXPECT_FALSE(Claim(seen, {*engine_, catalogs_, clock_, 6}));
}

TEST_F(BuildTest, ADroppedIndexFailsTheJob) {
  CreateTable(true);
  const std::string id = BeginBuild(false);
  ChangeCatalog([&](catalog::CatalogEditor& editor) {
    catalog::TableDescriptor table = *editor.catalog()->TableByOid(kTable);
    table.indexes.pop_back();
    editor.Update(std::move(table));
  });
  EXPECT_EQ(DoStep(id, 10, place_), StepOutcome::kOver);
  EXPECT_EQ(ReadJob(id).status, Status::kFailed);
  EXPECT_EQ(ReadJob(id).details, "the index was dropped");
}

}  // namespace
}  // namespace ordinal::jobs
