// Reads the text form of a relation's name, as regclass input and nextval('...') take it.
#pragma once

#include <string>
#include <string_view>

namespace ordinal::session {

struct QualifiedName {
  std::string schema;  // empty when the name is not qualified
  std::string name;
};

// Folds unquoted letters to lower case, as PostgreSQL does. Errors: 42602 for text that is no name, 42601 for
// more than three parts, 0A000 for a relation of another database than `database`.
QualifiedName ReadRelationName(std::string_view text, std::string_view database);

// Quotes a name where SQL needs it.
std::string QuoteName(const std::string& name);

}  // namespace ordinal::session
