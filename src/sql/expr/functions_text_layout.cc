#include <algorithm>
#include <charconv>

#include "base/error.h"
#include "sql/expr/any_arguments.h"
#include "sql/expr/conversion.h"
#include "sql/expr/function_table.h"
#include "sql/expr/identifier.h"
#include "types/scan.h"
#include "types/text_codec.h"
#include "types/utf8.h"

// Functions that trim, pad, translate, quote and format text.
namespace ordinal::sql {
namespace {

using base::Error;
using T = TypeId;
using Args = std::span<Value>;

constexpr std::int64_t kTextBytesMax = 0x3FFFFFFF;  // PostgreSQL's MaxAllocSize

Value Text(std::string_view text) { return Value::String(text); }

void CheckLength(std::int64_t bytes) {
  if (bytes > kTextBytesMax) {
    throw Error(base::sqlstate::kProgramLimitExceeded, "requested length too large");
  }
}

// Takes the first character off the front of the text.
std::string_view TakeCharacter(std::string_view& text) {
  const std::string_view character = text.substr(0, types::BytesOfCharacters(text, 1));
  text.remove_prefix(character.size());
  return character;
}

std::vector<std::string_view> Characters(std::string_view text) {
  std::vector<std::string_view> characters;
  while (!text.empty()) characters.push_back(TakeCharacter(text));
  return characters;
}

enum class Ends : std::uint8_t { kBoth, kLeft, kRight };

template <Ends ends>
Value Trim(EvalContext&, Args args, const Expression&) {
  std::string_view text = args[0].AsString();
  const std::vector<std::string_view> set = Characters(args.size() > 1 ? args[1].AsString() : " ");
  const auto starts = [&](std::string_view c) { return text.starts_with(c); };
  const auto ends_with = [&](std::string_view c) { return text.ends_with(c); };
  if (ends != Ends::kRight) {
    for (auto hit = std::find_if(set.begin(), set.end(), starts); hit != set.end();
         hit = std::find_if(set.begin(), set.end(), starts)) {
      text.remove_prefix(hit->size());
    }
  }
  if (ends != Ends::kLeft) {
    for (auto hit = std::find_if(set.begin(), set.end(), ends_with); hit != set.end();
         hit = std::find_if(set.begin(), set.end(), ends_with)) {
      text.remove_suffix(hit->size());
    }
  }
  return Text(text);
}

// Makes `count` characters of padding.
std::string Padding(std::string_view fill, std::size_t count) {
  std::string padding;
  const std::vector<std::string_view> characters = Characters(fill);
  for (std::size_t i = 0; i < count; ++i) padding += characters[i % characters.size()];
  return padding;
}

template <bool left>
Value Pad(EvalContext&, Args args, const Expression&) {
  const std::string_view text = args[0].AsString();
  const std::string_view fill = args.size() > 2 ? args[2].AsString() : " ";
  const auto wanted = static_cast<std::size_t>(std::max<std::int64_t>(args[1].AsInt(), 0));
  CheckLength(static_cast<std::int64_t>(wanted) * 4);
  const std::size_t length = types::CountCharacters(text);
  if (length >= wanted || fill.empty()) return Text(text.substr(0, types::BytesOfCharacters(text, wanted)));
  const std::string padding = Padding(fill, wanted - length);
  return Text(left ? padding + std::string(text) : std::string(text) + padding);
}

Value Repeat(EvalContext&, Args args, const Expression&) {
  const std::string_view text = args[0].AsString();
  const std::int64_t times = std::max<std::int64_t>(args[1].AsInt(), 0);
  CheckLength(times * static_cast<std::int64_t>(text.size()));
  std::string out;
  out.reserve(text.size() * static_cast<std::size_t>(times));
  for (std::int64_t i = 0; i < times; ++i) out += text;
  return Text(out);
}

Value Translate(EvalContext&, Args args, const Expression&) {
  const std::vector<std::string_view> from = Characters(args[1].AsString());
  const std::vector<std::string_view> to = Characters(args[2].AsString());
  std::string out;
  for (const std::string_view character : Characters(args[0].AsString())) {
    const auto found = std::find(from.begin(), from.end(), character);
    const auto index = static_cast<std::size_t>(found - from.begin());
    if (found == from.end()) {
      out += character;
    } else if (index < to.size()) {
      out += to[index];
    }
  }
  return Text(out);
}

Value Overlay(EvalContext&, Args args, const Expression&) {
  const std::string_view text = args[0].AsString();
  const std::string_view placed = args[1].AsString();
  const std::int64_t start = args[2].AsInt();
  const std::int64_t count =
      args.size() > 3 ? args[3].AsInt() : static_cast<std::int64_t>(types::CountCharacters(placed));
  if (start <= 0) throw Error(base::sqlstate::kSubstringError, "negative substring length not allowed");
  const std::int64_t resume = std::max<std::int64_t>(start + count, 1);
  std::string out(text.substr(0, types::BytesOfCharacters(text, static_cast<std::size_t>(start - 1))));
  out += placed;
  out += text.substr(types::BytesOfCharacters(text, static_cast<std::size_t>(resume - 1)));
  return Text(out);
}

Value QuoteIdent(EvalContext&, Args args, const Expression&) {
  return Text(QuoteIdentifier(args[0].AsString()));
}

Value QuoteText(EvalContext& context, Args args, const Expression& call) {
  return Text(QuoteLiteral(Print(args[0], call.args[0]->type.id, context)));
}

Value QuoteNullable(EvalContext& context, Args args, const Expression& call) {
  return args[0].is_null() ? Text("NULL") : QuoteText(context, args, call);
}

// Reads format()'s specifiers: %[position$][-][width]type, where width may be * or *position$.
class Formatter {
 public:
  Formatter(EvalContext& context, Args args, const Expression& call)
      : context_(context), args_(args, call), rest_(args[0].AsString()) {}

  std::string Run() {
    while (!rest_.empty()) {
      const char c = Take();
      if (c != '%') {
        out_ += c;
        continue;
      }
      if (rest_.empty()) ThrowUnterminated();
      if (rest_.front() == '%') {
        out_ += Take();
      } else {
        Specifier();
      }
    }
    return std::move(out_);
  }

 private:
  [[noreturn]] static void ThrowUnterminated() {
    throw Error(base::sqlstate::kInvalidParameterValue, "unterminated format() type specifier")
        .Hint("For a single \"%\" use \"%%\".");
  }

  char Take() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  // Reads digits; -1 when there are none.
  std::int64_t Number() {
    if (rest_.empty() || !types::IsDigit(rest_.front())) return -1;
    std::int32_t number = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), number);
    if (error != std::errc()) {
      throw Error(base::sqlstate::kNumericValueOutOfRange, "number is out of range");
    }
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    if (rest_.empty()) ThrowUnterminated();
    return number;
  }

  // Reads "position$" when it is there; -1 otherwise.
  std::int64_t Position() {
    const std::string_view saved = rest_;
    const std::int64_t number = Number();
    if (number < 0 || rest_.front() != '$') {
      rest_ = saved;
      return -1;
    }
    if (number == 0) {
      throw Error(base::sqlstate::kInvalidParameterValue,
                  "format specifies argument 0, but arguments are numbered from 1");
    }
    Take();
    if (rest_.empty()) ThrowUnterminated();
    return number;
  }

  std::size_t Argument(std::int64_t position) {
    if (position > 0) next_ = static_cast<std::size_t>(position);
    if (next_ >= args_.size()) {
      throw Error(base::sqlstate::kInvalidParameterValue, "too few arguments for format()");
    }
    return next_++;
  }

  std::int64_t Width() {
    if (rest_.front() != '*') return std::max<std::int64_t>(Number(), 0);
    Take();
    if (rest_.empty()) ThrowUnterminated();
    const std::size_t index = Argument(Position());
    const Value& width = args_[index];
    if (width.is_null()) return 0;
    if (width.kind() != Value::Kind::kInt) {
      return types::ParseText(Print(width, args_.TypeOf(index), context_), {T::kInt4, -1},
                              context_.settings())
          .AsInt();
    }
    return width.AsInt();
  }

  void Specifier() {
    const std::int64_t position = Position();
    bool left = false;
    while (!rest_.empty() && rest_.front() == '-') {
      left = true;
      Take();
    }
    if (rest_.empty()) ThrowUnterminated();
    std::int64_t width = Width();
    if (width < 0) left = true;
    width = width < 0 ? -width : width;
    CheckLength(width);
    const char type = Take();
    if (type != 's' && type != 'I' && type != 'L') {
      throw Error(base::sqlstate::kInvalidParameterValue,
                  std::string("unrecognized format() type specifier \"") + type + "\"")
          .Hint("For a single \"%\" use \"%%\".");
    }
    const std::size_t index = Argument(position);
    const std::string text = Convert(args_[index], args_.TypeOf(index), type);
    const std::size_t length = types::CountCharacters(text);
    const auto padding =
        static_cast<std::size_t>(width) > length ? static_cast<std::size_t>(width) - length : std::size_t{0};
    if (!left) out_.append(padding, ' ');
    out_ += text;
    if (left) out_.append(padding, ' ');
  }

  std::string Convert(const Value& value, TypeId id, char type) {
    if (value.is_null()) {
      if (type == 'I') {
        throw Error(base::sqlstate::kNullValueNotAllowed,
                    "null values cannot be formatted as an SQL identifier");
      }
      return type == 'L' ? "NULL" : "";
    }
    const std::string text = Print(value, id, context_);
    if (type == 'I') return QuoteIdentifier(text);
    return type == 'L' ? QuoteLiteral(text) : text;
  }

  EvalContext& context_;
  AnyArguments args_;
  std::string_view rest_;
  std::string out_;
  std::size_t next_ = 1;
};

Value Format(EvalContext& context, Args args, const Expression& call) {
  if (args[0].is_null()) return Value();
  return Text(Formatter(context, args, call).Run());
}

}  // namespace

void AddTextLayoutFunctions(FunctionList& out) {
  out.insert(
      out.end(),
      {
          Scalar("btrim", {T::kText}, T::kText, 885, Trim<Ends::kBoth>),
          Scalar("btrim", {T::kText, T::kText}, T::kText, 884, Trim<Ends::kBoth>),
          Scalar("trim", {T::kText}, T::kText, 9000, Trim<Ends::kBoth>),
          Scalar("trim", {T::kText, T::kText}, T::kText, 9001, Trim<Ends::kBoth>),
          Scalar("ltrim", {T::kText}, T::kText, 881, Trim<Ends::kLeft>),
          Scalar("ltrim", {T::kText, T::kText}, T::kText, 875, Trim<Ends::kLeft>),
          Scalar("rtrim", {T::kText}, T::kText, 882, Trim<Ends::kRight>),
          Scalar("rtrim", {T::kText, T::kText}, T::kText, 876, Trim<Ends::kRight>),
          Scalar("lpad", {T::kText, T::kInt4}, T::kText, 879, Pad<true>),
          Scalar("lpad", {T::kText, T::kInt4, T::kText}, T::kText, 873, Pad<true>),
          Scalar("rpad", {T::kText, T::kInt4}, T::kText, 880, Pad<false>),
          Scalar("rpad", {T::kText, T::kInt4, T::kText}, T::kText, 874, Pad<false>),
          Scalar("repeat", {T::kText, T::kInt4}, T::kText, 1622, Repeat),
          Scalar("translate", {T::kText, T::kText, T::kText}, T::kText, 878, Translate),
          Scalar("overlay", {T::kText, T::kText, T::kInt4}, T::kText, 1405, Overlay),
          Scalar("overlay", {T::kText, T::kText, T::kInt4, T::kInt4}, T::kText, 1404, Overlay),
          Scalar("quote_ident", {T::kText}, T::kText, 1282, QuoteIdent),
          Scalar("quote_literal", {T::kText}, T::kText, 1283, QuoteText),
          Stable(Scalar("quote_literal", {T::kInvalid}, T::kText, 1285, QuoteText)),
          CalledOnNull(Scalar("quote_nullable", {T::kText}, T::kText, 1289, QuoteNullable)),
          CalledOnNull(Stable(Scalar("quote_nullable", {T::kInvalid}, T::kText, 1290, QuoteNullable))),
          CalledOnNull(Stable(Scalar("format", {T::kText}, T::kText, 3540, Format))),
          CalledOnNull(Stable(Variadic(Scalar("format", {T::kText, T::kInvalid}, T::kText, 3539, Format)))),
      });
}

}  // namespace ordinal::sql
