#include "sql/bind/ddl.h"

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

const char* WordFor(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::kTable:
      return "table";
    case ObjectKind::kSequence:
      return "sequence";
    case ObjectKind::kSchema:
      return "schema";
    case ObjectKind::kView:
      return "view";
    case ObjectKind::kDomain:
      return "domain";
    case ObjectKind::kIndex:
      break;
  }
  return "index";
}

const char* TagWordFor(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::kTable:
      return "TABLE";
    case ObjectKind::kSequence:
      return "SEQUENCE";
    case ObjectKind::kSchema:
      return "SCHEMA";
    case ObjectKind::kView:
      return "VIEW";
    case ObjectKind::kDomain:
      return "DOMAIN";
    case ObjectKind::kIndex:
      break;
  }
  return "INDEX";
}

std::optional<ObjectKind> KindOf(ObjectType type) {
  switch (type) {
    case OBJECT_TABLE:
      return ObjectKind::kTable;
    case OBJECT_SEQUENCE:
      return ObjectKind::kSequence;
    case OBJECT_SCHEMA:
      return ObjectKind::kSchema;
    case OBJECT_INDEX:
      return ObjectKind::kIndex;
    case OBJECT_VIEW:
      return ObjectKind::kView;
    default:
      return std::nullopt;
  }
}

std::optional<RoutineKind> RoutineKindOf(ObjectType type) {
  switch (type) {
    case OBJECT_FUNCTION:
      return RoutineKind::kFunction;
    case OBJECT_PROCEDURE:
      return RoutineKind::kProcedure;
    case OBJECT_ROUTINE:
      return RoutineKind::kRoutine;
    default:
      return std::nullopt;
  }
}

bool IsKind(const catalog::Catalog::Relation& relation, ObjectKind kind) {
  if (kind == ObjectKind::kTable) return relation.table != nullptr;
  if (kind == ObjectKind::kSequence) return relation.sequence != nullptr;
  if (kind == ObjectKind::kView) return relation.view != nullptr;
  return relation.index != nullptr;
}

[[noreturn]] void ThrowWrongKind(const std::string& name, ObjectKind kind) {
  const char* article = kind == ObjectKind::kIndex ? "an " : "a ";
  throw Error(sqlstate::kWrongObjectType, "\"" + name + "\" is not " + article + WordFor(kind));
}

[[noreturn]] void ThrowNoRelation(const std::string& shown) {
  throw Error(sqlstate::kUndefinedTable, "relation \"" + shown + "\" does not exist");
}

[[noreturn]] void ThrowNoSchema(const std::string& name) {
  throw Error(sqlstate::kInvalidSchemaName, "schema \"" + name + "\" does not exist");
}

}  // namespace

DdlLimits LimitsOf(const dialect::ObjectLimits& limits) {
  return {limits.sequences_max, limits.tables_max,        limits.schemas_max,
          limits.columns_max,   limits.index_columns_max, limits.indexes_max,
          limits.views_max,     limits.view_bytes_max,    limits.statistics_max};
}

std::string ShownName(const std::string& schema, const std::string& name) {
  return schema.empty() ? name : schema + "." + name;
}

void ThrowNoColumn(const std::string& column, const std::string& table) {
  throw Error(sqlstate::kUndefinedColumn,
              "column \"" + column + "\" of relation \"" + table + "\" does not exist");
}

void Refuse(std::string text) { throw Error(sqlstate::kFeatureNotSupported, std::move(text)); }

bool IsDdl(const Node& node) {
  switch (nodeTag(&node)) {
    case T_CreateStmt:
    case T_CreateSeqStmt:
    case T_AlterSeqStmt:
    case T_AlterTableStmt:
    case T_IndexStmt:
    case T_DropStmt:
    case T_TruncateStmt:
    case T_RenameStmt:
    case T_AlterObjectSchemaStmt:
    case T_AlterOwnerStmt:
    case T_CreateSchemaStmt:
    case T_CommentStmt:
    case T_CreateTableAsStmt:
    case T_ViewStmt:
    case T_CreateDomainStmt:
    case T_AlterDomainStmt:
    case T_CreateFunctionStmt:
    case T_AlterFunctionStmt:
    case T_CreateTrigStmt:
    case T_CreateEnumStmt:
    case T_CompositeTypeStmt:
    case T_CreateRangeStmt:
    case T_AlterEnumStmt:
    case T_AlterTypeStmt:
    case T_CreatePolicyStmt:
    case T_CreateStatsStmt:
    case T_AlterStatsStmt:
    case T_CreateRoleStmt:
    case T_AlterRoleStmt:
    case T_AlterRoleSetStmt:
    case T_DropRoleStmt:
    case T_DropOwnedStmt:
    case T_ReassignOwnedStmt:
    case T_GrantStmt:
    case T_GrantRoleStmt:
    case T_AlterDefaultPrivilegesStmt:
    case T_RefreshMatViewStmt:
    case T_RuleStmt:
    case T_DefineStmt:
    case T_CreateForeignTableStmt:
    case T_CreateTableSpaceStmt:
    case T_VacuumStmt:
    case T_ReindexStmt:
    case T_ClusterStmt:
    case T_CheckPointStmt:
    case T_AlterDatabaseSetStmt:
      return true;
    default:
      return false;
  }
}

std::unique_ptr<BoundDdl> BindDdl(const Node& node, const BindEnvironment& environment,
                                  const parse::Tree& tree) {
  auto ddl = std::make_unique<BoundDdl>();
  ddl->limits = LimitsOf(environment.profile.objects);
  BindEnvironment noting = environment;
  noting.called = &ddl->called;
  DdlBinder(noting, tree, *ddl).Bind(node);
  return ddl;
}

void DdlBinder::Bind(const Node& node) {
  switch (nodeTag(&node)) {
    case T_CreateStmt:
      ddl_.tag = "CREATE TABLE";
      ddl_.statement = BindCreateTable(As<CreateStmt>(node), std::nullopt);
      return;
    case T_CreateSeqStmt:
      ddl_.tag = "CREATE SEQUENCE";
      ddl_.statement = BindCreateSequence(As<CreateSeqStmt>(node), std::nullopt);
      return;
    case T_AlterSeqStmt:
      return BindAlterSequence(As<AlterSeqStmt>(node));
    case T_AlterTableStmt:
      return BindAlterTable(As<AlterTableStmt>(node));
    case T_IndexStmt:
      return BindCreateIndex(As<IndexStmt>(node));
    case T_DropStmt:
      return BindDrop(As<DropStmt>(node));
    case T_TruncateStmt:
      return BindTruncate(As<TruncateStmt>(node));
    case T_CreateStatsStmt:
      return BindCreateStatistics(As<CreateStatsStmt>(node));
    case T_AlterStatsStmt:
      return BindAlterStatistics(As<AlterStatsStmt>(node));
    case T_VacuumStmt:
      return BindAnalyze(As<VacuumStmt>(node));
    case T_RenameStmt:
      return BindRename(As<RenameStmt>(node));
    case T_AlterObjectSchemaStmt:
      return BindSetSchema(As<AlterObjectSchemaStmt>(node));
    case T_AlterOwnerStmt:
      return BindOwner(As<AlterOwnerStmt>(node));
    case T_CreateSchemaStmt:
      return BindCreateSchema(As<CreateSchemaStmt>(node));
    case T_CompositeTypeStmt:
      Refuse("unsupported statement: CompositeType");
    case T_CreateRangeStmt:
      Refuse("unsupported statement: CreateRange");
    case T_CreatePolicyStmt:
      Refuse("unsupported statement: CreatePolicy");
    case T_DefineStmt:
      Refuse("unsupported statement: Define");
    case T_CreateForeignTableStmt:
      Refuse("unsupported statement: CreateForeignTable");
    case T_CreateTableSpaceStmt:
      Refuse("unsupported statement: CreateTableSpace");
    case T_CreateTrigStmt:
      Refuse("CREATE TRIGGER not supported");
    case T_CreateEnumStmt:
      Refuse("CREATE TYPE not supported");
    case T_AlterEnumStmt:
    case T_AlterTypeStmt:
      Refuse("ALTER TYPE not supported");
    case T_ViewStmt:
      ddl_.tag = "CREATE VIEW";
      ddl_.statement = BindCreateView(As<ViewStmt>(node));
      return;
    case T_CommentStmt:
      return BindComment(As<CommentStmt>(node));
    case T_CreateDomainStmt:
      return BindCreateDomain(As<CreateDomainStmt>(node));
    case T_AlterDomainStmt:
      return BindAlterDomain(As<AlterDomainStmt>(node));
    case T_CreateRoleStmt:
      return BindCreateRole(As<CreateRoleStmt>(node));
    case T_AlterRoleStmt:
      return BindAlterRole(As<AlterRoleStmt>(node));
    case T_DropRoleStmt:
      return BindDropRoles(As<DropRoleStmt>(node));
    case T_GrantRoleStmt:
      return BindGrantRoles(As<GrantRoleStmt>(node));
    case T_ReassignOwnedStmt:
      return BindReassignOwned(As<ReassignOwnedStmt>(node));
    case T_DropOwnedStmt:
      return BindDropOwned(As<DropOwnedStmt>(node));
    case T_AlterRoleSetStmt:
      return BindRoleSettings(As<AlterRoleSetStmt>(node));
    case T_AlterDatabaseSetStmt:
      return BindDatabaseSettings(As<AlterDatabaseSetStmt>(node));
    case T_ReindexStmt:
      return BindReindex(As<ReindexStmt>(node));
    case T_ClusterStmt:
      return BindCluster(As<ClusterStmt>(node));
    case T_CheckPointStmt:
      return BindCheckpoint();
    case T_GrantStmt:
      return BindGrant(As<GrantStmt>(node));
    case T_AlterDefaultPrivilegesStmt:
      return BindDefaultPrivileges(As<AlterDefaultPrivilegesStmt>(node));
    case T_CreateFunctionStmt:
      return BindCreateFunction(As<CreateFunctionStmt>(node));
    case T_AlterFunctionStmt:
      return BindAlterFunction(As<AlterFunctionStmt>(node));
    default:
      base::ThrowUnsupported("this statement");
  }
}

catalog::Catalog::Relation DdlBinder::Find(const RangeVar& var, bool missing_ok) {
  const std::string schema = Text(var.schemaname);
  auto relation = LookupRelation(environment_, schema, var.relname);
  if (relation) return relation;
  const std::string shown = ShownName(schema, var.relname);
  if (!missing_ok) ThrowNoRelation(shown);
  Skip("relation \"" + shown + "\" does not exist, skipping");
  return {};
}

catalog::Catalog::TablePtr DdlBinder::FindTable(const RangeVar& var, bool missing_ok) {
  const auto relation = Find(var, missing_ok);
  if (!relation) return nullptr;
  if (!relation.table) ThrowWrongKind(var.relname, ObjectKind::kTable);
  return relation.table;
}

std::optional<base::Oid> DdlBinder::FindAs(ObjectKind kind, const RangeVar& var, bool missing_ok) {
  const auto relation = Find(var, missing_ok);
  if (!relation) return std::nullopt;
  // As PostgreSQL, ALTER TABLE takes a sequence or a view too.
  const bool fits =
      IsKind(relation, kind) || (kind == ObjectKind::kTable && (relation.sequence || relation.view));
  if (!fits) ThrowWrongKind(var.relname, kind);
  return relation.oid();
}

void DdlBinder::BindDrop(const DropStmt& drop) {
  if (drop.removeType == OBJECT_DOMAIN || drop.removeType == OBJECT_TYPE) return BindDropDomains(drop);
  if (RoutineKindOf(drop.removeType)) return BindDropFunctions(drop);
  if (drop.removeType == OBJECT_STATISTIC_EXT) return BindDropStatistics(drop);
  const auto kind = KindOf(drop.removeType);
  if (!kind) base::ThrowUnsupported("dropping this kind of object");
  ddl_.tag = std::string("DROP ") + TagWordFor(*kind);
  Drop bound;
  bound.kind = *kind;
  bound.cascade = drop.behavior == DROP_CASCADE;
  for (int i = 0; i < LengthOf(drop.objects); ++i) {
    const base::Oid oid = DropTarget(*kind, *NodeAt(drop.objects, i), drop.missing_ok);
    if (oid != 0) bound.objects.push_back(oid);
  }
  if (!bound.objects.empty()) ddl_.statement = std::move(bound);
}

// 0 when the object is missing and may be.
base::Oid DdlBinder::DropTarget(ObjectKind kind, const Node& object, bool missing_ok) {
  if (kind == ObjectKind::kSchema) {
    const std::string name = As<String>(object).sval;
    if (const auto schema = environment_.catalog.FindSchema(name)) return schema->oid;
    if (!missing_ok) ThrowNoSchema(name);
    Skip("schema \"" + name + "\" does not exist, skipping");
    return 0;
  }
  const auto names = Names(reinterpret_cast<const List*>(&object));
  const std::string schema = names.size() > 1 ? names[names.size() - 2] : "";
  if (!schema.empty() && schema != kTemporaryAlias && !environment_.catalog.FindSchema(schema)) {
    if (!missing_ok) ThrowNoSchema(schema);
    Skip("schema \"" + schema + "\" does not exist, skipping");
    return 0;
  }
  const auto relation = LookupRelation(environment_, schema, names.back());
  if (!relation) {
    const std::string text =
        std::string(WordFor(kind)) + " \"" + ShownName("", names.back()) + "\" does not exist";
    if (!missing_ok) {
      throw Error(kind == ObjectKind::kIndex ? sqlstate::kUndefinedObject : sqlstate::kUndefinedTable, text);
    }
    Skip(text + ", skipping");
    return 0;
  }
  if (IsKind(relation, kind)) return relation.oid();
  const char* actual = relation.table      ? "table"
                       : relation.sequence ? "sequence"
                       : relation.index    ? "index"
                       : relation.view     ? "view"
                                           : "system view";
  const char* article = std::string(actual) == "index" ? "an " : "a ";
  const char* wanted = kind == ObjectKind::kIndex   ? "an index"
                       : kind == ObjectKind::kTable ? "a table"
                       : kind == ObjectKind::kView  ? "a view"
                                                    : "a sequence";
  std::string actual_tag = actual;
  for (char& letter : actual_tag) letter = static_cast<char>(letter - 'a' + 'A');
  throw Error(sqlstate::kWrongObjectType, "\"" + names.back() + "\" is not " + wanted)
      .Hint("Use DROP " + actual_tag + " to remove " + article + actual + ".");
}

void DdlBinder::BindRename(const RenameStmt& rename) {
  if (rename.renameType == OBJECT_COLUMN || rename.renameType == OBJECT_TABCONSTRAINT) {
    const bool of_view = rename.relationType == OBJECT_VIEW;
    ddl_.tag = of_view ? "ALTER VIEW" : "ALTER TABLE";
    if (rename.renameType == OBJECT_COLUMN) {
      const auto relation = Find(*rename.relation, rename.missing_ok);
      if (!relation) return;
      if (of_view && !relation.view) ThrowWrongKind(rename.relation->relname, ObjectKind::kView);
      if (relation.view) {
        ddl_.statement = RenameColumn{relation.view->oid, rename.subname, rename.newname};
        return;
      }
    }
    const auto table = FindTable(*rename.relation, rename.missing_ok);
    if (!table) return;
    if (rename.renameType == OBJECT_COLUMN) {
      ddl_.statement = RenameColumn{table->oid, rename.subname, rename.newname};
    } else {
      ddl_.statement = RenameConstraint{table->oid, rename.subname, rename.newname};
    }
    return;
  }
  if (rename.renameType == OBJECT_ROLE) return BindRenameRole(rename);
  if (BindRenameDomain(rename)) return;
  if (const auto routine = RoutineKindOf(rename.renameType)) {
    AlterFunction change;
    change.name = rename.newname;
    return BindFunctionChange(*routine, *rename.object, std::move(change));
  }
  if (rename.renameType == OBJECT_STATISTIC_EXT) {
    AlterStatistics change;
    change.name = rename.newname;
    return BindStatisticsChange(*rename.object, std::move(change));
  }
  const auto kind = KindOf(rename.renameType);
  if (!kind) Refuse("unsupported object in RENAME statement");
  ddl_.tag = std::string("ALTER ") + TagWordFor(*kind);
  if (*kind == ObjectKind::kSchema) {
    const auto schema = environment_.catalog.FindSchema(rename.subname);
    if (!schema) ThrowNoSchema(rename.subname);
    ddl_.statement = Rename{*kind, schema->oid, rename.newname};
    return;
  }
  if (const auto oid = FindAs(*kind, *rename.relation, rename.missing_ok)) {
    ddl_.statement = Rename{*kind, *oid, rename.newname};
  }
}

void DdlBinder::BindSetSchema(const AlterObjectSchemaStmt& alter) {
  if (alter.objectType == OBJECT_DOMAIN || alter.objectType == OBJECT_TYPE) {
    ddl_.tag = alter.objectType == OBJECT_TYPE ? "ALTER TYPE" : "ALTER DOMAIN";
    const auto domain = DomainNamed(reinterpret_cast<const List*>(alter.object), false);
    const base::Oid schema = SchemaOfDomain(alter.newschema);
    const base::Oid temporary = environment_.temporary_schema;
    if (temporary != base::kInvalidOid && (domain->schema == temporary) != (schema == temporary)) {
      Refuse("cannot move objects into or out of temporary schemas");
    }
    ddl_.statement = SetSchema{ObjectKind::kDomain, domain->oid, schema};
    return;
  }
  if (const auto routine = RoutineKindOf(alter.objectType)) {
    AlterFunction change;
    change.schema = CreationSchema(environment_, alter.newschema);
    return BindFunctionChange(*routine, *alter.object, std::move(change));
  }
  if (alter.objectType == OBJECT_STATISTIC_EXT) {
    AlterStatistics change;
    change.schema = CreationSchema(environment_, alter.newschema);
    return BindStatisticsChange(*alter.object, std::move(change));
  }
  const auto kind = KindOf(alter.objectType);
  if (!kind || alter.relation == nullptr) base::ThrowUnsupported("SET SCHEMA of this kind of object");
  ddl_.tag = std::string("ALTER ") + TagWordFor(*kind);
  if (const auto oid = FindAs(*kind, *alter.relation, alter.missing_ok)) {
    const base::Oid schema = CreationSchema(environment_, alter.newschema);
    const auto relation = environment_.catalog.RelationByOid(*oid);
    const base::Oid from = relation.table      ? relation.table->schema
                           : relation.view     ? relation.view->schema
                           : relation.sequence ? relation.sequence->schema
                                               : schema;
    const base::Oid temporary = environment_.temporary_schema;
    if (temporary != base::kInvalidOid && (from == temporary) != (schema == temporary)) {
      Refuse("cannot move objects into or out of temporary schemas");
    }
    ddl_.statement = SetSchema{*kind, *oid, schema};
  }
}

void DdlBinder::BindOwner(const AlterOwnerStmt& alter) {
  if (alter.objectType == OBJECT_DOMAIN || alter.objectType == OBJECT_TYPE) {
    ddl_.tag = alter.objectType == OBJECT_TYPE ? "ALTER TYPE" : "ALTER DOMAIN";
    const auto domain = DomainNamed(reinterpret_cast<const List*>(alter.object), false);
    ddl_.statement = SetOwner{ObjectKind::kDomain, domain->oid, RoleOf(*alter.newowner)};
    return;
  }
  if (const auto routine = RoutineKindOf(alter.objectType)) {
    AlterFunction change;
    change.owner = RoleOf(*alter.newowner);
    return BindFunctionChange(*routine, *alter.object, std::move(change));
  }
  if (alter.objectType == OBJECT_STATISTIC_EXT) {
    AlterStatistics change;
    change.owner = RoleOf(*alter.newowner);
    return BindStatisticsChange(*alter.object, std::move(change));
  }
  const auto kind = KindOf(alter.objectType);
  if (kind != ObjectKind::kSchema) base::ThrowUnsupported("OWNER TO for this kind of object");
  ddl_.tag = "ALTER SCHEMA";
  const std::string name = As<String>(*alter.object).sval;
  const auto schema = environment_.catalog.FindSchema(name);
  if (!schema) ThrowNoSchema(name);
  ddl_.statement = SetOwner{*kind, schema->oid, RoleOf(*alter.newowner)};
}

void DdlBinder::BindTruncate(const TruncateStmt& truncate) {
  if (!environment_.profile.features.truncate) Refuse("unsupported statement: Truncate");
  ddl_.tag = "TRUNCATE TABLE";
  Truncate bound;
  bound.restart_identity = truncate.restart_seqs;
  bound.cascade = truncate.behavior == DROP_CASCADE;
  for (int i = 0; i < LengthOf(truncate.relations); ++i) {
    bound.tables.push_back(FindTable(As<RangeVar>(*NodeAt(truncate.relations, i)), false)->oid);
  }
  ddl_.statement = std::move(bound);
}

void DdlBinder::BindCreateSchema(const CreateSchemaStmt& create) {
  ddl_.tag = "CREATE SCHEMA";
  CreateSchema bound;
  bound.owner = create.authrole != nullptr ? RoleOf(*create.authrole) : environment_.context.CurrentRole();
  bound.name =
      create.schemaname != nullptr ? create.schemaname : catalog::RoleName(environment_.catalog, bound.owner);
  bound.if_not_exists = create.if_not_exists;
  for (int i = 0; i < LengthOf(create.schemaElts); ++i) {
    const Node* element = NodeAt(create.schemaElts, i);
    const RangeVar* relation = nullptr;
    if (nodeTag(element) == T_CreateStmt) relation = As<CreateStmt>(*element).relation;
    if (nodeTag(element) == T_CreateSeqStmt) relation = As<CreateSeqStmt>(*element).sequence;
    if (relation == nullptr) base::ThrowUnsupported("this element of CREATE SCHEMA");
    if (const std::string schema = Text(relation->schemaname); !schema.empty() && schema != bound.name) {
      throw Error(sqlstate::kSyntaxError, "CREATE specifies a schema (" + schema +
                                              ") different from the one being created (" + bound.name + ")");
    }
    if (nodeTag(element) == T_CreateStmt) {
      bound.elements.emplace_back(BindCreateTable(As<CreateStmt>(*element), 0));
    } else {
      bound.elements.emplace_back(BindCreateSequence(As<CreateSeqStmt>(*element), 0));
    }
  }
  ddl_.statement = std::move(bound);
}

}  // namespace ordinal::sql
