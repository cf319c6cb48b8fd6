#include "base/error.h"
#include "sql/expr/function_table.h"
#include "sql/expr/like.h"
#include "sql/expr/regex.h"

namespace ordinal::sql {
namespace {

using base::Error;
using T = TypeId;

template <bool negated, bool ignore_case>
Value Like(EvalContext&, std::span<Value> args, const Expression&) {
  return Value::Bool(MatchesLike(args[0].AsString(), args[1].AsString(), ignore_case) != negated);
}

template <bool negated, bool ignore_case>
Value Match(EvalContext& context, std::span<Value> args, const Expression&) {
  const Regex& regex = CachedRegex(args[1].AsString(), {.ignore_case = ignore_case}, &context);
  return Value::Bool(regex.Matches(args[0].AsString()) != negated);
}

// Rewrites a pattern with another escape character to one with the backslash: `LIKE x ESCAPE y`.
Value LikeEscape(EvalContext&, std::span<Value> args, const Expression&) {
  const std::string_view pattern = args[0].AsString();
  const std::string_view escape = args[1].AsString();
  if (escape.size() > 1) {
    throw Error(base::sqlstate::kInvalidEscapeSequence, "invalid escape string")
        .Hint("Escape string must be empty or one character.");
  }
  std::string out;
  bool after_escape = false;
  for (const char c : pattern) {
    if (!escape.empty() && c == escape[0] && !after_escape) {
      out += '\\';
      after_escape = true;
      continue;
    }
    // A backslash that the escape character precedes has its backslash already.
    if (c == '\\' && !after_escape) out += c;
    out += c;
    after_escape = false;
  }
  return Value::String(out);
}

}  // namespace

void AddMatchOperators(FunctionList& out) {
  out.insert(out.end(), {
                            Operator("~~", {T::kText, T::kText}, T::kBool, 1209, Like<false, false>),
                            Operator("!~~", {T::kText, T::kText}, T::kBool, 1210, Like<true, false>),
                            Operator("~~*", {T::kText, T::kText}, T::kBool, 1627, Like<false, true>),
                            Operator("!~~*", {T::kText, T::kText}, T::kBool, 1628, Like<true, true>),
                            Operator("~~", {T::kName, T::kText}, T::kBool, 1207, Like<false, false>),
                            Operator("!~~", {T::kName, T::kText}, T::kBool, 1208, Like<true, false>),
                            Operator("~~*", {T::kName, T::kText}, T::kBool, 1625, Like<false, true>),
                            Operator("!~~*", {T::kName, T::kText}, T::kBool, 1626, Like<true, true>),
                            Operator("~~", {T::kBpchar, T::kText}, T::kBool, 1211, Like<false, false>),
                            Operator("!~~", {T::kBpchar, T::kText}, T::kBool, 1212, Like<true, false>),
                            Operator("~~*", {T::kBpchar, T::kText}, T::kBool, 1629, Like<false, true>),
                            Operator("!~~*", {T::kBpchar, T::kText}, T::kBool, 1630, Like<true, true>),
                            Operator("~", {T::kText, T::kText}, T::kBool, 641, Match<false, false>),
                            Operator("!~", {T::kText, T::kText}, T::kBool, 642, Match<true, false>),
                            Operator("~*", {T::kText, T::kText}, T::kBool, 1228, Match<false, true>),
                            Operator("!~*", {T::kText, T::kText}, T::kBool, 1229, Match<true, true>),
                            Operator("~", {T::kName, T::kText}, T::kBool, 639, Match<false, false>),
                            Operator("!~", {T::kName, T::kText}, T::kBool, 640, Match<true, false>),
                            Operator("~*", {T::kName, T::kText}, T::kBool, 1226, Match<false, true>),
                            Operator("!~*", {T::kName, T::kText}, T::kBool, 1227, Match<true, true>),
                            Operator("~", {T::kBpchar, T::kText}, T::kBool, 1055, Match<false, false>),
                            Operator("!~", {T::kBpchar, T::kText}, T::kBool, 1056, Match<true, false>),
                            Operator("~*", {T::kBpchar, T::kText}, T::kBool, 1234, Match<false, true>),
                            Operator("!~*", {T::kBpchar, T::kText}, T::kBool, 1235, Match<true, true>),
                            Scalar("like_escape", {T::kText, T::kText}, T::kText, 1637, LikeEscape),
                        });
}

}  // namespace ordinal::sql
