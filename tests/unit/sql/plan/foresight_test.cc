#include <gtest/gtest.h>

#include "sql/plan/planner.h"

namespace ordinal::sql {
namespace {

constexpr base::Oid kSequence = 20001;

ExprPtr Nextval() {
  static const Function kNextval{
      .name = "nextval", .kind = FunctionKind::kScalar, .arguments = {}, .result = TypeId::kInt8};
  auto call = std::make_unique<Expression>();
  call->kind = ExprKind::kCall;
  call->function = &kNextval;
  call->args.push_back(MakeConstant(Value::Int(kSequence), {TypeId::kRegclass}));
  return call;
}

// VALUES with so many rows, each of which draws once.
PlanPtr Values(int rows) {
  auto node = std::make_unique<PlanNode>();
  node->kind = NodeKind::kValues;
  for (int i = 0; i < rows; ++i) node->values.emplace_back().push_back(Nextval());
  return node;
}

std::vector<std::int64_t> Foreseen(PlanPtr query) {
  PlannedStatement statement;
  statement.query = std::move(query);
  Foresee(statement);
  std::vector<std::int64_t> counts;
  for (const auto& [oid, count] : statement.foreseen_draws) {
    EXPECT_EQ(oid, kSequence);
    counts.push_back(count);
  }
  return counts;
}

TEST(ForesightTest, CountsTheRowsThatAreWrittenDown) {
  EXPECT_EQ(Foreseen(Values(3)), (std::vector<std::int64_t>{3}));
  EXPECT_EQ(Foreseen(Values(1000)), (std::vector<std::int64_t>{1000}));  // no short plan
}

// A call of generate_series over constants, under a projection that draws once for each row.
PlanPtr Series(std::int64_t first, std::int64_t last) {
  static const Function kSeries{.name = "generate_series",
                                .kind = FunctionKind::kSetReturning,
                                .arguments = {},
                                .result = TypeId::kInt8};
  auto call = std::make_unique<Expression>();
  call->kind = ExprKind::kCall;
  call->function = &kSeries;
  for (const std::int64_t bound : {first, last}) {
    call->args.push_back(MakeConstant(Value::Int(bound), {TypeId::kInt8}));
  }
  auto scan = std::make_unique<PlanNode>();
  scan->kind = NodeKind::kFunctionScan;
  scan->expressions.push_back(std::move(call));
  auto project = std::make_unique<PlanNode>();
  project->kind = NodeKind::kProject;
  project->left = std::move(scan);
  project->expressions.push_back(Nextval());
  return project;
}

TEST(ForesightTest, CountsASeriesBetweenConstants) {
  EXPECT_EQ(Foreseen(Series(1, 1000)), (std::vector<std::int64_t>{1000}));
  EXPECT_TRUE(Foreseen(Series(1, 1'000'000'000)).empty());
}

TEST(ForesightTest, ALimitBoundsWhatIsForeseen) {
  auto limit = std::make_unique<PlanNode>();
  limit->kind = NodeKind::kLimit;
  limit->left = Series(1, 1000);
  limit->limit = MakeConstant(Value::Int(5), {TypeId::kInt8});
  EXPECT_EQ(Foreseen(std::move(limit)), (std::vector<std::int64_t>{5}));
}

TEST(ForesightTest, ForeseesNothingForRowsThatAreRead) {
  auto scan = std::make_unique<PlanNode>();
  scan->kind = NodeKind::kTableScan;
  auto project = std::make_unique<PlanNode>();
  project->kind = NodeKind::kProject;
  project->left = std::move(scan);
  project->expressions.push_back(Nextval());
  EXPECT_TRUE(Foreseen(std::move(project)).empty());
}

}  // namespace
}  // namespace ordinal::sql
