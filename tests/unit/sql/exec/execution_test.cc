#include "sql/exec/execution.h"

#include <gtest/gtest.h>

#include "base/error.h"
#include "kv/memory/memory_engine.h"
#include "sequence/session_sequences.h"
#include "sql/exec/deferred_constraints.h"
#include "sql/exec/row_ids.h"

namespace ordinal::sql {
namespace {

using types::Row;

const Type kBigint{TypeId::kInt8};

class FakeServices final : public SessionServices {
 public:
  explicit FakeServices(kv::Engine& engine)
      : row_ids_(engine), allocator_(engine, clock_), sequences_(allocator_) {}
  base::Oid ResolveRelation(std::string_view, bool) override { return 0; }
  std::string RelationName(base::Oid oid) override { return std::to_string(oid); }
  std::vector<std::string> SearchPath(bool) override { return {}; }
  std::string UserName() override { return "admin"; }
  std::string SessionUserName() override { return "admin"; }
  std::string DatabaseName() override { return "postgres"; }
  std::int32_t BackendId() override { return 1; }
  std::string ServerVersion() override { return "16"; }
  std::optional<std::string> GetParameter(std::string_view) override { return std::nullopt; }
  void SetParameter(std::string_view, std::string_view, bool) override {}
  base::RandomSource& random() override { return random_; }
  const base::Clock& clock() override { return clock_; }
  void CheckCanceled() override {}
  const types::Settings& settings() override { return settings_; }
  const catalog::SessionView& session_view() override { throw std::logic_error("no views here"); }
  sequence::SessionSequences& sequences() override { return sequences_; }
  bool IsCountedInTransaction(base::Oid) override { return false; }
  void CheckEpoch(const catalog::SequenceDescriptor&) override {}
  bool MayBlock() override { return true; }
  bool IsReadOnly() override { return false; }
  SizeLimits size_limits() override { return {}; }
  RowIdSource& row_ids() override { return row_ids_; }
  std::string RowOfCursor(const std::string&, base::Oid) override { return {}; }
  DeferredConstraints& deferred_constraints() override { return deferred_; }

 private:
  DeferredConstraints deferred_;
  base::SystemRandom random_;
  base::SystemClock clock_;
  types::Settings settings_;
  BootRowIds row_ids_;
  sequence::Allocator allocator_;
  sequence::SessionSequences sequences_;
};

// Counts its calls: stands for nextval.
std::int64_t tick_count = 0;
Value Tick(EvalContext&, std::span<Value>, const Expression&) { return Value::Int(++tick_count); }
Value IsEqual(EvalContext&, std::span<Value> args, const Expression&) {
  return Value::Bool(args[0].AsInt() == args[1].AsInt());
}
Value Plus(EvalContext&, std::span<Value> args, const Expression&) {
  return Value::Int(args[0].AsInt() + args[1].AsInt());
}

ExprPtr Call(const Function& function, std::vector<ExprPtr> args) {
  auto call = std::make_unique<Expression>();
  call->kind = ExprKind::kCall;
  call->type = {function.result};
  call->function = &function;
  call->args = std::move(args);
  return call;
}
ExprPtr Binary(const Function& function, ExprPtr left, ExprPtr right) {
  std::vector<ExprPtr> args;
  args.push_back(std::move(left));
  args.push_back(std::move(right));
  return Call(function, std::move(args));
}
ExprPtr Number(std::int64_t number) { return MakeConstant(Value::Int(number), kBigint); }
ExprPtr Column(int slot) { return MakeColumn(slot, kBigint); }

Function MakeFunction(std::string_view name, FunctionKind kind, TypeId result, ScalarCode code,
                      Volatility volatility) {
  Function function;
  function.name = name;
  function.kind = kind;
  function.result = result;
  function.code = code;
  function.volatility = volatility;
  return function;
}
const Function kTick =
    MakeFunction("tick", FunctionKind::kScalar, TypeId::kInt8, Tick, Volatility::kVolatile);
const Function kEqual =
    MakeFunction("=", FunctionKind::kOperator, TypeId::kBool, IsEqual, Volatility::kImmutable);
const Function kPlus =
    MakeFunction("+", FunctionKind::kOperator, TypeId::kInt8, Plus, Volatility::kImmutable);

// t(id bigint primary key, n bigint).
catalog::Catalog::TablePtr MakeTable() {
  auto table = std::make_shared<catalog::TableDescriptor>();
  table->oid = 20000;
  table->schema = catalog::kPublicSchema;
  table->name = "t";
  for (const char* name : {"id", "n"}) {
    catalog::ColumnDescriptor column;
    column.number = static_cast<base::AttributeNumber>(table->columns.size() + 1);
    column.name = name;
    column.type = kBigint;
    table->columns.push_back(column);
  }
  table->columns[0].not_null = true;
  catalog::IndexDescriptor primary;
  primary.oid = 20001;
  primary.name = "t_pkey";
  primary.columns = {1};
  primary.unique = primary.primary = true;
  table->indexes = {primary};
  return table;
}

class ExecutionTest : public ::testing::Test {
 protected:
  void SetUp() override { tick_count = 0; }

  std::unique_ptr<BoundSource> Table() {
    auto source = std::make_unique<BoundSource>();
    source->table = table_;
    source->width = 2;
    return source;
  }
  std::unique_ptr<BoundQuery> ValuesQuery(const std::vector<std::vector<std::int64_t>>& rows) {
    auto query = std::make_unique<BoundQuery>();
    query->is_values = true;
    for (const auto& row : rows) {
      auto& expressions = query->values.emplace_back();
      for (const std::int64_t number : row) expressions.push_back(Number(number));
    }
    for (std::size_t i = 0; i < rows.front().size(); ++i) {
      query->targets.push_back(Column(static_cast<int>(i)));
      query->outputs.push_back({"c", kBigint});
    }
    return query;
  }
  std::unique_ptr<BoundModify> InsertOf(const std::vector<std::vector<std::int64_t>>& rows) {
    auto modify = std::make_unique<BoundModify>();
    modify->table = table_;
    modify->source = ValuesQuery(rows);
    modify->assignments.push_back({0, Column(0)});
    modify->assignments.push_back({1, Column(1)});
    return modify;
  }
  std::unique_ptr<BoundQuery> SelectAll() {
    auto query = std::make_unique<BoundQuery>();
    query->from = Table();
    for (int i = 0; i < 2; ++i) {
      query->targets.push_back(Column(i));
      query->outputs.push_back({"c", kBigint});
    }
    return query;
  }
  static BoundStatement Of(std::unique_ptr<BoundModify> modify) {
    BoundStatement statement;
    statement.modify = std::move(modify);
    return statement;
  }
  static BoundStatement Of(std::unique_ptr<BoundQuery> query) {
    BoundStatement statement;
    statement.query = std::move(query);
    return statement;
  }

  std::vector<std::vector<std::int64_t>> Run(BoundStatement bound) {
    ExecContext context(services_, std::make_shared<catalog::Catalog>(), transaction_, 0);
    const auto plan = Plan(std::move(bound), context);
    std::vector<std::vector<std::int64_t>> out;
    try {
      Execution execution(*plan, context, transaction_, {});
      Row row;
      while (execution.Next(row)) {
        auto& numbers = out.emplace_back();
        for (const Value& value : row) numbers.push_back(value.is_null() ? -1 : value.AsInt());
      }
      tag_ = CommandTag(*plan, execution.affected_rows());
    } catch (...) {
      transaction_.AbandonStatement();
      throw;
    }
    transaction_.FinishStatement();
    return out;
  }
  using Rows = std::vector<std::vector<std::int64_t>>;

  std::unique_ptr<kv::Engine> engine_ = kv::OpenMemory();
  FakeServices services_{*engine_};
  txn::Transaction transaction_{*engine_, {}, 0};
  catalog::Catalog::TablePtr table_ = MakeTable();
  std::string tag_;
};

TEST_F(ExecutionTest, InsertsAndReadsInKeyOrder) {
  Run(Of(InsertOf({{3, 30}, {1, 10}, {2, 20}})));
  EXPECT_EQ(tag_, "INSERT 0 3");
  EXPECT_EQ(Run(Of(SelectAll())), (Rows{{1, 10}, {2, 20}, {3, 30}}));
  auto backward = SelectAll();
  SortKey key;
  key.output = 0;
  key.descending = true;
  backward->order.push_back(std::move(key));
  backward->limit = Number(2);
  EXPECT_EQ(Run(Of(std::move(backward))), (Rows{{3, 30}, {2, 20}}));
  EXPECT_EQ(tag_, "SELECT 2");
}

TEST_F(ExecutionTest, DuplicateFailsTheWholeStatement) {
  Run(Of(InsertOf({{1, 10}})));
  EXPECT_THROW(Run(Of(InsertOf({{5, 0}, {1, 0}}))), base::Error);
  EXPECT_THROW(Run(Of(InsertOf({{6, 0}, {6, 0}}))), base::Error);
  EXPECT_EQ(Run(Of(SelectAll())), (Rows{{1, 10}}));
}

TEST_F(ExecutionTest, LimitDrawsWhatItSkipsAndWhatItGives) {
  Run(Of(InsertOf({{1, 5}, {2, 4}, {3, 3}, {4, 2}})));
  auto query = SelectAll();
  query->targets.push_back(Call(kTick, {}));
  query->outputs.push_back({"tick", kBigint});
  SortKey key;
  key.expression = Column(1);
  query->order.push_back(std::move(key));
  query->limit = Number(2);
  query->offset = Number(1);
  EXPECT_EQ(Run(Of(std::move(query))), (Rows{{3, 3, 2}, {2, 4, 3}}));
  EXPECT_EQ(tick_count, 3);
}

TEST_F(ExecutionTest, UpdateMayShiftKeys) {
  Run(Of(InsertOf({{1, 10}, {2, 20}})));
  auto update = std::make_unique<BoundModify>();
  update->kind = ModifyKind::kUpdate;
  update->table = table_;
  update->from = Table();
  update->assignments.push_back({0, Binary(kPlus, Column(0), Number(1))});
  update->returning.push_back(Column(0));
  EXPECT_EQ(Run(Of(std::move(update))), (Rows{{2}, {3}}));
  EXPECT_EQ(tag_, "UPDATE 2");
  EXPECT_EQ(Run(Of(SelectAll())), (Rows{{2, 10}, {3, 20}}));
}

TEST_F(ExecutionTest, DeleteByKey) {
  Run(Of(InsertOf({{1, 10}, {2, 20}})));
  auto remove = std::make_unique<BoundModify>();
  remove->kind = ModifyKind::kDelete;
  remove->table = table_;
  remove->from = Table();
  remove->where = Binary(kEqual, Column(0), Number(2));
  Run(Of(std::move(remove)));
  EXPECT_EQ(tag_, "DELETE 1");
  EXPECT_EQ(Run(Of(SelectAll())), (Rows{{1, 10}}));
}

TEST_F(ExecutionTest, OnConflictUpdatesOnceOnly) {
  Run(Of(InsertOf({{1, 10}})));
  const auto upsert = [&](const Rows& rows) {
    auto modify = InsertOf(rows);
    modify->on_conflict = ConflictAction::kUpdate;
    modify->conflict_index = 20001;
    modify->conflict_set.push_back({1, Binary(kPlus, Column(1), Column(3))});
    return Of(std::move(modify));
  };
  Run(upsert({{1, 5}, {2, 7}}));
  EXPECT_EQ(Run(Of(SelectAll())), (Rows{{1, 15}, {2, 7}}));
  try {
    Run(upsert({{1, 1}, {1, 1}}));
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.sqlstate(), base::sqlstate::kCardinalityViolation);
  }
  auto nothing = InsertOf({{1, 0}, {3, 0}, {3, 1}});
  nothing->on_conflict = ConflictAction::kNothing;
  Run(Of(std::move(nothing)));
  EXPECT_EQ(tag_, "INSERT 0 1");
}

TEST_F(ExecutionTest, ModifyingCteRunsOnceOnTheSameSnapshot) {
  Run(Of(InsertOf({{1, 10}})));
  BoundStatement statement = Of(SelectAll());
  BoundCte cte;
  cte.name = "added";
  cte.modify = InsertOf({{2, 20}});
  statement.ctes.push_back(std::move(cte));
  EXPECT_EQ(Run(std::move(statement)), (Rows{{1, 10}}));
  EXPECT_EQ(Run(Of(SelectAll())), (Rows{{1, 10}, {2, 20}}));
}

TEST_F(ExecutionTest, JoinsPadUnmatchedRows) {
  Run(Of(InsertOf({{1, 2}, {2, 9}})));
  auto query = std::make_unique<BoundQuery>();
  query->from = std::make_unique<BoundSource>();
  query->from->kind = SourceKind::kJoin;
  query->from->join = JoinKind::kLeft;
  query->from->width = 4;
  query->from->left = Table();
  query->from->right = Table();
  query->from->right->offset = 2;
  query->from->condition = Binary(kEqual, Column(1), Column(2));
  for (const int slot : {0, 2}) query->targets.push_back(Column(slot));
  EXPECT_EQ(Run(Of(std::move(query))), (Rows{{1, 2}, {2, -1}}));
}

TEST_F(ExecutionTest, NegativeLimit) {
  auto query = SelectAll();
  query->limit = Number(-1);
  try {
    Run(Of(std::move(query)));
    FAIL();
  } catch (const base::Error& error) {
    EXPECT_EQ(error.report().message, "LIMIT must not be negative");
  }
}

}  // namespace
}  // namespace ordinal::sql
