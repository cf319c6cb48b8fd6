// Reads the text and csv formats of COPY FROM. Private to the room.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "copy/reader.h"

namespace ordinal::copy {

class LineReader final : public Reader {
 public:
  LineReader(const Options& options, std::vector<std::string> columns);

  bool Next(Fields& fields) override;
  std::optional<std::string> ShownLine() const override;

 private:
  enum class LineEnd : std::uint8_t { kUnknown, kNewline, kReturn, kBoth };
  // What the scan of a line came to.
  enum class Scan : std::uint8_t { kMore, kLine, kLast };

  // Finds the end of the line that begins at begin_; leaves its text in `line`.
  Scan ScanLine(std::string_view& line);
  // These look at the character at `at`; they return false when the next one is needed and not there yet.
  bool ScanBackslash(std::size_t& at, bool& ends);
  bool ScanReturn(std::size_t& at, bool& ends);
  void ScanNewline();
  void ScanQuote(char c);
  bool EndMarker(std::size_t at, bool& ends);
  // True when `at` lies beyond what has arrived, and more will come.
  bool IsMissing(std::size_t at) const { return at >= buffer_.size() && !ended_; }
  Scan Finish(std::size_t end, std::size_t next, std::string_view& line);
  [[noreturn]] void ThrowMarker(const char* what);
  [[noreturn]] void ThrowLiteral(const char* what, const char* hint_csv, const char* hint_text);

  void SplitText(std::string_view line, Fields& fields);
  void SplitCsv(std::string_view line, Fields& fields);
  // Appends the field that begins at `at` to unescaped_, and moves behind its delimiter; true when one
  // follows.
  bool UnescapeCsv(std::string_view line, std::size_t& at, bool& quoted, std::size_t& raw_end);
  void Unescape(std::string_view raw);
  void ForceNulls(Fields& fields) const;
  void CheckHeader(const Fields& fields) const;

  const Options options_;
  const bool csv_;
  const char scan_escape_;  // csv: an escape other than the quote; 0 for none
  const std::vector<std::string> columns_;
  std::vector<bool> force_not_null_;
  std::vector<bool> force_null_;
  LineEnd line_end_ = LineEnd::kUnknown;
  bool header_due_;
  bool finished_ = false;

  // Where the scan of the current line stands.
  std::size_t scanned_ = 0;  // characters of the line that were looked at
  bool in_quotes_ = false;
  bool escaped_ = false;
  std::uint64_t embedded_ = 0;  // line ends within quotes

  std::optional<std::string_view> shown_;
  std::string unescaped_;  // what fields without their escapes point into
};

}  // namespace ordinal::copy
