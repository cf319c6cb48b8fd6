#include "sql/plan/planner.h"

#include <algorithm>
#include <utility>

#include "sql/plan/access_path.h"

namespace ordinal::sql {
namespace {

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

PlanPtr AddLimit(BoundQuery& query, PlanPtr below) {
  if (!query.limit && !query.offset) return below;
  PlanPtr node = MakeNode(NodeKind::kLimit, std::move(below));
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

// Returns the scan below filters, when there is nothing else above it.
PlanNode* ScanBelowFilters(PlanNode* node) {
  while (node->kind == NodeKind::kFilter) node = node->left.get();
  return node->kind == NodeKind::kTableScan ? node : nullptr;
}

PlanPtr AddSort(std::vector<PlanSortKey> keys, PlanPtr below) {
  if (keys.empty()) return below;
  if (PlanNode* scan = ScanBelowFilters(below.get());
      scan != nullptr && MatchOrder(*scan->table, scan->offset, keys, scan->access)) {
    return below;
  }
  PlanPtr node = MakeNode(NodeKind::kSort, std::move(below));
  node->sort_keys = std::move(keys);
  return node;
}

int WidthOf(const BoundSource& source) {
  if (source.kind != SourceKind::kJoin) return source.offset + source.width;
  return std::max(WidthOf(*source.left), WidthOf(*source.right));
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
    Add(source.condition);
    Add(source.function);
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
    for (const SortKey& key : query.order) Add(key.expression);
  }

 private:
  SlotSet& read_;
  bool& everything_;
};

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
  keys[0].descending = !is_min;
  return MatchOrder(*scan->table, scan->offset, keys, scan->access);
}

}  // namespace

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
  std::vector<ExprPtr> pool;
  SplitConjuncts(std::move(query.where), pool);
  PlanPtr node = PlanSource(*query.from, pool, {}, false);
  return AddFilter(JoinConjuncts(std::move(pool)), std::move(node));
}

PlanPtr Planner::PlanAggregation(BoundQuery& query, PlanPtr input) {
  if (FirstRowSuffices(query, *input)) {
    input = MakeNode(NodeKind::kLimit, std::move(input));
    input->limit = MakeConstant(Value::Int(1), {TypeId::kInt8});
  }
  PlanPtr node = MakeNode(NodeKind::kAggregate, std::move(input));
  node->row_width = static_cast<int>(query.group_keys.size() + query.aggregates.size());
  node->expressions = std::move(query.group_keys);
  node->aggregates = std::move(query.aggregates);
  return AddFilter(std::move(query.having), std::move(node));
}

PlanPtr Planner::ProjectThenSort(BoundQuery& query, PlanPtr input) {
  const std::size_t visible = query.targets.size();
  std::vector<PlanSortKey> keys;
  for (SortKey& key : query.order) {
    int slot = key.output;
    if (slot < 0) {
      slot = static_cast<int>(query.targets.size());
      query.targets.push_back(std::move(key.expression));
    }
    const Type type = query.targets[static_cast<std::size_t>(slot)]->type;
    keys.push_back({MakeColumn(slot, type), key.descending, key.nulls_first});
  }
  const bool has_hidden = query.targets.size() > visible;
  PlanPtr node = MakeProject(std::move(query.targets), std::move(input));
  if (query.distinct) {
    node = MakeNode(NodeKind::kDistinct, std::move(node));
    node->types = TypesOf(query.outputs);
  }
  node = AddLimit(query, AddSort(std::move(keys), std::move(node)));
  if (!has_hidden) return node;
  std::vector<ExprPtr> shown;
  for (std::size_t i = 0; i < visible; ++i)
    shown.push_back(MakeColumn(static_cast<int>(i), query.outputs[i].type));
  return MakeProject(std::move(shown), std::move(node));
}

PlanPtr Planner::SortThenProject(BoundQuery& query, PlanPtr input) {
  std::vector<PlanSortKey> keys;
  for (SortKey& key : query.order) {
    ExprPtr expression = key.output < 0 ? std::move(key.expression)
                                        : Clone(*query.targets[static_cast<std::size_t>(key.output)]);
    keys.push_back({std::move(expression), key.descending, key.nulls_first});
  }
  PlanPtr node = AddLimit(query, AddSort(std::move(keys), std::move(input)));
  if (query.is_values && IsIdentity(query.targets, node->row_width)) return node;
  return MakeProject(std::move(query.targets), std::move(node));
}

PlanPtr Planner::PlanOutput(BoundQuery& query, PlanPtr input) {
  bool project_first = query.distinct;
  for (const SortKey& key : query.order) {
    if (key.output < 0) continue;
    const Expression& target = *query.targets[static_cast<std::size_t>(key.output)];
    if (VolatilityOf(target) == Volatility::kVolatile) project_first = true;
  }
  return project_first ? ProjectThenSort(query, std::move(input)) : SortThenProject(query, std::move(input));
}

PlanPtr Planner::PlanSetOperation(BoundQuery& query) {
  Planner left(statement_);
  Planner right(statement_);
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
  return AddLimit(query, AddSort(std::move(keys), std::move(node)));
}

PlanPtr Planner::PlanQuery(BoundQuery& query) {
  if (query.set_operation != SetOperation::kNone) return PlanSetOperation(query);
  PlanPtr node = PlanInput(query);
  if (query.aggregated) node = PlanAggregation(query, std::move(node));
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

std::unique_ptr<PlannedModify> Planner::PlanModify(std::unique_ptr<BoundModify> modify) {
  auto planned = std::make_unique<PlannedModify>();
  if (modify->source) {
    Planner source(statement_);
    planned->input = source.PlanQuery(*modify->source);
  } else if (modify->from) {
    Planner level(statement_);
    level.row_width_ = WidthOf(*modify->from);
    std::vector<ExprPtr> pool;
    SplitConjuncts(std::move(modify->where), pool);
    PlanPtr node = level.PlanSource(*modify->from, pool, {}, false);
    planned->input = AddFilter(JoinConjuncts(std::move(pool)), std::move(node));
  }
  planned->bound = std::move(modify);
  return planned;
}

std::unique_ptr<PlannedStatement> Planner::Run() {
  auto planned = std::make_unique<PlannedStatement>();
  const auto plan_query = [this](std::unique_ptr<BoundQuery>& query) {
    return query ? Planner(statement_).PlanQuery(*query) : nullptr;
  };
  const auto plan_modify = [&](std::unique_ptr<BoundModify>& modify) -> std::unique_ptr<PlannedModify> {
    if (!modify) return nullptr;
    planned->read_only = false;
    planned->written_tables.push_back(modify->table->oid);
    return PlanModify(std::move(modify));
  };
  for (BoundCte& cte : statement_.ctes) {
    planned->ctes.push_back(
        {std::move(cte.name), plan_query(cte.query), plan_modify(cte.modify), std::move(cte.outputs)});
  }
  for (auto& subquery : statement_.subqueries) planned->subqueries.push_back({plan_query(subquery)});
  planned->query = plan_query(statement_.query);
  planned->modify = plan_modify(statement_.modify);
  planned->parameters = std::move(statement_.parameters);
  planned->outputs = std::move(statement_.outputs);
  std::sort(planned->written_tables.begin(), planned->written_tables.end());
  planned->written_tables.erase(std::unique(planned->written_tables.begin(), planned->written_tables.end()),
                                planned->written_tables.end());
  MarkCorrelated(*planned);
  Foresee(*planned);
  return planned;
}

std::unique_ptr<PlannedStatement> Plan(BoundStatement statement) { return Planner(statement).Run(); }

}  // namespace ordinal::sql
