// Tests what only the RocksDB engine promises: durability, refusals at opening, bounds, grouping.
#include "kv/rocksdb/rocksdb_engine.h"

#include <atomic>
#include <fstream>
#include <thread>

#include "base/error.h"
#include "kv/rocksdb/log_tail.h"
#include "kv/rocksdb/reserved_keys.h"
#include "rocksdb/db.h"
#include "rocksdb/env.h"
#include "unit/kv/engine_fixture.h"

namespace ordinal::kv {
namespace {

namespace fs = std::filesystem;

// Copies the names, sizes and contents of a directory's files, to see whether anything changed.
std::map<std::string, std::string> ContentsOf(const std::string& directory) {
  std::map<std::string, std::string> contents;
  for (const auto& entry : fs::directory_iterator(directory)) {
    std::ifstream in(entry.path(), std::ios::binary);
    contents[entry.path().filename()] = std::string(std::istreambuf_iterator<char>(in), {});
  }
  return contents;
}

base::SqlState OpenErrorOf(const RocksDbOptions& options) {
  try {
    OpenRocksDb(options);
  } catch (const base::Error& error) {
    EXPECT_FALSE(std::string(error.what()).empty());
    EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos);
    return error.sqlstate();
  }
  return base::sqlstate::kSuccessfulCompletion;
}

class RocksDbEngineTest : public testing::Test {
 protected:
  RocksDbOptions Options() const { return {.directory = directory_.path()}; }
  // Writes to the store behind the engine's back.
  void Overwrite(std::string_view key, const std::string& value) const {
    rocksdb::DB* db = nullptr;
    rocksdb::Options options;
    options.create_if_missing = true;
    ASSERT_TRUE(rocksdb::DB::Open(options, directory_.path(), &db).ok());
    ASSERT_TRUE(db->Put(rocksdb::WriteOptions(), key, value).ok());
    delete db;
  }

  TemporaryDirectory directory_;
};

TEST_F(RocksDbEngineTest, AcknowledgedDataIsThereAfterReopening) {
  Revision last = 0;
  {
    const auto engine = OpenRocksDb(Options());
    for (int i = 0; i < 100; ++i) last = Put(*engine, "k" + std::to_string(i), std::to_string(i)).revision;
    Delete(*engine, "k7");
    DeleteRange(*engine, "k90", "k99");
  }
  const auto engine = OpenRocksDb(Options());
  const auto snapshot = engine->Latest();
  EXPECT_GT(snapshot->revision(), last);
  EXPECT_EQ(engine->Get(*snapshot, "k6"), "6");
  EXPECT_EQ(engine->Get(*snapshot, "k7"), std::nullopt);
  EXPECT_EQ(engine->Get(*snapshot, "k95"), std::nullopt);
  EXPECT_EQ(engine->Get(*snapshot, "k99"), "99");
  EXPECT_GT(Put(*engine, "a", "1").revision, snapshot->revision());
}

// The directory is copied while the store is open, as a crash would leave it.
TEST_F(RocksDbEngineTest, AcknowledgedDataSurvivesWithoutAClose) {
  TemporaryDirectory copy;
  const auto engine = OpenRocksDb(Options());
  for (int i = 0; i < 100; ++i) Put(*engine, "k" + std::to_string(i), std::to_string(i));
  fs::copy(directory_.path(), copy.path(), fs::copy_options::recursive);
  const auto recovered = OpenRocksDb({.directory = copy.path()});
  EXPECT_EQ(Collect(*recovered, *recovered->Latest(), {}).size(), 100u);
}

TEST_F(RocksDbEngineTest, CatalogRevisionIsStableOverReopening) {
  Revision changed = 0;
  {
    const auto engine = OpenRocksDb(Options());
    Submission submission;
    submission.changes_catalog = true;
    submission.writes = {{"c1", "1"}, {"c2", "2"}};
    changed = engine->SubmitAndWait(std::move(submission)).revision;
    Put(*engine, "a", "1");
  }
  for (int i = 0; i < 2; ++i) {
    const auto engine = OpenRocksDb(Options());
    EXPECT_EQ(engine->Latest()->catalog_revision(), changed);
    EXPECT_EQ(Collect(*engine, *engine->Latest(), {}).size(), 3u);
  }
}

TEST_F(RocksDbEngineTest, ASecondOpenOfTheDirectoryIsRefused) {
  const auto engine = OpenRocksDb(Options());
  Put(*engine, "a", "1");
  EXPECT_EQ(OpenErrorOf(Options()), base::sqlstate::kObjectInUse);
  EXPECT_EQ(Put(*engine, "a", "2").outcome, Outcome::kCommitted);
}

TEST_F(RocksDbEngineTest, ANewerFormatIsRefusedUntouched) {
  OpenRocksDb(Options())->Close();
  Overwrite(kFormatKey, "2");
  const auto before = ContentsOf(directory_.path());
  EXPECT_EQ(OpenErrorOf(Options()), base::sqlstate::kObjectNotInPrerequisiteState);
  EXPECT_EQ(ContentsOf(directory_.path()), before);
}

TEST_F(RocksDbEngineTest, ADamagedFormatIsRefused) {
  OpenRocksDb(Options())->Close();
  Overwrite(kFormatKey, "1x");
  EXPECT_EQ(OpenErrorOf(Options()), base::sqlstate::kDataCorrupted);
}

TEST_F(RocksDbEngineTest, SomebodyElsesDataIsRefusedUntouched) {
  Overwrite("key", "value");
  const auto before = ContentsOf(directory_.path());
  EXPECT_EQ(OpenErrorOf(Options()), base::sqlstate::kObjectNotInPrerequisiteState);
  EXPECT_EQ(ContentsOf(directory_.path()), before);
}

TEST_F(RocksDbEngineTest, AMissingDirectoryIsAnErrorUnlessItMayBeCreated) {
  RocksDbOptions options = Options();
  options.create_if_missing = false;
  EXPECT_EQ(OpenErrorOf(options), base::sqlstate::kIoError);
  EXPECT_FALSE(fs::exists(directory_.path()));
  options.directory = "/proc/none";
  options.create_if_missing = true;
  EXPECT_EQ(OpenErrorOf(options), base::sqlstate::kIoError);
}

// Finds the newest write-ahead log of a copied store.
fs::path NewestLog(const std::string& directory) {
  fs::path newest;
  for (const auto& entry : fs::directory_iterator(directory)) {
    if (entry.path().extension() == ".log" && entry.path() > newest) newest = entry.path();
  }
  return newest;
}

void WriteInto(const fs::path& path, std::uint64_t offset, const std::string& bytes) {
  std::fstream file(path, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(static_cast<std::streamoff>(offset));
  file << bytes;
}

class DamagedLogTest : public RocksDbEngineTest {
 protected:
  void SetUp() override {
    const auto engine = OpenRocksDb(Options());
    for (int i = 0; i < 100; ++i) Put(*engine, "k" + std::to_string(i), std::string(500, 'v'));
    fs::copy(directory_.path(), copy_.path(), fs::copy_options::recursive);
  }
  static std::uint64_t EndOf(const fs::path& log) {
    std::ifstream in(log, std::ios::binary);
    return FindLogEnd(std::string(std::istreambuf_iterator<char>(in), {})).offset;
  }
  TemporaryDirectory copy_;
};

TEST_F(DamagedLogTest, ATornTailIsCutOff) {
  const fs::path log = NewestLog(copy_.path());
  fs::resize_file(log, EndOf(log) - 100);
  const auto engine = OpenRocksDb({.directory = copy_.path()});
  EXPECT_EQ(Collect(*engine, *engine->Latest(), {}).size(), 99u);
}

TEST_F(DamagedLogTest, ATornTailBeforeZerosIsCutOff) {
  const fs::path log = NewestLog(copy_.path());
  const std::uint64_t end = EndOf(log);
  ASSERT_GT(fs::file_size(log), end);
  WriteInto(log, end - 100, std::string(100, '\0'));
  const auto engine = OpenRocksDb({.directory = copy_.path()});
  EXPECT_EQ(Collect(*engine, *engine->Latest(), {}).size(), 99u);
}

// A crash while opening leaves the new log behind, empty, and the old one still needed.
TEST_F(DamagedLogTest, ATornTailIsCutOffBeforeALogWithoutRecords) {
  const fs::path log = NewestLog(copy_.path());
  WriteInto(log, EndOf(log) - 100, std::string(100, '\0'));
  std::ofstream(fs::path(copy_.path()) / "999998.log");
  std::ofstream(fs::path(copy_.path()) / "999999.log") << std::string(100, '\0');
  const auto engine = OpenRocksDb({.directory = copy_.path()});
  EXPECT_EQ(Collect(*engine, *engine->Latest(), {}).size(), 99u);
}

TEST_F(DamagedLogTest, ABadTailBeforeALogWithRecordsIsRefused) {
  const fs::path log = NewestLog(copy_.path());
  fs::copy_file(log, fs::path(copy_.path()) / "999999.log");
  WriteInto(log, EndOf(log) - 100, "damage");
  EXPECT_EQ(OpenErrorOf({.directory = copy_.path()}), base::sqlstate::kDataCorrupted);
}

TEST_F(DamagedLogTest, ClosingCutsTheZerosOff) {
  const fs::path log = NewestLog(directory_.path());
  EXPECT_EQ(fs::file_size(log), EndOf(log));
}

TEST_F(DamagedLogTest, DamageInTheMiddleIsRefusedUntouched) {
  const fs::path log = NewestLog(copy_.path());
  WriteInto(log, EndOf(log) / 2, "damage");
  const auto before = ContentsOf(copy_.path());
  EXPECT_EQ(OpenErrorOf({.directory = copy_.path()}), base::sqlstate::kDataCorrupted);
  EXPECT_TRUE(ContentsOf(copy_.path()) == before);
}

TEST_F(RocksDbEngineTest, ADamagedTableFileRaisesAnErrorWhenRead) {
  {
    const auto engine = OpenRocksDb(Options());
    for (int i = 0; i < 100; ++i) Put(*engine, "k" + std::to_string(i), std::string(500, 'v'));
  }
  OpenRocksDb(Options())->Close();  // recovery turns the log into a table file
  for (const auto& entry : fs::directory_iterator(directory_.path())) {
    if (entry.path().extension() != ".sst") continue;
    std::fstream file(entry.path(), std::ios::binary | std::ios::in | std::ios::out);
    file.seekp(30000);
    file.write("damage", 6);
  }
  const auto engine = OpenRocksDb(Options());
  const auto snapshot = engine->Latest();
  try {
    Collect(*engine, *snapshot, {});
    FAIL() << "damage went unnoticed";
  } catch (const base::Error& error) {
    EXPECT_EQ(error.sqlstate(), base::sqlstate::kDataCorrupted);
  }
}

TEST_F(RocksDbEngineTest, ASnapshotOlderThanTheTableReachesIsTooOld) {
  RocksDbOptions options = Options();
  options.sync = false;
  options.conflict_keys_max = 10;
  const auto engine = OpenRocksDb(options);
  const auto old = engine->Latest();
  for (int i = 0; i < 10; ++i) Put(*engine, "k" + std::to_string(i), "v");
  EXPECT_EQ(Check(*engine, old, Unchanged("a")).outcome, Outcome::kCommitted);
  const auto younger = engine->Latest();
  Put(*engine, "k10", "v");
  EXPECT_EQ(Check(*engine, old, Unchanged("a")).outcome, Outcome::kSnapshotTooOld);
  EXPECT_EQ(Check(*engine, younger, Unchanged("a")).outcome, Outcome::kCommitted);
  EXPECT_EQ(Check(*engine, younger, Unchanged("k10")).outcome, Outcome::kConflict);
  EXPECT_EQ(engine->Get(*old, "k1"), std::nullopt);  // reading goes on
  for (int i = 0; i < 20; ++i) Touch(*engine, "m" + std::to_string(i));
  EXPECT_EQ(Check(*engine, younger, Untouched("x")).outcome, Outcome::kSnapshotTooOld);
  EXPECT_EQ(Check(*engine, engine->Latest(), Untouched("m19")).outcome, Outcome::kCommitted);
}

TEST_F(RocksDbEngineTest, ReservedKeysStayOutOfSight) {
  const auto engine = OpenRocksDb(Options());
  DeleteRange(*engine, "", "");
  EXPECT_TRUE(Collect(*engine, *engine->Latest(), {}).empty());
  engine->Close();
  EXPECT_EQ(OpenErrorOf(Options()), base::sqlstate::kSuccessfulCompletion);
}

TEST_F(RocksDbEngineTest, ManyThreadsShareSyncs) {
  constexpr int kThreads = 64;
  constexpr int kCommits = 20;
  const auto engine = OpenRocksDb(Options());
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kCommits; ++i) {
        ASSERT_EQ(Put(*engine, "k" + std::to_string(t * kCommits + i), "v").outcome, Outcome::kCommitted);
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  const Engine::Statistics statistics = engine->statistics();
  EXPECT_EQ(statistics.commits, static_cast<std::uint64_t>(kThreads * kCommits));
  EXPECT_LT(statistics.syncs, statistics.commits / 2);  // a busy machine brings fewer together
}

TEST_F(RocksDbEngineTest, OnlyDurableWritesAreSynced) {
  const auto engine = OpenRocksDb(Options());
  Submission lazy;
  lazy.durable = false;
  lazy.writes.push_back({"a", "1"});
  engine->SubmitAndWait(lazy);
  Touch(*engine, "m");
  Check(*engine, engine->Latest(), Unchanged("a"));
  EXPECT_EQ(engine->statistics().syncs, 0u);
  EXPECT_EQ(engine->statistics().commits, 3u);
  Put(*engine, "b", "1");
  EXPECT_EQ(engine->statistics().syncs, 1u);
}

TEST_F(RocksDbEngineTest, ALoneSessionIsAnsweredOnItsOwnThread) {
  const auto engine = OpenRocksDb(Options());
  engine->SetActiveSessions(1);
  std::thread::id answered;
  Submission submission;
  submission.writes.push_back({"a", "1"});
  engine->Submit(std::move(submission), [&](CommitResult) { answered = std::this_thread::get_id(); });
  EXPECT_EQ(answered, std::this_thread::get_id());
}

TEST_F(RocksDbEngineTest, UnreadableAbsenceMeetsWritesOfItsOwnBatch) {
  const auto engine = OpenRocksDb(Options());
  std::atomic<int> committed = 0;
  for (int i = 0; i < 200; ++i) {
    Submission submission;
    submission.guards.push_back(Absent("same"));
    submission.writes.push_back({"same", std::to_string(i)});
    engine->Submit(std::move(submission), [&](CommitResult result) {
      if (result.outcome == Outcome::kCommitted) ++committed;
    });
  }
  engine->Close();
  EXPECT_EQ(committed, 1);
}

// Fails every write to files whose names end with `suffix`, once told to.
class FailingEnv final : public rocksdb::EnvWrapper {
 public:
  explicit FailingEnv(std::string suffix) : EnvWrapper(rocksdb::Env::Default()), suffix_(std::move(suffix)) {}
  const char* Name() const override { return "FailingEnv"; }
  rocksdb::Status NewWritableFile(const std::string& name, std::unique_ptr<rocksdb::WritableFile>* file,
                                  const rocksdb::EnvOptions& options) override {
    const rocksdb::Status status = EnvWrapper::NewWritableFile(name, file, options);
    if (status.ok() && name.ends_with(suffix_))
      *file = std::make_unique<FailingFile>(std::move(*file), failing_);
    return status;
  }
  void Fail() { failing_ = true; }

 private:
  class FailingFile final : public rocksdb::WritableFileWrapper {
   public:
    FailingFile(std::unique_ptr<rocksdb::WritableFile> file, const std::atomic<bool>& failing)
        : WritableFileWrapper(file.get()), file_(std::move(file)), failing_(failing) {}
    using WritableFileWrapper::Append;
    rocksdb::Status Append(const rocksdb::Slice& data) override {
      return failing_ ? rocksdb::Status::IOError("planned") : WritableFileWrapper::Append(data);
    }

   private:
    std::unique_ptr<rocksdb::WritableFile> file_;
    const std::atomic<bool>& failing_;
  };
  const std::string suffix_;
  std::atomic<bool> failing_ = false;
};

TEST_F(RocksDbEngineTest, NothingIsAcceptedAfterAFailedWrite) {
  FailingEnv env(".log");
  RocksDbOptions options = Options();
  options.env = &env;
  {
    const auto engine = OpenRocksDb(options);
    ASSERT_EQ(Put(*engine, "a", "1").outcome, Outcome::kCommitted);
    env.Fail();
    EXPECT_EQ(Put(*engine, "a", "2").outcome, Outcome::kUnknown);
    EXPECT_EQ(Put(*engine, "b", "1").outcome, Outcome::kUnknown);
    EXPECT_EQ(Touch(*engine, "m").outcome, Outcome::kUnknown);
    EXPECT_EQ(engine->Get(*engine->Latest(), "a"), "1");
    EXPECT_EQ(engine->statistics().commits, 1u);
  }
  const auto engine = OpenRocksDb(Options());
  EXPECT_EQ(Collect(*engine, *engine->Latest(), {}), (Entries{{"a", "1"}}));
}

// Submits so many writes, in descending order, that they come in several files.
class TableFilesTest : public RocksDbEngineTest {
 protected:
  static constexpr int kRows = 2000;

  RocksDbOptions Options() const {
    RocksDbOptions options = RocksDbEngineTest::Options();
    options.large_commit_bytes = 10'000;
    options.write_buffer_bytes = 64 << 10;
    return options;
  }
  static std::string KeyOf(int row) { return "row" + std::to_string(10'000 + row); }
  static Submission Rows() {
    Submission submission;
    for (int row = kRows; row-- > 0;) {
      submission.writes.push_back({.key = KeyOf(row), .value = std::string(100, 'v'), .guard_absent = true});
    }
    return submission;
  }
  std::size_t FilesWaiting() const {
    const fs::path stage = directory_.path() + "/incoming";
    if (!fs::exists(stage)) return 0;
    return static_cast<std::size_t>(std::distance(fs::directory_iterator(stage), fs::directory_iterator()));
  }
};

TEST_F(TableFilesTest, RowsAreThereAfterReopeningAndTheLogHasNone) {
  Revision revision = 0;
  {
    const auto engine = OpenRocksDb(Options());
    Put(*engine, KeyOf(kRows), "before");
    revision = engine->SubmitAndWait(Rows()).revision;
    EXPECT_EQ(engine->Latest()->revision(), revision);
    EXPECT_EQ(Collect(*engine, *engine->Latest(), {}).size(), static_cast<std::size_t>(kRows) + 1);
    EXPECT_EQ(FilesWaiting(), 0u);
    for (const auto& entry : fs::directory_iterator(directory_.path())) {
      if (entry.path().extension() != ".log") continue;
      std::ifstream in(entry.path(), std::ios::binary);
      const std::string log(std::istreambuf_iterator<char>(in), {});
      EXPECT_EQ(log.find(KeyOf(1)), std::string::npos);
    }
    Put(*engine, KeyOf(1), "after");
  }
  const auto engine = OpenRocksDb(Options());
  EXPECT_GT(engine->Latest()->revision(), revision);
  EXPECT_EQ(Collect(*engine, *engine->Latest(), {}).size(), static_cast<std::size_t>(kRows) + 1);
  EXPECT_EQ(engine->Get(*engine->Latest(), KeyOf(1)), "after");
  EXPECT_EQ(engine->Get(*engine->Latest(), KeyOf(2)), std::string(100, 'v'));
}

TEST_F(TableFilesTest, ConflictsAreFoundInBothDirections) {
  const auto engine = OpenRocksDb(Options());
  const auto before = engine->Latest();
  ASSERT_EQ(engine->SubmitAndWait(Rows()).outcome, Outcome::kCommitted);
  EXPECT_EQ(Check(*engine, before, Unchanged(KeyOf(7))).outcome, Outcome::kConflict);
  EXPECT_EQ(Check(*engine, before, Unchanged("row")).outcome, Outcome::kCommitted);
  EXPECT_EQ(Check(*engine, before, RangeUnwritten(KeyOf(5), KeyOf(6))).outcome, Outcome::kConflict);
  EXPECT_EQ(Check(*engine, before, RangeUnwritten("a", "b")).outcome, Outcome::kCommitted);
  EXPECT_EQ(Check(*engine, before, RangeUnwritten("s", "")).outcome, Outcome::kCommitted);
  const CommitResult again = engine->SubmitAndWait(Rows());
  EXPECT_EQ(again.outcome, Outcome::kConflict);
  EXPECT_EQ(again.conflict_kind, GuardKind::kAbsent);
  EXPECT_EQ(FilesWaiting(), 0u);
  EXPECT_EQ(engine->Get(*before, KeyOf(7)), std::nullopt);
}

TEST_F(TableFilesTest, DeletionsComeInFilesToo) {
  const auto engine = OpenRocksDb(Options());
  ASSERT_EQ(engine->SubmitAndWait(Rows()).outcome, Outcome::kCommitted);
  Submission deletions;
  for (int row = 1; row < kRows; ++row) deletions.writes.push_back({KeyOf(row), std::nullopt});
  ASSERT_EQ(engine->SubmitAndWait(std::move(deletions)).outcome, Outcome::kCommitted);
  EXPECT_EQ(Collect(*engine, *engine->Latest(), {}).size(), 1u);
}

TEST_F(TableFilesTest, ADiskThatTakesNoFilesRefusesAndGoesOn) {
  FailingEnv env(".sst");
  RocksDbOptions options = Options();
  options.env = &env;
  const auto engine = OpenRocksDb(options);
  env.Fail();
  const CommitResult result = engine->SubmitAndWait(Rows());
  EXPECT_EQ(result.outcome, Outcome::kRefused);
  ASSERT_NE(result.error, nullptr);
  EXPECT_EQ(result.error->sqlstate(), base::sqlstate::kIoError);
  EXPECT_EQ(FilesWaiting(), 0u);
  EXPECT_EQ(Put(*engine, "a", "1").outcome, Outcome::kCommitted);
  EXPECT_EQ(Collect(*engine, *engine->Latest(), {}), (Entries{{"a", "1"}}));
}

TEST_F(TableFilesTest, WhatACrashLeftWaitingIsRemoved) {
  OpenRocksDb(Options());
  fs::create_directories(directory_.path() + "/incoming");
  std::ofstream(directory_.path() + "/incoming/1.sst") << "half a file";
  const auto engine = OpenRocksDb(Options());
  EXPECT_EQ(FilesWaiting(), 0u);
  EXPECT_EQ(engine->SubmitAndWait(Rows()).outcome, Outcome::kCommitted);
}

// Notes which directories are synced.
class DirectoryWatchingEnv : public rocksdb::EnvWrapper {
 public:
  DirectoryWatchingEnv() : EnvWrapper(rocksdb::Env::Default()) {}
  rocksdb::Status NewDirectory(const std::string& name,
                               std::unique_ptr<rocksdb::Directory>* directory) override {
    rocksdb::Status status = EnvWrapper::NewDirectory(name, directory);
    if (status.ok()) *directory = std::make_unique<Directory>(std::move(*directory), name, synced_);
    return status;
  }
  const std::vector<std::string>& synced() const { return synced_; }

 private:
  class Directory : public rocksdb::Directory {
   public:
    Directory(std::unique_ptr<rocksdb::Directory> target, std::string name, std::vector<std::string>& synced)
        : target_(std::move(target)), name_(std::move(name)), synced_(synced) {}
    rocksdb::Status Fsync() override {
      synced_.push_back(name_);
      return target_->Fsync();
    }
    rocksdb::Status Close() override { return target_->Close(); }

   private:
    std::unique_ptr<rocksdb::Directory> target_;
    std::string name_;
    std::vector<std::string>& synced_;
  };
  std::vector<std::string> synced_;
};

// RocksDB syncs what lies in its directory; the directory's own name lies in the parent.
TEST_F(RocksDbEngineTest, ANewDirectoryIsMadeDurableInItsParent) {
  fs::create_directories(directory_.path());
  for (const std::string name : {"/one", "/two/"}) {
    DirectoryWatchingEnv env;
    RocksDbOptions options = Options();
    options.directory += name;
    options.env = &env;
    OpenRocksDb(options);
    const auto is_parent = [&](const std::string& synced) {
      return fs::equivalent(synced, directory_.path());
    };
    EXPECT_TRUE(std::any_of(env.synced().begin(), env.synced().end(), is_parent)) << name;
  }
}

}  // namespace
}  // namespace ordinal::kv
