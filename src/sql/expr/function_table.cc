#include "sql/expr/function_table.h"

#include <unordered_map>
#include <utility>

#include "base/check.h"
#include "sql/expr/function_topics.h"

namespace ordinal::sql {
namespace {

struct Table {
  FunctionList all;
  std::unordered_map<std::string_view, std::vector<const Function*>> functions;
  std::unordered_map<std::string_view, std::vector<const Function*>> operators;
  std::unordered_map<base::Oid, const Function*> by_oid;
};

Table Build() {
  Table table;
  for (auto* add : {AddComparisonOperators,   AddIntegerFunctions,       AddFloatFunctions,
                    AddNumericFunctions,      AddMatchOperators,         AddTextFunctions,
                    AddTextLayoutFunctions,   AddEncodingFunctions,      AddDateTimeOperators,
                    AddDateTimeFunctions,     AddDateTimeFieldFunctions, AddClockFunctions,
                    AddSequenceFunctions,     AddSessionFunctions,       AddSignatureFunctions,
                    AddUuidFunctions,         AddArrayFunctions,         AddAggregates,
                    AddWindowFunctions,       AddSeriesFunctions,        AddRegexFunctions,
                    AddNumberFormatFunctions, AddByteFunctions,          AddOverlapFunctions,
                    AddBucketFunctions,       AddJsonFunctions,          AddJsonbEditFunctions,
                    AddJsonBuildFunctions,    AddJsonSeriesFunctions,    AddByPatternFunctions,
                    AddJsonRecordFunctions,   AddDegreeFunctions,        AddUnicodeFunctions,
                    AddIdentifierFunctions,   AddJsonPathFunctions,      AddRandomFunctions,
                    AddValueSizeFunctions}) {
    add(table.all);
  }
  for (auto* add :
       {AddCatalogFunctions, AddSizeFunctions, AddPrivilegeFunctions, AddStatisticsFunctions,
        AddObjectNameFunctions, AddSysFunctions, AddTransactionFunctions, AddObjectIdentityFunctions,
        AddFixedPrivilegeFunctions, AddIndexPropertyFunctions, AddListingFunctions}) {
    const std::size_t before = table.all.size();
    add(table.all);
    for (std::size_t i = before; i < table.all.size(); ++i) table.all[i].reads_catalog = true;
  }
  for (const Function& function : table.all) {
    auto& names = function.kind == FunctionKind::kOperator ? table.operators : table.functions;
    names[function.name].push_back(&function);
    const bool unique = table.by_oid.emplace(function.oid, &function).second;
    ORDINAL_CHECK(unique);
  }
  return table;
}

const Table& TheTable() {
  static const Table table = Build();
  return table;
}

Function Make(FunctionKind kind, std::string_view name, std::initializer_list<TypeId> arguments,
              TypeId result, base::Oid oid, ScalarCode code) {
  Function function;
  function.name = name;
  function.kind = kind;
  function.arguments = arguments;
  function.result = result;
  function.oid = oid;
  function.code = code;
  return function;
}

}  // namespace

std::span<const Function> AllFunctions() { return TheTable().all; }

std::span<const Function* const> FunctionsNamed(std::string_view name, bool operators) {
  const auto& names = operators ? TheTable().operators : TheTable().functions;
  const auto found = names.find(name);
  if (found == names.end()) return {};
  return found->second;
}

bool FunctionNameExists(std::string_view name) { return !FunctionsNamed(name, false).empty(); }

const Function* FunctionByOid(base::Oid oid) {
  const auto found = TheTable().by_oid.find(oid);
  return found != TheTable().by_oid.end() ? found->second : nullptr;
}

Function Scalar(std::string_view name, std::initializer_list<TypeId> arguments, TypeId result, base::Oid oid,
                ScalarCode code) {
  return Make(FunctionKind::kScalar, name, arguments, result, oid, code);
}

Function Operator(std::string_view name, std::initializer_list<TypeId> arguments, TypeId result,
                  base::Oid oid, ScalarCode code) {
  return Make(FunctionKind::kOperator, name, arguments, result, oid, code);
}

Function WithKind(FunctionKind kind, std::string_view name, std::initializer_list<TypeId> arguments,
                  TypeId result, base::Oid oid) {
  return Make(kind, name, arguments, result, oid, nullptr);
}

}  // namespace ordinal::sql
