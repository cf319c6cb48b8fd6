// A file system for RocksDB whose write-ahead logs are cheap to sync.
//
// Syncing a file that grows also writes its metadata. So zeros are written ahead of a log, a chunk at a time,
// and the records go over them: then a sync writes data alone, as PostgreSQL's does. Closing a log cuts off
// what is left of the zeros. After a crash they are still there, and behind the last record perhaps the
// remains of a write that nobody was told about; reading a log ends before both (log_tail.h). A log that is
// damaged anywhere else is read as it is, so that RocksDB refuses it. Nothing is changed by reading.
//
// All other files pass through. RocksDB's recycled logs would be as cheap, but with them it cannot tell the
// end of a log from damage in it.
#pragma once

#include <memory>

#include "rocksdb/file_system.h"

namespace ordinal::kv {

std::shared_ptr<rocksdb::FileSystem> MakeLogFileSystem(const std::shared_ptr<rocksdb::FileSystem>& target);

}  // namespace ordinal::kv
