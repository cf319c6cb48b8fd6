#include "syscat/relations.h"

namespace ordinal::syscat {
namespace {

// Above the numbers that PostgreSQL gives to system views, below those of stored objects.
constexpr catalog::Oid kNodesOid = 13901;
constexpr catalog::Oid kStoreOid = 13902;
// From 1970-01-01 to 2000-01-01, where SQL timestamps begin.
constexpr std::int64_t kPostgresEpochMicros = 946'684'800'000'000;

void FillNodes(const catalog::SessionView& session, RowBuilder& row) {
  for (const catalog::NodeState& node : session.Nodes()) {
    row.Set("node_id", node.id)
        .Set("address", node.address)
        .Set("version", node.version)
        .Set("started", node.started_micros - kPostgresEpochMicros)
        .Set("last_heartbeat", node.heartbeat_micros - kPostgresEpochMicros)
        .Emit();
  }
}

void FillStore(const catalog::SessionView& session, RowBuilder& row) {
  const kv::Engine::Statistics statistics = session.StoreStatistics();
  row.Set("commits", statistics.commits)
      .Set("conflicts", statistics.conflicts)
      .Set("syncs", statistics.syncs)
      .Set("round_trips", statistics.round_trips)
      .Emit();
}

}  // namespace

// Shows the nodes that share the store and are alive.
const Relation& SysNodes() {
  static const Relation relation(kNodesOid, catalog::kSysSchema, "nodes",
                                 "node_id int8!, address text!, version text!, started timestamptz!, "
                                 "last_heartbeat timestamptz!",
                                 &FillNodes);
  return relation;
}

// Counts what this process has asked of its store: commits and those refused for a conflict, syncs of an
// embedded store, calls of a remote one.
const Relation& SysStoreStatistics() {
  static const Relation relation(kStoreOid, catalog::kSysSchema, "store_statistics",
                                 "commits int8!, conflicts int8!, syncs int8!, round_trips int8!",
                                 &FillStore);
  return relation;
}

}  // namespace ordinal::syscat
