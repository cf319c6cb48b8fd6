// Reads any bytes as the text form of a value; what is printed reads as the same value.

#include <string>

#include "base/error.h"
#include "fuzz/types.h"
#include "fuzz/values.h"
#include "types/text_codec.h"

namespace {

using namespace ordinal;
using fuzz::Require;
using types::TypeId;
using types::Value;

types::Settings MakeSettings(fuzz::Input& input) {
  static constexpr const char* kZones[] = {"UTC", "Europe/Berlin", "America/St_Johns", "+05:30",
                                           "Asia/Kolkata"};
  types::Settings settings;
  settings.date_order = static_cast<types::DateOrder>(input.Int<std::uint8_t>() % 3);
  settings.bytea_output = static_cast<types::ByteaOutput>(input.Int<std::uint8_t>() % 2);
  settings.time_zone = kZones[input.Int<std::uint8_t>() % std::size(kZones)];
  return settings;
}

// The modifiers that PostgreSQL's typmod functions let through.
std::int32_t MakeModifier(fuzz::Input& input, TypeId type) {
  const auto drawn = input.Int<std::uint16_t>();
  if (drawn % 2 == 0) return -1;
  switch (type) {
    case TypeId::kVarchar:
    case TypeId::kBpchar:
      return 4 + 1 + drawn % 20;
    case TypeId::kNumeric:
      return ((1 + drawn % 1000) << 16 | ((drawn / 8 % 2001 - 1000) & 0x7ff)) + 4;
    case TypeId::kTime:
    case TypeId::kTimetz:
    case TypeId::kTimestamp:
    case TypeId::kTimestamptz:
      return drawn / 2 % 7;
    case TypeId::kInterval:
      return 0x7fff << 16 | drawn / 2 % 7;
    default:
      return -1;
  }
}

void CheckPrinted(const Value& value, types::Type type, types::Settings settings) {
  const std::string text = types::ToText(value, type.id, settings);
  const Value again = types::ParseText(text, {type.id, -1}, settings);
  // An input such as 1.5e3 or -0 may be held with more than its text shows, but its text is what counts.
  Require(types::ToText(again, type.id, settings) == text, "a printed value reads as itself");
  for (const auto style : {types::DateStyle::kPostgres, types::DateStyle::kSql, types::DateStyle::kGerman}) {
    settings.date_style = style;
    types::ToText(value, type.id, settings);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::Input input(data, size);
  types::Type type{fuzz::kInputTypes[input.Int<std::uint8_t>() % fuzz::kInputTypes.size()]};
  type.modifier = MakeModifier(input, type.id);
  const types::Settings settings = MakeSettings(input);
  Value value;
  try {
    value = types::ParseText(input.Rest(), type, settings);
  } catch (const base::Error& error) {
    Require(error.report().sqlstate.error_class() != "XX", "bad input is the client's error");
    return 0;
  }
  CheckPrinted(value, type, settings);
  return 0;
}
