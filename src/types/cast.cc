#include "types/cast.h"

#include <cmath>
#include <limits>

#include "base/error.h"
#include "types/array.h"
#include "types/datetime.h"
#include "types/datetime_text.h"
#include "types/jsonb.h"
#include "types/numeric.h"
#include "types/scalar_text.h"
#include "types/text_codec.h"
#include "types/utf8.h"

namespace ordinal::types {
namespace {

constexpr std::size_t kNameBytesMax = 63;

[[noreturn]] void ThrowRange(std::string message) {
  throw base::Error(base::sqlstate::kNumericValueOutOfRange, std::move(message));
}

std::string_view TrimTrailingBlanks(std::string_view text) {
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// The content of a string value as the other string types see it.
std::string_view ContentOf(const Value& value, TypeId from) {
  return from == TypeId::kBpchar ? TrimTrailingBlanks(value.AsString()) : value.AsString();
}

bool FitsInteger(std::int64_t value, TypeId to) {
  if (to == TypeId::kInt2) return value == static_cast<std::int16_t>(value);
  if (to == TypeId::kInt4) return value == static_cast<std::int32_t>(value);
  return true;
}

std::int64_t DoubleToInteger(double value, TypeId to) {
  const double whole = std::rint(value);
  if (!(whole >= -0x1p63 && whole < 0x1p63)) ThrowRange(std::string(InfoOf(to).sql_name) + " out of range");
  return static_cast<std::int64_t>(whole);
}

std::int64_t NumericToInteger(const Numeric& value, TypeId to) {
  if (!value.IsFinite()) {
    throw base::Error(base::sqlstate::kFeatureNotSupported,
                      std::string(value.IsNaN() ? "cannot convert NaN to " : "cannot convert infinity to ") +
                          InfoOf(to).sql_name);
  }
  const auto whole = value.ToInt64();
  if (!whole) ThrowRange(std::string(InfoOf(to).sql_name) + " out of range");
  return *whole;
}

Value ToInteger(const Value& value, TypeId from, TypeId to) {
  std::int64_t number = 0;
  switch (from) {
    case TypeId::kFloat4:
    case TypeId::kFloat8:
      number = DoubleToInteger(value.AsDouble(), to);
      break;
    case TypeId::kNumeric:
      number = NumericToInteger(value.AsNumeric(), to);
      break;
    case TypeId::kChar:
      number = value.AsString().empty() ? 0 : static_cast<signed char>(value.AsString().front());
      break;
    case TypeId::kBool:
    case TypeId::kInt2:
    case TypeId::kInt4:
    case TypeId::kInt8:
      number = value.AsInt();
      break;
    default:
      // An oid keeps its 32 bits as an integer.
      if (value.kind() != Value::Kind::kInt) return Value::Int(ParseInteger(ContentOf(value, from), to));
      return Value::Int(to == TypeId::kInt4 ? static_cast<std::int32_t>(value.AsInt()) : value.AsInt());
  }
  if (!FitsInteger(number, to)) ThrowRange(std::string(InfoOf(to).sql_name) + " out of range");
  return Value::Int(number);
}

Value ToOid(const Value& value, TypeId from, TypeId to) {
  if (value.kind() != Value::Kind::kInt) return Value::Int(ParseOid(ContentOf(value, from), to));
  const std::int64_t number = value.AsInt();
  if (from == TypeId::kInt8 && (number < 0 || number > std::numeric_limits<std::uint32_t>::max())) {
    ThrowRange("OID out of range");
  }
  return Value::Int(static_cast<std::uint32_t>(number));
}

Value ToFloat4(const Value& value, TypeId from) {
  if (IsInteger(from)) return Value::Double(static_cast<double>(static_cast<float>(value.AsInt())));
  if (from == TypeId::kNumeric) {
    const Numeric& number = value.AsNumeric();
    return Value::Double(ParseFloat(number.ToString()));
  }
  if (from != TypeId::kFloat8) return Value::Double(ParseFloat(ContentOf(value, from)));
  const double wide = value.AsDouble();
  const auto narrow = static_cast<float>(wide);
  if (std::isinf(narrow) && !std::isinf(wide)) ThrowRange("value out of range: overflow");
  if (narrow == 0 && wide != 0) ThrowRange("value out of range: underflow");
  return Value::Double(static_cast<double>(narrow));
}

Value ToFloat8(const Value& value, TypeId from) {
  if (IsInteger(from)) return Value::Double(static_cast<double>(value.AsInt()));
  if (from == TypeId::kNumeric) return Value::Double(value.AsNumeric().ToDouble());
  if (from == TypeId::kFloat4) return value;
  return Value::Double(ParseDouble(ContentOf(value, from)));
}

Value ToNumeric(const Value& value, TypeId from) {
  if (from == TypeId::kNumeric) return value;
  if (IsInteger(from)) return Value::OfNumeric(Numeric::FromInt64(value.AsInt()));
  if (from == TypeId::kFloat8) return Value::OfNumeric(Numeric::FromDouble(value.AsDouble()));
  if (from == TypeId::kFloat4)
    return Value::OfNumeric(Numeric::FromFloat(static_cast<float>(value.AsDouble())));
  return Value::OfNumeric(Numeric::Parse(ContentOf(value, from)));
}

// Renders a value as the content of a string.
Value ToString(const Value& value, TypeId from, TypeId to, const Settings& settings) {
  if (from == TypeId::kBool && to != TypeId::kName) return Value::String(value.AsBool() ? "true" : "false");
  if (!IsString(from) || from == TypeId::kChar) {
    const std::string text = ToText(value, from, settings);
    return Value::String(to == TypeId::kName ? ClipToBytes(text, kNameBytesMax) : text);
  }
  // text and varchar share one form, so that a conversion between them copies nothing.
  if (from != TypeId::kBpchar && to != TypeId::kName) return value;
  const std::string_view content = ContentOf(value, from);
  return Value::String(to == TypeId::kName ? ClipToBytes(content, kNameBytesMax) : content);
}

Value ToChar(const Value& value, TypeId from) {
  if (from != TypeId::kInt4) return Value::String(ParseChar(ContentOf(value, from)));
  const std::int64_t number = value.AsInt();
  if (number < std::numeric_limits<signed char>::min() || number > std::numeric_limits<signed char>::max()) {
    ThrowRange("\"char\" out of range");
  }
  const char byte = static_cast<char>(number);
  return number == 0 ? Value::String("") : Value::String({&byte, 1});
}

// An infinite timestamp has no time of day: NULL.
Value ToTime(const Value& value, TypeId from, const TimeZone& zone) {
  if (from == TypeId::kTimetz) return Value::Int(value.AsInterval().micros);
  if (from == TypeId::kInterval) return Value::Int(SplitTimestamp(value.AsInterval().micros).micros);
  const std::int64_t local = from == TypeId::kTimestamptz ? zone.ToLocal(value.AsInt()) : value.AsInt();
  if (IsInfiniteTimestamp(local)) return Value::Null();
  return Value::Int(SplitTimestamp(local).micros);
}

Value ToTimetz(const Value& value, TypeId from, const TimeZone& zone, const Settings& settings) {
  Interval time;
  if (from == TypeId::kTime) {
    // The zone's offset is today's, at that time of day.
    const std::int64_t today = SplitTimestamp(zone.ToLocal(settings.transaction_micros)).days;
    time.micros = value.AsInt();
    time.days = -zone.OffsetAt(zone.ToUtc(today * kMicrosPerDay + time.micros));
    return Value::OfInterval(time);
  }
  if (IsInfiniteTimestamp(value.AsInt())) return Value::Null();
  time.micros = SplitTimestamp(zone.ToLocal(value.AsInt())).micros;
  time.days = -zone.OffsetAt(value.AsInt());
  return Value::OfInterval(time);
}

// Converts between the types of date and time, other than through text.
Value ConvertDateTime(const Value& value, TypeId from, TypeId to, const Settings& settings) {
  const bool zoned = from == TypeId::kTimestamptz || to == TypeId::kTimestamptz || to == TypeId::kTimetz;
  const TimeZone zone = zoned ? TimeZone::Get(settings.time_zone) : TimeZone();
  switch (to) {
    case TypeId::kDate:
      return Value::Int(
          TimestampToDate(from == TypeId::kTimestamptz ? zone.ToLocal(value.AsInt()) : value.AsInt()));
    case TypeId::kTime:
      return ToTime(value, from, zone);
    case TypeId::kTimetz:
      return ToTimetz(value, from, zone, settings);
    case TypeId::kTimestamp:
      if (from == TypeId::kDate) return Value::Int(DateToTimestamp(value.AsInt()));
      return Value::Int(zone.ToLocal(value.AsInt()));
    case TypeId::kTimestamptz:
      if (from == TypeId::kDate) return Value::Int(DateToTimestamptz(value.AsInt(), zone));
      return Value::Int(LocalToUtc(value.AsInt(), zone));
    default:
      return Value::OfInterval({value.AsInt(), 0, 0});
  }
}

Value Convert(const Value& value, TypeId from, Type to, const Settings& settings);

// Takes a scalar out of jsonb.
Value FromJsonb(const Value& value, TypeId to) {
  using Kind = JsonNode::Kind;
  const Kind kind = KindOfJson(value.AsString());
  if (kind == (to == TypeId::kBool ? Kind::kBool : Kind::kNumber)) {
    if (to == TypeId::kBool) return Value::Bool(value.AsString() == "true");
    return Convert(Value::OfNumeric(Numeric::Parse(value.AsString())), TypeId::kNumeric, {to, -1},
                   Settings());
  }
  static constexpr const char* kNames[] = {"null", "string", "numeric", "boolean", "array", "object"};
  throw base::Error(
      base::sqlstate::kInvalidParameterValue,
      std::string("cannot cast jsonb ") + kNames[static_cast<int>(kind)] + " to type " + InfoOf(to).sql_name);
}

Value Convert(const Value& value, TypeId from, Type to, const Settings& settings) {
  if (from == TypeId::kJsonb && !IsString(to.id)) {
    return to.id == TypeId::kJson ? value : FromJsonb(value, to.id);
  }
  if (from == TypeId::kJson && to.id == TypeId::kJsonb) return Value::String(ParseJsonb(value.AsString()));
  switch (to.id) {
    case TypeId::kBool:
      return IsString(from) ? Value::Bool(ParseBool(ContentOf(value, from)))
                            : Value::Bool(value.AsInt() != 0);
    case TypeId::kInt2:
    case TypeId::kInt4:
    case TypeId::kInt8:
      return ToInteger(value, from, to.id);
    case TypeId::kOid:
    case TypeId::kXid:
    case TypeId::kRegproc:
    case TypeId::kRegprocedure:
    case TypeId::kRegclass:
    case TypeId::kRegtype:
    case TypeId::kRegnamespace:
    case TypeId::kRegrole:
      return ToOid(value, from, to.id);
    case TypeId::kFloat4:
      return ToFloat4(value, from);
    case TypeId::kFloat8:
      return ToFloat8(value, from);
    case TypeId::kNumeric:
      return ToNumeric(value, from);
    case TypeId::kText:
    case TypeId::kVarchar:
    case TypeId::kBpchar:
    case TypeId::kName:
      return ToString(value, from, to.id, settings);
    case TypeId::kChar:
      return ToChar(value, from);
    default:
      break;
  }
  if (IsString(from)) return ParseText(ContentOf(value, from), {to.id, -1}, settings);
  return ConvertDateTime(value, from, to.id, settings);
}

// Cuts a string to `limit` characters where that is allowed.
std::string_view FitLength(std::string_view text, std::size_t limit, Type type, CastContext context) {
  if (text.size() <= limit) return text;
  const std::size_t kept = BytesOfCharacters(text, limit);
  if (kept == text.size()) return text;
  // Blanks beyond the limit may always go, says the SQL standard.
  if (context != CastContext::kExplicit && text.find_first_not_of(' ', kept) != std::string_view::npos) {
    throw base::Error(base::sqlstate::kStringDataRightTruncation,
                      "value too long for type " + FormatType(type));
  }
  return text.substr(0, kept);
}

Value FitVarchar(const Value& value, Type type, CastContext context) {
  const std::string_view text = value.AsString();
  const std::string_view fitted = FitLength(text, static_cast<std::size_t>(type.modifier - 4), type, context);
  return fitted.size() == text.size() ? value : Value::String(fitted);
}

Value FitBpchar(const Value& value, Type type, CastContext context) {
  const auto limit = static_cast<std::size_t>(type.modifier - 4);
  const std::string_view text = value.AsString();
  const std::string_view fitted = FitLength(text, limit, type, context);
  const std::size_t characters = CountCharacters(fitted);
  if (characters >= limit) return fitted.size() == text.size() ? value : Value::String(fitted);
  std::string padded(fitted);
  padded.append(limit - characters, ' ');
  return Value::String(padded);
}

}  // namespace

Value Cast(const Value& value, Type from, Type to, CastContext context, const Settings& settings) {
  if (value.is_null()) return value;
  if (from.id == to.id) return ApplyModifier(value, to, context);
  if (value.kind() == Value::Kind::kArray && IsArray(to.id)) {
    const Type element{ElementType(to.id), to.modifier};
    return MapArray(value.AsArray(), element.id, [&](const Value& item) {
      return Cast(item, {value.AsArray().element, -1}, element, context, settings);
    });
  }
  if (to.id == TypeId::kInterval && IsString(from.id)) {
    return Value::OfInterval(ParseInterval(ContentOf(value, from.id), to.modifier, settings.interval_style));
  }
  // A literal is read as its target's input function would, not converted from text.
  const bool literal = from.id == TypeId::kUnknown && !IsString(to.id);
  const Value converted =
      literal ? ParseText(value.AsString(), {to.id, -1}, settings) : Convert(value, from.id, to, settings);
  return converted.is_null() ? converted : ApplyModifier(converted, to, context);
}

Value ApplyModifier(const Value& value, Type type, CastContext context) {
  if (type.modifier < 0 || value.is_null()) return value;
  switch (type.id) {
    case TypeId::kVarchar:
      return FitVarchar(value, type, context);
    case TypeId::kBpchar:
      return FitBpchar(value, type, context);
    case TypeId::kNumeric:
      return Value::OfNumeric(value.AsNumeric().ApplyModifier(type.modifier));
    case TypeId::kTime:
      return Value::Int(RoundMicros(value.AsInt(), type.modifier));
    case TypeId::kTimestamp:
    case TypeId::kTimestamptz:
      if (IsInfiniteTimestamp(value.AsInt())) return value;
      return Value::Int(RoundMicros(value.AsInt(), type.modifier));
    case TypeId::kTimetz: {
      Interval time = value.AsInterval();
      time.micros = RoundMicros(time.micros, type.modifier);
      return Value::OfInterval(time);
    }
    case TypeId::kInterval:
      return Value::OfInterval(ApplyIntervalModifier(value.AsInterval(), type.modifier));
    default:
      break;
  }
  const TypeId element = ElementType(type.id);
  if (element == TypeId::kInvalid) return value;
  return MapArray(value.AsArray(), element, [&](const Value& item) {
    return ApplyModifier(item, {element, type.modifier}, context);
  });
}

}  // namespace ordinal::types
