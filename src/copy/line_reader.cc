#include "copy/line_reader.h"

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "types/utf8.h"

namespace ordinal::copy {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

Error BadFormat(std::string text) { return {sqlstate::kBadCopyFileFormat, std::move(text)}; }

std::vector<bool> Flags(const std::vector<std::string>& columns, const ColumnSet& set) {
  std::vector<bool> flags(columns.size(), set.all);
  for (const std::string& name : set.names) {
    const auto found = std::find(columns.begin(), columns.end(), name);
    if (found != columns.end()) flags[static_cast<std::size_t>(found - columns.begin())] = true;
  }
  return flags;
}

int HexDigit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

bool IsOctal(char c) { return c >= '0' && c <= '7'; }

// Reads the escape behind a backslash at `at`, and moves behind it.
char ReadEscape(std::string_view raw, std::size_t& at) {
  const char c = raw[at++];
  switch (c) {
    case 'b':
      return '\b';
    case 'f':
      return '\f';
    case 'n':
      return '\n';
    case 'r':
      return '\r';
    case 't':
      return '\t';
    case 'v':
      return '\v';
    default:
      break;
  }
  if (IsOctal(c)) {
    int value = c - '0';
    for (int digits = 1; digits < 3 && at < raw.size() && IsOctal(raw[at]); ++digits) {
      value = value * 8 + (raw[at++] - '0');
    }
    return static_cast<char>(value & 0xff);
  }
  if (c != 'x' || at >= raw.size() || HexDigit(raw[at]) < 0) return c;
  int value = HexDigit(raw[at++]);
  if (at < raw.size() && HexDigit(raw[at]) >= 0) value = value * 16 + HexDigit(raw[at++]);
  return static_cast<char>(value);
}

}  // namespace

LineReader::LineReader(const Options& options, std::vector<std::string> columns)
    : options_(options),
      csv_(options.format == Format::kCsv),
      scan_escape_(csv_ && options.escape != options.quote ? options.escape : '\0'),
      columns_(std::move(columns)),
      force_not_null_(Flags(columns_, options.force_not_null)),
      force_null_(Flags(columns_, options.force_null)),
      header_due_(options.header != Header::kNone) {}

std::optional<std::string> LineReader::ShownLine() const {
  if (!shown_) return std::nullopt;
  return Shorten(*shown_);
}

bool LineReader::Next(Fields& fields) {
  while (!finished_) {
    std::string_view line;
    shown_.reset();
    const Scan scan = ScanLine(line);
    if (scan == Scan::kMore) return false;
    types::CheckUtf8(line);
    finished_ = scan == Scan::kLast;
    shown_ = line;
    if (finished_ && line.empty() && !(header_due_ && options_.header == Header::kMatch)) return false;
    fields.clear();
    if (header_due_) {
      header_due_ = false;
      if (options_.header != Header::kMatch) continue;
      csv_ ? SplitCsv(line, fields) : SplitText(line, fields);
      CheckHeader(fields);
      continue;
    }
    csv_ ? SplitCsv(line, fields) : SplitText(line, fields);
    if (csv_) ForceNulls(fields);
    return true;
  }
  return false;
}

LineReader::Scan LineReader::ScanLine(std::string_view& line) {
  std::size_t at = begin_ + scanned_;
  while (at < buffer_.size()) {
    const char c = buffer_[at];
    bool ends = false;
    bool complete = true;
    const bool in_quotes = in_quotes_;
    const bool escaped = escaped_;
    if (csv_) ScanQuote(c);
    if (c == '\\' && (!csv_ || at == begin_)) {
      complete = ScanBackslash(at, ends);
      if (ends) return Finish(at, buffer_.size(), line) == Scan::kLine ? Scan::kLast : Scan::kMore;
    } else if (!in_quotes_ && c == '\r') {
      const std::size_t end = at;
      complete = ScanReturn(at, ends);
      if (ends) return Finish(end, at, line);
    } else if (!in_quotes_ && c == '\n') {
      ScanNewline();
      return Finish(at, at + 1, line);
    } else {
      ++at;
    }
    if (!complete) {
      // The character is looked at again, with the next one.
      in_quotes_ = in_quotes;
      escaped_ = escaped;
      break;
    }
  }
  scanned_ = at - begin_;
  if (!ended_) return Scan::kMore;
  Finish(buffer_.size(), buffer_.size(), line);
  return Scan::kLast;
}

LineReader::Scan LineReader::Finish(std::size_t end, std::size_t next, std::string_view& line) {
  line = std::string_view(buffer_).substr(begin_, end - begin_);
  begin_ = next;
  line_ += 1 + std::exchange(embedded_, 0);
  scanned_ = 0;
  in_quotes_ = escaped_ = false;
  return Scan::kLine;
}

void LineReader::ScanQuote(char c) {
  if (in_quotes_ && c == scan_escape_ && scan_escape_ != '\0') escaped_ = !escaped_;
  if (c == options_.quote && !escaped_) in_quotes_ = !in_quotes_;
  if (c != scan_escape_) escaped_ = false;
  if (in_quotes_ && c == (line_end_ == LineEnd::kNewline ? '\n' : '\r')) ++embedded_;
}

bool LineReader::ScanBackslash(std::size_t& at, bool& ends) {
  if (at + 1 >= buffer_.size()) {
    if (!ended_) return false;
    ++at;
    return true;
  }
  if (buffer_[at + 1] == '.') {
    if (!EndMarker(at + 2, ends)) return false;
    if (ends) return true;
  }
  // What follows a backslash ends nothing.
  at += csv_ ? 1 : 2;
  return true;
}

// Judges what follows \. at `at`; false when it is not there yet.
bool LineReader::EndMarker(std::size_t at, bool& ends) {
  if (IsMissing(at)) return false;
  if (at < buffer_.size() && line_end_ == LineEnd::kBoth) {
    if (buffer_[at] != '\r') {
      if (csv_) return true;
      ThrowMarker(buffer_[at] == '\n' ? "does not match previous newline style" : "corrupt");
    }
    if (IsMissing(++at)) return false;
  }
  ends = true;
  if (at >= buffer_.size()) return true;
  const char c = buffer_[at];
  if (c != '\r' && c != '\n') {
    ends = false;
    if (csv_) return true;
    ThrowMarker("corrupt");
  }
  const bool matches =
      line_end_ == LineEnd::kUnknown || (line_end_ == LineEnd::kReturn ? c == '\r' : c == '\n');
  if (!matches) ThrowMarker("does not match previous newline style");
  return true;
}

bool LineReader::ScanReturn(std::size_t& at, bool& ends) {
  if (line_end_ == LineEnd::kNewline) {
    ThrowLiteral("carriage return", "Use quoted CSV field to represent carriage return.",
                 "Use \"\\r\" to represent carriage return.");
  }
  if (line_end_ != LineEnd::kReturn) {
    if (IsMissing(at + 1)) return false;
    if (at + 1 < buffer_.size() && buffer_[at + 1] == '\n') {
      line_end_ = LineEnd::kBoth;
      at += 2;
      ends = true;
      return true;
    }
    if (line_end_ == LineEnd::kBoth) {
      ThrowLiteral("carriage return", "Use quoted CSV field to represent carriage return.",
                   "Use \"\\r\" to represent carriage return.");
    }
    line_end_ = LineEnd::kReturn;
  }
  ++at;
  ends = true;
  return true;
}

void LineReader::ScanNewline() {
  if (line_end_ == LineEnd::kReturn || line_end_ == LineEnd::kBoth) {
    ThrowLiteral("newline", "Use quoted CSV field to represent newline.",
                 "Use \"\\n\" to represent newline.");
  }
  line_end_ = LineEnd::kNewline;
}

void LineReader::ThrowMarker(const char* what) {
  ++line_;
  throw BadFormat(std::string("end-of-copy marker ") + what);
}

void LineReader::ThrowLiteral(const char* what, const char* hint_csv, const char* hint_text) {
  ++line_;
  throw BadFormat(std::string(csv_ ? "unquoted " : "literal ") + what + " found in data")
      .Hint(csv_ ? hint_csv : hint_text);
}

void LineReader::SplitText(std::string_view line, Fields& fields) {
  unescaped_.clear();
  unescaped_.reserve(line.size());  // so that views into it stay good
  std::size_t at = 0;
  for (;;) {
    const std::size_t begin = at;
    bool has_escapes = false;
    while (at < line.size() && line[at] != options_.delimiter) {
      if (line[at] == '\\' && at + 1 < line.size()) {
        has_escapes = true;
        ++at;
      }
      ++at;
    }
    const std::string_view raw = line.substr(begin, at - begin);
    if (raw == options_.null_text) {
      fields.emplace_back(std::nullopt);
    } else if (has_escapes) {
      const std::size_t start = unescaped_.size();
      Unescape(raw);
      types::CheckUtf8(std::string_view(unescaped_).substr(start));
      fields.emplace_back(std::string_view(unescaped_).substr(start));
    } else {
      fields.emplace_back(raw);
    }
    if (at >= line.size()) return;
    ++at;
  }
}

void LineReader::Unescape(std::string_view raw) {
  for (std::size_t at = 0; at < raw.size();) {
    const char c = raw[at++];
    unescaped_.push_back(c == '\\' && at < raw.size() ? ReadEscape(raw, at) : c);
  }
}

void LineReader::SplitCsv(std::string_view line, Fields& fields) {
  unescaped_.clear();
  unescaped_.reserve(line.size());
  std::size_t at = 0;
  for (bool more = true; more;) {
    const std::size_t begin = at;
    const std::size_t start = unescaped_.size();
    bool quoted = false;
    std::size_t raw_end = 0;
    more = UnescapeCsv(line, at, quoted, raw_end);
    if (!quoted && line.substr(begin, raw_end - begin) == options_.null_text) {
      fields.emplace_back(std::nullopt);
    } else {
      fields.emplace_back(std::string_view(unescaped_).substr(start));
    }
  }
}

bool LineReader::UnescapeCsv(std::string_view line, std::size_t& at, bool& quoted, std::size_t& raw_end) {
  bool inside = false;
  while (at < line.size()) {
    const char c = line[at++];
    if (!inside) {
      if (c == options_.delimiter) {
        raw_end = at - 1;
        return true;
      }
      if (c == options_.quote) {
        quoted = inside = true;
      } else {
        unescaped_.push_back(c);
      }
      continue;
    }
    if (c == options_.escape && at < line.size() &&
        (line[at] == options_.escape || line[at] == options_.quote)) {
      unescaped_.push_back(line[at++]);
    } else if (c == options_.quote) {
      inside = false;
    } else {
      unescaped_.push_back(c);
    }
  }
  if (inside) throw BadFormat("unterminated CSV quoted field");
  raw_end = line.size();
  return false;
}

void LineReader::ForceNulls(Fields& fields) const {
  for (std::size_t i = 0; i < fields.size() && i < columns_.size(); ++i) {
    if (!fields[i] && force_not_null_[i]) {
      fields[i] = options_.null_text;
    } else if (fields[i] && force_null_[i] && *fields[i] == options_.null_text) {
      fields[i] = std::nullopt;
    }
  }
}

void LineReader::CheckHeader(const Fields& fields) const {
  if (fields.size() != columns_.size()) {
    throw BadFormat("wrong number of fields in header line: got " + std::to_string(fields.size()) +
                    ", expected " + std::to_string(columns_.size()));
  }
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (fields[i] && *fields[i] == columns_[i]) continue;
    const std::string got =
        fields[i] ? "\"" + std::string(*fields[i]) + "\"" : "null value (\"" + options_.null_text + "\")";
    throw BadFormat("column name mismatch in header line field " + std::to_string(i + 1) + ": got " + got +
                    ", expected \"" + columns_[i] + "\"");
  }
}

}  // namespace ordinal::copy
