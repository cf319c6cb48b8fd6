#include "kv/rocksdb/rocksdb_engine.h"

#include <utility>

#include "base/bytes.h"
#include "base/check.h"
#include "base/error.h"
#include "kv/rocksdb/commit_pipeline.h"
#include "kv/rocksdb/reserved_keys.h"
#include "kv/rocksdb/rocksdb_cursor.h"
#include "kv/rocksdb/snapshot_registry.h"
#include "kv/rocksdb/store.h"
#include "kv/rocksdb/table_files.h"

namespace ordinal::kv {
namespace {

Revision ReadCatalogRevision(rocksdb::DB& db) {
  std::string encoded;
  const rocksdb::Status status = db.Get(rocksdb::ReadOptions(), kCatalogRevisionKey, &encoded);
  if (status.IsNotFound()) return 0;
  if (!status.ok()) ThrowStoreError(status);
  if (encoded.size() != sizeof(Revision)) {
    throw base::Error(base::sqlstate::kDataCorrupted, "the store has a damaged catalog revision");
  }
  return base::LoadBigEndian<Revision>(encoded.data());
}

rocksdb::ReadOptions ReadAt(const Snapshot& snapshot) {
  rocksdb::ReadOptions options;
  options.snapshot = static_cast<const RocksDbSnapshot&>(snapshot).handle();
  ORDINAL_CHECK(options.snapshot != nullptr);
  options.verify_checksums = true;
  return options;
}

class RocksDbEngine final : public Engine {
 public:
  RocksDbEngine(Store store, const RocksDbOptions& options)
      : env_(std::move(store.env)),
        db_(std::move(store.db)),
        snapshots_(std::make_shared<SnapshotRegistry>(db_.get(), ReadCatalogRevision(*db_))),
        stage_(*db_, {.directory = StageDirectory(options.directory),
                      .bytes_min = options.large_commit_bytes,
                      .file_bytes = options.write_buffer_bytes}),
        pipeline_(db_.get(), snapshots_, stage_,
                  {.conflict_keys_max = options.conflict_keys_max, .sync = options.sync}) {}
  ~RocksDbEngine() override { Shut(); }

  Traits traits() const override { return {.exclusive = true, .remote = false}; }

  std::shared_ptr<const Snapshot> Latest() override { return snapshots_->Latest(); }

  std::optional<std::string> Get(const Snapshot& snapshot, std::string_view key) override {
    rocksdb::PinnableSlice value;
    const rocksdb::Status status = db_->Get(ReadAt(snapshot), db_->DefaultColumnFamily(), key, &value);
    return Found(status, value);
  }

  std::vector<std::optional<std::string>> MultiGet(const Snapshot& snapshot,
                                                   std::span<const std::string> keys) override {
    const std::vector<rocksdb::Slice> slices(keys.begin(), keys.end());
    std::vector<rocksdb::PinnableSlice> found(keys.size());
    std::vector<rocksdb::Status> statuses(keys.size());
    db_->MultiGet(ReadAt(snapshot), db_->DefaultColumnFamily(), keys.size(), slices.data(), found.data(),
                  statuses.data());
    std::vector<std::optional<std::string>> values;
    values.reserve(keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i) values.push_back(Found(statuses[i], found[i]));
    return values;
  }

  std::unique_ptr<Cursor> Scan(const Snapshot& snapshot, KeyRange range, ScanOptions options) override {
    return std::make_unique<RocksDbCursor>(*db_, ReadAt(snapshot).snapshot, std::move(range),
                                           options.direction);
  }

  void Submit(Submission submission, CommitCallback callback) override {
    pipeline_.Submit(std::move(submission), std::move(callback));
  }

  void SetActiveSessions(int count) override { pipeline_.SetActiveSessions(count); }

  Statistics statistics() const override { return pipeline_.statistics(); }

  void Close() override { Shut(); }

 private:
  static std::optional<std::string> Found(const rocksdb::Status& status,
                                          const rocksdb::PinnableSlice& value) {
    if (status.ok()) return value.ToString();
    if (!status.IsNotFound()) ThrowStoreError(status);
    return std::nullopt;
  }

  void Shut() {
    if (!db_) return;
    pipeline_.Close();
    snapshots_->Detach();
    db_.reset();
  }

  const std::unique_ptr<rocksdb::Env> env_;
  std::unique_ptr<rocksdb::DB> db_;
  std::shared_ptr<SnapshotRegistry> snapshots_;  // shared with snapshots, which may outlive the engine
  FileStage stage_;
  CommitPipeline pipeline_;
};

}  // namespace

std::unique_ptr<Engine> OpenRocksDb(const RocksDbOptions& options) {
  return std::make_unique<RocksDbEngine>(OpenStore(options), options);
}

}  // namespace ordinal::kv
