#include "sql/expr/routine.h"

#include <algorithm>
#include <array>

#include "base/error.h"
#include "sql/expr/domain.h"
#include "sql/expr/function_table.h"
#include "sql/expr/identifier.h"

namespace ordinal::sql {
namespace {

constexpr std::size_t kVolatilities = 3;
constexpr std::size_t kRoutines = kVolatilities * 4;

Value Call(EvalContext& context, std::span<Value> args, const Expression& call) {
  return std::move(context.CallRoutine(call, args).front());
}

std::array<Function, kRoutines> MakeRoutines() {
  std::array<Function, kRoutines> routines;
  for (std::size_t i = 0; i < kRoutines; ++i) {
    Function& routine = routines[i];
    const bool is_set = i % 4 >= 2;
    routine.name = "function of a user";
    routine.oid = static_cast<base::Oid>(i + 1);
    routine.volatility = static_cast<Volatility>(i / 4);
    routine.strict = i % 2 == 1;
    routine.kind = is_set ? FunctionKind::kSetReturning : FunctionKind::kScalar;
    if (!is_set) routine.code = Call;
    routine.reads_catalog = true;
  }
  return routines;
}

const std::array<Function, kRoutines>& Routines() {
  static const std::array<Function, kRoutines> routines = MakeRoutines();
  return routines;
}

std::size_t RankOf(catalog::FunctionVolatility volatility) {
  if (volatility == catalog::FunctionVolatility::kImmutable) return 0;
  return volatility == catalog::FunctionVolatility::kStable ? 1 : 2;
}

}  // namespace

const Function* RoutineFor(const catalog::FunctionDescriptor& function) {
  const bool is_set = function.returns_set;
  return &Routines()[RankOf(function.volatility) * 4 + (is_set ? 2U : 0U) + (function.strict ? 1U : 0U)];
}

const Function* RoutineByNumber(base::Oid number) {
  return number >= 1 && number <= kRoutines ? &Routines()[number - 1] : nullptr;
}

std::string RoutineName(base::Oid routine, EvalContext& context) {
  const catalog::Catalog& catalog = context.catalog();
  const auto function = catalog.FunctionByOid(routine);
  if (!function) return std::to_string(routine);
  const auto means = [&](const catalog::Catalog::FunctionPtr& other) {
    return other->InputTypes() == function->InputTypes();
  };
  const auto in_same = [&](const std::string& name) {
    const auto schema = catalog.FindSchema(name);
    if (!schema) return false;
    const auto named = catalog.FunctionsNamed(schema->oid, function->name);
    return std::any_of(named.begin(), named.end(), means);
  };
  const auto path = context.SearchPath(false);
  const auto first = std::find_if(path.begin(), path.end(), in_same);
  const auto schema = catalog.SchemaByOid(function->schema);
  const std::string name = QuoteIdentifier(function->name);
  const auto built_in = FunctionsNamed(function->name, false);
  std::vector<TypeId> inputs;
  for (const Type& type : function->InputTypes()) inputs.push_back(type.id);
  const bool hidden = std::any_of(built_in.begin(), built_in.end(),
                                  [&](const Function* other) { return other->arguments == inputs; });
  if (schema && first != path.end() && *first == schema->name && !hidden) return name;
  return QuoteIdentifier(schema ? schema->name : std::to_string(function->schema)) + "." + name;
}

std::string RoutineInputs(const catalog::FunctionDescriptor& function, EvalContext& context,
                          const char* separator) {
  std::string text;
  for (const Type& type : function.InputTypes()) {
    text += (text.empty() ? "" : separator) + ShowType(type, context);
  }
  return text;
}

std::string RoutineSignature(const catalog::FunctionDescriptor& function, EvalContext& context) {
  return function.name + "(" + RoutineInputs(function, context) + ")";
}

std::vector<Value> EvalContext::CallRoutine(const Expression&, std::span<const Value>) {
  base::ThrowUnsupported("functions of users where no session runs them");
}

}  // namespace ordinal::sql
