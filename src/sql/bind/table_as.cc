#include "sql/bind/table_as.h"

#include <set>
#include <utility>

#include "base/error.h"
#include "sql/bind/ddl_binder.h"
#include "sql/bind/node_access.h"
#include "sql/bind/storage_options.h"
#include "sql/bind/type_use.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

// INTO stands in the first of the queries that UNION and its kin join.
const SelectStmt& FirstSelect(const SelectStmt& select) {
  const SelectStmt* first = &select;
  while (first->op != SETOP_NONE) first = first->larg;
  return *first;
}

void CheckInto(const IntoClause& into) {
  if (into.rel->relpersistence == 'u') Refuse("UNLOGGED table not supported for CREATE TABLE");
  if (into.onCommit != ONCOMMIT_NOOP && into.rel->relpersistence != 't') {
    throw Error(sqlstate::kInvalidTableDefinition, "ON COMMIT can only be used on temporary tables");
  }
  if (into.tableSpaceName != nullptr && Text(into.tableSpaceName) != "pg_default")
    base::ThrowUnsupported("tablespaces");
  if (into.accessMethod != nullptr && Text(into.accessMethod) != "heap")
    base::ThrowUnsupported("table access methods");
}

Type ColumnTypeOf(const OutputColumn& output, const std::string& name) {
  const Type type = output.type.id == TypeId::kUnknown ? Type{TypeId::kText, -1} : output.type;
  if (type.id == TypeId::kRecord && type.domain != 0) base::ThrowUnsupported("columns of row types");
  if (types::IsPolymorphic(type.id) || type.id == TypeId::kVoid || type.id == TypeId::kRecord) {
    throw Error(sqlstate::kInvalidTableDefinition,
                "column \"" + name + "\" has pseudo-type " + types::FormatType(type));
  }
  if (types::IsArray(type.id)) base::ThrowUnsupported("columns of array types");
  return type;
}

}  // namespace

const IntoClause* IntoOf(const Node& select) { return FirstSelect(As<SelectStmt>(select)).intoClause; }

bool IsTableAs(const Node& node) {
  if (nodeTag(&node) == T_CreateTableAsStmt) return true;
  return nodeTag(&node) == T_SelectStmt && IntoOf(node) != nullptr;
}

TableAs ReadTableAs(Node& node, const BindEnvironment& environment) {
  environment.profile.CheckAllowed(dialect::Feature::kStatement, "CreateTableAs");
  TableAs read;
  if (nodeTag(&node) == T_SelectStmt) {
    auto& first = const_cast<SelectStmt&>(FirstSelect(As<SelectStmt>(node)));
    read.into = std::exchange(first.intoClause, nullptr);
    read.query = &node;
    read.command = "SELECT INTO";
  } else {
    const auto& create = As<CreateTableAsStmt>(node);
    if (create.objtype != OBJECT_TABLE) base::ThrowUnsupported("materialized views");
    if (nodeTag(create.query) == T_SelectStmt && IsTableAs(*create.query)) {
      throw Error(sqlstate::kSyntaxError, "SELECT ... INTO is not allowed here");
    }
    read.into = create.into;
    read.query = create.query;
    read.if_not_exists = create.if_not_exists;
    read.command = "CREATE TABLE AS";
  }
  CheckInto(*read.into);
  return read;
}

std::unique_ptr<BoundDdl> BindTableAs(const TableAs& table_as, const std::vector<OutputColumn>& outputs,
                                      const BindEnvironment& environment) {
  const IntoClause& into = *table_as.into;
  CreateTable create;
  create.schema = CreationSchema(environment, *into.rel);
  create.on_commit = OnCommitOf(into.onCommit);
  create.name = into.rel->relname;
  create.if_not_exists = table_as.if_not_exists;
  create.options = ReadStorageOptions(into.options, StorageOf::kTable);
  const std::vector<std::string> names = Names(into.colNames);
  if (names.size() > outputs.size()) {
    throw Error(sqlstate::kSyntaxError, "too many column names were specified");
  }
  std::set<std::string> seen;
  for (std::size_t i = 0; i < outputs.size(); ++i) {
    ColumnSpec& spec = create.columns.emplace_back();
    spec.column.number = static_cast<base::AttributeNumber>(i + 1);
    spec.column.name = i < names.size() ? names[i] : outputs[i].name;
    spec.column.type = ColumnTypeOf(outputs[i], spec.column.name);
    CheckTypeUse(spec.column.type, environment);
    if (!seen.insert(spec.column.name).second) {
      throw Error(sqlstate::kDuplicateColumn, "column \"" + spec.column.name + "\" specified more than once");
    }
  }
  auto ddl = std::make_unique<BoundDdl>();
  ddl->tag = "CREATE TABLE AS";
  ddl->limits = LimitsOf(environment.profile.objects);
  ddl->statement = std::move(create);
  return ddl;
}

bool WantsRows(const TableAs& table_as) { return !table_as.into->skipData; }

}  // namespace ordinal::sql
