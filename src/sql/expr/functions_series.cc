#include "sql/expr/function_table.h"

namespace ordinal::sql {
namespace {

using T = TypeId;

Function SetReturning(std::string_view name, std::initializer_list<TypeId> arguments, TypeId result,
                      base::Oid oid) {
  return WithKind(FunctionKind::kSetReturning, name, arguments, result, oid);
}

}  // namespace

void AddSeriesFunctions(FunctionList& out) {
  constexpr TypeId kTs = T::kTimestamp;
  constexpr TypeId kTz = T::kTimestamptz;
  out.insert(out.end(),
             {
                 SetReturning("generate_series", {T::kInt4, T::kInt4}, T::kInt4, 1067),
                 SetReturning("generate_series", {T::kInt4, T::kInt4, T::kInt4}, T::kInt4, 1066),
                 SetReturning("generate_series", {T::kInt8, T::kInt8}, T::kInt8, 1069),
                 SetReturning("generate_series", {T::kInt8, T::kInt8, T::kInt8}, T::kInt8, 1068),
                 SetReturning("generate_series", {T::kNumeric, T::kNumeric}, T::kNumeric, 3260),
                 SetReturning("generate_series", {T::kNumeric, T::kNumeric, T::kNumeric}, T::kNumeric, 3259),
                 SetReturning("generate_series", {kTs, kTs, T::kInterval}, kTs, 938),
                 Stable(SetReturning("generate_series", {kTz, kTz, T::kInterval}, kTz, 939)),
                 Stable(SetReturning("generate_series", {kTz, kTz, T::kInterval, T::kText}, kTz, 9021)),
                 Stable(SetReturning("pg_partition_ancestors", {T::kRegclass}, T::kRegclass, 3425)),
             });
}

}  // namespace ordinal::sql
