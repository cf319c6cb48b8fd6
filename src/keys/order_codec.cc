#include "keys/order_codec.h"

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>

#include "base/bytes.h"
#include "base/check.h"
#include "base/error.h"
#include "types/numeric.h"

namespace ordinal::keys {
namespace {

using types::Numeric;
using types::TypeId;
using types::Value;

constexpr char kPresent = 0x01;
constexpr char kNull = 0x02;

constexpr char kEscape = 0x00;
constexpr char kEscapedZero = static_cast<char>(0xff);
constexpr char kEndOfString = 0x01;

constexpr std::uint64_t kSignBit = std::uint64_t{1} << 63;

enum NumericClass : char {
  kNegativeInfinity = 1,
  kNegative,
  kZero,
  kPositive,
  kPositiveInfinity,
  kNotANumber
};
constexpr std::int32_t kExponentBias = 1 << 23;
constexpr std::size_t kExponentBytes = 3;
constexpr unsigned char kDigitsEnd = 0;

// Names what is encoded alike.
enum class Form { kNone, kBool, kInt, kDouble, kString, kPaddedString, kUuid, kNumeric };

Form FormOf(TypeId type) {
  switch (type) {
    case TypeId::kBool:
      return Form::kBool;
    case TypeId::kInt2:
    case TypeId::kInt4:
    case TypeId::kInt8:
    case TypeId::kOid:
    case TypeId::kRegclass:
    case TypeId::kRegproc:
    case TypeId::kRegprocedure:
    case TypeId::kRegtype:
    case TypeId::kRegnamespace:
    case TypeId::kRegrole:
    case TypeId::kDate:
    case TypeId::kTime:
    case TypeId::kTimestamp:
    case TypeId::kTimestamptz:
    case TypeId::kXid8:
      return Form::kInt;
    case TypeId::kFloat4:
    case TypeId::kFloat8:
      return Form::kDouble;
    case TypeId::kText:
    case TypeId::kVarchar:
    case TypeId::kName:
    case TypeId::kChar:
    case TypeId::kBytea:
      return Form::kString;
    case TypeId::kBpchar:
      return Form::kPaddedString;
    case TypeId::kUuid:
      return Form::kUuid;
    case TypeId::kNumeric:
      return Form::kNumeric;
    default:
      return Form::kNone;
  }
}

[[noreturn]] void ThrowDamaged() {
  throw base::Error(base::sqlstate::kDataCorrupted, "a stored key is damaged");
}

std::string_view TakeBytes(std::string_view& in, std::size_t size) {
  if (in.size() < size) ThrowDamaged();
  const std::string_view bytes = in.substr(0, size);
  in.remove_prefix(size);
  return bytes;
}

void AppendString(std::string& out, std::string_view text) {
  std::size_t zero = 0;
  while ((zero = text.find('\0')) != std::string_view::npos) {
    out.append(text.substr(0, zero));
    out += kEscape;
    out += kEscapedZero;
    text.remove_prefix(zero + 1);
  }
  out.append(text);
  out += kEscape;
  out += kEndOfString;
}

Value TakeString(std::string_view& in) {
  std::string unescaped;
  while (true) {
    const std::size_t escape = in.find(kEscape);
    if (escape == std::string_view::npos || escape + 1 == in.size()) ThrowDamaged();
    const char next = in[escape + 1];
    const std::string_view run = in.substr(0, escape);
    in.remove_prefix(escape + 2);
    if (next == kEndOfString) {
      if (unescaped.empty()) return Value::String(run);
      unescaped += run;
      return Value::String(unescaped);
    }
    if (next != kEscapedZero) ThrowDamaged();
    unescaped += run;
    unescaped += '\0';
  }
}

std::string_view WithoutTrailingBlanks(std::string_view text) {
  const std::size_t last = text.find_last_not_of(' ');
  return last == std::string_view::npos ? std::string_view() : text.substr(0, last + 1);
}

void AppendDouble(std::string& out, double number) {
  if (number == 0) number = 0;
  if (std::isnan(number)) number = std::numeric_limits<double>::quiet_NaN();
  const auto bits = std::bit_cast<std::uint64_t>(number);
  base::AppendBigEndian(out, (bits & kSignBit) != 0 ? ~bits : bits | kSignBit);
}

Value TakeDouble(std::string_view& in) {
  const auto bits = base::LoadBigEndian<std::uint64_t>(TakeBytes(in, sizeof(std::uint64_t)).data());
  return Value::Double(std::bit_cast<double>((bits & kSignBit) != 0 ? bits & ~kSignBit : ~bits));
}

void AppendNumeric(std::string& out, const Numeric& number) {
  if (!number.IsFinite()) {
    const auto infinity = number.Sign() > 0 ? kPositiveInfinity : kNegativeInfinity;
    out.push_back(static_cast<char>(number.IsNaN() ? kNotANumber : infinity));
    return;
  }
  if (number.IsZero()) {
    out.push_back(static_cast<char>(kZero));
    return;
  }
  const Numeric::Decimal decimal = number.ToDecimal();
  out.push_back(static_cast<char>(decimal.negative ? kNegative : kPositive));
  const unsigned char flip = decimal.negative ? 0xff : 0x00;
  const auto append = [&](unsigned byte) { out += static_cast<char>((byte & 0xff) ^ flip); };
  const auto exponent = static_cast<std::uint32_t>(decimal.exponent + kExponentBias);
  for (int shift = 16; shift >= 0; shift -= 8) append(exponent >> shift);
  const std::string& digits = decimal.digits;
  for (std::size_t i = 0; i < digits.size(); i += 2) {
    const int tens = digits[i] - '0';
    const int ones = i + 1 < digits.size() ? digits[i + 1] - '0' : 0;
    append(static_cast<unsigned>(10 * tens + ones + 1));
  }
  append(kDigitsEnd);
}

Value TakeNumeric(std::string_view& in) {
  const char number_class = TakeBytes(in, 1)[0];
  switch (number_class) {
    case kNegativeInfinity:
    case kPositiveInfinity:
      return Value::OfNumeric(Numeric::Infinity(number_class == kNegativeInfinity));
    case kNotANumber:
      return Value::OfNumeric(Numeric::NaN());
    case kZero:
      return Value::OfNumeric(Numeric());
    case kNegative:
    case kPositive:
      break;
    default:
      ThrowDamaged();
  }
  Numeric::Decimal decimal;
  decimal.negative = number_class == kNegative;
  const unsigned flip = decimal.negative ? 0xff : 0x00;
  std::uint32_t exponent = 0;
  for (const char byte : TakeBytes(in, kExponentBytes)) {
    exponent = exponent << 8 | (static_cast<unsigned char>(byte) ^ flip);
  }
  decimal.exponent = static_cast<std::int32_t>(exponent) - kExponentBias;
  while (true) {
    const unsigned byte = static_cast<unsigned char>(TakeBytes(in, 1)[0]) ^ flip;
    if (byte == kDigitsEnd) break;
    if (byte > 100) ThrowDamaged();
    decimal.digits += static_cast<char>('0' + (byte - 1) / 10);
    decimal.digits += static_cast<char>('0' + (byte - 1) % 10);
  }
  while (!decimal.digits.empty() && decimal.digits.back() == '0') decimal.digits.pop_back();
  const bool within_limits =
      decimal.exponent <= Numeric::kIntegerDigitsMax &&
      static_cast<std::int64_t>(decimal.digits.size()) - decimal.exponent <= Numeric::kScaleMax;
  if (decimal.digits.empty() || decimal.digits.front() == '0' || !within_limits) ThrowDamaged();
  return Value::OfNumeric(Numeric::FromDecimal(decimal));
}

}  // namespace

bool IsKeyType(TypeId type) { return FormOf(type) != Form::kNone; }

void AppendKeyColumn(std::string& out, const Value& value, TypeId type) {
  if (value.is_null()) {
    out += kNull;
    return;
  }
  out += kPresent;
  switch (FormOf(type)) {
    case Form::kBool:
      out += static_cast<char>(value.AsBool() ? 1 : 0);
      return;
    case Form::kInt:
      base::AppendBigEndian(out, static_cast<std::uint64_t>(value.AsInt()) ^ kSignBit);
      return;
    case Form::kDouble:
      AppendDouble(out, value.AsDouble());
      return;
    case Form::kString:
      AppendString(out, value.AsString());
      return;
    case Form::kPaddedString:
      AppendString(out, WithoutTrailingBlanks(value.AsString()));
      return;
    case Form::kUuid:
      out.append(reinterpret_cast<const char*>(value.AsUuid().bytes.data()), value.AsUuid().bytes.size());
      return;
    case Form::kNumeric:
      AppendNumeric(out, value.AsNumeric());
      return;
    case Form::kNone:
      break;
  }
  ORDINAL_CHECK(IsKeyType(type));
}

Value TakeKeyColumn(std::string_view& in, TypeId type) {
  const char presence = TakeBytes(in, 1)[0];
  if (presence == kNull) return Value::Null();
  if (presence != kPresent) ThrowDamaged();
  switch (FormOf(type)) {
    case Form::kBool: {
      const char truth = TakeBytes(in, 1)[0];
      if (truth != 0 && truth != 1) ThrowDamaged();
      return Value::Bool(truth == 1);
    }
    case Form::kInt: {
      const auto bits = base::LoadBigEndian<std::uint64_t>(TakeBytes(in, sizeof(std::uint64_t)).data());
      return Value::Int(static_cast<std::int64_t>(bits ^ kSignBit));
    }
    case Form::kDouble:
      return TakeDouble(in);
    case Form::kString:
    case Form::kPaddedString:
      return TakeString(in);
    case Form::kUuid: {
      types::Uuid uuid;
      std::memcpy(uuid.bytes.data(), TakeBytes(in, uuid.bytes.size()).data(), uuid.bytes.size());
      return Value::OfUuid(uuid);
    }
    case Form::kNumeric:
      return TakeNumeric(in);
    case Form::kNone:
      break;
  }
  ORDINAL_CHECK(IsKeyType(type));
  return Value::Null();
}

}  // namespace ordinal::keys
