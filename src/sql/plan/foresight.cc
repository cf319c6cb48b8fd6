#include <algorithm>
#include <cstdint>
#include <optional>

#include "sql/plan/plan_tree.h"
#include "sql/plan/planner.h"
#include "types/array.h"

namespace ordinal::sql {
namespace {

// A short plan visits at most so many rows.
constexpr std::size_t kShortRowsMax = 64;
// Of more rows nothing is foreseen, lest a statement that fails take so many values out of use for a while.
constexpr std::size_t kForeseenRowsMax = 10'000;

// Tells what PostgreSQL computes once: it reads no row of its level, and is not volatile.
bool IsGate(const PlannedStatement& statement, const Expression& condition) {
  bool is_gate = true;
  Walk(condition, [&](const Expression& node) {
    if (node.kind == ExprKind::kSubquery) {
      is_gate = is_gate && !statement.subqueries[static_cast<std::size_t>(node.index)].correlated;
    } else if (node.kind == ExprKind::kAggregate || (node.kind == ExprKind::kColumn && node.level == 0) ||
               (node.function != nullptr && node.function->volatility == Volatility::kVolatile)) {
      is_gate = false;
    }
  });
  return is_gate;
}

void SeparateGates(const PlannedStatement& statement, PlanNode* node) {
  if (node == nullptr) return;
  SeparateGates(statement, node->left.get());
  SeparateGates(statement, node->right.get());
  // HAVING is judged for each group.
  if (node->kind != NodeKind::kFilter || node->left->kind == NodeKind::kAggregate) return;
  std::vector<ExprPtr> all;
  std::vector<ExprPtr> gates;
  std::vector<ExprPtr> rest;
  SplitConjuncts(std::move(node->condition), all);
  for (ExprPtr& condition : all) {
    (IsGate(statement, *condition) ? gates : rest).push_back(std::move(condition));
  }
  node->gate = JoinConjuncts(std::move(gates));
  node->condition = JoinConjuncts(std::move(rest));
}

std::optional<std::size_t> ConstantOf(const Expression& expression) {
  const bool known =
      expression.kind == ExprKind::kConstant && expression.constant.kind() == Value::Kind::kInt;
  if (!known || expression.constant.AsInt() < 0) return std::nullopt;
  return static_cast<std::size_t>(expression.constant.AsInt());
}

// The rows of generate_series between two constants that are not negative, in steps of one.
std::optional<std::size_t> SeriesRows(const PlanNode& node) {
  if (node.expressions.size() != 1) return std::nullopt;
  const Expression& call = *node.expressions.front();
  if (call.kind != ExprKind::kCall || call.function->name != "generate_series" || call.args.size() != 2) {
    return std::nullopt;
  }
  const auto first = ConstantOf(*call.args[0]);
  const auto last = ConstantOf(*call.args[1]);
  if (!first || !last) return std::nullopt;
  const std::size_t rows = *last < *first ? 0 : *last - *first + 1;
  if (rows > kForeseenRowsMax) return std::nullopt;
  return rows;
}

class Forecast {
 public:
  explicit Forecast(PlannedStatement& statement) : statement_(statement) {}

  void Run() {
    bool is_short = true;
    for (const PlannedCte& cte : statement_.ctes) {
      is_short = Add(cte.query.get(), cte.modify.get()) && is_short;
      if (cte.recursive) is_short = Add(cte.recursive.get(), nullptr) && is_short;
    }
    for (const PlannedSubquery& subquery : statement_.subqueries) {
      is_short = Add(subquery.plan.get(), nullptr) && is_short;
    }
    is_short = Add(statement_.query.get(), statement_.modify.get()) && is_short;
    statement_.short_plan = is_short && !waits_;
    // Beyond a handful of rows the numbers above are guesses, unless all rows are written down.
    if (!statement_.short_plan && !rows_are_known_) statement_.foreseen_draws.clear();
  }

 private:
  bool Add(const PlanNode* query, const PlannedModify* modify) {
    const PlanNode* input = modify != nullptr ? modify->input.get() : query;
    std::size_t rows = 1;
    const bool is_short = input == nullptr || IsShort(*input, rows);
    if (input != nullptr) AddNode(*input, rows);
    if (modify != nullptr) VisitModify(*modify->bound, [&](const Expression& e) { Count(e, rows); });
    // How many rows refer to those that change is not known.
    if (modify != nullptr && modify->bound->is_referenced) return false;
    return is_short;
  }

  // A constant array counts its elements; how many another one has is not known, so it counts as many.
  static std::size_t PointsOf(const Access& access) {
    std::size_t points = 0;
    for (const ExprPtr& value : access.any_of) {
      const bool known = value->kind == ExprKind::kConstant && value->constant.kind() == Value::Kind::kArray;
      points += !types::IsArray(value->type.id) ? 1
                : known                         ? value->constant.AsArray().values.size()
                                                : kShortRowsMax + 1;
    }
    return std::max<std::size_t>(1, points);
  }

  // Tells whether few rows are visited, and about how many come out.
  bool IsShort(const PlanNode& node, std::size_t& rows) {
    std::size_t right_rows = 1;
    if (node.right && !IsShort(*node.right, right_rows)) return false;
    rows = 1;
    const bool left_is_short = !node.left || IsShort(*node.left, rows);
    if (node.kind == NodeKind::kLimit && node.limit)
      rows = std::min(rows, ConstantOf(*node.limit).value_or(rows));
    if (!left_is_short) return false;
    rows = node.kind == NodeKind::kSetOperation ? rows + right_rows : rows * right_rows;
    switch (node.kind) {
      case NodeKind::kFunctionScan:
        if (const auto known = SeriesRows(node)) {
          rows = *known;
        } else {
          rows_are_known_ = false;
        }
        return false;
      case NodeKind::kProjectSet:
      case NodeKind::kVirtualScan:
      case NodeKind::kSequenceScan:
      case NodeKind::kCteScan:
        rows_are_known_ = false;
        return false;
      case NodeKind::kTableScan:
        rows_are_known_ = false;
        if (node.access.kind != AccessKind::kPoints) return false;
        rows = PointsOf(node.access);
        break;
      case NodeKind::kValues:
        rows = node.values.size();
        break;
      default:
        break;
    }
    return rows <= kShortRowsMax;
  }

  void AddNode(const PlanNode& node, std::size_t rows) {
    const std::size_t times = node.kind == NodeKind::kValues ? 1 : rows;
    VisitExpressions(node, [&](const Expression& expression) { Count(expression, times); });
    if (node.left) AddNode(*node.left, rows);
    if (node.right) AddNode(*node.right, rows);
  }

  void Count(const Expression& expression, std::size_t rows) {
    Walk(expression, [&](const Expression& part) {
      if (part.kind != ExprKind::kCall) return;
      // What the body of a function does is not known here.
      if (part.routine != base::kInvalidOid) waits_ = true;
      if (part.function->name == "setval" || part.function->name.starts_with("pg_sleep")) waits_ = true;
      if (part.function->name != "nextval" || part.args.empty()) return;
      const Expression& which = *part.args.front();
      if (which.kind != ExprKind::kConstant || which.constant.kind() != Value::Kind::kInt) return;
      AddDraws(static_cast<base::Oid>(which.constant.AsInt()), static_cast<std::int64_t>(rows));
    });
  }

  void AddDraws(base::Oid sequence, std::int64_t count) {
    for (auto& [oid, draws] : statement_.foreseen_draws) {
      if (oid != sequence) continue;
      draws += count;
      return;
    }
    statement_.foreseen_draws.emplace_back(sequence, count);
  }

  PlannedStatement& statement_;
  bool waits_ = false;
  bool rows_are_known_ = true;  // nothing is read: rows come from VALUES and constant series alone
};

}  // namespace

void Foresee(PlannedStatement& statement) { Forecast(statement).Run(); }

void SeparateGates(PlannedStatement& statement) {
  for (const PlannedCte& cte : statement.ctes) {
    SeparateGates(statement, cte.query.get());
    SeparateGates(statement, cte.recursive.get());
    if (cte.modify) SeparateGates(statement, cte.modify->input.get());
  }
  for (const PlannedSubquery& subquery : statement.subqueries) SeparateGates(statement, subquery.plan.get());
  SeparateGates(statement, statement.query.get());
  if (statement.modify) SeparateGates(statement, statement.modify->input.get());
}

}  // namespace ordinal::sql
