#include "types/jsonpath.h"

#include <charconv>
#include <utility>

#include "base/error.h"
#include "types/json.h"
#include "types/jsonpath_lexer.h"
#include "types/numeric.h"
#include "types/scan.h"
#include "types/utf8.h"

namespace ordinal::types {
namespace {

using base::Error;
using ItemPtr = std::unique_ptr<PathItem>;
using Token = PathToken::Kind;

// Steps and operators that may lie within each other, or behind one another.
constexpr int kDepthMax = 500;
constexpr int kChainMax = 2000;

[[noreturn]] void ThrowDepth() {
  throw Error(base::sqlstate::kStatementTooComplex, "stack depth limit exceeded");
}

ItemPtr Make(PathKind kind, std::string text = {}) {
  auto item = std::make_unique<PathItem>();
  item->kind = kind;
  item->text = std::move(text);
  return item;
}

ItemPtr Make(PathKind kind, ItemPtr left, ItemPtr right = nullptr) {
  ItemPtr item = Make(kind);
  item->operands.push_back(std::move(left));
  if (right) item->operands.push_back(std::move(right));
  return item;
}

struct Method {
  std::string_view name;
  PathKind kind;
};
constexpr Method kMethods[] = {
    {"type", PathKind::kType},         {"size", PathKind::kSize},         {"abs", PathKind::kAbs},
    {"floor", PathKind::kFloor},       {"ceiling", PathKind::kCeiling},   {"double", PathKind::kDouble},
    {"datetime", PathKind::kDatetime}, {"keyvalue", PathKind::kKeyValue},
};
constexpr Method kComparisons[] = {
    {"==", PathKind::kEqual},     {"!=", PathKind::kNotEqual},     {"<>", PathKind::kNotEqual},
    {"<=", PathKind::kLessEqual}, {">=", PathKind::kGreaterEqual}, {"<", PathKind::kLess},
    {">", PathKind::kGreater},
};

// The grammar tells predicates, which are true, false or unknown, from expressions, which give items.
struct Parsed {
  ItemPtr item;
  bool predicate = false;
};

class Parser {
 public:
  explicit Parser(std::string_view text) : lexer_(text) { Advance(); }

  JsonPath Run() {
    JsonPath path;
    if (IsWord("strict")) {
      path.strict = true;
      Advance();
    } else if (IsWord("lax")) {
      Advance();
    }
    path.root = ParseOr().item;
    if (token_.kind != Token::kEnd) ThrowUnexpected();
    if (!misplaced_.empty()) throw Error(base::sqlstate::kSyntaxError, misplaced_);
    return path;
  }

 private:
  void Advance() {
    token_ = has_following_ ? std::move(following_) : lexer_.Next();
    has_following_ = false;
  }

  const PathToken& Following() {
    if (!has_following_) {
      following_ = lexer_.Next();
      has_following_ = true;
    }
    return following_;
  }

  [[noreturn]] void ThrowUnexpected() const {
    if (token_.shown.empty()) {
      throw Error(base::sqlstate::kSyntaxError, "syntax error at end of jsonpath input");
    }
    throw Error(base::sqlstate::kSyntaxError,
                "syntax error at or near \"" + token_.shown + "\" of jsonpath input");
  }

  bool Is(std::string_view symbol) const { return token_.kind == Token::kSymbol && token_.text == symbol; }
  bool IsWord(std::string_view keyword) const {
    return token_.kind == Token::kWord && token_.keyword && token_.lower == keyword;
  }
  void Expect(std::string_view symbol) {
    if (!Is(symbol)) ThrowUnexpected();
    Advance();
  }
  void ExpectWord(std::string_view keyword) {
    if (!IsWord(keyword)) ThrowUnexpected();
    Advance();
  }
  // Errors of syntax go before those of meaning.
  void Misplace(const char* message) {
    if (misplaced_.empty()) misplaced_ = message;
  }
  ItemPtr Expression(Parsed parsed) const {
    if (parsed.predicate) ThrowUnexpected();
    return std::move(parsed.item);
  }
  ItemPtr Predicate(Parsed parsed) const {
    if (!parsed.predicate) ThrowUnexpected();
    return std::move(parsed.item);
  }

  Parsed ParseOr() {
    if (++depth_ > kDepthMax) ThrowDepth();
    Parsed left = ParseAnd();
    int chain = 0;
    while (left.predicate && Is("||")) {
      if (++chain > kDepthMax) ThrowDepth();
      Advance();
      left = {Make(PathKind::kOr, std::move(left.item), Predicate(ParseAnd())), true};
    }
    --depth_;
    return left;
  }

  Parsed ParseAnd() {
    Parsed left = ParsePredicate();
    int chain = 0;
    while (left.predicate && Is("&&")) {
      if (++chain > kDepthMax) ThrowDepth();
      Advance();
      left = {Make(PathKind::kAnd, std::move(left.item), Predicate(ParsePredicate())), true};
    }
    return left;
  }

  ItemPtr ParseExpression() {
    if (++depth_ > kDepthMax) ThrowDepth();
    ItemPtr expression = Expression(ParseSum());
    --depth_;
    return expression;
  }

  ItemPtr ParseDelimited() {
    if (IsWord("exists")) {
      Advance();
      Expect("(");
      ItemPtr operand = ParseExpression();
      Expect(")");
      return Make(PathKind::kExists, std::move(operand));
    }
    Expect("(");
    ItemPtr predicate = Predicate(ParseOr());
    Expect(")");
    return predicate;
  }

  Parsed ParsePredicate() {
    if (Is("!")) {
      Advance();
      return {Make(PathKind::kNot, ParseDelimited()), true};
    }
    if (IsWord("exists")) return {ParseDelimited(), true};
    Parsed left = ParseSum();
    if (left.predicate) {
      if (!IsWord("is")) return left;
      Advance();
      ExpectWord("unknown");
      return {Make(PathKind::kIsUnknown, std::move(left.item)), true};
    }
    for (const Method& comparison : kComparisons) {
      if (!Is(comparison.name)) continue;
      Advance();
      return {Make(comparison.kind, std::move(left.item), Expression(ParseSum())), true};
    }
    if (IsWord("starts")) return {ParseStartsWith(std::move(left.item)), true};
    if (IsWord("like_regex")) return {ParseLikeRegex(std::move(left.item)), true};
    return left;
  }

  ItemPtr ParseStartsWith(ItemPtr left) {
    Advance();
    ExpectWord("with");
    if (token_.kind != Token::kString && token_.kind != Token::kVariable) ThrowUnexpected();
    const PathKind kind = token_.kind == Token::kString ? PathKind::kString : PathKind::kVariable;
    ItemPtr right = Make(kind, token_.text);
    Advance();
    return Make(PathKind::kStartsWith, std::move(left), std::move(right));
  }

  ItemPtr ParseLikeRegex(ItemPtr left) {
    Advance();
    ItemPtr item = Make(PathKind::kLikeRegex, std::move(left));
    if (token_.kind != Token::kString) ThrowUnexpected();
    item->text = token_.text;
    Advance();
    if (!IsWord("flag")) return item;
    Advance();
    if (token_.kind != Token::kString) ThrowUnexpected();
    item->flags = Flags(token_.text);
    Advance();
    return item;
  }

  static std::string Flags(std::string_view text) {
    constexpr std::string_view kFlags = "ismxq";
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (kFlags.find(text[i]) != std::string_view::npos) continue;
      const std::string_view rest = text.substr(i);
      throw Error(base::sqlstate::kSyntaxError, "invalid input syntax for type jsonpath")
          .Detail("Unrecognized flag character \"" + std::string(rest.substr(0, BytesOfCharacters(rest, 1))) +
                  "\" in LIKE_REGEX predicate.");
    }
    std::string flags;
    for (const char flag : kFlags) {
      if (text.find(flag) != std::string_view::npos) flags += flag;
    }
    if (flags.find('x') != std::string::npos && flags.find('q') == std::string::npos) {
      throw Error(base::sqlstate::kFeatureNotSupported,
                  "XQuery \"x\" flag (expanded regular expressions) is not implemented");
    }
    return flags;
  }

  Parsed ParseSum() {
    Parsed left = ParseProduct();
    int chain = 0;
    while (!left.predicate && (Is("+") || Is("-"))) {
      if (++chain > kDepthMax) ThrowDepth();
      const PathKind kind = Is("+") ? PathKind::kAdd : PathKind::kSubtract;
      Advance();
      left = {Make(kind, std::move(left.item), Expression(ParseProduct())), false};
    }
    return left;
  }

  Parsed ParseProduct() {
    Parsed left = ParseSigned();
    int chain = 0;
    while (!left.predicate && (Is("*") || Is("/") || Is("%"))) {
      if (++chain > kDepthMax) ThrowDepth();
      const PathKind kind = Is("*") ? PathKind::kMultiply : Is("/") ? PathKind::kDivide : PathKind::kModulo;
      Advance();
      left = {Make(kind, std::move(left.item), Expression(ParseSigned())), false};
    }
    return left;
  }

  Parsed ParseSigned() {
    if (!Is("+") && !Is("-")) return ParseAccessors();
    if (++depth_ > kDepthMax) ThrowDepth();
    const PathKind kind = Is("+") ? PathKind::kPlus : PathKind::kMinus;
    Advance();
    ItemPtr operand = Expression(ParseSigned());
    --depth_;
    // A sign in front of a number is a part of it.
    if (operand->kind == PathKind::kNumber && !operand->next) {
      if (kind == PathKind::kMinus) operand->text = (-Numeric::Parse(operand->text)).ToString();
      return {std::move(operand), false};
    }
    return {Make(kind, std::move(operand)), false};
  }

  Parsed ParseAccessors() {
    Parsed base = ParsePrimary();
    PathItem* end = base.item.get();
    while (end->next) end = end->next.get();
    for (int chain = 0; Is(".") || Is("[") || Is("?"); ++chain) {
      if (chain > kChainMax) ThrowDepth();
      ItemPtr accessor = ParseAccessor();
      end->next = std::move(accessor);
      end = end->next.get();
      base.predicate = false;
    }
    return base;
  }

  Parsed ParsePrimary() {
    if (Is("(")) {
      Advance();
      Parsed inner = ParseOr();
      Expect(")");
      return inner;
    }
    ItemPtr item = ParseScalar();
    Advance();
    return {std::move(item), false};
  }

  ItemPtr ParseScalar() {
    switch (token_.kind) {
      case Token::kString:
        return Make(PathKind::kString, token_.text);
      case Token::kVariable:
        return Make(PathKind::kVariable, token_.text);
      case Token::kInteger:
      case Token::kNumber:
        return Make(PathKind::kNumber, Numeric::Parse(token_.text).ToString());
      default:
        break;
    }
    if (Is("$")) return Make(PathKind::kRoot);
    if (Is("@")) {
      if (filters_ == 0) {
        Misplace("@ is not allowed in root expressions");
      }
      return Make(PathKind::kCurrent);
    }
    if (IsWord("null")) return Make(PathKind::kNull);
    if (IsWord("true")) return Make(PathKind::kTrue);
    if (IsWord("false")) return Make(PathKind::kFalse);
    if (!IsWord("last")) ThrowUnexpected();
    if (!in_subscript_) {
      Misplace("LAST is allowed only in array subscripts");
    }
    return Make(PathKind::kLast);
  }

  ItemPtr ParseAccessor() {
    if (Is("[")) return ParseSubscripts();
    if (Is("?")) return ParseFilter();
    Advance();
    if (Is("*")) {
      Advance();
      return Make(PathKind::kAnyKey);
    }
    if (Is("**")) return ParseAny();
    if (token_.kind == Token::kWord && token_.keyword && Following().kind == Token::kSymbol &&
        Following().text == "(") {
      for (const Method& method : kMethods) {
        if (token_.lower == method.name) return ParseMethod(method.kind);
      }
    }
    if (token_.kind != Token::kWord && token_.kind != Token::kString) ThrowUnexpected();
    ItemPtr key = Make(PathKind::kKey, token_.text);
    Advance();
    return key;
  }

  ItemPtr ParseMethod(PathKind kind) {
    ItemPtr item = Make(kind);
    Advance();
    Expect("(");
    if (kind == PathKind::kDatetime && token_.kind == Token::kString) {
      item->text = token_.text;
      item->has_template = true;
      Advance();
    }
    Expect(")");
    return item;
  }

  ItemPtr ParseFilter() {
    Advance();
    Expect("(");
    ++filters_;
    ItemPtr item = Make(PathKind::kFilter, Predicate(ParseOr()));
    --filters_;
    Expect(")");
    return item;
  }

  ItemPtr ParseSubscripts() {
    Advance();
    if (Is("*")) {
      Advance();
      Expect("]");
      return Make(PathKind::kAnyArray);
    }
    const bool saved = std::exchange(in_subscript_, true);
    ItemPtr item = Make(PathKind::kSubscripts);
    while (true) {
      item->operands.push_back(ParseExpression());
      ItemPtr to;
      if (IsWord("to")) {
        Advance();
        to = ParseExpression();
      }
      item->operands.push_back(std::move(to));
      if (!Is(",")) break;
      Advance();
    }
    in_subscript_ = saved;
    Expect("]");
    return item;
  }

  std::uint32_t Level() {
    std::uint32_t level = PathItem::kLastLevel;
    if (token_.kind == Token::kInteger) {
      const std::string& digits = token_.text;
      const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), level);
      if (error != std::errc() || level > 0x7FFFFFFF) {
        throw Error(base::sqlstate::kNumericValueOutOfRange,
                    "value \"" + digits + "\" is out of range for type integer");
      }
    } else if (!IsWord("last")) {
      ThrowUnexpected();
    }
    Advance();
    return level;
  }

  ItemPtr ParseAny() {
    Advance();
    ItemPtr item = Make(PathKind::kAny);
    item->last = PathItem::kLastLevel;
    if (!Is("{")) return item;
    Advance();
    item->first = item->last = Level();
    if (IsWord("to")) {
      Advance();
      item->last = Level();
    }
    Expect("}");
    return item;
  }

  PathLexer lexer_;
  PathToken token_;
  PathToken following_;
  bool has_following_ = false;
  int depth_ = 0;
  int filters_ = 0;
  bool in_subscript_ = false;
  std::string misplaced_;  // the first word that has no meaning where it stands
};

}  // namespace

JsonPath ParseJsonPath(std::string_view text) {
  if (text.find_first_not_of(" \t\n\r\f") == std::string_view::npos) {
    throw Error(base::sqlstate::kInvalidTextRepresentation,
                "invalid input syntax for type jsonpath: \"" + std::string(text) + "\"");
  }
  return Parser(text).Run();
}

}  // namespace ordinal::types
