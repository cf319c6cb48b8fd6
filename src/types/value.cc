#include "types/value.h"

#include <new>

#include "base/check.h"
#include "types/array.h"
#include "types/numeric.h"
#include "types/record.h"

namespace ordinal::types {
namespace {

struct Box {
  std::atomic<std::uint32_t> references{1};
};

// The bytes of the string follow the header in the same allocation.
struct StringBox : Box {
  explicit StringBox(std::size_t n) : size(n) {}
  std::size_t size;
  char* bytes() { return reinterpret_cast<char*>(this + 1); }
};

template <typename T>
struct BoxOf : Box {
  explicit BoxOf(T v) : value(std::move(v)) {}
  T value;
};

StringBox* MakeStringBox(std::string_view v) {
  void* memory = ::operator new(sizeof(StringBox) + v.size());
  auto* box = new (memory) StringBox(v.size());
  std::memcpy(box->bytes(), v.data(), v.size());
  return box;
}

}  // namespace

Value Value::String(std::string_view v) {
  Value value;
  if (v.size() <= kShortStringMax) {
    value.SetKind(Kind::kShortString);
    value.raw_[1] = static_cast<char>(v.size());
    if (!v.empty()) std::memcpy(value.raw_ + kShortString, v.data(), v.size());
    return value;
  }
  const StringBox* box = MakeStringBox(v);
  value.SetKind(Kind::kLongString);
  std::memcpy(value.raw_ + kPayload, &box, sizeof(void*));
  return value;
}

Value Value::OfUuid(const Uuid& v) {
  const auto* box = new BoxOf<Uuid>(v);
  Value value;
  value.SetKind(Kind::kUuid);
  std::memcpy(value.raw_ + kPayload, &box, sizeof(void*));
  return value;
}

Value Value::OfNumeric(Numeric v) {
  const auto* box = new BoxOf<Numeric>(std::move(v));
  Value value;
  value.SetKind(Kind::kNumeric);
  std::memcpy(value.raw_ + kPayload, &box, sizeof(void*));
  return value;
}

Value Value::OfInterval(const Interval& v) {
  const auto* box = new BoxOf<Interval>(v);
  Value value;
  value.SetKind(Kind::kInterval);
  std::memcpy(value.raw_ + kPayload, &box, sizeof(void*));
  return value;
}

Value Value::OfArray(Array v) {
  const auto* box = new BoxOf<Array>(std::move(v));
  Value value;
  value.SetKind(Kind::kArray);
  std::memcpy(value.raw_ + kPayload, &box, sizeof(void*));
  return value;
}

Value Value::OfRecord(Record v) {
  const auto* box = new BoxOf<Record>(std::move(v));
  Value value;
  value.SetKind(Kind::kRecord);
  std::memcpy(value.raw_ + kPayload, &box, sizeof(void*));
  return value;
}

std::string_view Value::AsString() const noexcept {
  if (kind() == Kind::kShortString) {
    return {raw_ + kShortString, static_cast<std::size_t>(raw_[1])};
  }
  ORDINAL_DCHECK(kind() == Kind::kLongString);
  auto* string = static_cast<StringBox*>(box());
  return {string->bytes(), string->size};
}

const Uuid& Value::AsUuid() const noexcept {
  ORDINAL_DCHECK(kind() == Kind::kUuid);
  return static_cast<const BoxOf<Uuid>*>(box())->value;
}

const Numeric& Value::AsNumeric() const noexcept {
  ORDINAL_DCHECK(kind() == Kind::kNumeric);
  return static_cast<const BoxOf<Numeric>*>(box())->value;
}

const Interval& Value::AsInterval() const noexcept {
  ORDINAL_DCHECK(kind() == Kind::kInterval);
  return static_cast<const BoxOf<Interval>*>(box())->value;
}

const Array& Value::AsArray() const noexcept {
  ORDINAL_DCHECK(kind() == Kind::kArray);
  return static_cast<const BoxOf<Array>*>(box())->value;
}

const Record& Value::AsRecord() const noexcept {
  ORDINAL_DCHECK(kind() == Kind::kRecord);
  return static_cast<const BoxOf<Record>*>(box())->value;
}

std::size_t Value::BoxedBytes() const noexcept {
  switch (kind()) {
    case Kind::kLongString:
      return sizeof(StringBox) + AsString().size();
    case Kind::kUuid:
      return sizeof(BoxOf<Uuid>);
    case Kind::kNumeric:
      return sizeof(BoxOf<Numeric>) + AsNumeric().HeapBytes();
    case Kind::kInterval:
      return sizeof(BoxOf<Interval>);
    case Kind::kArray: {
      std::size_t bytes = sizeof(BoxOf<Array>);
      for (const Value& element : AsArray().values) bytes += sizeof(Value) + element.BoxedBytes();
      return bytes;
    }
    case Kind::kRecord: {
      std::size_t bytes = sizeof(BoxOf<Record>);
      for (const Value& field : AsRecord().values) bytes += sizeof(Value) + field.BoxedBytes();
      return bytes;
    }
    default:
      return 0;
  }
}

void Value::Retain() const noexcept {
  static_cast<Box*>(box())->references.fetch_add(1, std::memory_order_relaxed);
}

void Value::Release() noexcept {
  auto* shared = static_cast<Box*>(box());
  if (shared->references.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  switch (kind()) {
    case Kind::kLongString:
      static_cast<StringBox*>(shared)->~StringBox();
      ::operator delete(shared);
      break;
    case Kind::kUuid:
      delete static_cast<BoxOf<Uuid>*>(shared);
      break;
    case Kind::kNumeric:
      delete static_cast<BoxOf<Numeric>*>(shared);
      break;
    case Kind::kInterval:
      delete static_cast<BoxOf<Interval>*>(shared);
      break;
    case Kind::kArray:
      delete static_cast<BoxOf<Array>*>(shared);
      break;
    case Kind::kRecord:
      delete static_cast<BoxOf<Record>*>(shared);
      break;
    default:
      break;
  }
}

}  // namespace ordinal::types
