// Chooses how a table is reached.
#pragma once

#include <vector>

#include "catalog/descriptor.h"
#include "sql/plan/conditions.h"
#include "sql/plan/plan.h"

namespace ordinal::sql {

// Picks the index whose key `conjuncts` fix best: all columns of a unique key by equality, then an IN list,
// then a range, or one for each value of an IN list. `available` are the slots that hold values when the scan
// begins. The conjuncts stay in force as filters; the access only narrows what is read. `lookups` are tests
// by IN of what a subquery gives, as comparisons `= ANY (ARRAY(...))`; they serve only where nothing better
// does.
Access ChooseAccess(const catalog::TableDescriptor& table, int offset, const std::vector<ExprPtr>& conjuncts,
                    const SlotSet& available, const std::vector<ExprPtr>& lookups = {});

// True when the scan gives rows in the order of `keys`; sets the direction of the scan when it is free to
// choose. With `any_index`, a scan of all rows becomes one of an index that has the order: right where few
// rows are wanted.
bool MatchOrder(const catalog::TableDescriptor& table, int offset, const std::vector<PlanSortKey>& keys,
                Access& access, bool any_index = false);

// True when the entries that the scan visits hold all columns that are needed, so that it need not read rows.
bool Covers(const catalog::TableDescriptor& table, const Access& access, const std::vector<bool>& needed);

// True when a key of the scan reads a slot of `slots`.
bool ReadsAccess(const Access& access, const SlotSet& slots);

}  // namespace ordinal::sql
