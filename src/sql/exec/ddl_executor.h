// Executes one statement that defines objects. Private to the ddl files of this room.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "catalog/privileges.h"
#include "sequence/definition.h"
#include "sql/exec/ddl.h"
#include "sql/exec/table_layout.h"
#include "types/value.h"

namespace ordinal::sql {

// An object, or one of its columns, whose privileges a statement changes.
struct GrantTarget {
  catalog::Securable object;
  const char* word = "";  // what errors call it
  std::string name = {};
  std::string column = {};
  const catalog::Acl* relation_acl = nullptr;  // of a column: what its relation gives
};

class DdlExecutor {
 public:
  DdlExecutor(const DdlLimits& limits, DdlContext& context) : limits_(limits), context_(context) {}

  // Throws 0A000 where something that stays uses a domain that ends with a session.
  void CheckTemporaryDomains();

  void Run(const NoAction&) {}
  void Run(const CreateTable& create);
  void Run(const CreateView& create);
  void Run(const CreateSequence& create);
  void Run(const CreateSchema& create);
  void Run(const CreateIndex& create);
  void Run(const CreateDomain& create);
  void Run(const AlterDomain& alter);
  void Run(const AlterSequence& alter);
  void Run(const AlterTable& alter);
  void Run(const Rename& rename);
  void Run(const RenameColumn& rename);
  void Run(const RenameConstraint& rename);
  void Run(const SetSchema& move);
  void Run(const SetOwner& change);
  void Run(const Drop& drop);
  void Run(const CommentOn& comment);
  void Run(const Truncate& truncate);
  void Run(const CreateRole& create);
  void Run(const AlterRole& alter);
  void Run(const DropRoles& drop);
  void Run(const RenameRole& rename);
  void Run(const GrantRoles& grant);
  void Run(const ReassignOwned& reassign);
  void Run(const DropOwned& drop);
  void Run(const GrantPrivileges& grant);
  void Run(const AlterDefaultPrivileges& alter);
  void Run(const Analyze& analyze);
  void Run(const CreateFunction& create);
  void Run(const AlterFunction& alter);
  void Run(const DropFunctions& drop);
  void Run(const AlterView& alter);
  void Run(const MapIamRole& map);
  void Run(const CreateStatistics& create);
  void Run(const AlterStatistics& alter);
  void Run(const DropStatistics& drop);
  void Run(const AlterSettings& said);

  void Notice(base::SqlState state, std::string message, std::string detail = {});
  void Warn(std::string message, base::SqlState state = base::sqlstate::kWarning);

 private:
  using Table = catalog::TableDescriptor;
  using Sequence = catalog::SequenceDescriptor;
  using View = catalog::ViewDescriptor;
  using Domain = catalog::DomainDescriptor;
  using DomainVisitor = std::function<void(const Table& table, const catalog::ColumnDescriptor& column,
                                           const types::Value& value)>;
  using RowVisitor = std::function<void(const std::string& key, types::Row& row)>;

  // What a DROP takes along.
  struct DropSet {
    std::set<base::Oid> tables;
    std::set<base::Oid> sequences;
    std::set<base::Oid> views;
    std::set<base::Oid> domains;
    std::set<base::Oid> functions;
    std::set<base::Oid> statistics;  // extended ones
    std::vector<std::pair<base::Oid, base::AttributeNumber>> defaults;
    std::vector<std::pair<base::Oid, base::Oid>> foreign_keys;         // table, key: of tables that stay
    std::vector<std::pair<base::Oid, base::AttributeNumber>> columns;  // of tables that stay
    std::vector<std::pair<base::Oid, base::Oid>> checks;               // table, check: of tables that stay
    std::vector<std::pair<base::Oid, base::Oid>> domain_checks;        // domain, check: of domains that stay
    std::vector<base::Oid> indexes;                                    // of tables that stay
    std::vector<std::pair<std::string, std::string>> dependents;       // what, and on what it depends
  };

  const catalog::Catalog& catalog() const { return *context_.editor.catalog(); }

  // ddl.cc: names, schemas, owners.
  bool NameIsTaken(base::Oid schema, const std::string& name) const;
  // False, with a NOTICE, when the name is taken and that is allowed; throws 42P07 when it is not.
  bool ClaimName(base::Oid schema, const std::string& name, bool if_not_exists);
  // Joins the parts of a generated name, cut to fit.
  static std::string GeneratedName(const std::string& first, const std::string& second,
                                   const std::string& label);
  std::string ChooseName(const Table& table, const std::string& columns, const std::string& label) const;
  void CheckOwner(base::Oid owner, std::string_view kind, const std::string& name) const;
  // What belongs to a schema may be dropped by the owner of either.
  void CheckMayDrop(base::Oid relation) const;
  static std::string NameOf(const catalog::Catalog::Relation& relation);
  void SetOwnerOf(base::Oid object, base::Oid owner);
  void CheckMayCreateIn(base::Oid schema, base::Oid role) const;
  void CheckNewOwner(base::Oid old_owner, base::Oid new_owner, base::Oid schema) const;
  Table TableToChange(base::Oid oid) const;
  Sequence SequenceToChange(base::Oid oid) const;
  View ViewToChange(base::Oid oid) const;

  // ddl_analyze.cc
  void AnalyzeTable(const Table& table, const std::vector<base::AttributeNumber>& columns);
  catalog::TableStatistics Survey(const Table& table, const std::vector<base::AttributeNumber>& columns);
  // What of the table's extended statistics is to be found out when these columns are looked at; warns of
  // what reads others.
  std::vector<catalog::Catalog::ExtendedStatisticsPtr> StatisticsToFind(
      const Table& table, const std::vector<base::AttributeNumber>& columns);

  // ddl_statistics.cc
  catalog::ExtendedStatisticsDescriptor StatisticsToChange(base::Oid oid) const;
  // Throws 42710 when the schema has one of that name.
  void ClaimStatisticsName(base::Oid schema, const std::string& name) const;
  // The extended statistics of a table that read the column; all when that is 0.
  std::vector<catalog::Catalog::ExtendedStatisticsPtr> StatisticsOn(const Table& table,
                                                                    base::AttributeNumber column) const;
  std::string ChooseStatisticsName(const Table& table,
                                   const catalog::ExtendedStatisticsDescriptor& made) const;
  void MakeStatistics(const Table& table, catalog::ExtendedStatisticsDescriptor made);
  void ForgetGroup(const catalog::ExtendedStatisticsDescriptor& made);
  void RemoveStatistics(const catalog::ExtendedStatisticsDescriptor& made);
  void RemoveStatisticsOn(const Table& table, base::AttributeNumber column);
  void RebindStatistics(const Table& table, base::AttributeNumber column, const AlterTableAction& action);

  // ddl_role.cc
  catalog::RoleDescriptor RoleToChange(base::Oid oid) const;
  void Assign(const RoleAttributes& said, catalog::RoleDescriptor& role);
  void CheckMayGrant(const catalog::RoleDescriptor& role, base::Oid grantor) const;
  void AddMembers(base::Oid role, const std::vector<base::Oid>& members, base::Oid grantor, bool admin);
  void RemoveMembers(base::Oid role, const std::vector<base::Oid>& members, bool admin_option_only);
  void CheckDroppable(const catalog::RoleDescriptor& role);
  // What the role owns and what it has privileges on, by oid and in words.
  std::vector<std::pair<base::Oid, std::string>> DependentsOf(base::Oid role);
  // Takes all privileges from the role.
  void RevokeAll(base::Oid role);

  // ddl_grant.cc
  catalog::Acl ChangeAcl(catalog::Acl acl, const GrantPrivileges& grant, catalog::Privileges privileges,
                         base::Oid grantor, base::Oid owner) const;
  catalog::Acl GrantOn(const GrantTarget& target, const GrantPrivileges& grant, catalog::Privileges wanted,
                       bool all);
  template <typename Relation>
  void GrantOnColumns(Relation& relation, const GrantPrivileges& grant, catalog::Privileges on_table);
  template <typename Relation>
  void GrantOnRelation(Relation relation, const GrantPrivileges& grant);
  void RequireTemporary(base::Oid schema) const;
  void CommentOnDatabase(const CommentOn& comment);
  void CommentOnRole(const CommentOn& comment);
  void GrantOnSequenceColumns(Sequence& sequence, const catalog::Acl& of_sequence,
                              const GrantPrivileges& grant, catalog::Privileges on_sequence);
  void GrantOnBuiltIn(base::Oid oid, catalog::AclKind kind, const catalog::OptionalAcl& acl, const char* word,
                      const std::string& name, const GrantPrivileges& grant);
  void GrantOnSequence(Sequence sequence, const GrantPrivileges& grant);
  void SetDefaultPrivileges(base::Oid role, base::Oid schema, const GrantPrivileges& grant);
  // Throws unless the current role is a member of the role.
  void CheckMemberOf(base::Oid role) const;

  // ddl_sequence.cc
  base::Oid MakeSequence(base::Oid schema, std::string name, const SequenceSpec& spec, bool is_identity,
                         base::Oid owner_table, base::AttributeNumber owner_column);
  void Alter(Sequence sequence, const SequenceSpec& spec);
  void SetOwnerColumn(Sequence& sequence, const SequenceSpec::Owner& owner);
  void BeginEpoch(Sequence& sequence, const SequenceSpec& spec);
  void DropSequence(const Sequence& sequence);
  std::vector<Sequence> SequencesOf(base::Oid table) const;

  // ddl_domain.cc
  Domain DomainToChange(base::Oid oid) const;
  // Throw 42710: tables and views are types, too.
  void CheckNoDomainNamed(base::Oid schema, const std::string& name) const;
  void CheckTypeNameIsFree(base::Oid schema, const std::string& name) const;
  std::string ChooseCheckName(const Domain& domain) const;
  void AddDomainCheck(Domain& domain, catalog::CheckDescriptor check);
  [[noreturn]] void ThrowNoDomainConstraint(const std::string& name, const char* word,
                                            const Domain& domain) const;
  // Visits the values of the domain, and of those upon it, that tables hold; nobody else may write more of
  // them before the commit. Without `visit`, sees to the latter only.
  void VisitDomainValues(base::Oid domain, const DomainVisitor& visit);
  void CheckNoNulls(base::Oid domain);
  void CheckValues(base::Oid domain, const catalog::CheckDescriptor* check);
  void DependOnDomains(const Table& table);
  void RenameDomain(const Rename& rename);
  void MoveDomain(const SetSchema& move);
  void CommentOnDomain(const CommentOn& comment);
  void AddDomain(base::Oid oid, DropSet& drops);
  void AddDomainUses(const Table& table, base::Oid domain, DropSet& drops);
  // Drops the domains, and what of `drops` is there for their sake alone.
  void DropDomainUses(const DropSet& drops);

  // ddl_view.cc
  void Replace(const View& old, View view);
  void RenameViewColumn(View view, const RenameColumn& rename);
  // Adds the views that need the relation, or its column unless that is 0, and the views that need those.
  void AddViewsOn(base::Oid relation, base::AttributeNumber column, DropSet& drops);

  // ddl_table.cc
  void MakeColumnSequence(Table& table, catalog::ColumnDescriptor& column, const ColumnSpec& spec);
  void AddIndex(Table& table, const IndexSpec& spec);
  // Throws when a column of an index has a type that keys cannot hold.
  static void CheckKeyTypes(const Table& table);
  void AddCheck(Table& table, const CheckSpec& spec);
  void FillIndex(const Table& table, const catalog::IndexDescriptor& index);
  // Leaves the rest to a job.
  void Submit(JobRequest::Kind kind, const Table& table, base::Oid object, const std::string& name);
  [[noreturn]] void ThrowNotUnique(const Table& table, const IndexLayout& index, const types::Row& row) const;
  // Visits the rows that exist; the commit conflicts when others change any of them.
  void VisitRows(const Table& table, const RowVisitor& visit);

  // ddl_alter.cc
  void Apply(Table& table, const AlterTableAction& action, bool async);
  void AddColumn(Table& table, const AlterTableAction& action);
  void DropColumn(Table& table, const AlterTableAction& action);
  void AlterIdentity(Table& table, catalog::ColumnDescriptor& column, const AlterTableAction& action);
  void DropConstraint(Table& table, const AlterTableAction& action);
  void DropExpression(Table& table, const AlterTableAction& action);
  void Validate(Table& table, const AlterTableAction& action, bool async);
  void CheckRowsAgainst(const Table& table, const catalog::CheckDescriptor& check);
  void CheckRow(const Table& table, const catalog::CheckDescriptor& check, const Expression& condition,
                const types::Row& row);

  // ddl_storage.cc
  void ChangeStorage(Table& table, const AlterTableAction& action);

  // ddl_foreign_key.cc
  void AddForeignKey(Table& table, const ForeignKeySpec& spec);
  // Throws 42804 where values cannot be compared.
  static void CheckKeyMatches(const Table& table, const Table& parent,
                              const catalog::ForeignKeyDescriptor& key);
  // Looks at the rows that are there.
  void CheckRowsRefer(const Table& table, const catalog::ForeignKeyDescriptor& key);
  void AlterDeferral(Table& table, const AlterTableAction& action);
  // Adds the foreign keys of tables that stay: to the table; to its index, or its column, when that is not 0.
  void AddForeignKeysOn(base::Oid table, base::Oid index, base::AttributeNumber column, DropSet& drops);
  void DropForeignKey(base::Oid table, base::Oid key);
  void CheckTruncate(const Truncate& truncate, std::vector<base::Oid>& tables);

  // ddl_rewrite.cc
  using RowChange = std::function<void(types::Row& row)>;
  // Writes all rows of `before` as rows of `after`, with all index entries.
  void Rewrite(const Table& before, const Table& after, const RowChange& change);
  void CheckFree(const Table& table, const IndexLayout& index, const std::string& key,
                 const types::Row& row) const;
  void AddPrimaryKey(Table& table, const IndexSpec& spec);
  void RewriteByKey(const Table& before, Table& table);
  void MakePrimary(Table& table, base::Oid oid);
  void AdoptIndex(Table& table, const AlterTableAction& action);

  // ddl_alter_type.cc
  static void AdoptRebound(Table& table, const AlterTableAction& action, std::set<base::Oid>& adopted);
  void ChangeType(Table& table, const AlterTableAction& action);
  void AlterTypes(Table& table, std::span<const AlterTableAction> actions);
  void CheckForeignKeyTypes(const Table& table, const std::vector<base::AttributeNumber>& changed);
  void RecheckForeignKeys(const Table& table, const std::vector<base::AttributeNumber>& changed);

  // ddl_function.cc
  using FunctionDescriptor = catalog::FunctionDescriptor;
  FunctionDescriptor FunctionToChange(base::Oid oid) const;
  // Throws 42723 when the schema has one of that name and inputs.
  void ClaimSignature(const FunctionDescriptor& function) const;
  // What the function had is kept; throws what the session says of a parameter or its value.
  void ChangeSettings(const std::vector<AlterSettings>& said, catalog::ParameterSettings& settings) const;
  void Replace(const FunctionDescriptor& old, FunctionDescriptor function);
  // Adds functions that cannot do without the object, or its column unless that is 0, and what needs those.
  void AddFunctionsOn(base::Oid object, base::AttributeNumber column, DropSet& drops);
  // Adds what calls the function: views, parts of tables, other functions.
  void AddCallersOf(base::Oid function, DropSet& drops);
  void AddCallersIn(const Table& table, base::Oid function, DropSet& drops);

  // ddl_drop.cc
  void AddTable(const Table& table, DropSet& drops);
  void AddDefaultsOn(base::Oid sequence, DropSet& drops);
  void Confirm(const DropSet& drops, const std::string& subject, bool cascade);
  void DropAll(const DropSet& drops);
  void DropDefault(base::Oid table, base::AttributeNumber column);
  void DropIndex(base::Oid oid, bool cascade);
  std::string Describe(base::Oid relation);
  std::string Describe(const catalog::DefaultPrivileges& defaults) const;

  const DdlLimits& limits_;
  DdlContext& context_;
};

}  // namespace ordinal::sql
