#include "sql/expr/conversion.h"
#include "sql/expr/domain.h"
#include "sql/expr/function_topics.h"
#include "sql/expr/object_name.h"
#include "types/scan.h"

// to_regclass() and kin (manual, table 9.71): oids of what text names, NULL where it names nothing.
namespace ordinal::sql {
namespace {

using base::Oid;
using T = TypeId;
using Args = std::span<Value>;

Value OrNull(Oid oid) { return oid == base::kInvalidOid ? Value() : Value::Int(oid); }

bool IsNumber(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

Value ToRegclass(EvalContext& context, Args args, const Expression&) {
  const std::string_view text = args[0].AsString();
  return IsNumber(text) ? Value() : OrNull(context.ResolveRelation(text, true));
}

Value ToRegtype(EvalContext& context, Args args, const Expression&) {
  return OrNull(FindTypeOid(args[0].AsString(), context));
}

Value ToRegnamespace(EvalContext& context, Args args, const Expression&) {
  const auto schema = context.catalog().FindSchema(ReadSingleName(args[0].AsString()));
  return schema ? Value::Int(schema->oid) : Value();
}

Value ToRegrole(EvalContext& context, Args args, const Expression&) {
  const auto role = context.catalog().FindRole(ReadSingleName(args[0].AsString()));
  return role ? Value::Int(role->oid) : Value();
}

Value ToRegproc(EvalContext& context, Args args, const Expression&) {
  return OrNull(FindFunctionByText(args[0].AsString(), true, context));
}

Value ToRegprocedure(EvalContext& context, Args args, const Expression&) {
  return OrNull(FindProcedureByText(args[0].AsString(), true, context));
}

}  // namespace

void AddObjectNameFunctions(FunctionList& out) {
  out.insert(out.end(),
             {
                 Stable(Scalar("to_regclass", {T::kText}, T::kRegclass, 3495, ToRegclass)),
                 Stable(Scalar("to_regtype", {T::kText}, T::kRegtype, 3493, ToRegtype)),
                 Stable(Scalar("to_regnamespace", {T::kText}, T::kRegnamespace, 4086, ToRegnamespace)),
                 Stable(Scalar("to_regrole", {T::kText}, T::kRegrole, 4093, ToRegrole)),
                 Stable(Scalar("to_regproc", {T::kText}, T::kRegproc, 3494, ToRegproc)),
                 Stable(Scalar("to_regprocedure", {T::kText}, T::kRegprocedure, 3479, ToRegprocedure)),
             });
}

}  // namespace ordinal::sql
