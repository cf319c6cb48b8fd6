// Rows out of JSON: json_to_record() and json_populate_record(), their kin for sets and for jsonb.
#pragma once

#include <span>
#include <vector>

#include "sql/expr/eval_context.h"
#include "sql/expr/expression.h"

namespace ordinal::sql {

// Whether the call is one of json_to_recordset(), json_populate_recordset() and their kin for jsonb.
bool GivesJsonRecords(const Expression& call);

// The rows that such a call gives. Errors: 22023 `cannot call json_to_recordset on an object`, 22P02
// `expected JSON array`, those of the types of the fields, 42804 where nothing says what the rows consist of.
std::vector<Value> JsonRecords(const Expression& call, std::span<const Value> args, EvalContext& context);

}  // namespace ordinal::sql
