#include "sql/plan/slot_names.h"

#include <algorithm>
#include <utility>

#include "sql/expr/function.h"
#include "sql/expr/identifier.h"
#include "sql/expr/index_text.h"
#include "sql/plan/plan_tree.h"

namespace ordinal::sql {
namespace {

std::size_t CountLeaves(const PlanNode* node) {
  if (node == nullptr) return 0;
  return (IsLeaf(*node) ? 1 : 0) + CountLeaves(node->left.get()) + CountLeaves(node->right.get());
}

std::size_t CountLeaves(const PlannedStatement& statement) {
  std::size_t count = CountLeaves(statement.query.get());
  if (statement.modify) count += CountLeaves(statement.modify->input.get());
  for (const PlannedSubquery& subquery : statement.subqueries) count += CountLeaves(subquery.plan.get());
  for (const PlannedCte& cte : statement.ctes)
    count += CountLeaves(cte.query.get()) + CountLeaves(cte.recursive.get());
  return count;
}

// Puts the names of `more` where `names` has none.
void Merge(const SlotNames::Names& more, SlotNames::Names& names) {
  if (names.size() < more.size()) names.resize(more.size());
  for (std::size_t i = 0; i < more.size(); ++i) {
    if (names[i].empty()) names[i] = more[i];
  }
}

}  // namespace

bool IsLeaf(const PlanNode& node) {
  switch (node.kind) {
    case NodeKind::kValues:
    case NodeKind::kTableScan:
    case NodeKind::kVirtualScan:
    case NodeKind::kSequenceScan:
    case NodeKind::kFunctionScan:
    case NodeKind::kSubqueryScan:
    case NodeKind::kCteScan:
      return true;
    default:
      return false;
  }
}

SlotNames::SlotNames(const PlannedStatement& statement, bool always_qualified, EvalContext& context)
    : statement_(statement),
      always_qualified_(always_qualified),
      qualified_(always_qualified || CountLeaves(statement) > 1),
      context_(context),
      of_subqueries_(statement.subqueries.size()),
      visited_(statement.subqueries.size()) {
  const auto visit = [this](const PlanNode* node) {
    if (node != nullptr) Visit(*node, *node, nullptr);
  };
  for (const PlannedCte& cte : statement.ctes) {
    visit(cte.query.get());
    visit(cte.recursive.get());
    if (cte.modify) visit(cte.modify->input.get());
  }
  visit(statement.query.get());
  if (statement.modify) visit(statement.modify->input.get());
  VisitSubqueries();
}

// Subqueries within subqueries come up while these are visited.
void SlotNames::VisitSubqueries() {
  for (bool found = true; found;) {
    found = false;
    for (std::size_t i = 0; i < visited_.size(); ++i) {
      if (visited_[i] || of_subqueries_[i] == nullptr) continue;
      visited_[i] = found = true;
      const PlanNode& plan = *statement_.subqueries[i].plan;
      Visit(plan, plan, of_subqueries_[i]);
    }
  }
  for (std::size_t i = 0; i < visited_.size(); ++i) {
    const PlanNode& plan = *statement_.subqueries[i].plan;
    if (!visited_[i]) Visit(plan, plan, nullptr);
  }
}

void SlotNames::Visit(const PlanNode& node, const PlanNode& level, const Scope* outer) {
  levels_[&node] = &level;
  outers_[&node] = outer;
  NoteSubqueries(node, outer);
  const bool begins_level = node.kind == NodeKind::kProject || node.kind == NodeKind::kAggregate ||
                            node.kind == NodeKind::kSubqueryScan || node.kind == NodeKind::kSetOperation;
  const Scope* inner = outer;
  if (node.kind == NodeKind::kSubqueryScan && node.lateral) {
    scopes_.push_back(std::make_unique<Scope>(Scope{&level, outer}));
    inner = scopes_.back().get();
  }
  if (node.left) Visit(*node.left, begins_level ? *node.left : level, inner);
  if (node.right) Visit(*node.right, begins_level ? *node.right : level, outer);
}

void SlotNames::NoteSubqueries(const PlanNode& node, const Scope* outer) {
  const Scope* scope = nullptr;
  VisitExpressions(node, [&](const Expression& expression) {
    Walk(expression, [&](const Expression& part) {
      if (part.kind != ExprKind::kSubquery) return;
      if (scope == nullptr) {
        scopes_.push_back(std::make_unique<Scope>(Scope{node.left ? node.left.get() : &node, outer}));
        scope = scopes_.back().get();
      }
      of_subqueries_[static_cast<std::size_t>(part.index)] = scope;
    });
  });
}

const SlotNames::Names& SlotNames::Of(const PlanNode& node) {
  const auto [at, is_new] = made_.try_emplace(&node);
  if (is_new) {
    Names names = Make(node);
    at->second = std::move(names);
  }
  return at->second;
}

SlotNames::Names SlotNames::Make(const PlanNode& node) {
  Names names;
  if (node.kind == NodeKind::kProject) {
    for (const ExprPtr& target : node.expressions) names.push_back(Text(*target, Of(*node.left), node));
    return names;
  }
  if (node.kind == NodeKind::kAggregate) {
    for (const ExprPtr& key : node.expressions) names.push_back(Text(*key, Of(*node.left), node));
    AddCalls(node, names);
    return names;
  }
  if (IsLeaf(node)) {
    AddLeaf(node, names);
    return names;
  }
  if (node.left) names = Of(*node.left);
  if (node.kind == NodeKind::kSetOperation) return names;
  if (node.right) Merge(Of(*node.right), names);
  AddCalls(node, names);
  return names;
}

void SlotNames::AddCalls(const PlanNode& node, Names& names) {
  if (node.kind != NodeKind::kAggregate && node.kind != NodeKind::kProjectSet &&
      node.kind != NodeKind::kWindow)
    return;
  const Names below = Of(*node.left);
  if (node.kind == NodeKind::kProjectSet) {
    names.resize(static_cast<std::size_t>(node.offset));
    for (const ExprPtr& call : node.expressions) names.push_back(Text(*call, below, node));
  }
  for (const BoundAggregate& aggregate : node.aggregates) {
    std::string text = CallText(*aggregate.function, aggregate.args, aggregate.use, below, node);
    if (aggregate.filter) text += " FILTER (WHERE " + Text(*aggregate.filter, below, node) + ")";
    names.push_back(std::move(text));
  }
  for (std::size_t i = 0; i < node.groupings.size(); ++i) names.push_back("GROUPING(...)");
  for (const BoundWindowCall& call : node.window_calls) {
    const auto slot = static_cast<std::size_t>(call.slot);
    if (names.size() <= slot) names.resize(slot + 1);
    names[slot] = CallText(*call.function, call.args, call.use, below, node) + " OVER (?)";
  }
}

std::string SlotNames::CallText(const Function& function, const std::vector<ExprPtr>& args,
                                const AggregateUse& use, const Names& below, const PlanNode& node) {
  std::string text = std::string(function.name) + "(" + (use.distinct ? "DISTINCT " : "");
  if (function.ordered_set != OrderedSet::kNo) return text + OrderedSetText(args, use, below, node);
  const bool is_star = function.name == "count" && args.empty();
  if (is_star) text += "*";
  const std::size_t shown =
      use.argument_types.empty() ? args.size() : std::min(args.size(), use.argument_types.size());
  for (std::size_t i = 0; i < shown; ++i) text += (i == 0 ? "" : ", ") + Text(*args[i], below, node);
  return text + ")";
}

std::string SlotNames::OrderedSetText(const std::vector<ExprPtr>& args, const AggregateUse& use,
                                      const Names& below, const PlanNode& node) {
  const std::size_t directs = args.size() - use.order.size();
  std::string text;
  for (std::size_t i = 0; i < directs; ++i) text += (i == 0 ? "" : ", ") + Text(*args[i], below, node);
  text += ") WITHIN GROUP (ORDER BY ";
  for (std::size_t i = directs; i < args.size(); ++i) {
    const AggregateOrder& order = use.order[i - directs];
    text += (i == directs ? "" : ", ") + Text(*args[i], below, node) + (order.descending ? " DESC" : "");
    if (order.nulls_first != order.descending) text += order.nulls_first ? " NULLS FIRST" : " NULLS LAST";
  }
  return text + ")";
}

std::string SlotNames::SourceName(const PlanNode& leaf) const {
  if (!leaf.alias.empty()) return leaf.alias;
  switch (leaf.kind) {
    case NodeKind::kTableScan:
      return leaf.table->name;
    case NodeKind::kVirtualScan:
      return leaf.virtual_table->name();
    case NodeKind::kSequenceScan:
      return leaf.sequence->name;
    case NodeKind::kCteScan:
      return statement_.ctes[static_cast<std::size_t>(leaf.cte)].name;
    case NodeKind::kFunctionScan:
      return leaf.expressions.size() == 1 && leaf.expressions.front()->function != nullptr &&
                     leaf.expressions.front()->routine == base::kInvalidOid
                 ? std::string(leaf.expressions.front()->function->name)
                 : "";
    case NodeKind::kValues:
      return "*VALUES*";
    default:
      return "";
  }
}

// The columns that the leaf has, without the name of their source.
SlotNames::Names SlotNames::ColumnsOf(const PlanNode& leaf) const {
  Names names;
  const auto width = static_cast<std::size_t>(leaf.width);
  switch (leaf.kind) {
    case NodeKind::kTableScan:
      for (const auto& column : leaf.table->columns) names.push_back(QuoteIdentifier(column.name));
      for (std::size_t i = 0; i < names.size() && i < leaf.needed.size(); ++i) {
        if (!leaf.needed[i]) names[i].clear();
      }
      break;
    case NodeKind::kVirtualScan:
      for (const auto& column : leaf.virtual_table->columns()) names.push_back(QuoteIdentifier(column.name));
      break;
    case NodeKind::kSequenceScan:
      names = {"last_value", "log_cnt", "is_called"};
      break;
    case NodeKind::kCteScan:
      for (const OutputColumn& output : statement_.ctes[static_cast<std::size_t>(leaf.cte)].outputs) {
        names.push_back(QuoteIdentifier(output.name));
      }
      break;
    case NodeKind::kFunctionScan:
      for (std::size_t i = 0; i < leaf.expressions.size(); ++i) {
        const bool routine = leaf.expressions[i]->routine != base::kInvalidOid;
        const Function* function = routine ? nullptr : leaf.expressions[i]->function;
        names.push_back(function == nullptr ? "column" + std::to_string(i + 1) : std::string(function->name));
        if (leaf.expressions[i]->kind == ExprKind::kField && leaf.expressions[i]->args[0]->shape != nullptr) {
          const auto field = static_cast<std::size_t>(leaf.expressions[i]->index);
          names.back() = QuoteIdentifier(leaf.expressions[i]->args[0]->shape->fields[field].name);
          continue;
        }
        if (leaf.expressions.size() == 1 && !leaf.alias.empty()) names.back() = QuoteIdentifier(leaf.alias);
      }
      while (names.size() < width) names.push_back("column" + std::to_string(names.size() + 1));
      break;
    case NodeKind::kValues:
      for (std::size_t i = 0; i < width; ++i) names.push_back("column" + std::to_string(i + 1));
      break;
    default:
      break;
  }
  for (std::size_t i = 0; i < leaf.column_names.size() && i < names.size(); ++i) {
    if (!names[i].empty()) names[i] = QuoteIdentifier(leaf.column_names[i]);
  }
  return names;
}

void SlotNames::AddLeaf(const PlanNode& node, Names& names) {
  const auto offset = static_cast<std::size_t>(node.offset);
  Names own = ColumnsOf(node);
  if (node.kind == NodeKind::kSubqueryScan) {
    // The columns of a subquery without an alias are known by what they compute.
    if (node.alias.empty()) own = Of(*node.left);
    for (const std::string& name : node.column_names) {
      if (!node.alias.empty()) own.push_back(QuoteIdentifier(node.alias) + "." + QuoteIdentifier(name));
    }
  } else if (qualified_) {
    const std::string source = SourceName(node);
    for (std::string& name : own) {
      if (!name.empty() && !source.empty()) name = QuoteIdentifier(source) + "." + name;
    }
  }
  names.resize(offset);
  names.insert(names.end(), own.begin(), own.end());
}

SlotNames::Names SlotNames::Bare(const PlanNode& leaf) {
  Names names = Of(*levels_.at(&leaf));
  if (always_qualified_ || leaf.kind == NodeKind::kSubqueryScan) return names;
  const Names own = ColumnsOf(leaf);
  const auto offset = static_cast<std::size_t>(leaf.offset);
  if (names.size() < offset + own.size()) names.resize(offset + own.size());
  for (std::size_t i = 0; i < own.size(); ++i) names[offset + i] = own[i];
  return names;
}

std::string SlotNames::IndexColumn(const PlanNode& scan, std::size_t column) const {
  const catalog::IndexDescriptor& index = scan.table->indexes[static_cast<std::size_t>(scan.access.index)];
  if (index.ExpressionAt(column) != nullptr)
    return ShowIndexColumn(*scan.table, index, column, context_, false);
  const std::string name = QuoteIdentifier(scan.table->ColumnByNumber(index.columns[column])->name);
  return always_qualified_ ? QuoteIdentifier(SourceName(scan)) + "." + name : name;
}

std::string SlotNames::Text(const Expression& expression, const Names& names, const PlanNode& node) {
  Names all = names;
  ExprPtr shown = Clone(expression);
  WalkMutable(*shown, [&](Expression& part) {
    if (part.kind != ExprKind::kColumn || part.level == 0) return;
    const auto found = outers_.find(&node);
    const Scope* scope = found == outers_.end() ? nullptr : found->second;
    for (int level = 1; level < part.level && scope != nullptr; ++level) scope = scope->outer;
    const auto slot = static_cast<std::size_t>(part.index);
    const Names row = scope != nullptr ? Of(*scope->row) : Names();
    all.push_back(slot < row.size() && !row[slot].empty() ? row[slot] : "?column?");
    part.index = static_cast<int>(all.size() - 1);
    part.level = 0;
  });
  return DeparseExpression(*shown, all, context_);
}

}  // namespace ordinal::sql
