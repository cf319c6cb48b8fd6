// Gives jsonb its form, its order and its tests (manual, section 8.14).
//
// A jsonb value is held as the text that PostgreSQL prints for it: members by the length of their names, then
// by their bytes, each name once (its last value); one blank behind commas and colons; numbers as numeric
// prints them. So equal text means equal values, though not the reverse: 1.0 equals 1.00.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "types/json.h"

namespace ordinal::types {

// Reads JSON text as jsonb input does. Errors as ParseJsonTree; 22003 for numbers that numeric cannot hold.
std::string ParseJsonb(std::string_view text);

// Brings a tree to the form that jsonb has: members in order, each name once, numbers as numeric prints them.
void NormalizeJson(JsonNode& node);
// Appends the text form of a normalized tree.
void AppendJsonb(std::string& out, const JsonNode& node);
std::string JsonbText(const JsonNode& node);

// The order of jsonb's default operator class; the order of strings is that of their bytes. REQUIRES text
// that ParseJsonb made, here and below.
int CompareJsonb(std::string_view left, std::string_view right);
std::size_t HashJsonb(std::string_view text);
// The same for parts of values; both must be normalized.
int CompareJsonNodes(const JsonNode& left, const JsonNode& right);

// jsonb's `@>`.
bool JsonbContains(std::string_view whole, std::string_view part);

// Walks into JSON text without building a tree. REQUIRES valid JSON. The results are parts of `text`.
// Finds the member of an object; where names repeat, the last one. nullopt for what is no object.
std::optional<std::string_view> FindJsonMember(std::string_view text, std::string_view name);
// Finds the item of an array; a negative index counts from the end. nullopt for what is no array.
std::optional<std::string_view> FindJsonItem(std::string_view text, std::int64_t index);
// All items of an array, and all members of an object, in their order; none for anything else.
std::vector<std::string_view> JsonItems(std::string_view text);
struct JsonTextMember {
  std::string name;
  std::string_view value;
};
std::vector<JsonTextMember> JsonMembers(std::string_view text);
// The text of the value without the blanks around it.
std::string_view JsonValueText(std::string_view text);
// The kind of the value that the text holds.
JsonNode::Kind KindOfJson(std::string_view text);
// What a JSON value is as text: a string without quotes and escapes, anything else as written. REQUIRES that
// it is not null.
std::string JsonScalarText(std::string_view text);

}  // namespace ordinal::types
