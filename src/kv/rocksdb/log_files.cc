#include "kv/rocksdb/log_files.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "kv/rocksdb/log_tail.h"

namespace ordinal::kv {
namespace {

using rocksdb::IODebugContext;
using rocksdb::IOOptions;
using rocksdb::IOStatus;
using rocksdb::Slice;

// How far zeros are written ahead. More makes the commit that pays for them slower, less makes it more often.
constexpr std::uint64_t kAheadBytes = std::uint64_t{1} << 20;
// From this size on, a write costs more than the growth of the file, and zeros would double it.
constexpr std::size_t kGrowingWriteBytes = std::size_t{32} << 10;
// So many smaller writes must come in a row: one among large ones would soon see its zeros overwritten.
constexpr int kSmallWritesMin = 8;

bool IsLog(const std::string& path) { return path.ends_with(".log"); }

// Log names are numbers of one width, or longer.
bool IsNewer(std::string_view name, std::string_view than) {
  return std::pair(name.size(), name) > std::pair(than.size(), than);
}

// Writes through the file that it owns, over zeros that it wrote through a descriptor of its own.
class LogWriter final : public rocksdb::FSWritableFileOwnerWrapper {
 public:
  LogWriter(std::unique_ptr<rocksdb::FSWritableFile> file, int descriptor)
      : FSWritableFileOwnerWrapper(std::move(file)), descriptor_(descriptor) {}
  ~LogWriter() override { CloseDescriptor(); }
  LogWriter(const LogWriter&) = delete;
  LogWriter& operator=(const LogWriter&) = delete;

  IOStatus Append(const Slice& data, const IOOptions& options, IODebugContext* debug) override {
    WriteAhead(data.size());
    return Count(FSWritableFileWrapper::Append(data, options, debug), data.size());
  }
  IOStatus Append(const Slice& data, const IOOptions& options,
                  const rocksdb::DataVerificationInfo& verification, IODebugContext* debug) override {
    WriteAhead(data.size());
    return Count(FSWritableFileWrapper::Append(data, options, verification, debug), data.size());
  }
  IOStatus Close(const IOOptions& options, IODebugContext* debug) override {
    if (ahead_ > written_ && ::ftruncate(descriptor_, static_cast<off_t>(written_)) != 0) {
      return IOStatus::IOError("could not truncate a write-ahead log");
    }
    CloseDescriptor();
    return FSWritableFileWrapper::Close(options, debug);
  }
  // RocksDB's own preallocation would not spare the metadata.
  void PrepareWrite(std::size_t, std::size_t, const IOOptions&, IODebugContext*) override {}
  IOStatus Allocate(std::uint64_t, std::uint64_t, const IOOptions&, IODebugContext*) override {
    return IOStatus::OK();
  }

 private:
  // Best effort: where it fails, the log grows as it is written, and that write reports the error.
  void WriteAhead(std::size_t bytes) {
    small_writes_ = bytes < kGrowingWriteBytes ? small_writes_ + 1 : 0;
    if (written_ + bytes <= ahead_ || small_writes_ < kSmallWritesMin) return;
    static const std::vector<char> zeros(kAheadBytes);
    const std::uint64_t begin = std::max(ahead_, written_);
    const ssize_t done = ::pwrite(descriptor_, zeros.data(), zeros.size(), static_cast<off_t>(begin));
    if (done > 0) ahead_ = begin + static_cast<std::uint64_t>(done);
  }
  IOStatus Count(IOStatus status, std::size_t bytes) {
    if (status.ok()) written_ += bytes;
    return status;
  }
  void CloseDescriptor() {
    if (descriptor_ >= 0) ::close(descriptor_);
    descriptor_ = -1;
  }

  int descriptor_;
  std::uint64_t written_ = 0;  // bytes appended
  std::uint64_t ahead_ = 0;    // where the zeros end
  int small_writes_ = 0;       // since the last large one
};

// Reads a log up to where its records end.
class LogReader final : public rocksdb::FSSequentialFileOwnerWrapper {
 public:
  LogReader(std::unique_ptr<rocksdb::FSSequentialFile> file, std::uint64_t end)
      : FSSequentialFileOwnerWrapper(std::move(file)), left_(end) {}

  IOStatus Read(std::size_t bytes, const IOOptions& options, Slice* result, char* scratch,
                IODebugContext* debug) override {
    const std::size_t wanted = static_cast<std::size_t>(std::min<std::uint64_t>(bytes, left_));
    if (wanted == 0) {
      *result = Slice();
      return IOStatus::OK();
    }
    IOStatus status = FSSequentialFileWrapper::Read(wanted, options, result, scratch, debug);
    left_ -= std::min<std::uint64_t>(left_, result->size());
    return status;
  }
  IOStatus Skip(std::uint64_t bytes) override {
    const std::uint64_t skipped = std::min(bytes, left_);
    left_ -= skipped;
    return FSSequentialFileWrapper::Skip(skipped);
  }

 private:
  std::uint64_t left_;
};

class LogFileSystem final : public rocksdb::FileSystemWrapper {
 public:
  using FileSystemWrapper::FileSystemWrapper;
  const char* Name() const override { return "OrdinalLogFileSystem"; }

  IOStatus NewWritableFile(const std::string& path, const rocksdb::FileOptions& options,
                           std::unique_ptr<rocksdb::FSWritableFile>* result, IODebugContext* debug) override {
    IOStatus status = FileSystemWrapper::NewWritableFile(path, options, result, debug);
    if (!status.ok() || !IsLog(path)) return status;
    // A file system that is not the operating system's has no such file, and gets no zeros.
    const int descriptor = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (descriptor >= 0) *result = std::make_unique<LogWriter>(std::move(*result), descriptor);
    return status;
  }

  IOStatus NewSequentialFile(const std::string& path, const rocksdb::FileOptions& options,
                             std::unique_ptr<rocksdb::FSSequentialFile>* result,
                             IODebugContext* debug) override {
    IOStatus status = FileSystemWrapper::NewSequentialFile(path, options, result, debug);
    if (!status.ok() || !IsLog(path)) return status;
    std::string log;
    status = rocksdb::ReadFileToString(target(), path, &log);
    if (!status.ok()) return status;
    const LogEnd end = FindLogEnd(log);
    if (end.tail == LogTail::kClean || (end.tail == LogTail::kTorn && EndsTheRecords(path, options, debug))) {
      *result = std::make_unique<LogReader>(std::move(*result), end.offset);
    }
    return status;
  }

 private:
  // Only the last log with records can end in a write that was cut short. Logs without any may follow it:
  // each opening makes one before the manifest says that the older ones are no longer needed, and may end
  // there.
  bool EndsTheRecords(const std::string& path, const rocksdb::FileOptions& options, IODebugContext* debug) {
    const std::size_t slash = path.find_last_of('/');
    const std::string directory = path.substr(0, slash);
    const std::string name = path.substr(slash + 1);
    std::vector<std::string> siblings;
    if (!GetChildren(directory, options.io_options, &siblings, debug).ok()) return false;
    return std::ranges::none_of(siblings, [&](const std::string& other) {
      std::string log;
      return IsLog(other) && IsNewer(other, name) &&
             !(rocksdb::ReadFileToString(target(), directory + "/" + other, &log).ok() &&
               FindLogEnd(log).offset == 0);
    });
  }
};

}  // namespace

std::shared_ptr<rocksdb::FileSystem> MakeLogFileSystem(const std::shared_ptr<rocksdb::FileSystem>& target) {
  return std::make_shared<LogFileSystem>(target);
}

}  // namespace ordinal::kv
