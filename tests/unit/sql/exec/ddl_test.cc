#include "sql/exec/ddl.h"

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "base/error.h"
#include "kv/memory/memory_engine.h"
#include "sql/parse/tree.h"
#include "types/settings.h"

namespace ordinal::sql {
namespace {

class FakeClock final : public base::Clock {
 public:
  std::int64_t WallMicros() const override { return 1; }
  std::int64_t BootMicros() const override { return 1; }
};

// Knows one catalog and the schema public; sequences are out of its reach.
class FakeContext final : public EvalContext {
 public:
  explicit FakeContext(const catalog::Catalog& catalog) : catalog_(catalog) {
    session_settings = &plain_settings_;
  }

  std::int64_t NextValue(base::Oid) override { return 0; }
  std::int64_t CurrentValue(base::Oid) override { return 0; }
  std::int64_t LastValue() override { return 0; }
  std::int64_t SetValue(base::Oid, std::int64_t, bool) override { return 0; }
  const catalog::Catalog& catalog() override { return catalog_; }
  base::Oid ResolveRelation(std::string_view text, bool) override {
    const auto relation = catalog_.FindRelation(catalog::kPublicSchema, text);
    if (relation) return relation.oid();
    throw base::Error(base::sqlstate::kUndefinedTable,
                      "relation \"" + std::string(text) + "\" does not exist");
  }
  std::string RelationName(base::Oid oid) override {
    const auto relation = catalog_.RelationByOid(oid);
    return relation.table      ? relation.table->name
           : relation.sequence ? relation.sequence->name
                               : relation.index->name;
  }
  std::vector<std::string> SearchPath(bool) override { return {"public"}; }
  std::string UserName() override { return "admin"; }
  std::string SessionUserName() override { return "admin"; }
  std::string DatabaseName() override { return "postgres"; }
  std::int32_t BackendId() override { return 1; }
  std::string ServerVersion() override { return "16.13"; }
  std::optional<std::string> GetParameter(std::string_view) override { return std::nullopt; }
  void SetParameter(std::string_view, std::string_view, bool) override {}
  catalog::SequenceState ReadSequence(const catalog::SequenceDescriptor&) override { return {}; }
  std::optional<std::int64_t> FirstIdentity() override { return std::nullopt; }
  std::optional<std::int64_t> LastIdentity() override { return std::nullopt; }
  base::RandomSource& random() override { std::abort(); }
  const base::Clock& clock() override { return clock_; }
  std::int64_t StatementMicros() override { return 0; }
  void CheckCanceled() override {}
  Value EvaluateSubquery(const Expression&, std::span<const Value>) override { return {}; }

 private:
  const catalog::Catalog& catalog_;
  types::Settings plain_settings_;
  FakeClock clock_;
};

class DdlTest : public testing::Test {
 protected:
  // Runs one statement in a transaction of its own. Returns the tag, or SQLSTATE and text with DETAIL and
  // HINT.
  std::string Run(const std::string& sql) {
    notices_.clear();
    try {
      const parse::Tree tree(sql);
      txn::Transaction transaction(*engine_, {}, 0);
      catalog::CatalogEditor editor(transaction, cache_.At(transaction.snapshot()));
      const catalog::CatalogPtr before = editor.catalog();
      FakeContext evaluation(*before);
      const BindEnvironment environment{*before, *profile_, {catalog::kPublicSchema}, evaluation};
      const auto ddl = BindDdl(*static_cast<const ::Node*>(tree.statements()[0].node), environment, tree);
      std::set<base::Oid> counted;
      DdlContext context{editor,
                         transaction,
                         allocator_,
                         oids_,
                         evaluation,
                         catalog::kAdminRole,
                         [this](base::Report report) { notices_ += report.message + "\n"; },
                         [this](base::Oid oid, std::uint64_t epoch) {
                           epoch == 0 ? allocator_.ForgetDropped(oid) : allocator_.Forget(oid, epoch);
                         },
                         counted,
                         [](base::Oid) {},
                         [](const JobRequest&) {}};
      std::string tag = ExecuteDdl(*ddl, context);
      transaction.FinishStatement();
      if (transaction.CommitAndWait().outcome != kv::Outcome::kCommitted) return "conflict";
      return tag;
    } catch (const base::Error& error) {
      std::string text = std::string(error.sqlstate().view()) + " " + error.what();
      if (!error.report().detail.empty()) text += "|" + error.report().detail;
      if (!error.report().hint.empty()) text += "|" + error.report().hint;
      return text;
    }
  }
  catalog::Catalog::Relation Relation(const std::string& name) {
    return cache_.At(*engine_->Latest())->FindRelation(catalog::kPublicSchema, name);
  }
  void UseDsql() { profile_ = dialect::FindProfile("aurora_dsql"); }

  std::unique_ptr<kv::Engine> engine_ = kv::OpenMemory();
  catalog::CatalogCache cache_{*engine_, {}};
  FakeClock clock_;
  sequence::Allocator allocator_{*engine_, clock_};
  catalog::OidAllocator oids_{*engine_};
  const dialect::Profile* profile_ = dialect::FindProfile("postgresql");
  std::string notices_;
};

TEST_F(DdlTest, NamesConstraintsAndSequences) {
  EXPECT_EQ(Run("CREATE TABLE t (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, n int CHECK (n > 0) "
                "CHECK (n < 9),"
                " u text UNIQUE, s serial)"),
            "CREATE TABLE");
  for (const char* name : {"t_pkey", "t_id_seq", "t_u_key", "t_s_seq"}) EXPECT_TRUE(Relation(name)) << name;
  EXPECT_EQ(Relation("t").table->checks.at(1).name, "t_n_check1");
  EXPECT_EQ(Run("CREATE TABLE t (x int)"), "42P07 relation \"t\" already exists");
  EXPECT_EQ(Run("CREATE TABLE IF NOT EXISTS t (x int)"), "CREATE TABLE");
  EXPECT_EQ(notices_, "relation \"t\" already exists, skipping\n");
}

TEST_F(DdlTest, CountsObjects) {
  dialect::Profile small = *dialect::FindProfile("aurora_dsql");
  EXPECT_EQ(small.objects.tables_max, 1000U);
  EXPECT_EQ(small.objects.sequences_max, 5000U);
  small.objects.tables_max = 2;
  small.objects.sequences_max = 3;
  profile_ = &small;
  EXPECT_EQ(Run("CREATE TABLE a (id bigint GENERATED ALWAYS AS IDENTITY (CACHE 1))"), "CREATE TABLE");
  EXPECT_EQ(Run("CREATE TABLE b (id bigint)"), "CREATE TABLE");
  EXPECT_EQ(Run("CREATE TABLE c (id bigint)"), "54000 creating more than 2 tables not allowed");
  EXPECT_EQ(Run("CREATE SEQUENCE s CACHE 1"), "CREATE SEQUENCE");
  EXPECT_EQ(Run("CREATE SEQUENCE t CACHE 1"), "CREATE SEQUENCE");
  const std::string refused = "54000 creating more than 3 sequences is not allowed";
  EXPECT_EQ(Run("CREATE SEQUENCE u CACHE 1"), refused);
  EXPECT_EQ(Run("DROP TABLE b"), "DROP TABLE");
  EXPECT_EQ(Run("CREATE TABLE c (id bigint GENERATED ALWAYS AS IDENTITY (CACHE 1))"), refused);
  EXPECT_EQ(Run("DROP SEQUENCE t"), "DROP SEQUENCE");
  EXPECT_EQ(Run("CREATE TABLE c (id bigint GENERATED ALWAYS AS IDENTITY (CACHE 1))"), "CREATE TABLE");
}

TEST_F(DdlTest, RefusesContradictoryColumns) {
  EXPECT_EQ(Run("CREATE TABLE t (a bigint DEFAULT 1 GENERATED ALWAYS AS IDENTITY)"),
            "42601 both default and identity specified for column \"a\" of table \"t\"");
  EXPECT_EQ(Run("CREATE TABLE t (a int NULL NOT NULL)"),
            "42601 conflicting NULL/NOT NULL declarations for column \"a\" of table \"t\"");
  EXPECT_EQ(Run("CREATE TABLE t (a int PRIMARY KEY, PRIMARY KEY (a))"),
            "42P16 multiple primary keys for table \"t\" are not allowed");
  EXPECT_EQ(Run("CREATE TABLE t (a int, a int)"), "42701 column \"a\" specified more than once");
  EXPECT_EQ(Run("CREATE TABLE t (a int, UNIQUE (b))"), "42703 column \"b\" named in key does not exist");
}

TEST_F(DdlTest, DsqlRules) {
  UseDsql();
  EXPECT_EQ(Run("CREATE SEQUENCE s"),
            "0A000 CREATE SEQUENCE is not supported without an explicit cache size. please define CACHE "
            "greater than "
            "or equal to 65536 or equal to 1");
  EXPECT_EQ(Run("CREATE SEQUENCE s CACHE 100"),
            "22023 CACHE (100) must be greater than or equal to 65536 or equal to 1");
  EXPECT_EQ(Run("CREATE SEQUENCE s AS int CACHE 1"), "22023 sequence type must be bigint");
  EXPECT_EQ(Run("CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY (CACHE 1))"),
            "0A000 datatype integer not supported, identity column type must be bigint");
  EXPECT_EQ(Run("CREATE TABLE t (a serial)"), "42704 type \"serial\" does not exist");
  EXPECT_EQ(Run("CREATE SEQUENCE s START WITH 5 CACHE 65536"), "CREATE SEQUENCE");
}

TEST_F(DdlTest, AlterSequenceKeepsThePositionAndEndsTheEpoch) {
  EXPECT_EQ(Run("CREATE SEQUENCE s"), "CREATE SEQUENCE");
  EXPECT_EQ(allocator_.TakeAndWait(*Relation("s").sequence, 3).last, 3);
  EXPECT_EQ(Run("ALTER SEQUENCE s INCREMENT BY 10"), "ALTER SEQUENCE");
  EXPECT_EQ(allocator_.TakeAndWait(*Relation("s").sequence, 1).first, 13);
  EXPECT_EQ(Run("ALTER SEQUENCE s RESTART WITH 100"), "ALTER SEQUENCE");
  EXPECT_EQ(allocator_.TakeAndWait(*Relation("s").sequence, 1).first, 100);
  EXPECT_EQ(Run("ALTER SEQUENCE s CACHE 2 CACHE 3"), "42601 conflicting or redundant options");
  EXPECT_EQ(Run("ALTER SEQUENCE s OWNED BY x"),
            "42601 invalid OWNED BY option|Specify OWNED BY table.column or OWNED BY NONE.");
}

TEST_F(DdlTest, DropTracksDependencies) {
  EXPECT_EQ(Run("CREATE SEQUENCE s"), "CREATE SEQUENCE");
  EXPECT_EQ(Run("CREATE TABLE t (id bigint DEFAULT nextval('s'))"), "CREATE TABLE");
  EXPECT_EQ(Run("DROP SEQUENCE s"),
            "2BP01 cannot drop sequence s because other objects depend on it|default value for column id of "
            "table t "
            "depends on sequence s|Use DROP ... CASCADE to drop the dependent objects too.");
  EXPECT_EQ(Run("DROP SEQUENCE s CASCADE"), "DROP SEQUENCE");
  EXPECT_EQ(notices_, "drop cascades to default value for column id of table t\n");
  EXPECT_FALSE(Relation("t").table->columns[0].default_expression.has_value());
  EXPECT_EQ(Run("CREATE TABLE i (id bigint GENERATED ALWAYS AS IDENTITY)"), "CREATE TABLE");
  EXPECT_EQ(Run("DROP SEQUENCE i_id_seq"),
            "2BP01 cannot drop sequence i_id_seq because column id of table i requires it|You can drop "
            "column id of "
            "table i instead.");
  EXPECT_EQ(Run("DROP TABLE i, t"), "DROP TABLE");
  EXPECT_FALSE(Relation("i_id_seq"));
}

TEST_F(DdlTest, AltersIdentity) {
  EXPECT_EQ(Run("CREATE TABLE t (id bigint, k bigint NOT NULL)"), "CREATE TABLE");
  EXPECT_EQ(Run("ALTER TABLE t ALTER id ADD GENERATED ALWAYS AS IDENTITY"),
            "55000 column \"id\" of relation \"t\" must be declared NOT NULL before identity can be added");
  EXPECT_EQ(Run("ALTER TABLE t ALTER k ADD GENERATED ALWAYS AS IDENTITY"), "ALTER TABLE");
  EXPECT_EQ(Run("ALTER TABLE t ALTER k SET GENERATED BY DEFAULT SET INCREMENT BY 5 RESTART WITH 50"),
            "ALTER TABLE");
  EXPECT_FALSE(Relation("t").table->columns[1].identity->always);
  EXPECT_EQ(allocator_.TakeAndWait(*Relation("t_k_seq").sequence, 1).first, 50);
  EXPECT_EQ(Run("ALTER TABLE t ALTER k DROP IDENTITY"), "ALTER TABLE");
  EXPECT_FALSE(Relation("t_k_seq"));
  EXPECT_EQ(Run("ALTER TABLE t ALTER k DROP IDENTITY IF EXISTS"), "ALTER TABLE");
  EXPECT_EQ(notices_, "column \"k\" of relation \"t\" is not an identity column, skipping\n");
}

TEST_F(DdlTest, SchemasNest) {
  EXPECT_EQ(Run("CREATE SCHEMA a CREATE TABLE t (x int) CREATE SEQUENCE s"), "CREATE SCHEMA");
  EXPECT_EQ(Run("CREATE SCHEMA a"), "42P06 schema \"a\" already exists");
  EXPECT_TRUE(
      Run("DROP SCHEMA a").starts_with("2BP01 cannot drop schema a because other objects depend on it|"));
  EXPECT_EQ(Run("DROP SCHEMA a CASCADE"), "DROP SCHEMA");
  EXPECT_EQ(notices_, "drop cascades to 2 other objects\n");
}

}  // namespace
}  // namespace ordinal::sql
