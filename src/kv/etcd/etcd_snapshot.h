// Snapshots of etcd, and where they come from.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "base/clock.h"
#include "kv/etcd/client.h"
#include "kv/etcd/key_layout.h"

namespace ordinal::kv {

class EtcdSnapshot final : public Snapshot {
 public:
  EtcdSnapshot(Revision revision, Revision catalog_revision, std::int64_t taken_micros)
      : revision_(revision), catalog_revision_(catalog_revision), taken_micros_(taken_micros) {}
  Revision revision() const override { return revision_; }
  Revision catalog_revision() const override { return catalog_revision_; }
  // On the boot clock.
  std::int64_t taken_micros() const { return taken_micros_; }

 private:
  const Revision revision_;
  const Revision catalog_revision_;
  const std::int64_t taken_micros_;
};

// Gives snapshots. Calls of Latest() that come while reads are under way share the next read, so that any
// number of sessions needs only a few at a time. Safe from any thread.
class SnapshotSource {
 public:
  using SnapshotPtr = std::shared_ptr<const EtcdSnapshot>;

  SnapshotSource(Client& client, const KeyLayout& layout, const base::Clock& clock)
      : client_(client), layout_(layout), clock_(clock) {}

  SnapshotPtr Latest();
  SnapshotPtr Recent();

  // The newest revision that this process knows of.
  Revision Newest();

  // Takes note of a revision whose catalog revision is known, and of a change of the catalog.
  void Note(Revision revision, Revision catalog_revision);
  void NoteCatalogChange(Revision revision);

 private:
  // One read, and those who wait for it.
  struct Flight {
    bool landed = false;
    SnapshotPtr snapshot;
    std::optional<base::Error> error;
  };
  static constexpr int kFlightsMax = 4;

  void Launch(const std::shared_ptr<Flight>& flight);
  void Land(const std::shared_ptr<Flight>& flight, Answer<etcd::RangeResponse> answer);

  Client& client_;
  const KeyLayout& layout_;
  const base::Clock& clock_;

  std::mutex mutex_;  // guards all below
  std::condition_variable landed_;
  int flights_ = 0;
  std::shared_ptr<Flight> next_;  // gathers while kFlightsMax are under way
  SnapshotPtr recent_;
  Revision catalog_changed_ = 0;
};

}  // namespace ordinal::kv
