#include "session/transaction_numbers.h"

#include <gtest/gtest.h>

namespace ordinal::session {
namespace {

using catalog::TransactionOutcome;

TEST(TransactionNumbers, RiseEvenWhenTheClockStands) {
  TransactionNumbers numbers;
  EXPECT_EQ(numbers.Assign(100), 100);
  EXPECT_EQ(numbers.Assign(100), 101);
  EXPECT_EQ(numbers.Assign(50), 102);
}

TEST(TransactionNumbers, KnowWhatBecameOfATransaction) {
  TransactionNumbers numbers;
  const std::int64_t first = numbers.Assign(1);
  const std::int64_t second = numbers.Assign(2);
  const std::int64_t third = numbers.Assign(3);
  numbers.End(first, TransactionOutcome::kCommitted);
  numbers.End(second, std::nullopt);
  EXPECT_EQ(numbers.OutcomeOf(first), TransactionOutcome::kCommitted);
  EXPECT_EQ(numbers.OutcomeOf(second), std::nullopt);
  EXPECT_EQ(numbers.OutcomeOf(third), TransactionOutcome::kInProgress);
  EXPECT_EQ(numbers.OutcomeOf(99), std::nullopt);
  const types::Snapshot snapshot = numbers.Now(2);
  EXPECT_EQ(types::SnapshotText(snapshot), "3:4:3");
}

TEST(TransactionNumbers, ForgetTheOldest) {
  TransactionNumbers numbers;
  for (std::int64_t i = 1; i <= 10'001; ++i) numbers.End(numbers.Assign(i), TransactionOutcome::kAborted);
  EXPECT_EQ(numbers.OutcomeOf(1), std::nullopt);
  EXPECT_EQ(numbers.OutcomeOf(2), TransactionOutcome::kAborted);
  EXPECT_EQ(types::SnapshotText(numbers.Now(20'000)), "20000:20000:");
}

}  // namespace
}  // namespace ordinal::session
