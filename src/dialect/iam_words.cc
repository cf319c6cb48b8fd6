#include "dialect/iam_words.h"

#include <algorithm>

#include "dialect/lexer.h"

namespace ordinal::dialect {
namespace {

constexpr std::string_view kFirstWord = "aws";

bool Mentions(std::string_view sql) {
  return std::search(sql.begin(), sql.end(), kFirstWord.begin(), kFirstWord.end(),
                     [](char left, char right) { return LowerCase(left) == right; }) != sql.end();
}

// What there is to change in the statement that begins here.
struct Found {
  std::vector<Token> words;
  std::vector<Token> arns;
};

Found Find(Lexer lexer) {
  const Token aws = lexer.Next();
  if (!aws.Is(kFirstWord)) return {};
  const Token iam = lexer.Next();
  if (!iam.Is("iam")) return {};
  Token token = lexer.Next();
  if (!token.Is("grant") && !token.Is("revoke")) return {};
  do {
    token = lexer.Next();
  } while (token.IsName() && !token.Is("to") && !token.Is("from"));
  if (!token.Is("to") && !token.Is("from")) return {};
  Found found{{aws, iam}, {}};
  for (;;) {
    token = lexer.Next();
    // A name could not hold the quote of names.
    const bool is_name = token.kind == TokenKind::kString && token.text.size() > 2 &&
                         token.text.back() == '\'' && token.text.find('"') == std::string_view::npos;
    if (!is_name) return {};
    found.arns.push_back(token);
    token = lexer.Next();
    if (!token.IsSign(',')) break;
  }
  return token.kind == TokenKind::kEnd || token.IsSign(';') ? found : Found{};
}

}  // namespace

void ReadIamAsRoles(std::string& sql) {
  if (!Mentions(sql)) return;
  const std::string text = sql;
  Lexer lexer(text);
  do {
    const Found found = Find(lexer);
    for (const Token& word : found.words) sql.replace(word.begin, word.text.size(), word.text.size(), ' ');
    for (const Token& arn : found.arns) {
      sql[arn.begin] = '"';
      sql[arn.begin + arn.text.size() - 1] = '"';
    }
  } while (lexer.SkipStatement().kind != TokenKind::kEnd);
}

std::vector<std::string> IamArns(std::string_view statement) {
  std::vector<std::string> arns;
  for (const Token& arn : Find(Lexer(statement)).arns) {
    arns.emplace_back(arn.text.substr(1, arn.text.size() - 2));
  }
  return arns;
}

}  // namespace ordinal::dialect
