#include <gtest/gtest.h>

#include <map>
#include <random>
#include <string>
#include <vector>

#include "base/error.h"
#include "kv/memory/memory_engine.h"
#include "txn/transaction.h"

namespace ordinal::txn {
namespace {

using kv::Outcome;
using Entries = std::map<std::string, std::string>;

class SavepointTest : public testing::Test {
 protected:
  std::unique_ptr<Transaction> Begin(Limits limits = {}) {
    return std::make_unique<Transaction>(*engine_, limits, 0);
  }
  void Store(const std::string& key, const std::string& value) {
    kv::Submission submission;
    submission.writes.push_back({key, value});
    engine_->SubmitAndWait(std::move(submission));
  }
  static Entries Collect(Transaction& transaction) {
    Entries entries;
    const auto cursor = transaction.Scan({}, {});
    while (cursor->Next()) entries.emplace(cursor->key(), cursor->value());
    return entries;
  }

  std::unique_ptr<kv::Engine> engine_ = kv::OpenMemory();
};

TEST_F(SavepointTest, GuardsAndTouchesOfWhatIsUndoneAreGone) {
  Store("read", "1");
  const auto transaction = Begin();
  transaction->GuardAbsent("kept");
  transaction->Put("kept", "1");
  transaction->MakeSavepoint();
  transaction->Get("read");
  transaction->GuardUnchanged("read");
  transaction->GuardUntouched("marker");
  transaction->GuardRange({"range", "ranges"});
  transaction->GuardAbsent("other");
  transaction->FinishStatement();
  transaction->RollBackTo(0);
  for (const char* key : {"read", "range1", "other", "marker"}) Store(key, "2");
  EXPECT_EQ(transaction->CommitAndWait().outcome, Outcome::kCommitted);
  EXPECT_EQ(*engine_->Get(*engine_->Latest(), "kept"), "1");
}

TEST_F(SavepointTest, GuardsFromBeforeStay) {
  Store("read", "1");
  const auto transaction = Begin();
  transaction->Get("read");
  transaction->GuardUnchanged("read");
  transaction->Put("kept", "1");
  transaction->MakeSavepoint();
  transaction->GuardUnchanged("read");
  transaction->FinishStatement();
  transaction->RollBackTo(0);
  Store("read", "2");
  EXPECT_EQ(transaction->CommitAndWait().outcome, Outcome::kConflict);
}

TEST_F(SavepointTest, RowsAreCountedAnew) {
  const auto transaction = Begin({.rows_max = 3});
  transaction->CountRows(2);
  transaction->MakeSavepoint();
  transaction->CountRows(1);
  transaction->FinishStatement();
  EXPECT_THROW(transaction->CountRows(1), base::Error);
  transaction->RollBackTo(0);
  transaction->CountRows(1);
  transaction->FinishStatement();
  EXPECT_THROW(transaction->CountRows(1), base::Error);
}

TEST_F(SavepointTest, LastingWritesOutliveFailuresAndRollbacks) {
  const auto transaction = Begin();
  transaction->Put("counter", "1");
  transaction->MakeSavepoint();
  transaction->PutLasting("counter", "2");
  transaction->Put("other", "x");
  transaction->AbandonStatement();
  EXPECT_EQ(transaction->Get("counter"), "2");
  EXPECT_FALSE(transaction->Get("other"));
  transaction->PutLasting("counter", "3");
  transaction->FinishStatement();
  transaction->RollBackTo(0);
  EXPECT_EQ(transaction->Get("counter"), "3");
  // A write of another kind is undone, to what stood there when it was made.
  transaction->PutLasting("counter", "4");
  transaction->FinishStatement();
  transaction->Put("counter", "100");
  transaction->FinishStatement();
  transaction->PutLasting("counter", "101");
  transaction->FinishStatement();
  transaction->RollBackTo(0);
  EXPECT_EQ(transaction->Get("counter"), "4");
}

TEST_F(SavepointTest, LastingWritesGoWithTheKeyThatWasMade) {
  const auto transaction = Begin();
  transaction->MakeSavepoint();
  transaction->Put("counter", "1");
  transaction->PutLasting("counter", "2");
  transaction->AbandonStatement();
  EXPECT_FALSE(transaction->Get("counter"));
  transaction->Put("counter", "1");
  transaction->FinishStatement();
  transaction->PutLasting("counter", "2");
  transaction->FinishStatement();
  transaction->RollBackTo(0);
  EXPECT_FALSE(transaction->Get("counter"));
}

TEST_F(SavepointTest, ViewsDoNotMove) {
  Store("a", "0");
  const auto transaction = Begin();
  transaction->Put("b", "1");
  transaction->FinishStatement();
  const ReadView view = transaction->TakeView();
  const auto scan = transaction->Scan({}, {});
  transaction->Put("c", "2");
  transaction->Delete("a");
  transaction->Put("b", "2");
  transaction->FinishStatement();
  Entries seen;
  while (scan->Next()) seen.emplace(scan->key(), scan->value());
  EXPECT_EQ(seen, (Entries{{"a", "0"}, {"b", "1"}}));
  transaction->ReadFrom(view);
  EXPECT_EQ(Collect(*transaction), (Entries{{"a", "0"}, {"b", "1"}}));
  EXPECT_EQ(transaction->Get("b"), "1");
  transaction->ReadFrom(nullptr);
  EXPECT_EQ(Collect(*transaction), (Entries{{"b", "2"}, {"c", "2"}}));
}

// Against a model that copies everything at each savepoint.
TEST_F(SavepointTest, RandomHistoriesEqualCopies) {
  std::mt19937 random(7);
  const auto random_key = [&] { return std::string(1, static_cast<char>('a' + random() % 12)); };
  for (int round = 0; round < 400; ++round) {
    const auto transaction = Begin();
    Entries model = Collect(*transaction);
    std::vector<Entries> saved;
    for (auto step = 5 + random() % 40; step > 0; --step) {
      switch (random() % 8) {
        case 0:
          transaction->MakeSavepoint();
          saved.push_back(model);
          break;
        case 1:
          if (!saved.empty()) {
            const std::size_t to = random() % saved.size();
            transaction->RollBackTo(to);
            model = saved[to];
            saved.resize(to + 1);
          }
          break;
        case 2:
          if (!saved.empty()) {
            const std::size_t to = random() % saved.size();
            transaction->Release(to);
            saved.resize(to);
          }
          break;
        case 3: {
          const std::string begin = random_key();
          const std::string end = random() % 4 == 0 ? "" : random_key();
          transaction->DeleteRange({begin, end});
          std::erase_if(model, [&](const auto& entry) {
            return entry.first >= begin && (end.empty() || entry.first < end);
          });
          break;
        }
        case 4:
        case 5: {
          const std::string key = random_key();
          transaction->Delete(key);
          model.erase(key);
          break;
        }
        default: {
          const std::string key = random_key();
          transaction->Put(key, std::to_string(step));
          model[key] = std::to_string(step);
        }
      }
      transaction->FinishStatement();
      ASSERT_EQ(Collect(*transaction), model) << "round " << round;
    }
    ASSERT_EQ(transaction->CommitAndWait().outcome, Outcome::kCommitted);
    ASSERT_EQ(Collect(*Begin()), model) << "round " << round;
  }
}

}  // namespace
}  // namespace ordinal::txn
