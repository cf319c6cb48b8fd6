// Converts values from and to PostgreSQL's text form (manual chapter 8). Errors carry PostgreSQL's
// SQLSTATEs and texts: 22P02 `invalid input syntax for type integer: "x"`, 22003 `value "99999" is out of
// range for type smallint`, 22007, 22008, 22021 (NUL byte or invalid UTF-8) and so on.
#pragma once

#include <string>
#include <string_view>

#include "types/settings.h"
#include "types/type.h"
#include "types/value.h"

namespace ordinal::types {

// Reads `text` as a value of `type`. The modifier is applied as an implicit cast does on assignment (22001
// when a varchar is too long, numeric rounding, 22003 numeric field overflow).
Value ParseText(std::string_view text, Type type, const Settings& settings);

// Appends the text form. REQUIRES a value that is not NULL. regclass and kin print as numbers here: names
// need the catalog, and are the business of sql/expr.
void AppendText(std::string& out, const Value& value, TypeId type, const Settings& settings);
std::string ToText(const Value& value, TypeId type, const Settings& settings);

}  // namespace ordinal::types
