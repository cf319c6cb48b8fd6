#include "kv/rocksdb/table_files.h"

#include <algorithm>
#include <utility>

#include "kv/rocksdb/store.h"
#include "rocksdb/sst_file_writer.h"

namespace ordinal::kv {
namespace {

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

std::unique_ptr<StagedFiles> FileStage::Stage(std::vector<Write>& writes) {
  if (!std::is_sorted(writes.begin(), writes.end(), KeyLess))
    std::sort(writes.begin(), writes.end(), KeyLess);
  Check(db_.GetEnv()->CreateDirIfMissing(options_.directory));
  auto staged = std::make_unique<StagedFiles>(*db_.GetEnv());
  for (std::size_t next = 0; next < writes.size();) {
    staged->names_.push_back(options_.directory + "/" + std::to_string(++count_) + ".sst");
    WriteFile(writes, next, staged->names_.back());
  }
  return staged;
}

void FileStage::WriteFile(std::vector<Write>& writes, std::size_t& next, const std::string& name) {
  rocksdb::SstFileWriter writer(rocksdb::EnvOptions(), db_.GetOptions());
  Check(writer.Open(name));
  for (; next < writes.size() && writer.FileSize() < options_.file_bytes; ++next) {
    Write& write = writes[next];
    Check(write.value ? writer.Put(write.key, *write.value) : writer.Delete(write.key));
    write.value.reset();
  }
  Check(writer.Finish());
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
