#include "kv/rocksdb/table_files.h"

#include <algorithm>
#include <future>
#include <system_error>
#include <thread>
#include <utility>

#include "kv/rocksdb/store.h"
#include "rocksdb/sst_file_writer.h"

namespace ordinal::kv {
namespace {

// More threads than this are not worth their files.
constexpr std::size_t kWritersMax = 4;

bool KeyLess(const Write& left, const Write& right) { return left.key < right.key; }

void Check(const rocksdb::Status& status) {
  if (!status.ok()) ThrowStoreError(status);
}

}  // namespace

StagedFiles::~StagedFiles() {
  for (const std::string& name : names_) env_.DeleteFile(name).PermitUncheckedError();
}

bool FileStage::Takes(const Submission& submission) const {
  if (submission.changes_catalog || !submission.deleted_ranges.empty()) return false;
  std::size_t bytes = 0;
  for (const Write& write : submission.writes) {
    bytes += write.key.size() + (write.value ? write.value->size() : 0);
    if (bytes >= options_.bytes_min) return true;
  }
  return false;
}

void StagedFiles::Add(const std::string& name) {
  const std::lock_guard lock(mutex_);
  names_.push_back(name);
}

std::unique_ptr<StagedFiles> FileStage::Stage(std::vector<Write>& writes) {
  if (!std::is_sorted(writes.begin(), writes.end(), KeyLess))
    std::sort(writes.begin(), writes.end(), KeyLess);
  Check(db_.GetEnv()->CreateDirIfMissing(options_.directory));
  auto staged = std::make_unique<StagedFiles>(*db_.GetEnv());
  const std::size_t parts = std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, kWritersMax);
  const auto begin_of = [&](std::size_t part) { return writes.size() * part / parts; };
  // Those that run are waited for, whatever this thread meets.
  std::vector<std::future<void>> others;
  for (std::size_t part = 1; part < parts; ++part) {
    const std::span<Write> own(writes.data() + begin_of(part), begin_of(part + 1) - begin_of(part));
    try {
      others.push_back(
          std::async(std::launch::async, [this, own, files = staged.get()] { WriteFiles(own, *files); }));
    } catch (const std::system_error&) {
      WriteFiles(own, *staged);  // there is no other thread to be had
    }
  }
  WriteFiles({writes.data(), begin_of(1)}, *staged);
  for (std::future<void>& other : others) other.get();
  return staged;
}

void FileStage::WriteFiles(std::span<Write> writes, StagedFiles& staged) {
  while (!writes.empty()) {
    const std::string name = options_.directory + "/" + std::to_string(++count_) + ".sst";
    staged.Add(name);
    writes = writes.subspan(WriteFile(writes, name));
  }
}

std::size_t FileStage::WriteFile(std::span<Write> writes, const std::string& name) {
  rocksdb::SstFileWriter writer(rocksdb::EnvOptions(), db_.GetOptions());
  Check(writer.Open(name));
  std::size_t written = 0;
  for (; written < writes.size() && writer.FileSize() < options_.file_bytes; ++written) {
    Write& write = writes[written];
    Check(write.value ? writer.Put(write.key, *write.value) : writer.Delete(write.key));
    write.value.reset();
  }
  Check(writer.Finish());
  return written;
}

rocksdb::Status FileStage::TakeIn(const StagedFiles& files) {
  rocksdb::IngestExternalFileOptions options;
  options.move_files = true;
  // The files stay as they were synced; the manifest has the number.
  options.write_global_seqno = false;
  return db_.IngestExternalFile(files.names(), options);
}

void ClearStage(rocksdb::Env& env, const std::string& directory) {
  std::vector<std::string> names;
  if (!env.GetChildren(directory, &names).ok()) return;
  for (const std::string& name : names) {
    if (name != "." && name != "..") env.DeleteFile(directory + "/" + name).PermitUncheckedError();
  }
}

}  // namespace ordinal::kv
