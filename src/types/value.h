// Holds one SQL value, NULL included, in 16 bytes. A Value does not know its SQL type: the
// expression or column that it belongs to does. Its representation follows from that type:
//
//   kInt       boolean (0/1), smallint, integer, bigint, oid, regclass and kin, date (days since 2000-01-01),
//              time, timestamp and timestamptz (microseconds since 2000-01-01 00:00, UTC for timestamptz);
//              infinite dates and timestamps are the ends of the int32 / int64 range, as in PostgreSQL
//   kDouble    real (always holding a float's value) and double precision
//   kString    text, varchar, bpchar, name, "char", json (UTF-8) and bytea (raw bytes)
//   kUuid, kNumeric
//   kInterval  interval, and time with time zone: micros is the time of day, days the zone in seconds west of
//              Greenwich
//   kArray     arrays, int2vector and oidvector; see array.h
//   kRecord    rows; see record.h
//
// Strings of at most 14 bytes are held in place; longer ones, uuids, numerics, intervals, arrays
// and rows in a reference-counted, immutable box, so that copies are cheap and may be shared between threads.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ordinal::types {

class Numeric;
struct Array;
struct Record;

struct Uuid {
  std::array<std::uint8_t, 16> bytes{};
  friend auto operator<=>(const Uuid&, const Uuid&) = default;
};

struct Interval {
  std::int64_t micros = 0;
  std::int32_t days = 0;
  std::int32_t months = 0;
};

class Value {
 public:
  enum class Kind : std::uint8_t {
    kNull,
    kInt,
    kDouble,
    kShortString,
    kLongString,
    kUuid,
    kNumeric,
    kInterval,
    kArray,
    kRecord
  };

  // Makes a NULL.
  Value() noexcept { std::memset(this->raw_, 0, sizeof raw_); }
  static Value Null() { return Value(); }
  static Value Int(std::int64_t v) noexcept {
    Value value;
    value.SetKind(Kind::kInt);
    std::memcpy(value.raw_ + kPayload, &v, sizeof v);
    return value;
  }
  static Value Bool(bool v) noexcept { return Int(v ? 1 : 0); }
  static Value Double(double v) noexcept {
    Value value;
    value.SetKind(Kind::kDouble);
    std::memcpy(value.raw_ + kPayload, &v, sizeof v);
    return value;
  }
  static Value String(std::string_view v);
  static Value OfUuid(const Uuid& v);
  static Value OfNumeric(Numeric v);
  static Value OfInterval(const Interval& v);
  static Value OfArray(Array v);
  static Value OfRecord(Record v);

  Value(const Value& other) noexcept {
    std::memcpy(raw_, other.raw_, sizeof raw_);
    if (IsBoxed()) Retain();
  }
  Value(Value&& other) noexcept {
    std::memcpy(raw_, other.raw_, sizeof raw_);
    other.SetKind(Kind::kNull);
  }
  Value& operator=(const Value& other) noexcept {
    if (this != &other) {
      Value copy(other);
      Swap(copy);
    }
    return *this;
  }
  Value& operator=(Value&& other) noexcept {
    if (this != &other) {
      if (IsBoxed()) Release();
      std::memcpy(raw_, other.raw_, sizeof raw_);
      other.SetKind(Kind::kNull);
    }
    return *this;
  }
  ~Value() {
    if (IsBoxed()) Release();
  }

  Kind kind() const noexcept { return static_cast<Kind>(raw_[0]); }
  bool is_null() const noexcept { return kind() == Kind::kNull; }

  // The accessors REQUIRE the matching kind.
  std::int64_t AsInt() const noexcept {
    std::int64_t v;
    std::memcpy(&v, raw_ + kPayload, sizeof v);
    return v;
  }
  bool AsBool() const noexcept { return AsInt() != 0; }
  double AsDouble() const noexcept {
    double v;
    std::memcpy(&v, raw_ + kPayload, sizeof v);
    return v;
  }
  // The view lives as long as this Value stays where it is.
  std::string_view AsString() const noexcept;
  const Uuid& AsUuid() const noexcept;
  const Numeric& AsNumeric() const noexcept;
  const Interval& AsInterval() const noexcept;
  const Array& AsArray() const noexcept;
  const Record& AsRecord() const noexcept;

  // Bytes of memory that this value holds outside itself.
  std::size_t BoxedBytes() const noexcept;

 private:
  static constexpr std::size_t kPayload = 8;      // where ints, doubles and box pointers lie
  static constexpr std::size_t kShortString = 2;  // where the bytes of a short string begin
  static constexpr std::size_t kShortStringMax = 14;

  void SetKind(Kind kind) noexcept { raw_[0] = static_cast<char>(kind); }
  bool IsBoxed() const noexcept { return kind() >= Kind::kLongString; }
  void Retain() const noexcept;
  void Release() noexcept;
  void Swap(Value& other) noexcept {
    char temporary[sizeof raw_];
    std::memcpy(temporary, raw_, sizeof raw_);
    std::memcpy(raw_, other.raw_, sizeof raw_);
    std::memcpy(other.raw_, temporary, sizeof raw_);
  }
  void* box() const noexcept {
    void* pointer;
    std::memcpy(&pointer, raw_ + kPayload, sizeof pointer);
    return pointer;
  }

  // Byte 0 is the kind, byte 1 the length of a short string; the rest depends on the kind.
  alignas(8) char raw_[16];
};
static_assert(sizeof(Value) == 16);

using Row = std::vector<Value>;

}  // namespace ordinal::types
