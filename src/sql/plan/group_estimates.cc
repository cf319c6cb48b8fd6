// Guesses for columns of which CREATE STATISTICS says that they go together.
#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "sql/expr/function.h"
#include "sql/plan/selectivity.h"

namespace ordinal::sql {
namespace {

using catalog::GroupStatistics;
using Items = std::vector<GroupStatistics::Item>;

bool Contains(const Items& items, GroupStatistics::Item item) {
  return std::find(items.begin(), items.end(), item) != items.end();
}

// The most columns of which it is known how many combinations there are; null when that is none.
const GroupStatistics::Distinct* WidestIn(const catalog::TableStatistics& table, const Items& columns) {
  const GroupStatistics::Distinct* widest = nullptr;
  for (const GroupStatistics& group : table.groups) {
    for (const auto& distinct : group.distinct) {
      const bool within = std::all_of(distinct.items.begin(), distinct.items.end(),
                                      [&](auto item) { return Contains(columns, item); });
      if (within && (widest == nullptr || distinct.items.size() > widest->items.size())) widest = &distinct;
    }
  }
  return widest;
}

// The dependency of most columns, and of the highest degree among those, that lies within the columns.
const GroupStatistics::Dependency* StrongestIn(const catalog::TableStatistics& table, const Items& columns) {
  const GroupStatistics::Dependency* strongest = nullptr;
  for (const GroupStatistics& group : table.groups) {
    for (const auto& dependency : group.dependencies) {
      const bool within =
          Contains(columns, dependency.to) && std::all_of(dependency.from.begin(), dependency.from.end(),
                                                          [&](auto item) { return Contains(columns, item); });
      if (!within) continue;
      const bool stronger =
          strongest == nullptr || dependency.from.size() > strongest->from.size() ||
          (dependency.from.size() == strongest->from.size() && dependency.degree > strongest->degree);
      if (stronger) strongest = &dependency;
    }
  }
  return strongest;
}

}  // namespace

bool Selectivity::IsEquality(const Expression& condition, Equality& equality) const {
  if (condition.kind != ExprKind::kCall || condition.function->kind != FunctionKind::kOperator ||
      condition.args.size() != 2 || std::string_view(condition.function->name) != "=") {
    return false;
  }
  const Slot* left = SlotOf(*condition.args[0]);
  const Slot* right = SlotOf(*condition.args[1]);
  if ((left == nullptr) == (right == nullptr)) return false;
  equality.slot = left != nullptr ? left : right;
  equality.share = Of(condition);
  return equality.slot->table != nullptr && !equality.slot->table->groups.empty();
}

// What others decide counts only as far as they do not decide it. Where that is not known, values are taken
// to be equally frequent.
double Selectivity::OfEqualities(std::vector<Equality> equalities) {
  const catalog::TableStatistics& table = *equalities.front().slot->table;
  double share = 1;
  double decided = 1;
  Items columns;
  const auto note = [&] {
    columns.clear();
    for (const Equality& equality : equalities) columns.push_back(equality.slot->number);
  };
  note();
  while (const auto* dependency = StrongestIn(table, columns)) {
    const auto to = std::find_if(equalities.begin(), equalities.end(), [&](const Equality& equality) {
      return equality.slot->number == dependency->to;
    });
    decided *= dependency->degree + (1 - dependency->degree) * to->share;
    equalities.erase(to);
    note();
  }
  for (const Equality& equality : equalities) share *= equality.share;
  if (const auto* distinct = WidestIn(table, columns); distinct != nullptr && distinct->count > 0) {
    double others = 1;
    for (const Equality& equality : equalities) {
      if (!Contains(distinct->items, equality.slot->number)) others *= equality.share;
    }
    share = std::max(share, others / distinct->count);
  }
  return share * decided;
}

double Selectivity::GroupsOf(const std::vector<ExprPtr>& keys, double rows) const {
  double groups = 1;
  std::map<int, std::vector<const Slot*>> tables;
  for (const ExprPtr& key : keys) {
    const Slot* slot = SlotOf(*key);
    // Of what is computed nothing is known.
    if (slot == nullptr || slot->table == nullptr) return std::max(1.0, rows / 10);
    tables[slot->source].push_back(slot);
  }
  for (const auto& [source, slots] : tables) {
    Items columns;
    for (const Slot* slot : slots) columns.push_back(slot->number);
    while (const auto* distinct = WidestIn(*slots.front()->table, columns)) {
      groups *= std::max(1.0, distinct->count);
      std::erase_if(columns, [&](auto item) { return Contains(distinct->items, item); });
    }
    for (const Slot* slot : slots) {
      if (Contains(columns, slot->number)) groups *= DistinctOf(*slot);
    }
  }
  return std::clamp(groups, 1.0, std::max(1.0, rows));
}

}  // namespace ordinal::sql
