#include "types/array.h"

#include <gtest/gtest.h>

#include "types/cast.h"
#include "types/compare.h"
#include "types/text_codec.h"
#include "unit/types/error_text.h"

namespace ordinal::types {
namespace {

constexpr Type kIntegers{TypeId::kInt4Array, -1};

Value Integers(std::string_view text) { return ParseText(text, kIntegers, Settings()); }

std::string Round(std::string_view text, TypeId type = TypeId::kInt4Array) {
  return ToText(ParseText(text, {type, -1}, Settings()), type, Settings());
}

std::string Error(std::string_view text) {
  return ErrorOf([&] { Integers(text); });
}

TEST(ArrayTest, EveryArrayTypeKnowsItsElement) {
  EXPECT_EQ(ArrayType(TypeId::kInt4), TypeId::kInt4Array);
  EXPECT_EQ(ElementType(TypeId::kTextArray), TypeId::kText);
  EXPECT_EQ(ElementType(TypeId::kInt2Vector), TypeId::kInt2);
  EXPECT_EQ(ArrayType(TypeId::kInt2), TypeId::kInt2Array);
  EXPECT_EQ(ArrayType(TypeId::kInt4Array), TypeId::kInvalid);
  EXPECT_EQ(ArrayType(TypeId::kUnknown), TypeId::kInvalid);
  EXPECT_EQ(ElementType(TypeId::kText), TypeId::kInvalid);
  EXPECT_EQ(FormatType({TypeId::kVarcharArray, 7}), "character varying(3)[]");
  EXPECT_EQ(FormatType({TypeId::kInt2VectorArray, -1}), "int2vector[]");
}

TEST(ArrayTest, TextComesBack) {
  EXPECT_EQ(Round(" { 1 , NULL , -3 } "), "{1,NULL,-3}");
  EXPECT_EQ(Round("{}"), "{}");
  EXPECT_EQ(Round("{{1,2},{3,4}}"), "{{1,2},{3,4}}");
  EXPECT_EQ(Round("[0:1]={1,2}"), "[0:1]={1,2}");
  EXPECT_EQ(Round("[1:2]={1,2}"), "{1,2}");
  EXPECT_EQ(Round("[-1:-1][2:3] = {{5,6}}"), "[-1:-1][2:3]={{5,6}}");
  EXPECT_EQ(Round(R"({a, "b c" ,"d\"e",f\,g,"",null,"NULL", h i })", TypeId::kTextArray),
            R"({a,"b c","d\"e","f,g","",NULL,"NULL","h i"})");
  EXPECT_EQ(Round(R"({\ a\ ,\null})", TypeId::kTextArray), R"({" a ","null"})");
}

TEST(ArrayTest, MalformedLiteralsSayWhatIsWrong) {
  const std::string prefix = "22P02 malformed array literal: ";
  EXPECT_EQ(Error("1"), prefix + R"("1"|Array value must start with "{" or dimension information.)");
  EXPECT_EQ(Error("{1"), prefix + R"("{1"|Unexpected end of input.)");
  EXPECT_EQ(Error("{1}}"), prefix + R"("{1}}"|Junk after closing right brace.)");
  EXPECT_EQ(Error("{1,}"), prefix + R"("{1,}"|Unexpected "}" character.)");
  EXPECT_EQ(Error("{,1}"), prefix + R"("{,1}"|Unexpected "," character.)");
  EXPECT_EQ(Error("{{}}"), prefix + R"("{{}}"|Unexpected "}" character.)");
  EXPECT_EQ(Error("[1={1}"), prefix + R"("[1={1}"|Missing "]" after array dimensions.)");
  EXPECT_EQ(Error("[1]{1}"), prefix + R"("[1]{1}"|Missing "=" after array dimensions.)");
  EXPECT_EQ(Error("[]={1}"), prefix + R"("[]={1}"|Missing array dimension value.)");
  EXPECT_EQ(Error("[1:2]={}"),
            prefix + R"("[1:2]={}"|Specified array dimensions do not match array contents.)");
  EXPECT_EQ(
      Error("{{1},{2,3}}"),
      prefix + R"("{{1},{2,3}}"|Multidimensional arrays must have sub-arrays with matching dimensions.)");
  EXPECT_EQ(Error("[2:1]={1}"), "2202E upper bound cannot be less than lower bound");
  EXPECT_EQ(Error("{{{{{{{1}}}}}}}"), "54000 number of array dimensions (7) exceeds the maximum allowed (6)");
  EXPECT_EQ(Error("[1:2147483647]={1}").substr(0, 5), "22P02");
  EXPECT_EQ(Error("[2147483647:2147483647]={1}"), "54000 array lower bound is too large: 2147483647");
}

TEST(ArrayTest, ElementsDecideTheOrderThenNumberThenShape) {
  const auto order = [](std::string_view left, std::string_view right) {
    const int forward = Compare(Integers(left), Integers(right), TypeId::kInt4Array);
    EXPECT_EQ(Compare(Integers(right), Integers(left), TypeId::kInt4Array), -forward);
    return forward;
  };
  EXPECT_EQ(order("{1,2}", "{1,2}"), 0);
  EXPECT_EQ(order("{1,2}", "{1,3}"), -1);
  EXPECT_EQ(order("{2}", "{1,3}"), 1);
  EXPECT_EQ(order("{1}", "{1,0}"), -1);
  EXPECT_EQ(order("{NULL}", "{5}"), 1);
  EXPECT_EQ(order("{NULL}", "{NULL}"), 0);
  EXPECT_EQ(order("{1}", "{{1}}"), -1);
  EXPECT_EQ(order("{1}", "[0:0]={1}"), 1);
  EXPECT_EQ(Hash(Integers("{1,NULL}"), TypeId::kInt4Array), Hash(Integers("{1,NULL}"), TypeId::kInt4Array));
}

TEST(ArrayTest, CastsConvertEveryElement) {
  const auto cast = [](std::string_view text, Type from, Type to) {
    const Value value = ParseText(text, from, Settings());
    return ToText(Cast(value, from, to, CastContext::kExplicit, Settings()), to.id, Settings());
  };
  EXPECT_EQ(cast("{1.6,NULL}", {TypeId::kNumericArray, -1}, kIntegers), "{2,NULL}");
  EXPECT_EQ(cast("{abc}", {TypeId::kTextArray, -1}, {TypeId::kVarcharArray, 6}), "{ab}");
  EXPECT_EQ(cast("[0:1]={1,2}", kIntegers, {TypeId::kText, -1}), "[0:1]={1,2}");
  EXPECT_EQ(cast("1 2", {TypeId::kInt2Vector, -1}, kIntegers), "[0:1]={1,2}");
  EXPECT_TRUE(CanCast(TypeId::kInt4Array, TypeId::kInt8Array, CastContext::kImplicit));
  EXPECT_FALSE(CanCast(TypeId::kInt8Array, TypeId::kInt4Array, CastContext::kImplicit));
  EXPECT_FALSE(CanCast(TypeId::kInt2Array, TypeId::kInt2Vector, CastContext::kExplicit));
  EXPECT_FALSE(CanCast(TypeId::kInt4, TypeId::kInt4Array, CastContext::kExplicit));
}

}  // namespace
}  // namespace ordinal::types
