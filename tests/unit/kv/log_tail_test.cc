#include "kv/rocksdb/log_tail.h"

#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

#include "rocksdb/db.h"
#include "unit/kv/engine_fixture.h"

namespace ordinal::kv {
namespace {

// Writes a log by RocksDB itself, each value as one record, and gives its bytes.
std::string LogOf(const std::vector<std::string>& values) {
  const TemporaryDirectory directory;
  rocksdb::Options options;
  options.create_if_missing = true;
  rocksdb::DB* opened = nullptr;
  EXPECT_TRUE(rocksdb::DB::Open(options, directory.path(), &opened).ok());
  const std::unique_ptr<rocksdb::DB> db(opened);
  for (const std::string& value : values) EXPECT_TRUE(db->Put(rocksdb::WriteOptions(), "k", value).ok());
  EXPECT_TRUE(db->FlushWAL(true).ok());
  for (const auto& entry : std::filesystem::directory_iterator(directory.path())) {
    if (entry.path().extension() != ".log") continue;
    std::ifstream in(entry.path(), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  ADD_FAILURE() << "no log";
  return "";
}

std::string Zeros(std::size_t count) { return std::string(count, '\0'); }

TEST(LogTailTest, AnEmptyLogAndZerosAreClean) {
  for (const std::string& log : {std::string(), Zeros(5), Zeros(100'000)}) {
    const LogEnd end = FindLogEnd(log);
    EXPECT_EQ(end.tail, LogTail::kClean);
    EXPECT_EQ(end.offset, 0U);
  }
}

TEST(LogTailTest, RecordsEndWhereTheZerosBegin) {
  for (const std::size_t bytes : {1UL, 1'000UL, 32'740UL, 32'748UL, 32'760UL, 100'000UL}) {
    const std::string log = LogOf({std::string(bytes, 'a'), "b", std::string(bytes, 'c')});
    for (const std::size_t zeros : {0UL, 3UL, 7UL, 70'000UL}) {
      const LogEnd end = FindLogEnd(log + Zeros(zeros));
      EXPECT_EQ(end.tail, LogTail::kClean) << bytes << ' ' << zeros;
      EXPECT_EQ(end.offset, log.size());
    }
  }
}

TEST(LogTailTest, WhatIsLeftOfTheLastRecordIsTorn) {
  const std::string before = LogOf({"first", std::string(40'000, 'a')});
  const std::string log = LogOf({"first", std::string(40'000, 'a'), std::string(90'000, 'b')});
  ASSERT_EQ(log.substr(0, before.size()), before);
  for (std::size_t kept = before.size() + 1; kept < log.size(); kept += 997) {
    for (const std::size_t zeros : {0UL, 100'000UL}) {
      const LogEnd end = FindLogEnd(log.substr(0, kept) + Zeros(zeros));
      EXPECT_EQ(end.tail, LogTail::kTorn) << kept << ' ' << zeros;
      EXPECT_EQ(end.offset, before.size());
    }
  }
}

TEST(LogTailTest, ALaterPieceOfATornRecordMayHaveArrivedAlone) {
  const std::string before = LogOf({"first"});
  std::string log = LogOf({"first", std::string(90'000, 'b')}) + Zeros(4'096);
  log.replace(before.size(), 4'096, Zeros(4'096));
  const LogEnd end = FindLogEnd(log);
  EXPECT_EQ(end.tail, LogTail::kTorn);
  EXPECT_EQ(end.offset, before.size());
}

TEST(LogTailTest, ARecordBehindABadOneIsDamage) {
  const std::string before = LogOf({"first"});
  const std::string log = LogOf({"first", "second", "third"}) + Zeros(4'096);
  for (std::size_t at = before.size(); at < before.size() + 20; ++at) {
    std::string damaged = log;
    damaged[at] = static_cast<char>(damaged[at] ^ 0x40);
    const LogEnd end = FindLogEnd(damaged);
    EXPECT_EQ(end.tail, LogTail::kDamaged) << at;
    EXPECT_EQ(end.offset, before.size());
  }
}

TEST(LogTailTest, ARecordOfALaterBlockBehindABadOneIsDamage) {
  std::string log = LogOf({"first", std::string(90'000, 'a'), "last"});
  log[20'000] = 'x';
  EXPECT_EQ(FindLogEnd(log).tail, LogTail::kDamaged);
}

}  // namespace
}  // namespace ordinal::kv
