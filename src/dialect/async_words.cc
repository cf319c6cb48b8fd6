#include "dialect/async_words.h"

#include <algorithm>
#include <cstdint>
#include <string_view>

namespace ordinal::dialect {
namespace {

constexpr std::string_view kAsync = "async";

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool SameLetters(std::string_view text, std::string_view lower) {
  return std::equal(text.begin(), text.end(), lower.begin(), lower.end(),
                    [](char left, char right) { return Lower(left) == right; });
}

bool Mentions(std::string_view sql) {
  return std::search(sql.begin(), sql.end(), kAsync.begin(), kAsync.end(),
                     [](char left, char right) { return Lower(left) == right; }) != sql.end();
}

bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool IsWordByte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (Lower(c) >= 'a' && Lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '_' || byte >= 0x80;
}

enum class TokenKind : std::uint8_t { kEnd, kWord, kQuotedName, kOther };

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::size_t begin = 0;
  std::string_view text;

  bool Is(std::string_view word) const { return kind == TokenKind::kWord && SameLetters(text, word); }
  bool IsSign(char sign) const { return kind == TokenKind::kOther && text.front() == sign; }
  bool IsName() const { return kind == TokenKind::kWord || kind == TokenKind::kQuotedName; }
};

// Reads tokens as PostgreSQL's scanner delimits them; a copy looks ahead.
class Lexer {
 public:
  explicit Lexer(std::string_view sql) : sql_(sql) {}

  Token Next() {
    SkipBlank();
    if (at_ >= sql_.size()) return {TokenKind::kEnd, sql_.size(), {}};
    const std::size_t begin = at_;
    const char c = sql_[at_];
    TokenKind kind = TokenKind::kOther;
    if (c == '\'') {
      SkipQuoted('\'', false);
    } else if (c == '"') {
      kind = TokenKind::kQuotedName;
      SkipQuoted('"', false);
    } else if (c == '$') {
      SkipDollarQuoted();
    } else if (Lower(c) == 'e' && Peek(1) == '\'') {
      ++at_;
      SkipQuoted('\'', true);
    } else if (IsWordByte(c)) {
      kind = TokenKind::kWord;
      while (at_ < sql_.size() && (IsWordByte(sql_[at_]) || sql_[at_] == '$')) ++at_;
    } else {
      ++at_;
    }
    return {kind, begin, sql_.substr(begin, at_ - begin)};
  }

 private:
  char Peek(std::size_t ahead) const { return at_ + ahead < sql_.size() ? sql_[at_ + ahead] : '\0'; }

  void SkipBlank() {
    for (;;) {
      while (at_ < sql_.size() && IsSpace(sql_[at_])) ++at_;
      if (Peek(0) == '-' && Peek(1) == '-') {
        while (at_ < sql_.size() && sql_[at_] != '\n' && sql_[at_] != '\r') ++at_;
      } else if (Peek(0) == '/' && Peek(1) == '*') {
        SkipComment();
      } else {
        return;
      }
    }
  }

  // Comments nest.
  void SkipComment() {
    std::size_t depth = 0;
    while (at_ < sql_.size()) {
      if (Peek(0) == '/' && Peek(1) == '*') {
        ++depth;
        at_ += 2;
      } else if (Peek(0) == '*' && Peek(1) == '/') {
        at_ += 2;
        if (--depth == 0) return;
      } else {
        ++at_;
      }
    }
  }

  // A doubled quote stands for itself; it looks like two strings here, which does no harm.
  void SkipQuoted(char quote, bool escapes) {
    for (++at_; at_ < sql_.size() && sql_[at_] != quote; ++at_) {
      if (escapes && sql_[at_] == '\\') ++at_;
    }
    at_ = std::min(at_ + 1, sql_.size());
  }

  void SkipDollarQuoted() {
    std::size_t end = at_ + 1;
    if (end < sql_.size() && sql_[end] >= '0' && sql_[end] <= '9') {
      ++at_;  // $1
      return;
    }
    while (end < sql_.size() && IsWordByte(sql_[end])) ++end;
    if (end >= sql_.size() || sql_[end] != '$') {
      ++at_;
      return;
    }
    const std::string_view tag = sql_.substr(at_, end + 1 - at_);
    const std::size_t close = sql_.find(tag, end + 1);
    at_ = close == std::string_view::npos ? sql_.size() : close + tag.size();
  }

  std::string_view sql_;
  std::size_t at_ = 0;
};

// Whether what follows ALTER TABLE ASYNC is `[IF EXISTS] [ONLY] name [*] VALIDATE`.
bool NamesTableToValidate(Lexer lexer) {
  Token token = lexer.Next();
  if (token.Is("if")) {
    if (!lexer.Next().Is("exists")) return false;
    token = lexer.Next();
  }
  if (token.Is("only")) token = lexer.Next();
  if (!token.IsName()) return false;
  token = lexer.Next();
  while (token.IsSign('.')) {
    lexer.Next();
    token = lexer.Next();
  }
  if (token.IsSign('*')) token = lexer.Next();
  return token.Is("validate");
}

// The ASYNC of the statement that begins here; kEnd when it has none.
Token FindAsync(Lexer lexer) {
  Token token = lexer.Next();
  if (token.Is("create")) {
    token = lexer.Next();
    if (token.Is("unique")) token = lexer.Next();
    if (!token.Is("index")) return {};
    token = lexer.Next();
    return token.Is(kAsync) ? token : Token{};
  }
  if (!token.Is("alter") || !lexer.Next().Is("table")) return {};
  token = lexer.Next();
  return token.Is(kAsync) && NamesTableToValidate(lexer) ? token : Token{};
}

}  // namespace

std::vector<std::size_t> BlankAsync(std::string& sql) {
  std::vector<std::size_t> offsets;
  if (!Mentions(sql)) return offsets;
  Lexer lexer(sql);
  for (Token token;;) {
    if (const Token async = FindAsync(lexer); async.kind != TokenKind::kEnd) offsets.push_back(async.begin);
    do {
      token = lexer.Next();
    } while (token.kind != TokenKind::kEnd && !token.IsSign(';'));
    if (token.kind == TokenKind::kEnd) break;
  }
  for (const std::size_t offset : offsets) sql.replace(offset, kAsync.size(), kAsync.size(), ' ');
  return offsets;
}

}  // namespace ordinal::dialect
