// Reads and prints the language of SQL/JSON paths (manual, section 9.16.2).
//
// A jsonpath value is held as text in one form. PostgreSQL's own text of it does not always read back as the
// same path: it drops the brackets of operators that a method is applied to.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace ordinal::types {

enum class PathKind : std::uint8_t {
  kNull,
  kTrue,
  kFalse,
  kNumber,
  kString,
  kVariable,
  kRoot,
  kCurrent,
  kLast,
  kKey,
  kAnyKey,
  kAnyArray,
  kSubscripts,
  kAny,  // .**{first to last}
  kFilter,
  kType,
  kSize,
  kAbs,
  kFloor,
  kCeiling,
  kDouble,
  kDatetime,
  kKeyValue,
  kAdd,
  kSubtract,
  kMultiply,
  kDivide,
  kModulo,
  kPlus,
  kMinus,
  kEqual,
  kNotEqual,
  kLess,
  kLessEqual,
  kGreater,
  kGreaterEqual,
  kAnd,
  kOr,
  kNot,
  kIsUnknown,
  kExists,
  kStartsWith,
  kLikeRegex,
};

// One step of a path, or an operator with its operands.
struct PathItem {
  static constexpr std::uint32_t kLastLevel = 0xFFFFFFFF;

  PathKind kind = PathKind::kNull;
  std::string text = {};      // of keys, strings, variables, numbers, patterns and templates
  std::string flags = {};     // kLikeRegex: some of "ismxq", in that order
  bool has_template = false;  // kDatetime
  std::uint32_t first = 0;    // kAny: levels
  std::uint32_t last = 0;
  std::vector<std::unique_ptr<PathItem>> operands;  // kSubscripts: from and to of each, `to` may be missing
  std::unique_ptr<PathItem> next;                   // what is applied to the result
};

struct JsonPath {
  bool strict = false;
  std::unique_ptr<PathItem> root;
};

// Errors: 42601 `syntax error at or near "..." of jsonpath input` and kin, 22P02, 54001 beyond some thousand
// steps.
JsonPath ParseJsonPath(std::string_view text);

// As PostgreSQL prints it.
std::string JsonPathText(const JsonPath& path);
// As values are held.
std::string JsonPathForm(const JsonPath& path);

// "==", "+", "starts with", "abs" and the like, as errors name an item.
std::string_view PathOperatorName(PathKind kind);

}  // namespace ordinal::types
