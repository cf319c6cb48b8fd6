#include "kv/rocksdb/store.h"

#include <charconv>
#include <filesystem>
#include <string_view>
#include <utility>

#include "base/error.h"
#include "kv/rocksdb/log_files.h"
#include "kv/rocksdb/reserved_keys.h"
#include "kv/rocksdb/table_files.h"
#include "rocksdb/cache.h"
#include "rocksdb/convenience.h"
#include "rocksdb/env.h"
#include "rocksdb/filter_policy.h"
#include "rocksdb/table.h"

namespace ordinal::kv {
namespace {

constexpr int kFormatVersion = 1;
constexpr double kBloomBitsPerKey = 10;
constexpr std::size_t kInfoLogBytesMax = std::size_t{4} << 20;
constexpr std::size_t kInfoLogsKept = 3;
constexpr std::uint64_t kBytesPerSync = std::uint64_t{1} << 20;

// Keeps the look at the format from writing an information log into the directory.
class SilentLogger final : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

bool Supports(rocksdb::CompressionType type) {
  for (const rocksdb::CompressionType supported : rocksdb::GetSupportedCompressions()) {
    if (supported == type) return true;
  }
  return false;
}

rocksdb::BlockBasedTableOptions TableOptions(const RocksDbOptions& options) {
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(options.cache_bytes);
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(kBloomBitsPerKey));
  table.whole_key_filtering = true;
  table.data_block_index_type = rocksdb::BlockBasedTableOptions::kDataBlockBinaryAndHash;
  return table;
}

void TuneWrites(const RocksDbOptions& options, rocksdb::Options& tuned) {
  tuned.write_buffer_size = options.write_buffer_bytes;
  tuned.max_write_buffer_number = 4;
  // There is one writer, so what concurrent writers need only costs.
  tuned.allow_concurrent_memtable_write = false;
  tuned.enable_write_thread_adaptive_yield = false;
  tuned.enable_pipelined_write = false;
  // No filter over the memtable: keeping it costs an INSERT of 1,000 rows a tenth, and an INSERT of one,
  // which looks for its key, was no faster for it. No insert hints: RocksDB 7.8 shares them between points
  // and range deletions, which lie in different lists.
  tuned.bytes_per_sync = kBytesPerSync;
  tuned.max_background_jobs = 2;
  // A crash can tear the last record of the newest log, and only a record nobody was told about; reading ends
  // before it (log_files.h). Damage anywhere else is damage: refusing to open shows it, where point-in-time
  // recovery would silently drop acknowledged commits behind it.
  tuned.wal_recovery_mode = rocksdb::WALRecoveryMode::kTolerateCorruptedTailRecords;
  tuned.recycle_log_file_num = 0;
}

rocksdb::Options StoreOptions(const RocksDbOptions& options, rocksdb::Env& env) {
  rocksdb::Options store;
  store.create_if_missing = options.create_if_missing;
  store.paranoid_checks = true;
  store.table_factory.reset(rocksdb::NewBlockBasedTableFactory(TableOptions(options)));
  TuneWrites(options, store);
  // Small and young levels are read and rewritten most; the rest is worth compressing.
  store.compression = rocksdb::kNoCompression;
  if (Supports(rocksdb::kLZ4Compression)) {
    store.compression_per_level.assign(static_cast<std::size_t>(store.num_levels), rocksdb::kLZ4Compression);
    store.compression_per_level[0] = store.compression_per_level[1] = rocksdb::kNoCompression;
  }
  store.max_log_file_size = kInfoLogBytesMax;
  store.keep_log_file_num = kInfoLogsKept;
  store.env = &env;
  return store;
}

std::string Quoted(const std::string& directory) { return "data directory \"" + directory + "\""; }

[[noreturn]] void ThrowOpenError(const rocksdb::Status& status, const std::string& directory) {
  const std::string text = status.ToString();
  if (status.IsCorruption()) {
    throw base::Error(base::sqlstate::kDataCorrupted, Quoted(directory) + " is damaged").Detail(text);
  }
  if (text.find(directory + "/LOCK") != std::string::npos) {
    throw base::Error(base::sqlstate::kObjectInUse, Quoted(directory) + " is in use by another server")
        .Detail(text);
  }
  if (status.IsNoSpace()) {
    throw base::Error(base::sqlstate::kDiskFull, "no space left for " + Quoted(directory)).Detail(text);
  }
  throw base::Error(base::sqlstate::kIoError, "could not open " + Quoted(directory)).Detail(text);
}

// Looks at the data without changing anything, so that a newer format is refused untouched.
void CheckFormat(const rocksdb::Options& store, const std::string& directory) {
  rocksdb::Options reading = store;
  reading.info_log = std::make_shared<SilentLogger>();
  rocksdb::DB* opened = nullptr;
  const rocksdb::Status status = rocksdb::DB::OpenForReadOnly(reading, directory, &opened);
  if (!status.ok()) ThrowOpenError(status, directory);
  const std::unique_ptr<rocksdb::DB> db(opened);
  // The format is the first thing ever written; a creation that was cut short left nothing.
  if (db->GetLatestSequenceNumber() == 0) return;
  std::string text;
  const rocksdb::Status read = db->Get(rocksdb::ReadOptions(), kFormatKey, &text);
  if (read.IsNotFound()) {
    throw base::Error(base::sqlstate::kObjectNotInPrerequisiteState,
                      Quoted(directory) + " holds data that is not Ordinal's");
  }
  if (!read.ok()) ThrowOpenError(read, directory);
  int version = 0;
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), version);
  if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() || version < 1) {
    throw base::Error(base::sqlstate::kDataCorrupted, Quoted(directory) + " has a damaged format version");
  }
  if (version > kFormatVersion) {
    throw base::Error(base::sqlstate::kObjectNotInPrerequisiteState,
                      Quoted(directory) + " has format " + text + ", newer than format " +
                          std::to_string(kFormatVersion) + " of this server")
        .Hint("Use the server version that wrote it, or a later one.");
  }
}

void WriteFormat(rocksdb::DB& db, const std::string& directory) {
  rocksdb::WriteOptions write_options;
  write_options.sync = true;
  const rocksdb::Status status = db.Put(write_options, kFormatKey, std::to_string(kFormatVersion));
  if (!status.ok()) ThrowOpenError(status, directory);
}

// Makes the name of a new directory durable, which RocksDB, syncing only what lies inside, leaves to others.
void SyncParent(rocksdb::Env& env, const std::string& directory) {
  std::filesystem::path path = std::filesystem::absolute(directory);
  if (!path.has_filename()) path = path.parent_path();  // the name ends with a slash
  std::unique_ptr<rocksdb::Directory> parent;
  rocksdb::Status status = env.NewDirectory(path.parent_path().string(), &parent);
  if (status.ok()) status = parent->Fsync();
  if (!status.ok()) ThrowOpenError(status, directory);
}

}  // namespace

std::string StageDirectory(const std::string& data_directory) { return data_directory + "/incoming"; }

void ThrowStoreError(const rocksdb::Status& status) {
  if (status.IsNoSpace()) {
    throw base::Error(base::sqlstate::kDiskFull, "no space left on device").Detail(status.ToString());
  }
  if (status.IsCorruption()) {
    throw base::Error(base::sqlstate::kDataCorrupted, "the store is damaged").Detail(status.ToString());
  }
  throw base::Error(base::sqlstate::kIoError, "could not read the store").Detail(status.ToString());
}

Store OpenStore(const RocksDbOptions& options) {
  auto* base = options.env == nullptr ? rocksdb::Env::Default() : static_cast<rocksdb::Env*>(options.env);
  std::unique_ptr<rocksdb::Env> env = rocksdb::NewCompositeEnv(MakeLogFileSystem(base->GetFileSystem()));
  const rocksdb::Options store = StoreOptions(options, *env);
  const rocksdb::Status exists = store.env->FileExists(options.directory + "/CURRENT");
  if (exists.ok()) {
    CheckFormat(store, options.directory);
  } else if (!options.create_if_missing) {
    throw base::Error(base::sqlstate::kIoError, Quoted(options.directory) + " holds no store");
  }
  rocksdb::DB* opened = nullptr;
  const rocksdb::Status status = rocksdb::DB::Open(store, options.directory, &opened);
  if (!status.ok()) ThrowOpenError(status, options.directory);
  std::unique_ptr<rocksdb::DB> db(opened);
  ClearStage(*env, StageDirectory(options.directory));
  if (db->GetLatestSequenceNumber() == 0) {
    SyncParent(*env, options.directory);
    WriteFormat(*db, options.directory);
  }
  return {.env = std::move(env), .db = std::move(db)};
}

}  // namespace ordinal::kv
