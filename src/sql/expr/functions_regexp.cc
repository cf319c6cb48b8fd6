#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/error.h"
#include "sql/expr/function_table.h"
#include "sql/expr/regex.h"
#include "sql/expr/series.h"
#include "types/array.h"
#include "types/utf8.h"

// The functions of regular expressions, and SIMILAR TO (manual, section 9.7).
namespace ordinal::sql {
namespace {

using base::Error;
using T = TypeId;
using Args = std::span<Value>;

[[noreturn]] void Throw(const std::string& message, const char* hint = nullptr) {
  Error error(base::sqlstate::kInvalidParameterValue, message);
  if (hint != nullptr) error.Hint(hint);
  throw error;
}

struct Flags {
  Regex::Options options;
  bool global = false;
};

Flags ReadFlags(std::string_view text) {
  Flags flags;
  const auto newlines = [&flags](bool stops, bool anchors) {
    flags.options.newline_stops = stops;
    flags.options.newline_anchors = anchors;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    switch (text[i]) {
      case 'g':
        flags.global = true;
        break;
      case 'b':
      case 'e':  // in PostgreSQL, too, this gives basic expressions and no extended ones
        flags.options.syntax = regex::Syntax::kBasic;
        break;
      case 'c':
        flags.options.ignore_case = false;
        break;
      case 'i':
        flags.options.ignore_case = true;
        break;
      case 'm':
      case 'n':
        newlines(true, true);
        break;
      case 'p':
        newlines(true, false);
        break;
      case 'q':
        flags.options.syntax = regex::Syntax::kLiteral;
        break;
      case 's':
        newlines(false, false);
        break;
      case 't':
        flags.options.expanded = false;
        break;
      case 'w':
        newlines(false, true);
        break;
      case 'x':
        flags.options.expanded = true;
        break;
      default: {
        const std::string_view rest = text.substr(i);
        Throw("invalid regular expression option: \"" +
              std::string(rest.substr(0, types::BytesOfCharacters(rest, 1))) + "\"");
      }
    }
  }
  return flags;
}

// Reads the flags of a function that looks at one match, or at all in any case.
Flags ReadOwnFlags(Args args, std::size_t at, std::string_view function, const char* hint = nullptr) {
  const Flags flags = ReadFlags(args.size() > at ? args[at].AsString() : std::string_view());
  if (flags.global) Throw(std::string(function) + "() does not support the \"global\" option", hint);
  return flags;
}

std::int64_t IntegerAt(Args args, std::size_t at, const char* name, std::int64_t least,
                       std::int64_t otherwise) {
  if (args.size() <= at) return otherwise;
  const std::int64_t value = args[at].AsInt();
  if (value < least) {
    Throw("invalid value for parameter \"" + std::string(name) + "\": " + std::to_string(value));
  }
  return value;
}

// The byte at which a search from character `start`, counted from 1, begins; nullopt beyond the end.
std::optional<std::size_t> ByteOf(std::string_view text, std::int64_t start) {
  const auto before = static_cast<std::size_t>(start - 1);
  if (before > text.size() || before > types::CountCharacters(text)) return std::nullopt;
  return types::BytesOfCharacters(text, before);
}

std::size_t AfterMatch(std::string_view text, const Regex::Span& match) {
  std::size_t next = match.end;
  if (match.begin != match.end) return next;
  ++next;
  while (next < text.size() && (static_cast<unsigned char>(text[next]) & 0xC0) == 0x80) ++next;
  return next;
}

Value PartOf(std::string_view text, const std::optional<Regex::Span>& span) {
  return span ? Value::String(text.substr(span->begin, span->end - span->begin)) : Value();
}

// The groups of a match, or all of it where the pattern has none.
Value GroupsOf(std::string_view text, const Regex::Groups& groups) {
  std::vector<Value> parts;
  for (std::size_t i = groups.size() > 1 ? 1 : 0; i < groups.size(); ++i) {
    parts.push_back(PartOf(text, groups[i]));
  }
  return types::MakeArray(T::kText, std::move(parts));
}

Value MatchOnce(EvalContext& context, Args args, const Expression&) {
  const Flags flags = ReadOwnFlags(args, 2, "regexp_match", "Use the regexp_matches function instead.");
  Regex::Groups groups;
  const std::string_view text = args[0].AsString();
  if (!CachedRegex(args[1].AsString(), flags.options, &context).Find(text, 0, groups)) return Value();
  return GroupsOf(text, groups);
}

Value IsLike(EvalContext& context, Args args, const Expression&) {
  const Flags flags = ReadOwnFlags(args, 2, "regexp_like");
  return Value::Bool(CachedRegex(args[1].AsString(), flags.options, &context).Matches(args[0].AsString()));
}

Value CountMatches(EvalContext& context, Args args, const Expression&) {
  const std::string_view text = args[0].AsString();
  const std::optional<std::size_t> start = ByteOf(text, IntegerAt(args, 2, "start", 1, 1));
  const Regex& regex =
      CachedRegex(args[1].AsString(), ReadOwnFlags(args, 3, "regexp_count").options, &context);
  std::int64_t count = 0;
  Regex::Groups groups;
  for (std::size_t at = start.value_or(text.size() + 1); regex.Find(text, at, groups); ++count) {
    at = AfterMatch(text, *groups[0]);
  }
  return Value::Int(count);
}

// Finds match `nth`, and of it group `group`; nullopt when there is no such.
std::optional<Regex::Span> FindNth(std::string_view text, const Regex& regex, std::int64_t start,
                                   std::int64_t nth, std::int64_t group) {
  Regex::Groups groups;
  const std::optional<std::size_t> first = ByteOf(text, start);
  std::size_t at = first.value_or(text.size() + 1);
  for (std::int64_t count = 1; regex.Find(text, at, groups); ++count) {
    if (count == nth) {
      // Where there are no groups, the whole counts as the first.
      if (group == 1 && groups.size() == 1) group = 0;
      if (group >= static_cast<std::int64_t>(groups.size())) return std::nullopt;
      return groups[static_cast<std::size_t>(group)];
    }
    at = AfterMatch(text, *groups[0]);
  }
  return std::nullopt;
}

Value PositionOfMatch(EvalContext& context, Args args, const Expression&) {
  const std::string_view text = args[0].AsString();
  const std::int64_t start = IntegerAt(args, 2, "start", 1, 1);
  const std::int64_t nth = IntegerAt(args, 3, "n", 1, 1);
  const std::int64_t end = IntegerAt(args, 4, "endoption", 0, 0);
  if (end > 1) Throw("invalid value for parameter \"endoption\": " + std::to_string(end));
  const std::int64_t group = IntegerAt(args, 6, "subexpr", 0, 0);
  const Regex& regex =
      CachedRegex(args[1].AsString(), ReadOwnFlags(args, 5, "regexp_instr").options, &context);
  const std::optional<Regex::Span> found = FindNth(text, regex, start, nth, group);
  if (!found) return Value::Int(0);
  const std::string_view before = text.substr(0, end == 1 ? found->end : found->begin);
  return Value::Int(static_cast<std::int64_t>(types::CountCharacters(before)) + 1);
}

Value PartOfMatch(EvalContext& context, Args args, const Expression&) {
  const std::string_view text = args[0].AsString();
  const std::int64_t start = IntegerAt(args, 2, "start", 1, 1);
  const std::int64_t nth = IntegerAt(args, 3, "n", 1, 1);
  const std::int64_t group = IntegerAt(args, 5, "subexpr", 0, 0);
  const Regex& regex =
      CachedRegex(args[1].AsString(), ReadOwnFlags(args, 4, "regexp_substr").options, &context);
  return PartOf(text, FindNth(text, regex, start, nth, group));
}

Value SubstringOfMatch(EvalContext& context, Args args, const Expression&) {
  Regex::Groups groups;
  const std::string_view text = args[0].AsString();
  if (!CachedRegex(args[1].AsString(), {}, &context).Find(text, 0, groups)) return Value();
  return PartOf(text, groups[groups.size() > 1 ? 1 : 0]);
}

Value Replace(EvalContext& context, Args args, const Expression&) {
  const std::string_view options = args.size() > 3 ? args[3].AsString() : std::string_view();
  if (!options.empty() && options[0] >= '0' && options[0] <= '9') {
    Throw("invalid regular expression option: \"" + std::string(options.substr(0, 1)) + "\"",
          "If you meant to use regexp_replace() with a start parameter, cast the fourth argument to integer "
          "explicitly.");
  }
  const Flags flags = ReadFlags(options);
  const Regex& regex = CachedRegex(args[1].AsString(), flags.options, &context);
  return Value::String(regex.Replace(args[0].AsString(), args[2].AsString(), 0, flags.global ? 0 : 1));
}

Value ReplaceFrom(EvalContext& context, Args args, const Expression&) {
  const std::string_view text = args[0].AsString();
  const std::optional<std::size_t> start = ByteOf(text, IntegerAt(args, 3, "start", 1, 1));
  const std::int64_t nth = IntegerAt(args, 4, "n", 0, 1);
  const Flags flags = ReadFlags(args.size() > 5 ? args[5].AsString() : std::string_view());
  const Regex& regex = CachedRegex(args[1].AsString(), flags.options, &context);
  if (!start) return args[0];
  return Value::String(regex.Replace(text, args[2].AsString(), *start, static_cast<int>(nth)));
}

// What lies between the matches; empty ones at the ends or next to another match count for nothing.
std::vector<Value> Split(EvalContext& context, Args args, std::string_view function) {
  const std::string_view text = args[0].AsString();
  const Regex& regex = CachedRegex(args[1].AsString(), ReadOwnFlags(args, 2, function).options, &context);
  std::vector<Value> parts;
  std::size_t copied = 0;
  Regex::Groups groups;
  for (std::size_t at = 0; regex.Find(text, at, groups); at = AfterMatch(text, *groups[0])) {
    const auto [from, to] = *groups[0];
    if (from >= text.size() || to <= copied) continue;
    parts.push_back(Value::String(text.substr(copied, from - copied)));
    copied = to;
  }
  parts.push_back(Value::String(text.substr(copied)));
  return parts;
}

Value SplitToArray(EvalContext& context, Args args, const Expression&) {
  return types::MakeArray(T::kText, Split(context, args, "regexp_split_to_array"));
}

std::vector<Value> MatchAll(EvalContext& context, Args args) {
  const std::string_view text = args[0].AsString();
  const Flags flags = ReadFlags(args.size() > 2 ? args[2].AsString() : std::string_view());
  const Regex& regex = CachedRegex(args[1].AsString(), flags.options, &context);
  std::vector<Value> rows;
  Regex::Groups groups;
  for (std::size_t at = 0; regex.Find(text, at, groups); at = AfterMatch(text, *groups[0])) {
    rows.push_back(GroupsOf(text, groups));
    if (!flags.global) break;
  }
  return rows;
}

// Writes a pattern of SIMILAR TO as a regular expression.
class SimilarPattern {
 public:
  SimilarPattern(std::string_view pattern, std::string_view escape) : pattern_(pattern), escape_(escape) {
    if (types::CountCharacters(escape) > 1) {
      throw Error(base::sqlstate::kInvalidEscapeSequence, "invalid escape string")
          .Hint("Escape string must be empty or one character.");
    }
  }

  std::string Write() {
    out_ = "^(?:";
    bool escaped = false;
    while (!pattern_.empty()) {
      const std::size_t size = types::BytesOfCharacters(pattern_, 1);
      const std::string_view character = pattern_.substr(0, size);
      pattern_.remove_prefix(size);
      if (escaped) {
        WriteEscaped(character);
        escaped = false;
      } else if (!escape_.empty() && character == escape_) {
        escaped = true;
      } else {
        WritePlain(character);
      }
    }
    return out_ + ")$";
  }

 private:
  void WriteEscaped(std::string_view character) {
    if (character != "\"" || brackets_ > 0) {
      out_ += '\\';
      out_ += character;
      may_close_ = true;
      return;
    }
    if (separators_ == 2) {
      throw Error(kInvalidUseOfEscapeCharacter,
                  "SQL regular expression may not contain more than two escape-double-quote separators");
    }
    // What stands before the first separator matches as little as it can, the part behind it as much as it
    // can.
    out_ += separators_ == 0 ? "){1,1}?(" : "){1,1}(?:";
    ++separators_;
  }

  void WritePlain(std::string_view character) {
    const char c = character.front();
    if (brackets_ > 0) {
      if (c == '\\') out_ += "\\";
      out_ += character;
      WriteInBrackets(c);
    } else if (c == '[') {
      out_ += character;
      brackets_ = 1;
      may_close_ = false;
      may_negate_ = true;
    } else if (c == '%') {
      out_ += ".*";
    } else if (c == '_') {
      out_ += ".";
    } else if (c == '(') {
      out_ += "(?:";
    } else {
      if (c == '\\' || c == '.' || c == '^' || c == '$') out_ += "\\";
      out_ += character;
    }
  }

  // A bracket that comes first, or behind the caret that comes first, stands for itself. Others nest.
  void WriteInBrackets(char c) {
    if (c == ']' && may_close_) {
      --brackets_;
    } else if (c == '[') {
      ++brackets_;
    }
    may_close_ = may_close_ || c != '^' || !may_negate_;
    may_negate_ = false;
  }

  static constexpr base::SqlState kInvalidUseOfEscapeCharacter{"2200C"};

  std::string_view pattern_;
  std::string_view escape_;
  std::string out_;
  int brackets_ = 0;  // that are open
  bool may_close_ = false;
  bool may_negate_ = false;
  int separators_ = 0;
};

Value SimilarEscape(EvalContext&, Args args, const Expression&) {
  return Value::String(
      SimilarPattern(args[0].AsString(), args.size() > 1 ? args[1].AsString() : "\\").Write());
}

// Unlike the others takes NULL as the escape, which then is the backslash.
Value OldSimilarEscape(EvalContext&, Args args, const Expression&) {
  if (args[0].is_null()) return Value();
  return Value::String(
      SimilarPattern(args[0].AsString(), args[1].is_null() ? "\\" : args[1].AsString()).Write());
}

Value SubstringSimilar(EvalContext& context, Args args, const Expression& call) {
  args[1] = Value::String(SimilarPattern(args[1].AsString(), args[2].AsString()).Write());
  return SubstringOfMatch(context, args.first(2), call);
}

Function SetReturning(std::string_view name, std::initializer_list<TypeId> arguments, TypeId result,
                      base::Oid oid) {
  return WithKind(FunctionKind::kSetReturning, name, arguments, result, oid);
}

}  // namespace

std::optional<std::vector<Value>> RegexRows(const Function& function, EvalContext& context, Args args) {
  if (function.name == "regexp_matches") return MatchAll(context, args);
  if (function.name == "regexp_split_to_table") return Split(context, args, function.name);
  return std::nullopt;
}

void AddRegexFunctions(FunctionList& out) {
  constexpr TypeId kText = T::kText;
  constexpr TypeId kInt = T::kInt4;
  constexpr TypeId kList = T::kTextArray;
  out.insert(
      out.end(),
      {
          Scalar("regexp_match", {kText, kText}, kList, 3396, MatchOnce),
          Scalar("regexp_match", {kText, kText, kText}, kList, 3397, MatchOnce),
          SetReturning("regexp_matches", {kText, kText}, kList, 2763),
          SetReturning("regexp_matches", {kText, kText, kText}, kList, 2764),
          Scalar("regexp_split_to_array", {kText, kText}, kList, 2767, SplitToArray),
          Scalar("regexp_split_to_array", {kText, kText, kText}, kList, 2768, SplitToArray),
          SetReturning("regexp_split_to_table", {kText, kText}, kText, 2765),
          SetReturning("regexp_split_to_table", {kText, kText, kText}, kText, 2766),
          Scalar("regexp_like", {kText, kText}, T::kBool, 6263, IsLike),
          Scalar("regexp_like", {kText, kText, kText}, T::kBool, 6264, IsLike),
          Scalar("regexp_count", {kText, kText}, kInt, 6254, CountMatches),
          Scalar("regexp_count", {kText, kText, kInt}, kInt, 6255, CountMatches),
          Scalar("regexp_count", {kText, kText, kInt, kText}, kInt, 6256, CountMatches),
          Scalar("regexp_instr", {kText, kText}, kInt, 6257, PositionOfMatch),
          Scalar("regexp_instr", {kText, kText, kInt}, kInt, 6258, PositionOfMatch),
          Scalar("regexp_instr", {kText, kText, kInt, kInt}, kInt, 6259, PositionOfMatch),
          Scalar("regexp_instr", {kText, kText, kInt, kInt, kInt}, kInt, 6260, PositionOfMatch),
          Scalar("regexp_instr", {kText, kText, kInt, kInt, kInt, kText}, kInt, 6261, PositionOfMatch),
          Scalar("regexp_instr", {kText, kText, kInt, kInt, kInt, kText, kInt}, kInt, 6262, PositionOfMatch),
          Scalar("regexp_substr", {kText, kText}, kText, 6265, PartOfMatch),
          Scalar("regexp_substr", {kText, kText, kInt}, kText, 6266, PartOfMatch),
          Scalar("regexp_substr", {kText, kText, kInt, kInt}, kText, 6267, PartOfMatch),
          Scalar("regexp_substr", {kText, kText, kInt, kInt, kText}, kText, 6268, PartOfMatch),
          Scalar("regexp_substr", {kText, kText, kInt, kInt, kText, kInt}, kText, 6269, PartOfMatch),
          Scalar("regexp_replace", {kText, kText, kText}, kText, 2284, Replace),
          Scalar("regexp_replace", {kText, kText, kText, kText}, kText, 2285, Replace),
          Scalar("regexp_replace", {kText, kText, kText, kInt, kInt, kText}, kText, 6251, ReplaceFrom),
          Scalar("regexp_replace", {kText, kText, kText, kInt, kInt}, kText, 6252, ReplaceFrom),
          Scalar("regexp_replace", {kText, kText, kText, kInt}, kText, 6253, ReplaceFrom),
          Scalar("substring", {kText, kText}, kText, 2073, SubstringOfMatch),
          Scalar("substring", {kText, kText, kText}, kText, 2074, SubstringSimilar),
          CalledOnNull(Scalar("similar_escape", {kText, kText}, kText, 1623, OldSimilarEscape)),
          Scalar("similar_to_escape", {kText}, kText, 1987, SimilarEscape),
          Scalar("similar_to_escape", {kText, kText}, kText, 1986, SimilarEscape),
      });
}

}  // namespace ordinal::sql
