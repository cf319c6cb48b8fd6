// Runs COMMENT ON.
#include <string>
#include <utility>

#include "base/error.h"
#include "catalog/roles.h"
#include "sql/exec/ddl_executor.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

void SetColumnComment(auto& relation, const CommentOn& comment) {
  for (auto& column : relation.columns) {
    if (column.name != comment.column) continue;
    column.comment = comment.text;
    return;
  }
  throw Error(sqlstate::kUndefinedColumn,
              "column \"" + comment.column + "\" of relation \"" + relation.name + "\" does not exist");
}

void SetConstraintComment(catalog::TableDescriptor& table, const CommentOn& comment) {
  for (auto& index : table.indexes) {
    if (index.is_constraint && index.name == comment.constraint) {
      index.constraint_comment = comment.text;
      return;
    }
  }
  for (auto& check : table.checks) {
    if (check.name == comment.constraint) {
      check.comment = comment.text;
      return;
    }
  }
  for (auto& key : table.foreign_keys) {
    if (key.name == comment.constraint) {
      key.comment = comment.text;
      return;
    }
  }
  throw Error(sqlstate::kUndefinedObject,
              "constraint \"" + comment.constraint + "\" for table \"" + table.name + "\" does not exist");
}

}  // namespace

// A name of another database is only warned of: what restores a dump may say an old one.
void DdlExecutor::CommentOnDatabase(const CommentOn& comment) {
  const std::string name = context_.evaluation.DatabaseName();
  if (comment.database != name) {
    Warn("database \"" + comment.database + "\" does not exist", sqlstate::kInvalidCatalogName);
    return;
  }
  catalog::DatabaseDescriptor database = catalog().database();
  CheckOwner(database.owner, "database", name);
  database.comment = comment.text;
  context_.editor.Update(std::move(database));
}

void DdlExecutor::CommentOnRole(const CommentOn& comment) {
  catalog::RoleDescriptor role = RoleToChange(comment.object);
  if (role.superuser && !catalog::IsSuperuser(catalog(), context_.role)) {
    throw Error(sqlstate::kInsufficientPrivilege, "must be superuser");
  }
  if (!catalog::MayCreateRoles(catalog(), context_.role)) {
    throw Error(sqlstate::kInsufficientPrivilege, "must have CREATEROLE privilege");
  }
  role.comment = comment.text;
  context_.editor.Update(std::move(role));
}

void DdlExecutor::Run(const CommentOn& comment) {
  if (comment.object == catalog::kDatabase) return CommentOnDatabase(comment);
  if (catalog().RoleByOid(comment.object)) return CommentOnRole(comment);
  if (const auto found = catalog().SchemaByOid(comment.object)) {
    catalog::SchemaDescriptor schema = *found;
    CheckOwner(schema.owner, "schema", schema.name);
    schema.comment = comment.text;
    context_.editor.Update(std::move(schema));
    return;
  }
  if (catalog().DomainByOid(comment.object)) return CommentOnDomain(comment);
  if (catalog().FunctionByOid(comment.object)) {
    FunctionDescriptor function = FunctionToChange(comment.object);
    function.comment = comment.text;
    context_.editor.Update(std::move(function));
    return;
  }
  if (catalog().ExtendedStatisticsByOid(comment.object)) {
    auto statistics = StatisticsToChange(comment.object);
    statistics.comment = comment.text;
    context_.editor.Update(std::move(statistics));
    return;
  }
  const auto relation = catalog().RelationByOid(comment.object);
  if (relation.sequence) {
    Sequence sequence = SequenceToChange(comment.object);
    sequence.comment = comment.text;
    context_.editor.Update(std::move(sequence));
    return;
  }
  if (relation.view) {
    View view = ViewToChange(comment.object);
    if (comment.column.empty()) {
      view.comment = comment.text;
    } else {
      SetColumnComment(view, comment);
    }
    context_.editor.Update(std::move(view));
    return;
  }
  Table table = TableToChange(relation.index != nullptr ? relation.index_of->oid : comment.object);
  if (!comment.column.empty()) {
    SetColumnComment(table, comment);
  } else if (!comment.constraint.empty()) {
    SetConstraintComment(table, comment);
  } else if (relation.index != nullptr) {
    for (auto& index : table.indexes) {
      if (index.oid == comment.object) index.comment = comment.text;
    }
  } else {
    table.comment = comment.text;
  }
  context_.editor.Update(std::move(table));
}

}  // namespace ordinal::sql
