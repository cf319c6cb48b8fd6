#include "types/json.h"

#include <algorithm>
#include <string>

#include "base/error.h"
#include "types/scan.h"

namespace ordinal::types {
namespace {

bool IsJsonBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Bytes that make up a word, as far as error messages are concerned.
bool IsWordByte(char c) {
  return IsLetter(c) || IsDigit(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

class JsonChecker {
 public:
  explicit JsonChecker(std::string_view text) : text_(text) {}

  void Check() {
    CheckValue(0);
    SkipBlanks();
    if (at_ < text_.size()) Fail("Expected end of input, but found \"" + Token() + "\".");
  }

 private:
  char Peek() {
    SkipBlanks();
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  void SkipBlanks() {
    while (at_ < text_.size() && IsJsonBlank(text_[at_])) ++at_;
  }

  // Takes the token that begins here, for a message, and moves behind it.
  std::string Token() {
    const std::size_t start = at_;
    if (text_[at_] == '"') {
      CheckString();
    } else {
      while (at_ < text_.size() && IsWordByte(text_[at_])) ++at_;
      if (at_ == start) ++at_;
    }
    return std::string(text_.substr(start, at_ - start));
  }

  // PostgreSQL's context is the line up to and including the offending token.
  [[noreturn]] void Fail(std::string detail) const {
    const std::string_view before = text_.substr(0, at_);
    const auto line = std::count(before.begin(), before.end(), '\n') + 1;
    const std::size_t newline = before.rfind('\n');
    std::string_view quoted = newline == std::string_view::npos ? before : before.substr(newline + 1);
    constexpr std::size_t kContextMax = 50;
    std::string context = "JSON data, line " + std::to_string(line) + ": ";
    if (quoted.size() >= kContextMax) {
      quoted = quoted.substr(quoted.size() - kContextMax + 1);
      while (!quoted.empty() && (static_cast<unsigned char>(quoted.front()) & 0xC0) == 0x80)
        quoted.remove_prefix(1);
      context += "...";
    }
    context += quoted;
    const bool rest_of_line = at_ < text_.size() && text_[at_] != '\n' && text_[at_] != '\r';
    if (rest_of_line) context += "...";
    throw base::Error(base::sqlstate::kInvalidTextRepresentation, "invalid input syntax for type json")
        .Detail(std::move(detail))
        .Context(std::move(context));
  }

  [[noreturn]] void FailExpecting(const char* expected) {
    SkipBlanks();
    if (at_ >= text_.size()) Fail("The input string ended unexpectedly.");
    const char c = text_[at_];
    const bool known = c == '"' || c == '{' || c == '}' || c == '[' || c == ']' || c == ',' || c == ':' ||
                       c == '-' || IsDigit(c) || IsKeywordAhead();
    const std::string token = Token();
    if (!known) Fail("Token \"" + token + "\" is invalid.");
    Fail(std::string("Expected ") + expected + ", but found \"" + token + "\".");
  }

  bool IsKeywordAhead() const {
    for (const std::string_view word : {"true", "false", "null"}) {
      if (text_.substr(at_, word.size()) == word &&
          (at_ + word.size() == text_.size() || !IsWordByte(text_[at_ + word.size()]))) {
        return true;
      }
    }
    return false;
  }

  void CheckValue(int depth) {
    if (depth > kJsonDepthMax) {
      throw base::Error(base::sqlstate::kStatementTooComplex, "stack depth limit exceeded");
    }
    const char c = Peek();
    if (c == '{') {
      CheckObject(depth);
    } else if (c == '[') {
      CheckArray(depth);
    } else if (c == '"') {
      CheckString();
    } else if (c == '-' || IsDigit(c)) {
      CheckNumber();
    } else if (at_ < text_.size() && IsKeywordAhead()) {
      at_ += c == 'f' ? 5 : 4;
    } else {
      FailExpecting("JSON value");
    }
  }

  void CheckObject(int depth) {
    ++at_;
    if (Peek() == '}') {
      ++at_;
      return;
    }
    const char* expected = "string or \"}\"";
    while (true) {
      if (Peek() != '"') FailExpecting(expected);
      CheckString();
      if (Peek() != ':') FailExpecting("\":\"");
      ++at_;
      CheckValue(depth + 1);
      const char next = Peek();
      if (next != ',' && next != '}') FailExpecting("\",\" or \"}\"");
      ++at_;
      if (next == '}') return;
      expected = "string";
    }
  }

  void CheckArray(int depth) {
    ++at_;
    if (Peek() == ']') {
      ++at_;
      return;
    }
    while (true) {
      CheckValue(depth + 1);
      const char next = Peek();
      if (next != ',' && next != ']') FailExpecting("\",\" or \"]\"");
      ++at_;
      if (next == ']') return;
    }
  }

  void CheckString() {
    const std::size_t start = at_++;
    while (at_ < text_.size() && text_[at_] != '"') {
      const char c = text_[at_];
      if (static_cast<unsigned char>(c) < 0x20) {
        static constexpr char kHex[] = "0123456789abcdef";
        const auto byte = static_cast<unsigned char>(c);
        Fail(std::string("Character with value 0x") + kHex[byte >> 4] + kHex[byte & 15] +
             " must be escaped.");
      }
      ++at_;
      if (c == '\\') CheckEscape(start);
    }
    if (at_ >= text_.size()) Fail("Token \"" + std::string(text_.substr(start)) + "\" is invalid.");
    ++at_;
  }

  void CheckEscape(std::size_t string_start) {
    if (at_ >= text_.size()) Fail("Token \"" + std::string(text_.substr(string_start)) + "\" is invalid.");
    const char c = text_[at_++];
    if (c == 'u') {
      for (int i = 0; i < 4; ++i, ++at_) {
        if (at_ >= text_.size() || HexDigit(text_[at_]) < 0) {
          if (at_ < text_.size()) ++at_;
          Fail("\"\\u\" must be followed by four hexadecimal digits.");
        }
      }
    } else if (std::string_view("\"\\/bfnrt").find(c) == std::string_view::npos) {
      Fail(std::string("Escape sequence \"\\") + c + "\" is invalid.");
    }
  }

  void CheckNumber() {
    const std::size_t start = at_;
    const auto digits = [this] {
      const std::size_t first = at_;
      while (at_ < text_.size() && IsDigit(text_[at_])) ++at_;
      return at_ > first;
    };
    const auto at = [this](char a, char b) {
      return at_ < text_.size() && (text_[at_] == a || text_[at_] == b);
    };
    if (at('-', '-')) ++at_;
    bool valid = true;
    if (at('0', '0')) {
      ++at_;
    } else {
      valid = digits();
    }
    if (valid && at('.', '.')) {
      ++at_;
      valid = digits();
    }
    if (valid && at('e', 'E')) {
      ++at_;
      if (at('+', '-')) ++at_;
      valid = digits();
    }
    if (!valid || (at_ < text_.size() && IsWordByte(text_[at_]))) {
      while (at_ < text_.size() && IsWordByte(text_[at_])) ++at_;
      Fail("Token \"" + std::string(text_.substr(start, at_ - start)) + "\" is invalid.");
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace

void CheckJson(std::string_view text) { JsonChecker(text).Check(); }

}  // namespace ordinal::types
