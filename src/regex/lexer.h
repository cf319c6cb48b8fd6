// Cuts the text of an expression into tokens.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "regex/options.h"

namespace ordinal::regex {

enum class TokenKind : std::uint8_t {
  kStart,  // before the first token
  kEnd,
  kPlain,          // value: the character
  kAny,            // .
  kPlace,          // value: a Place
  kOpen,           // value: whether the group captures
  kLook,           // value: bits kLookBehind and kLookNegative
  kClose,          // )
  kOr,             // |
  kStar,           // value, also of the next three: whether it prefers much
  kPlus,           //
  kQuestion,       //
  kBoundClose,     // }
  kBoundOpen,      // {
  kDigit,          // within bounds; value: 0 to 9
  kComma,          // within bounds
  kBackReference,  // value: the group's number
  kClass,          // \d and kin; value: the letter in lower case
  kOtherClass,     // \D and kin; value: the letter in lower case
  kBracketOpen,    // value: whether it is negated
  kBracketClose,   // ]
  kRange,          // - within brackets
  kElement,        // [. and what it holds, which token_text() gives, with its end .]
  kEquivalence,    // [= likewise
  kNamedClass,     // [: likewise
};

inline constexpr char32_t kLookBehind = 1;
inline constexpr char32_t kLookNegative = 2;

// Gives one token after another. It is told how many groups have been opened, for \12 is a back reference or
// an octal number by that. Errors: 2201B.
class Lexer {
 public:
  // Reads the directors (***) and embedded options that the text begins with, and the first token.
  // Errors: 2201B also where the options contradict each other.
  Lexer(std::string_view pattern, const Options& options);

  TokenKind kind() const { return kind_; }
  char32_t value() const { return value_; }
  const std::u32string& token_text() const { return token_text_; }
  // As the caller said, changed by what the expression says of itself.
  const Options& options() const { return options_; }
  // Moves on to the next token.
  void Advance(int groups_opened);

 private:
  enum class Context : std::uint8_t { kExtended, kBasic, kLiteral, kBracket, kExtendedBound, kBasicBound };

  void ReadDirector();
  void ReadEmbeddedOptions();
  void ReadEmbeddedOption(char32_t letter);

  void Set(TokenKind kind, char32_t value = 0) {
    kind_ = kind;
    value_ = value;
  }
  bool AtEnd() const { return at_ == text_.size(); }
  bool NextIs(char32_t character) const { return !AtEnd() && text_[at_] == character; }
  bool TakeNext(char32_t character);
  bool HasRest(std::u32string_view rest) const {
    return std::u32string_view(text_).substr(at_, rest.size()) == rest;
  }
  void SkipBlanks();

  void ReadEnd();
  void ReadExtended(char32_t character);
  void ReadQuantifier(TokenKind kind);
  void ReadOpening();
  void ReadBoundOpening();
  void ReadBracketOpening();
  void ReadBasic(char32_t character);
  void ReadBasicBackslash();
  void ReadBound(char32_t character);
  void ReadBracket(char32_t character);
  void ReadBracketBackslash();
  void ReadBracketName(TokenKind kind, char32_t closing);
  void ReadEscape();
  void ReadNumberedEscape();
  // Reads digits of a base, at least `least` and at most `most` of them.
  char32_t ReadDigits(unsigned base, std::size_t least, std::size_t most);

  std::u32string text_;
  std::size_t at_ = 0;
  Options options_;
  Context context_ = Context::kExtended;
  TokenKind kind_ = TokenKind::kStart;
  TokenKind last_ = TokenKind::kStart;
  bool last_is_begin_ = false;  // it was ^
  char32_t value_ = 0;
  std::u32string token_text_;
  int groups_opened_ = 0;
};

}  // namespace ordinal::regex
