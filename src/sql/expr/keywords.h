// The keywords of SQL, as pg_get_keywords() lists them.
#pragma once

#include <string_view>
#include <vector>

namespace ordinal::sql {

// With the letters of pg_get_keywords().catcode.
enum class KeywordCategory : char {
  kUnreserved = 'U',
  kColumnName = 'C',
  kTypeOrFunction = 'T',
  kReserved = 'R'
};

struct Keyword {
  std::string_view word;
  KeywordCategory category;
  bool bare_label;  // may name a column without AS
};

// By word.
std::vector<Keyword> ListKeywords();

}  // namespace ordinal::sql
