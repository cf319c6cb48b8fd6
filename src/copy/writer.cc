#include "copy/writer.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "base/bytes.h"

namespace ordinal::copy {
namespace {

constexpr std::string_view kSignature{"PGCOPY\n\377\r\n\0", 11};

// What follows a backslash for a control character; 0 for other characters.
char EscapeOf(char c) {
  switch (c) {
    case '\b':
      return 'b';
    case '\f':
      return 'f';
    case '\n':
      return 'n';
    case '\r':
      return 'r';
    case '\t':
      return 't';
    case '\v':
      return 'v';
    case '\\':
      return '\\';
    default:
      return 0;
  }
}

}  // namespace

Writer::Writer(const Options& options, std::vector<std::string> columns)
    : options_(options),
      columns_(std::move(columns)),
      force_quote_(columns_.size(), options.force_quote.all) {
  for (const std::string& name : options_.force_quote.names) {
    const auto found = std::find(columns_.begin(), columns_.end(), name);
    if (found != columns_.end()) force_quote_[static_cast<std::size_t>(found - columns_.begin())] = true;
  }
}

void Writer::AppendStart(std::string& out) const {
  if (options_.format == Format::kBinary) {
    out.append(kSignature);
    base::AppendBigEndian(out, std::int32_t{0});  // flags
    base::AppendBigEndian(out, std::int32_t{0});  // length of the header's extension
    return;
  }
  if (options_.header == Header::kNone) return;
  for (std::size_t i = 0; i < columns_.size(); ++i) {
    if (i > 0) out.push_back(options_.delimiter);
    if (options_.format == Format::kCsv) {
      AppendCsv(out, columns_[i], NeedsQuotes(columns_[i]));
    } else {
      AppendEscaped(out, columns_[i]);
    }
  }
  out.push_back('\n');
}

void Writer::BeginRow(std::string& out) {
  field_ = 0;
  if (options_.format == Format::kBinary) {
    base::AppendBigEndian(out, static_cast<std::int16_t>(columns_.size()));
  }
}

void Writer::AppendSeparator(std::string& out) {
  if (field_ > 0 && options_.format != Format::kBinary) out.push_back(options_.delimiter);
  ++field_;
}

void Writer::AppendNull(std::string& out) {
  AppendSeparator(out);
  if (options_.format == Format::kBinary) {
    base::AppendBigEndian(out, std::int32_t{-1});
  } else {
    out.append(options_.null_text);
  }
}

void Writer::AppendField(std::string& out, std::string_view value) {
  AppendSeparator(out);
  switch (options_.format) {
    case Format::kBinary:
      base::AppendBigEndian(out, static_cast<std::int32_t>(value.size()));
      out.append(value);
      break;
    case Format::kText:
      AppendEscaped(out, value);
      break;
    case Format::kCsv:
      AppendCsv(out, value, force_quote_[field_ - 1] || value == options_.null_text || NeedsQuotes(value));
      break;
  }
}

void Writer::EndRow(std::string& out) const {
  if (options_.format != Format::kBinary) out.push_back('\n');
}

void Writer::AppendEnd(std::string& out) const {
  if (options_.format == Format::kBinary) base::AppendBigEndian(out, std::int16_t{-1});
}

void Writer::AppendEscaped(std::string& out, std::string_view value) const {
  for (const char c : value) {
    const char escape = EscapeOf(c);
    if (c == options_.delimiter && escape == 0) {
      out.push_back('\\');
      out.push_back(c);
    } else if (escape != 0) {
      out.push_back('\\');
      out.push_back(escape);
    } else {
      out.push_back(c);
    }
  }
}

bool Writer::NeedsQuotes(std::string_view value) const {
  // A lone \. would end the data.
  if (columns_.size() == 1 && value == "\\.") return true;
  return std::any_of(value.begin(), value.end(), [this](char c) {
    return c == options_.delimiter || c == options_.quote || c == '\n' || c == '\r';
  });
}

void Writer::AppendCsv(std::string& out, std::string_view value, bool quoted) const {
  if (!quoted) {
    out.append(value);
    return;
  }
  out.push_back(options_.quote);
  for (const char c : value) {
    if (c == options_.quote || c == options_.escape) out.push_back(options_.escape);
    out.push_back(c);
  }
  out.push_back(options_.quote);
}

}  // namespace ordinal::copy
