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
