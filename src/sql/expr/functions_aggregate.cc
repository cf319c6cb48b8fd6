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
    {T::kXid8, 5100, 5099},
};

void AddStatistics(FunctionList& out) {
  out.insert(out.end(), {
                            Aggregate("bit_and", {T::kInt2}, T::kInt2, 2236),
                            Aggregate("bit_and", {T::kInt4}, T::kInt4, 2238),
                            Aggregate("bit_and", {T::kInt8}, T::kInt8, 2240),
                            Aggregate("bit_or", {T::kInt2}, T::kInt2, 2237),
                            Aggregate("bit_or", {T::kInt4}, T::kInt4, 2239),
                            Aggregate("bit_or", {T::kInt8}, T::kInt8, 2241),
                            Aggregate("bit_xor", {T::kInt2}, T::kInt2, 6164),
                            Aggregate("bit_xor", {T::kInt4}, T::kInt4, 6165),
                            Aggregate("bit_xor", {T::kInt8}, T::kInt8, 6166),
                            Aggregate("corr", {T::kFloat8, T::kFloat8}, T::kFloat8, 2829),
                            Aggregate("covar_pop", {T::kFloat8, T::kFloat8}, T::kFloat8, 2827),
                            Aggregate("covar_samp", {T::kFloat8, T::kFloat8}, T::kFloat8, 2828),
                            Aggregate("regr_avgx", {T::kFloat8, T::kFloat8}, T::kFloat8, 2822),
                            Aggregate("regr_avgy", {T::kFloat8, T::kFloat8}, T::kFloat8, 2823),
                            Aggregate("regr_count", {T::kFloat8, T::kFloat8}, T::kInt8, 2818),
                            Aggregate("regr_intercept", {T::kFloat8, T::kFloat8}, T::kFloat8, 2826),
                            Aggregate("regr_r2", {T::kFloat8, T::kFloat8}, T::kFloat8, 2824),
                            Aggregate("regr_slope", {T::kFloat8, T::kFloat8}, T::kFloat8, 2825),
                            Aggregate("regr_sxx", {T::kFloat8, T::kFloat8}, T::kFloat8, 2819),
                            Aggregate("regr_sxy", {T::kFloat8, T::kFloat8}, T::kFloat8, 2821),
                            Aggregate("regr_syy", {T::kFloat8, T::kFloat8}, T::kFloat8, 2820),
                            Aggregate("stddev", {T::kInt8}, T::kNumeric, 2154),
                            Aggregate("stddev", {T::kInt4}, T::kNumeric, 2155),
                            Aggregate("stddev", {T::kInt2}, T::kNumeric, 2156),
                            Aggregate("stddev", {T::kFloat4}, T::kFloat8, 2157),
                            Aggregate("stddev", {T::kFloat8}, T::kFloat8, 2158),
                            Aggregate("stddev", {T::kNumeric}, T::kNumeric, 2159),
                            Aggregate("stddev_pop", {T::kInt8}, T::kNumeric, 2724),
                            Aggregate("stddev_pop", {T::kInt4}, T::kNumeric, 2725),
                            Aggregate("stddev_pop", {T::kInt2}, T::kNumeric, 2726),
                            Aggregate("stddev_pop", {T::kFloat4}, T::kFloat8, 2727),
                            Aggregate("stddev_pop", {T::kFloat8}, T::kFloat8, 2728),
                            Aggregate("stddev_pop", {T::kNumeric}, T::kNumeric, 2729),
                            Aggregate("stddev_samp", {T::kInt8}, T::kNumeric, 2712),
                            Aggregate("stddev_samp", {T::kInt4}, T::kNumeric, 2713),
                            Aggregate("stddev_samp", {T::kInt2}, T::kNumeric, 2714),
                            Aggregate("stddev_samp", {T::kFloat4}, T::kFloat8, 2715),
                            Aggregate("stddev_samp", {T::kFloat8}, T::kFloat8, 2716),
                            Aggregate("stddev_samp", {T::kNumeric}, T::kNumeric, 2717),
                            Aggregate("var_pop", {T::kInt8}, T::kNumeric, 2718),
                            Aggregate("var_pop", {T::kInt4}, T::kNumeric, 2719),
                            Aggregate("var_pop", {T::kInt2}, T::kNumeric, 2720),
                            Aggregate("var_pop", {T::kFloat4}, T::kFloat8, 2721),
                            Aggregate("var_pop", {T::kFloat8}, T::kFloat8, 2722),
                            Aggregate("var_pop", {T::kNumeric}, T::kNumeric, 2723),
                            Aggregate("var_samp", {T::kInt8}, T::kNumeric, 2641),
                            Aggregate("var_samp", {T::kInt4}, T::kNumeric, 2642),
                            Aggregate("var_samp", {T::kInt2}, T::kNumeric, 2643),
                            Aggregate("var_samp", {T::kFloat4}, T::kFloat8, 2644),
                            Aggregate("var_samp", {T::kFloat8}, T::kFloat8, 2645),
                            Aggregate("var_samp", {T::kNumeric}, T::kNumeric, 2646),
                            Aggregate("variance", {T::kInt8}, T::kNumeric, 2148),
                            Aggregate("variance", {T::kInt4}, T::kNumeric, 2149),
                            Aggregate("variance", {T::kInt2}, T::kNumeric, 2150),
                            Aggregate("variance", {T::kFloat4}, T::kFloat8, 2151),
                            Aggregate("variance", {T::kFloat8}, T::kFloat8, 2152),
                            Aggregate("variance", {T::kNumeric}, T::kNumeric, 2153),
                        });
}

void AddJsonAggregates(FunctionList& out) {
  constexpr TypeId kAny = T::kInvalid;
  out.insert(out.end(), {
                            Stable(Aggregate("json_agg", {T::kAnyElement}, T::kJson, 3175)),
                            Stable(Aggregate("jsonb_agg", {T::kAnyElement}, T::kJsonb, 3267)),
                            Stable(Aggregate("json_object_agg", {kAny, kAny}, T::kJson, 3197)),
                            Stable(Aggregate("jsonb_object_agg", {kAny, kAny}, T::kJsonb, 3270)),
                        });
}

Function OverOrderedSet(OrderedSet kind, Function function) {
  function.ordered_set = kind;
  return function;
}

void AddOrderedSetAggregates(FunctionList& out) {
  const auto add = [&](std::string_view name, std::initializer_list<TypeId> arguments, TypeId result,
                       base::Oid oid) {
    out.push_back(OverOrderedSet(OrderedSet::kYes, Aggregate(name, arguments, result, oid)));
  };
  add("percentile_disc", {T::kFloat8, T::kAnyElement}, T::kAnyElement, 3972);
  add("percentile_disc", {T::kFloat8Array, T::kAnyElement}, T::kAnyArray, 3978);
  add("percentile_cont", {T::kFloat8, T::kFloat8}, T::kFloat8, 3974);
  add("percentile_cont", {T::kFloat8, T::kInterval}, T::kInterval, 3976);
  add("percentile_cont", {T::kFloat8Array, T::kFloat8}, T::kFloat8Array, 3980);
  add("percentile_cont", {T::kFloat8Array, T::kInterval}, T::kIntervalArray, 3982);
  add("mode", {T::kAnyElement}, T::kAnyElement, 3984);
  const auto add_hypothetical = [&](std::string_view name, TypeId result, base::Oid oid) {
    Function function = Variadic(Aggregate(name, {T::kInvalid}, result, oid));
    out.push_back(OverOrderedSet(OrderedSet::kHypothetical, std::move(function)));
  };
  add_hypothetical("rank", T::kInt8, 3986);
  add_hypothetical("percent_rank", T::kFloat8, 3988);
  add_hypothetical("cume_dist", T::kFloat8, 3990);
  add_hypothetical("dense_rank", T::kInt8, 3992);
}

}  // namespace

void AddAggregates(FunctionList& out) {
  AddOrderedSetAggregates(out);
  AddStatistics(out);
  AddJsonAggregates(out);
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
