// Applies SQL/JSON paths to jsonb values (manual, section 9.16.2). Private to the room.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sql/expr/eval_context.h"

namespace ordinal::sql {

struct JsonPathRun {
  enum class Outcome : unsigned char { kNothing, kFound, kError };
  Outcome outcome = Outcome::kNothing;
  std::vector<std::string> items;  // as jsonb prints them; those before an error too
};

struct JsonPathOptions {
  bool silent = false;    // errors that the data causes are an outcome
  bool zones = false;     // comparisons may use the session's time zone
  bool wants_all = true;  // false where it is enough that there is an item
};

// `json` and `vars` are jsonb values, `path` is a jsonpath. Errors: class 22 of SQL/JSON as PostgreSQL's,
// 42704 `could not find jsonpath variable "..."`, 2201B, 57014, 54001.
JsonPathRun RunJsonPath(EvalContext& context, std::string_view json, std::string_view path,
                        std::string_view vars, const JsonPathOptions& options);

}  // namespace ordinal::sql
