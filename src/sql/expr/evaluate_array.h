// Evaluates the expressions that make arrays or look into them. sql/exec shares what subqueries need.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "sql/expr/eval_context.h"
#include "sql/expr/expression.h"

namespace ordinal::sql {

// Makes an array of arrays that have one shape; those of none give an empty one. NULL stands for an empty
// array. Throws 2202E `multidimensional arrays must have array expressions with matching dimensions`.
Value NestArrays(TypeId element, const std::vector<Value>& arrays);

// Applies the operator that `node` carries; nullopt when the answer is NULL.
std::optional<bool> ApplyTest(const Expression& node, EvalContext& context, const Value& left,
                              const Value& right);
// Tests `left` against each value: ANY, or ALL when `all` is true; three-valued.
Value TestEach(const Expression& node, EvalContext& context, const Value& left, std::span<const Value> values,
               bool all);

Value EvaluateArray(const Expression& node, EvalContext& context, std::span<const Value> row);
Value EvaluateSubscript(const Expression& node, EvalContext& context, std::span<const Value> row);
Value EvaluateSlice(const Expression& node, EvalContext& context, std::span<const Value> row);
Value EvaluateQuantified(const Expression& node, EvalContext& context, std::span<const Value> row);

}  // namespace ordinal::sql
