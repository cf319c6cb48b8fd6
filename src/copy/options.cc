#include "copy/options.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <set>
#include <string_view>

#include "base/error.h"

namespace ordinal::copy {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

// What the statement said, before defaults fill the rest.
struct Said {
  std::optional<std::string> delimiter;
  std::optional<std::string> null_text;
  std::optional<std::string> quote;
  std::optional<std::string> escape;
};

std::string Lower(std::string text) {
  std::transform(text.begin(), text.end(), text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

const std::string& WordOf(const OptionText& option) {
  if (option.kind == OptionText::Kind::kWord || option.kind == OptionText::Kind::kNumber) return option.word;
  throw Error(sqlstate::kSyntaxError, option.name + " requires a parameter");
}

bool BooleanOf(const OptionText& option) {
  if (option.kind == OptionText::Kind::kNone) return true;
  const std::string word = Lower(WordOf(option));
  if (word == "true" || word == "on" || word == "1") return true;
  if (word == "false" || word == "off" || word == "0") return false;
  throw Error(sqlstate::kSyntaxError, option.name + " requires a Boolean value");
}

Header HeaderOf(const OptionText& option, bool from) {
  if (option.kind == OptionText::Kind::kNone) return Header::kPresent;
  const std::string word = Lower(WordOf(option));
  if (word == "match") {
    if (from) return Header::kMatch;
    throw Error(sqlstate::kFeatureNotSupported, "cannot use \"match\" with HEADER in COPY TO");
  }
  if (word == "true" || word == "on" || word == "1") return Header::kPresent;
  if (word == "false" || word == "off" || word == "0") return Header::kNone;
  throw Error(sqlstate::kSyntaxError, option.name + " requires a Boolean value or \"match\"");
}

Format FormatOf(const OptionText& option) {
  const std::string& word = WordOf(option);
  if (word == "text") return Format::kText;
  if (word == "csv") return Format::kCsv;
  if (word == "binary") return Format::kBinary;
  throw Error(sqlstate::kInvalidParameterValue, "COPY format \"" + word + "\" not recognized")
      .Position(option.position);
}

ColumnSet ColumnsOf(const OptionText& option, bool may_be_all) {
  if (option.kind == OptionText::Kind::kColumns) return {false, option.columns};
  if (may_be_all && option.kind == OptionText::Kind::kAllColumns) return {true, {}};
  throw Error(sqlstate::kInvalidParameterValue,
              "argument to option \"" + option.name + "\" must be a list of column names")
      .Position(option.position);
}

void CheckEncoding(const OptionText& option) {
  std::string plain;
  for (const char c : Lower(WordOf(option))) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) plain.push_back(c);
  }
  if (plain == "utf8" || plain == "unicode") return;
  throw Error(sqlstate::kInvalidParameterValue,
              "argument to option \"" + option.name + "\" must be a valid encoding name")
      .Position(option.position);
}

void ReadOption(const OptionText& option, bool from, Options& options, Said& said) {
  const std::string& name = option.name;
  if (name == "format") {
    options.format = FormatOf(option);
  } else if (name == "delimiter") {
    said.delimiter = WordOf(option);
  } else if (name == "null") {
    said.null_text = WordOf(option);
  } else if (name == "header") {
    options.header = HeaderOf(option, from);
  } else if (name == "quote") {
    said.quote = WordOf(option);
  } else if (name == "escape") {
    said.escape = WordOf(option);
  } else if (name == "freeze") {
    options.freeze = BooleanOf(option);
  } else if (name == "force_quote") {
    options.force_quote = ColumnsOf(option, true);
  } else if (name == "force_not_null") {
    options.force_not_null = ColumnsOf(option, false);
  } else if (name == "force_null") {
    options.force_null = ColumnsOf(option, false);
  } else if (name == "encoding") {
    CheckEncoding(option);
  } else {
    throw Error(sqlstate::kSyntaxError, "option \"" + name + "\" not recognized").Position(option.position);
  }
}

bool HasLineEnd(std::string_view text) { return text.find_first_of("\r\n") != std::string_view::npos; }

bool IsSet(const ColumnSet& columns) { return columns.all || !columns.names.empty(); }

void CheckBinary(const Options& options, const Said& said) {
  if (options.format != Format::kBinary) return;
  if (said.delimiter) throw Error(sqlstate::kSyntaxError, "cannot specify DELIMITER in BINARY mode");
  if (said.null_text) throw Error(sqlstate::kSyntaxError, "cannot specify NULL in BINARY mode");
}

char SingleByte(const std::optional<std::string>& text, char otherwise, const char* what) {
  if (!text) return otherwise;
  if (text->size() == 1) return text->front();
  throw Error(sqlstate::kFeatureNotSupported,
              std::string("COPY ") + what + " must be a single one-byte character");
}

void CheckDelimiter(const Options& options) {
  if (HasLineEnd({&options.delimiter, 1})) {
    throw Error(sqlstate::kInvalidParameterValue, "COPY delimiter cannot be newline or carriage return");
  }
  if (HasLineEnd(options.null_text)) {
    throw Error(sqlstate::kInvalidParameterValue,
                "COPY null representation cannot use newline or carriage return");
  }
  // Characters that mean something in the text format, or may be part of a value's escape.
  constexpr std::string_view kForbidden = "\\.abcdefghijklmnopqrstuvwxyz0123456789";
  if (options.format == Format::kText && kForbidden.find(options.delimiter) != std::string_view::npos) {
    throw Error(sqlstate::kInvalidParameterValue,
                std::string("COPY delimiter cannot be \"") + options.delimiter + "\"");
  }
}

void CheckCsvOnly(const Options& options, const Said& said) {
  if (options.format == Format::kCsv) return;
  const char* option = said.quote                      ? "quote"
                       : said.escape                   ? "escape"
                       : IsSet(options.force_quote)    ? "force quote"
                       : IsSet(options.force_not_null) ? "force not null"
                       : IsSet(options.force_null)     ? "force null"
                                                       : nullptr;
  if (option == nullptr) return;
  throw Error(sqlstate::kFeatureNotSupported, std::string("COPY ") + option + " available only in CSV mode");
}

void CheckDirection(const Options& options, bool from) {
  if (from && IsSet(options.force_quote)) {
    throw Error(sqlstate::kFeatureNotSupported, "COPY force quote only available using COPY TO");
  }
  if (!from && IsSet(options.force_not_null)) {
    throw Error(sqlstate::kFeatureNotSupported, "COPY force not null only available using COPY FROM");
  }
  if (!from && IsSet(options.force_null)) {
    throw Error(sqlstate::kFeatureNotSupported, "COPY force null only available using COPY FROM");
  }
}

void CheckNullText(const Options& options) {
  if (options.null_text.find(options.delimiter) != std::string::npos) {
    throw Error(sqlstate::kFeatureNotSupported, "COPY delimiter must not appear in the NULL specification");
  }
  if (options.format == Format::kCsv && options.null_text.find(options.quote) != std::string::npos) {
    throw Error(sqlstate::kFeatureNotSupported,
                "CSV quote character must not appear in the NULL specification");
  }
}

}  // namespace

Options ReadOptions(const std::vector<OptionText>& texts, bool from) {
  Options options;
  Said said;
  std::set<std::string> names;
  for (const OptionText& option : texts) {
    if (!names.insert(option.name).second) {
      throw Error(sqlstate::kSyntaxError, "conflicting or redundant options").Position(option.position);
    }
    ReadOption(option, from, options, said);
  }
  CheckBinary(options, said);
  const bool csv = options.format == Format::kCsv;
  options.null_text = said.null_text.value_or(csv ? "" : "\\N");
  options.delimiter = SingleByte(said.delimiter, csv ? ',' : '\t', "delimiter");
  CheckDelimiter(options);
  if (options.header != Header::kNone && options.format == Format::kBinary) {
    throw Error(sqlstate::kFeatureNotSupported, "cannot specify HEADER in BINARY mode");
  }
  if (csv) {
    options.quote = SingleByte(said.quote, '"', "quote");
    if (options.delimiter == options.quote) {
      throw Error(sqlstate::kInvalidParameterValue, "COPY delimiter and quote must be different");
    }
    options.escape = SingleByte(said.escape, options.quote, "escape");
  }
  CheckCsvOnly(options, said);
  CheckDirection(options, from);
  CheckNullText(options);
  return options;
}

}  // namespace ordinal::copy
