// Prints the definitions of indexes.
#pragma once

#include <string>

#include "catalog/descriptor.h"
#include "sql/expr/eval_context.h"

namespace ordinal::sql {

// CREATE INDEX, as pg_get_indexdef() prints it.
std::string ShowIndexDefinition(const catalog::TableDescriptor& table, const catalog::IndexDescriptor& index,
                                EvalContext& context, bool pretty);

// Prints one key column: a name, or an expression, in parentheses unless it is a call.
std::string ShowIndexColumn(const catalog::TableDescriptor& table, const catalog::IndexDescriptor& index,
                            std::size_t key_column, EvalContext& context, bool pretty);

// True for what is printed as a call, as PostgreSQL's looks_like_function().
bool LooksLikeCall(const Expression& expression);

}  // namespace ordinal::sql
