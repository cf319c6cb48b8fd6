// Binds DISTINCT ON.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "sql/bind/binder.h"
#include "sql/bind/expression_equality.h"
#include "sql/bind/node_access.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

[[noreturn]] void ThrowDistinctOnOrder() {
  throw Error(sqlstate::kInvalidColumnReference,
              "SELECT DISTINCT ON expressions must match initial ORDER BY expressions");
}

}  // namespace

// The keys of DISTINCT ON, those of ORDER BY first: rows that are alike must lie together.
void Binder::BindDistinctOn(const SelectStmt& select, Scope& scope, BoundQuery& query) {
  const Clause clause = std::exchange(clause_, Clause::kDistinctOn);
  std::vector<SortKey> keys;
  for (int i = 0; i < LengthOf(select.distinctClause); ++i) {
    const Node& node = *NodeAt(select.distinctClause, i);
    SortKey key;
    key.output = OutputNamed(node, query, "DISTINCT ON");
    if (key.output < 0) key.expression = BindWindowKey(node, scope);
    for (std::size_t j = 0; key.expression && j < query.targets.size(); ++j) {
      if (!ExpressionsEqual(*key.expression, *query.targets[j])) continue;
      key.output = static_cast<int>(j);
      key.expression = nullptr;
    }
    keys.push_back(std::move(key));
  }
  clause_ = clause;
  const auto same = [](const SortKey& a, const SortKey& b) {
    if (a.output >= 0 || b.output >= 0) return a.output == b.output;
    return ExpressionsEqual(*a.expression, *b.expression);
  };
  bool skipped = false;
  for (const SortKey& sorted : query.order) {
    const auto found =
        std::find_if(keys.begin(), keys.end(), [&](const SortKey& key) { return same(key, sorted); });
    if (found == keys.end()) {
      skipped = true;
      continue;
    }
    if (skipped) ThrowDistinctOnOrder();
    found->descending = sorted.descending;
    found->nulls_first = sorted.nulls_first;
    query.distinct_on.push_back(std::move(*found));
    keys.erase(found);
  }
  if (skipped && !keys.empty()) ThrowDistinctOnOrder();
  for (SortKey& key : keys) {
    const auto is_same = [&](const SortKey& other) { return same(key, other); };
    if (std::none_of(query.distinct_on.begin(), query.distinct_on.end(), is_same)) {
      query.distinct_on.push_back(std::move(key));
    }
  }
}

}  // namespace ordinal::sql
