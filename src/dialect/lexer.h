// Reads SQL text as tokens, as PostgreSQL's scanner delimits them. Private to the room.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace ordinal::dialect {

inline char LowerCase(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

enum class TokenKind : std::uint8_t { kEnd, kWord, kQuotedName, kString, kOther };

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::size_t begin = 0;
  std::string_view text;

  // Whether it is that word, given in lower case, without quotes.
  bool Is(std::string_view word) const;
  bool IsSign(char sign) const { return kind == TokenKind::kOther && text.front() == sign; }
  bool IsName() const { return kind == TokenKind::kWord || kind == TokenKind::kQuotedName; }
};

// Takes any bytes. A copy looks ahead. Does not own the text.
class Lexer {
 public:
  explicit Lexer(std::string_view sql) : sql_(sql) {}

  // Returns kEnd at the end, again and again. A kString is one in plain quotes, 'such', quotes included.
  Token Next();
  // Goes behind the next semicolon; returns it, or kEnd.
  Token SkipStatement();

 private:
  char Peek(std::size_t ahead) const { return at_ + ahead < sql_.size() ? sql_[at_ + ahead] : '\0'; }
  void SkipBlank();
  void SkipComment();
  void SkipQuoted(char quote, bool escapes);
  void SkipDollarQuoted();

  std::string_view sql_;
  std::size_t at_ = 0;
};

}  // namespace ordinal::dialect
