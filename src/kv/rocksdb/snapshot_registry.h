// Hands out snapshots of one RocksDB and knows the oldest that is open.
//
// Snapshots between two publications are one shared object, so that a read-mostly load pays for one. Safe to
// use from any thread.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "kv/engine.h"
#include "kv/rocksdb/conflict_table.h"
#include "rocksdb/db.h"

namespace ordinal::kv {

class SnapshotRegistry;

class RocksDbSnapshot final : public Snapshot {
 public:
  // Only the registry makes one, under its lock.
  RocksDbSnapshot(std::shared_ptr<SnapshotRegistry> registry, const rocksdb::Snapshot* handle,
                  SnapshotPosition position, Revision catalog_revision)
      : registry_(std::move(registry)),
        handle_(handle),
        position_(position),
        catalog_revision_(catalog_revision) {}
  ~RocksDbSnapshot() override;

  Revision revision() const override { return position_.revision; }
  Revision catalog_revision() const override { return catalog_revision_; }
  const SnapshotPosition& position() const { return position_; }
  const rocksdb::Snapshot* handle() const { return handle_; }

 private:
  friend class SnapshotRegistry;

  std::shared_ptr<SnapshotRegistry> registry_;  // shared with the engine, which may go first
  const rocksdb::Snapshot* handle_;             // null once the store is closed
  SnapshotPosition position_;
  Revision catalog_revision_;
  // Neighbours in the registry's list, which ascends by position.
  RocksDbSnapshot* older_ = nullptr;
  RocksDbSnapshot* newer_ = nullptr;
};

class SnapshotRegistry : public std::enable_shared_from_this<SnapshotRegistry> {
 public:
  // `db` is borrowed until Detach.
  SnapshotRegistry(rocksdb::DB* db, Revision catalog_revision)
      : db_(db), catalog_revisions_{catalog_revision} {}

  std::shared_ptr<const RocksDbSnapshot> Latest();

  // Returns the position of the oldest open snapshot, or, if that is older, where a new one would stand at
  // least when the store has reached `visible`.
  SnapshotPosition Oldest(Revision visible) const;

  // Announces that the catalog changes at `revision`. Comes before the write becomes visible, so that no
  // snapshot sees the write without the revision.
  void AnnounceCatalogRevision(Revision revision);
  // Says that all submissions up to touch number `touches` are visible. Comes before any of them is
  // acknowledged.
  void Publish(TouchNumber touches);

  // Releases all that is held of the store. Snapshots that are still open can no longer be read.
  void Detach();

 private:
  friend class RocksDbSnapshot;
  void Remove(RocksDbSnapshot& snapshot);

  mutable std::mutex mutex_;  // guards everything below
  rocksdb::DB* db_;
  TouchNumber touches_ = 0;
  std::vector<Revision> catalog_revisions_;  // ascending; the first is not after any snapshot's revision
  std::shared_ptr<const RocksDbSnapshot> latest_;  // what Latest returns until the next publication
  RocksDbSnapshot* oldest_ = nullptr;
  RocksDbSnapshot* newest_ = nullptr;
};

}  // namespace ordinal::kv
