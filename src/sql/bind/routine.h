// Binds the bodies of functions that users made, and says what such functions give.
#pragma once

#include <string>
#include <vector>

#include "sql/bind/bound.h"
#include "sql/bind/environment.h"

namespace ordinal::sql {

// The name of a call in the table of built-in functions: those of pg_catalog are there without their schema.
std::string BuiltInName(const std::vector<std::string>& names);

// The types that a call, or the declaration, asks of a function.
struct RoutineUse {
  std::vector<Type> inputs;
  Type result;
  types::ShapePtr columns;  // of a result of type record; null when nothing is known of them
};

// As declared. Polymorphic types stay what they are.
RoutineUse DeclaredUse(const catalog::FunctionDescriptor& function, EvalContext& context);
// As a call says that the binder made.
RoutineUse UseInCall(const catalog::FunctionDescriptor& function, const Expression& call);

// The columns of rows that OUT parameters or RETURNS TABLE name.
types::ShapePtr OutputColumns(const catalog::FunctionDescriptor& function);
// The name of a result that is no row; empty when it has none but that of the function.
std::string OutputName(const catalog::FunctionDescriptor& function);

struct BoundRoutine {
  std::vector<BoundStatement> statements;  // in the order of the body
  std::vector<ExprPtr> results;            // over the rows of the last one; empty when nothing is given
  types::ShapePtr shape;  // of the row that the results make; null when the only one is the value
};

// Binds all statements of the body, with $1 and following for the inputs. Throws what they throw, without
// positions but for a body that is a string, where they count in it; 42P13 `return type mismatch in function
// declared to return ...`.
BoundRoutine BindRoutine(const catalog::FunctionDescriptor& function, const RoutineUse& use,
                         const BindEnvironment& environment);

// The same while a standard body is made: also notes what its names mean.
void RecordStandardBody(catalog::FunctionDescriptor& function, const BindEnvironment& environment);

}  // namespace ordinal::sql
