// Binds one statement that defines objects. Private to the ddl files of this room.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sql/bind/binder.h"
#include "sql/bind/ddl.h"
#include "sql/bind/storage_options.h"

struct AlterDatabaseSetStmt;
struct AlterDefaultPrivilegesStmt;
struct AlterDomainStmt;
struct AlterFunctionStmt;
struct AlterObjectSchemaStmt;
struct AlterOwnerStmt;
struct AlterRoleSetStmt;
struct AlterRoleStmt;
struct AlterStatsStmt;
struct AlterSeqStmt;
struct AlterTableCmd;
struct AlterTableStmt;
struct ClusterStmt;
struct ColumnDef;
struct CommentStmt;
struct Constraint;
struct CreateDomainStmt;
struct CreateFunctionStmt;
struct CreateRoleStmt;
struct CreateSchemaStmt;
struct CreateSeqStmt;
struct CreateStatsStmt;
struct CreateStmt;
struct DefElem;
struct DropOwnedStmt;
struct DropRoleStmt;
struct DropStmt;
struct IndexElem;
struct GrantRoleStmt;
struct FunctionParameter;
struct GrantStmt;
struct IndexStmt;
struct ObjectWithArgs;
struct ReassignOwnedStmt;
struct ReindexStmt;
struct RenameStmt;
struct RoleSpec;
struct StatsElem;
struct TableLikeClause;
struct TruncateStmt;
struct TypeName;
struct VariableSetStmt;
struct VacuumStmt;
struct ViewStmt;

namespace ordinal::sql {

class DdlBinder {
 public:
  DdlBinder(const BindEnvironment& environment, const parse::Tree& tree, BoundDdl& ddl)
      : environment_(environment), tree_(tree), ddl_(ddl) {}

  void Bind(const ::Node& node);

 private:
  enum class SequenceUse : std::uint8_t { kCreate, kAlter, kIdentity, kAlterIdentity };

  // ddl.cc
  void BindDrop(const ::DropStmt& drop);
  base::Oid DropTarget(ObjectKind kind, const ::Node& object, bool missing_ok);
  void BindRename(const ::RenameStmt& rename);
  void BindSetSchema(const ::AlterObjectSchemaStmt& alter);
  void BindOwner(const ::AlterOwnerStmt& alter);
  void BindComment(const ::CommentStmt& comment);
  void BindTruncate(const ::TruncateStmt& truncate);
  void BindAnalyze(const ::VacuumStmt& vacuum);
  void BindCreateSchema(const ::CreateSchemaStmt& create);
  // Finds a relation and notes the skip when it is missing and may be.
  catalog::Catalog::Relation Find(const ::RangeVar& var, bool missing_ok);
  catalog::Catalog::TablePtr FindTable(const ::RangeVar& var, bool missing_ok);
  // The relation that ALTER TABLE or ALTER SEQUENCE means; nullopt when it is missing and may be.
  std::optional<base::Oid> FindAs(ObjectKind kind, const ::RangeVar& var, bool missing_ok);
  void Skip(std::string text) { ddl_.skipped.push_back(std::move(text)); }

  // ddl_role.cc
  base::Oid RoleNamed(const std::string& name) const;
  base::Oid RoleOf(const ::RoleSpec& role) const;
  std::vector<base::Oid> RolesOf(const ::List* specs) const;
  void BindPassword(const ::DefElem& option, RoleAttributes& attributes);
  void BindRoleOption(const ::DefElem& option, RoleAttributes& attributes);
  void BindRoleOptions(const ::List* options, RoleAttributes& attributes);
  void BindCreateRole(const ::CreateRoleStmt& create);
  void BindAlterRole(const ::AlterRoleStmt& alter);
  void BindDropRoles(const ::DropRoleStmt& drop);
  void BindRenameRole(const ::RenameStmt& rename);
  void BindGrantRoles(const ::GrantRoleStmt& grant);
  void BindReassignOwned(const ::ReassignOwnedStmt& reassign);
  void BindDropOwned(const ::DropOwnedStmt& drop);

  // ddl_grant.cc
  void BindPrivileges(const ::GrantStmt& grant, GrantPrivileges& bound, bool of_objects);
  void BindGrantees(const ::GrantStmt& grant, GrantPrivileges& bound);
  void BindGrantObjects(const ::GrantStmt& grant, GrantPrivileges& bound);
  base::Oid SchemaNamed(const ::Node& name) const;
  void BindGrant(const ::GrantStmt& grant);
  void BindDefaultPrivileges(const ::AlterDefaultPrivilegesStmt& alter);

  // ddl_sequence.cc
  CreateSequence BindCreateSequence(const ::CreateSeqStmt& create, std::optional<base::Oid> schema);
  void BindAlterSequence(const ::AlterSeqStmt& alter);
  SequenceSpec BindOptions(const ::List* options, SequenceUse use, std::optional<bool>* always = nullptr);
  void BindOption(const ::DefElem& option, SequenceUse use, SequenceSpec& spec);
  SequenceSpec::Owner BindOwnedBy(const ::List* name);
  void CheckCache(const SequenceSpec& spec, SequenceUse use) const;
  IdentitySpec BindIdentity(const ::Constraint& constraint, const catalog::ColumnDescriptor& column);

  // ddl_domain.cc
  Type BindBaseType(const ::TypeName& name) const;
  std::optional<std::string> BindDomainDefault(const ::Node& node, const catalog::DomainDescriptor& domain);
  catalog::CheckDescriptor BindDomainCheck(const ::Constraint& constraint,
                                           const catalog::DomainDescriptor& domain);
  base::Oid SchemaOfDomain(const std::string& name) const;
  void BindCreateDomain(const ::CreateDomainStmt& create);
  // Throws 42809 for other types, with the name in quotes or as types are shown; notes the skip when the
  // domain is missing and may be.
  catalog::Catalog::DomainPtr DomainNamed(const ::List* name, bool missing_ok, bool quoted = false);
  void BindAlterDomain(const ::AlterDomainStmt& alter);
  bool BindRenameDomain(const ::RenameStmt& rename);
  void BindDropDomains(const ::DropStmt& drop);
  void BindCommentOnDomain(const ::CommentStmt& comment, CommentOn& bound);

  // ddl_view.cc
  base::Oid TypeToGrantOn(const std::vector<std::string>& name, bool as_domain) const;
  CreateView BindCreateView(const ::ViewStmt& create);
  void BindAlterView(const ::AlterTableStmt& alter, const catalog::ViewDescriptor& view);
  std::string BindViewDefault(const ::Node& value, const catalog::ViewColumn& column);
  static void NameColumns(const ::ViewStmt& create, const BoundStatement& statement,
                          catalog::ViewDescriptor& view);

  // ddl_table.cc
  CreateTable BindCreateTable(const ::CreateStmt& create, std::optional<base::Oid> schema);
  // Constraints that concern the whole table wait in `pending` until all columns are known.
  ColumnSpec BindColumn(const ::ColumnDef& definition, const std::string& table, base::AttributeNumber number,
                        std::vector<const ::Constraint*>& pending, std::vector<std::string>& pending_columns);
  // Throws what the profile says about the type, before what the type itself says.
  types::Type BindColumnType(const ::TypeName& name) const;
  bool BindSerial(const ::ColumnDef& definition, ColumnSpec& spec) const;
  std::string BindDefault(const ::Node& node, const catalog::ColumnDescriptor& column);
  // The expression of GENERATED ALWAYS AS (...) STORED, over the columns of `table`.
  std::string BindGenerated(const ::Constraint& constraint, const catalog::ColumnDescriptor& column,
                            const catalog::TableDescriptor& table);
  static std::string CoerceDefault(ExprPtr value, const catalog::ColumnDescriptor& column,
                                   EvalContext& context);
  CheckSpec BindCheck(const ::Constraint& constraint, const catalog::TableDescriptor& table);
  IndexSpec BindKey(const ::Constraint& constraint, const std::string& own_column,
                    const catalog::TableDescriptor& table);
  std::vector<base::AttributeNumber> BindIncluded(const ::List* columns,
                                                  const catalog::TableDescriptor& table);
  std::string BindPredicate(const ::Node& node, const catalog::TableDescriptor& table);
  void CheckIndexForm(const ::IndexStmt& create) const;
  // ASYNC was said: a job does the long part of the statement.
  bool IsAsync() const { return tree_.statements().front().async; }
  void BindCreateIndex(const ::IndexStmt& create);
  void BindIndexColumn(const ::IndexElem& element, const catalog::TableDescriptor& table, IndexSpec& index);
  static void CheckConstraint(const ::Constraint& constraint);

  // ddl_foreign_key.cc
  // `own_column`: the column that the constraint is written at; empty for one of the table.
  ForeignKeySpec BindForeignKey(const ::Constraint& constraint, const std::string& own_column,
                                const std::string& table, base::Oid table_oid, bool in_new_schema = false);
  // Reads what DEFERRABLE and the like, after a constraint of a column, say of it.
  void BindDeferral(const ::Constraint& attribute, const ::Constraint* last);

  // ddl_like.cc
  // What LIKE brings along besides columns.
  struct LikeParts {
    std::vector<CheckSpec> checks;
    std::vector<IndexSpec> indexes;
  };
  void BindLike(const ::TableLikeClause& like, CreateTable& bound, LikeParts& parts);

  // ddl_function.cc
  void BindCreateFunction(const ::CreateFunctionStmt& create);
  void BindParameters(const ::CreateFunctionStmt& create, catalog::FunctionDescriptor& function);
  types::Type BindParameterType(const ::TypeName& name) const;
  types::Type BindTypeOfFunction(const ::TypeName& name) const;
  static void NoteTypes(catalog::FunctionDescriptor& function);
  std::string BindParameterDefault(const ::Node& node, types::Type type);
  void BindReturns(const ::CreateFunctionStmt& create, catalog::FunctionDescriptor& function);
  void BindFunctionOption(const ::DefElem& option, catalog::FunctionDescriptor& function) const;
  AlterSettings BindFunctionSetting(const ::DefElem& option) const;
  std::vector<base::Oid> SearchPathOf(const ::CreateFunctionStmt& create) const;
  void BindBody(const ::CreateFunctionStmt& create, const std::string& language,
                catalog::FunctionDescriptor& function);
  void CheckBody(const ::CreateFunctionStmt& create, const catalog::FunctionDescriptor& function);
  // The function that is named; null when it is missing and may be, with a notice.
  catalog::Catalog::FunctionPtr FindFunction(RoutineKind kind, const ::ObjectWithArgs& named,
                                             bool missing_ok);
  void BindAlterFunction(const ::AlterFunctionStmt& alter);
  // RENAME TO, SET SCHEMA, OWNER TO.
  void BindFunctionChange(RoutineKind kind, const ::Node& object, AlterFunction change);
  void BindDropFunctions(const ::DropStmt& drop);

  // ddl_settings.cc
  // Throws 3D000 unless it is this one.
  void CheckDatabase(const std::string& name) const;
  void ReadSetting(const ::VariableSetStmt& set, AlterSettings& bound) const;
  void BindRoleSettings(const ::AlterRoleSetStmt& alter);
  void BindDatabaseSettings(const ::AlterDatabaseSetStmt& alter);

  // ddl_maintenance.cc
  void CheckOwns(base::Oid owner, const char* kind, const std::string& name) const;
  void BindReindex(const ::ReindexStmt& reindex);
  void BindCluster(const ::ClusterStmt& cluster);
  void BindCheckpoint();

  // ddl_storage.cc
  // WITH (...), which Aurora DSQL does not have.
  std::vector<std::string> BindStorage(const ::List* options, StorageOf of) const;
  // The letter of a compression method, 0 for the default one.
  static char CompressionOf(const std::string& word, const types::Type& type);
  bool BindStorageAction(const ::AlterTableCmd& command, const catalog::TableDescriptor& table,
                         AlterTableAction& action);
  void BindAlterIndex(const ::AlterTableStmt& alter);
  static AlterTableAction BindIndexAction(const ::AlterTableCmd& command,
                                          const catalog::TableDescriptor& table,
                                          const catalog::IndexDescriptor& index);

  // ddl_statistics.cc
  // Notes the skip when they are missing and may be.
  catalog::Catalog::ExtendedStatisticsPtr StatisticsNamed(const ::List* name, bool missing_ok);
  // `alone`: the only item.
  void BindStatisticsItem(const ::StatsElem& element, const catalog::TableDescriptor& table, bool alone,
                          catalog::ExtendedStatisticsDescriptor& statistics);
  static void BindStatisticsKinds(const ::List* said, catalog::ExtendedStatisticsDescriptor& statistics);
  void BindCreateStatistics(const ::CreateStatsStmt& create);
  void BindAlterStatistics(const ::AlterStatsStmt& alter);
  // RENAME TO, SET SCHEMA, OWNER TO.
  void BindStatisticsChange(const ::Node& name, AlterStatistics change);
  void BindDropStatistics(const ::DropStmt& drop);

  // ddl_alter.cc
  // `original`: the table before the statement, which USING reads.
  void BindAlterType(const ::AlterTableCmd& command, const catalog::TableDescriptor& table,
                     const catalog::TableDescriptor& original, AlterTableAction& action);
  // Whether a stored expression reads the column that changes.
  using Reads = std::function<bool(const std::string& stored)>;
  // Reads an expression with a binder of the text that it stands in.
  using BindText = std::function<void(DdlBinder& binder, ::Node& node)>;
  void BindAnew(const std::string& stored, const catalog::TableDescriptor& after, const BindText& bind);
  void RebindChecks(const catalog::TableDescriptor& table, const catalog::TableDescriptor& after,
                    const Reads& reads, AlterTableAction& action);
  void RebindIndexes(const catalog::TableDescriptor& table, const catalog::TableDescriptor& after,
                     const Reads& reads, AlterTableAction& action);
  void RebindStatistics(const catalog::TableDescriptor& table, const catalog::TableDescriptor& after,
                        const Reads& reads, AlterTableAction& action);
  void BindAlterTable(const ::AlterTableStmt& alter);
  AlterTableAction BindAction(const ::AlterTableCmd& command, const catalog::TableDescriptor& table,
                              const catalog::TableDescriptor& original);
  AlterTableAction BindAddColumn(const ::AlterTableCmd& command, const catalog::TableDescriptor& table,
                                 std::vector<AlterTableAction>& more);
  AlterTableAction BindAddConstraint(const ::Constraint& constraint, const catalog::TableDescriptor& table);
  void BindIdentityAction(const ::AlterTableCmd& command, const catalog::ColumnDescriptor& column,
                          AlterTableAction& action);

  struct Deferral {
    std::optional<bool> deferrable;
    std::optional<bool> initially_deferred;
  };

  const BindEnvironment& environment_;
  const parse::Tree& tree_;
  BoundDdl& ddl_;
  std::map<const ::Constraint*, Deferral> deferrals_;  // of foreign keys that are written at columns
};

DdlLimits LimitsOf(const dialect::ObjectLimits& limits);
// What a number of PostgreSQL's OnCommitAction says.
catalog::OnCommit OnCommitOf(int action);
// `schema.name`, as errors show it.
std::string ShownName(const std::string& schema, const std::string& name);
[[noreturn]] void ThrowNoColumn(const std::string& column, const std::string& table);
// Throws 0A000 with a text as it stands.
[[noreturn]] void Refuse(std::string text);

}  // namespace ordinal::sql
