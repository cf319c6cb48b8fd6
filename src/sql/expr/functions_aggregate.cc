#include "sql/expr/function_table.h"

namespace ordinal::sql {
namespace {

using T = TypeId;

Function Aggregate(std::string_view name, std::initializer_list<TypeId> arguments, TypeId result,
                   base::Oid oid) {
  return CalledOnNull(WithKind(FunctionKind::kAggregate, name, arguments, result, oid));
}

// The types that have min() and max().
struct Ordered {
  TypeId type;
  base::Oid min;
  base::Oid max;
};
constexpr Ordered kOrdered[] = {
    {T::kInt2, 2133, 2117},      {T::kInt4, 2132, 2116},        {T::kInt8, 2131, 2115},
    {T::kOid, 2134, 2118},       {T::kFloat4, 2135, 2119},      {T::kFloat8, 2136, 2120},
    {T::kNumeric, 2146, 2130},   {T::kText, 2145, 2129},        {T::kBpchar, 2245, 2244},
    {T::kDate, 2138, 2122},      {T::kTime, 2139, 2123},        {T::kTimetz, 2140, 2124},
    {T::kTimestamp, 2142, 2126}, {T::kTimestamptz, 2143, 2127}, {T::kInterval, 2144, 2128},
    {T::kAnyArray, 2051, 2050},  {T::kUuid, 9040, 9041},        {T::kBytea, 9042, 9043},
};

}  // namespace

void AddAggregates(FunctionList& out) {
  for (const Ordered& row : kOrdered) {
    out.push_back(Aggregate("min", {row.type}, row.type, row.min));
    out.push_back(Aggregate("max", {row.type}, row.type, row.max));
  }
  out.insert(out.end(), {
                            Aggregate("count", {}, T::kInt8, 2803),
                            Aggregate("count", {T::kInvalid}, T::kInt8, 2147),
                            Aggregate("sum", {T::kInt2}, T::kInt8, 2109),
                            Aggregate("sum", {T::kInt4}, T::kInt8, 2108),
                            Aggregate("sum", {T::kInt8}, T::kNumeric, 2107),
                            Aggregate("sum", {T::kNumeric}, T::kNumeric, 2114),
                            Aggregate("sum", {T::kFloat4}, T::kFloat4, 2110),
                            Aggregate("sum", {T::kFloat8}, T::kFloat8, 2111),
                            Aggregate("sum", {T::kInterval}, T::kInterval, 2113),
                            Aggregate("avg", {T::kInt2}, T::kNumeric, 2102),
                            Aggregate("avg", {T::kInt4}, T::kNumeric, 2101),
                            Aggregate("avg", {T::kInt8}, T::kNumeric, 2100),
                            Aggregate("avg", {T::kNumeric}, T::kNumeric, 2103),
                            Aggregate("avg", {T::kFloat4}, T::kFloat8, 2104),
                            Aggregate("avg", {T::kFloat8}, T::kFloat8, 2105),
                            Aggregate("avg", {T::kInterval}, T::kInterval, 2106),
                            Aggregate("bool_and", {T::kBool}, T::kBool, 2517),
                            Aggregate("bool_or", {T::kBool}, T::kBool, 2518),
                            Aggregate("every", {T::kBool}, T::kBool, 2519),
                            Aggregate("array_agg", {T::kAnyNonArray}, T::kAnyArray, 2335),
                            Aggregate("array_agg", {T::kAnyArray}, T::kAnyArray, 4053),
                            Aggregate("string_agg", {T::kText, T::kText}, T::kText, 3538),
                            Aggregate("string_agg", {T::kBytea, T::kBytea}, T::kBytea, 3545),
                        });
}

}  // namespace ordinal::sql
