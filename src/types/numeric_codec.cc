// Converts Numeric from and to text, double precision and its two byte forms.
#include <array>
#include <charconv>
#include <climits>
#include <cmath>
#include <cstdio>

#include "base/bytes.h"
#include "base/check.h"
#include "base/error.h"
#include "types/numeric.h"
#include "types/numeric_big.h"
#include "types/scan.h"

namespace ordinal::types {

using Access = NumericAccess;

namespace {

constexpr int kGroup = 4;            // decimal digits of one base-10000 digit
constexpr int kSmallDigitsMax = 18;  // digits that always fit 64 bits

// Signs of the wire form.
constexpr std::uint16_t kPositive = 0x0000, kNegative = 0x4000, kNaNSign = 0xC000,
                        kPositiveInfinitySign = 0xD000, kNegativeInfinitySign = 0xF000;

// Tags of the stored form.
enum Tag : unsigned char { kTagPositive, kTagNegative, kTagNaN, kTagPositiveInfinity, kTagNegativeInfinity };

// Appends exactly `count` digits of `value`, which has at most as many. Halving keeps the divisors large: the
// library's own conversion takes one division for every few digits, a second for the longest numbers.
void AppendDigits(std::string& out, const BigInt& value, int count) {
  constexpr int kDirectMax = 200;
  if (count <= kDirectMax) {
    const std::string digits = value.is_zero() ? std::string() : value.str();
    out.append(static_cast<std::size_t>(count) - digits.size(), '0');
    out += digits;
    return;
  }
  const int low_count = count / 2;
  BigInt high;
  BigInt low;
  boost::multiprecision::divide_qr(value, PowerOfTen(low_count), high, low);
  AppendDigits(out, high, count - low_count);
  AppendDigits(out, low, low_count);
}

std::string MagnitudeDigits(const Numeric& n) {
  if (!Access::IsSmall(n)) {
    std::string digits;
    AppendDigits(digits, boost::multiprecision::abs(Access::Large(n)), CountDigits(Access::Large(n)));
    return digits;
  }
  const std::int64_t value = Access::Small(n);
  const std::uint64_t magnitude =
      value < 0 ? 0 - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
  std::array<char, 20> buffer;
  const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), magnitude).ptr;
  return {buffer.data(), end};
}

// Builds a number from decimal digits, which may begin with zeros.
Numeric FromDigits(std::string_view digits, int scale, bool negative) {
  const std::size_t first = digits.find_first_not_of('0');
  digits = first == std::string_view::npos ? std::string_view() : digits.substr(first);
  if (digits.size() <= kSmallDigitsMax) {
    std::int64_t value = 0;
    std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (scale > Numeric::kScaleMax) ThrowNumericOverflow();
    return Access::MakeSmall(negative ? -value : value, scale);
  }
  BigInt value{std::string(digits)};
  if (negative) value = -value;
  return Access::Make(std::move(value), scale);
}

std::optional<Numeric> ParseSpecial(std::string_view body) {
  if (EqualsIgnoringCase(body, "nan")) return Numeric::NaN();
  const bool negative = !body.empty() && body.front() == '-';
  if (!body.empty() && (body.front() == '-' || body.front() == '+')) body.remove_prefix(1);
  if (EqualsIgnoringCase(body, "infinity") || EqualsIgnoringCase(body, "inf"))
    return Numeric::Infinity(negative);
  return std::nullopt;
}

// Reads an optional exponent to the end of `body`; false when it is malformed.
bool ParseExponent(std::string_view body, long* exponent) {
  if (body.empty()) return true;
  if (body.front() != 'e' && body.front() != 'E') return false;
  body.remove_prefix(1);
  if (body.size() > 1 && body.front() == '+' && body[1] != '-') body.remove_prefix(1);
  const auto [end, error] = std::from_chars(body.data(), body.data() + body.size(), *exponent);
  if (error == std::errc::result_out_of_range) *exponent = LONG_MAX;
  return error != std::errc::invalid_argument && end == body.data() + body.size();
}

}  // namespace

Numeric Numeric::Parse(std::string_view text) {
  std::string_view body = TrimBlanks(text);
  if (const auto special = ParseSpecial(body)) return *special;
  const bool negative = !body.empty() && body.front() == '-';
  if (!body.empty() && (body.front() == '-' || body.front() == '+')) body.remove_prefix(1);
  const auto digit_at = [&](std::size_t i) { return i < body.size() && IsDigit(body[i]); };
  std::size_t i = 0;
  while (digit_at(i)) ++i;
  const std::size_t integer_digits = i;
  std::string_view fraction;
  if (i < body.size() && body[i] == '.') {
    const std::size_t start = ++i;
    while (digit_at(i)) ++i;
    fraction = body.substr(start, i - start);
  }
  long exponent = 0;
  if ((integer_digits == 0 && fraction.empty()) || !ParseExponent(body.substr(i), &exponent)) {
    ThrowInvalidSyntax("numeric", text);
  }
  if (exponent >= INT_MAX / 2 || exponent <= -(INT_MAX / 2)) ThrowNumericOverflow();
  std::string digits(body.substr(0, integer_digits));
  digits += fraction;
  long scale = static_cast<long>(fraction.size()) - exponent;
  const bool zero = digits.find_first_not_of('0') == std::string::npos;
  if (scale < 0) {
    if (!zero && static_cast<long>(digits.size()) - scale > 2L * kIntegerDigitsMax) ThrowNumericOverflow();
    if (!zero) digits.append(static_cast<std::size_t>(-scale), '0');
    scale = 0;
  }
  if (scale > kScaleMax) ThrowNumericOverflow();
  return FromDigits(digits, static_cast<int>(scale), negative);
}

void Numeric::AppendText(std::string& out) const {
  if (!IsFinite()) {
    out += IsNaN() ? "NaN" : (Sign() < 0 ? "-Infinity" : "Infinity");
    return;
  }
  const std::string digits = MagnitudeDigits(*this);
  const auto scale = static_cast<std::size_t>(scale_);
  if (Sign() < 0) out.push_back('-');
  if (digits.size() > scale) {
    out.append(digits, 0, digits.size() - scale);
  } else {
    out.push_back('0');
  }
  if (scale == 0) return;
  out.push_back('.');
  if (digits.size() >= scale) {
    out.append(digits, digits.size() - scale);
  } else {
    out.append(scale - digits.size(), '0');
    out += digits;
  }
}

std::string Numeric::ToString() const {
  std::string out;
  AppendText(out);
  return out;
}

Numeric Numeric::FromDouble(double value) {
  if (std::isnan(value)) return NaN();
  if (std::isinf(value)) return Infinity(value < 0);
  std::array<char, 40> buffer;
  const int size = std::snprintf(buffer.data(), buffer.size(), "%.15g", value);
  return Parse({buffer.data(), static_cast<std::size_t>(size)});
}

Numeric Numeric::FromFloat(float value) {
  if (std::isnan(value)) return NaN();
  if (std::isinf(value)) return Infinity(value < 0);
  std::array<char, 40> buffer;
  const int size = std::snprintf(buffer.data(), buffer.size(), "%.6g", static_cast<double>(value));
  return Parse({buffer.data(), static_cast<std::size_t>(size)});
}

double Numeric::ToDouble() const {
  if (IsNaN()) return std::numeric_limits<double>::quiet_NaN();
  if (IsInfinite()) return Sign() * std::numeric_limits<double>::infinity();
  constexpr std::int64_t kExactMax = std::int64_t{1} << 53;
  // Both operands are exact, so the quotient is the nearest double.
  if (!big_ && scale_ <= kSmallPowersMax && small_ >= -kExactMax && small_ <= kExactMax &&
      kPowersOfTen[scale_] <= kExactMax) {
    return static_cast<double>(small_) / static_cast<double>(kPowersOfTen[scale_]);
  }
  const std::string text = ToString();
  double value = 0;
  const auto result = std::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ec == std::errc::result_out_of_range) {
    throw base::Error(base::sqlstate::kNumericValueOutOfRange,
                      "\"" + text + "\" is out of range for type double precision");
  }
  return value;
}

Numeric::Decimal Numeric::ToDecimal() const {
  ORDINAL_CHECK(IsFinite());
  Decimal decimal;
  if (IsZero()) return decimal;
  decimal.negative = Sign() < 0;
  decimal.digits = MagnitudeDigits(*this);
  decimal.exponent = static_cast<int>(decimal.digits.size()) - scale_;
  decimal.digits.erase(decimal.digits.find_last_not_of('0') + 1);
  return decimal;
}

Numeric Numeric::FromDecimal(const Decimal& decimal) {
  const int scale = static_cast<int>(decimal.digits.size()) - decimal.exponent;
  if (scale >= 0) return FromDigits(decimal.digits, scale, decimal.negative);
  if (-scale > kIntegerDigitsMax) ThrowNumericOverflow();
  return FromDigits(decimal.digits + std::string(static_cast<std::size_t>(-scale), '0'), 0, decimal.negative);
}

void Numeric::AppendBinary(std::string& out) const {
  const auto header = [&out](std::size_t groups, int weight, std::uint16_t sign, int scale) {
    base::AppendBigEndian(out, static_cast<std::uint16_t>(groups));
    base::AppendBigEndian(out, static_cast<std::int16_t>(weight));
    base::AppendBigEndian(out, sign);
    base::AppendBigEndian(out, static_cast<std::uint16_t>(scale));
  };
  if (IsNaN()) return header(0, 0, kNaNSign, 0);
  if (IsInfinite()) return header(0, 0, Sign() < 0 ? kNegativeInfinitySign : kPositiveInfinitySign, 0);
  if (IsZero()) return header(0, 0, kPositive, scale_);
  // Pads both ends with zeros so that the decimal point falls between groups.
  std::string digits = MagnitudeDigits(*this);
  const int fraction_groups = (scale_ + kGroup - 1) / kGroup;
  digits.append(static_cast<std::size_t>(fraction_groups * kGroup - scale_), '0');
  digits.insert(0, (kGroup - digits.size() % kGroup) % kGroup, '0');
  const std::size_t groups = digits.size() / kGroup;
  const auto group_at = [&digits](std::size_t i) {
    int value = 0;
    for (std::size_t k = i * kGroup; k < (i + 1) * kGroup; ++k) value = value * 10 + (digits[k] - '0');
    return static_cast<std::int16_t>(value);
  };
  std::size_t first = 0;
  while (group_at(first) == 0) ++first;
  std::size_t end = groups;
  while (group_at(end - 1) == 0) --end;
  const int weight = static_cast<int>(groups - first) - fraction_groups - 1;
  header(end - first, weight, Sign() < 0 ? kNegative : kPositive, scale_);
  for (std::size_t i = first; i < end; ++i) base::AppendBigEndian(out, group_at(i));
}

Numeric Numeric::FromBinary(std::string_view bytes) {
  constexpr std::size_t kHeader = 8;
  constexpr int kGroupsMax = 3000;  // NUMERIC_MAX_PRECISION + NUMERIC_MAX_RESULT_SCALE
  const auto invalid = [](const char* what) {
    return base::Error(base::sqlstate::kInvalidBinaryRepresentation,
                       std::string("invalid ") + what + " in external \"numeric\" value");
  };
  if (bytes.size() < kHeader) {
    throw base::Error(base::sqlstate::kProtocolViolation, "insufficient data left in message");
  }
  const int groups = base::LoadBigEndian<std::uint16_t>(bytes.data());
  const int weight = base::LoadBigEndian<std::int16_t>(bytes.data() + 2);
  const auto sign = base::LoadBigEndian<std::uint16_t>(bytes.data() + 4);
  const int scale = base::LoadBigEndian<std::uint16_t>(bytes.data() + 6);
  if (groups > kGroupsMax) throw invalid("length");
  if (sign == kNaNSign) return NaN();
  if (sign == kPositiveInfinitySign || sign == kNegativeInfinitySign)
    return Infinity(sign == kNegativeInfinitySign);
  if (sign != kPositive && sign != kNegative) throw invalid("sign");
  if (scale > kScaleMax) throw invalid("scale");
  if (bytes.size() < kHeader + static_cast<std::size_t>(groups) * 2) {
    throw base::Error(base::sqlstate::kProtocolViolation, "insufficient data left in message");
  }
  std::string digits;
  for (int i = 0; i < groups; ++i) {
    const int group = base::LoadBigEndian<std::int16_t>(bytes.data() + kHeader + 2 * i);
    if (group < 0 || group > 9999) throw invalid("digit");
    for (const int divisor : {1000, 100, 10, 1})
      digits.push_back(static_cast<char>('0' + group / divisor % 10));
  }
  // Digits past the scale are cut off, as numeric_recv does.
  const long wanted = static_cast<long>(weight + 1) * kGroup + scale;
  if (wanted <= 0 || digits.empty()) return FromScaled(0, scale);
  digits.resize(static_cast<std::size_t>(wanted), '0');
  return FromDigits(digits, scale, sign == kNegative);
}

void Numeric::AppendBytes(std::string& out) const {
  if (!IsFinite()) {
    out.push_back(
        static_cast<char>(IsNaN() ? kTagNaN : (Sign() < 0 ? kTagNegativeInfinity : kTagPositiveInfinity)));
    return;
  }
  out.push_back(static_cast<char>(Sign() < 0 ? kTagNegative : kTagPositive));
  base::AppendVarint(out, static_cast<std::uint64_t>(scale_));
  if (big_) {
    boost::multiprecision::export_bits(boost::multiprecision::abs(big_->value), std::back_inserter(out), 8);
    return;
  }
  std::uint64_t magnitude =
      small_ < 0 ? 0 - static_cast<std::uint64_t>(small_) : static_cast<std::uint64_t>(small_);
  magnitude = base::ToBigEndian(magnitude);
  std::array<char, sizeof magnitude> buffer;
  std::memcpy(buffer.data(), &magnitude, sizeof magnitude);
  std::size_t zeros = 0;
  while (zeros < buffer.size() && buffer[zeros] == 0) ++zeros;
  out.append(buffer.data() + zeros, buffer.size() - zeros);
}

Numeric Numeric::FromBytes(std::string_view bytes) {
  const auto corrupted = [] {
    return base::Error(base::sqlstate::kDataCorrupted, "stored numeric value is malformed");
  };
  if (bytes.empty()) throw corrupted();
  const auto tag = static_cast<unsigned char>(bytes.front());
  bytes.remove_prefix(1);
  if (tag > kTagNegative) {
    if (!bytes.empty() || tag > kTagNegativeInfinity) throw corrupted();
    return tag == kTagNaN ? NaN() : Infinity(tag == kTagNegativeInfinity);
  }
  std::uint64_t scale = 0;
  if (!base::TakeVarint(bytes, scale) || scale > static_cast<std::uint64_t>(kScaleMax)) throw corrupted();
  if (bytes.size() < sizeof(std::int64_t)) {
    std::int64_t magnitude = 0;
    for (const char byte : bytes) magnitude = (magnitude << 8) | static_cast<unsigned char>(byte);
    return FromScaled(tag == kTagNegative ? -magnitude : magnitude, static_cast<int>(scale));
  }
  BigInt magnitude;
  boost::multiprecision::import_bits(magnitude, reinterpret_cast<const unsigned char*>(bytes.data()),
                                     reinterpret_cast<const unsigned char*>(bytes.data() + bytes.size()), 8);
  if (tag == kTagNegative) magnitude = -magnitude;
  return Access::Make(std::move(magnitude), static_cast<int>(scale));
}

}  // namespace ordinal::types
