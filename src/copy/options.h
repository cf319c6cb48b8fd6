// Checks the options of COPY (PostgreSQL 15 manual, COPY).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ordinal::copy {

enum class Format : std::uint8_t { kText, kCsv, kBinary };
enum class Header : std::uint8_t { kNone, kPresent, kMatch };

// One option as the statement gives it, before it means anything.
struct OptionText {
  enum class Kind : std::uint8_t { kNone, kWord, kNumber, kColumns, kAllColumns };
  std::string name;
  Kind kind = Kind::kNone;
  std::string word;                  // kWord, kNumber
  std::vector<std::string> columns;  // kColumns
  int position = 0;
};

struct ColumnSet {
  bool all = false;
  std::vector<std::string> names;
};

struct Options {
  Format format = Format::kText;
  char delimiter = '\t';
  std::string null_text;
  Header header = Header::kNone;
  char quote = '"';
  char escape = '"';
  bool freeze = false;
  ColumnSet force_quote;
  ColumnSet force_not_null;
  ColumnSet force_null;
};

// `from`: COPY FROM, else COPY TO. Errors: 42601, 22023 and 0A000 with PostgreSQL's texts.
Options ReadOptions(const std::vector<OptionText>& texts, bool from);

}  // namespace ordinal::copy
