// Chooses the order in which inner joins run. Private to the room.
#pragma once

#include <vector>

#include "sql/bind/bound.h"
#include "sql/plan/conditions.h"
#include "sql/plan/plan.h"

namespace ordinal::sql {

// How a source joins those before it. Of the first, nothing but `source` counts.
struct JoinStep {
  enum class Method : std::uint8_t {
    kLookup,     // by keys that the rows before give
    kHashInner,  // keeps the rows of this source
    kHashOuter,  // keeps the rows before: they are fewer
    kMerge,      // of the first two: both come in the order of the keys
    kLoop,
  };
  BoundSource* source = nullptr;
  Method method = Method::kLoop;
};

// Brings the keys of a join into an order in which the scans of both sides give them, by choosing the order
// of the pairs; false when there is none. Null scans have no order.
bool MatchKeys(const PlanNode* left, const PlanNode* right, std::vector<ExprPtr>& left_keys,
               std::vector<ExprPtr>& right_keys);

// The sources of inner joins that nothing else separates, in the order of the text.
std::vector<BoundSource*> FlattenInner(BoundSource& join);

// Orders the sources so that few rows are read and kept, by statistics where there are any. Sources of equal
// cost keep the order of the text. `pool` are the conditions over all of them, those of ON included; `known`
// are the slots that are filled before.
std::vector<JoinStep> OrderJoins(const std::vector<BoundSource*>& sources, const std::vector<ExprPtr>& pool,
                                 const SlotSet& known);

}  // namespace ordinal::sql
