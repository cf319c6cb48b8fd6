#include "catalog/descriptor.h"

#include <gtest/gtest.h>

#include <limits>

#include "base/error.h"

namespace ordinal::catalog {
namespace {

std::string StateOfDecoding(std::string_view bytes) {
  try {
    DecodeDescriptor(bytes);
  } catch (const base::Error& error) {
    return std::string(error.sqlstate().view());
  }
  return "";
}

TableDescriptor SampleTable() {
  TableDescriptor table{.oid = 16400,
                        .schema = kPublicSchema,
                        .name = "t\"ä",
                        .owner = 10,
                        .columns = {},
                        .indexes = {},
                        .checks = {}};
  ColumnDescriptor id{.number = 1, .name = "id", .type = {types::TypeId::kInt8, -1}, .not_null = true};
  id.identity =
      IdentityDescriptor{.sequence = 16401,
                         .always = true,
                         .rule = {types::IdentityRule::Explicit::kAllowedWithSwitch, true, true, true}};
  ColumnDescriptor price{.number = 3, .name = "price", .type = {types::TypeId::kNumeric, (10 << 16 | 2) + 4}};
  price.default_expression = std::string("\x00\xff\x80raw", 6);
  ColumnDescriptor gone{
      .number = 2, .name = "gone", .type = {types::TypeId::kText, -1}, .not_null = false, .dropped = true};
  table.columns = {id, gone, price};
  table.indexes = {{16402, "t_pkey", {1}, true, true, true, false},
                   {16403, "t_u", {3, 1}, true, false, true, true},
                   {16405, "t_e", {0, 1, 0}, false, false, false, false}};
  table.indexes[2].expressions = {{"{a}", "lower", {types::TypeId::kText, -1}},
                                  {"\x80", "expr", {types::TypeId::kNumeric, 4}}};
  table.indexes[2].valid = false;
  table.checks = {{16404, "positive", "price > 0"}};
  return table;
}

TEST(DescriptorTest, TableSurvivesEncoding) {
  const TableDescriptor table = SampleTable();
  const auto decoded = std::get<TableDescriptor>(DecodeDescriptor(EncodeDescriptor(table)));
  EXPECT_EQ(decoded.oid, table.oid);
  EXPECT_EQ(decoded.name, table.name);
  ASSERT_EQ(decoded.columns.size(), 3u);
  const auto& identity = decoded.columns[0].identity;
  ASSERT_TRUE(identity.has_value());
  EXPECT_EQ(identity->sequence, 16401u);
  EXPECT_TRUE(identity->always);
  EXPECT_EQ(identity->rule, table.columns[0].identity->rule);
  EXPECT_TRUE(decoded.columns[0].not_null);
  EXPECT_TRUE(decoded.columns[1].dropped);
  EXPECT_EQ(decoded.columns[2].type, table.columns[2].type);
  EXPECT_EQ(decoded.columns[2].default_expression, table.columns[2].default_expression);
  ASSERT_EQ(decoded.indexes.size(), 3u);
  EXPECT_EQ(decoded.indexes[1].columns, (std::vector<AttributeNumber>{3, 1}));
  EXPECT_TRUE(decoded.indexes[1].nulls_not_distinct);
  EXPECT_TRUE(decoded.indexes[1].valid);
  EXPECT_FALSE(decoded.indexes[2].valid);
  EXPECT_EQ(decoded.indexes[2].ExpressionAt(0)->expression, "{a}");
  EXPECT_EQ(decoded.indexes[2].ExpressionAt(0)->name, "lower");
  EXPECT_EQ(decoded.indexes[2].ExpressionAt(1), nullptr);
  EXPECT_EQ(decoded.indexes[2].ExpressionAt(2)->expression, "\x80");
  EXPECT_EQ(decoded.indexes[2].ExpressionAt(2)->type.modifier, 4);
  EXPECT_EQ(decoded.primary_key()->name, "t_pkey");
  ASSERT_EQ(decoded.checks.size(), 1u);
  EXPECT_EQ(decoded.checks[0].expression, "price > 0");
}

TEST(DescriptorTest, SequenceKeepsTheEndsOfSixtyFourBits) {
  SequenceDescriptor sequence{.oid = 16401, .schema = 2200, .name = "s"};
  sequence.definition = {types::TypeId::kInt8, INT64_MIN, INT64_MIN, INT64_MAX, INT64_MIN, 65536, true};
  sequence.epoch = UINT64_MAX;
  sequence.owner_table = 16400;
  sequence.owner_column = 1;
  sequence.is_identity = true;
  const auto decoded = std::get<SequenceDescriptor>(DecodeDescriptor(EncodeDescriptor(sequence)));
  EXPECT_EQ(decoded.definition, sequence.definition);
  EXPECT_EQ(decoded.epoch, UINT64_MAX);
  EXPECT_EQ(decoded.owner_table, 16400u);
  EXPECT_EQ(decoded.owner_column, 1);
  EXPECT_TRUE(decoded.is_identity);
}

TEST(DescriptorTest, SchemaAndViewSurviveEncoding) {
  const auto schema =
      std::get<SchemaDescriptor>(DecodeDescriptor(EncodeDescriptor(SchemaDescriptor{20000, "app", 10})));
  EXPECT_EQ(schema.name, "app");
  const auto view = std::get<ViewDescriptor>(
      DecodeDescriptor(EncodeDescriptor(ViewDescriptor{20001, 2200, "v", 10, "SELECT 1"})));
  EXPECT_EQ(view.definition, "SELECT 1");
  EXPECT_EQ(OidOf(Descriptor(view)), 20001u);
}

TEST(DescriptorTest, StatisticsSurviveEncoding) {
  TableStatistics statistics;
  statistics.oid = 16500;
  statistics.table = 16400;
  statistics.rows = 1e9;
  statistics.analyzed_micros = -5;
  ColumnStatistics& column = statistics.columns.emplace_back();
  column.column = 2;
  column.type = types::TypeId::kText;
  column.null_fraction = 0.25;
  column.distinct = -0.5;
  column.common = {{EncodeSample(types::Value::String("a\xC3\xA4"), column.type), 0.125}};
  column.bounds = {std::string("\x01\0\xff\0\x01", 5), "b"};
  const auto read = std::get<TableStatistics>(DecodeDescriptor(EncodeDescriptor(statistics)));
  EXPECT_EQ(read.rows, 1e9);
  EXPECT_EQ(read.analyzed_micros, -5);
  ASSERT_EQ(read.columns.size(), 1U);
  EXPECT_EQ(read.columns[0].bounds, column.bounds);
  EXPECT_EQ(read.columns[0].DistinctOf(1000), 500);
  EXPECT_EQ(DecodeSample(read.columns[0].common.at(0).value, column.type).AsString(), "a\xC3\xA4");
  EXPECT_NE(read.Of(2, types::TypeId::kText), nullptr);
  EXPECT_EQ(read.Of(2, types::TypeId::kInt4), nullptr);
  EXPECT_EQ(read.Of(1, types::TypeId::kText), nullptr);
  const std::string bytes = EncodeDescriptor(statistics);
  std::string broken = bytes;
  EXPECT_EQ(StateOfDecoding(broken.replace(broken.find("AQD"), 3, "!!!")), "XX001");
}

TEST(DescriptorTest, TemporaryObjectsSurviveEncoding) {
  SchemaDescriptor schema{16600, "pg_temp_16600"};
  EXPECT_FALSE(std::get<SchemaDescriptor>(DecodeDescriptor(EncodeDescriptor(schema))).temporary_of);
  schema.temporary_of = std::numeric_limits<std::uint64_t>::max();
  EXPECT_EQ(std::get<SchemaDescriptor>(DecodeDescriptor(EncodeDescriptor(schema))).temporary_of,
            schema.temporary_of);
  TableDescriptor table = SampleTable();
  for (const OnCommit action : {OnCommit::kPreserveRows, OnCommit::kDeleteRows, OnCommit::kDrop}) {
    table.on_commit = action;
    EXPECT_EQ(std::get<TableDescriptor>(DecodeDescriptor(EncodeDescriptor(table))).on_commit, action);
  }
  std::string bytes = EncodeDescriptor(table);
  const std::string said = "\"on_commit\":2";
  EXPECT_EQ(StateOfDecoding(bytes.replace(bytes.find(said), said.size(), "\"on_commit\":3")), "XX001");
}

TEST(DescriptorTest, DomainsSurviveEncoding) {
  DomainDescriptor domain{20002, 2200, "short", 10};
  domain.base = {types::TypeId::kVarchar, 9, 20001};
  domain.not_null = true;
  domain.default_expression = "{\"default\":1}";
  domain.checks.push_back({20003, "short_check", "{\"check\":1}"});
  domain.checks.push_back({20004, "later", "\xff"});
  domain.checks[1].valid = false;
  domain.checks[1].comment = "not yet";
  domain.comment = "few letters";
  const auto decoded = std::get<DomainDescriptor>(DecodeDescriptor(EncodeDescriptor(domain)));
  EXPECT_EQ(decoded.oid, 20002u);
  EXPECT_EQ(decoded.schema, 2200u);
  EXPECT_EQ(decoded.name, "short");
  EXPECT_EQ(decoded.owner, 10u);
  EXPECT_EQ(decoded.base, domain.base);
  EXPECT_EQ(decoded.type(), (types::Type{types::TypeId::kVarchar, 9, 20002}));
  EXPECT_TRUE(decoded.not_null);
  EXPECT_EQ(decoded.default_expression, domain.default_expression);
  ASSERT_EQ(decoded.checks.size(), 2u);
  EXPECT_EQ(decoded.checks[0].name, "short_check");
  EXPECT_EQ(decoded.checks[0].expression, domain.checks[0].expression);
  EXPECT_TRUE(decoded.checks[0].valid);
  EXPECT_EQ(decoded.checks[1].expression, "\xff");
  EXPECT_FALSE(decoded.checks[1].valid);
  EXPECT_EQ(decoded.checks[1].comment, "not yet");
  EXPECT_EQ(decoded.comment, "few letters");
  EXPECT_EQ(StateOfDecoding("{\"format\":1,\"kind\":\"domain\",\"oid\":20002}"), "XX001");
}

TEST(DescriptorTest, TypesOfDomainsSurviveEncoding) {
  TableDescriptor table{20010, 2200, "t"};
  table.columns.push_back({1, "a", {types::TypeId::kInt4, -1, 20002}});
  const auto decoded = std::get<TableDescriptor>(DecodeDescriptor(EncodeDescriptor(table)));
  EXPECT_EQ(decoded.columns.at(0).type, table.columns[0].type);
}

TEST(DescriptorTest, FunctionSurvivesEncoding) {
  FunctionDescriptor function;
  function.oid = 16500;
  function.schema = kPublicSchema;
  function.name = "f\"ä";
  function.arguments = {{"a", {types::TypeId::kInt4, -1}, ArgumentMode::kIn, std::string("\x80raw")},
                        {"", {types::TypeId::kTextArray, -1}, ArgumentMode::kVariadic, std::nullopt},
                        {"d", {types::TypeId::kInt4, -1, 16402}, ArgumentMode::kIn, std::nullopt},
                        {"out", {types::TypeId::kNumeric, -1}, ArgumentMode::kTable, std::nullopt}};
  function.result = {types::TypeId::kRecord, -1, 16400};
  function.returns_set = true;
  function.volatility = FunctionVolatility::kStable;
  function.strict = function.security_definer = function.is_standard = true;
  function.parallel = 's';
  function.cost = 0.5;
  function.rows = 7;
  function.body = "RETURN 1";
  function.references = {{12, 16400, {"x", ""}}};
  function.names = {{"s", 16401}};
  function.uses = {{16400, 1}};
  function.comment = "why";
  function.acl = Acl{{kPublicGrantee, 10, kExecutePrivilege, 0}};
  const auto decoded = std::get<FunctionDescriptor>(DecodeDescriptor(EncodeDescriptor(function)));
  EXPECT_EQ(decoded.name, function.name);
  const std::vector<types::Type> inputs = {
      {types::TypeId::kInt4, -1}, {types::TypeId::kTextArray, -1}, {types::TypeId::kInt4, -1, 16402}};
  EXPECT_EQ(decoded.InputTypes(), inputs);
  EXPECT_TRUE(decoded.HasOutputs());
  EXPECT_FALSE(decoded.IsPolymorphic());
  EXPECT_EQ(decoded.arguments, function.arguments);
  EXPECT_EQ(decoded.result, function.result);
  EXPECT_TRUE(decoded.returns_set && decoded.strict && decoded.security_definer && decoded.is_standard);
  EXPECT_FALSE(decoded.is_procedure || decoded.leakproof);
  EXPECT_EQ(decoded.volatility, function.volatility);
  EXPECT_EQ(decoded.parallel, 's');
  EXPECT_EQ(decoded.cost, 0.5);
  EXPECT_EQ(decoded.rows, 7);
  EXPECT_EQ(decoded.body, function.body);
  ASSERT_EQ(decoded.references.size(), 1u);
  EXPECT_EQ(decoded.references[0].location, 12);
  EXPECT_EQ(decoded.references[0].object, 16400u);
  EXPECT_EQ(decoded.references[0].columns, function.references[0].columns);
  EXPECT_EQ(decoded.names, function.names);
  EXPECT_EQ(decoded.uses, function.uses);
  EXPECT_EQ(decoded.comment, "why");
  EXPECT_EQ(decoded.acl, function.acl);
}

TEST(DescriptorTest, DamageIsReportedNotRead) {
  EXPECT_EQ(StateOfDecoding(""), "XX001");
  EXPECT_EQ(StateOfDecoding("{\"format\":1"), "XX001");
  EXPECT_EQ(StateOfDecoding("{\"format\":2,\"kind\":\"schema\",\"oid\":1,\"name\":\"a\",\"owner\":10}"),
            "XX001");
  EXPECT_EQ(StateOfDecoding("{\"format\":1,\"kind\":\"role\"}"), "XX001");
  EXPECT_EQ(StateOfDecoding("{\"format\":1,\"kind\":\"schema\",\"oid\":1,\"name\":7,\"owner\":10}"), "XX001");
  EXPECT_EQ(StateOfDecoding("[1]"), "XX001");
}

TEST(DescriptorTest, NumbersThatDoNotFitAreDamage) {
  const auto schema = [](const std::string& oid) {
    return StateOfDecoding("{\"format\":1,\"kind\":\"schema\",\"name\":\"a\",\"owner\":10,\"oid\":" + oid +
                           "}");
  };
  EXPECT_EQ(schema("4294967295"), "");
  for (const char* oid : {"4294967296", "-1", "1e300", "1.0", "true", "null", "\"1\""}) {
    EXPECT_EQ(schema(oid), "XX001") << oid;
  }
}

TEST(DescriptorTest, UnknownTypesAndOtherShapesAreDamage) {
  std::string bytes = EncodeDescriptor(SampleTable());
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string changed = bytes;
    const std::size_t at = changed.find(from);
    if (at == std::string::npos) return std::string("no such part");
    return StateOfDecoding(changed.replace(at, from.size(), to));
  };
  EXPECT_EQ(with("\"type\":20", "\"type\":25"), "");
  EXPECT_EQ(with("\"type\":20", "\"type\":2"), "XX001");
  EXPECT_EQ(with("\"checks\":[", "\"checks\":7,\"more\":["), "XX001");
}

TEST(DescriptorTest, ColumnsAreFoundByNameUnlessDropped) {
  const TableDescriptor table = SampleTable();
  EXPECT_EQ(table.FindColumn("price")->number, 3);
  EXPECT_EQ(table.FindColumn("gone"), nullptr);
  EXPECT_EQ(table.FindColumn("Price"), nullptr);
  EXPECT_EQ(table.ColumnByNumber(2)->name, "gone");
  EXPECT_EQ(table.ColumnByNumber(4), nullptr);
  EXPECT_EQ(TableDescriptor{}.primary_key(), nullptr);
}

}  // namespace
}  // namespace ordinal::catalog
