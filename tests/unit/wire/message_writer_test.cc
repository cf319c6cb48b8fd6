#include "wire/message_writer.h"

#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "wire/limits.h"

namespace ordinal::wire {
namespace {

using session::ColumnDescription;
using types::TypeId;
using types::Value;
using namespace std::string_view_literals;
using namespace std::string_literals;

ColumnDescription Column(TypeId id, std::int16_t format = 0) {
  return {.name = "c", .table = 0, .attribute = 0, .type = {.id = id}, .format = format};
}

// Encodes a row of one column and returns the field, length included.
std::string Field(const Value& value, const ColumnDescription& column) {
  MessageWriter writer;
  writer.DataRow(std::span(&value, 1), std::span(&column, 1), types::Settings());
  return std::string(writer.pending().substr(7));
}

TEST(MessageWriter, WritesMessagesWithoutBody) {
  MessageWriter writer;
  writer.ParseComplete();
  writer.BindComplete();
  writer.CloseComplete();
  writer.NoData();
  writer.PortalSuspended();
  writer.EmptyQueryResponse();
  writer.ReadyForQuery('T');
  EXPECT_EQ(writer.pending(),
            "1\0\0\0\4"
            "2\0\0\0\4"
            "3\0\0\0\4"
            "n\0\0\0\4"
            "s\0\0\0\4"
            "I\0\0\0\4"
            "Z\0\0\0\5T"sv);
}

TEST(MessageWriter, WritesStartup) {
  MessageWriter writer;
  writer.AuthenticationOk();
  writer.BackendKeyData(1, -1);
  writer.ParameterStatus("k", "v");
  const std::vector<std::string> options = {"_pq_.x"};
  writer.NegotiateProtocolVersion(3 << 16, options);
  EXPECT_EQ(writer.pending(),
            "R\0\0\0\10\0\0\0\0"
            "K\0\0\0\14\0\0\0\1\xff\xff\xff\xff"
            "S\0\0\0\10k\0v\0"
            "v\0\0\0\23\0\3\0\0\0\0\0\1_pq_.x\0"sv);
}

TEST(MessageWriter, DescribesRows) {
  MessageWriter writer;
  const std::vector<ColumnDescription> columns = {
      {.name = "id", .table = 16384, .attribute = 1, .type = {.id = TypeId::kInt8}, .format = 1}};
  writer.RowDescription(columns);
  EXPECT_EQ(writer.pending(), "T\0\0\0\33\0\1id\0\0\0\x40\0\0\1\0\0\0\24\0\10\xff\xff\xff\xff\0\1"sv);
}

TEST(MessageWriter, WritesRows) {
  MessageWriter writer;
  const std::vector<ColumnDescription> columns = {Column(TypeId::kInt8), Column(TypeId::kText),
                                                  Column(TypeId::kInt4)};
  const std::vector<Value> values = {Value::Int(-12), Value::String("ab"), Value::Null()};
  writer.DataRow(values, columns, types::Settings());
  EXPECT_EQ(writer.pending(), "D\0\0\0\27\0\3\0\0\0\3-12\0\0\0\2ab\xff\xff\xff\xff"sv);
}

TEST(MessageWriter, EncodesIntegersInBothFormats) {
  const auto lowest = std::numeric_limits<std::int64_t>::min();
  EXPECT_EQ(Field(Value::Int(lowest), Column(TypeId::kInt8)), "\0\0\0\24-9223372036854775808"sv);
  EXPECT_EQ(Field(Value::Int(lowest), Column(TypeId::kInt8, 1)), "\0\0\0\10\x80\0\0\0\0\0\0\0"sv);
  EXPECT_EQ(Field(Value::Int(-2), Column(TypeId::kInt4, 1)), "\0\0\0\4\xff\xff\xff\xfe"sv);
  EXPECT_EQ(Field(Value::Int(258), Column(TypeId::kInt2, 1)), "\0\0\0\2\1\2"sv);
  EXPECT_EQ(Field(Value::Int(4294967295), Column(TypeId::kOid, 1)), "\0\0\0\4\xff\xff\xff\xff"sv);
  EXPECT_EQ(Field(Value::Int(4294967295), Column(TypeId::kOid)), "\0\0\0\n4294967295"sv);
}

TEST(MessageWriter, PassesNamesOfObjectsThrough) {
  EXPECT_EQ(Field(Value::String("pg_class"), Column(TypeId::kRegclass)), "\0\0\0\10pg_class"sv);
  EXPECT_EQ(Field(Value::Int(1259), Column(TypeId::kRegclass)),
            "\0\0\0\4"
            "1259"sv);
}

TEST(MessageWriter, KeepsTheBytesOfStrings) {
  EXPECT_EQ(Field(Value::String(""), Column(TypeId::kText)), "\0\0\0\0"sv);
  const std::string longer(300, 'x');
  EXPECT_EQ(Field(Value::String(longer), Column(TypeId::kVarchar)), "\0\0\1\x2c"s + longer);
}

TEST(MessageWriter, WritesEveryFieldOfAReport) {
  base::Report report;
  report.sqlstate = base::sqlstate::kUniqueViolation;
  report.message = "m";
  report.detail = "d";
  report.hint = "h";
  report.position = 12;
  report.context = "w";
  report.schema_name = "s";
  report.table_name = "t";
  report.column_name = "c";
  report.data_type_name = "y";
  report.constraint_name = "n";
  MessageWriter writer;
  writer.Report(report);
  EXPECT_EQ(writer.pending().substr(5),
            "SERROR\0VERROR\0C23505\0Mm\0Dd\0Hh\0P12\0Ww\0ss\0tt\0cc\0dy\0nn\0\0"sv);
  EXPECT_EQ(writer.pending().front(), 'E');
}

TEST(MessageWriter, SendsMildReportsAsNotices) {
  base::Report report;
  report.severity = base::Severity::kNotice;
  report.sqlstate = base::sqlstate::kSuccessfulCompletion;
  report.message = std::string("a\0b", 3);
  MessageWriter writer;
  writer.Report(report);
  EXPECT_EQ(writer.pending(), "N\0\0\0\40SNOTICE\0VNOTICE\0C00000\0Mab\0\0"sv);
}

TEST(MessageWriter, CountsWhatIsNotSent) {
  MessageWriter writer;
  writer.CommandComplete("SELECT 1");
  EXPECT_EQ(writer.BufferedBytes(), 14u);
  writer.MarkSent(4);
  EXPECT_EQ(writer.BufferedBytes(), 10u);
  writer.ReadyForQuery('I');
  EXPECT_EQ(writer.pending(), "\15SELECT 1\0Z\0\0\0\5I"sv);
  writer.MarkSent(16);
  EXPECT_EQ(writer.BufferedBytes(), 0u);
  EXPECT_EQ(writer.pending(), "");
}

}  // namespace
}  // namespace ordinal::wire
