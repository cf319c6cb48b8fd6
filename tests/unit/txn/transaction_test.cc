#include "txn/transaction.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <random>

#include "base/error.h"
#include "kv/memory/memory_engine.h"

namespace ordinal::txn {
namespace {

using kv::Outcome;
using Entries = std::vector<std::pair<std::string, std::string>>;

class TransactionTest : public testing::Test {
 protected:
  std::unique_ptr<Transaction> Begin(Limits limits = {}) {
    return std::make_unique<Transaction>(*engine_, limits, 0);
  }
  void Store(const std::string& key, const std::string& value) {
    kv::Submission submission;
    submission.writes.push_back({key, value});
    engine_->SubmitAndWait(std::move(submission));
  }
  std::optional<std::string> Stored(const std::string& key) { return engine_->Get(*engine_->Latest(), key); }
  static bool DeletesInStatement(const Transaction& transaction, std::string_view key) {
    const auto buffered = transaction.GetFromStatement(key);
    return buffered.has_value() && !buffered->has_value();
  }
  static Entries Collect(Transaction& transaction, kv::KeyRange range = {},
                         kv::Direction direction = kv::Direction::kForward) {
    Entries entries;
    const auto cursor = transaction.Scan(std::move(range), {.direction = direction});
    while (cursor->Next()) entries.emplace_back(cursor->key(), cursor->value());
    return entries;
  }

  std::unique_ptr<kv::Engine> engine_ = kv::OpenMemory();
};

TEST_F(TransactionTest, AnInnerStatementReadsWhatThoseAroundItWrote) {
  Store("a", "0");
  Store("b", "0");
  const auto transaction = Begin();
  transaction->Put("a", "1");
  transaction->Delete("b");
  transaction->BeginInner();
  EXPECT_EQ(transaction->Get("a"), "1");
  EXPECT_EQ(transaction->Get("b"), std::nullopt);
  EXPECT_FALSE(transaction->GetFromStatement("a"));
  EXPECT_EQ(Collect(*transaction), (Entries{{"a", "1"}}));
  transaction->Put("a", "2");
  transaction->Put("c", "2");
  EXPECT_EQ(transaction->Get("c"), std::nullopt);
  transaction->BeginInner();
  EXPECT_EQ(transaction->Get("c"), "2");
  EXPECT_EQ(Collect(*transaction, {}, kv::Direction::kBackward), (Entries{{"c", "2"}, {"a", "2"}}));
  transaction->Put("d", "3");
  const std::vector<std::string> keys = {"a", "b", "c", "d", "e"};
  EXPECT_EQ(transaction->ExistAny(keys), (std::vector<bool>{true, false, true, true, false}));
  transaction->FinishInner();
  EXPECT_EQ(*transaction->GetFromStatement("d"), "3");
  transaction->FinishInner();
  EXPECT_EQ(transaction->Get("a"), "0");
  EXPECT_EQ(*transaction->GetFromStatement("a"), "2");
  transaction->FinishStatement();
  EXPECT_EQ(Collect(*transaction), (Entries{{"a", "2"}, {"c", "2"}, {"d", "3"}}));
  EXPECT_EQ(transaction->CommitAndWait().outcome, Outcome::kCommitted);
  EXPECT_EQ(Stored("d"), "3");
}

TEST_F(TransactionTest, AnErrorInAnInnerStatementAbandonsThoseAroundItToo) {
  Store("a", "0");
  const auto transaction = Begin();
  transaction->Put("a", "1");
  transaction->BeginInner();
  transaction->Put("b", "2");
  transaction->AbandonStatement();
  EXPECT_EQ(Collect(*transaction), (Entries{{"a", "0"}}));
  EXPECT_FALSE(transaction->HasEffects());
}

TEST_F(TransactionTest, AnInnerStatementReadsThePresentWhereThoseAroundItReadAView) {
  const auto transaction = Begin();
  const ReadView before = transaction->TakeView();
  transaction->Put("a", "1");
  transaction->FinishStatement();
  transaction->ReadFrom(before);
  EXPECT_EQ(transaction->Get("a"), std::nullopt);
  transaction->BeginInner();
  EXPECT_EQ(transaction->Get("a"), "1");
  transaction->FinishInner();
  EXPECT_EQ(transaction->Get("a"), std::nullopt);
}

TEST_F(TransactionTest, ReadsSeeFinishedStatementsOnly) {
  Store("a", "0");
  const auto transaction = Begin();
  transaction->Put("a", "1");
  transaction->Delete("b");
  EXPECT_EQ(transaction->Get("a"), "0");
  EXPECT_EQ(*transaction->GetFromStatement("a"), "1");
  EXPECT_TRUE(DeletesInStatement(*transaction, "b"));
  EXPECT_FALSE(transaction->GetFromStatement("c"));
  EXPECT_EQ(Collect(*transaction), (Entries{{"a", "0"}}));
  transaction->FinishStatement();
  EXPECT_EQ(transaction->Get("a"), "1");
  EXPECT_FALSE(transaction->GetFromStatement("a"));
  EXPECT_EQ(Collect(*transaction), (Entries{{"a", "1"}}));
  EXPECT_EQ(Stored("a"), "0");
  EXPECT_EQ(transaction->CommitAndWait().outcome, Outcome::kCommitted);
  EXPECT_EQ(Stored("a"), "1");
}

TEST_F(TransactionTest, AbandonedStatementsLeaveNoTrace) {
  const auto transaction = Begin({.rows_max = 2});
  transaction->CountRows(1);
  transaction->Put("a", "1");
  transaction->FinishStatement();
  Store("guarded", "0");
  transaction->snapshot();
  transaction->CountRows(1);
  transaction->Put("b", "1");
  transaction->GuardAbsent("guarded");
  transaction->DeleteRange({"a", "b"});
  transaction->Touch("marker");
  transaction->AbandonStatement();
  transaction->CountRows(1);
  EXPECT_THROW(transaction->CountRows(1), base::Error);
  EXPECT_EQ(transaction->CommitAndWait().outcome, Outcome::kCommitted);
  EXPECT_EQ(Stored("a"), "1");
  EXPECT_EQ(Stored("b"), std::nullopt);
}

TEST_F(TransactionTest, TheSnapshotStaysUntilItIsRenewed) {
  Store("a", "1");
  const auto transaction = Begin();
  EXPECT_FALSE(transaction->has_snapshot());
  EXPECT_EQ(transaction->Get("a"), "1");
  EXPECT_TRUE(transaction->has_snapshot());
  const kv::Snapshot* snapshot = &transaction->snapshot();
  Store("a", "2");
  EXPECT_EQ(transaction->Get("a"), "1");
  EXPECT_EQ(&transaction->snapshot(), snapshot);
  EXPECT_EQ(transaction->shared_snapshot().get(), snapshot);
  transaction->RenewSnapshot();
  EXPECT_EQ(transaction->Get("a"), "2");
}

TEST_F(TransactionTest, MultiGetMergesLayers) {
  Store("a", "0");
  Store("b", "0");
  Store("c", "0");
  const auto transaction = Begin();
  const std::vector<std::string> keys = {"c", "b", "a", "d"};
  EXPECT_EQ(transaction->MultiGet(keys),
            (std::vector<std::optional<std::string>>{"0", "0", "0", std::nullopt}));
  transaction->Put("b", "1");
  transaction->Delete("c");
  transaction->FinishStatement();
  transaction->Put("d", "1");
  EXPECT_EQ(transaction->MultiGet(keys),
            (std::vector<std::optional<std::string>>{std::nullopt, "1", "0", std::nullopt}));
}

TEST_F(TransactionTest, ADeletedRangeHidesWhatWasBeforeIt) {
  for (const char* key : {"a", "b1", "b2", "c"}) Store(key, "0");
  const auto transaction = Begin();
  transaction->Put("b3", "1");
  transaction->FinishStatement();
  transaction->DeleteRange({"b", "c"});
  transaction->Put("b2", "2");
  EXPECT_TRUE(DeletesInStatement(*transaction, "b1"));
  EXPECT_EQ(transaction->ExistAny(std::vector<std::string>{"a", "b1", "b2", "b3"}),
            (std::vector<bool>{true, false, true, false}));
  transaction->FinishStatement();
  EXPECT_EQ(transaction->Get("b1"), std::nullopt);
  EXPECT_EQ(transaction->Get("b3"), std::nullopt);
  const Entries expected = {{"a", "0"}, {"b2", "2"}, {"c", "0"}};
  EXPECT_EQ(Collect(*transaction), expected);
  EXPECT_EQ(Collect(*transaction, {}, kv::Direction::kBackward), Entries(expected.rbegin(), expected.rend()));
  EXPECT_EQ(transaction->CommitAndWait().outcome, Outcome::kCommitted);
  EXPECT_EQ(Collect(*Begin()), expected);
}

TEST_F(TransactionTest, ExistAnyLooksIntoAllLayers) {
  std::vector<std::string> keys;
  for (int i = 10; i < 60; ++i) {
    keys.push_back("k" + std::to_string(i));
    if (i % 3 == 0) Store(keys.back(), "0");
  }
  const auto transaction = Begin();
  transaction->Put("k10", "1");
  transaction->Delete("k12");
  transaction->FinishStatement();
  transaction->Put("k11", "1");
  transaction->Delete("k15");
  for (const std::size_t count : {std::size_t{1}, std::size_t{2}, keys.size()}) {
    const std::span<const std::string> asked(keys.data(), count);
    const std::vector<bool> exist = transaction->ExistAny(asked);
    ASSERT_EQ(exist.size(), count);
    for (std::size_t i = 0; i < count; ++i) {
      const int number = static_cast<int>(i) + 10;
      const bool expected = number == 10 || number == 11 || (number % 3 == 0 && number != 12 && number != 15);
      EXPECT_EQ(exist[i], expected) << keys[i];
    }
  }
  EXPECT_TRUE(transaction->ExistAny({}).empty());
}

TEST_F(TransactionTest, CommitsThatMeetAnotherWriteConflict) {
  Store("a", "0");
  const auto first = Begin();
  const auto second = Begin();
  for (Transaction* transaction : {first.get(), second.get()}) {
    transaction->Get("a");
    transaction->GuardUnchanged("a");
    transaction->Put("a", "1");
    transaction->FinishStatement();
  }
  EXPECT_EQ(first->CommitAndWait().outcome, Outcome::kCommitted);
  const kv::CommitResult result = second->CommitAndWait();
  EXPECT_EQ(result.outcome, Outcome::kConflict);
  EXPECT_EQ(result.conflict_key, "a");
}

TEST_F(TransactionTest, EveryGuardReachesTheEngine) {
  const auto conflict_with = [this](auto guard, auto disturb) {
    const auto transaction = Begin();
    transaction->snapshot();
    guard(*transaction);
    EXPECT_TRUE(transaction->HasEffects());
    EXPECT_FALSE(transaction->HasWrites());
    disturb();
    return transaction->CommitAndWait();
  };
  const auto touch = [this](const std::string& key) {
    const auto transaction = Begin();
    transaction->Touch(key);
    transaction->CommitAndWait();
  };
  EXPECT_EQ(conflict_with([](Transaction& t) { t.GuardAbsent("a"); }, [&] { Store("a", "1"); }).conflict_kind,
            kv::GuardKind::kAbsent);
  EXPECT_EQ(conflict_with([](Transaction& t) { t.GuardUntouched("m"); }, [&] { touch("m"); }).conflict_kind,
            kv::GuardKind::kUntouched);
  EXPECT_EQ(conflict_with(
                [](Transaction& t) {
                  t.GuardRange({"b", "c"});
                },
                [&] { Store("b1", "1"); })
                .conflict_kind,
            kv::GuardKind::kRangeUnwritten);
}

TEST_F(TransactionTest, AKeyMayBeDeletedAndInsertedAgain) {
  Store("a", "0");
  const auto transaction = Begin();
  transaction->Get("a");
  transaction->GuardUnchanged("a");
  transaction->Delete("a");
  transaction->FinishStatement();
  transaction->GuardAbsent("a");
  transaction->Put("a", "1");
  transaction->FinishStatement();
  EXPECT_EQ(transaction->CommitAndWait().outcome, Outcome::kCommitted);
  EXPECT_EQ(Stored("a"), "1");
}

TEST_F(TransactionTest, APutMayDemandThatItsKeyIsAbsent) {
  const auto outcome_of = [&](const auto& act) {
    const auto transaction = Begin();
    transaction->Get("a");
    act(*transaction);
    Store("a", "other");
    const kv::Outcome outcome = transaction->CommitAndWait().outcome;
    kv::Submission deletion;
    deletion.writes.push_back({"a", std::nullopt});
    engine_->SubmitAndWait(std::move(deletion));
    return outcome;
  };
  EXPECT_EQ(outcome_of([](Transaction& t) { t.PutAbsent("a", "1"); }), kv::Outcome::kConflict);
  // The demand outlives what later statements do to the key.
  EXPECT_EQ(outcome_of([](Transaction& t) {
              t.PutAbsent("a", "1");
              t.FinishStatement();
              t.Put("a", "2");
            }),
            kv::Outcome::kConflict);
  EXPECT_EQ(outcome_of([](Transaction& t) {
              t.PutAbsent("a", "1");
              t.FinishStatement();
              t.DeleteRange({"a", "b"});
            }),
            kv::Outcome::kConflict);
  // But not what undoes it.
  EXPECT_EQ(outcome_of([](Transaction& t) {
              t.Put("a", "1");
              t.MakeSavepoint();
              t.PutAbsent("a", "2");
              t.FinishStatement();
              t.RollBackTo(0);
            }),
            kv::Outcome::kCommitted);
}

TEST_F(TransactionTest, APutThatDemandsAbsenceMayFollowADeletion) {
  Store("a", "0");
  Store("b", "0");
  const auto transaction = Begin();
  transaction->Get("a");
  transaction->GuardUnchanged("a");
  transaction->Delete("a");
  transaction->DeleteRange({"b", "c"});
  transaction->FinishStatement();
  transaction->PutAbsent("a", "1");
  transaction->PutAbsent("b", "1");
  EXPECT_EQ(transaction->CommitAndWait().outcome, kv::Outcome::kCommitted);
  EXPECT_EQ(Stored("a"), "1");
  EXPECT_EQ(Stored("b"), "1");
}

TEST_F(TransactionTest, AKeyMayBeInsertedIntoARangeJustDeleted) {
  Store("a", "0");
  const auto transaction = Begin();
  transaction->DeleteRange({"a", "b"});
  transaction->FinishStatement();
  transaction->GuardAbsent("a");
  transaction->Put("a", "1");
  transaction->FinishStatement();
  EXPECT_EQ(transaction->CommitAndWait().outcome, Outcome::kCommitted);
  EXPECT_EQ(Stored("a"), "1");
}

TEST_F(TransactionTest, CatalogChangesAreMarked) {
  const auto transaction = Begin();
  transaction->SetChangesCatalog();
  transaction->FinishStatement();
  EXPECT_TRUE(transaction->HasEffects());
  const kv::Revision revision = transaction->CommitAndWait().revision;
  EXPECT_EQ(engine_->Latest()->catalog_revision(), revision);
}

TEST_F(TransactionTest, NothingToDecideIsCommittedAtOnce) {
  const auto transaction = Begin();
  transaction->Get("a");
  transaction->FinishStatement();
  EXPECT_FALSE(transaction->HasEffects());
  bool called = false;
  transaction->Commit([&](kv::CommitResult result) { called = result.outcome == Outcome::kCommitted; });
  EXPECT_TRUE(called);
  EXPECT_EQ(engine_->statistics().commits, 0u);
  EXPECT_FALSE(transaction->has_snapshot());
}

base::Report ErrorOf(const std::function<void()>& action) {
  try {
    action();
  } catch (const base::Error& error) {
    return error.report();
  }
  return {};
}

TEST_F(TransactionTest, LimitsAreReportedWithTheirTexts) {
  const auto transaction =
      Begin({.rows_max = 3000, .bytes_max = 10 * 1024 * 1024, .age_max_micros = 300'000'000});
  transaction->CountRows(3000);
  const base::Report rows = ErrorOf([&] { transaction->CountRows(1); });
  EXPECT_EQ(rows.sqlstate, base::sqlstate::kProgramLimitExceeded);
  EXPECT_EQ(rows.message, "transaction row limit exceeded");
  transaction->CheckAge(300'000'000);
  const base::Report age = ErrorOf([&] { transaction->CheckAge(300'000'001); });
  EXPECT_EQ(age.sqlstate, base::sqlstate::kProgramLimitExceeded);
  EXPECT_EQ(age.message, "transaction age limit of 300s exceeded");
  transaction->Put("a", std::string(10 * 1024 * 1024, 'x'));
  transaction->FinishStatement();
  const base::Report bytes = ErrorOf([&] { transaction->CommitAndWait(); });
  EXPECT_EQ(bytes.sqlstate, base::sqlstate::kProgramLimitExceeded);
  EXPECT_EQ(bytes.message, "transaction size limit 10mb exceeded");
  EXPECT_EQ(bytes.detail, "Current transaction size 11mb 10mb");
  EXPECT_EQ(Stored("a"), std::nullopt);
}

TEST_F(TransactionTest, ZeroLimitsBoundNothing) {
  const auto transaction = Begin();
  transaction->CountRows(1'000'000);
  transaction->CheckAge(1'000'000'000'000);
  transaction->Put("a", std::string(1000, 'x'));
  EXPECT_EQ(transaction->CommitAndWait().outcome, Outcome::kCommitted);
}

// Compares scans and seeks of random layers with a plain map.
TEST_F(TransactionTest, MergedScansEqualAModel) {
  std::mt19937 random(20261121);
  const auto random_key = [&] { return std::string(1, static_cast<char>('a' + random() % 26)); };
  for (int round = 0; round < 300; ++round) {
    engine_ = kv::OpenMemory();
    std::map<std::string, std::string> model;
    for (auto i = random() % 20; i > 0; --i) {
      const std::string key = random_key();
      Store(key, "s");
      model[key] = "s";
    }
    const auto transaction = Begin();
    for (auto i = random() % 15; i > 0; --i) {
      const std::string key = random_key();
      switch (random() % 5) {
        case 0:
        case 1:
          transaction->Put(key, std::to_string(i));
          model[key] = std::to_string(i);
          break;
        case 2:
        case 3:
          transaction->Delete(key);
          model.erase(key);
          break;
        default: {
          const std::string end = random() % 4 == 0 ? "" : random_key();
          transaction->DeleteRange({key, end});
          std::erase_if(model, [&](const auto& entry) {
            return entry.first >= key && (end.empty() || entry.first < end);
          });
        }
      }
      if (random() % 3 == 0) transaction->FinishStatement();
    }
    transaction->FinishStatement();
    const kv::KeyRange range = {random() % 3 == 0 ? "" : random_key(), random() % 3 == 0 ? "" : random_key()};
    Entries expected;
    for (const auto& [key, value] : model) {
      if (key >= range.begin && (range.end.empty() || key < range.end)) expected.emplace_back(key, value);
    }
    EXPECT_EQ(Collect(*transaction, range), expected);
    const auto forward = transaction->Scan(range, {});
    const auto backward = transaction->Scan(range, {.direction = kv::Direction::kBackward});
    for (int i = 0; i < 5; ++i) {
      const std::string key = random_key();
      const auto first =
          std::find_if(expected.begin(), expected.end(), [&](const auto& e) { return e.first >= key; });
      ASSERT_EQ(forward->Seek(key), first != expected.end());
      for (auto it = first; it != expected.end(); ++it) {
        ASSERT_EQ(forward->key(), it->first);
        ASSERT_EQ(forward->value(), it->second);
        ASSERT_EQ(forward->Next(), it + 1 != expected.end());
      }
      const auto last =
          std::find_if(expected.rbegin(), expected.rend(), [&](const auto& e) { return e.first <= key; });
      ASSERT_EQ(backward->Seek(key), last != expected.rend());
      for (auto it = last; it != expected.rend(); ++it) {
        ASSERT_EQ(backward->key(), it->first);
        ASSERT_EQ(backward->Next(), it + 1 != expected.rend());
      }
    }
    EXPECT_EQ(transaction->CommitAndWait().outcome, Outcome::kCommitted);
    EXPECT_EQ(Collect(*Begin()), Entries(model.begin(), model.end()));
  }
}

}  // namespace
}  // namespace ordinal::txn
