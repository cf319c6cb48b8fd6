// Binds REINDEX, CLUSTER and CHECKPOINT, which find nothing to do: entries of indexes are written with their
// rows, rows lie in the order of the primary key, and every commit is durable.
#include <string>
#include <utility>

#include "base/error.h"
#include "catalog/roles.h"
#include "sql/bind/ddl_binder.h"
#include "sql/bind/node_access.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

[[noreturn]] void ThrowNotOwner(const char* kind, const std::string& name) {
  throw Error(sqlstate::kInsufficientPrivilege, "must be owner of " + std::string(kind) + " " + name);
}

void CheckReindexOptions(const List* options, const parse::Tree& tree) {
  for (int i = 0; i < LengthOf(options); ++i) {
    const auto& option = As<DefElem>(*NodeAt(options, i));
    const std::string name = option.defname;
    if (name == "verbose" || name == "concurrently" || name == "tablespace") continue;
    throw Error(sqlstate::kSyntaxError, "unrecognized REINDEX option \"" + name + "\"")
        .Position(tree.Position(option.location));
  }
}

}  // namespace

void DdlBinder::CheckOwns(base::Oid owner, const char* kind, const std::string& name) const {
  if (catalog::HasPrivilegesOf(environment_.catalog, environment_.context.CurrentRole(), owner)) return;
  ThrowNotOwner(kind, name);
}

void DdlBinder::BindReindex(const ReindexStmt& reindex) {
  ddl_.tag = "REINDEX";
  environment_.profile.CheckAllowed(dialect::Feature::kStatement, "Reindex");
  CheckReindexOptions(reindex.params, tree_);
  const auto refuse_invalid = [](const catalog::TableDescriptor& table, base::Oid only) {
    for (const auto& index : table.indexes) {
      if (index.valid || (only != 0 && index.oid != only)) continue;
      base::ThrowUnsupported("REINDEX of an index that is not valid");
    }
  };
  if (reindex.kind == REINDEX_OBJECT_INDEX) {
    const auto relation = Find(*reindex.relation, false);
    const std::string name = reindex.relation->relname;
    if (relation.index == nullptr) {
      throw Error(sqlstate::kWrongObjectType, "\"" + name + "\" is not an index");
    }
    CheckOwns(relation.index_of->owner, "index", name);
    refuse_invalid(*relation.index_of, relation.index->oid);
  } else if (reindex.kind == REINDEX_OBJECT_TABLE) {
    const auto relation = Find(*reindex.relation, false);
    const std::string name = reindex.relation->relname;
    if (!relation.table) {
      throw Error(sqlstate::kWrongObjectType, "\"" + name + "\" is not a table or materialized view");
    }
    CheckOwns(relation.table->owner, "table", name);
    refuse_invalid(*relation.table, 0);
  } else if (reindex.kind == REINDEX_OBJECT_SCHEMA) {
    const auto schema = environment_.catalog.FindSchema(reindex.name);
    if (!schema) {
      throw Error(sqlstate::kInvalidSchemaName, "schema \"" + Text(reindex.name) + "\" does not exist");
    }
    CheckOwns(schema->owner, "schema", schema->name);
  } else {
    if (Text(reindex.name) != environment_.context.DatabaseName()) {
      Refuse("can only reindex the currently open database");
    }
    CheckOwns(environment_.catalog.database().owner, "database", reindex.name);
  }
}

void DdlBinder::BindCluster(const ClusterStmt& cluster) {
  ddl_.tag = "CLUSTER";
  environment_.profile.CheckAllowed(dialect::Feature::kStatement, "Cluster");
  if (cluster.relation == nullptr) return;
  const auto table = FindTable(*cluster.relation, false);
  CheckOwns(table->owner, "table", table->name);
  if (cluster.indexname != nullptr) {
    AlterTable bound;
    bound.table = table->oid;
    AlterTableAction& action = bound.actions.emplace_back();
    action.kind = AlterTableKind::kClusterOn;
    action.name = cluster.indexname;
    ddl_.statement = std::move(bound);
    return;
  }
  for (const auto& index : table->indexes) {
    if (index.clustered) return;
  }
  throw Error(sqlstate::kUndefinedObject,
              "there is no previously clustered index for table \"" + table->name + "\"");
}

void DdlBinder::BindCheckpoint() {
  ddl_.tag = "CHECKPOINT";
  environment_.profile.CheckAllowed(dialect::Feature::kStatement, "CheckPoint");
  if (catalog::IsSuperuser(environment_.catalog, environment_.context.CurrentRole())) return;
  throw Error(sqlstate::kInsufficientPrivilege,
              "must be superuser or have privileges of pg_checkpoint to do CHECKPOINT");
}

}  // namespace ordinal::sql
