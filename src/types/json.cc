#include "types/json.h"

#include <algorithm>
#include <string>

#include "base/error.h"
#include "types/scan.h"
#include "types/utf8.h"

namespace ordinal::types {
namespace {

bool IsJsonBlank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

// Bytes that make up a word, as far as error messages are concerned.
bool IsWordByte(char c) {
  return IsLetter(c) || IsDigit(c) || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

class JsonReader {
 public:
  explicit JsonReader(std::string_view text) : text_(text) {}

  // Builds the tree where `root` is not null.
  void Read(JsonNode* root) {
    ReadValue(0, root);
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
      ReadString(nullptr);
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

  void ReadValue(int depth, JsonNode* node) {
    if (depth > kJsonDepthMax) {
      throw base::Error(base::sqlstate::kStatementTooComplex, "stack depth limit exceeded");
    }
    const char c = Peek();
    if (c == '{') {
      SetKind(node, JsonNode::Kind::kObject);
      ReadObject(depth, node);
    } else if (c == '[') {
      SetKind(node, JsonNode::Kind::kArray);
      ReadArray(depth, node);
    } else if (c == '"') {
      SetKind(node, JsonNode::Kind::kString);
      ReadString(node != nullptr ? &node->text : nullptr);
    } else if (c == '-' || IsDigit(c)) {
      const std::size_t start = at_;
      ReadNumber();
      SetKind(node, JsonNode::Kind::kNumber);
      if (node != nullptr) node->text = text_.substr(start, at_ - start);
    } else if (at_ < text_.size() && IsKeywordAhead()) {
      SetKind(node, c == 'n' ? JsonNode::Kind::kNull : JsonNode::Kind::kBool);
      if (node != nullptr) node->truth = c == 't';
      at_ += c == 'f' ? 5 : 4;
    } else {
      FailExpecting("JSON value");
    }
  }

  static void SetKind(JsonNode* node, JsonNode::Kind kind) {
    if (node != nullptr) node->kind = kind;
  }

  void ReadObject(int depth, JsonNode* node) {
    ++at_;
    if (Peek() == '}') {
      ++at_;
      return;
    }
    const char* expected = "string or \"}\"";
    while (true) {
      if (Peek() != '"') FailExpecting(expected);
      JsonMember* member = node != nullptr ? &node->members.emplace_back() : nullptr;
      ReadString(member != nullptr ? &member->name : nullptr);
      if (Peek() != ':') FailExpecting("\":\"");
      ++at_;
      ReadValue(depth + 1, member != nullptr ? &member->value : nullptr);
      const char next = Peek();
      if (next != ',' && next != '}') FailExpecting("\",\" or \"}\"");
      ++at_;
      if (next == '}') return;
      expected = "string";
    }
  }

  void ReadArray(int depth, JsonNode* node) {
    ++at_;
    if (Peek() == ']') {
      ++at_;
      return;
    }
    while (true) {
      ReadValue(depth + 1, node != nullptr ? &node->items.emplace_back() : nullptr);
      const char next = Peek();
      if (next != ',' && next != ']') FailExpecting("\",\" or \"]\"");
      ++at_;
      if (next == ']') return;
    }
  }

  void ReadString(std::string* meaning) {
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
      if (c == '\\') {
        ReadEscape(start, meaning);
      } else if (meaning != nullptr) {
        if (high_surrogate_ != 0) FailLowSurrogate();
        *meaning += c;
      }
    }
    if (at_ >= text_.size()) Fail("Token \"" + std::string(text_.substr(start)) + "\" is invalid.");
    ++at_;
    if (high_surrogate_ != 0) FailLowSurrogate();
  }

  [[noreturn]] void FailLowSurrogate() const { Fail("Unicode low surrogate must follow a high surrogate."); }

  void ReadEscape(std::size_t string_start, std::string* meaning) {
    if (at_ >= text_.size()) Fail("Token \"" + std::string(text_.substr(string_start)) + "\" is invalid.");
    const char c = text_[at_++];
    if (c == 'u') {
      unsigned code = 0;
      for (int i = 0; i < 4; ++i, ++at_) {
        if (at_ >= text_.size() || HexDigit(text_[at_]) < 0) {
          if (at_ < text_.size()) ++at_;
          Fail("\"\\u\" must be followed by four hexadecimal digits.");
        }
        code = code * 16 + static_cast<unsigned>(HexDigit(text_[at_]));
      }
      if (meaning != nullptr) AppendCodeUnit(code, *meaning);
      return;
    }
    static constexpr std::string_view kEscapes = "\"\\/bfnrt";
    static constexpr std::string_view kMeanings = "\"\\/\b\f\n\r\t";
    const std::size_t which = kEscapes.find(c);
    if (which == std::string_view::npos) {
      Fail(std::string("Escape sequence \"\\") + c + "\" is invalid.");
    }
    if (meaning == nullptr) return;
    if (high_surrogate_ != 0) FailLowSurrogate();
    *meaning += kMeanings[which];
  }

  // Takes what one \u escape says; two make a character beyond the basic plane.
  void AppendCodeUnit(unsigned code, std::string& meaning) {
    if (code == 0) {
      throw base::Error(base::sqlstate::kUntranslatableCharacter, "unsupported Unicode escape sequence")
          .Detail("\\u0000 cannot be converted to text.");
    }
    if (code >= 0xD800 && code <= 0xDBFF) {
      if (high_surrogate_ != 0) Fail("Unicode high surrogate must not follow a high surrogate.");
      high_surrogate_ = code;
      return;
    }
    const bool low = code >= 0xDC00 && code <= 0xDFFF;
    if (low != (high_surrogate_ != 0)) FailLowSurrogate();
    if (low) code = 0x10000 + ((high_surrogate_ & 0x3FF) << 10) + (code & 0x3FF);
    high_surrogate_ = 0;
    AppendUtf8(meaning, code);
  }

  void ReadNumber() {
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
  unsigned high_surrogate_ = 0;  // awaits its other half
};

}  // namespace

void CheckJson(std::string_view text) { JsonReader(text).Read(nullptr); }

JsonNode ParseJsonTree(std::string_view text) {
  JsonNode root;
  JsonReader(text).Read(&root);
  return root;
}

void AppendJsonString(std::string& out, std::string_view text) {
  static constexpr char kHex[] = "0123456789abcdef";
  static constexpr std::string_view kSpecial = "\b\f\n\r\t\"\\";
  static constexpr std::string_view kLetters = "bfnrt\"\\";
  out += '"';
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= ' ' && c != '"' && c != '\\') {
      out += c;
    } else if (const std::size_t which = kSpecial.find(c); which != std::string_view::npos) {
      out += '\\';
      out += kLetters[which];
    } else {
      out += "\\u00";
      out += kHex[byte >> 4];
      out += kHex[byte & 15];
    }
  }
  out += '"';
}

}  // namespace ordinal::types
