#include "sql/plan/explain.h"

#include <algorithm>
#include <string_view>

#include "sql/expr/function.h"
#include "sql/expr/identifier.h"
#include "sql/plan/slot_names.h"

namespace ordinal::sql {
namespace {

using Names = std::vector<std::string>;

// What PostgreSQL calls a node, with what its title says besides.
struct Kind {
  std::string type;
  std::string title;  // empty: as `type`
  ExplainNode::Property more = {};
};

std::string_view JoinWord(JoinKind join) {
  return join == JoinKind::kLeft    ? "Left"
         : join == JoinKind::kFull  ? "Full"
         : join == JoinKind::kRight ? "Right"
                                    : "Inner";
}

Kind JoinOf(const PlanNode& node, const std::string& type) {
  Kind kind{type, type, {"Join Type", std::string(JoinWord(node.join))}};
  const bool is_hash = type == "Hash Join";
  if (node.join != JoinKind::kInner) {
    kind.title = (is_hash ? "Hash " : type + " ") + std::string(JoinWord(node.join)) + " Join";
  }
  return kind;
}

ExplainNode PlainStep(const std::string& type, const std::string& relationship) {
  ExplainNode step;
  step.title = type;
  step.facts = {{"Node Type", type}};
  step.relationship = relationship;
  return step;
}

class Describer {
 public:
  Describer(const PlannedStatement& statement, const ExplainOptions& options, EvalContext& context)
      : statement_(statement),
        options_(options),
        context_(context),
        names_(statement, options.verbose, context) {}

  ExplainNode Run() {
    ExplainNode root;
    if (statement_.query) root = Describe(*statement_.query);
    if (statement_.modify) root = Describe(*statement_.modify);
    for (const PlannedCte& cte : statement_.ctes) AddCte(cte, root);
    for (std::size_t i = 0; i < statement_.subqueries.size(); ++i) AddSubquery(i, root);
    return root;
  }

 private:
  void AddCte(const PlannedCte& cte, ExplainNode& root) {
    if (!cte.query && !cte.modify) return;  // became a subquery of FROM
    ExplainNode child;
    if (cte.recursive) {
      child.title = "Recursive Union";
      child.facts = {{"Node Type", "Recursive Union"}};
      child.children.push_back(Describe(*cte.query, "Outer"));
      child.children.push_back(Describe(*cte.recursive, "Inner"));
    } else {
      child = cte.query ? Describe(*cte.query) : Describe(*cte.modify);
    }
    child.label = "CTE " + cte.name;
    child.relationship = "InitPlan";
    root.children.push_back(std::move(child));
  }

  void AddSubquery(std::size_t number, ExplainNode& root) {
    const PlannedSubquery& subquery = statement_.subqueries[number];
    ExplainNode child = Describe(*subquery.plan);
    const std::string what = subquery.correlated ? "SubPlan" : "InitPlan";
    child.label = what + " " + std::to_string(number + 1);
    child.relationship = what;
    if (!subquery.keys.empty()) child.label += " (hashed)";
    root.children.push_back(std::move(child));
  }

  ExplainNode Describe(const PlannedModify& modify) {
    static constexpr std::string_view kVerbs[] = {"Insert", "Update", "Delete"};
    const BoundModify& bound = *modify.bound;
    const std::string verb(kVerbs[static_cast<std::size_t>(bound.kind)]);
    ExplainNode node;
    node.title = verb + " on " + TableName(*bound.table);
    node.facts = {{"Node Type", "ModifyTable"}, {"Operation", verb}, {"Relation Name", bound.table->name}};
    if (modify.input) {
      node.children.push_back(Describe(*modify.input, "Outer"));
    } else {
      node.children.push_back(PlainStep("Result", "Outer"));
    }
    return node;
  }

  // Projections and filters are no steps of their own: they belong to the step below.
  ExplainNode Describe(const PlanNode& node, const std::string& relationship = "") {
    std::vector<const PlanNode*> filters;
    const PlanNode* projection = nullptr;
    const PlanNode* step = &node;
    while (step->left && (step->kind == NodeKind::kProject || step->kind == NodeKind::kFilter ||
                          step->kind == NodeKind::kCteScope || LocksNothing(*step))) {
      if (step->kind == NodeKind::kFilter) filters.push_back(step);
      if (step->kind == NodeKind::kProject && projection == nullptr) projection = step;
      step = step->left.get();
    }
    ExplainNode out = DescribeStep(*step);
    out.relationship = relationship;
    if (options_.verbose) AddOutput(projection != nullptr ? *projection : *step, out);
    AddDetails(*step, out);
    AddFilters(filters, *step, out);
    if (options_.actuals != nullptr) {
      static constexpr NodeActuals kNever;
      const auto found = options_.actuals->find(&node);
      out.actuals = found == options_.actuals->end() ? &kNever : &found->second;
    }
    return out;
  }

  // A cursor knows its rows by such a node.
  static bool LocksNothing(const PlanNode& node) {
    return node.kind == NodeKind::kLockRows &&
           std::all_of(node.locks.begin(), node.locks.end(),
                       [](const RowLock& lock) { return lock.kind == RowLockKind::kNone; });
  }

  ExplainNode DescribeStep(const PlanNode& node) {
    ExplainNode out;
    Kind kind = KindOf(node);
    out.title = kind.title.empty() ? kind.type : kind.title;
    out.facts.emplace_back("Node Type", kind.type);
    if (!kind.more.first.empty()) out.facts.push_back(std::move(kind.more));
    AddRelation(node, out);
    if (node.left)
      out.children.push_back(
          Describe(*node.left, node.kind == NodeKind::kSubqueryScan ? "Subquery" : "Outer"));
    if (!node.right) return out;
    if (node.kind == NodeKind::kHashJoin) {
      ExplainNode hash = PlainStep("Hash", "Inner");
      hash.children.push_back(Describe(*node.right, "Outer"));
      if (hash.children.front().actuals != nullptr) hash.actuals = hash.children.front().actuals;
      out.children.push_back(std::move(hash));
    } else {
      out.children.push_back(Describe(*node.right, "Inner"));
    }
    return out;
  }

  std::string TableName(const catalog::TableDescriptor& table) const {
    std::string name = QuoteIdentifier(table.name);
    if (!options_.verbose) return name;
    const auto schema = context_.catalog().SchemaByOid(table.schema);
    return schema ? QuoteIdentifier(schema->name) + "." + name : name;
  }

  static std::string WithAlias(std::string name, const PlanNode& node, const std::string& own) {
    return node.alias.empty() || node.alias == own ? name : name + " " + QuoteIdentifier(node.alias);
  }

  void AddRelation(const PlanNode& node, ExplainNode& out) const {
    std::string relation;
    if (node.kind == NodeKind::kTableScan) {
      relation = node.table->name;
      if (options_.verbose) {
        const auto schema = context_.catalog().SchemaByOid(node.table->schema);
        if (schema) out.facts.emplace_back("Schema", schema->name);
      }
      const bool by_index = node.access.current_of.empty();
      if (by_index && (node.access.kind != AccessKind::kFull || node.access.backward)) {
        out.facts.emplace_back("Scan Direction", node.access.backward ? "Backward" : "Forward");
        out.facts.emplace_back("Index Name", IndexOf(node).name);
      }
    }
    if (node.kind == NodeKind::kVirtualScan) relation = node.virtual_table->name();
    if (node.kind == NodeKind::kSequenceScan) relation = node.sequence->name;
    if (relation.empty()) return;
    out.facts.emplace_back("Relation Name", relation);
    out.facts.emplace_back("Alias", node.alias.empty() ? relation : node.alias);
  }

  static const catalog::IndexDescriptor& IndexOf(const PlanNode& node) {
    return node.table->indexes[static_cast<std::size_t>(std::max(node.access.index, 0))];
  }

  Kind ScanKind(const PlanNode& node) const {
    const std::string table = WithAlias(TableName(*node.table), node, node.table->name);
    if (node.access.kind == AccessKind::kFull && !node.access.backward)
      return {"Seq Scan", "Seq Scan on " + table};
    if (!node.access.current_of.empty()) return {"Tid Scan", "Tid Scan on " + table};
    const std::string kind = node.access.index_only ? "Index Only Scan" : "Index Scan";
    const std::string title = kind + (node.access.backward ? " Backward using " : " using ");
    return {kind, title + QuoteIdentifier(IndexOf(node).name) + " on " + table};
  }

  Kind KindOf(const PlanNode& node) const {
    switch (node.kind) {
      case NodeKind::kOneRow:
      case NodeKind::kProject:
      case NodeKind::kFilter:
      case NodeKind::kCteScope:
        return {"Result", ""};
      case NodeKind::kValues:
        return {"Values Scan", "Values Scan on \"*VALUES*\""};
      case NodeKind::kTableScan:
        return ScanKind(node);
      case NodeKind::kVirtualScan:
        return {"Seq Scan",
                "Seq Scan on " + WithAlias(node.virtual_table->name(), node, node.virtual_table->name())};
      case NodeKind::kSequenceScan:
        return {"Seq Scan", "Seq Scan on " + WithAlias(node.sequence->name, node, node.sequence->name)};
      case NodeKind::kFunctionScan: {
        if (const auto routine = context_.catalog().FunctionByOid(node.expressions.front()->routine)) {
          return {"Function Scan",
                  WithAlias("Function Scan on " + QuoteIdentifier(routine->name), node, routine->name)};
        }
        const Expression& first = *node.expressions.front();
        const Function* function = node.expressions.size() == 1 ? first.function : nullptr;
        // Of a function whose rows are taken apart.
        if (first.kind == ExprKind::kField) function = first.args[0]->function;
        if (function == nullptr) return {"Function Scan", WithAlias("Function Scan", node, "")};
        return {"Function Scan", WithAlias("Function Scan on " + std::string(function->name), node, "")};
      }
      case NodeKind::kSubqueryScan:
        return {"Subquery Scan",
                node.alias.empty() ? "Subquery Scan" : "Subquery Scan on " + QuoteIdentifier(node.alias)};
      case NodeKind::kCteScan: {
        const std::string& name = statement_.ctes[static_cast<std::size_t>(node.cte)].name;
        const std::string type = node.is_work_table ? "WorkTable Scan" : "CTE Scan";
        return {type, WithAlias(type + " on " + name, node, name), {"CTE Name", name}};
      }
      case NodeKind::kNestedLoop:
        return JoinOf(node, "Nested Loop");
      case NodeKind::kHashJoin:
        return JoinOf(node, "Hash Join");
      case NodeKind::kMergeJoin:
        return JoinOf(node, "Merge Join");
      case NodeKind::kMaterialize:
        return {"Materialize", ""};
      case NodeKind::kAggregate: {
        const std::string strategy = !node.grouping_sets.empty() ? "Mixed"
                                     : node.expressions.empty()  ? "Plain"
                                                                 : "Hashed";
        const std::string title = strategy == "Plain"   ? "Aggregate"
                                  : strategy == "Mixed" ? "MixedAggregate"
                                                        : "HashAggregate";
        return {"Aggregate", title, {"Strategy", strategy}};
      }
      case NodeKind::kWindow:
        return {"WindowAgg", ""};
      case NodeKind::kDistinctOn:
        return {"Unique", ""};
      case NodeKind::kDistinct:
        return {"Aggregate", "HashAggregate", {"Strategy", "Hashed"}};
      case NodeKind::kProjectSet:
        return {"ProjectSet", ""};
      case NodeKind::kSort:
        return {"Sort", ""};
      case NodeKind::kLockRows:
        return {"LockRows", ""};
      case NodeKind::kLimit:
        return {"Limit", ""};
      case NodeKind::kSetOperation:
        return SetOperationKind(node);
    }
    return {};
  }

  static Kind SetOperationKind(const PlanNode& node) {
    const std::string all = node.set_all ? " All" : "";
    switch (node.set_operation) {
      case SetOperation::kIntersect:
        return {"SetOp", "HashSetOp Intersect" + all, {"Command", "Intersect" + all}};
      case SetOperation::kExcept:
        return {"SetOp", "HashSetOp Except" + all, {"Command", "Except" + all}};
      default:
        if (node.set_all) return {"Append", ""};
        return {"Aggregate", "HashAggregate", {"Strategy", "Hashed"}};
    }
  }

  void AddOutput(const PlanNode& node, ExplainNode& out) {
    Names shown;
    for (const std::string& name : names_.Of(node)) {
      if (!name.empty()) shown.push_back(name);
    }
    if (!shown.empty()) out.details.emplace_back("Output", std::move(shown));
  }

  // Whether the index finds what the condition asks for, so that it is not said twice.
  bool IsIndexed(const Expression& condition, const PlanNode& step, const Names& names,
                 const std::string& known) {
    if (known.empty()) return false;
    if (known.find(names_.Text(condition, names, step)) != std::string::npos) return true;
    const bool is_list = condition.kind == ExprKind::kInList || condition.kind == ExprKind::kQuantified ||
                         condition.kind == ExprKind::kSubquery;
    if (is_list && !condition.args.empty()) {
      return known.find("(" + names_.Text(*condition.args[0], names, step) + " = ANY ") != std::string::npos;
    }
    if (condition.kind != ExprKind::kCall || condition.args.size() != 2 || condition.function->name != "=")
      return false;
    const std::string turned = "(" + names_.Text(*condition.args[1], names, step) + " = " +
                               names_.Text(*condition.args[0], names, step) + ")";
    return known.find(turned) != std::string::npos;
  }

  // The conditions of all filters above the step, in the order in which they are judged.
  void AddFilters(const std::vector<const PlanNode*>& filters, const PlanNode& step, ExplainNode& out) {
    const Names names = IsLeaf(step) ? names_.Bare(step) : names_.OfLevel(step);
    std::string known;
    for (const auto& [name, value] : out.details) {
      if (name == "Index Cond") known = std::get<std::string>(value);
    }
    std::vector<std::string> parts;
    const auto add = [&](const Expression& condition) {
      if (!IsIndexed(condition, step, names, known)) parts.push_back(names_.Text(condition, names, step));
    };
    for (auto filter = filters.rbegin(); filter != filters.rend(); ++filter) {
      const PlanNode& node = **filter;
      if (node.gate) out.details.emplace_back("One-Time Filter", names_.Text(*node.gate, names, node));
      if (!node.condition) continue;
      if (node.condition->kind != ExprKind::kAnd) {
        add(*node.condition);
        continue;
      }
      for (const ExprPtr& part : node.condition->args) add(*part);
    }
    if (!parts.empty()) out.details.emplace_back("Filter", Together(parts));
  }

  static std::string Together(const std::vector<std::string>& conditions) {
    std::string all;
    for (const std::string& condition : conditions) all += (all.empty() ? "" : " AND ") + condition;
    return conditions.size() > 1 ? "(" + all + ")" : all;
  }

  std::vector<std::string> Texts(const std::vector<ExprPtr>& expressions, const Names& names,
                                 const PlanNode& node) {
    std::vector<std::string> texts;
    for (const ExprPtr& expression : expressions) texts.push_back(names_.Text(*expression, names, node));
    return texts;
  }

  void AddDetails(const PlanNode& node, ExplainNode& out) {
    switch (node.kind) {
      case NodeKind::kTableScan:
        AddIndexCondition(node, out);
        break;
      case NodeKind::kHashJoin:
      case NodeKind::kMergeJoin:
        AddKeyCondition(node, out);
        [[fallthrough]];
      case NodeKind::kNestedLoop:
        if (node.condition)
          out.details.emplace_back("Join Filter", names_.Text(*node.condition, names_.OfLevel(node), node));
        break;
      case NodeKind::kSort:
      case NodeKind::kDistinctOn:
        AddSortKeys(node, out);
        break;
      case NodeKind::kAggregate:
        if (!node.expressions.empty()) {
          out.details.emplace_back("Group Key", Texts(node.expressions, names_.Of(*node.left), node));
        }
        break;
      default:
        break;
    }
  }

  void AddSortKeys(const PlanNode& node, ExplainNode& out) {
    if (node.kind == NodeKind::kDistinctOn) return;
    std::vector<std::string> keys;
    for (const PlanSortKey& key : node.sort_keys) {
      std::string text = names_.Text(*key.expression, names_.Of(*node.left), node);
      if (key.descending) text += " DESC";
      if (key.nulls_first != key.descending) text += key.nulls_first ? " NULLS FIRST" : " NULLS LAST";
      keys.push_back(std::move(text));
    }
    out.details.emplace_back("Sort Key", std::move(keys));
  }

  void AddKeyCondition(const PlanNode& node, ExplainNode& out) {
    std::vector<std::string> parts;
    for (std::size_t i = 0; i < node.expressions.size(); ++i) {
      parts.push_back("(" + names_.Text(*node.expressions[i], names_.Of(*node.left), node) + " = " +
                      names_.Text(*node.inner_keys[i], names_.Of(*node.right), node) + ")");
    }
    out.details.emplace_back(node.kind == NodeKind::kHashJoin ? "Hash Cond" : "Merge Cond", Together(parts));
  }

  // The comparisons by which the scan finds its rows.
  void AddIndexCondition(const PlanNode& node, ExplainNode& out) {
    const Access& access = node.access;
    if (access.kind == AccessKind::kFull) return;
    if (!access.current_of.empty()) {
      out.details.emplace_back("TID Cond", "CURRENT OF " + QuoteIdentifier(access.current_of));
      return;
    }
    std::vector<std::string> parts;
    const Names outer = names_.Bare(node);
    const auto text = [&](const ExprPtr& value) { return names_.Text(*value, outer, node); };
    const auto add = [&](std::size_t column, std::string_view op, const std::string& value) {
      parts.push_back("(" + names_.IndexColumn(node, column) + std::string(op) + value + ")");
    };
    for (std::size_t i = 0; i < access.equal.size(); ++i) add(i, " = ", text(access.equal[i]));
    const std::size_t next = access.equal.size();
    if (access.any_of.size() == 1 && types::IsArray(access.any_of.front()->type.id)) {
      add(next, " = ANY ", "(" + text(access.any_of.front()) + ")");
    } else if (!access.any_of.empty()) {
      std::string list;
      for (const std::string& value : Texts(access.any_of, outer, node))
        list += (list.empty() ? "" : ", ") + value;
      add(next, " = ANY ", "(ARRAY[" + list + "])");
    }
    if (access.lower) add(next, access.lower_inclusive ? " >= " : " > ", text(access.lower));
    if (access.upper) add(next, access.upper_inclusive ? " <= " : " < ", text(access.upper));
    if (!parts.empty()) out.details.emplace_back("Index Cond", Together(parts));
  }

  const PlannedStatement& statement_;
  const ExplainOptions& options_;
  EvalContext& context_;
  SlotNames names_;
};

}  // namespace

ExplainNode DescribePlan(const PlannedStatement& statement, const ExplainOptions& options,
                         EvalContext& context) {
  return Describer(statement, options, context).Run();
}

}  // namespace ordinal::sql
