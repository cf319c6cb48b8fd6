#include "sql/exec/ddl.h"

#include <utility>

#include "base/error.h"
#include "catalog/roles.h"
#include "sql/exec/ddl_executor.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

constexpr std::size_t kIdentifierBytesMax = 63;

// Joins the parts of a generated name; the longer of the first two is cut first until all fits.
std::string JoinName(std::string first, std::string second, const std::string& label) {
  const std::size_t overhead = label.size() + 1 + (second.empty() ? 0 : 1);
  while (first.size() + second.size() + overhead > kIdentifierBytesMax) {
    std::string& longer = first.size() > second.size() ? first : second;
    char removed = 0;
    do {
      removed = longer.back();
      longer.pop_back();
    } while ((static_cast<unsigned char>(removed) & 0xC0) == 0x80 && !longer.empty());
  }
  return first + (second.empty() ? "" : "_" + second) + "_" + label;
}

}  // namespace

std::string ExecuteDdl(const BoundDdl& ddl, DdlContext& context) {
  DdlExecutor executor(ddl.limits, context);
  for (const std::string& text : ddl.skipped) executor.Notice(sqlstate::kSuccessfulCompletion, text);
  for (const base::Oid function : ddl.called) context.editor.DependOn(function);
  std::visit([&](const auto& statement) { executor.Run(statement); }, ddl.statement);
  executor.CheckTemporaryDomains();
  return ddl.tag;
}

void DdlExecutor::Notice(base::SqlState state, std::string message, std::string detail) {
  base::Report report;
  report.severity = base::Severity::kNotice;
  report.sqlstate = state;
  report.message = std::move(message);
  report.detail = std::move(detail);
  if (context_.notice) context_.notice(std::move(report));
}

void DdlExecutor::Warn(std::string message, base::SqlState state) {
  base::Report report;
  report.severity = base::Severity::kWarning;
  report.sqlstate = state;
  report.message = std::move(message);
  if (context_.notice) context_.notice(std::move(report));
}

bool DdlExecutor::NameIsTaken(base::Oid schema, const std::string& name) const {
  return static_cast<bool>(catalog().FindRelation(schema, name));
}

bool DdlExecutor::ClaimName(base::Oid schema, const std::string& name, bool if_not_exists) {
  if (schema == catalog::kPgCatalogSchema || schema == catalog::kInformationSchema ||
      schema == catalog::kSysSchema) {
    throw Error(sqlstate::kInsufficientPrivilege,
                "permission denied for schema " + catalog().SchemaByOid(schema)->name);
  }
  CheckMayCreateIn(schema, context_.role);
  if (!NameIsTaken(schema, name)) return true;
  const std::string text = "relation \"" + name + "\" already exists";
  if (!if_not_exists) throw Error(sqlstate::kDuplicateTable, text);
  Notice(sqlstate::kDuplicateTable, text + ", skipping");
  return false;
}

std::string DdlExecutor::GeneratedName(const std::string& first, const std::string& second,
                                       const std::string& label) {
  return JoinName(first, second, label);
}

std::string DdlExecutor::ChooseName(const Table& table, const std::string& columns,
                                    const std::string& label) const {
  const auto taken = [&](const std::string& name) {
    if (name == table.name || NameIsTaken(table.schema, name)) return true;
    for (const auto& index : table.indexes) {
      if (index.name == name) return true;
    }
    for (const auto& check : table.checks) {
      if (check.name == name) return true;
    }
    for (const auto& key : table.foreign_keys) {
      if (key.name == name) return true;
    }
    return false;
  };
  std::string name = JoinName(table.name, columns, label);
  for (int i = 1; taken(name); ++i) name = JoinName(table.name, columns, label + std::to_string(i));
  return name;
}

void DdlExecutor::CheckOwner(base::Oid owner, std::string_view kind, const std::string& name) const {
  if (catalog::HasPrivilegesOf(catalog(), context_.role, owner)) return;
  throw Error(sqlstate::kInsufficientPrivilege, "must be owner of " + std::string(kind) + " " + name);
}

void DdlExecutor::CheckMayDrop(base::Oid oid) const {
  const auto relation = catalog().RelationByOid(oid);
  const auto object = catalog::SecurableOf(relation);
  const base::Oid schema = relation.table  ? relation.table->schema
                           : relation.view ? relation.view->schema
                                           : relation.sequence->schema;
  if (catalog::HasPrivilegesOf(catalog(), context_.role, catalog().SchemaByOid(schema)->owner)) return;
  CheckOwner(object->owner, relation.table ? "table" : relation.view ? "view" : "sequence", NameOf(relation));
}

void DdlExecutor::CheckMayCreateIn(base::Oid oid, base::Oid role) const {
  const auto schema = catalog().SchemaByOid(oid);
  if ((catalog::SchemaPrivileges(catalog(), role, *schema) & catalog::kCreatePrivilege) != 0) return;
  throw Error(sqlstate::kInsufficientPrivilege, "permission denied for schema " + schema->name);
}

// A superuser may give anything to anybody.
void DdlExecutor::CheckNewOwner(base::Oid old_owner, base::Oid new_owner, base::Oid schema) const {
  if (old_owner == new_owner || catalog::IsSuperuser(catalog(), context_.role)) return;
  CheckMemberOf(new_owner);
  if (schema != base::kInvalidOid) CheckMayCreateIn(schema, new_owner);
}

std::string DdlExecutor::NameOf(const catalog::Catalog::Relation& relation) {
  if (relation.table) return relation.table->name;
  if (relation.sequence) return relation.sequence->name;
  return relation.view ? relation.view->name : relation.index->name;
}

catalog::TableDescriptor DdlExecutor::TableToChange(base::Oid oid) const {
  const auto table = catalog().TableByOid(oid);
  CheckOwner(table->owner, "table", table->name);
  return *table;
}

catalog::SequenceDescriptor DdlExecutor::SequenceToChange(base::Oid oid) const {
  const auto sequence = catalog().SequenceByOid(oid);
  CheckOwner(sequence->owner, "sequence", sequence->name);
  return *sequence;
}

catalog::ViewDescriptor DdlExecutor::ViewToChange(base::Oid oid) const {
  const auto view = catalog().RelationByOid(oid).view;
  CheckOwner(view->owner, "view", view->name);
  return *view;
}

void DdlExecutor::Run(const CreateSchema& create) {
  if ((catalog::PrivilegesOf(catalog(), context_.role, catalog::SecurableOf(catalog().database())) &
       catalog::kCreatePrivilege) == 0) {
    throw Error(sqlstate::kInsufficientPrivilege,
                "permission denied for database " + context_.evaluation.DatabaseName());
  }
  CheckMemberOf(create.owner);
  if (catalog().FindSchema(create.name)) {
    const std::string text = "schema \"" + create.name + "\" already exists";
    if (!create.if_not_exists) throw Error(sqlstate::kDuplicateSchema, text);
    Notice(sqlstate::kDuplicateSchema, text + ", skipping");
    return;
  }
  if (create.name.starts_with("pg_")) {
    throw Error(sqlstate::kReservedName, "unacceptable schema name \"" + create.name + "\"")
        .Detail("The prefix \"pg_\" is reserved for system schemas.");
  }
  std::uint32_t count = 0;
  for (const auto& schema : catalog().Schemas()) {
    count += schema->oid >= base::kFirstUserOid || schema->oid == catalog::kPublicSchema ? 1 : 0;
  }
  if (limits_.schemas_max != 0 && count >= limits_.schemas_max) {
    throw Error(sqlstate::kProgramLimitExceeded,
                "more than " + std::to_string(limits_.schemas_max) + " schemas not allowed");
  }
  const base::Oid oid = context_.oids.Next();
  context_.editor.Create(
      catalog::SchemaDescriptor{oid,
                                create.name,
                                create.owner,
                                "",
                                catalog::InitialAcl(catalog(), catalog::AclKind::kSchema, create.owner, 0),
                                {}});
  for (const auto& element : create.elements) {
    std::visit(
        [&](auto made) {
          made.schema = oid;
          Run(made);
        },
        element);
  }
}

void DdlExecutor::Run(const Rename& rename) {
  if (rename.kind == ObjectKind::kDomain) return RenameDomain(rename);
  if (rename.kind == ObjectKind::kSchema) {
    auto schema = *catalog().SchemaByOid(rename.object);
    CheckOwner(schema.owner, "schema", schema.name);
    if (catalog().FindSchema(rename.name)) {
      throw Error(sqlstate::kDuplicateSchema, "schema \"" + rename.name + "\" already exists");
    }
    schema.name = rename.name;
    context_.editor.Update(std::move(schema));
    return;
  }
  const auto relation = catalog().RelationByOid(rename.object);
  if (relation.sequence) {
    Sequence sequence = SequenceToChange(rename.object);
    ClaimName(sequence.schema, rename.name, false);
    sequence.name = rename.name;
    context_.editor.Update(std::move(sequence));
    return;
  }
  if (relation.view) {
    View view = ViewToChange(rename.object);
    ClaimName(view.schema, rename.name, false);
    CheckNoDomainNamed(view.schema, rename.name);
    view.name = rename.name;
    context_.editor.Update(std::move(view));
    return;
  }
  Table table = TableToChange(relation.table ? relation.table->oid : relation.index_of->oid);
  ClaimName(table.schema, rename.name, false);
  if (relation.table) {
    CheckNoDomainNamed(table.schema, rename.name);
    table.name = rename.name;
  }
  for (auto& index : table.indexes) {
    if (index.oid == rename.object) index.name = rename.name;
  }
  context_.editor.Update(std::move(table));
}

void DdlExecutor::Run(const RenameColumn& rename) {
  if (catalog().RelationByOid(rename.table).view) return RenameViewColumn(ViewToChange(rename.table), rename);
  Table table = TableToChange(rename.table);
  catalog::ColumnDescriptor* column = nullptr;
  for (auto& candidate : table.columns) {
    if (candidate.dropped) continue;
    if (candidate.name == rename.column) column = &candidate;
    if (candidate.name == rename.name) {
      throw Error(sqlstate::kDuplicateColumn,
                  "column \"" + rename.name + "\" of relation \"" + table.name + "\" already exists");
    }
  }
  if (column == nullptr) {
    throw Error(sqlstate::kUndefinedColumn, "column \"" + rename.column + "\" does not exist");
  }
  column->name = rename.name;
  context_.editor.Update(std::move(table));
}

void DdlExecutor::Run(const RenameConstraint& rename) {
  Table table = TableToChange(rename.table);
  for (auto& index : table.indexes) {
    if (!index.is_constraint || index.name != rename.constraint) continue;
    ClaimName(table.schema, rename.name, false);
    index.name = rename.name;
    context_.editor.Update(std::move(table));
    return;
  }
  for (auto& key : table.foreign_keys) {
    if (key.name != rename.constraint) continue;
    key.name = rename.name;
    context_.editor.Update(std::move(table));
    return;
  }
  for (auto& check : table.checks) {
    if (check.name != rename.constraint) continue;
    check.name = rename.name;
    context_.editor.Update(std::move(table));
    return;
  }
  throw Error(sqlstate::kUndefinedObject,
              "constraint \"" + rename.constraint + "\" for table \"" + table.name + "\" does not exist");
}

void DdlExecutor::Run(const SetSchema& move) {
  if (move.kind == ObjectKind::kDomain) return MoveDomain(move);
  if (catalog().SequenceByOid(move.object)) {
    Sequence sequence = SequenceToChange(move.object);
    if (sequence.owner_table != 0) {
      throw Error(sqlstate::kFeatureNotSupported, "cannot move an owned sequence into another schema")
          .Detail("Sequence \"" + sequence.name + "\" is linked to table \"" +
                  catalog().TableByOid(sequence.owner_table)->name + "\".");
    }
    if (sequence.schema == move.schema) return;
    ClaimName(move.schema, sequence.name, false);
    sequence.schema = move.schema;
    context_.editor.Update(std::move(sequence));
    return;
  }
  if (catalog().RelationByOid(move.object).view) {
    View view = ViewToChange(move.object);
    if (view.schema == move.schema) return;
    ClaimName(move.schema, view.name, false);
    view.schema = move.schema;
    context_.editor.Update(std::move(view));
    return;
  }
  Table table = TableToChange(move.object);
  if (table.schema == move.schema) return;
  ClaimName(move.schema, table.name, false);
  for (const auto& index : table.indexes) ClaimName(move.schema, index.name, false);
  table.schema = move.schema;
  const base::Oid oid = table.oid;
  context_.editor.Update(std::move(table));
  for (Sequence& sequence : SequencesOf(oid)) {
    ClaimName(move.schema, sequence.name, false);
    sequence.schema = move.schema;
    context_.editor.Update(std::move(sequence));
  }
}

namespace {

// Hands an object on; what the old owner had or gave is the new owner's.
void HandOn(auto& object, base::Oid owner) {
  if (object.acl) object.acl = catalog::WithOwner(*object.acl, object.owner, owner);
  if constexpr (requires { object.columns; }) {
    for (auto& column : object.columns) {
      if (column.acl) column.acl = catalog::WithOwner(*column.acl, object.owner, owner);
    }
  }
  if constexpr (requires { object.column_acls; }) {
    for (auto& [number, acl] : object.column_acls) acl = catalog::WithOwner(acl, object.owner, owner);
  }
  object.owner = owner;
}

}  // namespace

void DdlExecutor::SetOwnerOf(base::Oid oid, base::Oid owner) {
  if (const auto found = catalog().SchemaByOid(oid)) {
    catalog::SchemaDescriptor schema = *found;
    HandOn(schema, owner);
    context_.editor.Update(std::move(schema));
    return;
  }
  if (const auto found = catalog().DomainByOid(oid)) {
    Domain domain = *found;
    HandOn(domain, owner);
    context_.editor.Update(std::move(domain));
    return;
  }
  if (const auto found = catalog().FunctionByOid(oid)) {
    FunctionDescriptor function = *found;
    HandOn(function, owner);
    context_.editor.Update(std::move(function));
    return;
  }
  const auto relation = catalog().RelationByOid(oid);
  const auto hand_on = [&](auto object) {
    HandOn(object, owner);
    context_.editor.Update(std::move(object));
  };
  if (relation.sequence) return hand_on(*relation.sequence);
  if (relation.view) return hand_on(*relation.view);
  hand_on(*relation.table);
  for (const Sequence& sequence : SequencesOf(oid)) hand_on(sequence);
}

void DdlExecutor::Run(const SetOwner& change) {
  if (change.kind == ObjectKind::kSchema) {
    const auto schema = catalog().SchemaByOid(change.object);
    CheckOwner(schema->owner, "schema", schema->name);
    CheckNewOwner(schema->owner, change.role, base::kInvalidOid);
    SetOwnerOf(change.object, change.role);
    return;
  }
  if (change.kind == ObjectKind::kDomain) {
    const Domain domain = DomainToChange(change.object);
    CheckNewOwner(domain.owner, change.role, domain.schema);
    SetOwnerOf(change.object, change.role);
    return;
  }
  const auto relation = catalog().RelationByOid(change.object);
  if (relation.sequence) {
    const Sequence sequence = SequenceToChange(change.object);
    if (sequence.owner_table != 0 && sequence.owner != change.role) {
      throw Error(sqlstate::kFeatureNotSupported, "cannot change owner of sequence \"" + sequence.name + "\"")
          .Detail("Sequence \"" + sequence.name + "\" is linked to table \"" +
                  catalog().TableByOid(sequence.owner_table)->name + "\".");
    }
    CheckNewOwner(sequence.owner, change.role, sequence.schema);
  } else if (relation.view) {
    const View view = ViewToChange(change.object);
    CheckNewOwner(view.owner, change.role, view.schema);
  } else {
    const Table table = TableToChange(change.object);
    CheckNewOwner(table.owner, change.role, table.schema);
  }
  SetOwnerOf(change.object, change.role);
}

}  // namespace ordinal::sql
