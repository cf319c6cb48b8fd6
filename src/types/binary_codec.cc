#include "types/binary_codec.h"

#include <algorithm>
#include <bit>
#include <utility>
#include <vector>

#include "base/bytes.h"
#include "base/error.h"
#include "types/array.h"
#include "types/cast.h"
#include "types/datetime.h"
#include "types/numeric.h"
#include "types/record.h"
#include "types/scalar_text.h"
#include "types/text_codec.h"
#include "types/transaction_id.h"

namespace ordinal::types {
namespace {

// Takes fixed-width fields off a message.
class Reader {
 public:
  explicit Reader(std::string_view bytes) : rest_(bytes) {}

  template <typename T>
  T Take() {
    if (rest_.size() < sizeof(T)) {
      throw base::Error(base::sqlstate::kProtocolViolation, "insufficient data left in message");
    }
    const T value = base::LoadBigEndian<T>(rest_.data());
    rest_.remove_prefix(sizeof(T));
    return value;
  }
  std::string_view TakeBytes(std::int32_t size) {
    if (size < 0 || static_cast<std::size_t>(size) > rest_.size()) {
      throw base::Error(base::sqlstate::kInvalidBinaryRepresentation, "insufficient data left in message");
    }
    const std::string_view bytes = rest_.substr(0, static_cast<std::size_t>(size));
    rest_.remove_prefix(bytes.size());
    return bytes;
  }
  std::size_t left() const { return rest_.size(); }
  void Finish() const {
    if (!rest_.empty()) ThrowIncorrect();
  }
  [[noreturn]] static void ThrowIncorrect() {
    throw base::Error(base::sqlstate::kInvalidBinaryRepresentation, "incorrect binary data format");
  }

 private:
  std::string_view rest_;
};

template <typename T>
T TakeWhole(std::string_view bytes) {
  Reader reader(bytes);
  const T value = reader.Take<T>();
  reader.Finish();
  return value;
}

[[noreturn]] void ThrowRange(const char* what) {
  throw base::Error(base::sqlstate::kDatetimeFieldOverflow, std::string(what) + " out of range");
}

std::int64_t CheckTime(std::int64_t time) {
  if (time < 0 || time > kMicrosPerDay) ThrowRange("time");
  return time;
}

Value ParseDateBinary(std::string_view bytes) {
  const auto date = TakeWhole<std::int32_t>(bytes);
  if (!IsInfiniteDate(date) && !IsFiniteDateInRange(date)) ThrowRange("date");
  return Value::Int(date);
}

Value ParseTimestampBinary(std::string_view bytes) {
  const auto timestamp = TakeWhole<std::int64_t>(bytes);
  if (!IsInfiniteTimestamp(timestamp) && !IsFiniteTimestampInRange(timestamp)) ThrowRange("timestamp");
  return Value::Int(timestamp);
}

Value ParseTimetzBinary(std::string_view bytes) {
  constexpr std::int32_t kZoneMax = 16 * 3600;
  Reader reader(bytes);
  Interval time;
  time.micros = CheckTime(reader.Take<std::int64_t>());
  time.days = reader.Take<std::int32_t>();
  reader.Finish();
  if (time.days <= -kZoneMax || time.days >= kZoneMax) {
    throw base::Error(base::sqlstate::kInvalidTimeZoneDisplacementValue,
                      "time zone displacement out of range");
  }
  return Value::OfInterval(time);
}

Value ParseIntervalBinary(std::string_view bytes) {
  Reader reader(bytes);
  Interval interval;
  interval.micros = reader.Take<std::int64_t>();
  interval.days = reader.Take<std::int32_t>();
  interval.months = reader.Take<std::int32_t>();
  reader.Finish();
  return Value::OfInterval(interval);
}

Value ParseUuidBinary(std::string_view bytes) {
  Uuid uuid;
  if (bytes.size() != uuid.bytes.size()) Reader::ThrowIncorrect();
  std::memcpy(uuid.bytes.data(), bytes.data(), bytes.size());
  return Value::OfUuid(uuid);
}

// jsonb and jsonpath travel as a version number and its text.
constexpr char kJsonbVersion = 1;

Value ParseJsonbBinary(std::string_view bytes, TypeId type) {
  const auto version = Reader(bytes).Take<std::uint8_t>();
  if (version != kJsonbVersion) {
    throw base::Error(base::sqlstate::kInternalError, "unsupported " + std::string(InfoOf(type).name) +
                                                          " version number " + std::to_string(version));
  }
  return ParseText(bytes.substr(1), {type, -1}, Settings());
}

Value ParseUnmodified(std::string_view bytes, TypeId type);

std::string NumberAndName(std::uint32_t type) {
  const TypeInfo* info = FindType(type);
  return std::to_string(type) + " (" + (info != nullptr ? FormatType({info->id, -1}) : "???") + ")";
}

std::vector<ArrayDimension> TakeDimensions(Reader& reader, TypeId element) {
  const auto count = reader.Take<std::int32_t>();
  if (count < 0) {
    throw base::Error(base::sqlstate::kInvalidBinaryRepresentation,
                      "invalid number of dimensions: " + std::to_string(count));
  }
  if (count > static_cast<std::int32_t>(kArrayDimensionsMax)) {
    CheckShape(std::vector<ArrayDimension>(kArrayDimensionsMax + 1));
  }
  const auto flags = reader.Take<std::int32_t>();
  if (flags != 0 && flags != 1) {
    throw base::Error(base::sqlstate::kInvalidBinaryRepresentation, "invalid array flags");
  }
  const auto stated = reader.Take<std::uint32_t>();
  if (stated != static_cast<std::uint32_t>(element)) {
    throw base::Error(base::sqlstate::kDatatypeMismatch,
                      "binary data has array element type " + NumberAndName(stated) +
                          " instead of expected " + NumberAndName(static_cast<std::uint32_t>(element)));
  }
  std::vector<ArrayDimension> dimensions(static_cast<std::size_t>(count));
  for (ArrayDimension& dimension : dimensions) {
    dimension.length = reader.Take<std::int32_t>();
    dimension.lower = reader.Take<std::int32_t>();
    if (dimension.length < 0) Reader::ThrowIncorrect();
  }
  return dimensions;
}

Array ParseArrayBinary(std::string_view bytes, TypeId element) {
  Reader reader(bytes);
  Array array{.element = element, .dimensions = TakeDimensions(reader, element)};
  const std::size_t count = CheckShape(array.dimensions);
  // Each element takes at least its length word, so that a lie about the shape costs no memory.
  if (count > reader.left() / sizeof(std::int32_t)) Reader::ThrowIncorrect();
  array.values.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto size = reader.Take<std::int32_t>();
    array.values.push_back(size == -1 ? Value() : ParseUnmodified(reader.TakeBytes(size), element));
  }
  reader.Finish();
  if (count == 0) array.dimensions.clear();
  return array;
}

// The vectors travel as one-dimensional arrays without NULLs.
Value ParseVectorBinary(std::string_view bytes, TypeId element) {
  Array array = ParseArrayBinary(bytes, element);
  const bool has_null = std::any_of(array.values.begin(), array.values.end(),
                                    [](const Value& value) { return value.is_null(); });
  if (has_null || array.dimensions.size() > 1) {
    throw base::Error(base::sqlstate::kInvalidBinaryRepresentation,
                      element == TypeId::kOid ? "invalid oidvector data" : "invalid int2vector data");
  }
  array.dimensions.clear();
  return MakeVector(std::move(array));
}

// A value behind its length; NULL is a length of -1.
void AppendSized(std::string& out, const Value& value, TypeId type) {
  if (value.is_null()) return base::AppendBigEndian(out, std::int32_t{-1});
  const std::size_t begin = out.size();
  out.append(sizeof(std::int32_t), '\0');
  AppendBinary(out, value, type);
  const auto size = static_cast<std::uint32_t>(out.size() - begin - sizeof(std::int32_t));
  const auto swapped = base::ToBigEndian(size);
  std::memcpy(out.data() + begin, &swapped, sizeof swapped);
}

void AppendRecordBinary(std::string& out, const Record& record) {
  base::AppendBigEndian(out, static_cast<std::int32_t>(record.values.size()));
  for (std::size_t i = 0; i < record.values.size(); ++i) {
    const Type type = record.shape->fields[i].type;
    const auto oid = type.domain != 0 ? type.domain : static_cast<base::Oid>(type.id);
    base::AppendBigEndian(out, static_cast<std::uint32_t>(oid));
    AppendSized(out, record.values[i], type.id);
  }
}

void AppendArrayBinary(std::string& out, const Array& array) {
  const bool has_null = std::any_of(array.values.begin(), array.values.end(),
                                    [](const Value& value) { return value.is_null(); });
  base::AppendBigEndian(out, static_cast<std::int32_t>(array.dimensions.size()));
  base::AppendBigEndian(out, std::int32_t{has_null});
  base::AppendBigEndian(out, static_cast<std::uint32_t>(array.element));
  for (const ArrayDimension& dimension : array.dimensions) {
    base::AppendBigEndian(out, dimension.length);
    base::AppendBigEndian(out, dimension.lower);
  }
  for (const Value& value : array.values) AppendSized(out, value, array.element);
}

// An empty vector has one dimension of no length.
void AppendVector(std::string& out, const Array& vector) {
  if (!vector.dimensions.empty()) return AppendArrayBinary(out, vector);
  base::AppendBigEndian(out, std::int32_t{1});
  base::AppendBigEndian(out, std::int32_t{0});
  base::AppendBigEndian(out, static_cast<std::uint32_t>(vector.element));
  base::AppendBigEndian(out, std::int32_t{0});
  base::AppendBigEndian(out, std::int32_t{0});
}

Value ParseUnmodified(std::string_view bytes, TypeId type) {
  switch (type) {
    case TypeId::kBool:
      return Value::Bool(TakeWhole<std::uint8_t>(bytes) != 0);
    case TypeId::kInt2:
      return Value::Int(TakeWhole<std::int16_t>(bytes));
    case TypeId::kInt4:
      return Value::Int(TakeWhole<std::int32_t>(bytes));
    case TypeId::kInt8:
      return Value::Int(TakeWhole<std::int64_t>(bytes));
    case TypeId::kOid:
    case TypeId::kXid:
    case TypeId::kRegproc:
    case TypeId::kRegprocedure:
    case TypeId::kRegclass:
    case TypeId::kRegtype:
    case TypeId::kRegnamespace:
    case TypeId::kRegrole:
      return Value::Int(TakeWhole<std::uint32_t>(bytes));
    case TypeId::kXid8:
      return Value::Int(HoldXid8(TakeWhole<std::uint64_t>(bytes)));
    case TypeId::kPgSnapshot:
    case TypeId::kTxidSnapshot:
      return Value::String(SnapshotText(ParseSnapshotBinary(bytes)));
    case TypeId::kFloat4:
      return Value::Double(static_cast<double>(std::bit_cast<float>(TakeWhole<std::uint32_t>(bytes))));
    case TypeId::kFloat8:
      return Value::Double(std::bit_cast<double>(TakeWhole<std::uint64_t>(bytes)));
    case TypeId::kNumeric:
      return Value::OfNumeric(Numeric::FromBinary(bytes));
    case TypeId::kDate:
      return ParseDateBinary(bytes);
    case TypeId::kTime:
      return Value::Int(CheckTime(TakeWhole<std::int64_t>(bytes)));
    case TypeId::kTimetz:
      return ParseTimetzBinary(bytes);
    case TypeId::kTimestamp:
    case TypeId::kTimestamptz:
      return ParseTimestampBinary(bytes);
    case TypeId::kInterval:
      return ParseIntervalBinary(bytes);
    case TypeId::kUuid:
      return ParseUuidBinary(bytes);
    case TypeId::kBytea:
      return Value::String(bytes);
    case TypeId::kChar: {
      const char byte = static_cast<char>(TakeWhole<std::uint8_t>(bytes));
      return byte == 0 ? Value::String("") : Value::String({&byte, 1});
    }
    case TypeId::kJsonb:
    case TypeId::kJsonpath:
      return ParseJsonbBinary(bytes, type);
    case TypeId::kInt2Vector:
      return ParseVectorBinary(bytes, TypeId::kInt2);
    case TypeId::kOidVector:
      return ParseVectorBinary(bytes, TypeId::kOid);
    default: {
      const TypeId element = ElementType(type);
      if (element != TypeId::kInvalid) return Value::OfArray(ParseArrayBinary(bytes, element));
      // The remaining types travel as their text.
      return ParseText(bytes, {type, -1}, Settings());
    }
  }
}

}  // namespace

Value ParseBinary(std::string_view bytes, Type type) {
  Value value = ParseUnmodified(bytes, type.id);
  return type.modifier < 0 ? value : ApplyModifier(value, type, CastContext::kImplicit);
}

void AppendBinary(std::string& out, const Value& value, TypeId type) {
  switch (type) {
    case TypeId::kBool:
      out.push_back(value.AsBool() ? '\1' : '\0');
      return;
    case TypeId::kInt2:
      return base::AppendBigEndian(out, static_cast<std::int16_t>(value.AsInt()));
    case TypeId::kInt4:
    case TypeId::kDate:
      return base::AppendBigEndian(out, static_cast<std::int32_t>(value.AsInt()));
    case TypeId::kInt8:
    case TypeId::kTime:
    case TypeId::kTimestamp:
    case TypeId::kTimestamptz:
      return base::AppendBigEndian(out, value.AsInt());
    case TypeId::kXid8:
      return base::AppendBigEndian(out, NumberOfXid8(value.AsInt()));
    case TypeId::kPgSnapshot:
    case TypeId::kTxidSnapshot:
      return AppendSnapshotBinary(out, ParseSnapshot(value.AsString()));
    case TypeId::kFloat4:
      return base::AppendBigEndian(out, std::bit_cast<std::uint32_t>(static_cast<float>(value.AsDouble())));
    case TypeId::kFloat8:
      return base::AppendBigEndian(out, std::bit_cast<std::uint64_t>(value.AsDouble()));
    case TypeId::kNumeric:
      return value.AsNumeric().AppendBinary(out);
    case TypeId::kUuid:
      out.append(reinterpret_cast<const char*>(value.AsUuid().bytes.data()), value.AsUuid().bytes.size());
      return;
    case TypeId::kTimetz:
      base::AppendBigEndian(out, value.AsInterval().micros);
      return base::AppendBigEndian(out, value.AsInterval().days);
    case TypeId::kInterval:
      base::AppendBigEndian(out, value.AsInterval().micros);
      base::AppendBigEndian(out, value.AsInterval().days);
      return base::AppendBigEndian(out, value.AsInterval().months);
    case TypeId::kChar:
      // The empty string stands for the zero byte.
      out.push_back(value.AsString().empty() ? '\0' : value.AsString().front());
      return;
    case TypeId::kJsonb:
    case TypeId::kJsonpath:
      out.push_back(kJsonbVersion);
      out += ToText(value, type, Settings());
      return;
    case TypeId::kInt2Vector:
    case TypeId::kOidVector:
      return AppendVector(out, value.AsArray());
    case TypeId::kRecord:
      return AppendRecordBinary(out, value.AsRecord());
    default:
      if (value.kind() == Value::Kind::kArray) {
        AppendArrayBinary(out, value.AsArray());
      } else if (value.kind() == Value::Kind::kInt) {
        base::AppendBigEndian(out, static_cast<std::uint32_t>(value.AsInt()));
      } else {
        out += value.AsString();
      }
  }
}

}  // namespace ordinal::types
