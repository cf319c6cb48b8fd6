// The cheapest order that adds one source after another, by dynamic programming over the sets of sources;
// with many sources, the cheapest next one.
#include "sql/plan/join_order.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <numeric>

#include "sql/plan/access_path.h"
#include "sql/plan/selectivity.h"

namespace ordinal::sql {
namespace {

using Method = JoinStep::Method;
using Mask = std::uint64_t;

// Costs count rows read in order.
constexpr double kLookupCost = 8;   // finding one key
constexpr double kFetchCost = 4;    // the row of an index entry
constexpr double kKeepCost = 2;     // keeping a row in a hash table
constexpr double kProbeCost = 0.5;  // looking a row up there
constexpr double kMergeCost = 0.3;  // comparing its key with that of the other side
constexpr double kPairCost = 0.4;   // judging a pair of rows
constexpr double kPassCost = 0.1;   // handing a joined row up
constexpr std::size_t kExhaustiveMax = 7;
// An order must be better by so much than that of the text.
constexpr double kBetter = 0.999;

constexpr std::size_t kMergedKeysMax = 3;

// What the order of a scan depends on.
Access CloneAccess(const Access& access) {
  Access copy;
  copy.kind = access.kind;
  copy.index = access.index;
  copy.backward = access.backward;
  for (const ExprPtr& value : access.equal) copy.equal.push_back(Clone(*value));
  return copy;
}

struct Relation {
  BoundSource* source = nullptr;
  SlotSet slots;
  double rows = 0;  // that its own conditions let through
  double cost = 0;  // of reading them
};

// A condition over several relations.
struct Link {
  Mask relations = 0;
  double selectivity = 1;
  bool hashable = false;
};

struct Order {
  double cost = std::numeric_limits<double>::infinity();
  std::vector<JoinStep> steps;
};

class Orderer {
 public:
  Orderer(const std::vector<BoundSource*>& sources, const std::vector<ExprPtr>& pool, const SlotSet& known)
      : pool_(pool), known_(known) {
    for (BoundSource* source : sources) selectivity_.Add(*source);
    for (BoundSource* source : sources) AddRelation(*source);
    for (const ExprPtr& condition : pool) AddLink(*condition);
  }

  std::vector<JoinStep> Run() { return relations_.size() <= kExhaustiveMax ? Exhaustive() : Greedy(); }

 private:
  void AddRelation(BoundSource& source) {
    Relation relation;
    relation.source = &source;
    AddSlots(relation.slots, source.offset, source.width);
    SlotSet available = known_;
    AddSlots(available, source.offset, source.width);
    std::vector<const Expression*> own;
    for (const ExprPtr& condition : pool_) {
      if (ReadsAny(*condition, relation.slots) && ReadsOnly(*condition, available))
        own.push_back(condition.get());
    }
    const double all = Selectivity::RowsOf(source);
    relation.rows = std::max(1.0, all * selectivity_.OfAll(own));
    relation.cost = source.kind == SourceKind::kTable ? CostOfTable(source, relation.rows, all) : all;
    relations_.push_back(std::move(relation));
  }

  double CostOfTable(const BoundSource& source, double rows, double all) const {
    const Access access = ChooseAccess(*source.table, source.offset, pool_, known_);
    if (access.kind == AccessKind::kPoints) {
      return kLookupCost * std::max<double>(1, static_cast<double>(access.any_of.size()));
    }
    if (access.kind == AccessKind::kFull) return all;
    return kLookupCost +
           rows * (source.table->indexes[static_cast<std::size_t>(access.index)].primary ? 1 : kFetchCost);
  }

  void AddLink(const Expression& condition) {
    Link link;
    SlotSet all = known_;
    for (std::size_t i = 0; i < relations_.size(); ++i) {
      if (!ReadsAny(condition, relations_[i].slots)) continue;
      link.relations |= Mask{1} << i;
      const BoundSource& source = *relations_[i].source;
      AddSlots(all, source.offset, source.width);
    }
    if ((link.relations & (link.relations - 1)) == 0 || !ReadsOnly(condition, all)) return;
    link.selectivity = selectivity_.Of(condition);
    link.hashable = IsHashable(condition);
    links_.push_back(link);
  }

  // The rows of several relations, joined.
  double RowsOf(Mask set) const {
    double rows = 1;
    for (std::size_t i = 0; i < relations_.size(); ++i) {
      if ((set >> i & 1) != 0) rows *= relations_[i].rows;
    }
    for (const Link& link : links_) {
      if ((link.relations & ~set) == 0) rows *= link.selectivity;
    }
    return std::max(rows, 1.0);
  }

  // A condition that a hash join of the set with the relation can use has all of one side in the set.
  bool CanHash(Mask set, std::size_t next) const {
    const Mask both = set | Mask{1} << next;
    return std::any_of(links_.begin(), links_.end(), [&](const Link& link) {
      return link.hashable && (link.relations >> next & 1) != 0 && (link.relations & ~both) == 0;
    });
  }

  // Whether two tables come in the order of what joins them.
  bool CanMerge(Mask set, std::size_t next) const {
    if ((set & (set - 1)) != 0 || !known_.empty()) return false;
    const auto first = static_cast<std::size_t>(std::countr_zero(set));
    const auto scan_of = [&](std::size_t i) {
      const BoundSource& source = *relations_[i].source;
      PlanNode scan;
      scan.kind = NodeKind::kTableScan;
      scan.table = source.table;
      scan.offset = source.offset;
      scan.access = ChooseAccess(*source.table, source.offset, pool_, known_);
      return scan;
    };
    if (!relations_[first].source->table || !relations_[next].source->table) return false;
    std::vector<ExprPtr> left;
    std::vector<ExprPtr> right;
    for (const ExprPtr& condition : pool_) {
      if (!IsHashable(*condition)) continue;
      for (std::size_t i = 0; i < 2; ++i) {
        const Expression& mine = *condition->args[i];
        const Expression& other = *condition->args[1 - i];
        if (!IsSide(mine, first) || !IsSide(other, next)) continue;
        left.push_back(Clone(mine));
        right.push_back(Clone(other));
        break;
      }
    }
    const PlanNode left_scan = scan_of(first);
    const PlanNode right_scan = scan_of(next);
    return MatchKeys(&left_scan, &right_scan, left, right);
  }

  bool IsSide(const Expression& expression, std::size_t relation) const {
    const SlotSet& slots = relations_[relation].slots;
    return ReadsAny(expression, slots) && ReadsOnly(expression, slots);
  }

  // The cost of looking up the rows of a relation by the key that a set of others gives; infinite when there
  // is no such key.
  double LookupCost(Mask set, std::size_t next, double outer_rows, double joined) const {
    const BoundSource& source = *relations_[next].source;
    if (source.kind != SourceKind::kTable) return std::numeric_limits<double>::infinity();
    SlotSet before;
    SlotSet available = known_;
    for (std::size_t i = 0; i < relations_.size(); ++i) {
      if ((set >> i & 1) == 0) continue;
      AddSlots(before, relations_[i].source->offset, relations_[i].source->width);
      AddSlots(available, relations_[i].source->offset, relations_[i].source->width);
    }
    const Access access = ChooseAccess(*source.table, source.offset, pool_, available);
    if (access.kind == AccessKind::kFull || !ReadsAccess(access, before)) {
      return std::numeric_limits<double>::infinity();
    }
    const bool primary = source.table->indexes[static_cast<std::size_t>(access.index)].primary;
    // Looking up ever more rows, the scan reads the whole table once (sql/exec/table_scan).
    const double each = outer_rows * kLookupCost + joined * (primary ? 1 : kFetchCost);
    const double whole = Selectivity::RowsOf(source) * kKeepCost + outer_rows;
    return primary && access.kind == AccessKind::kPoints ? std::min(each, std::max(whole, outer_rows)) : each;
  }

  Order Extend(const Order& order, Mask set, std::size_t next) const {
    const Relation& relation = relations_[next];
    const double outer = RowsOf(set);
    const double joined = RowsOf(set | Mask{1} << next);
    JoinStep step{relation.source, Method::kLoop};
    // A loop over pairs is what goes wrong most when a guess does.
    const bool can_hash = CanHash(set, next);
    double cost = can_hash ? std::numeric_limits<double>::infinity()
                           : relation.cost + relation.rows * kKeepCost + outer * relation.rows * kPairCost;
    const auto consider = [&](Method method, double other) {
      if (other >= cost) return;
      cost = other;
      step.method = method;
    };
    if (can_hash) {
      consider(Method::kHashInner, relation.cost + relation.rows * kKeepCost + outer * kProbeCost);
      if (known_.empty()) {
        consider(Method::kHashOuter, relation.cost + outer * kKeepCost + relation.rows * kProbeCost);
      }
    }
    if (can_hash && CanMerge(set, next)) {
      consider(Method::kMerge, relation.cost + (outer + relation.rows) * kMergeCost);
    }
    consider(Method::kLookup, LookupCost(set, next, outer, joined));
    Order longer = order;
    longer.cost += cost + joined * kPassCost;
    longer.steps.push_back(step);
    return longer;
  }

  bool IsLinked(Mask set, std::size_t next) const {
    return std::any_of(links_.begin(), links_.end(), [&](const Link& link) {
      return (link.relations >> next & 1) != 0 && (link.relations & set) != 0;
    });
  }

  // Which relations may come after the set. As in PostgreSQL, all pairs of two sources are made only where no
  // condition leads on: guesses of few rows are worth little.
  std::vector<std::size_t> NextAfter(Mask set) const {
    std::vector<std::size_t> all;
    std::vector<std::size_t> linked;
    for (std::size_t next = 0; next < relations_.size(); ++next) {
      if ((set >> next & 1) != 0) continue;
      all.push_back(next);
      if (IsLinked(set, next)) linked.push_back(next);
    }
    return linked.empty() ? all : linked;
  }

  Order First(std::size_t i) const { return {relations_[i].cost, {{relations_[i].source, Method::kLoop}}}; }

  std::vector<JoinStep> Exhaustive() const {
    const std::size_t count = relations_.size();
    std::vector<Order> best(std::size_t{1} << count);
    for (std::size_t i = 0; i < count; ++i) best[std::size_t{1} << i] = First(i);
    for (Mask set = 1; set < best.size(); ++set) {
      if (best[set].steps.empty()) continue;
      for (const std::size_t next : NextAfter(set)) {
        Order order = Extend(best[set], set, next);
        Order& known = best[set | Mask{1} << next];
        if (order.cost < known.cost * kBetter) known = std::move(order);
      }
    }
    return std::move(best.back().steps);
  }

  std::vector<JoinStep> Greedy() const {
    std::size_t first = 0;
    for (std::size_t i = 1; i < relations_.size(); ++i) {
      if (relations_[i].rows < relations_[first].rows * kBetter) first = i;
    }
    Order order = First(first);
    Mask set = Mask{1} << first;
    while (order.steps.size() < relations_.size()) {
      Order best;
      std::size_t chosen = 0;
      for (const std::size_t next : NextAfter(set)) {
        Order longer = Extend(order, set, next);
        if (longer.cost >= best.cost * kBetter) continue;
        best = std::move(longer);
        chosen = next;
      }
      order = std::move(best);
      set |= Mask{1} << chosen;
    }
    return std::move(order.steps);
  }

  const std::vector<ExprPtr>& pool_;
  const SlotSet& known_;
  Selectivity selectivity_;
  std::vector<Relation> relations_;
  std::vector<Link> links_;
};

}  // namespace

bool MatchKeys(const PlanNode* left, const PlanNode* right, std::vector<ExprPtr>& left_keys,
               std::vector<ExprPtr>& right_keys) {
  if (left == nullptr || right == nullptr || left_keys.empty()) return false;
  const auto in_order = [](const PlanNode& scan, const std::vector<ExprPtr>& keys) {
    std::vector<PlanSortKey> order;
    for (const ExprPtr& key : keys) order.push_back({Clone(*key), false, false});
    Access access = CloneAccess(scan.access);
    return !access.backward && MatchOrder(*scan.table, scan.offset, order, access);
  };
  std::vector<std::size_t> places(left_keys.size());
  std::iota(places.begin(), places.end(), std::size_t{0});
  if (places.size() > kMergedKeysMax) return false;
  do {
    std::vector<ExprPtr> first;
    std::vector<ExprPtr> second;
    for (const std::size_t place : places) {
      first.push_back(Clone(*left_keys[place]));
      second.push_back(Clone(*right_keys[place]));
    }
    if (!in_order(*left, first) || !in_order(*right, second)) continue;
    left_keys = std::move(first);
    right_keys = std::move(second);
    return true;
  } while (std::next_permutation(places.begin(), places.end()));
  return false;
}

std::vector<BoundSource*> FlattenInner(BoundSource& join) {
  if (join.kind != SourceKind::kJoin || join.join != JoinKind::kInner) return {&join};
  std::vector<BoundSource*> sources = FlattenInner(*join.left);
  for (BoundSource* source : FlattenInner(*join.right)) sources.push_back(source);
  return sources;
}

std::vector<JoinStep> OrderJoins(const std::vector<BoundSource*>& sources, const std::vector<ExprPtr>& pool,
                                 const SlotSet& known) {
  return Orderer(sources, pool, known).Run();
}

}  // namespace ordinal::sql
