#include <gtest/gtest.h>

#include "sql/expr/function_table.h"
#include "unit/sql/expr/expression_text.h"

namespace ordinal::sql {
namespace {

class SystemFunctionsTest : public testing::Test {
 protected:
  std::string Of(std::string_view name, std::vector<std::string_view> args = {}) {
    return Answer(name, args, context_);
  }

  FakeContext context_;
};

TEST_F(SystemFunctionsTest, SequencesAreDrawnFromOutside) {
  EXPECT_EQ(Of("nextval", {"unknown:items_id_seq"}), "1");
  EXPECT_EQ(Of("nextval", {"text:items_id_seq"}), "2");
  EXPECT_EQ(Of("currval", {"regclass:16403"}), "2");
  EXPECT_EQ(Of("lastval"), "2");
  EXPECT_EQ(Of("setval", {"regclass:16403", "int4:10"}), "10");
  EXPECT_EQ(Of("nextval", {"regclass:16403"}), "11");
  EXPECT_EQ(Of("setval", {"regclass:16403", "int8:20", "bool:f"}), "20");
  EXPECT_EQ(Of("nextval", {"regclass:16403"}), "20");
  EXPECT_EQ(Of("nextval", {"unknown:nope"}), "ERROR 42P01 relation \"nope\" does not exist");
  EXPECT_EQ(Of("setval", {"regclass:16403", "int8:NULL"}), "NULL");
}

TEST_F(SystemFunctionsTest, LastValueIsNullBeforeTheFirstCall) {
  EXPECT_EQ(Of("pg_sequence_last_value", {"oid:16403"}), "NULL");
  EXPECT_EQ(Of("nextval", {"regclass:16403"}), "1");
  EXPECT_EQ(Of("pg_sequence_last_value", {"oid:16403"}), "1");
  EXPECT_EQ(Of("pg_sequence_last_value", {"oid:5"}), "ERROR 42P01 could not open relation with OID 5");
}

TEST_F(SystemFunctionsTest, SerialSequenceFindsTheOwnedOne) {
  EXPECT_EQ(Of("pg_get_serial_sequence", {"text:items", "text:id"}), "public.items_id_seq");
  EXPECT_EQ(Of("pg_get_serial_sequence", {"text:items", "text:Qty"}), "NULL");
  EXPECT_EQ(Of("pg_get_serial_sequence", {"text:items", "text:qty"}),
            "ERROR 42703 column \"qty\" of relation \"items\" does not exist");
  EXPECT_EQ(Of("pg_get_serial_sequence", {"text:nope", "text:id"}),
            "ERROR 42P01 relation \"nope\" does not exist");
}

TEST_F(SystemFunctionsTest, IdentityValuesOfTheLastStatement) {
  EXPECT_EQ(Of("ordinal_first_identity"), "NULL");
  context_.first_identity = 5;
  context_.last_identity = 9;
  EXPECT_EQ(Of("ordinal_first_identity"), "5");
  EXPECT_EQ(Of("ordinal_last_identity"), "9");
}

TEST_F(SystemFunctionsTest, TheSessionAnswersForItself) {
  EXPECT_EQ(Of("current_database"), "postgres");
  EXPECT_EQ(Of("current_schema"), "public");
  EXPECT_EQ(Of("current_user"), "admin");
  EXPECT_EQ(Of("session_user"), "login");
  EXPECT_EQ(Of("version"), "PostgreSQL 16.13 (Ordinal)");
  EXPECT_EQ(Of("pg_backend_pid"), "77");
  EXPECT_EQ(Of("pg_is_in_recovery"), "f");
  EXPECT_EQ(Of("pg_encoding_to_char", {"int4:6"}), "UTF8");
  EXPECT_EQ(Of("pg_typeof", {"int4:6"}), "integer");
  EXPECT_EQ(Of("pg_typeof", {"unknown:NULL"}), "unknown");
}

TEST_F(SystemFunctionsTest, ParametersAreReadAndSet) {
  EXPECT_EQ(Of("current_setting", {"text:timezone"}), "UTC");
  EXPECT_EQ(Of("current_setting", {"text:nope"}),
            "ERROR 42704 unrecognized configuration parameter \"nope\"");
  EXPECT_EQ(Of("current_setting", {"text:nope", "bool:t"}), "NULL");
  EXPECT_EQ(Of("set_config", {"text:app.x", "text:5", "bool:f"}), "5");
  EXPECT_EQ(Of("current_setting", {"text:app.x"}), "5");
  EXPECT_EQ(Of("set_config", {"text:NULL", "text:5", "bool:f"}), "ERROR 22004 SET requires parameter name");
}

TEST_F(SystemFunctionsTest, DescribesTypesAndRelations) {
  EXPECT_EQ(Of("format_type", {"oid:1700", "int4:655366"}), "numeric(10,2)");
  EXPECT_EQ(Of("format_type", {"oid:23", "int4:NULL"}), "integer");
  EXPECT_EQ(Of("format_type", {"oid:0", "int4:NULL"}), "-");
  EXPECT_EQ(Of("format_type", {"oid:99", "int4:NULL"}), "???");
  EXPECT_EQ(Of("format_type", {"oid:NULL", "int4:NULL"}), "NULL");
  EXPECT_EQ(Of("pg_get_userbyid", {"oid:10"}), "admin");
  EXPECT_EQ(Of("pg_get_userbyid", {"oid:12345"}), "unknown (OID=12345)");
  EXPECT_EQ(Of("pg_table_is_visible", {"oid:16400"}), "t");
  EXPECT_EQ(Of("pg_table_is_visible", {"oid:5"}), "NULL");
  EXPECT_EQ(Of("to_regclass", {"text:items"}), "items");
  EXPECT_EQ(Of("to_regclass", {"text:nope"}), "NULL");
  EXPECT_EQ(Of("to_regtype", {"text:bigint"}), "bigint");
  EXPECT_EQ(Of("to_regtype", {"text:nope"}), "NULL");
  EXPECT_EQ(Of("obj_description", {"oid:16400", "name:pg_class"}), "NULL");
  EXPECT_EQ(Of("has_table_privilege", {"text:items", "text:SELECT"}), "t");
  EXPECT_EQ(Of("has_schema_privilege", {"name:admin", "oid:2200", "text:USAGE"}), "t");
}

TEST_F(SystemFunctionsTest, DefinitionsShowAsSql) {
  EXPECT_EQ(Of("pg_get_indexdef", {"oid:16401"}),
            "CREATE UNIQUE INDEX items_pkey ON public.items USING btree (id)");
  EXPECT_EQ(Of("pg_get_indexdef", {"oid:16401", "int4:1", "bool:t"}), "id");
  EXPECT_EQ(Of("pg_get_indexdef", {"oid:5"}), "NULL");
  EXPECT_EQ(Of("pg_get_constraintdef", {"oid:16401"}), "PRIMARY KEY (id)");
  EXPECT_EQ(Of("pg_get_constraintdef", {"oid:5"}), "NULL");

  std::vector<ExprPtr> args;
  args.push_back(MakeColumn(1, {TypeId::kInt4, -1}));
  args.push_back(Literal("int4:0"));
  const std::string check = SerializeExpression(*Call(">", std::move(args)));
  catalog::TableDescriptor table = *context_.catalog_value.TableByOid(kItemsTable);
  table.checks[0].expression = check;
  context_.catalog_value.Store(table);
  EXPECT_EQ(Of("pg_get_constraintdef", {"oid:16402"}), "CHECK ((\"Qty\" > 0))");
  EXPECT_EQ(Of("pg_get_expr", {"text:" + check, "oid:16400"}), "(\"Qty\" > 0)");
  EXPECT_EQ(Of("pg_get_expr", {"text:now()", "oid:16400", "bool:t"}), "now()");
}

TEST_F(SystemFunctionsTest, TheClockStandsStillWithinATransaction) {
  EXPECT_EQ(Of("now"), "2024-01-01 03:25:45.678901+00");
  EXPECT_EQ(Of("transaction_timestamp"), "2024-01-01 03:25:45.678901+00");
  EXPECT_EQ(Of("statement_timestamp"), "2024-01-01 03:25:45.678902+00");
  EXPECT_EQ(Of("clock_timestamp"), "2023-11-14 22:13:20.123456+00");
  EXPECT_EQ(Of("current_timestamp", {"int4:2"}), "2024-01-01 03:25:45.68+00");
  EXPECT_EQ(Of("current_date"), "2024-01-01");
  context_.settings_value.time_zone = "America/New_York";
  EXPECT_EQ(Of("now"), "2023-12-31 22:25:45.678901-05");
  EXPECT_EQ(Of("current_date"), "2023-12-31");
  EXPECT_EQ(Of("localtimestamp"), "2023-12-31 22:25:45.678901");
  EXPECT_EQ(Of("localtimestamp", {"int4:0"}), "2023-12-31 22:25:46");
  EXPECT_EQ(Of("localtime"), "22:25:45.678901");
  EXPECT_EQ(Of("current_time", {"int4:1"}), "22:25:45.7-05");
  EXPECT_EQ(Of("age", {"timestamp:2023-12-01"}), "30 days");
  EXPECT_EQ(Of("date_trunc", {"text:day", "timestamptz:2024-07-01 03:00+00"}), "2024-06-30 00:00:00-04");
  EXPECT_EQ(Of("+", {"timestamptz:2024-03-09 12:00+00", "interval:1 day"}), "2024-03-10 07:00:00-04");
}

TEST_F(SystemFunctionsTest, UuidsCarryVersionAndOrder) {
  EXPECT_EQ(Of("gen_random_uuid"), "00010203-0405-4607-8809-0a0b0c0d0e0f");
  std::string last;
  for (int i = 0; i < 5000; ++i) {
    const std::string next = Of("uuidv7");
    EXPECT_EQ(next[14], '7');
    EXPECT_LT(last, next);
    last = next;
  }
  // 1'700'000'000'123 milliseconds, unless the calls have carried into the next ones.
  EXPECT_EQ(last.substr(0, 12), "018bcfe5-687");
  EXPECT_EQ(Of("uuid_extract_version", {"uuid:018bcfe5-687b-7000-8000-000000000000"}), "7");
  EXPECT_EQ(Of("uuid_extract_version", {"uuid:018bcfe5-687b-7000-0000-000000000000"}), "NULL");
}

TEST_F(SystemFunctionsTest, RandomLiesInTheUnitInterval) {
  for (int i = 0; i < 100; ++i) {
    const double value = Evaluate(*Call("random", {}), context_, {}).AsDouble();
    EXPECT_GE(value, 0);
    EXPECT_LT(value, 1);
  }
}

TEST(FunctionTableTest, EntriesAreComplete) {
  for (const Function& function : AllFunctions()) {
    const bool coded = function.kind == FunctionKind::kScalar || function.kind == FunctionKind::kOperator;
    EXPECT_EQ(function.code != nullptr, coded) << function.name;
    EXPECT_NE(function.result, TypeId::kInvalid) << function.name;
    EXPECT_LT(function.oid, base::kFirstUserOid) << function.name;
    EXPECT_EQ(FunctionByOid(function.oid), &function) << function.name;
  }
}

}  // namespace
}  // namespace ordinal::sql
