// Binds the actions of ALTER TABLE and ALTER INDEX that say how data is stored, and refuses those that have
// no meaning here.
#include <string>
#include <utility>

#include "base/error.h"
#include "sql/bind/ddl_binder.h"
#include "sql/bind/node_access.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

// As Aurora DSQL and PostgreSQL call what they refuse.
const char* WordsFor(AlterTableType type) {
  switch (type) {
    case AT_SetStatistics:
      return "ALTER COLUMN ... SET STATISTICS";
    case AT_SetOptions:
      return "ALTER COLUMN ... SET";
    case AT_ResetOptions:
      return "ALTER COLUMN ... RESET";
    case AT_SetCompression:
      return "ALTER COLUMN ... SET COMPRESSION";
    case AT_ClusterOn:
      return "CLUSTER ON";
    case AT_DropCluster:
      return "SET WITHOUT CLUSTER";
    case AT_SetLogged:
      return "SET LOGGED";
    case AT_SetUnLogged:
      return "SET UNLOGGED";
    case AT_DropOids:
      return "SET WITHOUT OIDS";
    case AT_SetTableSpace:
      return "SET TABLESPACE";
    case AT_SetAccessMethod:
      return "SET ACCESS METHOD";
    case AT_SetRelOptions:
      return "SET";
    case AT_ResetRelOptions:
      return "RESET";
    case AT_EnableTrig:
    case AT_EnableAlwaysTrig:
    case AT_EnableReplicaTrig:
      return "ENABLE TRIGGER";
    case AT_DisableTrig:
      return "DISABLE TRIGGER";
    case AT_EnableRule:
    case AT_EnableAlwaysRule:
    case AT_EnableReplicaRule:
      return "ENABLE RULE";
    case AT_DisableRule:
      return "DISABLE RULE";
    case AT_ReplicaIdentity:
      return "REPLICA IDENTITY";
    case AT_DisableRowSecurity:
      return "DISABLE ROW SECURITY";
    case AT_ForceRowSecurity:
      return "FORCE ROW SECURITY";
    case AT_NoForceRowSecurity:
      return "NO FORCE ROW SECURITY";
    default:
      return nullptr;
  }
}

[[noreturn]] void ThrowMissing(const std::string& text) {
  throw Error(sqlstate::kUndefinedObject, text + " does not exist");
}

const catalog::ColumnDescriptor& ColumnOf(const catalog::TableDescriptor& table,
                                          const AlterTableCmd& command) {
  const auto* column = table.FindColumn(command.name);
  if (column == nullptr) ThrowNoColumn(command.name, table.name);
  return *column;
}

// Values of these may be long, and so be compressed or lie elsewhere.
bool HasLongValues(const types::Type& type) {
  const types::TypeInfo* info = types::FindType(static_cast<base::Oid>(type.id));
  return info != nullptr && info->length < 0;
}

std::int32_t TargetOf(const Node& value) {
  const int target = intVal(&value);
  if (target < -1) {
    throw Error(sqlstate::kInvalidParameterValue,
                "statistics target " + std::to_string(target) + " is too low");
  }
  return target;
}

char StorageOfWord(const std::string& said, const types::Type& type) {
  std::string word = said;
  for (char& c : word) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  const char letter = word == "plain"      ? 'p'
                      : word == "external" ? 'e'
                      : word == "extended" ? 'x'
                      : word == "main"     ? 'm'
                                           : '\0';
  if (letter == '\0') throw Error(sqlstate::kInvalidParameterValue, "invalid storage type \"" + said + "\"");
  if (letter != 'p' && !HasLongValues(type)) {
    Refuse("column data type " + types::FormatType(type) + " can only have storage PLAIN");
  }
  return letter;
}

void CheckTablespace(const char* name) {
  if (Text(name) != "pg_default") ThrowMissing("tablespace \"" + Text(name) + "\"");
}

}  // namespace

std::vector<std::string> DdlBinder::BindStorage(const List* options, StorageOf of) const {
  if (LengthOf(options) > 0 && !environment_.profile.features.add_column_constraints) {
    base::ThrowUnsupported("storage parameters");
  }
  return ReadStorageOptions(options, of);
}

char DdlBinder::CompressionOf(const std::string& word, const types::Type& type) {
  if (word == "default") return '\0';
  if (!HasLongValues(type)) {
    Refuse("column data type " + types::FormatType(type) + " does not support compression");
  }
  if (word == "pglz") return 'p';
  if (word == "lz4") return 'l';
  throw Error(sqlstate::kInvalidParameterValue, "invalid compression method \"" + word + "\"");
}

// Whether it has been bound: other actions are none of storage.
bool DdlBinder::BindStorageAction(const AlterTableCmd& command, const catalog::TableDescriptor& table,
                                  AlterTableAction& action) {
  const char* words = WordsFor(command.subtype);
  if (words != nullptr && !environment_.profile.features.add_column_constraints) {
    Refuse(std::string("unsupported ALTER TABLE ") + words + " statement");
  }
  switch (command.subtype) {
    case AT_SetRelOptions:
      action.kind = AlterTableKind::kSetOptions;
      action.options = ReadStorageOptions(reinterpret_cast<const List*>(command.def), StorageOf::kTable);
      return true;
    case AT_ResetRelOptions:
      action.kind = AlterTableKind::kSetOptions;
      action.reset_options = ReadStorageNames(reinterpret_cast<const List*>(command.def));
      return true;
    case AT_SetOptions:
    case AT_ResetOptions: {
      ColumnOf(table, command);
      action.kind = AlterTableKind::kColumnOptions;
      const auto* said = reinterpret_cast<const List*>(command.def);
      if (command.subtype == AT_ResetOptions) {
        action.reset_options = ReadStorageNames(said);
      } else {
        action.options = ReadStorageOptions(said, StorageOf::kColumn);
      }
      return true;
    }
    case AT_SetStatistics:
      if (command.name == nullptr) Refuse("cannot refer to non-index column by number");
      action.number = TargetOf(*command.def);
      ColumnOf(table, command);
      action.kind = AlterTableKind::kColumnTarget;
      return true;
    case AT_SetStorage:
      action.kind = AlterTableKind::kColumnStorage;
      action.letter = StorageOfWord(strVal(command.def), ColumnOf(table, command).type);
      return true;
    case AT_SetCompression:
      action.kind = AlterTableKind::kColumnCompression;
      action.letter = CompressionOf(strVal(command.def), ColumnOf(table, command).type);
      return true;
    case AT_ClusterOn:
    case AT_DropCluster:
      action.kind = AlterTableKind::kClusterOn;
      return true;
    case AT_ReplicaIdentity: {
      const auto& said = As<ReplicaIdentityStmt>(*command.def);
      action.kind = AlterTableKind::kReplicaIdentity;
      action.letter = said.identity_type;
      action.name = Text(said.name);
      return true;
    }
    case AT_ChangeOwner:
      action.kind = AlterTableKind::kSetOwner;
      action.role = RoleOf(*command.newowner);
      return true;
    case AT_SetUnLogged:
      Refuse("UNLOGGED table not supported for CREATE TABLE");
    case AT_ForceRowSecurity:
      Refuse("unsupported ALTER TABLE FORCE ROW SECURITY statement");
    case AT_SetTableSpace:
      CheckTablespace(command.name);
      break;
    case AT_SetAccessMethod:
      if (Text(command.name) != "heap") ThrowMissing("access method \"" + Text(command.name) + "\"");
      break;
    case AT_EnableTrig:
    case AT_EnableAlwaysTrig:
    case AT_EnableReplicaTrig:
    case AT_DisableTrig:
      ThrowMissing("trigger \"" + Text(command.name) + "\" for table \"" + table.name + "\"");
    case AT_EnableRule:
    case AT_EnableAlwaysRule:
    case AT_EnableReplicaRule:
    case AT_DisableRule:
      ThrowMissing("rule \"" + Text(command.name) + "\" for relation \"" + table.name + "\"");
    case AT_SetLogged:
    case AT_DropOids:
    case AT_DisableRowSecurity:
    case AT_NoForceRowSecurity:
      break;
    case AT_AddInherit:
    case AT_DropInherit:
      base::ThrowUnsupported("table inheritance");
    default:
      return false;
  }
  action.kind = AlterTableKind::kNothing;
  return true;
}

void DdlBinder::BindAlterIndex(const AlterTableStmt& alter) {
  ddl_.tag = "ALTER INDEX";
  const auto relation = Find(*alter.relation, alter.missing_ok);
  if (!relation) return;
  if (relation.index == nullptr) {
    throw Error(sqlstate::kWrongObjectType,
                "\"" + std::string(alter.relation->relname) + "\" is not an index");
  }
  if (!environment_.profile.features.add_column_constraints) Refuse("unsupported ALTER INDEX statement");
  CheckOwns(relation.index_of->owner, "index", relation.index->name);
  AlterTable bound;
  bound.table = relation.index_of->oid;
  for (int i = 0; i < LengthOf(alter.cmds); ++i) {
    bound.actions.push_back(
        BindIndexAction(As<AlterTableCmd>(*NodeAt(alter.cmds, i)), *relation.index_of, *relation.index));
  }
  ddl_.statement = std::move(bound);
}

AlterTableAction DdlBinder::BindIndexAction(const AlterTableCmd& command,
                                            const catalog::TableDescriptor& table,
                                            const catalog::IndexDescriptor& index) {
  AlterTableAction action;
  action.name = index.name;
  switch (command.subtype) {
    case AT_SetRelOptions:
      action.kind = AlterTableKind::kIndexOptions;
      action.options = ReadStorageOptions(reinterpret_cast<const List*>(command.def), StorageOf::kIndex);
      return action;
    case AT_ResetRelOptions:
      action.kind = AlterTableKind::kIndexOptions;
      action.reset_options = ReadStorageNames(reinterpret_cast<const List*>(command.def));
      return action;
    case AT_SetTableSpace:
      CheckTablespace(command.name);
      return action;
    case AT_SetStatistics: {
      TargetOf(*command.def);
      const auto number = static_cast<std::size_t>(command.num);
      if (command.name != nullptr) ThrowNoColumn(command.name, index.name);
      if (number == 0 || number > index.columns.size()) {
        throw Error(sqlstate::kUndefinedColumn, "column number " + std::to_string(number) +
                                                    " of relation \"" + index.name + "\" does not exist");
      }
      if (index.ExpressionAt(number - 1) != nullptr) return action;  // ANALYZE looks at no expressions
      throw Error(sqlstate::kFeatureNotSupported, "cannot alter statistics on non-expression column \"" +
                                                      table.ColumnByNumber(index.columns[number - 1])->name +
                                                      "\" of index \"" + index.name + "\"")
          .Hint("Alter statistics on table column instead.");
    }
    default:
      base::ThrowUnsupported("this ALTER INDEX action");
  }
}

}  // namespace ordinal::sql
