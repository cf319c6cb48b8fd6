#include <openssl/evp.h>
#include <utf8proc.h>

#include <algorithm>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>

#include "base/error.h"
#include "sql/expr/function_table.h"
#include "types/scan.h"
#include "types/utf8.h"

// Escapes and normal forms of Unicode, and the digests of the SHA-2 family (manual, sections 9.4 and 9.5).
namespace ordinal::sql {
namespace {

using base::Error;
using T = TypeId;
using Args = std::span<Value>;

bool IsFirstSurrogate(unsigned code) { return code >= 0xD800 && code <= 0xDBFF; }
bool IsSecondSurrogate(unsigned code) { return code >= 0xDC00 && code <= 0xDFFF; }

// Reads \XXXX, \+XXXXXX, \uXXXX and \UXXXXXXXX.
class Unescaper {
 public:
  explicit Unescaper(std::string_view text) : rest_(text) {}

  std::string Run() {
    while (!rest_.empty()) {
      if (rest_.front() != '\\') {
        if (first_) ThrowPair();
        out_ += rest_.front();
        rest_.remove_prefix(1);
      } else if (rest_.starts_with("\\\\")) {
        if (first_) ThrowPair();
        out_ += '\\';
        rest_.remove_prefix(2);
      } else {
        TakeEscape();
      }
    }
    if (first_) ThrowPair();
    return std::move(out_);
  }

 private:
  [[noreturn]] static void ThrowPair() {
    throw Error(base::sqlstate::kSyntaxError, "invalid Unicode surrogate pair");
  }

  // nullopt unless that many hexadecimal digits follow behind the first `skip` characters.
  std::optional<unsigned> Digits(std::size_t skip, std::size_t count) {
    if (rest_.size() < skip + count) return std::nullopt;
    unsigned code = 0;
    for (const char c : rest_.substr(skip, count)) {
      const int digit = types::HexDigit(c);
      if (digit < 0) return std::nullopt;
      code = code << 4 | static_cast<unsigned>(digit);
    }
    rest_.remove_prefix(skip + count);
    return code;
  }

  void TakeEscape() {
    std::optional<unsigned> code = Digits(1, 4);
    if (!code && rest_.starts_with("\\u")) code = Digits(2, 4);
    if (!code && rest_.starts_with("\\+")) code = Digits(2, 6);
    if (!code && rest_.starts_with("\\U")) code = Digits(2, 8);
    if (!code) {
      throw Error(base::sqlstate::kSyntaxError, "invalid Unicode escape")
          .Hint("Unicode escapes must be \\XXXX, \\+XXXXXX, \\uXXXX, or \\UXXXXXXXX.");
    }
    Append(*code);
  }

  void Append(unsigned code) {
    constexpr unsigned kCodeMax = 0x10FFFF;
    if (code == 0 || code > kCodeMax) {
      throw Error(base::sqlstate::kInvalidParameterValue, "invalid Unicode code point: " + Hex(code));
    }
    if (first_) {
      if (!IsSecondSurrogate(code)) ThrowPair();
      code = 0x10000 + ((*first_ & 0x3FF) << 10) + (code & 0x3FF);
      first_.reset();
    } else if (IsSecondSurrogate(code)) {
      ThrowPair();
    }
    if (IsFirstSurrogate(code)) {
      first_ = code;
    } else {
      types::AppendUtf8(out_, code);
    }
  }

  static std::string Hex(unsigned code) {
    std::string digits;
    for (; code > 0 || digits.size() < 4; code >>= 4) {
      digits.insert(digits.begin(), "0123456789ABCDEF"[code & 0xF]);
    }
    return digits;
  }

  std::string_view rest_;
  std::string out_;
  std::optional<unsigned> first_;  // the first half of a pair
};

Value Unistr(EvalContext&, Args args, const Expression&) {
  return Value::String(Unescaper(args[0].AsString()).Run());
}

bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

// What the library does for the normal form that is asked for; NFC unless the call says which.
utf8proc_option_t OptionsOf(Args args) {
  constexpr int kComposed = UTF8PROC_STABLE | UTF8PROC_COMPOSE;
  constexpr int kDecomposed = UTF8PROC_STABLE | UTF8PROC_DECOMPOSE;
  const std::string_view form = args.size() > 1 ? args[1].AsString() : "NFC";
  int options = 0;
  if (types::EqualsIgnoringCase(form, "nfc")) {
    options = kComposed;
  } else if (types::EqualsIgnoringCase(form, "nfd")) {
    options = kDecomposed;
  } else if (types::EqualsIgnoringCase(form, "nfkc")) {
    options = kComposed | UTF8PROC_COMPAT;
  } else if (types::EqualsIgnoringCase(form, "nfkd")) {
    options = kDecomposed | UTF8PROC_COMPAT;
  } else {
    throw Error(base::sqlstate::kInvalidParameterValue, "invalid normalization form: " + std::string(form));
  }
  return static_cast<utf8proc_option_t>(options);
}

// Text of ASCII alone is in every normal form.
std::string Normalized(std::string_view text, utf8proc_option_t options) {
  if (IsAscii(text)) return std::string(text);
  utf8proc_uint8_t* mapped = nullptr;
  const utf8proc_ssize_t length = utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
                                               static_cast<utf8proc_ssize_t>(text.size()), &mapped, options);
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner(mapped, &std::free);
  if (length < 0) {
    throw Error(
        length == UTF8PROC_ERROR_NOMEM ? base::sqlstate::kOutOfMemory : base::sqlstate::kInternalError,
        utf8proc_errmsg(length));
  }
  return std::string(reinterpret_cast<const char*>(mapped), static_cast<std::size_t>(length));
}

Value Normalize(EvalContext&, Args args, const Expression&) {
  return Value::String(Normalized(args[0].AsString(), OptionsOf(args)));
}

Value IsNormalized(EvalContext&, Args args, const Expression&) {
  return Value::Bool(Normalized(args[0].AsString(), OptionsOf(args)) == args[0].AsString());
}

using Algorithm = const EVP_MD* (*)();

template <Algorithm algorithm>
Value Digest(EvalContext&, Args args, const Expression&) {
  const std::string_view bytes = args[0].AsString();
  std::string digest(EVP_MAX_MD_SIZE, '\0');
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()), &size,
                 algorithm(), nullptr) != 1) {
    throw Error(base::sqlstate::kInternalError, "could not compute hash");
  }
  digest.resize(size);
  return Value::String(digest);
}

}  // namespace

void AddUnicodeFunctions(FunctionList& out) {
  out.insert(out.end(), {
                            Scalar("unistr", {T::kText}, T::kText, 6198, Unistr),
                            Scalar("normalize", {T::kText}, T::kText, 9510, Normalize),
                            Scalar("normalize", {T::kText, T::kText}, T::kText, 4350, Normalize),
                            Scalar("is_normalized", {T::kText}, T::kBool, 9511, IsNormalized),
                            Scalar("is_normalized", {T::kText, T::kText}, T::kBool, 4351, IsNormalized),
                            Scalar("sha224", {T::kBytea}, T::kBytea, 3419, Digest<EVP_sha224>),
                            Scalar("sha256", {T::kBytea}, T::kBytea, 3420, Digest<EVP_sha256>),
                            Scalar("sha384", {T::kBytea}, T::kBytea, 3421, Digest<EVP_sha384>),
                            Scalar("sha512", {T::kBytea}, T::kBytea, 3422, Digest<EVP_sha512>),
                        });
}

}  // namespace ordinal::sql
