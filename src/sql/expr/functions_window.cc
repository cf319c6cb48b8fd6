#include "sql/expr/function_table.h"

namespace ordinal::sql {
namespace {

using T = TypeId;

Function Window(std::string_view name, std::initializer_list<TypeId> arguments, TypeId result,
                base::Oid oid) {
  return CalledOnNull(WithKind(FunctionKind::kWindow, name, arguments, result, oid));
}

}  // namespace

void AddWindowFunctions(FunctionList& out) {
  const T any = T::kAnyElement;
  out.insert(out.end(), {
                            Window("row_number", {}, T::kInt8, 3100),
                            Window("rank", {}, T::kInt8, 3101),
                            Window("dense_rank", {}, T::kInt8, 3102),
                            Window("percent_rank", {}, T::kFloat8, 3103),
                            Window("cume_dist", {}, T::kFloat8, 3104),
                            Window("ntile", {T::kInt4}, T::kInt4, 3105),
                            Window("lag", {any}, any, 3106),
                            Window("lag", {any, T::kInt4}, any, 3107),
                            Window("lag", {any, T::kInt4, any}, any, 3108),
                            Window("lead", {any}, any, 3109),
                            Window("lead", {any, T::kInt4}, any, 3110),
                            Window("lead", {any, T::kInt4, any}, any, 3111),
                            Window("first_value", {any}, any, 3112),
                            Window("last_value", {any}, any, 3113),
                            Window("nth_value", {any, T::kInt4}, any, 3114),
                        });
}

}  // namespace ordinal::sql
