#include "sql/plan/planner.h"

#include <algorithm>
#include <utility>

#include "sql/plan/access_path.h"
#include "sql/plan/bound_tree.h"

namespace ordinal::sql {
namespace {

// PostgreSQL calls a target dear from ten operators on; see CostOf.
constexpr std::int64_t kDearCost = 20;
// As many rows of an index are looked up rather than all read and sorted.
constexpr std::int64_t kFewRows = 1000;
// What one run of a subquery without FROM costs beside its targets.
constexpr std::int64_t kSubqueryCost = 8;

PlanPtr MakeNode(NodeKind kind, PlanPtr below) {
  auto node = std::make_unique<PlanNode>();
  node->kind = kind;
  if (below) node->row_width = below->row_width;
  node->left = std::move(below);
  return node;
}

PlanPtr MakeProject(std::vector<ExprPtr> targets, PlanPtr below) {
  PlanPtr node = MakeNode(NodeKind::kProject, std::move(below));
  node->row_width = static_cast<int>(targets.size());
  node->expressions = std::move(targets);
  return node;
}

PlanPtr AddFilter(ExprPtr condition, PlanPtr below) {
  if (!condition) return below;
  PlanPtr node = MakeNode(NodeKind::kFilter, std::move(below));
  node->condition = std::move(condition);
  return node;
}

PlanPtr AddLocks(BoundQuery& query, PlanPtr below) {
  if (query.locks.empty()) return below;
  PlanPtr node = MakeNode(NodeKind::kLockRows, std::move(below));
  node->locks = std::move(query.locks);
  return node;
}

// `keys` are those of the order, over the row below; WITH TIES asks for them.
PlanPtr AddLimit(BoundQuery& query, PlanPtr below, std::vector<PlanSortKey> keys = {}) {
  if (!query.limit && !query.offset) return below;
  PlanPtr node = MakeNode(NodeKind::kLimit, std::move(below));
  node->with_ties = query.with_ties;
  if (query.with_ties) node->sort_keys = std::move(keys);
  node->limit = std::move(query.limit);
  node->offset_rows = std::move(query.offset);
  return node;
}

std::vector<Type> TypesOf(const std::vector<OutputColumn>& outputs) {
  std::vector<Type> types;
  for (const OutputColumn& output : outputs) types.push_back(output.type);
  return types;
}

// True when the targets are the slots of the row, in order.
bool IsIdentity(const std::vector<ExprPtr>& targets, int row_width) {
  if (static_cast<int>(targets.size()) != row_width) return false;
  for (int i = 0; i < row_width; ++i) {
    const Expression& target = *targets[static_cast<std::size_t>(i)];
    if (target.kind != ExprKind::kColumn || target.level != 0 || target.index != i) return false;
  }
  return true;
}

// Whether LIMIT wants so few rows that looking them up costs less than sorting all.
bool WantsFew(const BoundQuery& query) {
  if (!query.limit || query.with_ties) return false;
  const auto few = [](const ExprPtr& count) {
    return !count || (count->kind == ExprKind::kConstant && !count->constant.is_null() &&
                      count->constant.AsInt() <= kFewRows);
  };
  return few(query.limit) && few(query.offset);
}

// With `few`, no more than the first rows are wanted.
PlanPtr AddSort(std::vector<PlanSortKey> keys, PlanPtr below, bool few = false) {
  if (keys.empty()) return below;
  const bool any_index = few && below->kind == NodeKind::kTableScan;
  if (PlanNode* scan = ScanBelowFilters(below.get());
      scan != nullptr && MatchOrder(*scan->table, scan->offset, keys, scan->access, any_index)) {
    return below;
  }
  PlanPtr node = MakeNode(NodeKind::kSort, std::move(below));
  node->sort_keys = std::move(keys);
  return node;
}

std::vector<PlanSortKey> CloneKeys(const std::vector<PlanSortKey>& keys) {
  std::vector<PlanSortKey> copies;
  for (const PlanSortKey& key : keys) {
    copies.push_back({Clone(*key.expression), key.descending, key.nulls_first});
  }
  return copies;
}

// Sorts so that rows with equal keys lie together, in the order asked for, and keeps the first of them.
PlanPtr AddDistinctOn(std::vector<PlanSortKey> alike, const std::vector<PlanSortKey>& order, PlanPtr below) {
  if (alike.empty()) return below;
  std::vector<PlanSortKey> keys = CloneKeys(order);
  for (std::size_t i = keys.size(); i < alike.size(); ++i) {
    keys.push_back({Clone(*alike[i].expression), alike[i].descending, alike[i].nulls_first});
  }
  PlanPtr node = MakeNode(NodeKind::kDistinctOn, AddSort(std::move(keys), std::move(below)));
  node->sort_keys = std::move(alike);
  return node;
}

// Collects the slots that a level's expressions over FROM read.
class ReadCollector {
 public:
  ReadCollector(SlotSet& read, bool& everything) : read_(read), everything_(everything) {}
  void Add(const ExprPtr& expression) {
    if (!expression) return;
    Walk(*expression, [this](const Expression& node) {
      if (node.kind == ExprKind::kSubquery) everything_ = true;
      if (node.kind == ExprKind::kColumn && node.level == 0) AddSlots(read_, node.index, 1);
    });
  }
  void Add(const std::vector<ExprPtr>& expressions) {
    for (const ExprPtr& expression : expressions) Add(expression);
  }
  void Add(const BoundSource& source) {
    everything_ = everything_ || source.lateral;
    Add(source.condition);
    Add(source.functions);
    if (source.left) Add(*source.left);
    if (source.right) Add(*source.right);
  }
  void Add(const BoundQuery& query) {
    if (query.from) Add(*query.from);
    Add(query.where);
    if (query.aggregated) {
      Add(query.group_keys);
      for (const BoundAggregate& aggregate : query.aggregates) {
        Add(aggregate.args);
        Add(aggregate.filter);
      }
      return;
    }
    Add(query.series);
    Add(query.targets);
    for (const BoundWindow& window : query.windows) {
      Add(window.partition);
      for (const SortKey& key : window.order) Add(key.expression);
    }
    for (const BoundWindowCall& call : query.window_calls) {
      Add(call.args);
      Add(call.filter);
    }
    for (const SortKey& key : query.distinct_on) Add(key.expression);
    for (const SortKey& key : query.order) Add(key.expression);
  }

 private:
  SlotSet& read_;
  bool& everything_;
};

bool IsNeverNull(const PlanNode& scan, const Expression& expression) {
  if (expression.kind != ExprKind::kColumn || expression.level != 0) return false;
  const auto at = static_cast<std::size_t>(expression.index - scan.offset);
  return at < scan.table->columns.size() && scan.table->columns[at].not_null;
}

// min(k) and max(k) over the first key column need one row from the right end of the key.
bool FirstRowSuffices(const BoundQuery& query, PlanNode& input) {
  if (!query.group_keys.empty() || query.aggregates.size() != 1) return false;
  const BoundAggregate& aggregate = query.aggregates.front();
  const bool is_min = aggregate.function->name == "min";
  if ((!is_min && aggregate.function->name != "max") || aggregate.filter) return false;
  PlanNode* scan = ScanBelowFilters(&input);
  if (scan == nullptr || scan->access.kind == AccessKind::kPoints) return false;
  std::vector<PlanSortKey> keys(1);
  keys[0].expression = Clone(*aggregate.args.front());
  keys[0].descending = keys[0].nulls_first = !is_min;
  // NULLs lie behind all values, and max() ignores them.
  if (!is_min && !IsNeverNull(*scan, *keys[0].expression)) return false;
  return MatchOrder(*scan->table, scan->offset, keys, scan->access, &input == scan);
}

// The keys of ORDER BY over the row below the projection.
std::vector<PlanSortKey> KeysOf(const BoundQuery& query) {
  std::vector<PlanSortKey> keys;
  for (const SortKey& key : query.order) {
    const Expression& expression =
        key.output < 0 ? *key.expression : *query.targets[static_cast<std::size_t>(key.output)];
    keys.push_back({Clone(expression), key.descending, key.nulls_first});
  }
  return keys;
}

// Whether the input comes in the order that is asked for.
bool IsInOrder(const BoundQuery& query, PlanNode& input) {
  PlanNode* scan = ScanBelowFilters(&input);
  return scan != nullptr && MatchOrder(*scan->table, scan->offset, KeysOf(query), scan->access,
                                       WantsFew(query) && &input == scan);
}

}  // namespace

PlanNode* ScanBelowFilters(PlanNode* node) {
  while (node->kind == NodeKind::kFilter) node = node->left.get();
  return node->kind == NodeKind::kTableScan ? node : nullptr;
}

int WidthOf(const BoundSource& source) {
  if (source.kind != SourceKind::kJoin) return source.offset + source.width;
  return std::max(WidthOf(*source.left), WidthOf(*source.right));
}

PlanPtr Planner::PlanInput(BoundQuery& query) {
  if (query.is_values) {
    PlanPtr node = MakeNode(NodeKind::kValues, nullptr);
    node->values = std::move(query.values);
    node->width = node->values.empty() ? 0 : static_cast<int>(node->values.front().size());
    node->row_width = node->width;
    return AddFilter(std::move(query.where), std::move(node));
  }
  if (!query.from) return AddFilter(std::move(query.where), MakeNode(NodeKind::kOneRow, nullptr));
  reads_everything_ = false;
  ReadCollector(read_, reads_everything_).Add(query);
  row_width_ = WidthOf(*query.from);
  may_reorder_ = query.from->kind == SourceKind::kJoin && !IsVolatile(statement_, query);
  return PlanFiltered(*query.from, std::move(query.where));
}

// The conditions on a single source are judged in one place, cheap ones first as in PostgreSQL.
PlanPtr Planner::PlanFiltered(BoundSource& from, ExprPtr where) {
  if (from.kind == SourceKind::kSubquery) PushDown(from, where);
  std::vector<ExprPtr> pool;
  SplitConjuncts(std::move(where), pool);
  std::vector<const Expression*> written;
  for (const ExprPtr& conjunct : pool) written.push_back(conjunct.get());
  PlanPtr node = PlanSource(from, pool, {}, false);
  if (from.kind != SourceKind::kJoin && node->kind == NodeKind::kFilter) {
    SplitConjuncts(std::move(node->condition), pool);
    node = std::move(node->left);
  }
  SortByCost(pool, written);
  return AddFilter(JoinConjuncts(std::move(pool)), std::move(node));
}

PlanPtr Planner::PlanAggregation(BoundQuery& query, PlanPtr input) {
  if (FirstRowSuffices(query, *input)) {
    input = MakeNode(NodeKind::kLimit, std::move(input));
    input->limit = MakeConstant(Value::Int(1), {TypeId::kInt8});
  }
  PlanPtr node = MakeNode(NodeKind::kAggregate, std::move(input));
  node->row_width =
      static_cast<int>(query.group_keys.size() + query.aggregates.size() + query.groupings.size());
  node->grouping_sets = std::move(query.grouping_sets);
  node->groupings = std::move(query.groupings);
  node->expressions = std::move(query.group_keys);
  node->aggregates = std::move(query.aggregates);
  return AddFilter(std::move(query.having), std::move(node));
}

PlanPtr Planner::PlanWindows(BoundQuery& query, PlanPtr input) {
  const int width = query.input_width;
  for (std::size_t i = 0; i < query.windows.size(); ++i) {
    BoundWindow& window = query.windows[i];
    std::vector<BoundWindowCall> calls;
    for (BoundWindowCall& call : query.window_calls) {
      if (call.window == static_cast<int>(i)) calls.push_back(std::move(call));
    }
    if (calls.empty()) continue;
    std::vector<PlanSortKey> keys;
    for (const ExprPtr& key : window.partition) keys.push_back({Clone(*key), false, false});
    for (const SortKey& key : window.order) {
      keys.push_back({Clone(*key.expression), key.descending, key.nulls_first});
    }
    input->row_width = width;
    input = MakeNode(NodeKind::kWindow, AddSort(std::move(keys), std::move(input)));
    input->row_width = width;
    input->window = std::make_unique<BoundWindow>(std::move(window));
    input->window_calls = std::move(calls);
  }
  return input;
}

// Above a projection: the slot of each key, appended to the targets where it is none of them.
PlanPtr Planner::ProjectThenSort(BoundQuery& query, PlanPtr input) {
  const std::size_t visible = query.targets.size();
  const auto place = [&](std::vector<SortKey>& from) {
    std::vector<PlanSortKey> keys;
    for (SortKey& key : from) {
      int slot = key.output;
      if (slot < 0) {
        slot = static_cast<int>(query.targets.size());
        query.targets.push_back(std::move(key.expression));
      }
      const Type type = query.targets[static_cast<std::size_t>(slot)]->type;
      keys.push_back({MakeColumn(slot, type), key.descending, key.nulls_first});
    }
    return keys;
  };
  std::vector<PlanSortKey> keys = place(query.order);
  std::vector<PlanSortKey> alike = place(query.distinct_on);
  const bool has_hidden = query.targets.size() > visible;
  PlanPtr node = MakeProject(std::move(query.targets), std::move(input));
  if (query.distinct) {
    node = MakeNode(NodeKind::kDistinct, std::move(node));
    node->types = TypesOf(query.outputs);
  }
  node = AddDistinctOn(std::move(alike), keys, std::move(node));
  std::vector<PlanSortKey> ties = CloneKeys(keys);
  if (query.distinct_on.empty()) node = AddSort(std::move(keys), std::move(node));
  node = AddLimit(query, std::move(node), std::move(ties));
  if (!has_hidden) return node;
  std::vector<ExprPtr> shown;
  for (std::size_t i = 0; i < visible; ++i)
    shown.push_back(MakeColumn(static_cast<int>(i), query.outputs[i].type));
  return MakeProject(std::move(shown), std::move(node));
}

PlanPtr Planner::SortThenProject(BoundQuery& query, PlanPtr input) {
  const bool few = WantsFew(query);
  PlanPtr node = AddLocks(query, AddSort(KeysOf(query), std::move(input), few));
  if (!query.is_values || !IsIdentity(query.targets, node->row_width)) {
    node = MakeProject(std::move(query.targets), std::move(node));
  }
  return AddLimit(query, std::move(node));
}

// Whether PostgreSQL computes a target only after the sort: when it calls something volatile, or is dear and
// LIMIT may cut it off. What subqueries call does not count.
bool Planner::IsLate(const Expression& target, bool limited) const {
  if (CallsVolatile(target)) return true;
  if (!limited) return false;
  std::int64_t cost = CostOf(target);
  Walk(target, [&](const Expression& node) {
    if (node.kind != ExprKind::kSubquery) return;
    const auto index = static_cast<std::size_t>(node.index);
    if (!facts_[index].correlated) return;
    cost += kSubqueryCost;
  });
  return cost > kDearCost;
}

// Sorts after it has computed what PostgreSQL computes before: the order of evaluation shows in what is
// drawn, and in what fails.
PlanPtr Planner::SortInStages(BoundQuery& query, PlanPtr input, const std::vector<bool>& late) {
  std::vector<ExprPtr> staged;
  for (int slot = 0; slot < input->row_width; ++slot) staged.push_back(MakeColumn(slot, {}));
  std::vector<ExprPtr> targets;
  for (std::size_t i = 0; i < query.targets.size(); ++i) {
    if (late[i]) {
      targets.push_back(std::move(query.targets[i]));
      continue;
    }
    targets.push_back(MakeColumn(static_cast<int>(staged.size()), query.targets[i]->type));
    staged.push_back(std::move(query.targets[i]));
  }
  std::vector<PlanSortKey> keys;
  for (SortKey& key : query.order) {
    int slot = static_cast<int>(staged.size());
    if (key.output >= 0) {
      slot = targets[static_cast<std::size_t>(key.output)]->index;
    } else {
      staged.push_back(std::move(key.expression));
    }
    keys.push_back(
        {MakeColumn(slot, staged[static_cast<std::size_t>(slot)]->type), key.descending, key.nulls_first});
  }
  std::vector<PlanSortKey> alike;
  for (SortKey& key : query.distinct_on) {
    int slot = static_cast<int>(staged.size());
    if (key.output >= 0 && !late[static_cast<std::size_t>(key.output)]) {
      slot = targets[static_cast<std::size_t>(key.output)]->index;
    } else {
      staged.push_back(std::move(key.expression));
    }
    alike.push_back(
        {MakeColumn(slot, staged[static_cast<std::size_t>(slot)]->type), key.descending, key.nulls_first});
  }
  PlanPtr node = MakeProject(std::move(staged), std::move(input));
  node = AddDistinctOn(std::move(alike), keys, std::move(node));
  // Above the targets, the keys of WITH TIES lie behind them.
  std::vector<PlanSortKey> ties;
  const std::size_t visible = targets.size();
  for (const PlanSortKey& key : keys) {
    if (!query.with_ties) break;
    ties.push_back({MakeColumn(static_cast<int>(targets.size()), key.expression->type), key.descending,
                    key.nulls_first});
    targets.push_back(Clone(*key.expression));
  }
  if (query.distinct_on.empty()) node = AddSort(std::move(keys), std::move(node));
  node = AddLocks(query, std::move(node));
  node = AddLimit(query, MakeProject(std::move(targets), std::move(node)), std::move(ties));
  if (!query.with_ties) return node;
  std::vector<ExprPtr> shown;
  for (std::size_t i = 0; i < visible; ++i) {
    shown.push_back(MakeColumn(static_cast<int>(i), query.outputs[i].type));
  }
  return MakeProject(std::move(shown), std::move(node));
}

PlanPtr Planner::PlanOutput(BoundQuery& query, PlanPtr input) {
  if (query.distinct || (!query.distinct_on.empty() && query.order.empty())) {
    return ProjectThenSort(query, std::move(input));
  }
  const bool limited = query.limit || query.offset;
  std::vector<bool> late;
  bool computes_early = false;
  const auto& volatiles = query.volatile_targets;
  const bool any_volatile = std::find(volatiles.begin(), volatiles.end(), true) != volatiles.end();
  for (const ExprPtr& target : query.targets) late.push_back(IsLate(*target, limited));
  for (const SortKey& key : query.order) {
    if (key.output < 0) continue;
    late[static_cast<std::size_t>(key.output)] = false;
    computes_early = computes_early || CallsVolatile(*query.targets[static_cast<std::size_t>(key.output)]);
  }
  for (const SortKey& key : query.distinct_on) {
    if (key.output >= 0) late[static_cast<std::size_t>(key.output)] = false;
  }
  for (std::size_t i = 0; i < late.size(); ++i) {
    computes_early = computes_early || (!late[i] && !query.targets[i]->args.empty()) ||
                     (!late[i] && query.targets[i]->kind == ExprKind::kSubquery);
  }
  const bool staged =
      !query.order.empty() && computes_early && (limited || any_volatile) && !IsInOrder(query, *input);
  return staged || query.with_ties || !query.distinct_on.empty() ? SortInStages(query, std::move(input), late)
                                                                 : SortThenProject(query, std::move(input));
}

PlanPtr Planner::PlanSetOperation(BoundQuery& query) {
  Planner left(statement_, facts_);
  Planner right(statement_, facts_);
  PlanPtr node = MakeNode(NodeKind::kSetOperation, left.PlanQuery(*query.left));
  node->right = right.PlanQuery(*query.right);
  node->set_operation = query.set_operation;
  node->set_all = query.set_all;
  node->types = TypesOf(query.outputs);
  node->row_width = static_cast<int>(query.outputs.size());
  std::vector<PlanSortKey> keys;
  for (SortKey& key : query.order) {
    ExprPtr expression =
        key.output < 0 ? std::move(key.expression)
                       : MakeColumn(key.output, query.outputs[static_cast<std::size_t>(key.output)].type);
    keys.push_back({std::move(expression), key.descending, key.nulls_first});
  }
  std::vector<PlanSortKey> ties = CloneKeys(keys);
  return AddLimit(query, AddSort(std::move(keys), std::move(node)), std::move(ties));
}

PlanPtr Planner::PlanQuery(BoundQuery& query) {
  std::vector<int> scoped = std::move(query.scoped_ctes);
  PlanPtr node = query.set_operation == SetOperation::kNone ? PlanLevel(query) : PlanSetOperation(query);
  std::erase_if(scoped, [this](int cte) { return !statement_.ctes[static_cast<std::size_t>(cte)].query; });
  if (scoped.empty()) return node;
  node = MakeNode(NodeKind::kCteScope, std::move(node));
  node->scoped_ctes = std::move(scoped);
  return node;
}

PlanPtr Planner::PlanLevel(BoundQuery& query) {
  PlanPtr node = PlanInput(query);
  if (query.aggregated) node = PlanAggregation(query, std::move(node));
  if (!query.window_calls.empty()) node = PlanWindows(query, std::move(node));
  if (!query.series.empty()) {
    const int before = node->row_width;
    node = MakeNode(NodeKind::kProjectSet, std::move(node));
    node->offset = before;
    node->width = static_cast<int>(query.series.size());
    node->row_width = before + node->width;
    node->expressions = std::move(query.series);
  }
  return PlanOutput(query, std::move(node));
}

}  // namespace ordinal::sql
