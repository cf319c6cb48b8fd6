#include "kv/etcd/etcd_engine.h"

#include <spdlog/spdlog.h>

#include <utility>

#include "base/error.h"
#include "kv/etcd/client.h"
#include "kv/etcd/committer.h"
#include "kv/etcd/etcd_coordination.h"
#include "kv/etcd/etcd_snapshot.h"
#include "kv/etcd/key_layout.h"
#include "kv/etcd/marker_lease.h"
#include "kv/etcd/reader.h"
#include "kv/etcd/scan_cursor.h"

namespace ordinal::kv {
namespace {

constexpr char kFormat[] = "1";
// 3,000 rows with an index or two.
constexpr int kOperationsWanted = 8'192;

void MakeReady(Client& client, const KeyLayout& layout) {
  etcd::TxnRequest request;
  etcd::Compare& compare = *request.add_compare();
  compare.set_target(etcd::Compare::CREATE);
  compare.set_result(etcd::Compare::EQUAL);
  compare.set_key(layout.Format());
  compare.set_create_revision(0);
  etcd::PutRequest& put = *request.add_success()->mutable_request_put();
  put.set_key(layout.Format());
  put.set_value(kFormat);
  request.add_failure()->mutable_request_range()->set_key(layout.Format());
  const auto response = client.CallAndWait<etcd::TxnResponse>(std::move(request));
  if (response.succeeded()) return;
  const auto& found = response.responses(0).response_range().kvs();
  if (found.empty() || found[0].value() == kFormat) return;
  throw base::Error(
      base::sqlstate::kFeatureNotSupported,
      "the store has format " + found[0].value() + ", which this version of ordinal does not know");
}

// Asks for more operations at once than etcd allows unless told to, and warns where they are refused.
void WarnOfSmallTransactions(Client& client, const KeyLayout& layout) {
  etcd::TxnRequest request;
  for (int i = 0; i < kOperationsWanted; ++i) {
    etcd::RangeRequest& read = *request.add_success()->mutable_request_range();
    read.set_key(layout.Format());
    read.set_count_only(true);
    read.set_serializable(true);
  }
  try {
    client.CallAndWait<etcd::TxnResponse>(std::move(request));
  } catch (const base::Error& error) {
    if (error.sqlstate() != base::sqlstate::kProgramLimitExceeded) throw;
    spdlog::warn("etcd allows fewer than {} operations in a transaction, so large ones will fail. {}",
                 kOperationsWanted, error.report().hint);
  }
}

class EtcdEngine final : public Engine {
 public:
  EtcdEngine(const EtcdOptions& options, const base::Clock& clock)
      : layout_(options.prefix),
        client_(options),
        snapshots_(client_, layout_, clock),
        reader_(client_, layout_),
        coordination_(client_, layout_, clock) {
    MakeReady(client_, layout_);
    WarnOfSmallTransactions(client_, layout_);
    lease_ = std::make_unique<MarkerLease>(client_, clock);
    committer_ = std::make_unique<Committer>(client_, layout_, reader_, snapshots_, *lease_, clock);
    const auto now = snapshots_.Latest();
    catalog_watch_ =
        WatchStored(client_, layout_.Catalog(), {}, now->revision(),
                    [this](const std::vector<WatchEvent>& events) { NoteCatalogChange(events); });
  }
  ~EtcdEngine() override { EtcdEngine::Close(); }

  Traits traits() const override { return {.exclusive = false, .remote = true}; }

  std::shared_ptr<const Snapshot> Latest() override { return snapshots_.Latest(); }
  std::shared_ptr<const Snapshot> Recent() override { return snapshots_.Recent(); }
  Coordination* coordination() override { return &coordination_; }

  std::optional<std::string> Get(const Snapshot& snapshot, std::string_view key) override {
    return reader_.Get(snapshot.revision(), key);
  }

  std::vector<std::optional<std::string>> MultiGet(const Snapshot& snapshot,
                                                   std::span<const std::string> keys) override {
    if (keys.empty()) return {};
    std::vector<std::string> stored;
    stored.reserve(keys.size());
    for (const std::string& key : keys) stored.push_back(layout_.Data(key));
    std::vector<std::optional<std::string>> values(keys.size());
    auto entries = reader_.MultiGetAndWait(snapshot.revision(), std::move(stored), false);
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (!entries[i].key().empty()) values[i] = std::move(*entries[i].mutable_value());
    }
    return values;
  }

  std::unique_ptr<Cursor> Scan(const Snapshot& snapshot, KeyRange range, ScanOptions options) override {
    return std::make_unique<ScanCursor>(reader_, snapshot.revision(), range, options);
  }

  void Submit(Submission submission, CommitCallback callback) override {
    MoveDemandsToGuards(submission);
    committer_->Submit(std::move(submission), std::move(callback));
  }

  Statistics statistics() const override {
    Statistics statistics;
    statistics.commits = committer_->commits();
    statistics.conflicts = committer_->conflicts();
    statistics.round_trips = client_.round_trips();
    return statistics;
  }

  void Close() override {
    catalog_watch_.reset();
    client_.Drain();
    lease_.reset();
  }

 private:
  void NoteCatalogChange(const std::vector<WatchEvent>& events) {
    // No events: some were missed, and what was known may be old.
    const Revision revision = events.empty() ? snapshots_.Newest() + 1 : events.back().revision;
    snapshots_.NoteCatalogChange(revision);
  }

  const KeyLayout layout_;
  Client client_;
  SnapshotSource snapshots_;
  Reader reader_;
  EtcdCoordination coordination_;
  std::unique_ptr<MarkerLease> lease_;
  std::unique_ptr<Committer> committer_;
  std::unique_ptr<Watch> catalog_watch_;
};

}  // namespace

std::unique_ptr<Engine> OpenEtcd(const EtcdOptions& options, const base::Clock& clock) {
  return std::make_unique<EtcdEngine>(options, clock);
}

}  // namespace ordinal::kv
