#include "regex/parser.h"

#include <map>
#include <utility>

#include "regex/error.h"
#include "regex/length.h"
#include "regex/lexer.h"

namespace ordinal::regex {
namespace {

// Groups within groups, and so the depth of all that walks the tree.
constexpr int kNestingMax = 1000;
constexpr int kRepetitionsMax = 255;

constexpr std::string_view kParenthesesUnbalanced = "parentheses () not balanced";

class Parser {
 public:
  Parser(std::string_view pattern, const Options& options) : lexer_(pattern, options) {}

  SyntaxTree Run() {
    tree_.ignore_case = lexer_.options().ignore_case;
    tree_.root = ParseAlternation({});
    tree_.captures = opened_;
    return std::move(tree_);
  }

 private:
  // What the parts of a group are read in.
  struct Surroundings {
    bool in_group = false;
    bool in_look = false;
    int depth = 0;
  };

  void Advance() { lexer_.Advance(opened_); }
  bool Sees(TokenKind kind) const { return lexer_.kind() == kind; }
  bool Take(TokenKind kind) {
    if (!Sees(kind)) return false;
    Advance();
    return true;
  }
  bool Is(Syntax syntax) const { return lexer_.options().syntax == syntax; }

  std::unique_ptr<Alternation> ParseAlternation(const Surroundings& where);
  Branch ParseBranch(const Surroundings& where);
  Atom ParseAtom(const Surroundings& where);
  Atom ParseGroup(const Surroundings& where);
  Atom ParseLook(const Surroundings& where);
  Atom ParseReference(const Surroundings& where);
  Quantifier ParseQuantifier();
  Quantifier ParseBound();
  int ParseCount();

  Atom ParseBracket();
  void ParseBracketPart(CharacterSet& set);
  char32_t ParseRangeEnd();
  char32_t TakeElement();
  CharacterSet ClassOf(char32_t letter, bool complement) const;
  Atom AtomOf(CharacterSet set);

  Lexer lexer_;
  SyntaxTree tree_;
  std::map<CharacterSet, std::size_t> known_sets_;
  std::map<int, const Alternation*> closed_groups_;
  int opened_ = 0;
};

std::unique_ptr<Alternation> Parser::ParseAlternation(const Surroundings& where) {
  if (where.depth > kNestingMax) ThrowInvalid(kTooComplex);
  auto alternation = std::make_unique<Alternation>();
  do {
    alternation->branches.push_back(ParseBranch(where));
  } while (Take(TokenKind::kOr));
  if (where.in_group && !Sees(TokenKind::kClose)) ThrowInvalid(kParenthesesUnbalanced);
  alternation->length = LengthOf(*alternation);
  return alternation;
}

Branch Parser::ParseBranch(const Surroundings& where) {
  Branch branch;
  while (!Sees(TokenKind::kOr) && !Sees(TokenKind::kEnd) && !(where.in_group && Sees(TokenKind::kClose))) {
    Atom atom = ParseAtom(where);
    const bool repeats = atom.kind != AtomKind::kPlace && atom.kind != AtomKind::kLook;
    if (repeats) atom.quantifier = ParseQuantifier();
    branch.atoms.push_back(std::move(atom));
  }
  return branch;
}

Atom Parser::ParseAtom(const Surroundings& where) {
  const char32_t value = lexer_.value();
  switch (lexer_.kind()) {
    case TokenKind::kClose:
      // POSIX lets a lone parenthesis stand for itself in extended expressions.
      if (!Is(Syntax::kExtended)) ThrowInvalid(kParenthesesUnbalanced);
      [[fallthrough]];
    case TokenKind::kPlain: {
      CharacterSet set;
      set.Add(value);
      if (lexer_.options().ignore_case) set.AddOtherCases();
      Advance();
      return AtomOf(std::move(set));
    }
    case TokenKind::kAny: {
      CharacterSet set;
      if (lexer_.options().newline_stops) set.Add(U'\n');
      set.Complement();
      Advance();
      return AtomOf(std::move(set));
    }
    case TokenKind::kClass:
    case TokenKind::kOtherClass: {
      CharacterSet set = ClassOf(value, Sees(TokenKind::kOtherClass));
      Advance();
      return AtomOf(std::move(set));
    }
    case TokenKind::kBracketOpen:
      return ParseBracket();
    case TokenKind::kPlace: {
      Atom atom;
      atom.kind = AtomKind::kPlace;
      atom.place = static_cast<Place>(value);
      Advance();
      return atom;
    }
    case TokenKind::kLook:
      return ParseLook(where);
    case TokenKind::kOpen:
      return ParseGroup(where);
    case TokenKind::kBackReference:
      return ParseReference(where);
    default:
      ThrowInvalid("quantifier operand invalid");
  }
}

Atom Parser::ParseGroup(const Surroundings& where) {
  Atom atom;
  atom.kind = AtomKind::kGroup;
  // What lookaround finds is not kept.
  if (lexer_.value() != 0 && !where.in_look) atom.capture = ++opened_;
  Advance();
  atom.sub = ParseAlternation({.in_group = true, .in_look = where.in_look, .depth = where.depth + 1});
  Advance();
  if (atom.capture != 0) closed_groups_[atom.capture] = atom.sub.get();
  return atom;
}

Atom Parser::ParseLook(const Surroundings& where) {
  Atom atom;
  atom.kind = AtomKind::kLook;
  atom.behind = (lexer_.value() & kLookBehind) != 0;
  atom.negative = (lexer_.value() & kLookNegative) != 0;
  atom.look = tree_.looks++;
  Advance();
  atom.sub = ParseAlternation({.in_group = true, .in_look = true, .depth = where.depth + 1});
  Advance();
  return atom;
}

Atom Parser::ParseReference(const Surroundings& where) {
  Atom atom;
  atom.kind = AtomKind::kReference;
  atom.referred = static_cast<int>(lexer_.value());
  const auto group = closed_groups_.find(atom.referred);
  if (where.in_look || group == closed_groups_.end()) ThrowInvalid("invalid backreference number");
  atom.referent = group->second;
  tree_.has_references = true;
  Advance();
  return atom;
}

Quantifier Parser::ParseQuantifier() {
  const Preference preference = lexer_.value() != 0 ? Preference::kLongest : Preference::kShortest;
  if (Take(TokenKind::kStar)) return {0, kUnbounded, preference};
  if (Take(TokenKind::kPlus)) return {1, kUnbounded, preference};
  if (Take(TokenKind::kQuestion)) return {0, 1, preference};
  if (Take(TokenKind::kBoundOpen)) return ParseBound();
  return {};
}

Quantifier Parser::ParseBound() {
  Quantifier bound;
  bound.min = bound.max = ParseCount();
  const bool is_range = Take(TokenKind::kComma);
  if (is_range) bound.max = Sees(TokenKind::kDigit) ? ParseCount() : kUnbounded;
  const bool is_backwards = bound.max != kUnbounded && bound.min > bound.max;
  if (is_backwards || !Sees(TokenKind::kBoundClose)) ThrowInvalid("invalid repetition count(s)");
  if (is_range) bound.preference = lexer_.value() != 0 ? Preference::kLongest : Preference::kShortest;
  Advance();
  return bound;
}

int Parser::ParseCount() {
  int count = 0;
  while (Sees(TokenKind::kDigit) && count <= kRepetitionsMax) {
    count = count * 10 + static_cast<int>(lexer_.value());
    Advance();
  }
  if (count > kRepetitionsMax) ThrowInvalid("invalid repetition count(s)");
  return count;
}

Atom Parser::ParseBracket() {
  const bool negated = lexer_.value() != 0;
  Advance();
  CharacterSet set;
  while (!Sees(TokenKind::kBracketClose)) ParseBracketPart(set);
  Advance();
  if (lexer_.options().ignore_case) set.AddOtherCases();
  if (negated) {
    if (lexer_.options().newline_stops) set.Add(U'\n');
    set.Complement();
  }
  return AtomOf(std::move(set));
}

void Parser::ParseBracketPart(CharacterSet& set) {
  switch (lexer_.kind()) {
    case TokenKind::kClass:
    case TokenKind::kOtherClass:
      set.Add(ClassOf(lexer_.value(), Sees(TokenKind::kOtherClass)));
      Advance();
      return;
    case TokenKind::kNamedClass: {
      const std::u32string name = lexer_.token_text();
      Advance();
      const std::optional<CharacterSet> named = NamedClass(name);
      if (!named) ThrowInvalid("invalid character class");
      set.Add(*named);
      return;
    }
    case TokenKind::kEquivalence:
      set.Add(TakeElement());
      return;
    case TokenKind::kRange:
      ThrowInvalid("invalid character range");
    default:
      break;
  }
  const char32_t first = TakeElement();
  const char32_t last = Take(TokenKind::kRange) ? ParseRangeEnd() : first;
  if (last < first) ThrowInvalid("invalid character range");
  set.Add(first, last);
}

char32_t Parser::ParseRangeEnd() {
  const bool fits = Sees(TokenKind::kPlain) || Sees(TokenKind::kRange) || Sees(TokenKind::kElement);
  if (!fits) ThrowInvalid("invalid character range");
  return TakeElement();
}

char32_t Parser::TakeElement() {
  const bool is_named = Sees(TokenKind::kElement) || Sees(TokenKind::kEquivalence);
  const std::u32string name = is_named ? lexer_.token_text() : std::u32string(1, lexer_.value());
  Advance();
  const std::optional<char32_t> element = CollatingElement(name);
  if (!element) ThrowInvalid("invalid collating element");
  return *element;
}

CharacterSet Parser::ClassOf(char32_t letter, bool complement) const {
  CharacterSet set = *NamedClass(letter == U'd' ? U"digit" : letter == U's' ? U"space" : U"word");
  if (complement) set.Complement();
  return set;
}

Atom Parser::AtomOf(CharacterSet set) {
  set.Normalize();
  Atom atom;
  atom.set = known_sets_.try_emplace(set, tree_.sets.size()).first->second;
  if (atom.set == tree_.sets.size()) tree_.sets.push_back(std::move(set));
  return atom;
}

}  // namespace

SyntaxTree Parse(std::string_view pattern, const Options& options) { return Parser(pattern, options).Run(); }

}  // namespace ordinal::regex
