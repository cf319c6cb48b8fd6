#include "catalog/catalog.h"

#include <gtest/gtest.h>

#include "catalog/virtual_table.h"

namespace ordinal::catalog {
namespace {

TableDescriptor Table(Oid oid, std::string name, Oid schema = kPublicSchema) {
  TableDescriptor table;
  table.oid = oid;
  table.schema = schema;
  table.name = std::move(name);
  return table;
}

class FakeView final : public VirtualTable {
 public:
  Oid oid() const override { return 1259; }
  Oid schema() const override { return kPgCatalogSchema; }
  const std::string& name() const override { return name_; }
  const std::vector<Column>& columns() const override { return columns_; }
  void Rows(const SessionView&, const RowSink&) const override {}

 private:
  std::string name_ = "pg_class";
  std::vector<Column> columns_;
};

TEST(CatalogTest, BuiltInSchemasAreAlwaysThere) {
  const Catalog catalog;
  for (const char* name : {"pg_catalog", "information_schema", "sys", "public"}) {
    EXPECT_NE(catalog.FindSchema(name), nullptr) << name;
  }
  EXPECT_EQ(catalog.FindSchema("public")->oid, kPublicSchema);
  EXPECT_EQ(catalog.FindSchema("nope"), nullptr);
  EXPECT_EQ(catalog.Schemas().size(), 4u);
}

TEST(CatalogTest, ForeignKeysAreFoundFromTheTableReferredTo) {
  Catalog catalog;
  catalog.Store(Table(16400, "parent"));
  TableDescriptor child = Table(16410, "child");
  ForeignKeyDescriptor key;
  key.oid = 16412;
  key.name = "second";
  key.referenced_table = 16400;
  child.foreign_keys.push_back(key);
  key.oid = 16411;
  key.name = "first";
  child.foreign_keys.push_back(key);
  key.oid = 16413;
  key.name = "own";
  key.referenced_table = 16410;
  child.foreign_keys.push_back(key);
  catalog.Store(child);

  EXPECT_TRUE(catalog.IsReferenced(16400));
  const auto references = catalog.ReferencesTo(16400);
  ASSERT_EQ(references.size(), 2u);
  EXPECT_EQ(references[0].key->name, "first");
  EXPECT_EQ(references[1].key->name, "second");
  EXPECT_EQ(references[1].table->oid, 16410u);
  ASSERT_EQ(catalog.ReferencesTo(16410).size(), 1u);

  const Catalog before(catalog);
  child.foreign_keys.resize(1);
  catalog.Store(child);
  EXPECT_EQ(catalog.ReferencesTo(16400).size(), 1u);
  EXPECT_FALSE(catalog.IsReferenced(16410));
  catalog.Erase(16410);
  EXPECT_FALSE(catalog.IsReferenced(16400));
  EXPECT_EQ(before.ReferencesTo(16400).size(), 2u);
}

TEST(CatalogTest, RelationsShareOneNameSpace) {
  Catalog catalog;
  TableDescriptor table = Table(16400, "t");
  table.indexes = {{16401, "t_pkey", {1}, true, true, true, false}};
  catalog.Store(table);
  catalog.Store(SequenceDescriptor{.oid = 16402, .schema = kPublicSchema, .name = "s"});
  catalog.Store(ViewDescriptor{16403, kPublicSchema, "v", 10, "SELECT 1"});
  FakeView pg_class;
  catalog.RegisterVirtual(&pg_class);

  EXPECT_EQ(catalog.FindRelation(kPublicSchema, "t").oid(), 16400u);
  EXPECT_EQ(catalog.FindRelation(kPublicSchema, "s").sequence->oid, 16402u);
  EXPECT_EQ(catalog.FindRelation(kPublicSchema, "v").view->definition, "SELECT 1");
  const auto index = catalog.FindRelation(kPublicSchema, "t_pkey");
  ASSERT_NE(index.index, nullptr);
  EXPECT_EQ(index.index_of->oid, 16400u);
  EXPECT_EQ(index.oid(), 16401u);
  EXPECT_EQ(catalog.FindRelation(kPgCatalogSchema, "pg_class").virtual_table, &pg_class);
  EXPECT_EQ(catalog.RelationByOid(1259).oid(), 1259u);
  EXPECT_FALSE(catalog.FindRelation(kSysSchema, "t"));
  EXPECT_EQ(catalog.SequenceCount(), 1u);
  EXPECT_EQ(catalog.Views().size(), 1u);
}

TEST(CatalogTest, StoringAgainRenames) {
  Catalog catalog;
  TableDescriptor table = Table(16400, "old");
  table.indexes = {{16401, "i", {1}, false, false, false, false}};
  catalog.Store(table);
  table.name = "new";
  table.indexes.clear();
  catalog.Store(table);
  EXPECT_FALSE(catalog.FindRelation(kPublicSchema, "old"));
  EXPECT_FALSE(catalog.FindRelation(kPublicSchema, "i"));
  EXPECT_FALSE(catalog.RelationByOid(16401));
  EXPECT_TRUE(catalog.FindRelation(kPublicSchema, "new"));
  EXPECT_EQ(catalog.Tables().size(), 1u);
}

// Descriptors arrive in order of oid, so a name may be seen at its new owner before its old owner lets go of
// it.
TEST(CatalogTest, ANameThatMovedBetweenObjectsStaysWithTheLastOne) {
  Catalog catalog;
  catalog.Store(Table(16400, "a"));
  catalog.Store(Table(16401, "b"));
  catalog.Store(Table(16401, "a"));
  catalog.Erase(16400);
  EXPECT_EQ(catalog.FindRelation(kPublicSchema, "a").oid(), 16401u);
}

TEST(CatalogTest, CopiesAreIndependent) {
  Catalog catalog;
  catalog.Store(Table(16400, "t"));
  Catalog copy(catalog);
  copy.Erase(16400);
  copy.Erase(kPublicSchema);
  EXPECT_TRUE(catalog.FindRelation(kPublicSchema, "t"));
  EXPECT_NE(catalog.FindSchema("public"), nullptr);
  EXPECT_FALSE(copy.FindRelation(kPublicSchema, "t"));
  EXPECT_EQ(copy.FindSchema("public"), nullptr);
}

}  // namespace
}  // namespace ordinal::catalog
