#include "kv/memory/memory_engine.h"

#include <algorithm>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "base/check.h"
#include "kv/memory/versioned_map.h"

namespace ordinal::kv {
namespace {

constexpr std::size_t kFirstBatch = 16;
constexpr std::size_t kBatchMax = 256;
constexpr std::size_t kTouchesBeforeSweep = 1024;

// Shared by the engine and its snapshots, so that a snapshot may outlive the engine.
struct Store {
  std::shared_mutex mutex;  // guards everything below
  VersionedMap map;
  absl::flat_hash_map<std::string, Revision> touched;
  std::size_t touches_until_sweep = kTouchesBeforeSweep;
  std::multiset<Revision> open_snapshots;
  Revision revision = 0;
  Revision catalog_revision = 0;
  Engine::Statistics statistics;

  Revision OldestNeeded() const { return open_snapshots.empty() ? revision : *open_snapshots.begin(); }
  void ForgetUnneeded();
};

void Store::ForgetUnneeded() {
  const Revision oldest = OldestNeeded();
  map.ForgetBefore(oldest);
  if (touched.size() < touches_until_sweep) return;
  absl::erase_if(touched, [oldest](const auto& entry) { return entry.second <= oldest; });
  touches_until_sweep = std::max(kTouchesBeforeSweep, 2 * touched.size());
}

class MemorySnapshot final : public Snapshot {
 public:
  // REQUIRES that the caller holds the mutex of `store`.
  explicit MemorySnapshot(std::shared_ptr<Store> store)
      : store_(std::move(store)), revision_(store_->revision), catalog_revision_(store_->catalog_revision) {
    position_ = store_->open_snapshots.insert(revision_);
  }
  ~MemorySnapshot() override {
    const std::unique_lock lock(store_->mutex);
    store_->open_snapshots.erase(position_);
    store_->ForgetUnneeded();
  }
  Revision revision() const override { return revision_; }
  Revision catalog_revision() const override { return catalog_revision_; }

 private:
  std::shared_ptr<Store> store_;
  Revision revision_;
  Revision catalog_revision_;
  std::multiset<Revision>::iterator position_;
};

// Reads in batches of copies, so that commits may go on between two calls.
class MemoryCursor final : public Cursor {
 public:
  MemoryCursor(std::shared_ptr<Store> store, Revision revision, KeyRange range, ScanOptions options)
      : store_(std::move(store)),
        revision_(revision),
        range_(range),
        rest_(std::move(range)),
        direction_(options.direction),
        batch_size_(options.limit_hint == 0 ? kFirstBatch : std::min(options.limit_hint, kBatchMax)) {}

  bool Next() override {
    if (position_ + 1 < batch_.size()) {
      ++position_;
      return true;
    }
    return Fill();
  }

  bool Seek(std::string_view key) override {
    rest_ = range_;
    if (direction_ == Direction::kForward) {
      if (key > rest_.begin) rest_.begin = key;
    } else {
      // The successor of a key in byte order is the key with a zero byte added.
      std::string after = std::string(key) + '\0';
      if (rest_.end.empty() || after < rest_.end) rest_.end = std::move(after);
    }
    exhausted_ = false;
    return Fill();
  }

  std::string_view key() const override { return batch_[position_].key; }
  std::string_view value() const override { return batch_[position_].value; }

 private:
  bool Fill() {
    batch_.clear();
    position_ = 0;
    if (exhausted_) return false;
    {
      const std::shared_lock lock(store_->mutex);
      store_->map.Read(rest_, direction_, revision_, batch_size_, batch_);
    }
    exhausted_ = batch_.size() < batch_size_;
    if (batch_.empty()) return false;
    batch_size_ = std::min(2 * batch_size_, kBatchMax);
    if (direction_ == Direction::kForward) {
      rest_.begin = batch_.back().key + '\0';
    } else if (batch_.back().key.empty()) {
      exhausted_ = true;  // nothing is below the empty key, and an empty end would mean "no end"
    } else {
      rest_.end = batch_.back().key;
    }
    return true;
  }

  std::shared_ptr<Store> store_;
  Revision revision_;
  KeyRange range_;
  KeyRange rest_;  // what lies beyond the current batch
  Direction direction_;
  std::size_t batch_size_;
  std::vector<VersionedMap::Entry> batch_;
  std::size_t position_ = 0;
  bool exhausted_ = false;
};

class MemoryEngine final : public Engine {
 public:
  Traits traits() const override { return {.exclusive = true, .remote = false}; }

  std::shared_ptr<const Snapshot> Latest() override {
    const std::unique_lock lock(store_->mutex);
    return std::make_shared<MemorySnapshot>(store_);
  }

  std::optional<std::string> Get(const Snapshot& snapshot, std::string_view key) override {
    const std::shared_lock lock(store_->mutex);
    return Find(key, snapshot.revision());
  }

  std::vector<std::optional<std::string>> MultiGet(const Snapshot& snapshot,
                                                   std::span<const std::string> keys) override {
    std::vector<std::optional<std::string>> values;
    values.reserve(keys.size());
    const std::shared_lock lock(store_->mutex);
    for (const std::string& key : keys) values.push_back(Find(key, snapshot.revision()));
    return values;
  }

  std::unique_ptr<Cursor> Scan(const Snapshot& snapshot, KeyRange range, ScanOptions options) override {
    return std::make_unique<MemoryCursor>(store_, snapshot.revision(), std::move(range), options);
  }

  void Submit(Submission submission, CommitCallback callback) override {
    MoveDemandsToGuards(submission);
    CommitResult result;
    {
      const std::unique_lock lock(store_->mutex);
      const Guard* failed = FindFailed(submission);
      if (failed != nullptr) {
        ++store_->statistics.conflicts;
        result.outcome = Outcome::kConflict;
        result.conflict_key = failed->key;
        result.conflict_kind = failed->kind;
        if (submission.read_on_conflict) {
          result.revision = store_->revision;
          result.conflict_value = Find(failed->key, store_->revision);
        }
      } else {
        Apply(submission);
        result.revision = store_->revision;
      }
    }
    // Dropped first: a callback may expect its own snapshot to be the last one.
    submission.snapshot.reset();
    callback(std::move(result));
  }

  Statistics statistics() const override {
    const std::shared_lock lock(store_->mutex);
    return store_->statistics;
  }

  void Close() override {}

 private:
  std::optional<std::string> Find(std::string_view key, Revision revision) const {
    const std::string* value = store_->map.Find(key, revision);
    return value == nullptr ? std::nullopt : std::optional(*value);
  }

  bool Holds(const Guard& guard, const Submission& submission) const {
    if (guard.kind == GuardKind::kAbsent) return !store_->map.Exists(guard.key);
    if (guard.kind == GuardKind::kUnchanged && guard.seen_at != 0) {
      return store_->map.LastWrite(guard.key) <= guard.seen_at;
    }
    ORDINAL_CHECK(submission.snapshot != nullptr);
    const Revision revision = submission.snapshot->revision();
    switch (guard.kind) {
      case GuardKind::kUnchanged:
        return store_->map.LastWrite(guard.key) <= revision;
      case GuardKind::kUntouched: {
        const auto it = store_->touched.find(guard.key);
        return it == store_->touched.end() || it->second <= revision;
      }
      case GuardKind::kRangeUnwritten:
        return store_->map.FindWriteAfter({guard.key, guard.end}, revision) == nullptr;
      case GuardKind::kAbsent:
        break;
    }
    return true;
  }

  const Guard* FindFailed(const Submission& submission) const {
    for (const Guard& guard : submission.guards) {
      if (!Holds(guard, submission)) return &guard;
    }
    return nullptr;
  }

  void Apply(Submission& submission) {
    Store& store = *store_;
    ++store.statistics.commits;
    if (submission.writes.empty() && submission.touches.empty() && submission.deleted_ranges.empty() &&
        !submission.changes_catalog) {
      return;
    }
    const Revision revision = ++store.revision;
    for (const KeyRange& range : submission.deleted_ranges) store.map.DeleteRange(range, revision);
    for (Write& write : submission.writes) store.map.Write(write.key, std::move(write.value), revision);
    for (std::string& key : submission.touches) store.touched[std::move(key)] = revision;
    if (submission.changes_catalog) store.catalog_revision = revision;
    store.ForgetUnneeded();
  }

  std::shared_ptr<Store> store_ = std::make_shared<Store>();
};

}  // namespace

std::unique_ptr<Engine> OpenMemory() { return std::make_unique<MemoryEngine>(); }

}  // namespace ordinal::kv
