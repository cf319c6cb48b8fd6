// Opens the RocksDB under the engine: its options, the check of the data format, and what its errors mean.
#pragma once

#include <memory>
#include <string>

#include "kv/rocksdb/rocksdb_engine.h"
#include "rocksdb/db.h"
#include "rocksdb/env.h"

namespace ordinal::kv {

struct Store {
  std::unique_ptr<rocksdb::Env> env;  // outlives `db`
  std::unique_ptr<rocksdb::DB> db;
};

// Opens or creates the store; see OpenRocksDb for the errors.
Store OpenStore(const RocksDbOptions& options);

// Where in a data directory table files wait until the store takes them in.
std::string StageDirectory(const std::string& data_directory);

// Throws what a failed call on an open store means: 53100, XX001 or 58030.
[[noreturn]] void ThrowStoreError(const rocksdb::Status& status);

}  // namespace ordinal::kv
