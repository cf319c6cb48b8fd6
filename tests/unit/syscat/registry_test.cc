#include "syscat/registry.h"

#include <gtest/gtest.h>

#include <set>

#include "unit/syscat/fake_session.h"

namespace ordinal::syscat {
namespace {

TEST(Registry, NamesAndOidsAreUnique) {
  std::set<catalog::Oid> oids;
  std::set<std::pair<catalog::Oid, std::string>> names;
  for (const catalog::VirtualTable* table : VirtualTables()) {
    EXPECT_TRUE(oids.insert(table->oid()).second) << table->name();
    EXPECT_TRUE(names.emplace(table->schema(), table->name()).second) << table->name();
    EXPECT_LT(table->oid(), base::kFirstUserOid);
  }
  EXPECT_GE(oids.size(), 50u);
}

TEST(Registry, EveryRowFitsItsColumns) {
  FakeSession session;
  StoreSample(session);
  for (const catalog::VirtualTable* table : VirtualTables()) {
    table->Rows(session, [&](const types::Row& row) {
      ASSERT_EQ(row.size(), table->columns().size()) << table->name();
      for (std::size_t i = 0; i < row.size(); ++i) {
        if (row[i].is_null()) continue;
        // A value of the wrong representation would abort or print garbage here.
        types::ToText(row[i], table->columns()[i].type.id, types::Settings{});
      }
    });
  }
}

TEST(Registry, KeepsPostgresColumnOrder) {
  std::string names;
  for (const auto& column : FindVirtual("pg_sequences")->columns()) names += column.name + " ";
  EXPECT_EQ(names,
            "schemaname sequencename sequenceowner data_type start_value min_value max_value increment_by "
            "cycle cache_size last_value ");
}

}  // namespace
}  // namespace ordinal::syscat
