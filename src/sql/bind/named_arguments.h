// Puts arguments that are given by name in their places (manual, section 4.3).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sql/bind/node_access.h"

namespace ordinal::sql {

// Returns the arguments of a call in the order of the function's parameters. A null pointer stands for a
// parameter that is not given and has a default of zero. Throws 42883 for names that the function does not
// have, 42601 `argument name "days" used more than once`, 0A000 for functions whose parameter names are not
// known.
std::vector<const Node*> OrderArguments(const FuncCall& call, std::string_view function, int position);

// The arguments of a call as they are written, without their names.
std::vector<const Node*> ArgumentsAsWritten(const FuncCall& call);
// Their names; empty for those given by place. Throws 42601 as above, and when one by place follows.
std::vector<std::string> ArgumentNames(const FuncCall& call, int position);

}  // namespace ordinal::sql
