// Binds what is peculiar to ordered-set aggregates (manual, section 4.2.7). Private to the room.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sql/expr/function.h"

struct FuncCall;

namespace ordinal::sql {

// Whether the function and the call agree about WITHIN GROUP. `directs` of the types are of the arguments
// before it. Errors: 42809, 42883, 0A000.
void CheckWithinGroup(const FuncCall& call, const Function& function, const std::string& name,
                      std::size_t directs, const std::vector<TypeId>& types, int position);

// A hypothetical row is of the types by which the rows are ordered, or both of what they have in common:
// 42804.
void LevelHypothetical(std::vector<ExprPtr>& args);

}  // namespace ordinal::sql
