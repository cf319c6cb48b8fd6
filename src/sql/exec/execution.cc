#include "sql/exec/execution.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/error.h"
#include "sql/exec/modify.h"
#include "sql/exec/operator.h"
#include "sql/expr/evaluate_array.h"
#include "types/array.h"
#include "types/compare.h"

namespace ordinal::sql {
namespace {

// Runs the subqueries of expressions. One that reads no enclosing row runs once, and its answer is kept.
class Subqueries final : public SubqueryRunner {
 public:
  explicit Subqueries(ExecState& state) : state_(state), kept_(state.plan.subqueries.size()) {}

  Value RunSubquery(const Expression& expression, std::span<const Value> row) override {
    const auto index = static_cast<std::size_t>(expression.index);
    const PlannedSubquery& subquery = state_.plan.subqueries[index];
    Kept& kept = kept_[index];
    if (subquery.correlated) return RunCorrelated(expression, *subquery.plan, row, kept);
    switch (expression.subquery) {
      case SubqueryKind::kScalar:
      case SubqueryKind::kExists:
        if (!kept.answer) kept.answer = RunOnce(expression, *subquery.plan, row, kept);
        return *kept.answer;
      default:
        if (!kept.rows) kept.rows = CollectRows(*subquery.plan, kept);
        return OverRows(expression, row, *kept.rows);
    }
  }

 private:
  struct Kept {
    OperatorPtr plan;
    bool busy = false;
    Row row;
    std::optional<Value> answer;
    std::optional<std::vector<Row>> rows;
  };

  Value RunCorrelated(const Expression& expression, const PlanNode& plan, std::span<const Value> row,
                      Kept& kept) {
    auto& outer = state_.context.outer_rows_;
    outer.push_back(row);
    if (expression.subquery != SubqueryKind::kScalar && expression.subquery != SubqueryKind::kExists) {
      const auto rows = CollectRows(plan, kept);
      outer.pop_back();
      return OverRows(expression, row, rows);
    }
    Value value = RunOnce(expression, plan, row, kept);
    outer.pop_back();
    return value;
  }

  void Begin(const PlanNode& plan, Kept& kept) {
    if (!kept.plan) {
      kept.plan = MakeOperator(plan, state_);
      kept.row.resize(static_cast<std::size_t>(plan.row_width));
    }
    kept.plan->Reset();
    kept.plan->Open(kept.row);
  }

  Value RunOnce(const Expression& expression, const PlanNode& plan, std::span<const Value>, Kept& kept) {
    Begin(plan, kept);
    const bool found = kept.plan->Next(kept.row);
    if (expression.subquery == SubqueryKind::kExists) return Value::Bool(found);
    if (!found) return Value();
    Value value = kept.row.front();
    if (kept.plan->Next(kept.row)) {
      throw base::Error(base::sqlstate::kCardinalityViolation,
                        "more than one row returned by a subquery used as an expression")
          .Position(expression.position);
    }
    return value;
  }

  std::vector<Row> CollectRows(const PlanNode& plan, Kept& kept) {
    Begin(plan, kept);
    std::vector<Row> rows;
    while (kept.plan->Next(kept.row)) rows.push_back(kept.row);
    return rows;
  }

  static Value ArrayOf(TypeId type, std::vector<Value> values) {
    const bool nested = std::any_of(values.begin(), values.end(),
                                    [](const Value& value) { return value.kind() == Value::Kind::kArray; });
    const TypeId element = types::ElementType(type);
    return nested ? NestArrays(element, values) : types::MakeArray(element, std::move(values));
  }

  Value OverRows(const Expression& expression, std::span<const Value> row, const std::vector<Row>& rows) {
    if (expression.subquery == SubqueryKind::kIn || expression.subquery == SubqueryKind::kNotIn) {
      return Match(expression, row, rows);
    }
    std::vector<Value> values;
    values.reserve(rows.size());
    for (const Row& each : rows) values.push_back(each.front());
    if (expression.subquery == SubqueryKind::kArray) return ArrayOf(expression.type.id, std::move(values));
    const Value operand = Evaluate(*expression.args.front(), state_.context, row);
    return TestEach(expression, state_.context, operand, values, expression.subquery == SubqueryKind::kAll);
  }

  // operand IN (rows), three-valued.
  Value Match(const Expression& expression, std::span<const Value> row, const std::vector<Row>& rows) {
    const bool negated = expression.subquery == SubqueryKind::kNotIn;
    const std::size_t width = expression.args.size();
    std::vector<Value> operands;
    for (const ExprPtr& arg : expression.args) operands.push_back(Evaluate(*arg, state_.context, row));
    bool unknown = false;
    for (const Row& candidate : rows) {
      bool equal = true;
      bool has_null = false;
      for (std::size_t i = 0; i < width && equal; ++i) {
        if (operands[i].is_null() || candidate[i].is_null()) {
          has_null = true;
        } else {
          equal = types::Compare(operands[i], candidate[i], expression.args[i]->type.id) == 0;
        }
      }
      if (!equal) continue;
      if (!has_null) return Value::Bool(!negated);
      unknown = true;
    }
    return unknown ? Value() : Value::Bool(negated);
  }

  ExecState& state_;
  std::vector<Kept> kept_;
};

}  // namespace

struct Execution::State {
  State(const PlannedStatement& plan, ExecContext& context, txn::Transaction& transaction)
      : exec{plan, context, transaction, std::vector<CteRows>(plan.ctes.size())}, subqueries(exec) {}

  // Runs data-modifying CTEs, in order, before the main statement reads anything.
  void Begin() {
    started = true;
    const PlannedStatement& plan = exec.plan;
    for (std::size_t i = 0; i < plan.ctes.size(); ++i) {
      if (plan.ctes[i].modify) CteOf(exec, static_cast<int>(i));
    }
    if (plan.modify) {
      ModifyResult result = RunModify(*plan.modify, exec);
      affected = result.count;
      returned = std::move(result.returned);
    } else if (plan.query) {
      query = MakeOperator(*plan.query, exec);
      buffer.resize(static_cast<std::size_t>(plan.query->row_width));
      query->Open(buffer);
    }
  }

  ExecState exec;
  Subqueries subqueries;
  OperatorPtr query;
  Row buffer;
  std::vector<Row> returned;
  std::size_t next_returned = 0;
  std::uint64_t affected = 0;
  bool started = false;
};

Execution::Execution(const PlannedStatement& plan, ExecContext& context, txn::Transaction& transaction,
                     std::span<const types::Value> parameters)
    : state_(std::make_unique<State>(plan, context, transaction)) {
  context.parameters_ = parameters;
  context.SetSubqueryRunner(&state_->subqueries);
}

Execution::~Execution() { state_->exec.context.SetSubqueryRunner(nullptr); }

bool Execution::Next(types::Row& row) {
  State& state = *state_;
  if (!state.started) state.Begin();
  if (!state.query) {
    if (state.next_returned == state.returned.size()) return false;
    row = std::move(state.returned[state.next_returned++]);
    return true;
  }
  row.resize(state.buffer.size());
  if (!state.query->Next(row)) return false;
  ++state.affected;
  return true;
}

std::uint64_t Execution::affected_rows() const { return state_->affected; }

CteRows& CteOf(ExecState& state, int cte) {
  CteRows& rows = state.ctes[static_cast<std::size_t>(cte)];
  if (rows.ready) return rows;
  const PlannedCte& planned = state.plan.ctes[static_cast<std::size_t>(cte)];
  if (planned.modify) {
    rows.rows = RunModify(*planned.modify, state).returned;
  } else {
    const OperatorPtr query = MakeOperator(*planned.query, state);
    Row row(static_cast<std::size_t>(planned.query->row_width));
    query->Open(row);
    while (query->Next(row)) rows.rows.push_back(row);
  }
  rows.ready = true;
  return rows;
}

std::string CommandTag(const PlannedStatement& plan, std::uint64_t rows) {
  const std::string count = std::to_string(rows);
  if (!plan.modify) return "SELECT " + count;
  switch (plan.modify->bound->kind) {
    case ModifyKind::kInsert:
      return "INSERT 0 " + count;
    case ModifyKind::kUpdate:
      return "UPDATE " + count;
    case ModifyKind::kDelete:
      return "DELETE " + count;
  }
  return {};
}

}  // namespace ordinal::sql
