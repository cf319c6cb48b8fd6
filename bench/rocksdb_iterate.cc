// Walks a RocksDB that holds nothing but rows of one size, as the measure of scans that stand on it, and prints the
// entries a second of each walk.
//
//   rocksdb_iterate --directory D --rows N --key-bytes K --value-bytes V --walks W
//
// The database is made anew, flushed and compacted, with the options that Ordinal uses for reading: block cache,
// checksums verified. The first walk only fills the cache.
#include <rocksdb/db.h>
#include <rocksdb/table.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>

namespace {

struct Arguments {
  std::string directory;
  std::uint64_t rows = 1'000'000;
  std::size_t key_bytes = 16;
  std::size_t value_bytes = 64;
  std::size_t cache_mebibytes = 256;
  int walks = 5;
};

// Ascending, as the keys of a table are.
std::string KeyOf(std::uint64_t row, std::size_t bytes) {
  std::string key(bytes, '\0');
  for (std::size_t i = 0; i < 8 && i < bytes; ++i) key[bytes - 1 - i] = static_cast<char>(row >> (8 * i));
  return key;
}

void Require(const rocksdb::Status& status) {
  if (status.ok()) return;
  std::fprintf(stderr, "%s\n", status.ToString().c_str());
  std::exit(1);
}

void Fill(rocksdb::DB& db, const Arguments& arguments) {
  std::string value(arguments.value_bytes, '\0');
  std::uint64_t random = 1;
  for (std::uint64_t row = 0; row < arguments.rows; ++row) {
    for (char& byte : value) {
      random = random * 6364136223846793005u + 1442695040888963407u;
      byte = static_cast<char>(random >> 60);  // half of it compresses
    }
    Require(db.Put({}, KeyOf(row, arguments.key_bytes), value));
  }
  Require(db.Flush({}));
  Require(db.CompactRange({}, nullptr, nullptr));
}

double Walk(rocksdb::DB& db) {
  const auto begun = std::chrono::steady_clock::now();
  rocksdb::ReadOptions options;
  options.verify_checksums = true;
  std::unique_ptr<rocksdb::Iterator> at(db.NewIterator(options));
  std::uint64_t entries = 0;
  std::size_t bytes = 0;
  for (at->SeekToFirst(); at->Valid(); at->Next()) {
    ++entries;
    bytes += at->key().size() + at->value().size();
  }
  Require(at->status());
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - begun;
  if (bytes == 0) std::exit(1);
  return static_cast<double>(entries) / took.count();
}

}  // namespace

int main(int argc, char** argv) {
  Arguments arguments;
  CLI::App app("Walks a RocksDB of rows of one size.");
  app.add_option("--directory", arguments.directory, "for the database; must not exist")->required();
  app.add_option("--rows", arguments.rows);
  app.add_option("--key-bytes", arguments.key_bytes);
  app.add_option("--value-bytes", arguments.value_bytes);
  app.add_option("--cache-mebibytes", arguments.cache_mebibytes);
  app.add_option("--walks", arguments.walks);
  CLI11_PARSE(app, argc, argv);

  rocksdb::BlockBasedTableOptions table;
  table.block_cache = rocksdb::NewLRUCache(arguments.cache_mebibytes << 20);
  rocksdb::Options options;
  options.create_if_missing = true;
  options.error_if_exists = true;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  options.compression = rocksdb::kLZ4Compression;
  rocksdb::DB* opened = nullptr;
  Require(rocksdb::DB::Open(options, arguments.directory, &opened));
  const std::unique_ptr<rocksdb::DB> db(opened);
  Fill(*db, arguments);
  Walk(*db);
  for (int i = 0; i < arguments.walks; ++i) std::printf("%.0f\n", Walk(*db));
}
