// Collects the entries of the function table. Each topic adds its own; the order of topics is of no meaning.
#pragma once

#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

#include "sql/expr/function.h"

namespace ordinal::sql {

using FunctionList = std::vector<Function>;

// All functions, operators, aggregates and set-returning functions. Built once, never changed.
std::span<const Function> AllFunctions();
// The entries of one name; operators and functions live in separate name spaces.
std::span<const Function* const> FunctionsNamed(std::string_view name, bool operators);

// Make entries: strict and immutable unless a wrapper below says otherwise.
Function Scalar(std::string_view name, std::initializer_list<TypeId> arguments, TypeId result, base::Oid oid,
                ScalarCode code);
Function Operator(std::string_view name, std::initializer_list<TypeId> arguments, TypeId result,
                  base::Oid oid, ScalarCode code);
Function WithKind(FunctionKind kind, std::string_view name, std::initializer_list<TypeId> arguments,
                  TypeId result, base::Oid oid);
inline Function Stable(Function function) {
  function.volatility = Volatility::kStable;
  return function;
}
inline Function Volatile(Function function) {
  function.volatility = Volatility::kVolatile;
  return function;
}
inline Function ReadsCatalog(Function function) {
  function.reads_catalog = true;
  return function;
}
inline Function CalledOnNull(Function function) {
  function.strict = false;
  return function;
}
inline Function Variadic(Function function) {
  function.variadic = true;
  return function;
}
inline Function VariadicArray(Function function) {
  function.variadic_array = true;
  return function;
}

void AddComparisonOperators(FunctionList& out);
void AddIntegerFunctions(FunctionList& out);
void AddFloatFunctions(FunctionList& out);
void AddNumericFunctions(FunctionList& out);
void AddMatchOperators(FunctionList& out);
void AddTextFunctions(FunctionList& out);
void AddTextLayoutFunctions(FunctionList& out);
void AddEncodingFunctions(FunctionList& out);
void AddDateTimeOperators(FunctionList& out);
void AddDateTimeFunctions(FunctionList& out);
void AddDateTimeFieldFunctions(FunctionList& out);
void AddClockFunctions(FunctionList& out);
void AddSequenceFunctions(FunctionList& out);
void AddSessionFunctions(FunctionList& out);
void AddCatalogFunctions(FunctionList& out);
void AddSizeFunctions(FunctionList& out);
void AddStatisticsFunctions(FunctionList& out);
void AddSignatureFunctions(FunctionList& out);
void AddPrivilegeFunctions(FunctionList& out);
void AddUuidFunctions(FunctionList& out);
void AddAggregates(FunctionList& out);
void AddWindowFunctions(FunctionList& out);
void AddArrayFunctions(FunctionList& out);
void AddSeriesFunctions(FunctionList& out);
void AddRegexFunctions(FunctionList& out);
void AddByteFunctions(FunctionList& out);
void AddOverlapFunctions(FunctionList& out);
void AddBucketFunctions(FunctionList& out);
void AddNumberFormatFunctions(FunctionList& out);
void AddByPatternFunctions(FunctionList& out);
void AddDegreeFunctions(FunctionList& out);
void AddJsonPathFunctions(FunctionList& out);
void AddUnicodeFunctions(FunctionList& out);
void AddIdentifierFunctions(FunctionList& out);
void AddJsonFunctions(FunctionList& out);
void AddJsonbEditFunctions(FunctionList& out);
void AddJsonBuildFunctions(FunctionList& out);
void AddJsonSeriesFunctions(FunctionList& out);
void AddJsonRecordFunctions(FunctionList& out);

}  // namespace ordinal::sql
