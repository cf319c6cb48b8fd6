#include <array>
#include <charconv>

#include "base/error.h"
#include "sql/expr/function_table.h"
#include "sql/expr/md5.h"
#include "types/scan.h"
#include "types/utf8.h"

// Functions that turn text and bytes into one another: codes of characters, digests, hex, base64, escape.
namespace ordinal::sql {
namespace {

using base::Error;
using T = TypeId;
using Args = std::span<Value>;

constexpr std::string_view kBase64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::size_t kBase64Line = 76;

Value Text(std::string_view text) { return Value::String(text); }
std::uint8_t Byte(char c) { return static_cast<std::uint8_t>(c); }

Value Ascii(EvalContext&, Args args, const Expression&) {
  const std::string_view text = args[0].AsString();
  if (text.empty()) return Value::Int(0);
  const std::uint8_t lead = Byte(text[0]);
  if (lead < 0x80) return Value::Int(lead);
  const std::size_t length = types::BytesOfCharacters(text, 1);
  std::int64_t code = lead & (0xFF >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) code = code << 6 | (Byte(text[i]) & 0x3F);
  return Value::Int(code);
}

Value Chr(EvalContext&, Args args, const Expression&) {
  constexpr std::int64_t kCodeMax = 0x10FFFF;
  const std::int64_t code = args[0].AsInt();
  if (code < 0) throw Error(base::sqlstate::kInvalidParameterValue, "character number must be positive");
  if (code == 0) throw Error(base::sqlstate::kProgramLimitExceeded, "null character not permitted");
  const bool surrogate = code >= 0xD800 && code <= 0xDFFF;
  if (code > kCodeMax || surrogate) {
    throw Error(base::sqlstate::kProgramLimitExceeded,
                surrogate ? "requested character not valid for encoding: " + std::to_string(code)
                          : "requested character too large for encoding: " + std::to_string(code));
  }
  if (code < 0x80) return Text(std::string(1, static_cast<char>(code)));
  const int tails = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
  std::string out(1, static_cast<char>((0xF00 >> (tails + 1) & 0xFF) | code >> (6 * tails)));
  for (int i = tails - 1; i >= 0; --i) out += static_cast<char>(0x80 | (code >> (6 * i) & 0x3F));
  return Text(out);
}

std::string Hex(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string hex;
  for (const char c : bytes) {
    hex += kDigits[Byte(c) >> 4];
    hex += kDigits[Byte(c) & 15];
  }
  return hex;
}

Value Md5Text(EvalContext&, Args args, const Expression&) {
  const auto digest = Md5(args[0].AsString());
  return Text(Hex({reinterpret_cast<const char*>(digest.data()), digest.size()}));
}

template <typename Unsigned>
Value ToHex(EvalContext&, Args args, const Expression&) {
  std::array<char, 16> digits;
  const auto [end, error] =
      std::to_chars(digits.begin(), digits.end(), static_cast<Unsigned>(args[0].AsInt()), 16);
  return Text({digits.data(), static_cast<std::size_t>(end - digits.data())});
}

std::string UnHex(std::string_view text) {
  std::string bytes;
  int high = -1;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == ' ' || text[at] == '\n' || text[at] == '\t' || text[at] == '\r') continue;
    const int digit = types::HexDigit(text[at]);
    if (digit < 0) {
      const std::string_view rest = text.substr(at);
      throw Error(base::sqlstate::kInvalidParameterValue,
                  "invalid hexadecimal digit: \"" +
                      std::string(rest.substr(0, types::BytesOfCharacters(rest, 1))) + "\"");
    }
    if (high < 0) {
      high = digit;
      continue;
    }
    bytes += static_cast<char>(high << 4 | digit);
    high = -1;
  }
  if (high >= 0) {
    throw Error(base::sqlstate::kInvalidParameterValue, "invalid hexadecimal data: odd number of digits");
  }
  return bytes;
}

std::string ToBase64(std::string_view bytes) {
  std::string out;
  std::size_t line = 0;
  for (std::size_t at = 0; at < bytes.size(); at += 3) {
    if (line == kBase64Line) {
      out += '\n';
      line = 0;
    }
    line += 4;
    const std::size_t have = std::min<std::size_t>(3, bytes.size() - at);
    std::uint32_t group = 0;
    for (std::size_t i = 0; i < 3; ++i) group = group << 8 | (i < have ? Byte(bytes[at + i]) : 0U);
    for (std::size_t i = 0; i < 4; ++i) {
      out += i <= have ? kBase64[group >> (18 - 6 * i) & 63] : '=';
    }
  }
  return out;
}

[[noreturn]] void ThrowBase64End() {
  throw Error(base::sqlstate::kInvalidParameterValue, "invalid base64 end sequence")
      .Hint("Input data is missing padding, is truncated, or is otherwise corrupted.");
}

std::string FromBase64(std::string_view text) {
  std::string bytes;
  std::uint32_t group = 0;
  int digits = 0;
  int padding = 0;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (c == ' ' || c == '\n' || c == '\t' || c == '\r') continue;
    std::size_t digit = 0;
    if (c == '=') {
      if (padding == 0 && digits < 2) {
        throw Error(base::sqlstate::kInvalidParameterValue,
                    "unexpected \"=\" while decoding base64 sequence");
      }
      ++padding;
    } else {
      digit = kBase64.find(c);
      if (digit == std::string_view::npos || padding > 0) {
        const std::string_view rest = text.substr(at);
        throw Error(base::sqlstate::kInvalidParameterValue,
                    "invalid symbol \"" + std::string(rest.substr(0, types::BytesOfCharacters(rest, 1))) +
                        "\" found while decoding base64 sequence");
      }
    }
    group = group << 6 | static_cast<std::uint32_t>(digit);
    if (++digits < 4) continue;
    for (int i = 0; i < 3 - padding; ++i) bytes += static_cast<char>(group >> (16 - 8 * i) & 0xFF);
    group = 0;
    digits = 0;
  }
  if (digits != 0) ThrowBase64End();
  return bytes;
}

std::string Escape(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) {
    if (c == '\\') {
      out += "\\\\";
    } else if (c == '\0' || Byte(c) >= 0x80) {
      out += '\\';
      for (const int shift : {6, 3, 0}) out += static_cast<char>('0' + (Byte(c) >> shift & 7));
    } else {
      out += c;
    }
  }
  return out;
}

std::string Unescape(std::string_view text) {
  const auto octal = [&](std::size_t at, char max) {
    return at < text.size() && text[at] >= '0' && text[at] <= max;
  };
  std::string bytes;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '\\') {
      bytes += text[at];
    } else if (octal(at + 1, '3') && octal(at + 2, '7') && octal(at + 3, '7')) {
      bytes +=
          static_cast<char>((text[at + 1] - '0') << 6 | (text[at + 2] - '0') << 3 | (text[at + 3] - '0'));
      at += 3;
    } else if (at + 1 < text.size() && text[at + 1] == '\\') {
      bytes += text[++at];
    } else {
      throw Error(base::sqlstate::kInvalidTextRepresentation, "invalid input syntax for type bytea");
    }
  }
  return bytes;
}

[[noreturn]] void ThrowUnknownEncoding(std::string_view name) {
  throw Error(base::sqlstate::kInvalidParameterValue, "unrecognized encoding: \"" + std::string(name) + "\"");
}

Value Encode(EvalContext&, Args args, const Expression&) {
  const std::string_view bytes = args[0].AsString();
  const std::string_view name = args[1].AsString();
  if (types::EqualsIgnoringCase(name, "hex")) return Text(Hex(bytes));
  if (types::EqualsIgnoringCase(name, "base64")) return Text(ToBase64(bytes));
  if (types::EqualsIgnoringCase(name, "escape")) return Text(Escape(bytes));
  ThrowUnknownEncoding(name);
}

Value Decode(EvalContext&, Args args, const Expression&) {
  const std::string_view text = args[0].AsString();
  const std::string_view name = args[1].AsString();
  if (types::EqualsIgnoringCase(name, "hex")) return Text(UnHex(text));
  if (types::EqualsIgnoringCase(name, "base64")) return Text(FromBase64(text));
  if (types::EqualsIgnoringCase(name, "escape")) return Text(Unescape(text));
  ThrowUnknownEncoding(name);
}

Value ConvertFromUtf8(EvalContext&, Args args, const Expression&) {
  const std::string_view name = args[1].AsString();
  if (!types::EqualsIgnoringCase(name, "utf8") && !types::EqualsIgnoringCase(name, "utf-8")) {
    throw Error(base::sqlstate::kInvalidParameterValue,
                "invalid source encoding name \"" + std::string(name) + "\"");
  }
  types::CheckUtf8(args[0].AsString());
  return args[0];
}

Value ConvertToUtf8(EvalContext&, Args args, const Expression&) {
  const std::string_view name = args[1].AsString();
  if (!types::EqualsIgnoringCase(name, "utf8") && !types::EqualsIgnoringCase(name, "utf-8")) {
    throw Error(base::sqlstate::kInvalidParameterValue,
                "invalid destination encoding name \"" + std::string(name) + "\"");
  }
  return args[0];
}

}  // namespace

void AddEncodingFunctions(FunctionList& out) {
  out.insert(out.end(),
             {
                 Scalar("ascii", {T::kText}, T::kInt4, 1620, Ascii),
                 Scalar("chr", {T::kInt4}, T::kText, 1621, Chr),
                 Scalar("md5", {T::kText}, T::kText, 2311, Md5Text),
                 Scalar("md5", {T::kBytea}, T::kText, 2321, Md5Text),
                 Scalar("to_hex", {T::kInt4}, T::kText, 2089, ToHex<std::uint32_t>),
                 Scalar("to_hex", {T::kInt8}, T::kText, 2090, ToHex<std::uint64_t>),
                 Scalar("encode", {T::kBytea, T::kText}, T::kText, 1946, Encode),
                 Scalar("decode", {T::kText, T::kText}, T::kBytea, 1947, Decode),
                 Stable(Scalar("convert_from", {T::kBytea, T::kName}, T::kText, 1714, ConvertFromUtf8)),
                 Stable(Scalar("convert_to", {T::kText, T::kName}, T::kBytea, 1717, ConvertToUtf8)),
             });
}

}  // namespace ordinal::sql
