// Holds the items that a path walks over, and compares them. Private to the room.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "sql/expr/eval_context.h"
#include "types/json.h"
#include "types/jsonpath.h"
#include "types/type.h"

namespace ordinal::sql {

// What datetime() gives: a value of one of the types of dates and times.
struct JsonDateTime {
  TypeId type = TypeId::kDate;
  Value value;
  int seconds_east = 0;  // in which a timestamptz is shown
};

// Points to what it stands for. A date or time lives only within a path, and becomes a string outside.
struct JsonItem {
  const types::JsonNode* node = nullptr;
  const JsonDateTime* datetime = nullptr;

  bool Is(types::JsonNode::Kind kind) const { return node != nullptr && node->kind == kind; }
};
using JsonItems = std::vector<JsonItem>;

// Owns the items that a run makes.
class JsonItemPool {
 public:
  JsonItem Add(types::JsonNode node);
  JsonItem AddNull() { return Add(types::JsonNode{}); }
  JsonItem AddBool(bool truth);
  JsonItem AddNumber(std::string digits);
  JsonItem AddString(std::string text);
  JsonItem AddDateTime(JsonDateTime datetime);

 private:
  std::deque<types::JsonNode> nodes_;
  std::deque<JsonDateTime> datetimes_;
};

// "string", "timestamp without time zone" and so on.
std::string JsonItemTypeName(const JsonItem& item);

// The item as jsonb prints it.
std::string JsonItemText(const JsonItem& item);

enum class JsonTruth : std::uint8_t { kFalse, kTrue, kUnknown };

// Compares by one of the comparison operators. Errors: 0A000 `cannot convert value from date to timestamptz
// without time zone usage`.
JsonTruth CompareJsonItems(types::PathKind op, const JsonItem& left, const JsonItem& right, bool zones,
                           EvalContext& context);

// datetime(): with a template, or by ISO forms. Errors: 22007 and 22008 for a template, 22031 `datetime
// format is not recognized: "..."` without.
JsonDateTime ReadJsonDateTime(std::string_view text, const std::string* pattern);

}  // namespace ordinal::sql
