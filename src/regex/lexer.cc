#include "regex/lexer.h"

#include "regex/error.h"
#include "regex/syntax.h"
#include "regex/utf8.h"

namespace ordinal::regex {
namespace {

constexpr std::string_view kEscapeInvalid = "invalid escape \\ sequence";
constexpr std::string_view kOperandInvalid = "quantifier operand invalid";
constexpr std::string_view kRepetitionInvalid = "invalid repetition count(s)";
constexpr std::string_view kOptionInvalid = "invalid embedded option";
constexpr std::string_view kBracketsUnbalanced = "brackets [] not balanced";
// The largest code that an escape may name, although no text has characters behind kLastCharacter.
constexpr char32_t kLargestEscape = 0x7FFFFFFE;

bool IsBlank(char32_t character) { return character == U' ' || (character >= U'\t' && character <= U'\r'); }
bool IsDigit(char32_t character) { return character >= U'0' && character <= U'9'; }
bool IsLetter(char32_t character) { return OtherCase(character) != character; }

int DigitValue(char32_t character) {
  if (IsDigit(character)) return static_cast<int>(character - U'0');
  const char32_t lower = character | 0x20;
  return lower >= U'a' && lower <= U'f' ? static_cast<int>(lower - U'a') + 10 : -1;
}

std::u32string Decode(std::string_view pattern) {
  std::u32string text;
  for (std::size_t at = 0; at < pattern.size();) text += TakeCharacter(pattern, at);
  return text;
}

char32_t PlaceValue(Place place) { return static_cast<char32_t>(place); }

}  // namespace

Lexer::Lexer(std::string_view pattern, const Options& options) : text_(Decode(pattern)), options_(options) {
  const bool literal = options_.syntax == Syntax::kLiteral;
  if (literal && (options_.expanded || options_.newline_stops || options_.newline_anchors)) {
    ThrowInvalid("invalid argument to regex function");
  }
  if (!literal) ReadDirector();
  if (options_.syntax == Syntax::kAdvanced) ReadEmbeddedOptions();
  if (options_.syntax == Syntax::kLiteral) {
    options_ = {.syntax = Syntax::kLiteral, .ignore_case = options_.ignore_case};
  }
  context_ = options_.syntax == Syntax::kLiteral ? Context::kLiteral
             : options_.syntax == Syntax::kBasic ? Context::kBasic
                                                 : Context::kExtended;
  Advance(0);
}

void Lexer::ReadDirector() {
  if (!HasRest(U"***") || text_.size() < 4) return;
  switch (text_[3]) {
    case U'?':
      // Asks for the version, which is in the error.
      ThrowInvalid("invalid regexp (reg version 0.8)");
    case U'=':
      options_.syntax = Syntax::kLiteral;
      break;
    case U':':
      options_.syntax = Syntax::kAdvanced;
      break;
    default:
      ThrowInvalid(kOperandInvalid);
  }
  at_ = 4;
}

void Lexer::ReadEmbeddedOptions() {
  if (!HasRest(U"(?") || at_ + 2 >= text_.size() || !IsLetter(text_[at_ + 2])) return;
  at_ += 2;
  while (!AtEnd() && IsLetter(text_[at_])) ReadEmbeddedOption(text_[at_++]);
  if (!TakeNext(U')')) ThrowInvalid(kOptionInvalid);
}

void Lexer::ReadEmbeddedOption(char32_t letter) {
  const auto newlines = [this](bool stops, bool anchors) {
    options_.newline_stops = stops;
    options_.newline_anchors = anchors;
  };
  switch (letter) {
    case U'b':
      options_.syntax = Syntax::kBasic;
      break;
    case U'e':
      options_.syntax = Syntax::kExtended;
      break;
    case U'q':
      options_.syntax = Syntax::kLiteral;
      break;
    case U'c':
      options_.ignore_case = false;
      break;
    case U'i':
      options_.ignore_case = true;
      break;
    case U'm':
    case U'n':
      newlines(true, true);
      break;
    case U'p':
      newlines(true, false);
      break;
    case U's':
      newlines(false, false);
      break;
    case U'w':
      newlines(false, true);
      break;
    case U't':
      options_.expanded = false;
      break;
    case U'x':
      options_.expanded = true;
      break;
    default:
      ThrowInvalid(kOptionInvalid);
  }
}

bool Lexer::TakeNext(char32_t character) {
  if (!NextIs(character)) return false;
  ++at_;
  return true;
}

void Lexer::SkipBlanks() {
  while (!AtEnd()) {
    if (IsBlank(text_[at_])) {
      ++at_;
    } else if (text_[at_] == U'#') {
      while (!AtEnd() && text_[at_] != U'\n') ++at_;
    } else {
      break;
    }
  }
}

void Lexer::Advance(int groups_opened) {
  groups_opened_ = groups_opened;
  last_ = kind_;
  last_is_begin_ = kind_ == TokenKind::kPlace &&
                   (value_ == PlaceValue(Place::kTextBegin) || value_ == PlaceValue(Place::kLineBegin));
  if (options_.expanded && context_ != Context::kBracket) SkipBlanks();
  if (AtEnd()) {
    ReadEnd();
    return;
  }
  const char32_t character = text_[at_++];
  switch (context_) {
    case Context::kExtended:
      ReadExtended(character);
      break;
    case Context::kBasic:
      ReadBasic(character);
      break;
    case Context::kLiteral:
      Set(TokenKind::kPlain, character);
      break;
    case Context::kBracket:
      ReadBracket(character);
      break;
    case Context::kExtendedBound:
    case Context::kBasicBound:
      ReadBound(character);
      break;
  }
}

void Lexer::ReadEnd() {
  if (context_ == Context::kBracket) ThrowInvalid(kBracketsUnbalanced);
  if (context_ == Context::kExtendedBound || context_ == Context::kBasicBound) {
    ThrowInvalid("braces {} not balanced");
  }
  Set(TokenKind::kEnd);
}

void Lexer::ReadExtended(char32_t character) {
  switch (character) {
    case U'|':
      return Set(TokenKind::kOr);
    case U'*':
      return ReadQuantifier(TokenKind::kStar);
    case U'+':
      return ReadQuantifier(TokenKind::kPlus);
    case U'?':
      return ReadQuantifier(TokenKind::kQuestion);
    case U'{':
      return ReadBoundOpening();
    case U'(':
      return ReadOpening();
    case U')':
      return Set(TokenKind::kClose, character);
    case U'[':
      return ReadBracketOpening();
    case U'.':
      return Set(TokenKind::kAny);
    case U'^':
      return Set(TokenKind::kPlace,
                 PlaceValue(options_.newline_anchors ? Place::kLineBegin : Place::kTextBegin));
    case U'$':
      return Set(TokenKind::kPlace, PlaceValue(options_.newline_anchors ? Place::kLineEnd : Place::kTextEnd));
    case U'\\':
      if (AtEnd()) ThrowInvalid(kEscapeInvalid);
      if (options_.syntax == Syntax::kAdvanced) return ReadEscape();
      return Set(TokenKind::kPlain, text_[at_++]);
    default:
      return Set(TokenKind::kPlain, character);
  }
}

void Lexer::ReadQuantifier(TokenKind kind) {
  const bool shortest = options_.syntax == Syntax::kAdvanced && TakeNext(U'?');
  Set(kind, shortest ? 0 : 1);
}

void Lexer::ReadBoundOpening() {
  if (options_.expanded) SkipBlanks();
  // Without a number behind it the brace stands for itself.
  if (AtEnd() || !IsDigit(text_[at_])) return Set(TokenKind::kPlain, U'{');
  context_ = Context::kExtendedBound;
  Set(TokenKind::kBoundOpen);
}

void Lexer::ReadOpening() {
  if (options_.syntax != Syntax::kAdvanced || !TakeNext(U'?')) return Set(TokenKind::kOpen, 1);
  const bool behind = TakeNext(U'<');
  if (AtEnd()) ThrowInvalid(kOperandInvalid);
  const char32_t character = text_[at_++];
  if (character == U'=' || character == U'!') {
    return Set(TokenKind::kLook, (behind ? kLookBehind : 0) | (character == U'!' ? kLookNegative : 0));
  }
  if (behind) ThrowInvalid(kOperandInvalid);
  if (character == U':') return Set(TokenKind::kOpen, 0);
  if (character != U'#') ThrowInvalid(kOperandInvalid);
  while (!AtEnd() && text_[at_] != U')') ++at_;
  TakeNext(U')');
  kind_ = last_;
  Advance(groups_opened_);
}

void Lexer::ReadBracketOpening() {
  if (HasRest(U"[:<:]]") || HasRest(U"[:>:]]")) {
    const bool begins = text_[at_ + 2] == U'<';
    at_ += 6;
    return Set(TokenKind::kPlace, PlaceValue(begins ? Place::kWordBegin : Place::kWordEnd));
  }
  context_ = Context::kBracket;
  Set(TokenKind::kBracketOpen, TakeNext(U'^') ? 1 : 0);
}

void Lexer::ReadBasic(char32_t character) {
  const bool begins = last_ == TokenKind::kStart || last_ == TokenKind::kOpen;
  switch (character) {
    case U'*':
      if (begins || last_is_begin_) return Set(TokenKind::kPlain, character);
      return Set(TokenKind::kStar, 1);
    case U'[':
      return ReadBracketOpening();
    case U'.':
      return Set(TokenKind::kAny);
    case U'^':
      if (!begins) return Set(TokenKind::kPlain, character);
      return Set(TokenKind::kPlace,
                 PlaceValue(options_.newline_anchors ? Place::kLineBegin : Place::kTextBegin));
    case U'$':
      if (options_.expanded) SkipBlanks();
      if (!AtEnd() && !HasRest(U"\\)")) return Set(TokenKind::kPlain, character);
      return Set(TokenKind::kPlace, PlaceValue(options_.newline_anchors ? Place::kLineEnd : Place::kTextEnd));
    case U'\\':
      return ReadBasicBackslash();
    default:
      return Set(TokenKind::kPlain, character);
  }
}

void Lexer::ReadBasicBackslash() {
  if (AtEnd()) ThrowInvalid(kEscapeInvalid);
  const char32_t character = text_[at_++];
  switch (character) {
    case U'{':
      context_ = Context::kBasicBound;
      return Set(TokenKind::kBoundOpen);
    case U'(':
      return Set(TokenKind::kOpen, 1);
    case U')':
      return Set(TokenKind::kClose, character);
    case U'<':
      return Set(TokenKind::kPlace, PlaceValue(Place::kWordBegin));
    case U'>':
      return Set(TokenKind::kPlace, PlaceValue(Place::kWordEnd));
    default:
      if (character >= U'1' && character <= U'9') {
        return Set(TokenKind::kBackReference, character - U'0');
      }
      return Set(TokenKind::kPlain, character);
  }
}

void Lexer::ReadBound(char32_t character) {
  if (IsDigit(character)) return Set(TokenKind::kDigit, character - U'0');
  if (character == U',') return Set(TokenKind::kComma);
  if (context_ == Context::kExtendedBound && character == U'}') {
    context_ = Context::kExtended;
    return ReadQuantifier(TokenKind::kBoundClose);
  }
  if (context_ == Context::kBasicBound && character == U'\\' && TakeNext(U'}')) {
    context_ = Context::kBasic;
    return Set(TokenKind::kBoundClose, 1);
  }
  ThrowInvalid(kRepetitionInvalid);
}

void Lexer::ReadBracket(char32_t character) {
  const bool first = last_ == TokenKind::kBracketOpen;
  switch (character) {
    case U'\\':
      return ReadBracketBackslash();
    case U'-':
      return Set(first || NextIs(U']') ? TokenKind::kPlain : TokenKind::kRange, character);
    case U']':
      if (first) return Set(TokenKind::kPlain, character);
      context_ = options_.syntax == Syntax::kBasic ? Context::kBasic : Context::kExtended;
      return Set(TokenKind::kBracketClose);
    case U'[':
      if (AtEnd()) ThrowInvalid(kBracketsUnbalanced);
      if (TakeNext(U'.')) return ReadBracketName(TokenKind::kElement, U'.');
      if (TakeNext(U'=')) return ReadBracketName(TokenKind::kEquivalence, U'=');
      if (TakeNext(U':')) return ReadBracketName(TokenKind::kNamedClass, U':');
      return Set(TokenKind::kPlain, character);
    default:
      return Set(TokenKind::kPlain, character);
  }
}

void Lexer::ReadBracketBackslash() {
  if (options_.syntax != Syntax::kAdvanced) return Set(TokenKind::kPlain, U'\\');
  if (AtEnd()) ThrowInvalid(kEscapeInvalid);
  ReadEscape();
  const bool fits =
      kind_ == TokenKind::kPlain || kind_ == TokenKind::kClass || kind_ == TokenKind::kOtherClass;
  if (!fits) ThrowInvalid(kEscapeInvalid);
}

void Lexer::ReadBracketName(TokenKind kind, char32_t closing) {
  token_text_.clear();
  Set(kind);
  // Where no end comes, the next token does not, either.
  while (!AtEnd()) {
    const char32_t character = text_[at_++];
    if (character == closing && TakeNext(U']')) return;
    token_text_ += character;
  }
}

void Lexer::ReadEscape() {
  const auto plain = [this](char32_t character) { Set(TokenKind::kPlain, character); };
  const auto place = [this](Place which) { Set(TokenKind::kPlace, PlaceValue(which)); };
  const char32_t character = text_[at_++];
  switch (character) {
    case U'a':
      return plain(U'\a');
    case U'A':
      return place(Place::kTextBegin);
    case U'b':
      return plain(U'\b');
    case U'B':
      return plain(U'\\');
    case U'c':
      if (AtEnd()) ThrowInvalid(kEscapeInvalid);
      return plain(text_[at_++] & 0x1F);
    case U'd':
    case U's':
    case U'w':
      return Set(TokenKind::kClass, character);
    case U'D':
    case U'S':
    case U'W':
      return Set(TokenKind::kOtherClass, OtherCase(character));
    case U'e':
      return plain(0x1B);
    case U'f':
      return plain(U'\f');
    case U'm':
      return place(Place::kWordBegin);
    case U'M':
      return place(Place::kWordEnd);
    case U'n':
      return plain(U'\n');
    case U'r':
      return plain(U'\r');
    case U't':
      return plain(U'\t');
    case U'u':
      return plain(ReadDigits(16, 4, 4));
    case U'U':
      return plain(ReadDigits(16, 8, 8));
    case U'v':
      return plain(U'\v');
    case U'x':
      return plain(ReadDigits(16, 1, 255));
    case U'y':
      return place(Place::kWordEdge);
    case U'Y':
      return place(Place::kNotWordEdge);
    case U'Z':
      return place(Place::kTextEnd);
    default:
      if (IsLetter(character)) ThrowInvalid(kEscapeInvalid);
      if (!IsDigit(character)) return plain(character);
      --at_;
      return ReadNumberedEscape();
  }
}

void Lexer::ReadNumberedEscape() {
  const std::size_t begin = at_;
  if (text_[at_] != U'0') {
    const char32_t number = ReadDigits(10, 1, 255);
    // One digit is always a back reference, more are one if there are so many groups.
    if (at_ == begin + 1 || (number > 0 && static_cast<int>(number) <= groups_opened_)) {
      return Set(TokenKind::kBackReference, number);
    }
    at_ = begin;
  }
  char32_t character = ReadDigits(8, 1, 3);
  if (character > 0xFF) {
    // Three digits may name too much, and then only two are taken.
    --at_;
    character >>= 3;
  }
  Set(TokenKind::kPlain, character);
}

char32_t Lexer::ReadDigits(unsigned base, std::size_t least, std::size_t most) {
  char32_t number = 0;
  std::size_t count = 0;
  for (; count < most && !AtEnd(); ++count) {
    const int digit = DigitValue(text_[at_]);
    if (digit < 0 || digit >= static_cast<int>(base)) break;
    number = number * base + static_cast<char32_t>(digit);
    ++at_;
  }
  if (count < least || number > kLargestEscape) ThrowInvalid(kEscapeInvalid);
  return number;
}

}  // namespace ordinal::regex
