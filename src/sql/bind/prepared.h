// Reads PREPARE and EXECUTE.
#pragma once

#include <string>
#include <vector>

#include "sql/bind/environment.h"
#include "sql/expr/expression.h"

struct Node;

namespace ordinal::sql {

namespace parse {
class Tree;
}

struct PrepareParts {
  std::string name;
  const ::Node* query = nullptr;
};

// REQUIRES Classify(node) == kPrepare.
PrepareParts ReadPrepare(const ::Node& node);

// The types of the parameters, as far as PREPARE states them; kUnknown for the others. Throws 42704 for types
// that do not exist.
std::vector<Type> BindPreparedTypes(const ::Node& node, const BindEnvironment& environment,
                                    const parse::Tree& tree);

// The name of the statement that EXECUTE runs. REQUIRES Classify(node) == kExecute.
std::string ExecutedName(const ::Node& node);

// The arguments of EXECUTE, of the types of the statement's parameters. Errors: 42601 for another number of
// arguments, 42804 for one that cannot become the parameter.
std::vector<ExprPtr> BindArguments(const ::Node& node, const std::vector<Type>& parameters,
                                   const BindEnvironment& environment, const parse::Tree& tree);

}  // namespace ordinal::sql
