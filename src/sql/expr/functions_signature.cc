#include <string>

#include "sql/expr/function_table.h"

// Tells the signatures of functions, as psql asks for them (manual, table 9.74).
namespace ordinal::sql {
namespace {

using T = TypeId;
using Args = std::span<Value>;

std::string NameOf(TypeId type) { return type == T::kInvalid ? "\"any\"" : types::FormatType({type, -1}); }

// Finds the function, operators excluded, that bears the oid; nullptr when there is none.
const Function* FunctionOf(const Value& oid) {
  const Function* function = FunctionByOid(static_cast<base::Oid>(oid.AsInt()));
  return function != nullptr && function->kind != FunctionKind::kOperator ? function : nullptr;
}

Value Result(EvalContext&, Args args, const Expression&) {
  const Function* function = FunctionOf(args[0]);
  if (function == nullptr) return Value();
  const bool is_set = function->kind == FunctionKind::kSetReturning;
  return Value::String((is_set ? "SETOF " : "") + NameOf(function->result));
}

Value Arguments(EvalContext&, Args args, const Expression&) {
  const Function* function = FunctionOf(args[0]);
  if (function == nullptr) return Value();
  std::string text;
  for (std::size_t i = 0; i < function->arguments.size(); ++i) {
    if (i > 0) text += ", ";
    const bool variadic = function->variadic || function->variadic_array;
    if (variadic && i + 1 == function->arguments.size()) text += "VARIADIC ";
    text += NameOf(function->arguments[i]);
  }
  return Value::String(text);
}

}  // namespace

void AddSignatureFunctions(FunctionList& out) {
  out.insert(out.end(),
             {
                 Stable(Scalar("pg_get_function_result", {T::kOid}, T::kText, 2165, Result)),
                 Stable(Scalar("pg_get_function_arguments", {T::kOid}, T::kText, 2162, Arguments)),
                 Stable(Scalar("pg_get_function_identity_arguments", {T::kOid}, T::kText, 2232, Arguments)),
             });
}

}  // namespace ordinal::sql
