// Decodes any bytes as a column of a key, and compares encoded values with the values.

#include <array>
#include <string>

#include "base/error.h"
#include "fuzz/values.h"
#include "keys/key_space.h"
#include "keys/order_codec.h"
#include "types/compare.h"

namespace {

using namespace ordinal;
using fuzz::Require;
using fuzz::SignOf;
using types::TypeId;
using types::Value;

constexpr std::array kTypes = {TypeId::kNumeric,  TypeId::kText,    TypeId::kFloat8,    TypeId::kInt8,
                               TypeId::kBpchar,   TypeId::kUuid,    TypeId::kBool,      TypeId::kBytea,
                               TypeId::kDate,     TypeId::kTime,    TypeId::kFloat4,    TypeId::kInt2,
                               TypeId::kInt4,     TypeId::kVarchar, TypeId::kTimestamp, TypeId::kTimestamptz,
                               TypeId::kName,     TypeId::kOid,     TypeId::kChar,      TypeId::kRegproc,
                               TypeId::kRegclass, TypeId::kRegtype, TypeId::kRegrole};

std::string Encode(const Value& value, TypeId type) {
  std::string bytes;
  keys::AppendKeyColumn(bytes, value, type);
  return bytes;
}

// NULL comes last, and equals itself here.
int Order(const Value& left, const Value& right, TypeId type) {
  if (left.is_null() || right.is_null()) return int{left.is_null()} - int{right.is_null()};
  return SignOf(types::Compare(left, right, type));
}

void DecodeAnything(std::string_view bytes, TypeId type) {
  const std::string_view whole = bytes;
  try {
    const Value value = keys::TakeKeyColumn(bytes, type);
    Require(bytes.size() < whole.size(), "a column takes bytes");
    const std::string again = Encode(value, type);
    std::string_view rest = again;
    Require(Order(keys::TakeKeyColumn(rest, type), value, type) == 0, "what was decoded encodes again");
    Require(rest.empty(), "an encoded column is taken whole");
  } catch (const base::Error& error) {
    Require(error.report().sqlstate == base::sqlstate::kDataCorrupted, "a damaged key is XX001");
  }
  try {
    keys::RowIdOf(whole);
  } catch (const base::Error& error) {
    Require(error.report().sqlstate == base::sqlstate::kDataCorrupted, "a damaged row id is XX001");
  }
}

Value MakeNullable(fuzz::Input& input, TypeId type) {
  return input.Choose(8) == 0 ? Value::Null() : MakeValue(input, type);
}

void CompareAnything(fuzz::Input& input, TypeId type) {
  const Value left = MakeNullable(input, type);
  const Value right = input.Choose(4) == 0 ? left : MakeNullable(input, type);
  const std::string left_bytes = Encode(left, type);
  const std::string right_bytes = Encode(right, type);
  Require(SignOf(left_bytes.compare(right_bytes)) == Order(left, right, type), "bytes compare as values do");
  const bool prefix = left_bytes.starts_with(right_bytes) || right_bytes.starts_with(left_bytes);
  Require(left_bytes == right_bytes || !prefix, "no column is a prefix of another");

  const std::string both = left_bytes + right_bytes;
  std::string_view rest = both;
  Require(Order(keys::TakeKeyColumn(rest, type), left, type) == 0, "a column is what was encoded");
  Require(rest == right_bytes, "a column ends where the next begins");

  const std::string end = keys::PrefixEnd(left_bytes);
  Require(end.empty() || (end > both && !end.starts_with(left_bytes)),
          "a prefix ends after all that begins with it");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const bool decode = input.Int<std::uint8_t>() % 2 == 0;
  const TypeId type = kTypes[input.Int<std::uint8_t>() % kTypes.size()];
  if (decode) {
    DecodeAnything(input.Rest(), type);
  } else {
    CompareAnything(input, type);
  }
  return 0;
}
