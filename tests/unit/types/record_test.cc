#include "types/record.h"

#include <gtest/gtest.h>

#include "types/compare.h"
#include "types/text_codec.h"
#include "unit/types/error_text.h"

namespace ordinal::types {
namespace {

ShapePtr Shape(std::vector<TypeId> types) {
  auto shape = std::make_shared<RecordShape>();
  for (const TypeId type : types) shape->fields.push_back({"f", {type, -1}});
  return shape;
}

Value Pair(Value number, Value text) {
  return MakeRecord(Shape({TypeId::kInt4, TypeId::kText}), {std::move(number), std::move(text)});
}

std::string Text(const Value& record) { return ToText(record, TypeId::kRecord, Settings()); }

std::string SplitError(std::string_view text, std::size_t count) {
  return ErrorOf([&] { SplitRecord(text, count); });
}

TEST(RecordTest, QuotesWhatWouldBeReadInAnotherWay) {
  EXPECT_EQ(Text(Pair(Value::Int(1), Value::String("x"))), "(1,x)");
  EXPECT_EQ(Text(Pair(Value(), Value::String(""))), "(,\"\")");
  EXPECT_EQ(Text(Pair(Value::Int(1), Value::String("a \"b\" \\"))), R"((1,"a ""b"" \\"))");
  EXPECT_EQ(Text(MakeRecord(Shape({}), {})), "()");
}

TEST(RecordTest, LiteralsAreSplit) {
  const auto fields = SplitRecord(R"( ( a,"",, "x"" \,"y) )", 4);
  ASSERT_EQ(fields.size(), 4U);
  EXPECT_EQ(fields[0], " a");
  EXPECT_EQ(fields[1], "");
  EXPECT_EQ(fields[2], std::nullopt);
  EXPECT_EQ(fields[3], " x\" ,y");
  EXPECT_TRUE(SplitRecord("()", 0).empty());
}

TEST(RecordTest, LiteralsThatAreNone) {
  EXPECT_EQ(SplitError("1,2", 2), "22P02 malformed record literal: \"1,2\"|Missing left parenthesis.");
  EXPECT_EQ(SplitError("(1", 1), "22P02 malformed record literal: \"(1\"|Unexpected end of input.");
  EXPECT_EQ(SplitError("(1)", 2), "22P02 malformed record literal: \"(1)\"|Too few columns.");
  EXPECT_EQ(SplitError("(1,2)", 1), "22P02 malformed record literal: \"(1,2)\"|Too many columns.");
  EXPECT_EQ(SplitError("(1) x", 1),
            "22P02 malformed record literal: \"(1) x\"|Junk after right parenthesis.");
}

TEST(RecordTest, NullsAreAboveAllElseAndEqual) {
  const Value low = Pair(Value::Int(1), Value::String("x"));
  const Value high = Pair(Value::Int(1), Value());
  EXPECT_LT(Compare(low, high, TypeId::kRecord), 0);
  EXPECT_EQ(Compare(high, Pair(Value::Int(1), Value()), TypeId::kRecord), 0);
  EXPECT_EQ(Hash(high, TypeId::kRecord), Hash(Pair(Value::Int(1), Value()), TypeId::kRecord));
}

TEST(RecordTest, FieldsMustBeOfOneType) {
  const Value narrow = MakeRecord(Shape({TypeId::kInt4}), {Value::Int(1)});
  const Value other = MakeRecord(Shape({TypeId::kText}), {Value::String("1")});
  EXPECT_EQ(ErrorOf([&] { Compare(narrow, other, TypeId::kRecord); }),
            "42804 cannot compare dissimilar column types integer and text at record column 1");
  EXPECT_EQ(ErrorOf([&] { Compare(narrow, Pair(Value::Int(1), Value()), TypeId::kRecord); }),
            "42804 cannot compare record types with different numbers of columns");
  // What differs before is decided.
  EXPECT_LT(Compare(narrow, Pair(Value::Int(2), Value()), TypeId::kRecord), 0);
  const Value json = MakeRecord(Shape({TypeId::kJson}), {Value::String("1")});
  EXPECT_EQ(ErrorOf([&] { RecordsEqual(json.AsRecord(), json.AsRecord()); }),
            "42883 could not identify an equality operator for type json");
}

TEST(RecordTest, NestingIsBounded) {
  Value record = MakeRecord(Shape({TypeId::kInt4}), {Value::Int(1)});
  const ShapePtr shape = Shape({TypeId::kRecord});
  for (int i = 1; i < kRecordDepthMax; ++i) record = MakeRecord(shape, {record});
  EXPECT_EQ(ErrorOf([&] { MakeRecord(shape, {record}); }), "54001 rows are nested too deeply");
}

}  // namespace
}  // namespace ordinal::types
