#include "kv/rocksdb/commit_pipeline.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "base/bytes.h"
#include "base/check.h"
#include "base/error.h"
#include "kv/rocksdb/reserved_keys.h"

namespace ordinal::kv {
namespace {

constexpr std::size_t kBatchBytesMax = std::size_t{16} << 20;
// Assumed until SetActiveSessions says better.
constexpr int kManySessions = std::numeric_limits<int>::max();

bool Writes(const Submission& submission) {
  return !submission.writes.empty() || !submission.deleted_ranges.empty() || submission.changes_catalog;
}

const SnapshotPosition* PositionOf(const Submission& submission) {
  if (!submission.snapshot) return nullptr;
  return &static_cast<const RocksDbSnapshot&>(*submission.snapshot).position();
}

}  // namespace

CommitPipeline::CommitPipeline(rocksdb::DB* db, std::shared_ptr<SnapshotRegistry> snapshots, FileStage& stage,
                               Options options)
    : db_(db),
      snapshots_(std::move(snapshots)),
      stage_(stage),
      options_(options),
      active_sessions_(kManySessions),
      conflicts_(options.conflict_keys_max),
      revision_(db->GetLatestSequenceNumber()) {
  committer_ = std::thread([this] { Run(); });
}

CommitPipeline::~CommitPipeline() { Close(); }

void CommitPipeline::Submit(Submission submission, CommitCallback callback) {
  Pending pending{.submission = std::move(submission), .callback = std::move(callback)};
  if (!StageIfLarge(pending)) return;
  std::vector<Pending> own;
  {
    const std::lock_guard lock(mutex_);
    ORDINAL_CHECK(!closing_);
    const bool alone = active_sessions_.load(std::memory_order_relaxed) <= 1 && !busy_ && queue_.empty();
    std::vector<Pending>& line = alone ? own : queue_;
    line.push_back(std::move(pending));
    if (!alone) {
      if (!busy_ && queue_.size() == 1) wake_.notify_one();
      return;
    }
    busy_ = true;
  }
  Process(own);
  {
    const std::lock_guard lock(mutex_);
    busy_ = false;
    if (!queue_.empty() || closing_) wake_.notify_one();
  }
  Answer(own);
}

bool CommitPipeline::StageIfLarge(Pending& pending) {
  if (!stage_.Takes(pending.submission)) return true;
  try {
    pending.files = stage_.Stage(pending.submission.writes);
    return true;
  } catch (const base::Error& error) {
    CommitResult refused;
    refused.outcome = Outcome::kRefused;
    refused.error = std::make_shared<base::Error>(error);
    pending.submission = Submission();
    pending.callback(std::move(refused));
    return false;
  }
}

void CommitPipeline::Run() {
  std::vector<Pending> taken;
  std::unique_lock lock(mutex_);
  while (true) {
    wake_.wait(lock, [this] { return !busy_ && (!queue_.empty() || closing_); });
    if (queue_.empty()) return;
    taken.swap(queue_);
    busy_ = true;
    lock.unlock();
    Process(taken);
    lock.lock();
    busy_ = false;
    lock.unlock();
    Answer(taken);
    taken.clear();
    lock.lock();
  }
}

void CommitPipeline::Close() {
  {
    const std::lock_guard lock(mutex_);
    closing_ = true;
    wake_.notify_one();
  }
  if (committer_.joinable()) committer_.join();
}

Engine::Statistics CommitPipeline::statistics() const {
  return {.commits = commit_count_, .conflicts = conflict_count_, .syncs = sync_count_};
}

void CommitPipeline::Answer(std::vector<Pending>& pending) {
  for (Pending& each : pending) {
    // Dropped first: what the callback starts need not keep old versions alive, nor files that nobody took
    // in.
    each.files.reset();
    each.submission = Submission();
    each.callback(std::move(each.result));
  }
}

void CommitPipeline::Process(std::vector<Pending>& pending) {
  conflicts_.ForgetUpTo(snapshots_->Oldest(revision_));
  for (std::size_t begin = 0; begin < pending.size();) {
    const std::size_t end = FillBatch(pending, begin);
    const bool stored = !failed_ && WriteBatch();
    for (; begin < end; ++begin) {
      Pending& each = pending[begin];
      if (!each.accepted) continue;
      if (stored) {
        commit_count_.fetch_add(1, std::memory_order_relaxed);
      } else {
        each.result.outcome = Outcome::kUnknown;
        each.result.revision = 0;
      }
    }
  }
}

// Decides from `begin` on, and returns where it had to stop.
std::size_t CommitPipeline::FillBatch(std::vector<Pending>& pending, std::size_t begin) {
  batch_.Clear();
  files_ = nullptr;
  batch_syncs_ = false;
  batch_changes_ = false;
  std::size_t next = begin;
  for (; next < pending.size(); ++next) {
    Pending& each = pending[next];
    const bool waits = each.files || files_ != nullptr || batch_.GetDataSize() > kBatchBytesMax;
    if (next > begin && (waits || NeedsBatchWritten(each.submission))) break;
    if (failed_) {
      each.accepted = true;  // as far as an answer is concerned, it shares the fate of the failed batch
    } else if (Decide(each)) {
      Accept(each);
    }
  }
  return next;
}

// A guard that is decided by reading the store must not miss what this batch is about to write.
bool CommitPipeline::NeedsBatchWritten(const Submission& submission) const {
  const auto meets_batch = [&](std::string_view key, Sighting sighting) {
    return !(sighting == Sighting::kAbsent && submission.snapshot) && conflicts_.WrittenSince(key, revision_);
  };
  for (const Guard& guard : submission.guards) {
    if (guard.kind == GuardKind::kAbsent && meets_batch(guard.key, guard.sighting)) return true;
  }
  for (const Write& write : submission.writes) {
    if (write.guard_absent && meets_batch(write.key, write.sighting)) return true;
  }
  return false;
}

bool CommitPipeline::Decide(Pending& pending) {
  const Submission& submission = pending.submission;
  const SnapshotPosition* position = PositionOf(submission);
  const bool guarded =
      !submission.guards.empty() || std::any_of(submission.writes.begin(), submission.writes.end(),
                                                [](const Write& write) { return write.guard_absent; });
  if (!guarded) return true;
  if (position != nullptr && !conflicts_.Reaches(*position)) {
    pending.result.outcome = Outcome::kSnapshotTooOld;
  } else if (Hold(submission, position, pending.result)) {
    return true;
  }
  conflict_count_.fetch_add(1, std::memory_order_relaxed);
  return false;
}

bool CommitPipeline::Hold(const Submission& submission, const SnapshotPosition* position,
                          CommitResult& result) const {
  const auto holds = [&result](Verdict verdict, GuardKind kind, const std::string& key) {
    if (verdict == Verdict::kHolds) return true;
    result.outcome = verdict == Verdict::kFails ? Outcome::kConflict : Outcome::kUnknown;
    result.conflict_key = key;
    result.conflict_kind = kind;
    return false;
  };
  for (const Guard& guard : submission.guards) {
    if (!holds(Judge(guard, position), guard.kind, guard.key)) return false;
  }
  for (const Write& write : submission.writes) {
    if (!write.guard_absent) continue;
    if (!holds(JudgeAbsent(write.key, write.sighting, position), GuardKind::kAbsent, write.key)) return false;
  }
  return true;
}

CommitPipeline::Verdict CommitPipeline::Judge(const Guard& guard, const SnapshotPosition* position) const {
  if (guard.kind == GuardKind::kAbsent) return JudgeAbsent(guard.key, guard.sighting, position);
  ORDINAL_CHECK(position != nullptr);
  bool fails = false;
  switch (guard.kind) {
    case GuardKind::kUnchanged:
      if (guard.seen_at != 0) {
        // A sighting older than what the table remembers cannot be vouched for.
        fails = !conflicts_.Reaches({guard.seen_at, position->touches}) ||
                conflicts_.WrittenSince(guard.key, guard.seen_at);
        break;
      }
      fails = conflicts_.WrittenSince(guard.key, position->revision);
      break;
    case GuardKind::kAbsent:
      break;
    case GuardKind::kUntouched:
      fails = conflicts_.TouchedSince(guard.key, position->touches);
      break;
    case GuardKind::kRangeUnwritten:
      fails = conflicts_.RangeWrittenSince(guard.key, guard.end, position->revision);
      break;
  }
  return fails ? Verdict::kFails : Verdict::kHolds;
}

// Who saw the key absent need only hear whether it was written since; else the store is asked.
CommitPipeline::Verdict CommitPipeline::JudgeAbsent(std::string_view key, Sighting sighting,
                                                    const SnapshotPosition* position) const {
  if (sighting == Sighting::kAbsent && position != nullptr) {
    return conflicts_.WrittenSince(key, position->revision) ? Verdict::kFails : Verdict::kHolds;
  }
  rocksdb::PinnableSlice value;
  const rocksdb::Status status = db_->Get(rocksdb::ReadOptions(), db_->DefaultColumnFamily(), key, &value);
  if (status.IsNotFound()) return Verdict::kHolds;
  return status.ok() ? Verdict::kFails : Verdict::kUnreadable;
}

void CommitPipeline::Accept(Pending& pending) {
  Submission& submission = pending.submission;
  pending.accepted = true;
  for (const KeyRange& range : submission.deleted_ranges) DeleteRange(range);
  files_ = pending.files.get();
  if (files_ == nullptr) AcceptWrites(submission);
  if (submission.changes_catalog) {
    const Revision revision = revision_ + static_cast<Revision>(batch_.Count()) + 1;
    std::string encoded;
    base::AppendBigEndian(encoded, revision);
    batch_.Put(kCatalogRevisionKey, encoded);
    snapshots_->AnnounceCatalogRevision(revision);
  }
  pending.result.revision =
      revision_ + (files_ == nullptr ? static_cast<Revision>(batch_.Count()) : files_->names().size());
  if (!submission.touches.empty()) ++touches_;
  if (Writes(submission)) batch_syncs_ |= submission.durable;
  if (Writes(submission) || !submission.touches.empty()) {
    batch_changes_ = true;
    const auto order = files_ == nullptr ? ConflictTable::Order::kAny : ConflictTable::Order::kSorted;
    conflicts_.Record(submission, {pending.result.revision, touches_}, order);
  }
}

void CommitPipeline::AcceptWrites(const Submission& submission) {
  for (const Write& write : submission.writes) {
    if (write.value) {
      batch_.Put(write.key, *write.value);
    } else {
      batch_.Delete(write.key);
    }
  }
}

void CommitPipeline::DeleteRange(const KeyRange& range) {
  const std::string_view begin = std::max<std::string_view>(range.begin, kUserKeysBegin);
  const std::string_view end = range.end.empty() ? kUserKeysEnd : std::string_view(range.end);
  // RocksDB refuses a reversed range and gives an empty one no sequence number.
  if (begin < end) batch_.DeleteRange(begin, end);
}

bool CommitPipeline::WriteBatch() {
  if (!(files_ == nullptr ? WriteOperations() : TakeInFiles())) {
    failed_ = true;
    return false;
  }
  // Revisions are promised before the write; a second writer would break the promise.
  ORDINAL_CHECK(db_->GetLatestSequenceNumber() == revision_);
  if (batch_changes_) snapshots_->Publish(touches_);
  return true;
}

bool CommitPipeline::WriteOperations() {
  if (batch_.Count() == 0) return true;
  rocksdb::WriteOptions write_options;
  write_options.sync = batch_syncs_ && options_.sync;
  if (!db_->Write(write_options, &batch_).ok()) return false;
  if (write_options.sync) sync_count_.fetch_add(1, std::memory_order_relaxed);
  revision_ += static_cast<Revision>(batch_.Count());
  return true;
}

// RocksDB numbers files only while a snapshot is open.
bool CommitPipeline::TakeInFiles() {
  const auto snapshot = snapshots_->Latest();
  // What came before may not be lost alone.
  if (options_.sync && !db_->SyncWAL().ok()) return false;
  if (!stage_.TakeIn(*files_).ok()) return false;
  sync_count_.fetch_add(1, std::memory_order_relaxed);
  revision_ += files_->names().size();
  return true;
}

}  // namespace ordinal::kv
