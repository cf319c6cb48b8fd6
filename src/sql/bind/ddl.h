// Binds statements that define objects. What names mean, and what the profile refuses, is decided here;
// whether names are free, what depends on what, and all writes are the matter of sql/exec/ddl.h.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "catalog/descriptor.h"
#include "sql/bind/domain_ddl.h"
#include "sql/bind/environment.h"
#include "sql/bind/function_ddl.h"
#include "sql/bind/privilege_ddl.h"
#include "sql/bind/role_ddl.h"
#include "sql/bind/statistics_ddl.h"
#include "sql/expr/expression.h"
#include "types/rules.h"

struct Node;

namespace ordinal::sql {

namespace parse {
class Tree;
}

// States the options of CREATE SEQUENCE, ALTER SEQUENCE or an identity column; what was not said is nullopt.
struct SequenceSpec {
  // A bound or RESTART without value: NO MINVALUE, NO MAXVALUE, plain RESTART.
  struct Value {
    std::optional<std::int64_t> value;
  };
  // OWNED BY table.column; `table` is 0 for NONE.
  struct Owner {
    base::Oid table = 0;
    base::AttributeNumber column = 0;
  };
  std::optional<TypeId> type;
  std::optional<std::int64_t> increment;
  std::optional<Value> min_value;
  std::optional<Value> max_value;
  std::optional<std::int64_t> start;
  std::optional<Value> restart;
  std::optional<std::int64_t> cache;
  std::optional<bool> cycle;
  std::optional<Owner> owner;
  std::string sequence_name;      // SEQUENCE NAME; empty when it was not said
  base::Oid sequence_schema = 0;  // of sequence_name; 0 for the table's
  // True when the counter or its definition changes, so that a new epoch begins.
  bool changes_counter() const {
    return type || increment || min_value || max_value || start || restart || cache || cycle;
  }
};

struct IdentitySpec {
  bool always = false;
  types::IdentityRule rule;
  SequenceSpec sequence;
};

struct ColumnSpec {
  catalog::ColumnDescriptor column;  // number, name, type, not_null, default_expression
  std::optional<IdentitySpec> identity;
  bool serial = false;
};

struct IndexSpec {
  std::string name;                            // empty: chosen by PostgreSQL's rule
  std::vector<base::AttributeNumber> columns;  // 0: the next of `expressions`
  bool primary = false;
  bool unique = false;
  bool is_constraint = false;
  bool nulls_not_distinct = false;
  std::vector<base::AttributeNumber> included = {};
  std::vector<catalog::IndexOrder> orders = {};
  std::optional<std::string> predicate = {};
  std::vector<catalog::IndexExpression> expressions = {};
  std::vector<std::string> options = {};  // as pg_class.reloptions shows them
};

struct CheckSpec {
  std::string name;    // empty: chosen by PostgreSQL's rule
  std::string column;  // the only column that the condition names, for that rule
  std::string expression;
  bool valid = true;  // false: NOT VALID
};

// Names are looked up when the key is made: earlier parts of the statement may make what it refers to.
struct ForeignKeySpec {
  std::string name;  // empty: chosen by PostgreSQL's rule
  std::vector<std::string> columns;
  base::Oid referenced_table = 0;  // 0: the table itself
  std::string near_name;           // in CREATE SCHEMA: a table of that name in the new schema comes first
  std::vector<std::string> referenced_columns;  // empty: the primary key
  std::vector<std::string> set_columns;         // of ON DELETE SET ...; empty: all
  catalog::ForeignKeyDescriptor key;            // its actions and flags
};

struct CreateTable {
  base::Oid schema = 0;  // 0: the schema that the enclosing CREATE SCHEMA makes
  std::string name;
  bool if_not_exists = false;
  std::vector<ColumnSpec> columns;
  std::vector<IndexSpec> indexes;
  std::vector<CheckSpec> checks;
  std::vector<ForeignKeySpec> foreign_keys;
  // What LIKE brings along: the table and the name are still to be said.
  std::vector<catalog::ExtendedStatisticsDescriptor> statistics;
  std::vector<std::string> options;  // as pg_class.reloptions shows them
  catalog::OnCommit on_commit = catalog::OnCommit::kPreserveRows;
};

struct CreateView {
  catalog::ViewDescriptor view;  // all but oid and owner
  bool replace = false;
};

struct CreateSequence {
  base::Oid schema = 0;  // as in CreateTable
  std::string name;
  bool if_not_exists = false;
  SequenceSpec spec;
};

struct CreateSchema {
  std::string name;
  base::Oid owner = 0;
  bool if_not_exists = false;
  std::vector<std::variant<CreateTable, CreateSequence>> elements;
};

struct CreateIndex {
  base::Oid table = 0;
  bool if_not_exists = false;
  IndexSpec index;
  bool async = false;  // a job fills it
};

struct AlterSequence {
  base::Oid sequence = 0;
  SequenceSpec spec;
};

enum class AlterTableKind : std::uint8_t {
  kAddColumn,          // added
  kDropColumn,         // column, missing_ok, cascade
  kSetDefault,         // column, expression (nullopt drops)
  kSetNotNull,         // column
  kDropNotNull,        // column
  kAddIdentity,        // column, identity
  kSetIdentity,        // column, always, identity->sequence
  kDropIdentity,       // column, missing_ok
  kAddIndex,           // index: UNIQUE or PRIMARY KEY
  kAddCheck,           // check
  kDropConstraint,     // name, missing_ok, cascade
  kAddForeignKey,      // foreign_key
  kDeferral,           // name: of the foreign key; foreign_key: whether it is deferrable
  kValidate,           // name: of the constraint
  kDropExpression,     // column, missing_ok
  kAlterType,          // column, added: type and default, expression: the new value over the old row, rebound
  kAdoptIndex,         // name: of the index; index.name: of the constraint, empty for the same
  kSetOptions,         // options, reset_options: storage parameters of the table
  kIndexOptions,       // the same of the index `name`
  kColumnOptions,      // the same of a column
  kColumnTarget,       // column, number: of values that ANALYZE keeps
  kColumnStorage,      // column, letter
  kColumnCompression,  // column, letter
  kClusterOn,          // name: of the index; empty: of none
  kReplicaIdentity,    // letter, name: of the index
  kSetOwner,           // role
  kNothing,            // accepted, without effect
};

struct AlterTableAction {
  AlterTableKind kind = AlterTableKind::kNothing;
  std::string name;  // of the column or constraint
  bool missing_ok = false;
  bool cascade = false;
  std::optional<bool> always;
  std::optional<std::string> expression;
  std::optional<IdentitySpec> identity;
  ColumnSpec added;
  IndexSpec index;
  CheckSpec check;
  ForeignKeySpec foreign_key;
  // What checks and indexes that read the column are with its new type, by oid. Of an index: columns,
  // expressions and predicate.
  std::vector<std::pair<base::Oid, std::string>> rebound_checks;
  std::vector<std::pair<base::Oid, IndexSpec>> rebound_indexes;
  // The expressions of extended statistics that read the column, by oid.
  std::vector<std::pair<base::Oid, std::vector<std::string>>> rebound_statistics;
  std::vector<std::string> options;        // as they are stored, such as "fillfactor=70"
  std::vector<std::string> reset_options;  // names
  std::int32_t number = -1;
  char letter = 0;
  base::Oid role = 0;
};

struct AlterTable {
  base::Oid table = 0;
  std::vector<AlterTableAction> actions;
  bool async = false;  // the one action is kValidate, which a job does
};

// ALTER VIEW, and ALTER TABLE of a view; what can be said of tables, too, has a statement of its own.
struct AlterView {
  struct Action {
    std::string column;                     // SET DEFAULT and DROP DEFAULT of it; empty: of options
    std::optional<std::string> expression;  // the default
    std::vector<std::string> set;           // options as they are stored, such as "check_option=local"
    std::vector<std::string> reset;         // names of options
  };
  base::Oid view = 0;
  std::vector<Action> actions;
};

// AWS IAM GRANT and REVOKE.
struct MapIamRole {
  bool grant = true;
  base::Oid role = 0;
  std::vector<std::string> arns;
};

enum class ObjectKind : std::uint8_t { kTable, kSequence, kSchema, kIndex, kView, kDomain };

// RENAME TO.
struct Rename {
  ObjectKind kind = ObjectKind::kTable;
  base::Oid object = 0;
  std::string name;
};

struct RenameColumn {
  base::Oid table = 0;  // or view
  std::string column;
  std::string name;
};

struct RenameConstraint {
  base::Oid table = 0;
  std::string constraint;
  std::string name;
};

struct SetSchema {
  ObjectKind kind = ObjectKind::kTable;
  base::Oid object = 0;
  base::Oid schema = 0;
};

struct SetOwner {
  ObjectKind kind = ObjectKind::kTable;
  base::Oid object = 0;
  base::Oid role = 0;
};

struct Drop {
  ObjectKind kind = ObjectKind::kTable;
  std::vector<base::Oid> objects;
  bool cascade = false;
};

// COMMENT ON; an empty text takes the comment away.
struct CommentOn {
  base::Oid object = 0;  // a relation, schema, domain, role; of a column or constraint, what has it
  std::string database;  // the name that was said of the database
  std::string column;
  std::string constraint;
  std::string text;
};

// ANALYZE and VACUUM.
struct Analyze {
  struct Target {
    base::Oid table = 0;
    std::vector<base::AttributeNumber> columns;  // none: all
  };
  std::vector<Target> tables;         // none: all that the role may analyze
  std::vector<std::string> warnings;  // WARNING 01000
  bool all = false;
  bool analyze = true;  // false: VACUUM alone, which has nothing to do
  bool alone = false;   // may not run in a transaction block
};

struct Truncate {
  std::vector<base::Oid> tables;
  bool restart_identity = false;
  bool cascade = false;  // with the tables that refer to these
};

// A statement that has nothing to do; its notices say why.
struct NoAction {};

// Bounds on objects, copied from the profile; 0 means "none".
struct DdlLimits {
  std::uint32_t sequences_max = 0;
  std::uint32_t tables_max = 0;
  std::uint32_t schemas_max = 0;
  std::uint32_t columns_max = 0;
  std::uint32_t index_columns_max = 0;
  std::uint32_t indexes_max = 0;
  std::uint32_t views_max = 0;
  std::uint32_t view_bytes_max = 0;
  std::uint32_t statistics_max = 0;  // extended ones of a table
};

struct BoundDdl {
  using Statement =
      std::variant<NoAction, CreateTable, CreateView, CreateSequence, CreateSchema, CreateIndex, CreateDomain,
                   AlterDomain, AlterSequence, AlterTable, AlterView, Rename, RenameColumn, RenameConstraint,
                   SetSchema, SetOwner, Drop, CommentOn, Truncate, CreateRole, AlterRole, DropRoles,
                   RenameRole, GrantRoles, ReassignOwned, DropOwned, GrantPrivileges, AlterDefaultPrivileges,
                   Analyze, CreateFunction, AlterFunction, DropFunctions, MapIamRole, CreateStatistics,
                   AlterStatistics, DropStatistics, AlterSettings>;
  Statement statement;
  std::string tag;  // the command tag
  DdlLimits limits;
  std::set<base::Oid> called;        // functions of users that expressions of the statement call
  std::vector<std::string> skipped;  // texts of NOTICE 00000, such as `table "x" does not exist, skipping`
};

// True for every statement that defines, changes or drops objects, whether it is supported or not. TRUNCATE
// counts.
bool IsDdl(const ::Node& node);

// REQUIRES IsDdl(node), and that the node is the first statement of `tree`. The result holds for the
// environment's catalog only. Throws PostgreSQL's errors, DSQL's texts where the profile's features refuse,
// and 0A000 for what is not supported.
std::unique_ptr<BoundDdl> BindDdl(const ::Node& node, const BindEnvironment& environment,
                                  const parse::Tree& tree);

}  // namespace ordinal::sql
