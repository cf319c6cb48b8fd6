// Puts arguments that are given by name in their places (manual, section 4.3).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sql/bind/node_access.h"
#include "sql/expr/expression.h"

namespace ordinal::sql {

// Returns the arguments of a call in the order of the function's parameters. A null pointer stands for a
// parameter that is not given; DefaultArgument says what it is then. Throws 42883 for names that the function
// does not have, 42601 `argument name "days" used more than once`.
std::vector<const Node*> OrderArguments(const FuncCall& call, std::string_view function, int position);

// What a function of that name takes for an argument that is not given.
ExprPtr DefaultArgument(std::string_view function);

// Whether the parameters of the built-in functions of that name have names.
bool HasParameterNames(std::string_view function);

// The arguments of a call as they are written, without their names.
std::vector<const Node*> ArgumentsAsWritten(const FuncCall& call);
// Their names; empty for those given by place. Throws 42601 as above, and when one by place follows.
std::vector<std::string> ArgumentNames(const FuncCall& call, int position);

}  // namespace ordinal::sql
