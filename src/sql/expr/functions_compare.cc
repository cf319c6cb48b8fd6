#include <array>

#include "sql/expr/function_table.h"
#include "types/compare.h"
#include "types/datetime.h"
#include "types/record.h"

namespace ordinal::sql {
namespace {

using T = TypeId;

enum class Relation : std::uint8_t { kEqual, kNotEqual, kLess, kLessOrEqual, kGreater, kGreaterOrEqual };
constexpr std::array<std::string_view, 6> kRelationNames = {"=", "<>", "<", "<=", ">", ">="};

// Orders two values: below, equal to or above zero.
using Order = int (*)(EvalContext& context, const Value& left, const Value& right);

int OfNumbers(std::int64_t left, std::int64_t right) { return (left > right) - (left < right); }

int Integers(EvalContext&, const Value& left, const Value& right) {
  return OfNumbers(left.AsInt(), right.AsInt());
}

int Texts(EvalContext&, const Value& left, const Value& right) {
  return left.AsString().compare(right.AsString());
}

template <TypeId type>
int OfType(EvalContext&, const Value& left, const Value& right) {
  return types::Compare(left, right, type);
}

// A date is the midnight that it begins with: local, or for timestamptz in the session's zone.
template <TypeId type>
std::int64_t ToUtc(EvalContext& context, const Value& value) {
  if constexpr (type == T::kTimestamptz) {
    return value.AsInt();
  } else {
    const std::int64_t local = type == T::kDate ? types::DateToTimestamp(value.AsInt()) : value.AsInt();
    return types::LocalToUtc(local, types::TimeZone::Get(context.settings().time_zone));
  }
}

template <TypeId left_type, TypeId right_type>
int Instants(EvalContext& context, const Value& left, const Value& right) {
  return OfNumbers(ToUtc<left_type>(context, left), ToUtc<right_type>(context, right));
}

int DateWithTimestamp(EvalContext&, const Value& left, const Value& right) {
  return OfNumbers(types::DateToTimestamp(left.AsInt()), right.AsInt());
}

int TimestampWithDate(EvalContext&, const Value& left, const Value& right) {
  return OfNumbers(left.AsInt(), types::DateToTimestamp(right.AsInt()));
}

template <Order order, Relation relation>
Value Compare(EvalContext& context, std::span<Value> args, const Expression&) {
  const int result = order(context, args[0], args[1]);
  switch (relation) {
    case Relation::kEqual:
      return Value::Bool(result == 0);
    case Relation::kNotEqual:
      return Value::Bool(result != 0);
    case Relation::kLess:
      return Value::Bool(result < 0);
    case Relation::kLessOrEqual:
      return Value::Bool(result <= 0);
    case Relation::kGreater:
      return Value::Bool(result > 0);
    case Relation::kGreaterOrEqual:
      return Value::Bool(result >= 0);
  }
  return Value();
}

template <Order order>
constexpr std::array<ScalarCode, 6> kCodes = {
    Compare<order, Relation::kEqual>,   Compare<order, Relation::kNotEqual>,
    Compare<order, Relation::kLess>,    Compare<order, Relation::kLessOrEqual>,
    Compare<order, Relation::kGreater>, Compare<order, Relation::kGreaterOrEqual>,
};

// Equality says in its own words what it cannot compare.
template <bool equal>
Value CompareForEquality(EvalContext&, std::span<Value> args, const Expression&) {
  return Value::Bool(types::RecordsEqual(args[0].AsRecord(), args[1].AsRecord()) == equal);
}

constexpr std::array<ScalarCode, 6> kRecordCodes = {
    CompareForEquality<true>,
    CompareForEquality<false>,
    Compare<OfType<T::kRecord>, Relation::kLess>,
    Compare<OfType<T::kRecord>, Relation::kLessOrEqual>,
    Compare<OfType<T::kRecord>, Relation::kGreater>,
    Compare<OfType<T::kRecord>, Relation::kGreaterOrEqual>,
};

struct Comparison {
  TypeId left;
  TypeId right;
  std::array<base::Oid, 6> oids;  // in the order of Relation; 0 where the types are not ordered
  const std::array<ScalarCode, 6>& codes;
};

const Comparison kComparisons[] = {
    {T::kBool, T::kBool, {91, 85, 58, 1694, 59, 1695}, kCodes<Integers>},
    {T::kBytea, T::kBytea, {1955, 1956, 1957, 1958, 1959, 1960}, kCodes<Texts>},
    {T::kChar, T::kChar, {92, 630, 631, 632, 633, 634}, kCodes<OfType<T::kChar>>},
    {T::kName, T::kName, {93, 643, 660, 661, 662, 663}, kCodes<Texts>},
    {T::kName, T::kText, {254, 259, 255, 256, 258, 257}, kCodes<Texts>},
    {T::kInt8, T::kInt8, {410, 411, 412, 414, 413, 415}, kCodes<Integers>},
    {T::kInt8, T::kInt2, {1868, 1869, 1870, 1872, 1871, 1873}, kCodes<Integers>},
    {T::kInt8, T::kInt4, {416, 417, 418, 420, 419, 430}, kCodes<Integers>},
    {T::kInt2, T::kInt8, {1862, 1863, 1864, 1866, 1865, 1867}, kCodes<Integers>},
    {T::kInt2, T::kInt2, {94, 519, 95, 522, 520, 524}, kCodes<Integers>},
    {T::kInt2, T::kInt4, {532, 538, 534, 540, 536, 542}, kCodes<Integers>},
    {T::kInt4, T::kInt8, {15, 36, 37, 80, 76, 82}, kCodes<Integers>},
    {T::kInt4, T::kInt2, {533, 539, 535, 541, 537, 543}, kCodes<Integers>},
    {T::kInt4, T::kInt4, {96, 518, 97, 523, 521, 525}, kCodes<Integers>},
    {T::kText, T::kName, {260, 265, 261, 262, 264, 263}, kCodes<Texts>},
    {T::kText, T::kText, {98, 531, 664, 665, 666, 667}, kCodes<Texts>},
    {T::kOid, T::kOid, {607, 608, 609, 611, 610, 612}, kCodes<Integers>},
    {T::kXid, T::kInt4, {353, 3316, 0, 0, 0, 0}, kCodes<Integers>},
    {T::kXid, T::kXid, {352, 3315, 0, 0, 0, 0}, kCodes<Integers>},
    {T::kFloat4, T::kFloat4, {620, 621, 622, 624, 623, 625}, kCodes<OfType<T::kFloat4>>},
    {T::kFloat4, T::kFloat8, {1120, 1121, 1122, 1124, 1123, 1125}, kCodes<OfType<T::kFloat8>>},
    {T::kFloat8, T::kFloat4, {1130, 1131, 1132, 1134, 1133, 1135}, kCodes<OfType<T::kFloat8>>},
    {T::kFloat8, T::kFloat8, {670, 671, 672, 673, 674, 675}, kCodes<OfType<T::kFloat8>>},
    {T::kBpchar, T::kBpchar, {1054, 1057, 1058, 1059, 1060, 1061}, kCodes<OfType<T::kBpchar>>},
    {T::kDate, T::kDate, {1093, 1094, 1095, 1096, 1097, 1098}, kCodes<Integers>},
    {T::kDate, T::kTimestamp, {2347, 2350, 2345, 2346, 2349, 2348}, kCodes<DateWithTimestamp>},
    {T::kDate,
     T::kTimestamptz,
     {2360, 2363, 2358, 2359, 2362, 2361},
     kCodes<Instants<T::kDate, T::kTimestamptz>>},
    {T::kTime, T::kTime, {1108, 1109, 1110, 1111, 1112, 1113}, kCodes<Integers>},
    {T::kTimestamp, T::kDate, {2373, 2376, 2371, 2372, 2375, 2374}, kCodes<TimestampWithDate>},
    {T::kTimestamp, T::kTimestamp, {2060, 2061, 2062, 2063, 2064, 2065}, kCodes<Integers>},
    {T::kTimestamp,
     T::kTimestamptz,
     {2536, 2539, 2534, 2535, 2538, 2537},
     kCodes<Instants<T::kTimestamp, T::kTimestamptz>>},
    {T::kTimestamptz,
     T::kDate,
     {2386, 2389, 2384, 2385, 2388, 2387},
     kCodes<Instants<T::kTimestamptz, T::kDate>>},
    {T::kTimestamptz,
     T::kTimestamp,
     {2542, 2545, 2540, 2541, 2544, 2543},
     kCodes<Instants<T::kTimestamptz, T::kTimestamp>>},
    {T::kTimestamptz, T::kTimestamptz, {1320, 1321, 1322, 1323, 1324, 1325}, kCodes<Integers>},
    {T::kInterval, T::kInterval, {1330, 1331, 1332, 1333, 1334, 1335}, kCodes<OfType<T::kInterval>>},
    {T::kTimetz, T::kTimetz, {1550, 1551, 1552, 1553, 1554, 1555}, kCodes<OfType<T::kTimetz>>},
    {T::kNumeric, T::kNumeric, {1752, 1753, 1754, 1755, 1756, 1757}, kCodes<OfType<T::kNumeric>>},
    {T::kUuid, T::kUuid, {2972, 2973, 2974, 2976, 2975, 2977}, kCodes<OfType<T::kUuid>>},
    {T::kXid8, T::kXid8, {5068, 5072, 5073, 5075, 5074, 5076}, kCodes<Integers>},
    {T::kAnyArray, T::kAnyArray, {1070, 1071, 1072, 1074, 1073, 1075}, kCodes<OfType<T::kAnyArray>>},
    {T::kRecord, T::kRecord, {2988, 2989, 2990, 2992, 2991, 2993}, kRecordCodes},
    {T::kJsonb, T::kJsonb, {3240, 3241, 3242, 3244, 3243, 3245}, kCodes<OfType<T::kJsonb>>},
};

}  // namespace

void AddComparisonOperators(FunctionList& out) {
  for (const Comparison& row : kComparisons) {
    // A local time meets an instant by way of the session's zone.
    const bool zoned = row.left != row.right && (row.left == T::kTimestamptz || row.right == T::kTimestamptz);
    for (std::size_t i = 0; i < kRelationNames.size(); ++i) {
      if (row.oids[i] == base::kInvalidOid) continue;
      const Function function =
          Operator(kRelationNames[i], {row.left, row.right}, T::kBool, row.oids[i], row.codes[i]);
      out.push_back(zoned ? Stable(function) : function);
    }
  }
}

}  // namespace ordinal::sql
