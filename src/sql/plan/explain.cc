#include <string>
#include <string_view>
#include <vector>

#include "sql/plan/plan.h"

namespace ordinal::sql {
namespace {

constexpr std::size_t kIndent = 6;

std::string ScanTitle(const PlanNode& node) {
  const std::string& table = node.table->name;
  if (node.access.kind == AccessKind::kFull && !node.access.backward) return "Seq Scan on " + table;
  const auto index = static_cast<std::size_t>(node.access.index < 0 ? 0 : node.access.index);
  const std::string_view direction =
      node.access.backward ? "Index Scan Backward using " : "Index Scan using ";
  return std::string(direction) + node.table->indexes[index].name + " on " + table;
}

std::string SetOperationTitle(const PlanNode& node) {
  const std::string all = node.set_all ? " All" : "";
  switch (node.set_operation) {
    case SetOperation::kIntersect:
      return "HashSetOp Intersect" + all;
    case SetOperation::kExcept:
      return "HashSetOp Except" + all;
    default:
      return node.set_all ? "Append" : "HashAggregate (Union)";
  }
}

class Printer {
 public:
  explicit Printer(const PlannedStatement& statement) : statement_(statement) {}

  void Print(const PlanNode& node, std::size_t depth) {
    if (node.kind == NodeKind::kProject || node.kind == NodeKind::kFilter) {
      // PostgreSQL shows neither as a step of its own.
      Print(*node.left, depth);
      if (node.kind == NodeKind::kFilter) Property("Filter applied", depth);
      return;
    }
    Line(Title(node), depth);
    if (node.kind == NodeKind::kTableScan) PrintKey(node, depth);
    if (node.left) Print(*node.left, depth + 1);
    if (node.kind == NodeKind::kHashJoin) {
      Line("Hash", depth + 1);
      Print(*node.right, depth + 2);
    } else if (node.right) {
      Print(*node.right, depth + 1);
    }
  }

  void Print(const PlannedModify& modify, std::size_t depth) {
    static constexpr std::string_view kVerbs[] = {"Insert on ", "Update on ", "Delete on "};
    const BoundModify& bound = *modify.bound;
    Line(std::string(kVerbs[static_cast<std::size_t>(bound.kind)]) + bound.table->name, depth);
    if (modify.input) {
      Print(*modify.input, depth + 1);
    } else {
      Line("Result", depth + 1);
    }
  }

  void PrintRecursive(const PlannedCte& cte) {
    Line("Recursive Union", 1);
    Print(*cte.query, 2);
    Print(*cte.recursive, 2);
  }

  void Property(const std::string& text, std::size_t depth) {
    lines_.push_back(std::string(depth * kIndent + 2, ' ') + text);
  }

  std::vector<std::string> TakeLines() { return std::move(lines_); }

 private:
  void Line(const std::string& text, std::size_t depth) {
    lines_.push_back(depth == 0 ? text : std::string(depth * kIndent - 4, ' ') + "->  " + text);
  }

  // Names the key columns that the scan fixes or bounds.
  void PrintKey(const PlanNode& node, std::size_t depth) {
    const Access& access = node.access;
    if (access.kind == AccessKind::kFull) return;
    const catalog::IndexDescriptor& index = node.table->indexes[static_cast<std::size_t>(access.index)];
    std::string key;
    const auto add = [&](std::size_t column, std::string_view condition) {
      const catalog::IndexExpression* computed = index.ExpressionAt(column);
      if (!key.empty()) key += " AND ";
      key +=
          "(" +
          (computed != nullptr ? computed->name : node.table->ColumnByNumber(index.columns[column])->name) +
          std::string(condition) + ")";
    };
    for (std::size_t i = 0; i < access.equal.size(); ++i) add(i, " = ...");
    const std::size_t next = access.equal.size();
    if (!access.any_of.empty()) add(next, " = ANY (...)");
    if (access.lower) add(next, access.lower_inclusive ? " >= ..." : " > ...");
    if (access.upper) add(next, access.upper_inclusive ? " <= ..." : " < ...");
    Property("Index Cond: " + key, depth);
  }

  std::string Title(const PlanNode& node) const {
    switch (node.kind) {
      case NodeKind::kOneRow:
      case NodeKind::kProject:
      case NodeKind::kFilter:
        return "Result";
      case NodeKind::kValues:
        return "Values Scan";
      case NodeKind::kTableScan:
        return ScanTitle(node);
      case NodeKind::kVirtualScan:
        return "Seq Scan on " + node.virtual_table->name();
      case NodeKind::kSequenceScan:
        return "Seq Scan on " + node.sequence->name;
      case NodeKind::kFunctionScan:
        return "Function Scan";
      case NodeKind::kSubqueryScan:
        return "Subquery Scan";
      case NodeKind::kCteScan:
        if (node.is_work_table) {
          return "WorkTable Scan on " + statement_.ctes[static_cast<std::size_t>(node.cte)].name;
        }
        return "CTE Scan on " + statement_.ctes[static_cast<std::size_t>(node.cte)].name;
      case NodeKind::kNestedLoop:
        return node.join == JoinKind::kLeft ? "Nested Loop Left Join" : "Nested Loop";
      case NodeKind::kHashJoin:
        return node.join == JoinKind::kLeft   ? "Hash Left Join"
               : node.join == JoinKind::kFull ? "Hash Full Join"
                                              : "Hash Join";
      case NodeKind::kMaterialize:
        return "Materialize";
      case NodeKind::kAggregate:
        if (!node.grouping_sets.empty()) return "MixedAggregate";
        return node.expressions.empty() ? "Aggregate" : "HashAggregate";
      case NodeKind::kWindow:
        return "WindowAgg";
      case NodeKind::kDistinctOn:
        return "Unique";
      case NodeKind::kProjectSet:
        return "ProjectSet";
      case NodeKind::kSort:
        return "Sort";
      case NodeKind::kDistinct:
        return "Unique";
      case NodeKind::kLockRows:
        return "LockRows";
      case NodeKind::kLimit:
        return "Limit";
      case NodeKind::kSetOperation:
        return SetOperationTitle(node);
    }
    return {};
  }

  const PlannedStatement& statement_;
  std::vector<std::string> lines_;
};

}  // namespace

std::vector<std::string> Explain(const PlannedStatement& statement) {
  Printer printer(statement);
  if (statement.query) printer.Print(*statement.query, 0);
  if (statement.modify) printer.Print(*statement.modify, 0);
  for (const PlannedCte& cte : statement.ctes) {
    if (!cte.query && !cte.modify) continue;  // became a subquery of FROM
    printer.Property("CTE " + cte.name, 0);
    if (cte.recursive) {
      printer.PrintRecursive(cte);
      continue;
    }
    if (cte.query) printer.Print(*cte.query, 1);
    if (cte.modify) printer.Print(*cte.modify, 1);
  }
  for (std::size_t i = 0; i < statement.subqueries.size(); ++i) {
    const PlannedSubquery& subquery = statement.subqueries[i];
    const bool hashed = !subquery.keys.empty();
    printer.Property((subquery.correlated ? "SubPlan " : "InitPlan ") + std::to_string(i + 1) +
                         (hashed ? " (hashed)" : ""),
                     0);
    printer.Print(*subquery.plan, 1);
  }
  return printer.TakeLines();
}

}  // namespace ordinal::sql
