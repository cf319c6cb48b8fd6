// Binds the bodies of functions that users made, and says what such functions give.
#pragma once

#include <string>
#include <vector>

#include "sql/bind/bound.h"
#include "sql/bind/environment.h"

namespace ordinal::sql {

// The name of a call in the table of built-in functions: those of pg_catalog are there without their schema.
std::string BuiltInName(const std::vector<std::string>& names);

struct RoutineColumn {
  std::string name;  // empty: that of the function
  Type type;
};

// The columns of the result, at least one: that of a function that gives a scalar, or nothing, too. Empty for
// RETURNS record without OUT parameters.
std::vector<RoutineColumn> RoutineColumns(const catalog::FunctionDescriptor& function,
                                          const catalog::Catalog& catalog);

struct BoundRoutine {
  std::vector<BoundStatement> statements;  // in the order of the body
  std::vector<ExprPtr> results;            // over the rows of the last one; empty when nothing is given
};

// Binds all statements of the body, with $1 and following for the inputs. Throws what they throw, without
// positions but for a body that is a string, where they count in it; 42P13 `return type mismatch in function
// declared to return ...`.
BoundRoutine BindRoutine(const catalog::FunctionDescriptor& function, const BindEnvironment& environment);

// The same while a standard body is made: also notes what its names mean.
void RecordStandardBody(catalog::FunctionDescriptor& function, const BindEnvironment& environment);

}  // namespace ordinal::sql
