#include <gtest/gtest.h>

#include <memory>

#include "catalog/catalog.h"
#include "kv/memory/memory_engine.h"

namespace ordinal::catalog {
namespace {

TableDescriptor Table(Oid oid, std::string name, Oid schema = kPublicSchema) {
  TableDescriptor table;
  table.oid = oid;
  table.schema = schema;
  table.name = std::move(name);
  return table;
}

// A transaction with its editor.
struct Ddl {
  Ddl(kv::Engine& engine, CatalogCache& cache)
      : transaction(engine, {}, 0), editor(transaction, cache.At(transaction.snapshot())) {}
  kv::Outcome Commit() {
    transaction.FinishStatement();
    return transaction.CommitAndWait().outcome;
  }
  txn::Transaction transaction;
  CatalogEditor editor;
};

class CatalogEditorTest : public testing::Test {
 protected:
  CatalogPtr Now() { return cache_.At(*engine_->Latest()); }
  void Commit(const std::function<void(CatalogEditor&)>& change) {
    Ddl ddl(*engine_, cache_);
    change(ddl.editor);
    ASSERT_EQ(ddl.Commit(), kv::Outcome::kCommitted);
  }

  std::unique_ptr<kv::Engine> engine_ = kv::OpenMemory();
  CatalogCache cache_{*engine_, {}};
};

TEST_F(CatalogEditorTest, CommittedObjectsAreSeenBySnapshotsTakenAfterwards) {
  const auto before = engine_->Latest();
  Ddl ddl(*engine_, cache_);
  ddl.editor.Create(Table(16400, "t"));
  EXPECT_TRUE(ddl.editor.catalog()->FindRelation(kPublicSchema, "t"));
  EXPECT_FALSE(Now()->FindRelation(kPublicSchema, "t"));
  ASSERT_EQ(ddl.Commit(), kv::Outcome::kCommitted);
  EXPECT_TRUE(Now()->FindRelation(kPublicSchema, "t"));
  EXPECT_FALSE(cache_.At(*before)->FindRelation(kPublicSchema, "t"));
}

TEST_F(CatalogEditorTest, TheCacheReturnsOneCatalogForEqualCatalogRevisions) {
  Commit([](CatalogEditor& editor) { editor.Create(Table(16400, "t")); });
  const CatalogPtr first = Now();
  engine_->SubmitAndWait(
      {.snapshot = nullptr, .guards = {}, .writes = {{"zzz", "row"}}, .touches = {}, .deleted_ranges = {}});
  EXPECT_EQ(Now(), first);
}

TEST_F(CatalogEditorTest, TwoCreationsOfOneNameConflict) {
  Ddl first(*engine_, cache_);
  Ddl second(*engine_, cache_);
  first.editor.Create(Table(16400, "t"));
  second.editor.Create(SequenceDescriptor{.oid = 16401, .schema = kPublicSchema, .name = "t"});
  EXPECT_EQ(first.Commit(), kv::Outcome::kCommitted);
  EXPECT_EQ(second.Commit(), kv::Outcome::kConflict);
}

TEST_F(CatalogEditorTest, UnrelatedCreationsDoNotConflict) {
  Ddl first(*engine_, cache_);
  Ddl second(*engine_, cache_);
  first.editor.Create(Table(16400, "a"));
  second.editor.Create(Table(16401, "b"));
  EXPECT_EQ(first.Commit(), kv::Outcome::kCommitted);
  EXPECT_EQ(second.Commit(), kv::Outcome::kCommitted);
  EXPECT_EQ(Now()->Tables().size(), 2u);
}

TEST_F(CatalogEditorTest, AnIndexNameIsGuardedLikeATableName) {
  Ddl first(*engine_, cache_);
  Ddl second(*engine_, cache_);
  TableDescriptor table = Table(16400, "t");
  table.indexes = {{16401, "x", {1}, false, false, false, false}};
  first.editor.Create(table);
  second.editor.Create(Table(16402, "x"));
  EXPECT_EQ(first.Commit(), kv::Outcome::kCommitted);
  EXPECT_EQ(second.Commit(), kv::Outcome::kConflict);
}

TEST_F(CatalogEditorTest, OfTwoChangesOfOneObjectOneWins) {
  Commit([](CatalogEditor& editor) { editor.Create(Table(16400, "t")); });
  Ddl rename(*engine_, cache_);
  Ddl drop(*engine_, cache_);
  rename.editor.Update(Table(16400, "u"));
  drop.editor.Drop(16400);
  EXPECT_EQ(rename.Commit(), kv::Outcome::kCommitted);
  EXPECT_EQ(drop.Commit(), kv::Outcome::kConflict);
  EXPECT_FALSE(Now()->FindRelation(kPublicSchema, "t"));
  EXPECT_TRUE(Now()->FindRelation(kPublicSchema, "u"));
}

TEST_F(CatalogEditorTest, ARenameFreesTheOldNameAndTakesTheNewOne) {
  Commit([](CatalogEditor& editor) { editor.Create(Table(16400, "t")); });
  Commit([](CatalogEditor& editor) { editor.Update(Table(16400, "u")); });
  Commit([](CatalogEditor& editor) { editor.Create(Table(16401, "t")); });
  Ddl rename(*engine_, cache_);
  Ddl create(*engine_, cache_);
  rename.editor.Update(Table(16401, "w"));
  create.editor.Create(Table(16402, "w"));
  EXPECT_EQ(create.Commit(), kv::Outcome::kCommitted);
  EXPECT_EQ(rename.Commit(), kv::Outcome::kConflict);
}

TEST_F(CatalogEditorTest, DropAndCreateOfOneNameFitIntoOneTransaction) {
  Commit([](CatalogEditor& editor) { editor.Create(Table(16400, "t")); });
  Commit([](CatalogEditor& editor) {
    editor.Drop(16400);
    editor.Create(Table(16401, "t"));
    editor.Drop(16401);
    editor.Create(Table(16402, "t"));
  });
  EXPECT_EQ(Now()->FindRelation(kPublicSchema, "t").oid(), 16402u);
  EXPECT_EQ(Now()->Tables().size(), 1u);
}

TEST_F(CatalogEditorTest, TwoIndexesMaySwapNames) {
  TableDescriptor table = Table(16400, "t");
  table.indexes = {{16401, "a", {1}, false, false, false, false},
                   {16402, "b", {2}, false, false, false, false}};
  Commit([&](CatalogEditor& editor) { editor.Create(table); });
  std::swap(table.indexes[0].name, table.indexes[1].name);
  Commit([&](CatalogEditor& editor) { editor.Update(table); });
  EXPECT_EQ(Now()->FindRelation(kPublicSchema, "a").oid(), 16402u);
  EXPECT_EQ(Now()->FindRelation(kPublicSchema, "b").oid(), 16401u);
}

TEST_F(CatalogEditorTest, NothingIsCreatedInASchemaThatIsBeingDropped) {
  Commit([](CatalogEditor& editor) { editor.Create(SchemaDescriptor{16500, "app", 10}); });
  {
    Ddl drop(*engine_, cache_);
    Ddl create(*engine_, cache_);
    drop.editor.Drop(16500);
    create.editor.Create(Table(16501, "t", 16500));
    EXPECT_EQ(create.Commit(), kv::Outcome::kCommitted);
    EXPECT_EQ(drop.Commit(), kv::Outcome::kConflict);
  }
  Ddl drop(*engine_, cache_);
  Ddl create(*engine_, cache_);
  drop.editor.Drop(16501);
  drop.editor.Drop(16500);
  create.editor.Create(Table(16502, "u", 16500));
  EXPECT_EQ(drop.Commit(), kv::Outcome::kCommitted);
  EXPECT_EQ(create.Commit(), kv::Outcome::kConflict);
  EXPECT_EQ(Now()->FindSchema("app"), nullptr);
}

TEST_F(CatalogEditorTest, PublicCanBeDroppedAndMadeAgain) {
  {
    Ddl drop(*engine_, cache_);
    Ddl create(*engine_, cache_);
    drop.editor.Drop(kPublicSchema);
    create.editor.Create(Table(16400, "t"));
    EXPECT_EQ(drop.Commit(), kv::Outcome::kCommitted);
    EXPECT_EQ(create.Commit(), kv::Outcome::kConflict);
  }
  EXPECT_EQ(Now()->FindSchema("public"), nullptr);
  EXPECT_NE(Now()->FindSchema("pg_catalog"), nullptr);
  Commit([](CatalogEditor& editor) { editor.Create(SchemaDescriptor{16401, "public", 10}); });
  EXPECT_EQ(Now()->FindSchema("public")->oid, 16401u);
}

TEST_F(CatalogEditorTest, PublicCanBeRenamed) {
  Commit([](CatalogEditor& editor) { editor.Update(SchemaDescriptor{kPublicSchema, "open", 10}); });
  EXPECT_EQ(Now()->FindSchema("public"), nullptr);
  EXPECT_EQ(Now()->FindSchema("open")->oid, kPublicSchema);
}

TEST_F(CatalogEditorTest, OldCatalogsStayReadableBeyondTheCache) {
  Commit([](CatalogEditor& editor) { editor.Create(Table(16400, "t")); });
  const auto old = engine_->Latest();
  for (int i = 0; i < 20; ++i) {
    Commit([i](CatalogEditor& editor) { editor.Update(Table(16400, "t" + std::to_string(i))); });
    Now();
  }
  EXPECT_TRUE(cache_.At(*old)->FindRelation(kPublicSchema, "t"));
  EXPECT_TRUE(Now()->FindRelation(kPublicSchema, "t19"));
}

}  // namespace
}  // namespace ordinal::catalog
