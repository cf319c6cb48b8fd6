// Reads any bytes as the binary form of a value.

#include <string>

#include "base/error.h"
#include "fuzz/types.h"
#include "fuzz/values.h"
#include "types/binary_codec.h"
#include "types/text_codec.h"

namespace {

using namespace ordinal;
using fuzz::Require;
using fuzz::SameValue;
using types::Value;

void CheckSent(const Value& value, types::TypeId type) {
  std::string bytes;
  types::AppendBinary(bytes, value, type);
  Require(SameValue(types::ParseBinary(bytes, {type, -1}), value), "a value that was sent reads as itself");
  types::ToText(value, type, types::Settings());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  const types::TypeId type = fuzz::kInputTypes[input.Int<std::uint8_t>() % fuzz::kInputTypes.size()];
  Value value;
  try {
    value = types::ParseBinary(input.Rest(), {type, -1});
  } catch (const base::Error& error) {
    Require(error.report().sqlstate.error_class() != "XX", "bad input is the client's error");
    return 0;
  }
  CheckSent(value, type);
  return 0;
}
