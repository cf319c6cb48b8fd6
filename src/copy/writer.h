// Turns rows into the bytes of COPY TO.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "copy/options.h"

namespace ordinal::copy {

// Appends to a buffer of the caller. Used by one thread at a time. A row is AppendField for each of its
// columns, between BeginRow and EndRow.
class Writer {
 public:
  // `columns`: names of the columns, in order.
  Writer(const Options& options, std::vector<std::string> columns);

  // What precedes the first row: the header line, or the signature of the binary format.
  void AppendStart(std::string& out) const;
  void BeginRow(std::string& out);
  void AppendNull(std::string& out);
  // `value`: the text form, or the bytes of the binary form.
  void AppendField(std::string& out, std::string_view value);
  void EndRow(std::string& out) const;
  // What follows the last row.
  void AppendEnd(std::string& out) const;

  const Options& options() const { return options_; }

 private:
  void AppendSeparator(std::string& out);
  void AppendEscaped(std::string& out, std::string_view value) const;
  void AppendCsv(std::string& out, std::string_view value, bool quoted) const;
  bool NeedsQuotes(std::string_view value) const;

  const Options options_;
  const std::vector<std::string> columns_;
  std::vector<bool> force_quote_;
  std::size_t field_ = 0;  // of the row that is being written
};

}  // namespace ordinal::copy
