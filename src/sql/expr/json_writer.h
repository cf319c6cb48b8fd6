// Writes SQL values as JSON (manual, section 9.16.2). Private to the room.
#pragma once

#include <string>

#include "sql/expr/eval_context.h"

namespace ordinal::sql {

// Appends the JSON form of a value, NULL included: numbers and booleans as they are, arrays as arrays, json
// as it stands, all else as a string. `line_feeds` parts the items of an outermost array by lines.
void AppendAsJson(std::string& out, const Value& value, TypeId type, EvalContext& context,
                  bool line_feeds = false);

// Appends a value as the name of a member. Errors: 22023 `key value must be scalar, not array, composite, or
// json`. REQUIRES that it is not NULL.
void AppendAsJsonName(std::string& out, const Value& value, TypeId type, EvalContext& context);

}  // namespace ordinal::sql
