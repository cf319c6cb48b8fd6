#include "types/jsonpath_lexer.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "types/scan.h"
#include "types/utf8.h"

namespace ordinal::types {
namespace {

using base::Error;
using Kind = PathToken::Kind;

constexpr std::string_view kSpecial = "?%$.[]{}()|&!=<>@#,*:-+/";
constexpr std::array<std::string_view, 22> kKeywords = {
    "is",     "to",      "abs",     "lax",      "flag",     "last",      "null",   "size",
    "true",   "type",    "with",    "false",    "floor",    "double",    "exists", "starts",
    "strict", "ceiling", "unknown", "datetime", "keyvalue", "like_regex"};

bool IsSpace(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'; }
// What words and the rests of numbers consist of.
bool IsOther(char c) {
  return !IsSpace(c) && c != '"' && c != '\\' && kSpecial.find(c) == std::string_view::npos;
}

}  // namespace

void PathLexer::Throw(const std::string& message, std::size_t begin) const {
  const std::string where =
      at_ >= text_.size() && begin >= text_.size()
          ? " at end of jsonpath input"
          : " at or near \"" + std::string(text_.substr(begin, at_ - begin)) + "\" of jsonpath input";
  throw Error(base::sqlstate::kSyntaxError, message + where);
}

void PathLexer::SkipBlanks() {
  while (at_ < text_.size()) {
    if (IsSpace(text_[at_])) {
      ++at_;
    } else if (text_.substr(at_).starts_with("/*")) {
      const std::size_t end = text_.find("*/", at_ + 2);
      if (end == std::string_view::npos) {
        at_ = text_.size();
        Throw("unexpected end of comment", at_);
      }
      at_ = end + 2;
    } else {
      return;
    }
  }
}

PathToken PathLexer::Symbol(std::size_t length) {
  const std::string text(text_.substr(at_, length));
  at_ += length;
  return {Kind::kSymbol, text, text, false, {}};
}

PathToken PathLexer::Next() {
  SkipBlanks();
  if (at_ >= text_.size()) return {};
  const std::string_view rest = text_.substr(at_);
  for (const std::string_view symbol : {"&&", "||", "**", "<=", "==", "<>", "!=", ">="}) {
    if (rest.starts_with(symbol)) return Symbol(2);
  }
  const char c = rest[0];
  if (c == '"') {
    ++at_;
    return TakeQuoted(Kind::kString);
  }
  if (c == '$' && rest.size() > 1 && rest[1] == '"') {
    at_ += 2;
    return TakeQuoted(Kind::kVariable);
  }
  if (c == '$' && rest.size() > 1 && IsOther(rest[1])) {
    const std::size_t begin = at_++;
    while (at_ < text_.size() && IsOther(text_[at_])) ++at_;
    const std::string name(text_.substr(begin + 1, at_ - begin - 1));
    return {Kind::kVariable, name, "$" + name, false, {}};
  }
  if (IsDigit(c) || (c == '.' && rest.size() > 1 && IsDigit(rest[1]))) return TakeNumber();
  if (kSpecial.find(c) != std::string_view::npos) return Symbol(1);
  return TakeWord();
}

PathToken PathLexer::TakeNumber() {
  const std::size_t begin = at_;
  // A longer word goes before a number with one character of junk.
  std::size_t word = at_;
  while (word < text_.size() && IsOther(text_[word])) ++word;
  const auto digits = [&] {
    while (at_ < text_.size() && IsDigit(text_[at_])) ++at_;
  };
  PathToken token;
  token.kind = Kind::kInteger;
  if (text_[at_] == '0') {
    ++at_;
  } else {
    digits();
  }
  if (at_ < text_.size() && text_[at_] == '.') {
    token.kind = Kind::kNumber;
    ++at_;
    digits();
  }
  if (at_ < text_.size() && ToLower(text_[at_]) == 'e') {
    std::size_t exponent = at_ + 1;
    if (exponent < text_.size() && (text_[exponent] == '-' || text_[exponent] == '+')) ++exponent;
    if (exponent < text_.size() && IsDigit(text_[exponent])) {
      token.kind = Kind::kNumber;
      at_ = exponent;
      digits();
    } else if (exponent > at_ + 1) {
      at_ = exponent;
      Throw("invalid numeric literal", begin);
    }
  }
  if (at_ < text_.size() && IsOther(text_[at_])) {
    if (word > at_ + BytesOfCharacters(text_.substr(at_), 1)) {
      at_ = begin;
      return TakeWord();
    }
    at_ += BytesOfCharacters(text_.substr(at_), 1);
    Throw("trailing junk after numeric literal", begin);
  }
  token.text = token.shown = text_.substr(begin, at_ - begin);
  return token;
}

PathToken PathLexer::TakeQuoted(Kind kind) {
  PathToken token;
  token.kind = kind;
  while (true) {
    if (at_ >= text_.size()) Throw("unexpected end of quoted string", at_);
    const char c = text_[at_];
    if (c == '"') break;
    if (c == '\\') {
      TakeEscape(token.text);
    } else {
      token.text += c;
      ++at_;
    }
  }
  ++at_;
  token.shown = "\"";
  return token;
}

PathToken PathLexer::TakeWord() {
  PathToken token;
  token.kind = Kind::kWord;
  while (at_ < text_.size()) {
    const char c = text_[at_];
    if (c == '\\') {
      TakeEscape(token.text);
    } else if (IsOther(c)) {
      token.text += c;
      ++at_;
    } else {
      break;
    }
  }
  // PostgreSQL's errors show what ends a word, if that is a blank.
  std::size_t end = at_;
  while (end < text_.size() && IsSpace(text_[end])) ++end;
  token.shown = text_.substr(at_, end - at_);
  token.lower = token.text;
  std::transform(token.lower.begin(), token.lower.end(), token.lower.begin(), ToLower);
  token.keyword = std::find(kKeywords.begin(), kKeywords.end(), token.lower) != kKeywords.end();
  // These are written in small letters.
  if (token.lower == "null" || token.lower == "true" || token.lower == "false") {
    token.keyword = token.text == token.lower;
  }
  return token;
}

void PathLexer::TakeEscape(std::string& out) {
  const std::size_t begin = at_++;
  if (at_ >= text_.size()) Throw("unexpected end after backslash", at_);
  const char c = text_[at_];
  constexpr std::string_view kNames = "bfnrtv";
  constexpr std::string_view kMeanings = "\b\f\n\r\t\v";
  const std::size_t name = kNames.find(c);
  if (name != std::string_view::npos) {
    out += kMeanings[name];
    ++at_;
  } else if (c == 'u') {
    at_ = begin;
    TakeUnicode(out);
  } else if (c == 'x') {
    const std::string_view digits = text_.substr(at_ + 1, 2);
    if (digits.size() < 2 || HexDigit(digits[0]) < 0 || HexDigit(digits[1]) < 0) {
      ++at_;
      Throw("invalid hex character sequence", begin);
    }
    at_ += 3;
    const auto code = static_cast<unsigned>(HexDigit(digits[0]) * 16 + HexDigit(digits[1]));
    if (code == 0) {
      throw Error(base::sqlstate::kUntranslatableCharacter, "unsupported Unicode escape sequence")
          .Detail("\\u0000 cannot be converted to text.");
    }
    AppendUtf8(out, code);
  } else {
    const std::size_t size = BytesOfCharacters(text_.substr(at_), 1);
    out += text_.substr(at_, size);
    at_ += size;
  }
}

// Reads \uXXXX or \u{X}, with one to six digits.
unsigned PathLexer::TakeCode(std::size_t begin) {
  at_ += 2;
  unsigned code = 0;
  std::size_t count = 0;
  const bool braces = at_ < text_.size() && text_[at_] == '{';
  if (braces) ++at_;
  const std::size_t most = braces ? 6 : 4;
  while (count < most && at_ < text_.size() && HexDigit(text_[at_]) >= 0) {
    code = code * 16 + static_cast<unsigned>(HexDigit(text_[at_]));
    ++at_;
    ++count;
  }
  const bool closed = !braces || (at_ < text_.size() && text_[at_] == '}');
  if (!closed || count == 0 || (!braces && count < 4)) Throw("invalid unicode sequence", begin);
  if (braces) ++at_;
  return code;
}

void PathLexer::TakeUnicode(std::string& out) {
  const std::size_t begin = at_;
  const auto invalid = [](const char* detail) {
    return Error(base::sqlstate::kInvalidTextRepresentation, "invalid input syntax for type jsonpath")
        .Detail(detail);
  };
  unsigned code = TakeCode(begin);
  if (code == 0) {
    throw Error(base::sqlstate::kUntranslatableCharacter, "unsupported Unicode escape sequence")
        .Detail("\\u0000 cannot be converted to text.");
  }
  if (code >= 0xDC00 && code <= 0xDFFF) {
    throw invalid("Unicode low surrogate must follow a high surrogate.");
  }
  if (code >= 0xD800 && code <= 0xDBFF) {
    if (!text_.substr(at_).starts_with("\\u")) {
      throw invalid("Unicode low surrogate must follow a high surrogate.");
    }
    const unsigned low = TakeCode(begin);
    if (low >= 0xD800 && low <= 0xDBFF) {
      throw invalid("Unicode high surrogate must not follow a high surrogate.");
    }
    if (low < 0xDC00 || low > 0xDFFF) {
      throw invalid("Unicode low surrogate must follow a high surrogate.");
    }
    code = 0x10000 + ((code & 0x3FF) << 10) + (low & 0x3FF);
  }
  constexpr unsigned kCodeMax = 0x10FFFF;
  if (code > kCodeMax) {
    throw Error(base::sqlstate::kInvalidParameterValue, "could not convert Unicode to server encoding");
  }
  AppendUtf8(out, code);
}

}  // namespace ordinal::types
