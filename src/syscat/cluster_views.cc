#include "base/clock.h"
#include "syscat/catalog_names.h"
#include "syscat/relations.h"

namespace ordinal::syscat {
namespace {

// Above the numbers that PostgreSQL gives to system views, below those of stored objects.
constexpr catalog::Oid kNodesOid = 13901;
constexpr catalog::Oid kStoreOid = 13902;
constexpr catalog::Oid kJobsOid = 13903;
constexpr catalog::Oid kIamMappingsOid = 13905;

void FillNodes(const catalog::SessionView& session, RowBuilder& row) {
  for (const catalog::NodeState& node : session.Nodes()) {
    row.Set("node_id", node.id)
        .Set("address", node.address)
        .Set("version", node.version)
        .Set("started", node.started_micros - base::kPostgresEpochMicros)
        .Set("last_heartbeat", node.heartbeat_micros - base::kPostgresEpochMicros)
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

void FillJobs(const catalog::SessionView& session, RowBuilder& row) {
  for (const catalog::JobState& job : session.Jobs()) {
    if (!job.details.empty()) row.Set("details", job.details);
    row.Set("job_id", job.id)
        .Set("status", job.status)
        .Set("job_type", job.type)
        .Set("class_id", job.class_id)
        .Set("object_id", job.object_id)
        .Set("object_name", job.object_name)
        .Set("start_time", job.started_micros - base::kPostgresEpochMicros)
        .Set("update_time", job.updated_micros - base::kPostgresEpochMicros)
        .Emit();
  }
}

void FillIamMappings(const catalog::SessionView& session, RowBuilder& row) {
  for (const auto& role : session.catalog().Roles()) {
    for (const catalog::IamMapping& mapping : role->iam_mappings) {
      row.Set("iam_oid", mapping.oid)
          .Set("arn", mapping.arn)
          .Set("pg_role_oid", role->oid)
          .Set("pg_role_name", role->name)
          .Set("grantor_pg_role_oid", mapping.grantor)
          .Set("grantor_pg_role_name", RoleName(session, mapping.grantor))
          .Emit();
    }
  }
}

}  // namespace

// Shows what AWS IAM GRANT made.
const Relation& SysIamMappings() {
  static const Relation relation(kIamMappingsOid, catalog::kSysSchema, "iam_pg_role_mappings",
                                 "iam_oid oid!, arn text!, pg_role_oid oid!, pg_role_name name!, "
                                 "grantor_pg_role_oid oid!, grantor_pg_role_name name",
                                 &FillIamMappings);
  return relation;
}

// Shows background work as Aurora DSQL does: what is under way, or ended in the last 30 minutes.
const Relation& SysJobs() {
  static const Relation relation(kJobsOid, catalog::kSysSchema, "jobs",
                                 "job_id text, status text, details text, job_type text, class_id oid, "
                                 "object_id oid, object_name text, start_time timestamptz, "
                                 "update_time timestamptz",
                                 &FillJobs);
  return relation;
}

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
