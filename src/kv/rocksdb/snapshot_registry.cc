#include "kv/rocksdb/snapshot_registry.h"

#include <algorithm>
#include <utility>

#include "base/check.h"

namespace ordinal::kv {

RocksDbSnapshot::~RocksDbSnapshot() { registry_->Remove(*this); }

std::shared_ptr<const RocksDbSnapshot> SnapshotRegistry::Latest() {
  const std::lock_guard lock(mutex_);
  if (latest_) return latest_;
  ORDINAL_CHECK(db_ != nullptr);
  // touches_ is published after the writes that came with the touches, so the snapshot shows all that it
  // counts.
  const rocksdb::Snapshot* handle = db_->GetSnapshot();
  const Revision revision = handle->GetSequenceNumber();
  const auto after = std::upper_bound(catalog_revisions_.begin(), catalog_revisions_.end(), revision);
  const Revision catalog_revision = after == catalog_revisions_.begin() ? 0 : *(after - 1);
  auto snapshot = std::make_shared<RocksDbSnapshot>(shared_from_this(), handle,
                                                    SnapshotPosition{revision, touches_}, catalog_revision);
  snapshot->older_ = newest_;
  (newest_ == nullptr ? oldest_ : newest_->newer_) = snapshot.get();
  newest_ = snapshot.get();
  latest_ = std::move(snapshot);
  return latest_;
}

SnapshotPosition SnapshotRegistry::Oldest(Revision visible) const {
  const std::lock_guard lock(mutex_);
  SnapshotPosition oldest{visible, touches_};
  if (oldest_ != nullptr) {
    oldest.revision = std::min(oldest.revision, oldest_->position_.revision);
    oldest.touches = std::min(oldest.touches, oldest_->position_.touches);
  }
  return oldest;
}

void SnapshotRegistry::AnnounceCatalogRevision(Revision revision) {
  const std::lock_guard lock(mutex_);
  // New snapshots see at least what the newest announced write before this one left.
  const Revision needed = oldest_ == nullptr ? catalog_revisions_.back() : oldest_->position_.revision;
  const auto after = std::upper_bound(catalog_revisions_.begin(), catalog_revisions_.end(), needed);
  if (after - catalog_revisions_.begin() > 1) catalog_revisions_.erase(catalog_revisions_.begin(), after - 1);
  catalog_revisions_.push_back(revision);
}

void SnapshotRegistry::Publish(TouchNumber touches) {
  std::shared_ptr<const RocksDbSnapshot> outdated;  // goes after the lock, which its end takes
  const std::lock_guard lock(mutex_);
  touches_ = touches;
  outdated = std::move(latest_);
  latest_ = nullptr;
}

void SnapshotRegistry::Detach() {
  std::shared_ptr<const RocksDbSnapshot> outdated;
  const std::lock_guard lock(mutex_);
  outdated = std::move(latest_);
  latest_ = nullptr;
  for (RocksDbSnapshot* snapshot = oldest_; snapshot != nullptr; snapshot = snapshot->newer_) {
    db_->ReleaseSnapshot(snapshot->handle_);
    snapshot->handle_ = nullptr;
  }
  db_ = nullptr;
}

void SnapshotRegistry::Remove(RocksDbSnapshot& snapshot) {
  const std::lock_guard lock(mutex_);
  (snapshot.older_ == nullptr ? oldest_ : snapshot.older_->newer_) = snapshot.newer_;
  (snapshot.newer_ == nullptr ? newest_ : snapshot.newer_->older_) = snapshot.older_;
  if (snapshot.handle_ != nullptr) db_->ReleaseSnapshot(snapshot.handle_);
}

}  // namespace ordinal::kv
