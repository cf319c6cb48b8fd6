#include "types/compare.h"

#include <cmath>
#include <functional>
#include <string_view>

#include "types/array.h"
#include "types/datetime.h"
#include "types/jsonb.h"
#include "types/numeric.h"
#include "types/record.h"

namespace ordinal::types {
namespace {

template <typename T>
int Order(const T& left, const T& right) {
  return left < right ? -1 : (right < left ? 1 : 0);
}

int OrderDoubles(double left, double right) {
  if (std::isnan(left)) return std::isnan(right) ? 0 : 1;
  if (std::isnan(right)) return -1;
  return Order(left, right);
}

std::string_view WithoutTrailingBlanks(std::string_view text) {
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// timetz values order by the instant they name, then by zone.
std::int64_t InstantOf(const Interval& timetz) { return timetz.micros + timetz.days * kMicrosPerSecond; }

}  // namespace

int Compare(const Value& left, const Value& right, TypeId type) {
  switch (left.kind()) {
    case Value::Kind::kInt:
      return Order(left.AsInt(), right.AsInt());
    case Value::Kind::kDouble:
      return OrderDoubles(left.AsDouble(), right.AsDouble());
    case Value::Kind::kShortString:
    case Value::Kind::kLongString:
      if (type == TypeId::kBpchar) {
        return WithoutTrailingBlanks(left.AsString()).compare(WithoutTrailingBlanks(right.AsString()));
      }
      if (type == TypeId::kJsonb) return CompareJsonb(left.AsString(), right.AsString());
      return left.AsString().compare(right.AsString());
    case Value::Kind::kUuid:
      return Order(left.AsUuid(), right.AsUuid());
    case Value::Kind::kNumeric:
      return Numeric::Compare(left.AsNumeric(), right.AsNumeric());
    case Value::Kind::kInterval: {
      const Interval& a = left.AsInterval();
      const Interval& b = right.AsInterval();
      if (type != TypeId::kTimetz) return CompareIntervals(a, b);
      const int order = Order(InstantOf(a), InstantOf(b));
      return order != 0 ? order : Order(a.days, b.days);
    }
    case Value::Kind::kArray:
      return CompareArrays(left.AsArray(), right.AsArray());
    case Value::Kind::kRecord:
      return CompareRecords(left.AsRecord(), right.AsRecord());
    case Value::Kind::kNull:
      break;
  }
  return 0;
}

std::size_t Hash(const Value& value, TypeId type) {
  switch (value.kind()) {
    case Value::Kind::kInt: {
      // Consecutive keys must not land in consecutive buckets of tables that use the low bits.
      auto bits = static_cast<std::uint64_t>(value.AsInt()) * 0x9E3779B97F4A7C15U;
      return bits ^ (bits >> 32);
    }
    case Value::Kind::kDouble: {
      const double number = value.AsDouble();
      if (std::isnan(number)) return 0x7FF8;
      return std::hash<double>{}(number == 0 ? 0.0 : number);
    }
    case Value::Kind::kShortString:
    case Value::Kind::kLongString: {
      const std::string_view text = value.AsString();
      if (type == TypeId::kJsonb) return HashJsonb(text);
      return std::hash<std::string_view>{}(type == TypeId::kBpchar ? WithoutTrailingBlanks(text) : text);
    }
    case Value::Kind::kUuid: {
      const auto& bytes = value.AsUuid().bytes;
      return std::hash<std::string_view>{}({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    }
    case Value::Kind::kNumeric:
      return value.AsNumeric().Hash();
    case Value::Kind::kInterval: {
      const Interval& interval = value.AsInterval();
      if (type != TypeId::kTimetz) return HashInterval(interval);
      return std::hash<std::int64_t>{}(InstantOf(interval) * 1'000'003 + interval.days);
    }
    case Value::Kind::kArray:
      return HashArray(value.AsArray());
    case Value::Kind::kRecord:
      return HashRecord(value.AsRecord());
    case Value::Kind::kNull:
      break;
  }
  return 0;
}

}  // namespace ordinal::types
