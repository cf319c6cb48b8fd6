// Reads JSON text (RFC 8259) and holds it as a tree.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ordinal::types {

inline constexpr int kJsonDepthMax = 6000;

// Accepts one JSON value, blanks around it allowed. REQUIRES valid UTF-8. Errors: 22P02 `invalid input syntax
// for type json` with a detail and a context that quotes the line; 54001 `stack depth limit exceeded` beyond
// kJsonDepthMax.
void CheckJson(std::string_view text);

struct JsonMember;

// One value with all below it. Owns its text.
struct JsonNode {
  // In the order that jsonb gives to values of different kinds.
  enum class Kind : std::uint8_t { kNull, kString, kNumber, kBool, kArray, kObject };

  Kind kind = Kind::kNull;
  bool truth = false;                // kBool
  std::string text = {};             // kString: what it means, without escapes; kNumber: as written
  std::vector<JsonNode> items = {};  // kArray
  std::vector<JsonMember> members;   // kObject: as written, in that order, names may repeat

  bool IsScalar() const { return kind < Kind::kArray; }
};

struct JsonMember {
  std::string name;
  JsonNode value;
};

// Reads as CheckJson does, and what strings mean besides: 22P05 `unsupported Unicode escape sequence` for
// \u0000, 22P02 for surrogates that stand alone.
JsonNode ParseJsonTree(std::string_view text);

// Appends a string in quotes, with the escapes of PostgreSQL's escape_json().
void AppendJsonString(std::string& out, std::string_view text);

}  // namespace ordinal::types
