#include "types/text_codec.h"

#include <gtest/gtest.h>

#include "unit/types/error_text.h"

namespace ordinal::types {
namespace {

const Settings kSettings;

std::string Round(std::string_view text, TypeId type, std::int32_t modifier = -1) {
  return ToText(ParseText(text, {type, modifier}, kSettings), type, kSettings);
}

std::string Error(std::string_view text, TypeId type, std::int32_t modifier = -1) {
  return ErrorOf([&] { ParseText(text, {type, modifier}, kSettings); });
}

TEST(TextCodec, Integers) {
  EXPECT_EQ(Round(" -32768 ", TypeId::kInt2), "-32768");
  EXPECT_EQ(Round("+5", TypeId::kInt4), "5");
  EXPECT_EQ(Round("9223372036854775807", TypeId::kInt8), "9223372036854775807");
  EXPECT_EQ(Round("-9223372036854775808", TypeId::kInt8), "-9223372036854775808");
  EXPECT_EQ(Error("32768", TypeId::kInt2), "22003 value \"32768\" is out of range for type smallint");
  EXPECT_EQ(Error("2147483648", TypeId::kInt4),
            "22003 value \"2147483648\" is out of range for type integer");
  EXPECT_EQ(Error("9223372036854775808", TypeId::kInt8),
            "22003 value \"9223372036854775808\" is out of range for type bigint");
  EXPECT_EQ(Error("99999999999999999999x", TypeId::kInt4),
            "22003 value \"99999999999999999999x\" is out of range for type integer");
  for (const char* text : {"", " ", "x", "1x", "1.5", "1 2", "+-3", "- 1", "0x10", "+", "-"}) {
    EXPECT_EQ(Error(text, TypeId::kInt4),
              "22P02 invalid input syntax for type integer: \"" + std::string(text) + "\"");
  }
}

TEST(TextCodec, Oids) {
  EXPECT_EQ(Round("4294967295", TypeId::kOid), "4294967295");
  EXPECT_EQ(Round("-1", TypeId::kOid), "4294967295");
  EXPECT_EQ(Error("4294967296", TypeId::kOid), "22003 value \"4294967296\" is out of range for type oid");
  EXPECT_EQ(Round("-", TypeId::kRegclass), "-");
  EXPECT_EQ(Round("1259", TypeId::kRegclass), "1259");
  EXPECT_EQ(Round(" 1  2 3 ", TypeId::kInt2Vector), "1 2 3");
  EXPECT_EQ(Round("", TypeId::kOidVector), "");
}

TEST(TextCodec, Booleans) {
  for (const char* text : {"t", "TRUE", "tr", "y", "yes", "on", "1", " true "}) {
    EXPECT_EQ(Round(text, TypeId::kBool), "t") << text;
  }
  for (const char* text : {"f", "fal", "no", "n", "of", "off", "0"})
    EXPECT_EQ(Round(text, TypeId::kBool), "f") << text;
  for (const char* text : {"o", "2", "", "truex"}) {
    EXPECT_EQ(Error(text, TypeId::kBool),
              "22P02 invalid input syntax for type boolean: \"" + std::string(text) + "\"");
  }
}

TEST(TextCodec, DoublesPrintShortest) {
  const std::pair<const char*, const char*> cases[] = {
      {"0.1", "0.1"},
      {"1e14", "100000000000000"},
      {"1e15", "1e+15"},
      {"1e20", "1e+20"},
      {"1e-4", "0.0001"},
      {"1e-5", "1e-05"},
      {"-0", "-0"},
      {"1e308", "1e+308"},
      {"5e-324", "5e-324"},
      {"123456789012345.6", "123456789012345.6"},
      {"nan", "NaN"},
      {"-inf", "-Infinity"},
      {"+Infinity", "Infinity"},
      {".5", "0.5"},
      {"5.", "5"},
      {"123456789012345678", "1.2345678901234568e+17"},
  };
  for (const auto& [in, out] : cases) EXPECT_EQ(Round(in, TypeId::kFloat8), out);
  EXPECT_EQ(Error("1e309", TypeId::kFloat8), "22003 \"1e309\" is out of range for type double precision");
  EXPECT_EQ(Error("1e-400", TypeId::kFloat8), "22003 \"1e-400\" is out of range for type double precision");
  EXPECT_EQ(Error("1e", TypeId::kFloat8), "22P02 invalid input syntax for type double precision: \"1e\"");
  EXPECT_EQ(Error("", TypeId::kFloat8), "22P02 invalid input syntax for type double precision: \"\"");
}

TEST(TextCodec, FloatsPrintShortest) {
  EXPECT_EQ(Round("0.1", TypeId::kFloat4), "0.1");
  EXPECT_EQ(Round("1e6", TypeId::kFloat4), "1e+06");
  EXPECT_EQ(Round("123456", TypeId::kFloat4), "123456");
  EXPECT_EQ(Round("1e-5", TypeId::kFloat4), "1e-05");
  EXPECT_EQ(Error("3.5e38", TypeId::kFloat4), "22003 \"3.5e38\" is out of range for type real");
  EXPECT_EQ(Error("x", TypeId::kFloat4), "22P02 invalid input syntax for type real: \"x\"");
}

TEST(TextCodec, FewerFloatDigitsRound) {
  Settings settings;
  settings.extra_float_digits = 0;
  EXPECT_EQ(ToText(Value::Double(0.1 + 0.2), TypeId::kFloat8, settings), "0.3");
  settings.extra_float_digits = -10;
  EXPECT_EQ(ToText(Value::Double(1.0 / 3), TypeId::kFloat8, settings), "0.33333");
}

TEST(TextCodec, StringsMustBeUtf8) {
  EXPECT_EQ(Round("äöü €", TypeId::kText), "äöü €");
  EXPECT_EQ(Error(std::string_view("a\0b", 3), TypeId::kText),
            "22021 invalid byte sequence for encoding \"UTF8\": 0x00");
  EXPECT_EQ(Error("\xe2\x28\xa1", TypeId::kVarchar),
            "22021 invalid byte sequence for encoding \"UTF8\": 0xe2 0x28 0xa1");
  EXPECT_EQ(Round(std::string(70, 'a'), TypeId::kName), std::string(63, 'a'));
}

TEST(TextCodec, AppliesLengths) {
  EXPECT_EQ(Round("abc", TypeId::kVarchar, 7), "abc");
  EXPECT_EQ(Round("abc   ", TypeId::kVarchar, 7), "abc");
  EXPECT_EQ(Round("äöü", TypeId::kVarchar, 7), "äöü");
  EXPECT_EQ(Round("ab", TypeId::kBpchar, 9), "ab   ");
  EXPECT_EQ(Error("abcd", TypeId::kVarchar, 7), "22001 value too long for type character varying(3)");
  EXPECT_EQ(Error("abcd", TypeId::kBpchar, 7), "22001 value too long for type character(3)");
}

TEST(TextCodec, Bytea) {
  EXPECT_EQ(Round("\\xDEAD be ef", TypeId::kBytea), "\\xdeadbeef");
  EXPECT_EQ(Round("a\\\\b\\001", TypeId::kBytea), "\\x615c6201");
  EXPECT_EQ(Error("\\x1", TypeId::kBytea), "22023 invalid hexadecimal data: odd number of digits");
  EXPECT_EQ(Error("\\xzz", TypeId::kBytea), "22023 invalid hexadecimal digit: \"z\"");
  EXPECT_EQ(Error("a\\b", TypeId::kBytea), "22P02 invalid input syntax for type bytea");
  EXPECT_EQ(Error("\\400", TypeId::kBytea), "22P02 invalid input syntax for type bytea");
  Settings settings;
  settings.bytea_output = ByteaOutput::kEscape;
  EXPECT_EQ(ToText(Value::String(std::string_view("a\\\0\xff", 4)), TypeId::kBytea, settings),
            "a\\\\\\000\\377");
}

TEST(TextCodec, Uuids) {
  const std::string canonical = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11";
  for (const char* text : {"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11",
                           "{a0eebc99-9c0b4ef8-bb6d6bb9-bd380a11}", "a0eebc999c0b4ef8bb6d6bb9bd380a11",
                           "a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11"}) {
    EXPECT_EQ(Round(text, TypeId::kUuid), canonical);
  }
  for (const char* text :
       {"", "x", "a0eebc999c0b4ef8bb6d6bb9bd380a1", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11-",
        "{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "a-0eebc999c0b4ef8bb6d6bb9bd380a11", "{"}) {
    EXPECT_EQ(Error(text, TypeId::kUuid),
              "22P02 invalid input syntax for type uuid: \"" + std::string(text) + "\"");
  }
}

TEST(TextCodec, OneByteChar) {
  EXPECT_EQ(Round("abc", TypeId::kChar), "a");
  EXPECT_EQ(Round("", TypeId::kChar), "");
  EXPECT_EQ(Round("\\377", TypeId::kChar), "\\377");
  EXPECT_EQ(Round("\\101", TypeId::kChar), "A");
}

TEST(TextCodec, RefusesWhatIsNotBuilt) {
  EXPECT_EQ(Error("(1)", TypeId::kRecord), "0A000 input of anonymous composite types is not implemented");
}

}  // namespace
}  // namespace ordinal::types
