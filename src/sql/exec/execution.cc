#include "sql/exec/execution.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "base/check.h"
#include "base/error.h"
#include "sql/exec/foreign_keys.h"
#include "sql/exec/modify.h"
#include "sql/exec/operator.h"
#include "sql/exec/row_set.h"
#include "sql/expr/evaluate_array.h"
#include "sql/plan/simplify.h"
#include "types/array.h"
#include "types/compare.h"

namespace ordinal::sql {
namespace {

// Runs the subqueries of expressions. One that reads no enclosing row runs once, and its answer is kept.
class Subqueries final : public SubqueryRunner {
 public:
  explicit Subqueries(ExecState& state) : state_(state), kept_(state.plan.subqueries.size()) {}

  Value RunSubquery(const Expression& expression, std::span<const Value> row) override {
    if (expression.subquery == SubqueryKind::kScalar) {
      const std::vector<Value> values = RunRowSubquery(expression, row);
      return values.empty() ? Value() : values.front();
    }
    if (!state_.plan.subqueries[static_cast<std::size_t>(expression.index)].keys.empty()) {
      return AnswerByKeys(expression, row);
    }
    Kept& kept = Run(expression, row);
    if (expression.subquery == SubqueryKind::kIn || expression.subquery == SubqueryKind::kNotIn) {
      const auto index = static_cast<std::size_t>(expression.index);
      const bool indexes = !state_.plan.subqueries[index].correlated && kept.rows.size() > kIndexedRowsMin;
      return indexes ? MatchIndexed(expression, row, kept) : Match(expression, row, kept.rows);
    }
    if (expression.subquery == SubqueryKind::kRowCompare) return CompareOnlyRow(expression, row, kept.rows);
    return expression.subquery == SubqueryKind::kExists ? Value::Bool(kept.exists)
                                                        : OverRows(expression, row, kept.rows);
  }

  std::vector<Value> RunRowSubquery(const Expression& expression, std::span<const Value> row) override {
    const std::vector<Row>& rows = Run(expression, row).rows;
    return rows.empty() ? Row() : rows.front();
  }

 private:
  struct Kept {
    OperatorPtr plan;
    Row row;
    bool answered = false;
    bool exists = false;
    std::vector<Row> rows;  // the only one of a scalar subquery; none of EXISTS
    std::unique_ptr<MemoryUse> memory;
    // Of IN, when the rows serve many tests: those without NULL by their values, and the others.
    std::unique_ptr<RowSet> index;
    std::vector<Row> with_null;
    // Of a subquery with keys: `index` holds the keys, and this what IN compares with, by key.
    std::vector<std::vector<Row>> groups;
  };

  Kept& Run(const Expression& expression, std::span<const Value> row) {
    const auto index = static_cast<std::size_t>(expression.index);
    const PlannedSubquery& subquery = state_.plan.subqueries[index];
    Kept& kept = kept_[index];
    if (kept.answered && !subquery.correlated) return kept;
    const OuterRow outer(state_.context, row);
    if (!kept.plan) {
      kept.plan = MakeOperator(*subquery.plan, state_);
      kept.row.resize(static_cast<std::size_t>(subquery.plan->row_width));
    }
    kept.plan->Reset();
    kept.plan->Open(kept.row);
    kept.rows.clear();
    kept.memory = std::make_unique<MemoryUse>(state_.memory);
    kept.exists = kept.plan->Next(kept.row);
    if (kept.exists && expression.subquery != SubqueryKind::kExists) Collect(expression, kept);
    kept.answered = true;
    return kept;
  }

  void Collect(const Expression& expression, Kept& kept) {
    do {
      const bool only_one =
          expression.subquery == SubqueryKind::kScalar || expression.subquery == SubqueryKind::kRowCompare;
      if (only_one && !kept.rows.empty()) {
        throw base::Error(base::sqlstate::kCardinalityViolation,
                          "more than one row returned by a subquery used as an expression")
            .Position(expression.position);
      }
      kept.memory->AddRow(kept.row);
      kept.rows.push_back(kept.row);
    } while (kept.plan->Next(kept.row));
  }

  // EXISTS and IN of a subquery that one run answers for every enclosing row.
  Value AnswerByKeys(const Expression& expression, std::span<const Value> row) {
    const auto index = static_cast<std::size_t>(expression.index);
    const PlannedSubquery& subquery = state_.plan.subqueries[index];
    Kept& kept = kept_[index];
    if (!kept.index) IndexByKeys(expression, subquery, kept);
    Row probe;
    bool has_null = false;
    for (const ExprPtr& key : subquery.keys) {
      probe.push_back(Evaluate(*key, state_.context, row));
      has_null = has_null || probe.back().is_null();
    }
    const std::size_t at = has_null ? RowSet::kNone : kept.index->Find(probe);
    if (expression.subquery == SubqueryKind::kExists) return Value::Bool(at != RowSet::kNone);
    return Match(expression, row, at == RowSet::kNone ? std::vector<Row>() : kept.groups[at]);
  }

  void IndexByKeys(const Expression& expression, const PlannedSubquery& subquery, Kept& kept) {
    std::vector<TypeId> types;
    for (const ExprPtr& key : subquery.keys) types.push_back(key->type.id);
    auto index = std::make_unique<RowSet>(std::move(types));
    kept.memory = std::make_unique<MemoryUse>(state_.memory);
    kept.groups.clear();
    OperatorPtr plan = MakeOperator(*subquery.plan, state_);
    Row row(static_cast<std::size_t>(subquery.plan->row_width));
    const auto width = static_cast<std::ptrdiff_t>(row.size() - subquery.keys.size());
    plan->Open(row);
    while (plan->Next(row)) {
      const Row key(row.begin() + width, row.end());
      if (HasNull(key)) continue;  // equals nothing
      bool added = false;
      const std::size_t at = index->Add(key, added);
      if (added) kept.memory->AddRow(key);
      if (expression.subquery == SubqueryKind::kExists) continue;
      if (added) kept.groups.emplace_back();
      kept.memory->AddRow(row);
      kept.groups[at].emplace_back(row.begin(), row.begin() + width);
    }
    kept.index = std::move(index);
  }

  static Value ArrayOf(TypeId type, std::vector<Value> values) {
    const bool nested = std::any_of(values.begin(), values.end(),
                                    [](const Value& value) { return value.kind() == Value::Kind::kArray; });
    const TypeId element = types::ElementType(type);
    return nested ? NestArrays(element, values) : types::MakeArray(element, std::move(values));
  }

  // operands op ANY (rows), operands op ALL (rows), three-valued.
  Value CompareEach(const Expression& expression, std::span<const Value> row, const std::vector<Row>& rows) {
    const bool all = expression.subquery == SubqueryKind::kAll;
    std::vector<Value> operands;
    for (const ExprPtr& arg : expression.args) operands.push_back(Evaluate(*arg, state_.context, row));
    bool unknown = false;
    for (const Row& each : rows) {
      const Value holds = CompareRow(expression, operands, each);
      if (!holds.is_null() && holds.AsBool() != all) return holds;
      unknown = unknown || holds.is_null();
    }
    return unknown ? Value() : Value::Bool(all);
  }

  Value OverRows(const Expression& expression, std::span<const Value> row, const std::vector<Row>& rows) {
    if (expression.args.size() > 1) return CompareEach(expression, row, rows);
    std::vector<Value> values;
    values.reserve(rows.size());
    for (const Row& each : rows) values.push_back(each.front());
    if (expression.subquery == SubqueryKind::kArray) return ArrayOf(expression.type.id, std::move(values));
    const Value operand = Evaluate(*expression.args.front(), state_.context, row);
    return TestEach(expression, state_.context, operand, values, expression.subquery == SubqueryKind::kAll);
  }

  // operands op the only row; NULL without one.
  Value CompareOnlyRow(const Expression& expression, std::span<const Value> row,
                       const std::vector<Row>& rows) {
    std::vector<Value> operands;
    for (const ExprPtr& arg : expression.args) operands.push_back(Evaluate(*arg, state_.context, row));
    return rows.empty() ? Value() : CompareRow(expression, operands, rows.front());
  }

  // Equality looks on where NULL leaves a pair open.
  static Value CompareRow(const Expression& expression, const std::vector<Value>& operands,
                          const Row& others) {
    const auto comparison = static_cast<RowComparison>(expression.level);
    const bool is_equality = comparison == RowComparison::kEqual || comparison == RowComparison::kNotEqual;
    bool unknown = false;
    int order = 0;
    for (std::size_t i = 0; i < operands.size() && order == 0; ++i) {
      const Value& other = others[i];
      if (operands[i].is_null() || other.is_null()) {
        if (!is_equality) return Value();
        unknown = true;
        continue;
      }
      order = types::Compare(operands[i], other, expression.args[i]->type.id);
    }
    if (order == 0 && unknown) return Value();
    return Value::Bool(HoldsFor(comparison, order));
  }

  static bool HasNull(const Row& row) {
    return std::any_of(row.begin(), row.end(), [](const Value& value) { return value.is_null(); });
  }

  // As Match, by hash: what has no NULL is equal to a row without one, or open with one that has.
  Value MatchIndexed(const Expression& expression, std::span<const Value> row, Kept& kept) {
    if (!kept.index) {
      std::vector<TypeId> types;
      for (const ExprPtr& arg : expression.args) types.push_back(arg->type.id);
      kept.index = std::make_unique<RowSet>(std::move(types));
      for (const Row& each : kept.rows) {
        const Row shown(each.begin(), each.begin() + static_cast<std::ptrdiff_t>(expression.args.size()));
        bool added = false;
        if (HasNull(shown)) {
          kept.with_null.push_back(shown);
        } else {
          kept.index->Add(shown, added);
        }
      }
    }
    Row operands;
    for (const ExprPtr& arg : expression.args) operands.push_back(Evaluate(*arg, state_.context, row));
    if (HasNull(operands)) return Match(expression, operands, kept.rows);
    if (kept.index->Find(operands) != RowSet::kNone) {
      return Value::Bool(expression.subquery == SubqueryKind::kIn);
    }
    return Match(expression, operands, kept.with_null);
  }

  Value Match(const Expression& expression, std::span<const Value> row, const std::vector<Row>& rows) {
    Row operands;
    for (const ExprPtr& arg : expression.args) operands.push_back(Evaluate(*arg, state_.context, row));
    return Match(expression, operands, rows);
  }

  // operand IN (rows), three-valued.
  static Value Match(const Expression& expression, const Row& operands, const std::vector<Row>& rows) {
    const bool negated = expression.subquery == SubqueryKind::kNotIn;
    const std::size_t width = expression.args.size();
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

  static constexpr std::size_t kIndexedRowsMin = 8;
  ExecState& state_;
  std::vector<Kept> kept_;
};

bool OnlyInserts(const PlannedStatement& plan) {
  const auto modifies = [](const PlannedCte& cte) { return cte.modify != nullptr; };
  return plan.modify && plan.modify->bound->kind == ModifyKind::kInsert &&
         plan.modify->bound->on_conflict != ConflictAction::kUpdate &&
         std::none_of(plan.ctes.begin(), plan.ctes.end(), modifies);
}

}  // namespace

struct Execution::State {
  State(const PlannedStatement& plan, ExecContext& context, txn::Transaction& transaction)
      : exec{plan, context, transaction, MemoryBudget(context.services()),
             std::vector<CteRun>(plan.ctes.size())},
        subqueries(exec) {
    for (const base::Oid oid : plan.written_tables) {
      const auto table = context.catalog().TableByOid(oid);
      if (!table || foreign_keys || !ForeignKeys::Concern(*table, context.catalog())) continue;
      foreign_keys.emplace(context, OnlyInserts(plan));
      exec.foreign_keys = &*foreign_keys;
    }
  }

  void Begin() {
    started = true;
    const PlannedStatement& plan = exec.plan;
    CheckEarly(plan, exec.context);
    if (plan.query) {
      query = MakeOperator(*plan.query, exec);
      buffer.resize(static_cast<std::size_t>(plan.query->row_width));
      query->Open(buffer);
    }
    if (!plan.read_only) RunToEnd();
  }

  // Runs a statement that modifies, whatever the client will fetch. As in PostgreSQL, data-modifying CTEs run
  // as far as the main statement reads them, and after it to their end, the last one first.
  void RunToEnd() {
    const PlannedStatement& plan = exec.plan;
    if (plan.modify) {
      ModifyRun run(*plan.modify, exec);
      for (Row row; run.Next(row);) returned.push_back(std::move(row));
      affected = run.count();
    } else {
      while (query->Next(buffer)) returned.push_back(buffer);
      affected = returned.size();
      query.reset();
    }
    for (std::size_t i = plan.ctes.size(); i-- > 0;) {
      if (plan.ctes[i].modify) CteRow(exec, static_cast<int>(i), kAllRows);
    }
    if (foreign_keys) foreign_keys->Finish();
  }

  static constexpr std::size_t kAllRows = static_cast<std::size_t>(-1);
  ExecState exec;
  Subqueries subqueries;
  std::optional<ForeignKeys> foreign_keys;
  OperatorPtr query;
  std::unique_ptr<ModifyRun> fed;
  Row buffer;
  std::vector<Row> returned;
  std::size_t next_returned = 0;
  std::uint64_t affected = 0;
  bool started = false;
};

Execution::Execution(const PlannedStatement& plan, ExecContext& context, txn::Transaction& transaction,
                     std::span<const types::Value> parameters)
    : state_(std::make_unique<State>(plan, context, transaction)) {
  context.parameters = parameters;
  context.SetSubqueryRunner(&state_->subqueries);
}

Execution::~Execution() { state_->exec.context.SetSubqueryRunner(nullptr); }

void Execution::Measure(Actuals& actuals) { state_->exec.actuals = &actuals; }

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

void Execution::Feed(std::span<const types::Value> parameters, const Expression* where) {
  State& state = *state_;
  state.exec.context.parameters = parameters;
  if (!state.fed) {
    CheckEarly(state.exec.plan, state.exec.context);
    state.fed = std::make_unique<ModifyRun>(*state.exec.plan.modify, state.exec);
  }
  state.fed->InsertOneMore(where);
  state.affected = state.fed->count();
}

void Execution::FinishFeed() {
  if (state_->fed) state_->fed->Finish();
  if (state_->foreign_keys) state_->foreign_keys->Finish();
}

std::uint64_t Execution::affected_rows() const { return state_->affected; }

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
