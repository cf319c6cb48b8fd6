#include "sql/plan/access_path.h"

#include <gtest/gtest.h>

namespace ordinal::sql {
namespace {

const Type kBigint{TypeId::kInt8};

// t(a, b, c), primary key (a, b), unique (c).
catalog::TableDescriptor MakeTable() {
  catalog::TableDescriptor table;
  table.oid = 20000;
  table.name = "t";
  for (const char* name : {"a", "b", "c"}) {
    catalog::ColumnDescriptor column;
    column.number = static_cast<base::AttributeNumber>(table.columns.size() + 1);
    column.name = name;
    column.type = kBigint;
    table.columns.push_back(column);
  }
  catalog::IndexDescriptor primary;
  primary.oid = 20001;
  primary.name = "t_pkey";
  primary.columns = {1, 2};
  primary.unique = primary.primary = true;
  catalog::IndexDescriptor unique;
  unique.oid = 20002;
  unique.name = "t_c_key";
  unique.columns = {3};
  unique.unique = true;
  table.indexes = {primary, unique};
  return table;
}

const Function* Operator(std::string_view name) {
  static const Function kOperators[] = {
      {.name = "=", .kind = FunctionKind::kOperator, .arguments = {}, .result = TypeId::kBool},
      {.name = "<", .kind = FunctionKind::kOperator, .arguments = {}, .result = TypeId::kBool},
      {.name = ">=", .kind = FunctionKind::kOperator, .arguments = {}, .result = TypeId::kBool},
  };
  for (const Function& function : kOperators) {
    if (function.name == name) return &function;
  }
  return nullptr;
}

ExprPtr Compare(std::string_view name, ExprPtr left, ExprPtr right) {
  auto call = std::make_unique<Expression>();
  call->kind = ExprKind::kCall;
  call->type = {TypeId::kBool};
  call->function = Operator(name);
  call->args.push_back(std::move(left));
  call->args.push_back(std::move(right));
  return call;
}

ExprPtr Number(std::int64_t number) { return MakeConstant(Value::Int(number), kBigint); }
ExprPtr Column(int slot) { return MakeColumn(slot, kBigint); }

TEST(AccessPath, EqualityOnTheWholeKeyIsALookup) {
  std::vector<ExprPtr> conditions;
  conditions.push_back(Compare("=", Column(0), Number(1)));
  conditions.push_back(Compare("=", Number(2), Column(1)));
  const Access access = ChooseAccess(MakeTable(), 0, conditions, {});
  EXPECT_EQ(access.kind, AccessKind::kPoints);
  EXPECT_EQ(access.index, 0);
  EXPECT_EQ(access.equal.size(), 2u);
}

TEST(AccessPath, EqualToAnyElementIsAListOfLookups) {
  const auto access_for = [](std::string_view op, bool all, TypeId array) {
    ExprPtr test = Compare(op, Column(2), MakeParameter(0, {array}));
    test->kind = ExprKind::kQuantified;
    test->negated = all;
    std::vector<ExprPtr> conditions;
    conditions.push_back(std::move(test));
    return ChooseAccess(MakeTable(), 0, conditions, {});
  };
  const Access access = access_for("=", false, TypeId::kInt4Array);
  EXPECT_EQ(access.kind, AccessKind::kPoints);
  EXPECT_EQ(access.index, 1);
  ASSERT_EQ(access.any_of.size(), 1u);
  EXPECT_EQ(access.any_of[0]->kind, ExprKind::kParameter);
  EXPECT_EQ(access_for("=", true, TypeId::kInt4Array).kind, AccessKind::kFull);
  EXPECT_EQ(access_for("<", false, TypeId::kInt4Array).kind, AccessKind::kFull);
  EXPECT_EQ(access_for("=", false, TypeId::kNumericArray).kind, AccessKind::kFull);
}

TEST(AccessPath, EqualPrefixAndRange) {
  std::vector<ExprPtr> conditions;
  conditions.push_back(Compare("=", Column(0), Number(1)));
  conditions.push_back(Compare(">=", Column(1), Number(5)));
  conditions.push_back(
      Compare("<", Number(9), Column(1)));  // 9 < b is a lower bound, too; the first one serves
  const Access access = ChooseAccess(MakeTable(), 0, conditions, {});
  EXPECT_EQ(access.kind, AccessKind::kRange);
  EXPECT_EQ(access.equal.size(), 1u);
  ASSERT_TRUE(access.lower);
  EXPECT_TRUE(access.lower_inclusive);
  EXPECT_FALSE(access.upper);
}

TEST(AccessPath, InListOnAUniqueColumn) {
  auto list = std::make_unique<Expression>();
  list->kind = ExprKind::kInList;
  list->type = {TypeId::kBool};
  list->args.push_back(Column(2));
  list->args.push_back(Number(1));
  list->args.push_back(Number(2));
  std::vector<ExprPtr> conditions;
  conditions.push_back(std::move(list));
  const Access access = ChooseAccess(MakeTable(), 0, conditions, {});
  EXPECT_EQ(access.kind, AccessKind::kPoints);
  EXPECT_EQ(access.index, 1);
  EXPECT_EQ(access.any_of.size(), 2u);
}

TEST(AccessPath, OuterColumnsServeOnceTheyAreKnown) {
  std::vector<ExprPtr> conditions;
  conditions.push_back(Compare("=", Column(2), Column(7)));
  EXPECT_EQ(ChooseAccess(MakeTable(), 0, conditions, {}).kind, AccessKind::kFull);
  SlotSet known;
  AddSlots(known, 7, 1);
  EXPECT_EQ(ChooseAccess(MakeTable(), 0, conditions, known).kind, AccessKind::kPoints);
}

TEST(AccessPath, OrderOfThePrimaryKeyNeedsNoSort) {
  Access access;
  std::vector<PlanSortKey> keys;
  keys.push_back({Column(0), true, true});
  EXPECT_TRUE(MatchOrder(MakeTable(), 0, keys, access));
  EXPECT_TRUE(access.backward);
  keys.push_back({Column(1), false, false});
  EXPECT_FALSE(MatchOrder(MakeTable(), 0, keys, access));
}

}  // namespace
}  // namespace ordinal::sql
