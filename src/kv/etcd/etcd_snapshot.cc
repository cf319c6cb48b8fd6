#include "kv/etcd/etcd_snapshot.h"

#include <utility>

#include "kv/round_trips.h"

namespace ordinal::kv {

SnapshotSource::SnapshotPtr SnapshotSource::Latest() {
  std::shared_ptr<Flight> flight;
  bool launches = false;
  {
    const std::lock_guard lock(mutex_);
    launches = flights_ < kFlightsMax;
    if (launches) {
      ++flights_;
      flight = std::make_shared<Flight>();
    } else {
      if (!next_) next_ = std::make_shared<Flight>();
      flight = next_;
    }
  }
  if (launches) {
    Launch(flight);
  } else {
    ++round_trips_of_thread;  // shared with others, but waited for all the same
  }
  std::unique_lock lock(mutex_);
  landed_.wait(lock, [&] { return flight->landed; });
  if (flight->error) throw base::Error(*flight->error);
  return flight->snapshot;
}

void SnapshotSource::Launch(const std::shared_ptr<Flight>& flight) {
  etcd::RangeRequest request;
  request.set_key(layout_.Catalog());
  request.set_keys_only(true);
  client_.Call<etcd::RangeRequest, etcd::RangeResponse>(
      std::move(request),
      [this, flight](Answer<etcd::RangeResponse> answer) { Land(flight, std::move(answer)); });
}

void SnapshotSource::Land(const std::shared_ptr<Flight>& flight, Answer<etcd::RangeResponse> answer) {
  std::shared_ptr<Flight> next;
  {
    const std::lock_guard lock(mutex_);
    if (answer.error) {
      flight->error = std::move(answer.error);
    } else {
      const etcd::RangeResponse& response = answer.response;
      const Revision catalog =
          response.kvs().empty() ? 0 : static_cast<Revision>(response.kvs(0).mod_revision());
      flight->snapshot = std::make_shared<EtcdSnapshot>(static_cast<Revision>(response.header().revision()),
                                                        catalog, clock_.BootMicros());
      if (!recent_ || recent_->revision() < flight->snapshot->revision()) recent_ = flight->snapshot;
    }
    flight->landed = true;
    next = std::exchange(next_, nullptr);
    if (!next) --flights_;
  }
  landed_.notify_all();
  if (next) Launch(next);
}

SnapshotSource::SnapshotPtr SnapshotSource::Recent() {
  {
    const std::lock_guard lock(mutex_);
    if (recent_ && recent_->revision() >= catalog_changed_) return recent_;
  }
  return Latest();
}

Revision SnapshotSource::Newest() {
  const std::lock_guard lock(mutex_);
  return recent_ ? recent_->revision() : 0;
}

void SnapshotSource::Note(Revision revision, Revision catalog_revision) {
  const std::lock_guard lock(mutex_);
  if (recent_ && recent_->revision() >= revision) return;
  recent_ = std::make_shared<EtcdSnapshot>(revision, catalog_revision, clock_.BootMicros());
}

void SnapshotSource::NoteCatalogChange(Revision revision) {
  const std::lock_guard lock(mutex_);
  catalog_changed_ = std::max(catalog_changed_, revision);
}

}  // namespace ordinal::kv
