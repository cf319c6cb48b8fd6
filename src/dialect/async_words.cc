#include "dialect/async_words.h"

#include <algorithm>
#include <string_view>

#include "dialect/lexer.h"

namespace ordinal::dialect {
namespace {

constexpr std::string_view kAsync = "async";

bool Mentions(std::string_view sql) {
  return std::search(sql.begin(), sql.end(), kAsync.begin(), kAsync.end(),
                     [](char left, char right) { return LowerCase(left) == right; }) != sql.end();
}

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
    token = lexer.SkipStatement();
    if (token.kind == TokenKind::kEnd) break;
  }
  for (const std::size_t offset : offsets) sql.replace(offset, kAsync.size(), kAsync.size(), ' ');
  return offsets;
}

}  // namespace ordinal::dialect
