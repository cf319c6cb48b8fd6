// Reads COPY. What it copies becomes another statement: a SELECT for COPY TO, an INSERT of one row of
// parameters for COPY FROM.
#pragma once

#include <string>
#include <vector>

#include "catalog/catalog.h"
#include "copy/options.h"
#include "sql/bind/environment.h"
#include "sql/expr/expression.h"

struct Node;

namespace ordinal::sql {

namespace parse {
class Tree;
}

struct BoundCopy {
  bool from = false;
  copy::Options options;
  std::string relation;              // COPY FROM: its name, for the context of errors
  std::vector<std::string> columns;  // names, in the order of the fields; empty for a query
  std::vector<Type> types;           // COPY FROM: of the columns
  // The statement that runs: text that names everything with its schema, or a part of the tree.
  std::string text;
  const ::Node* query = nullptr;
  ExprPtr where;  // COPY FROM: over the row of the table
};

bool IsCopy(const ::Node& node);
// The query of COPY (query) TO; null for a COPY of a relation. REQUIRES IsCopy(node).
const ::Node* CopiedQuery(const ::Node& node);

// REQUIRES IsCopy(node). The result holds for the environment's catalog only. Throws PostgreSQL's errors: for
// options, names, relations that cannot be copied, 42501 for files and programs.
BoundCopy BindCopy(const ::Node& node, const BindEnvironment& environment, const parse::Tree& tree);

}  // namespace ordinal::sql
