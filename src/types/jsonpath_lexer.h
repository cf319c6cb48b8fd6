// Splits the text of a jsonpath into words. Private to the room.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ordinal::types {

struct PathToken {
  enum class Kind : std::uint8_t { kEnd, kSymbol, kWord, kString, kVariable, kInteger, kNumber };
  Kind kind = Kind::kEnd;
  std::string text = {};   // what it means: without quotes and escapes
  std::string shown = {};  // what errors show; empty stands for the end
  bool keyword = false;    // kWord: `text` is a keyword, in small letters in `lower`
  std::string lower = {};
};

class PathLexer {
 public:
  explicit PathLexer(std::string_view text) : text_(text) {}

  // Errors: those of ParseJsonPath.
  PathToken Next();

 private:
  [[noreturn]] void Throw(const std::string& message, std::size_t begin) const;
  void SkipBlanks();
  PathToken TakeNumber();
  PathToken TakeQuoted(PathToken::Kind kind);
  PathToken TakeWord();
  void TakeEscape(std::string& out);
  void TakeUnicode(std::string& out);
  unsigned TakeCode(std::size_t begin);
  PathToken Symbol(std::size_t length);

  std::string_view text_;
  std::size_t at_ = 0;
};

}  // namespace ordinal::types
