// Quotes names and strings for SQL text.
#pragma once

#include <string>
#include <string_view>

namespace ordinal::sql {

// Quotes a name where it must be (quote_ident): capitals, odd characters, keywords that are not unreserved.
std::string QuoteIdentifier(std::string_view name);
// Makes a string literal (quote_literal): with backslashes it takes the E'' form.
std::string QuoteLiteral(std::string_view text);

}  // namespace ordinal::sql
