// Rows as values in expressions: what they consist of, and how text becomes one.
#pragma once

#include <span>
#include <string>

#include "sql/expr/eval_context.h"
#include "sql/expr/expression.h"
#include "types/record.h"

namespace ordinal::sql {

// The row type of a table, view or system view; null when there is no such relation.
types::ShapePtr ShapeOfRelation(base::Oid relation, EvalContext& context);
// What is known of the rows that the expression gives: those of a named type, and of ROW(...); else null.
types::ShapePtr ShapeOf(const Expression& expression, EvalContext& context);
// True for types whose values are rows, or arrays of them: Type::domain may then say whose rows.
inline bool HoldsRows(TypeId id) { return id == TypeId::kRecord || id == TypeId::kRecordArray; }
// As errors call the type of the expression: "integer", "t", "record".
std::string TypeNameOf(const Expression& expression);

// A node that makes a row of the fields. Without a shape they are called f1, f2, ...
ExprPtr MakeRow(std::vector<ExprPtr> fields, types::ShapePtr shape, int position);
// A node that takes one field out of a row. REQUIRES a field of that number, from 0.
ExprPtr MakeField(ExprPtr row, int field, Type type, int position);

// Evaluate kRow and kField.
Value EvaluateRow(const Expression& node, EvalContext& context, std::span<const Value> row);
Value EvaluateField(const Expression& node, EvalContext& context, std::span<const Value> row);
// IS NULL and IS NOT NULL of a row.
bool TestRowNull(const Value& record, bool negated);

// Reads a literal of the row type of `to`; throws 22P02 `malformed record literal: "..."` and what the fields
// throw, 42704 when the relation is gone.
Value ReadRow(std::string_view text, Type to, EvalContext& context);
std::string PrintRow(const types::Record& record, EvalContext& context);

}  // namespace ordinal::sql
