// Stands, in expressions, for the functions that users made: they are looked up in the catalog when they run.
#pragma once

#include <string>

#include "catalog/function.h"
#include "sql/expr/function.h"

namespace ordinal::sql {

// What a call of the function has as Expression::function: it says how the call may be treated, and its code
// calls Expression::routine. Lives as long as the program.
const Function* RoutineFor(const catalog::FunctionDescriptor& function);
// That of Function::oid; null when there is none.
const Function* RoutineByNumber(base::Oid number);

// The types of the inputs, as `integer, text`; descriptions of objects separate them by a comma alone.
std::string RoutineInputs(const catalog::FunctionDescriptor& function, EvalContext& context,
                          const char* separator = ", ");
// `name(integer, text)`, as errors show it.
std::string RoutineSignature(const catalog::FunctionDescriptor& function, EvalContext& context);

// The name as expressions show it: quoted where needed, qualified when a bare name would mean another one.
std::string RoutineName(base::Oid routine, EvalContext& context);

}  // namespace ordinal::sql
