// States the contract of kv/engine.h as tests; every engine passes all of them.
#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "unit/kv/engine_fixture.h"
#include "unit/kv/etcd_server.h"

namespace ordinal::kv {
namespace {

class ContractTest : public testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (GetParam() == "memory") {
      engine_ = OpenMemory();
      return;
    }
    if (GetParam() == "etcd") {
      engine_ = OpenEtcd(EtcdServer::Shared().Options(), clock_);
      return;
    }
    RocksDbOptions options{.directory = directory_.path(), .sync = false};
    if (GetParam() == "rocksdb_table_files") {
      // Every submission is a large one, and has several files.
      options.large_commit_bytes = 1;
      options.write_buffer_bytes = 1;
    }
    engine_ = OpenRocksDb(options);
    if (GetParam() == "rocksdb_lone_session") engine_->SetActiveSessions(1);
  }

  std::optional<std::string> GetLatest(std::string_view key) { return engine_->Get(*engine_->Latest(), key); }
  Outcome CheckOutcome(SnapshotPtr snapshot, Guard guard) {
    return Check(*engine_, std::move(snapshot), std::move(guard)).outcome;
  }

  base::SystemClock clock_;
  TemporaryDirectory directory_;
  std::unique_ptr<Engine> engine_;
};

INSTANTIATE_TEST_SUITE_P(Engines, ContractTest,
                         testing::Values("memory", "rocksdb", "rocksdb_lone_session", "rocksdb_table_files",
                                         "etcd"),
                         [](const auto& info) { return info.param; });

TEST_P(ContractTest, TraitsSayWhereTheDataIs) {
  const bool shared = GetParam() == "etcd";
  EXPECT_EQ(engine_->traits().exclusive, !shared);
  EXPECT_EQ(engine_->traits().remote, shared);
  EXPECT_EQ(engine_->coordination() != nullptr, shared);
}

TEST_P(ContractTest, RecentShowsWhatThisProcessChangedInTheCatalog) {
  Submission change;
  change.changes_catalog = true;
  const CommitResult changed = engine_->SubmitAndWait(std::move(change));
  const auto recent = engine_->Recent();
  EXPECT_EQ(recent->catalog_revision(), changed.revision);
  EXPECT_GE(recent->revision(), changed.revision);
}

TEST_P(ContractTest, UnchangedOfAKeyKnownToBePresentNoticesAll) {
  Put(*engine_, "a", "1");
  const auto snapshot = engine_->Latest();
  EXPECT_EQ(CheckOutcome(snapshot, Unchanged("a", Sighting::kPresent)), Outcome::kCommitted);
  Put(*engine_, "a", "2");
  EXPECT_EQ(CheckOutcome(snapshot, Unchanged("a", Sighting::kPresent)), Outcome::kConflict);
  Delete(*engine_, "a");
  EXPECT_EQ(CheckOutcome(snapshot, Unchanged("a", Sighting::kPresent)), Outcome::kConflict);
}

TEST_P(ContractTest, ALostRaceBringsTheValueThatWon) {
  if (engine_->traits().exclusive && GetParam() != "memory") return;
  const Revision seen = Put(*engine_, "a", "1").revision;
  const auto claim = [&](Revision seen_at) {
    Submission submission;
    Guard guard = Unchanged("a", Sighting::kPresent);
    guard.seen_at = seen_at;
    submission.guards.push_back(std::move(guard));
    submission.writes.push_back({"a", "mine"});
    submission.read_on_conflict = true;
    return engine_->SubmitAndWait(std::move(submission));
  };
  Put(*engine_, "a", "2");
  const CommitResult lost = claim(seen);
  ASSERT_EQ(lost.outcome, Outcome::kConflict);
  EXPECT_EQ(lost.conflict_key, "a");
  EXPECT_EQ(lost.conflict_value, "2");
  EXPECT_EQ(claim(lost.revision).outcome, Outcome::kCommitted);
  Delete(*engine_, "a");
  const CommitResult gone = claim(lost.revision);
  ASSERT_EQ(gone.outcome, Outcome::kConflict);
  EXPECT_EQ(gone.conflict_value, std::nullopt);
}

TEST_P(ContractTest, TheFirstOfManyGuardsThatFailedIsNamed) {
  Submission rows;
  for (int i = 100; i < 400; ++i) rows.writes.push_back({"k" + std::to_string(i), "v"});
  engine_->SubmitAndWait(std::move(rows));
  Submission submission;
  submission.snapshot = engine_->Latest();
  for (int i = 100; i < 400; ++i)
    submission.guards.push_back(Unchanged("k" + std::to_string(i), Sighting::kPresent));
  Put(*engine_, "k257", "w");
  Delete(*engine_, "k311");
  const CommitResult result = engine_->SubmitAndWait(std::move(submission));
  ASSERT_EQ(result.outcome, Outcome::kConflict);
  EXPECT_EQ(result.conflict_key, "k257");
}

TEST_P(ContractTest, AFreshStoreIsEmpty) {
  const auto snapshot = engine_->Latest();
  EXPECT_TRUE(Collect(*engine_, *snapshot, {}).empty());
  EXPECT_TRUE(Collect(*engine_, *snapshot, {}, Direction::kBackward).empty());
  EXPECT_EQ(snapshot->catalog_revision(), 0u);
  EXPECT_EQ(engine_->Get(*snapshot, "a"), std::nullopt);
}

TEST_P(ContractTest, CommitsHaveAscendingRevisionsThatSnapshotsShow) {
  const auto before = engine_->Latest();
  const CommitResult first = Put(*engine_, "a", "1");
  const CommitResult second = Put(*engine_, "a", "2");
  ASSERT_EQ(first.outcome, Outcome::kCommitted);
  EXPECT_GT(first.revision, before->revision());
  EXPECT_GT(second.revision, first.revision);
  EXPECT_EQ(engine_->Latest()->revision(), second.revision);
  EXPECT_EQ(GetLatest("a"), "2");
  EXPECT_EQ(engine_->Get(*before, "a"), std::nullopt);
}

TEST_P(ContractTest, ValuesMayBeEmptyAndKeysBinary) {
  const std::string key("a\0\xff", 3);
  Put(*engine_, key, "");
  EXPECT_EQ(GetLatest(key), "");
  EXPECT_EQ(GetLatest(std::string("a\0", 2)), std::nullopt);
}

TEST_P(ContractTest, MultiGetAnswersInOrder) {
  Put(*engine_, "a", "1");
  Put(*engine_, "c", "3");
  const std::vector<std::string> keys = {"c", "b", "a", "c"};
  const auto values = engine_->MultiGet(*engine_->Latest(), keys);
  EXPECT_EQ(values, (std::vector<std::optional<std::string>>{"3", std::nullopt, "1", "3"}));
  EXPECT_TRUE(engine_->MultiGet(*engine_->Latest(), {}).empty());
}

TEST_P(ContractTest, UnchangedHoldsUntilTheKeyIsWritten) {
  Put(*engine_, "a", "1");
  const auto snapshot = engine_->Latest();
  Put(*engine_, "b", "1");
  EXPECT_EQ(CheckOutcome(snapshot, Unchanged("a")), Outcome::kCommitted);
  Put(*engine_, "a", "1");  // even the same value
  const CommitResult result = Check(*engine_, snapshot, Unchanged("a"));
  EXPECT_EQ(result.outcome, Outcome::kConflict);
  EXPECT_EQ(result.conflict_key, "a");
  EXPECT_EQ(result.conflict_kind, GuardKind::kUnchanged);
  EXPECT_EQ(CheckOutcome(engine_->Latest(), Unchanged("a")), Outcome::kCommitted);
}

TEST_P(ContractTest, UnchangedMayBeJudgedSinceALaterRevisionThanTheSnapshots) {
  Put(*engine_, "a", "1");
  const auto snapshot = engine_->Latest();
  Guard since = Unchanged("a");
  since.seen_at = Put(*engine_, "a", "2").revision;
  Put(*engine_, "b", "1");
  EXPECT_EQ(CheckOutcome(snapshot, Unchanged("a")), Outcome::kConflict);
  EXPECT_EQ(CheckOutcome(snapshot, since), Outcome::kCommitted);
  Put(*engine_, "a", "3");
  EXPECT_EQ(CheckOutcome(snapshot, since), Outcome::kConflict);
}

// No snapshot was open when the key was seen, so engines were free to forget what happened since.
TEST_P(ContractTest, ASightingBeforeTheSnapshotMissesNoWrite) {
  for (const bool deleted : {false, true}) {
    Guard since = Unchanged("a");
    since.seen_at = Put(*engine_, "a", "1").revision;
    deleted ? Delete(*engine_, "a") : Put(*engine_, "a", "2");
    for (int i = 0; i < 10; ++i) Put(*engine_, "b", "1");
    EXPECT_EQ(CheckOutcome(engine_->Latest(), since), Outcome::kConflict);
  }
}

TEST_P(ContractTest, UnchangedNoticesDeletionAndResurrection) {
  Put(*engine_, "a", "1");
  const auto snapshot = engine_->Latest();
  Delete(*engine_, "a");
  EXPECT_EQ(CheckOutcome(snapshot, Unchanged("a")), Outcome::kConflict);
  Put(*engine_, "a", "1");
  EXPECT_EQ(CheckOutcome(snapshot, Unchanged("a")), Outcome::kConflict);
}

TEST_P(ContractTest, UnchangedHoldsForAKeyThatIsStillAbsent) {
  const auto snapshot = engine_->Latest();
  EXPECT_EQ(CheckOutcome(snapshot, Unchanged("a")), Outcome::kCommitted);
  Put(*engine_, "a", "1");
  EXPECT_EQ(CheckOutcome(snapshot, Unchanged("a")), Outcome::kConflict);
}

TEST_P(ContractTest, AWriterCannotResurrectADeletedKey) {
  Put(*engine_, "row", "1");
  const auto snapshot = engine_->Latest();
  Delete(*engine_, "row");
  Submission update;
  update.snapshot = snapshot;
  update.guards.push_back(Unchanged("row"));
  update.writes.push_back({"row", "2"});
  EXPECT_EQ(engine_->SubmitAndWait(std::move(update)).outcome, Outcome::kConflict);
  EXPECT_EQ(GetLatest("row"), std::nullopt);
}

TEST_P(ContractTest, AbsentWithoutASnapshotAsksTheStore) {
  EXPECT_EQ(CheckOutcome(nullptr, Absent("a")), Outcome::kCommitted);
  Put(*engine_, "a", "1");
  const CommitResult result = Check(*engine_, nullptr, Absent("a"));
  EXPECT_EQ(result.outcome, Outcome::kConflict);
  EXPECT_EQ(result.conflict_kind, GuardKind::kAbsent);
  Delete(*engine_, "a");
  EXPECT_EQ(CheckOutcome(nullptr, Absent("a")), Outcome::kCommitted);
}

TEST_P(ContractTest, AbsentThatWasSeenMeetsALaterInsert) {
  const auto snapshot = engine_->Latest();
  EXPECT_EQ(CheckOutcome(snapshot, Absent("a", Sighting::kAbsent)), Outcome::kCommitted);
  Put(*engine_, "a", "1");
  EXPECT_EQ(CheckOutcome(snapshot, Absent("a", Sighting::kAbsent)), Outcome::kConflict);
  EXPECT_EQ(CheckOutcome(snapshot, Absent("a")), Outcome::kConflict);
}

// A write may demand itself that its key is absent, whether that was seen or not.
TEST_P(ContractTest, AWriteMayDemandThatItsKeyIsAbsent) {
  const auto insert = [&](SnapshotPtr snapshot, Sighting sighting, const std::string& value) {
    Submission submission;
    submission.snapshot = std::move(snapshot);
    submission.writes.push_back({.key = "a", .value = value, .guard_absent = true, .sighting = sighting});
    submission.writes.push_back({.key = "b", .value = value});
    return engine_->SubmitAndWait(std::move(submission));
  };
  const auto before = engine_->Latest();
  EXPECT_EQ(insert(nullptr, Sighting::kUnknown, "1").outcome, Outcome::kCommitted);
  for (const auto& [snapshot, sighting] :
       {std::pair(SnapshotPtr(), Sighting::kUnknown), std::pair(before, Sighting::kAbsent)}) {
    const CommitResult result = insert(snapshot, sighting, "2");
    EXPECT_EQ(result.outcome, Outcome::kConflict);
    EXPECT_EQ(result.conflict_kind, GuardKind::kAbsent);
    EXPECT_EQ(result.conflict_key, "a");
  }
  EXPECT_EQ(GetLatest("b"), "1");
  Delete(*engine_, "a");
  EXPECT_EQ(insert(engine_->Latest(), Sighting::kAbsent, "3").outcome, Outcome::kCommitted);
  EXPECT_EQ(GetLatest("a"), "3");
}

TEST_P(ContractTest, UntouchedMeetsATouchThatCameAfterTheSnapshot) {
  const auto before = engine_->Latest();
  ASSERT_EQ(Touch(*engine_, "marker").outcome, Outcome::kCommitted);
  const CommitResult result = Check(*engine_, before, Untouched("marker"));
  EXPECT_EQ(result.outcome, Outcome::kConflict);
  EXPECT_EQ(result.conflict_kind, GuardKind::kUntouched);
  EXPECT_EQ(CheckOutcome(before, Untouched("other")), Outcome::kCommitted);
}

TEST_P(ContractTest, UntouchedForgivesATouchThatCameBeforeTheSnapshot) {
  Touch(*engine_, "marker");
  const auto after = engine_->Latest();
  EXPECT_EQ(CheckOutcome(after, Untouched("marker")), Outcome::kCommitted);
}

TEST_P(ContractTest, TouchesLeaveValuesAlone) {
  Put(*engine_, "a", "1");
  const auto snapshot = engine_->Latest();
  Touch(*engine_, "a");
  EXPECT_EQ(GetLatest("a"), "1");
  EXPECT_EQ(CheckOutcome(snapshot, Unchanged("a")), Outcome::kCommitted);
  EXPECT_TRUE(Collect(*engine_, *engine_->Latest(), {"b", ""}).empty());
}

// A child insert guards X and touches S; a delete of the parent touches X and guards S. Whoever comes second
// fails.
TEST_P(ContractTest, CrossedMarkersConflictInBothOrders) {
  for (const bool child_first : {true, false}) {
    const auto snapshot = engine_->Latest();
    Submission child;
    child.snapshot = snapshot;
    child.guards.push_back(Untouched("x"));
    child.touches.push_back("y");
    child.writes.push_back({"child", "1"});
    Submission parent;
    parent.snapshot = snapshot;
    parent.guards.push_back(Untouched("y"));
    parent.touches.push_back("x");
    parent.writes.push_back({"parent", std::nullopt});
    EXPECT_EQ(engine_->SubmitAndWait(child_first ? child : parent).outcome, Outcome::kCommitted);
    EXPECT_EQ(engine_->SubmitAndWait(child_first ? parent : child).outcome, Outcome::kConflict);
  }
}

TEST_P(ContractTest, RangeUnwrittenSeesWritesAndDeletionsInside) {
  Put(*engine_, "b1", "1");
  const auto snapshot = engine_->Latest();
  Put(*engine_, "a", "1");
  Put(*engine_, "c", "1");
  EXPECT_EQ(CheckOutcome(snapshot, RangeUnwritten("b", "c")), Outcome::kCommitted);
  Delete(*engine_, "b1");
  EXPECT_EQ(CheckOutcome(snapshot, RangeUnwritten("b", "c")), Outcome::kConflict);
  const auto later = engine_->Latest();
  EXPECT_EQ(CheckOutcome(later, RangeUnwritten("b", "c")), Outcome::kCommitted);
  Put(*engine_, "b2", "1");
  const CommitResult result = Check(*engine_, later, RangeUnwritten("b", "c"));
  EXPECT_EQ(result.outcome, Outcome::kConflict);
  EXPECT_EQ(result.conflict_kind, GuardKind::kRangeUnwritten);
  EXPECT_EQ(CheckOutcome(later, RangeUnwritten("b3", "")), Outcome::kCommitted);
  EXPECT_EQ(CheckOutcome(snapshot, RangeUnwritten("c", "")), Outcome::kConflict);
}

TEST_P(ContractTest, ADeletedRangeIsAWriteOfItsKeys) {
  Put(*engine_, "b1", "1");
  Put(*engine_, "b2", "1");
  Put(*engine_, "c", "1");
  const auto snapshot = engine_->Latest();
  ASSERT_EQ(DeleteRange(*engine_, "b", "c").outcome, Outcome::kCommitted);
  EXPECT_EQ(CheckOutcome(snapshot, Unchanged("b1")), Outcome::kConflict);
  EXPECT_EQ(CheckOutcome(snapshot, RangeUnwritten("b2", "b3")), Outcome::kConflict);
  EXPECT_EQ(CheckOutcome(snapshot, Unchanged("c")), Outcome::kCommitted);
  EXPECT_EQ(Collect(*engine_, *engine_->Latest(), {}), (Entries{{"c", "1"}}));
  EXPECT_EQ(Collect(*engine_, *snapshot, {}).size(), 3u);
}

TEST_P(ContractTest, RangesAreDeletedBeforeWritesAreApplied) {
  Put(*engine_, "b1", "old");
  Submission truncate;
  truncate.deleted_ranges.push_back({"b", "c"});
  truncate.writes.push_back({"b2", "new"});
  engine_->SubmitAndWait(std::move(truncate));
  EXPECT_EQ(Collect(*engine_, *engine_->Latest(), {}), (Entries{{"b2", "new"}}));
}

TEST_P(ContractTest, RangesMayBeOpenEmptyOrReversed) {
  Put(*engine_, "a", "1");
  Put(*engine_, "z", "1");
  EXPECT_EQ(DeleteRange(*engine_, "b", "b").outcome, Outcome::kCommitted);
  EXPECT_EQ(DeleteRange(*engine_, "z", "a").outcome, Outcome::kCommitted);
  EXPECT_EQ(Collect(*engine_, *engine_->Latest(), {}).size(), 2u);
  EXPECT_EQ(DeleteRange(*engine_, "b", "").outcome, Outcome::kCommitted);
  EXPECT_EQ(Collect(*engine_, *engine_->Latest(), {}), (Entries{{"a", "1"}}));
  EXPECT_EQ(DeleteRange(*engine_, "", "").outcome, Outcome::kCommitted);
  EXPECT_TRUE(Collect(*engine_, *engine_->Latest(), {}).empty());
  EXPECT_EQ(Put(*engine_, "a", "2").outcome, Outcome::kCommitted);
}

TEST_P(ContractTest, AConflictWritesNothing) {
  const auto snapshot = engine_->Latest();
  Put(*engine_, "a", "1");
  Submission submission;
  submission.snapshot = snapshot;
  submission.guards = {Unchanged("b"), Unchanged("a")};
  submission.writes.push_back({"b", "1"});
  submission.touches.push_back("marker");
  EXPECT_EQ(engine_->SubmitAndWait(std::move(submission)).outcome, Outcome::kConflict);
  EXPECT_EQ(GetLatest("b"), std::nullopt);
  EXPECT_EQ(CheckOutcome(snapshot, Untouched("marker")), Outcome::kCommitted);
  EXPECT_EQ(engine_->statistics().conflicts, 1u);
}

TEST_P(ContractTest, SnapshotsStayStableWhileCommitsGoOn) {
  constexpr int kRows = 200;
  for (int i = 0; i < kRows; ++i) Put(*engine_, "k" + std::to_string(1000 + i), "old");
  const auto snapshot = engine_->Latest();
  const Entries before = Collect(*engine_, *snapshot, {});
  const auto cursor = engine_->Scan(*snapshot, {}, {});
  Entries seen;
  for (int i = 0; i < kRows; ++i) {
    ASSERT_TRUE(cursor->Next());
    seen.emplace_back(cursor->key(), cursor->value());
    const std::string key = "k" + std::to_string(1000 + (i * 7 + 50) % kRows);
    if (i % 2 == 0) {
      Delete(*engine_, key);
    } else {
      Put(*engine_, key + "new", "new");
    }
  }
  EXPECT_FALSE(cursor->Next());
  EXPECT_EQ(seen, before);
  EXPECT_EQ(Collect(*engine_, *snapshot, {}), before);
  EXPECT_EQ(engine_->Get(*snapshot, "k1050"), "old");
  EXPECT_EQ(GetLatest("k1050"), std::nullopt);
}

TEST_P(ContractTest, ScansRespectBoundsAndDirection) {
  for (const char* key : {"a", "b", "c", "d"}) Put(*engine_, key, key);
  const auto snapshot = engine_->Latest();
  EXPECT_EQ(Collect(*engine_, *snapshot, {"b", "d"}), (Entries{{"b", "b"}, {"c", "c"}}));
  EXPECT_EQ(Collect(*engine_, *snapshot, {"b", "d"}, Direction::kBackward),
            (Entries{{"c", "c"}, {"b", "b"}}));
  EXPECT_EQ(Collect(*engine_, *snapshot, {"c", ""}, Direction::kBackward), (Entries{{"d", "d"}, {"c", "c"}}));
  EXPECT_TRUE(Collect(*engine_, *snapshot, {"c", "c"}).empty());
  EXPECT_TRUE(Collect(*engine_, *snapshot, {"d", "b"}).empty());
  EXPECT_TRUE(Collect(*engine_, *snapshot, {"d", "b"}, Direction::kBackward).empty());
}

TEST_P(ContractTest, SeekGoesForwardAndClampsToTheRange) {
  for (const char* key : {"a", "c", "e", "g"}) Put(*engine_, key, key);
  const auto snapshot = engine_->Latest();
  const auto cursor = engine_->Scan(*snapshot, {"b", "g"}, {});
  ASSERT_TRUE(cursor->Seek("d"));
  EXPECT_EQ(cursor->key(), "e");
  EXPECT_FALSE(cursor->Next());
  ASSERT_TRUE(cursor->Seek("c"));
  EXPECT_EQ(cursor->key(), "c");
  ASSERT_TRUE(cursor->Seek("a"));
  EXPECT_EQ(cursor->key(), "c");
  ASSERT_TRUE(cursor->Next());
  EXPECT_EQ(cursor->key(), "e");
  EXPECT_FALSE(cursor->Seek("f"));
  EXPECT_FALSE(cursor->Seek("z"));
}

TEST_P(ContractTest, SeekGoesBackwardAndClampsToTheRange) {
  for (const char* key : {"a", "c", "e", "g"}) Put(*engine_, key, key);
  const auto snapshot = engine_->Latest();
  const auto cursor = engine_->Scan(*snapshot, {"b", "g"}, {.direction = Direction::kBackward});
  ASSERT_TRUE(cursor->Seek("d"));
  EXPECT_EQ(cursor->key(), "c");
  EXPECT_FALSE(cursor->Next());
  ASSERT_TRUE(cursor->Seek("e"));
  EXPECT_EQ(cursor->key(), "e");
  ASSERT_TRUE(cursor->Seek("z"));
  EXPECT_EQ(cursor->key(), "e");
  ASSERT_TRUE(cursor->Next());
  EXPECT_EQ(cursor->key(), "c");
  EXPECT_FALSE(cursor->Seek("b"));
  EXPECT_FALSE(cursor->Seek("a"));
}

TEST_P(ContractTest, CatalogRevisionFollowsCatalogChanges) {
  const auto before = engine_->Latest();
  Submission change;
  change.changes_catalog = true;
  change.writes = {{"c1", "1"}, {"c2", "2"}};
  const CommitResult changed = engine_->SubmitAndWait(std::move(change));
  const auto after = engine_->Latest();
  Put(*engine_, "a", "1");
  const auto later = engine_->Latest();
  EXPECT_EQ(before->catalog_revision(), 0u);
  EXPECT_EQ(after->catalog_revision(), changed.revision);
  EXPECT_EQ(later->catalog_revision(), changed.revision);
  Submission bare;
  bare.changes_catalog = true;
  const CommitResult second = engine_->SubmitAndWait(std::move(bare));
  EXPECT_GT(second.revision, changed.revision);
  EXPECT_EQ(engine_->Latest()->catalog_revision(), second.revision);
  EXPECT_EQ(later->catalog_revision(), changed.revision);
  EXPECT_EQ(Collect(*engine_, *engine_->Latest(), {}).size(), 3u);
}

TEST_P(ContractTest, NoUpdateIsLostAmongThreads) {
  constexpr int kThreads = 8;
  constexpr int kIncrements = 50;
  Put(*engine_, "counter", "0");
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([this] {
      for (int done = 0; done < kIncrements;) {
        Submission submission;
        submission.snapshot = engine_->Latest();
        const int value = std::stoi(*engine_->Get(*submission.snapshot, "counter"));
        submission.guards.push_back(Unchanged("counter"));
        submission.writes.push_back({"counter", std::to_string(value + 1)});
        const Outcome outcome = engine_->SubmitAndWait(std::move(submission)).outcome;
        ASSERT_TRUE(outcome == Outcome::kCommitted || outcome == Outcome::kConflict);
        if (outcome == Outcome::kCommitted) ++done;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(GetLatest("counter"), std::to_string(kThreads * kIncrements));
}

TEST_P(ContractTest, ASnapshotStaysAsItIsWhileCommitsArrive) {
  std::atomic<bool> stop = false;
  std::atomic<int> changed = 0;
  std::thread reader([&] {
    while (!stop) {
      const auto snapshot = engine_->Latest();
      const auto first = engine_->Get(*snapshot, "a");
      for (int i = 0; i < 50; ++i) {
        if (engine_->Get(*snapshot, "a") != first) ++changed;
      }
    }
  });
  for (int i = 0; i < 200; ++i) Put(*engine_, "a", std::to_string(i));
  stop = true;
  reader.join();
  EXPECT_EQ(changed, 0);
}

// Threads insert rows and keep their sum in one key, in one commit; a snapshot never shows one without the
// other.
TEST_P(ContractTest, SnapshotsShowWholeCommitsOnly) {
  std::atomic<bool> stop = false;
  std::atomic<int> torn = 0;
  Put(*engine_, "a", "0");
  Put(*engine_, "b", "0");
  std::thread reader([&] {
    while (!stop) {
      const auto snapshot = engine_->Latest();
      if (engine_->Get(*snapshot, "a") != engine_->Get(*snapshot, "b")) ++torn;
    }
  });
  for (int i = 0; i < 300; ++i) {
    Submission submission;
    submission.writes = {{"a", std::to_string(i)}, {"b", std::to_string(i)}};
    engine_->SubmitAndWait(std::move(submission));
  }
  stop = true;
  reader.join();
  EXPECT_EQ(torn, 0);
}

TEST_P(ContractTest, EveryCallbackRunsOnceEvenWhenTheEngineCloses) {
  constexpr int kSubmissions = 500;
  std::mutex mutex;
  std::vector<int> calls(kSubmissions, 0);
  for (int i = 0; i < kSubmissions; ++i) {
    Submission submission;
    submission.writes.push_back({"k" + std::to_string(i), "v"});
    engine_->Submit(std::move(submission), [&, i](CommitResult result) {
      const std::lock_guard lock(mutex);
      calls[static_cast<std::size_t>(i)] += result.outcome == Outcome::kCommitted ? 1 : 1000;
    });
  }
  engine_->Close();
  EXPECT_EQ(calls, std::vector<int>(kSubmissions, 1));
  EXPECT_EQ(engine_->statistics().commits, static_cast<std::uint64_t>(kSubmissions));
}

TEST_P(ContractTest, ACallbackMaySubmit) {
  std::mutex mutex;
  std::condition_variable changed;
  int depth = 0;
  std::function<void(CommitResult)> next = [&](CommitResult) {
    {
      const std::lock_guard lock(mutex);
      ++depth;
      changed.notify_one();
      if (depth == 10) return;
    }
    Submission submission;
    submission.writes.push_back({"a", "1"});
    engine_->Submit(std::move(submission), next);
  };
  next({});
  std::unique_lock lock(mutex);
  changed.wait(lock, [&] { return depth == 10; });
  lock.unlock();
  engine_->Close();
}

TEST_P(ContractTest, SnapshotsMayOutliveTheEngine) {
  Put(*engine_, "a", "1");
  const auto snapshot = engine_->Latest();
  Put(*engine_, "a", "2");
  const Revision revision = snapshot->revision();
  engine_.reset();
  EXPECT_EQ(snapshot->revision(), revision);
}

TEST_P(ContractTest, SessionsComeAndGoWhileOthersCommit) {
  constexpr int kThreads = 4;
  constexpr int kCommits = 200;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([this, t] {
      for (int i = 0; i < kCommits; ++i) {
        if (i % 10 == t) engine_->SetActiveSessions(i % 3);
        ASSERT_EQ(Put(*engine_, "k" + std::to_string(t * kCommits + i), "v").outcome, Outcome::kCommitted);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(Collect(*engine_, *engine_->Latest(), {}).size(), static_cast<std::size_t>(kThreads * kCommits));
}

}  // namespace
}  // namespace ordinal::kv
