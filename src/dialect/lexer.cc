#include "dialect/lexer.h"

#include <algorithm>

namespace ordinal::dialect {
namespace {

bool IsSpace(char c) { return c == ' ' || (c >= '\t' && c <= '\r'); }

bool IsWordByte(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (LowerCase(c) >= 'a' && LowerCase(c) <= 'z') || (c >= '0' && c <= '9') || c == '_' || byte >= 0x80;
}

}  // namespace

bool Token::Is(std::string_view word) const {
  return kind == TokenKind::kWord &&
         std::equal(text.begin(), text.end(), word.begin(), word.end(),
                    [](char left, char right) { return LowerCase(left) == right; });
}

Token Lexer::Next() {
  SkipBlank();
  if (at_ >= sql_.size()) return {TokenKind::kEnd, sql_.size(), {}};
  const std::size_t begin = at_;
  const char c = sql_[at_];
  TokenKind kind = TokenKind::kOther;
  if (c == '\'') {
    kind = TokenKind::kString;
    SkipQuoted('\'', false);
  } else if (c == '"') {
    kind = TokenKind::kQuotedName;
    SkipQuoted('"', false);
  } else if (c == '$') {
    SkipDollarQuoted();
  } else if (LowerCase(c) == 'e' && Peek(1) == '\'') {
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

Token Lexer::SkipStatement() {
  Token token;
  do {
    token = Next();
  } while (token.kind != TokenKind::kEnd && !token.IsSign(';'));
  return token;
}

void Lexer::SkipBlank() {
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
void Lexer::SkipComment() {
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
void Lexer::SkipQuoted(char quote, bool escapes) {
  for (++at_; at_ < sql_.size() && sql_[at_] != quote; ++at_) {
    if (escapes && sql_[at_] == '\\') ++at_;
  }
  at_ = std::min(at_ + 1, sql_.size());
}

void Lexer::SkipDollarQuoted() {
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

}  // namespace ordinal::dialect
