#include <algorithm>
#include <limits>

#include "base/error.h"
#include "sql/expr/any_arguments.h"
#include "sql/expr/conversion.h"
#include "sql/expr/function_table.h"
#include "types/scan.h"
#include "types/utf8.h"

// Letters are those of ASCII: the collation is "C", where upper() and lower() know no others.
namespace ordinal::sql {
namespace {

using base::Error;
using T = TypeId;
using Args = std::span<Value>;

char ToUpper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - ('a' - 'A')) : c; }

Value Text(std::string_view text) { return Value::String(text); }

std::string_view WithoutTrailingBlanks(std::string_view text) {
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

Value Length(EvalContext&, Args args, const Expression&) {
  return Value::Int(static_cast<std::int64_t>(types::CountCharacters(args[0].AsString())));
}

Value LengthOfBpchar(EvalContext&, Args args, const Expression&) {
  const std::string_view text = WithoutTrailingBlanks(args[0].AsString());
  return Value::Int(static_cast<std::int64_t>(types::CountCharacters(text)));
}

Value LengthInBytes(EvalContext&, Args args, const Expression&) {
  return Value::Int(static_cast<std::int64_t>(args[0].AsString().size()));
}

Value LengthInBits(EvalContext&, Args args, const Expression&) {
  return Value::Int(static_cast<std::int64_t>(args[0].AsString().size() * 8));
}

Value Lower(EvalContext&, Args args, const Expression&) {
  std::string text(args[0].AsString());
  std::transform(text.begin(), text.end(), text.begin(), types::ToLower);
  return Text(text);
}

Value Upper(EvalContext&, Args args, const Expression&) {
  std::string text(args[0].AsString());
  std::transform(text.begin(), text.end(), text.begin(), ToUpper);
  return Text(text);
}

Value Initcap(EvalContext&, Args args, const Expression&) {
  std::string text(args[0].AsString());
  bool inside_word = false;
  for (char& c : text) {
    c = inside_word ? types::ToLower(c) : ToUpper(c);
    inside_word = types::IsLetter(c) || types::IsDigit(c);
  }
  return Text(text);
}

// Joins two texts, or two byteas.
Value Join(EvalContext&, Args args, const Expression&) {
  const std::string_view left = args[0].AsString();
  const std::string_view right = args[1].AsString();
  std::string text;
  text.reserve(left.size() + right.size());
  text.append(left).append(right);
  return Text(text);
}

std::string AsText(EvalContext& context, const Value& value, Type type) {
  const Value text = Convert(value, type, {T::kText, -1}, types::CastContext::kExplicit, context);
  return std::string(text.AsString());
}

// text || any and any || text cast the other side to text.
Value JoinCast(EvalContext& context, Args args, const Expression& call) {
  return Text(AsText(context, args[0], call.args[0]->type) + AsText(context, args[1], call.args[1]->type));
}

Value Concat(EvalContext& context, Args args, const Expression& call) {
  const AnyArguments values(args, call);
  if (values.is_null()) return Value();
  std::string text;
  for (std::size_t i = 0; i < values.size(); ++i) {
    if (!values[i].is_null()) text += Print(values[i], values.TypeOf(i), context);
  }
  return Text(text);
}

Value ConcatWithSeparator(EvalContext& context, Args args, const Expression& call) {
  const AnyArguments values(args, call);
  if (args[0].is_null() || values.is_null()) return Value();
  std::string text;
  bool first = true;
  for (std::size_t i = 1; i < values.size(); ++i) {
    if (values[i].is_null()) continue;
    if (!first) text += args[0].AsString();
    first = false;
    text += Print(values[i], values.TypeOf(i), context);
  }
  return Text(text);
}

// Cuts `count` characters from the one numbered `start` (from 1). Places before the text count but hold
// nothing.
std::string_view Cut(std::string_view text, std::int64_t start, std::int64_t count) {
  const std::int64_t end = std::max<std::int64_t>(start + count, 1);
  start = std::max<std::int64_t>(start, 1);
  if (end <= start) return {};
  text.remove_prefix(types::BytesOfCharacters(text, static_cast<std::size_t>(start - 1)));
  return text.substr(0, types::BytesOfCharacters(text, static_cast<std::size_t>(end - start)));
}

constexpr std::int64_t kAll = std::numeric_limits<std::int32_t>::max();

std::int64_t CutLength(Args args, std::size_t index) {
  if (args.size() <= index) return 2 * kAll;
  const std::int64_t length = args[index].AsInt();
  if (length < 0) throw Error(base::sqlstate::kSubstringError, "negative substring length not allowed");
  return length;
}

Value Substring(EvalContext&, Args args, const Expression&) {
  return Text(Cut(args[0].AsString(), args[1].AsInt(), CutLength(args, 2)));
}

Value SubstringOfBytes(EvalContext&, Args args, const Expression&) {
  const std::string_view bytes = args[0].AsString();
  const std::int64_t end = std::max<std::int64_t>(args[1].AsInt() + CutLength(args, 2), 1);
  const auto first = static_cast<std::size_t>(std::max<std::int64_t>(args[1].AsInt(), 1)) - 1;
  const auto last = static_cast<std::size_t>(end - 1);
  if (first >= bytes.size() || last <= first) return Text("");
  return Text(bytes.substr(first, last - first));
}

// Returns the number of the character where `part` begins, 0 when it does not occur.
std::int64_t PositionOf(std::string_view text, std::string_view part) {
  const std::size_t at = text.find(part);
  if (at == std::string_view::npos) return 0;
  return static_cast<std::int64_t>(types::CountCharacters(text.substr(0, at))) + 1;
}

Value Position(EvalContext&, Args args, const Expression&) {
  return Value::Int(PositionOf(args[0].AsString(), args[1].AsString()));
}

Value Replace(EvalContext&, Args args, const Expression&) {
  const std::string_view text = args[0].AsString();
  const std::string_view from = args[1].AsString();
  if (from.empty()) return args[0];
  std::string out;
  std::size_t at = 0;
  for (std::size_t hit = text.find(from); hit != std::string_view::npos; hit = text.find(from, at)) {
    out.append(text.substr(at, hit - at)).append(args[2].AsString());
    at = hit + from.size();
  }
  return Text(out.append(text.substr(at)));
}

// A negative count leaves out that many characters at the other end.
std::int64_t CountFrom(std::string_view text, std::int64_t count) {
  if (count >= 0) return count;
  return std::max<std::int64_t>(static_cast<std::int64_t>(types::CountCharacters(text)) + count, 0);
}

Value Left(EvalContext&, Args args, const Expression&) {
  const std::string_view text = args[0].AsString();
  return Text(Cut(text, 1, CountFrom(text, args[1].AsInt())));
}

Value Right(EvalContext&, Args args, const Expression&) {
  const std::string_view text = args[0].AsString();
  const auto length = static_cast<std::int64_t>(types::CountCharacters(text));
  const std::int64_t count = std::min(CountFrom(text, args[1].AsInt()), length);
  return Text(Cut(text, length - count + 1, count));
}

Value Reverse(EvalContext&, Args args, const Expression&) {
  const std::string_view text = args[0].AsString();
  std::string out;
  for (std::size_t end = text.size(); end > 0;) {
    std::size_t begin = end - 1;
    while (begin > 0 && (static_cast<unsigned char>(text[begin]) & 0xC0) == 0x80) --begin;
    out += text.substr(begin, end - begin);
    end = begin;
  }
  return Text(out);
}

Value StartsWith(EvalContext&, Args args, const Expression&) {
  return Value::Bool(args[0].AsString().starts_with(args[1].AsString()));
}

// Counts fields from 1, or from the end when `number` is negative.
Value SplitPart(EvalContext&, Args args, const Expression&) {
  const std::string_view text = args[0].AsString();
  const std::string_view separator = args[1].AsString();
  const std::int64_t number = args[2].AsInt();
  if (number == 0) {
    throw Error(base::sqlstate::kInvalidParameterValue, "field position must not be zero");
  }
  std::vector<std::string_view> fields;
  std::size_t at = 0;
  while (!text.empty() && !separator.empty()) {
    const std::size_t hit = text.find(separator, at);
    if (hit == std::string_view::npos) break;
    fields.push_back(text.substr(at, hit - at));
    at = hit + separator.size();
  }
  fields.push_back(text.substr(at));
  const auto count = static_cast<std::int64_t>(fields.size());
  const std::int64_t index = number > 0 ? number - 1 : count + number;
  if (index < 0 || index >= count) return Text("");
  return Text(fields[static_cast<std::size_t>(index)]);
}

}  // namespace

void AddTextFunctions(FunctionList& out) {
  out.insert(out.end(),
             {
                 Operator("||", {T::kText, T::kText}, T::kText, 654, Join),
                 Operator("||", {T::kBytea, T::kBytea}, T::kBytea, 2018, Join),
                 Stable(Operator("||", {T::kText, T::kAnyNonArray}, T::kText, 2779, JoinCast)),
                 Stable(Operator("||", {T::kAnyNonArray, T::kText}, T::kText, 2780, JoinCast)),
                 Scalar("length", {T::kText}, T::kInt4, 1317, Length),
                 Scalar("length", {T::kBpchar}, T::kInt4, 1318, LengthOfBpchar),
                 Scalar("length", {T::kBytea}, T::kInt4, 2010, LengthInBytes),
                 Scalar("char_length", {T::kText}, T::kInt4, 1381, Length),
                 Scalar("char_length", {T::kBpchar}, T::kInt4, 1372, LengthOfBpchar),
                 Scalar("character_length", {T::kText}, T::kInt4, 1369, Length),
                 Scalar("character_length", {T::kBpchar}, T::kInt4, 1367, LengthOfBpchar),
                 Scalar("octet_length", {T::kText}, T::kInt4, 1374, LengthInBytes),
                 Scalar("octet_length", {T::kBpchar}, T::kInt4, 1375, LengthInBytes),
                 Scalar("octet_length", {T::kBytea}, T::kInt4, 720, LengthInBytes),
                 Scalar("bit_length", {T::kText}, T::kInt4, 1811, LengthInBits),
                 Scalar("bit_length", {T::kBytea}, T::kInt4, 1810, LengthInBits),
                 Scalar("lower", {T::kText}, T::kText, 870, Lower),
                 Scalar("upper", {T::kText}, T::kText, 871, Upper),
                 Scalar("initcap", {T::kText}, T::kText, 872, Initcap),
                 CalledOnNull(Stable(Variadic(Scalar("concat", {T::kInvalid}, T::kText, 3058, Concat)))),
                 CalledOnNull(Stable(Variadic(
                     Scalar("concat_ws", {T::kText, T::kInvalid}, T::kText, 3059, ConcatWithSeparator)))),
                 Scalar("substring", {T::kText, T::kInt4}, T::kText, 937, Substring),
                 Scalar("substring", {T::kText, T::kInt4, T::kInt4}, T::kText, 936, Substring),
                 Scalar("substr", {T::kText, T::kInt4}, T::kText, 883, Substring),
                 Scalar("substr", {T::kText, T::kInt4, T::kInt4}, T::kText, 877, Substring),
                 Scalar("substring", {T::kBytea, T::kInt4}, T::kBytea, 2013, SubstringOfBytes),
                 Scalar("substring", {T::kBytea, T::kInt4, T::kInt4}, T::kBytea, 2012, SubstringOfBytes),
                 Scalar("substr", {T::kBytea, T::kInt4}, T::kBytea, 2086, SubstringOfBytes),
                 Scalar("substr", {T::kBytea, T::kInt4, T::kInt4}, T::kBytea, 2085, SubstringOfBytes),
                 Scalar("position", {T::kText, T::kText}, T::kInt4, 849, Position),
                 Scalar("strpos", {T::kText, T::kText}, T::kInt4, 868, Position),
                 Scalar("replace", {T::kText, T::kText, T::kText}, T::kText, 2087, Replace),
                 Scalar("left", {T::kText, T::kInt4}, T::kText, 3060, Left),
                 Scalar("right", {T::kText, T::kInt4}, T::kText, 3061, Right),
                 Scalar("reverse", {T::kText}, T::kText, 3062, Reverse),
                 Scalar("starts_with", {T::kText, T::kText}, T::kBool, 3696, StartsWith),
                 Operator("^@", {T::kText, T::kText}, T::kBool, 3877, StartsWith),
                 Scalar("split_part", {T::kText, T::kText, T::kInt4}, T::kText, 2088, SplitPart),
             });
}

}  // namespace ordinal::sql
