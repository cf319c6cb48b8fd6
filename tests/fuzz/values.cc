#include "fuzz/values.h"

#include <bit>
#include <limits>
#include <string>

#include "types/numeric.h"

namespace ordinal::fuzz {
namespace {

using types::Numeric;
using types::TypeId;
using types::Value;

constexpr std::int64_t kDayMicros = std::int64_t{86'400} * 1'000'000;
constexpr std::size_t kStringBytesMax = 40;
constexpr std::size_t kNumericDigitsMax = 60;

// Numbers near zero and near the ends of the range are as likely as any.
std::int64_t MakeInt(Input& input, std::int64_t low, std::int64_t high) {
  const auto drawn = input.Int<std::int64_t>();
  switch (input.Choose(4)) {
    case 0:
      return low + (drawn & 3);
    case 1:
      return high - (drawn & 3);
    case 2:
      return low < 0 ? drawn % 300 : drawn & 0xff;
    default: {
      const auto span = static_cast<std::uint64_t>(high) - static_cast<std::uint64_t>(low);
      const auto offset = static_cast<std::uint64_t>(drawn);
      const std::uint64_t within =
          span == std::numeric_limits<std::uint64_t>::max() ? offset : offset % (span + 1);
      return static_cast<std::int64_t>(static_cast<std::uint64_t>(low) + within);
    }
  }
}

template <typename T>
Value IntOf(Input& input) {
  return Value::Int(MakeInt(input, std::numeric_limits<T>::min(), std::numeric_limits<T>::max()));
}

Numeric MakeNumeric(Input& input) {
  switch (input.Choose(8)) {
    case 0:
      return Numeric::NaN();
    case 1:
      return Numeric::Infinity(input.Choose(2) != 0);
    case 2:
    case 3:
    case 4:
      return Numeric::FromScaled(MakeInt(input, INT64_MIN, INT64_MAX), static_cast<int>(input.Choose(40)));
    default: {
      std::string text = input.Choose(2) != 0 ? "-" : "";
      for (std::size_t i = 1 + input.Choose(kNumericDigitsMax); i > 0; --i) {
        text += static_cast<char>('0' + input.Int<std::uint8_t>() % 10);
      }
      return Numeric::Parse(text + "e" + std::to_string(static_cast<int>(input.Choose(400)) - 200));
    }
  }
}

Value MakeDouble(Input& input) {
  const auto bits = input.Int<std::uint64_t>();
  switch (input.Choose(3)) {
    case 0:
      return Value::Double(static_cast<double>(static_cast<std::int8_t>(bits)));
    case 1:
      return Value::Double((bits & 1) != 0 ? -0.0 : std::numeric_limits<double>::denorm_min());
    default:
      return Value::Double(std::bit_cast<double>(bits));
  }
}

}  // namespace

Value MakeValue(Input& input, TypeId type) {
  switch (type) {
    case TypeId::kBool:
      return Value::Bool(input.Choose(2) != 0);
    case TypeId::kInt2:
      return IntOf<std::int16_t>(input);
    case TypeId::kInt4:
    case TypeId::kDate:
      return IntOf<std::int32_t>(input);
    case TypeId::kOid:
    case TypeId::kXid:
    case TypeId::kRegclass:
    case TypeId::kRegproc:
    case TypeId::kRegtype:
    case TypeId::kRegnamespace:
    case TypeId::kRegrole:
      return IntOf<std::uint32_t>(input);
    case TypeId::kTime:
      return Value::Int(MakeInt(input, 0, kDayMicros));
    case TypeId::kFloat4:
      return Value::Double(std::bit_cast<float>(input.Int<std::uint32_t>()));
    case TypeId::kTimetz:
      return Value::OfInterval({.micros = MakeInt(input, 0, kDayMicros),
                                .days = static_cast<std::int32_t>(MakeInt(input, -57'599, 57'599))});
    default:
      break;
  }
  switch (types::InfoOf(type).representation) {
    case types::Representation::kInt:
      return IntOf<std::int64_t>(input);
    case types::Representation::kDouble:
      return MakeDouble(input);
    case types::Representation::kString:
      return Value::String(input.Bytes(input.Choose(kStringBytesMax)));
    case types::Representation::kUuid: {
      types::Uuid uuid;
      const std::string_view bytes = input.Bytes(uuid.bytes.size());
      std::memcpy(uuid.bytes.data(), bytes.data(), bytes.size());
      return Value::OfUuid(uuid);
    }
    case types::Representation::kNumeric:
      return Value::OfNumeric(MakeNumeric(input));
    case types::Representation::kInterval:
      return Value::OfInterval({.micros = MakeInt(input, INT64_MIN, INT64_MAX),
                                .days = static_cast<std::int32_t>(MakeInt(input, INT32_MIN, INT32_MAX)),
                                .months = static_cast<std::int32_t>(MakeInt(input, INT32_MIN, INT32_MAX))});
  }
  return Value::Null();
}

bool SameValue(const Value& left, const Value& right) {
  if (left.kind() != right.kind()) return false;
  switch (left.kind()) {
    case Value::Kind::kNull:
      return true;
    case Value::Kind::kInt:
      return left.AsInt() == right.AsInt();
    case Value::Kind::kDouble:
      return std::bit_cast<std::uint64_t>(left.AsDouble()) == std::bit_cast<std::uint64_t>(right.AsDouble());
    case Value::Kind::kShortString:
    case Value::Kind::kLongString:
      return left.AsString() == right.AsString();
    case Value::Kind::kUuid:
      return left.AsUuid() == right.AsUuid();
    case Value::Kind::kNumeric:
      return left.AsNumeric() == right.AsNumeric() && left.AsNumeric().scale() == right.AsNumeric().scale();
    case Value::Kind::kInterval: {
      const types::Interval& a = left.AsInterval();
      const types::Interval& b = right.AsInterval();
      return a.micros == b.micros && a.days == b.days && a.months == b.months;
    }
  }
  return false;
}

}  // namespace ordinal::fuzz
