// Describes the objects of a database. A descriptor is immutable once published; DDL makes a new
// one with the next version. Everything refers to objects by oid, never by name, so that renames
// disturb nothing. Expressions (defaults, checks) are kept in the serialized form of sql/expr.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/ids.h"
#include "catalog/acl.h"
#include "catalog/function.h"
#include "catalog/role.h"
#include "catalog/statistics.h"
#include "types/rules.h"
#include "types/type.h"

namespace ordinal::catalog {

using base::AttributeNumber;
using base::Oid;

// Built-in schemas, with PostgreSQL's numbers.
inline constexpr Oid kPgCatalogSchema = 11;
inline constexpr Oid kPublicSchema = 2200;
inline constexpr Oid kInformationSchema = 13000;
inline constexpr Oid kSysSchema = 13001;
inline constexpr Oid kDatabase = 5;

struct SchemaDescriptor {
  Oid oid = 0;
  std::string name;
  Oid owner = kAdminRole;
  std::string comment = {};
  OptionalAcl acl = {};
  // The node of the session whose temporary objects it holds; 0 where one process owns the store.
  std::optional<std::uint64_t> temporary_of = {};
};

// The one database. Its name is the session's matter.
struct DatabaseDescriptor {
  Oid oid = kDatabase;
  Oid owner = kAdminRole;
  OptionalAcl acl = {};
  ParameterSettings settings = {};           // ALTER DATABASE ... SET
  ParameterSettings all_role_settings = {};  // ALTER ROLE ALL SET
  std::string comment = {};
  // Privileges on built-in types and system relations, by oid, where GRANT or REVOKE has changed them.
  std::map<Oid, Acl> system_acls = {};
};

// What ALTER DEFAULT PRIVILEGES says of the objects of one kind that a role will make.
struct DefaultPrivileges {
  Oid oid = 0;
  Oid role = 0;
  Oid schema_limit = 0;  // only in this schema; 0: in all
  AclKind kind = AclKind::kRelation;
  Acl acl = {};  // of a schema: added to the others; else all there is
};

// What CREATE SEQUENCE says. `last + increment` may leave the 64-bit range: see sequence/arithmetic.h.
struct SequenceDefinition {
  types::TypeId type = types::TypeId::kInt8;
  std::int64_t increment = 1;
  std::int64_t min_value = 1;
  std::int64_t max_value = INT64_MAX;
  std::int64_t start = 1;
  std::int64_t cache = 1;
  bool cycle = false;
  friend bool operator==(const SequenceDefinition&, const SequenceDefinition&) = default;
};

struct SequenceDescriptor {
  Oid oid = 0;
  Oid schema = 0;
  std::string name;
  Oid owner = kAdminRole;
  SequenceDefinition definition = {};
  // Names the counter: each ALTER, RESTART or re-creation begins a new epoch with a counter key of its own.
  std::uint64_t epoch = 1;
  // The column that owns the sequence, or zeros.
  Oid owner_table = 0;
  AttributeNumber owner_column = 0;
  bool is_identity = false;  // owned internally by an identity column
  std::string comment = {};
  OptionalAcl acl = {};
  std::map<AttributeNumber, Acl> column_acls = {};  // of last_value, log_cnt, is_called: 1 to 3
};

struct IdentityDescriptor {
  Oid sequence = 0;
  bool always = false;  // GENERATED ALWAYS, else BY DEFAULT
  types::IdentityRule rule = {};
};

struct ColumnDescriptor {
  AttributeNumber number = 0;
  std::string name;
  types::Type type = {};
  bool not_null = false;
  bool dropped = false;
  std::optional<std::string> default_expression = {};  // serialized sql/expr
  std::optional<IdentityDescriptor> identity = {};
  // GENERATED ALWAYS AS (default_expression) STORED: the expression reads the row.
  bool generated = false;
  std::string comment = {};
  OptionalAcl acl = {};
  // What PostgreSQL would heed and Ordinal only shows, but for the number of values that ANALYZE keeps.
  std::int32_t statistics_target = -1;
  char storage = 0;                       // with the letters of pg_attribute.attstorage; 0: that of the type
  char compression = 0;                   // with the letters of pg_attribute.attcompression
  std::vector<std::string> options = {};  // as pg_attribute.attoptions shows them
};

struct IndexOrder {
  bool descending = false;
  bool nulls_first = false;
  friend bool operator==(const IndexOrder&, const IndexOrder&) = default;
};

// A key column of an index that is computed.
struct IndexExpression {
  std::string expression;  // serialized sql/expr over the table's columns
  std::string name;        // of the index's column
  types::Type type = {};
};

struct IndexDescriptor {
  Oid oid = 0;
  std::string name;
  std::vector<AttributeNumber> columns = {};  // 0: the next of `expressions`
  bool unique = false;
  bool primary = false;
  bool is_constraint = false;  // made by PRIMARY KEY or UNIQUE
  bool nulls_not_distinct = false;
  std::vector<IndexExpression> expressions = {};
  std::vector<AttributeNumber> included = {};  // INCLUDE: not part of the key
  // Entries hold the included columns, so that a scan of the index alone can give them. Not so of indexes of
  // primary keys, which are the rows.
  bool stores_included = false;
  std::vector<IndexOrder> orders = {};        // as said, for each key column; empty: all ascending
  std::optional<std::string> predicate = {};  // WHERE: serialized sql/expr over the table's columns
  // False while a job fills the index, and after it failed: writers keep entries up, readers do without.
  bool valid = true;
  std::string comment = {};
  std::string constraint_comment = {};
  std::vector<std::string> options = {};  // as pg_class.reloptions shows them
  bool clustered = false;                 // CLUSTER ON
  bool replica_identity = false;          // REPLICA IDENTITY USING INDEX

  // The expression of a key column; null when that is a column of the table.
  const IndexExpression* ExpressionAt(std::size_t key_column) const;
};

struct CheckDescriptor {
  Oid oid = 0;
  std::string name;
  std::string expression;  // serialized sql/expr over the table's columns
  bool valid = true;       // false: rows that were there first have not been looked at (NOT VALID)
  std::string comment = {};
};

enum class ForeignKeyAction : std::uint8_t { kNoAction, kRestrict, kCascade, kSetNull, kSetDefault };

struct ForeignKeyDescriptor {
  Oid oid = 0;
  std::string name;
  std::vector<AttributeNumber> columns = {};
  Oid referenced_table = 0;
  std::vector<AttributeNumber> referenced_columns = {};  // in the order of `columns`
  Oid referenced_index = 0;                              // the unique index over referenced_columns
  ForeignKeyAction on_update = ForeignKeyAction::kNoAction;
  ForeignKeyAction on_delete = ForeignKeyAction::kNoAction;
  std::vector<AttributeNumber> set_columns = {};  // of ON DELETE SET ...; empty: all
  bool match_full = false;
  bool deferrable = false;
  bool initially_deferred = false;
  bool valid = true;
  std::string comment = {};
};

// What a temporary table does at each commit.
enum class OnCommit : std::uint8_t { kPreserveRows, kDeleteRows, kDrop };

struct TableDescriptor {
  Oid oid = 0;
  Oid schema = 0;
  std::string name;
  Oid owner = kAdminRole;
  std::vector<ColumnDescriptor> columns = {};  // in order of number; dropped ones stay
  std::vector<IndexDescriptor> indexes = {};   // the primary key, when there is one, first
  std::vector<CheckDescriptor> checks = {};
  std::vector<ForeignKeyDescriptor> foreign_keys = {};  // that this table declares
  std::string comment = {};
  OptionalAcl acl = {};
  OnCommit on_commit = OnCommit::kPreserveRows;
  std::vector<std::string> options = {};  // as pg_class.reloptions shows them
  char replica_identity = 'd';            // with the letters of pg_class.relreplident

  const IndexDescriptor* primary_key() const {
    return !indexes.empty() && indexes.front().primary ? &indexes.front() : nullptr;
  }
  const ColumnDescriptor* FindColumn(std::string_view column_name) const;
  const ColumnDescriptor* ColumnByNumber(AttributeNumber number) const;
};

// A type of its own: another one with a default and constraints. The checks read a row whose one column,
// VALUE, is of type `base`.
struct DomainDescriptor {
  Oid oid = 0;
  Oid schema = 0;
  std::string name;
  Oid owner = kAdminRole;
  types::Type base = {};  // what it is made of; with the domain of that when it stands upon another
  bool not_null = false;
  std::optional<std::string> default_expression = {};
  std::vector<CheckDescriptor> checks = {};
  std::string comment = {};
  OptionalAcl acl = {};

  // The type of its values.
  types::Type type() const { return {base.id, base.modifier, oid}; }
};

struct ViewColumn {
  std::string name;
  types::Type type = {};
  std::string comment = {};
  OptionalAcl acl = {};
  AttributeNumber source = 0;                          // the column of the view's base that it shows, or 0
  std::optional<std::string> default_expression = {};  // of rows that are inserted through the view
};

// A relation that the text of a view names, with its columns as they were called when the view was made.
struct ViewReference {
  int location = 0;  // byte offset of the name in the text
  Oid relation = 0;
  std::vector<std::string> columns = {};  // by attribute number; empty where there was none
};

// A view is the text that made it, with what its names meant then: see docs/decisions/0009.
struct ViewDescriptor {
  Oid oid = 0;
  Oid schema = 0;
  std::string name;
  Oid owner = kAdminRole;
  std::string definition;                                  // the CREATE VIEW statement
  std::vector<ViewColumn> columns = {};                    // as the view shows them
  std::vector<ViewReference> references = {};              // in order of location
  std::vector<std::pair<std::string, Oid>> names = {};     // what 'name'::regclass meant
  std::vector<std::pair<Oid, AttributeNumber>> uses = {};  // columns that the view cannot do without
  std::string shown = {};         // the SELECT as pg_get_viewdef() prints it: see sql/expr/view_text.h
  std::string shown_pretty = {};  // the same with fewer parentheses
  std::vector<std::string> options = {};  // as pg_class.reloptions shows them
  std::string comment = {};
  OptionalAcl acl = {};
  // What rows are changed in when they are changed through the view: a relation; or why they cannot be, as
  // PostgreSQL says it.
  Oid base = 0;
  std::string obstacle = {};
};

using Descriptor = std::variant<SchemaDescriptor, TableDescriptor, SequenceDescriptor, ViewDescriptor,
                                RoleDescriptor, DatabaseDescriptor, DefaultPrivileges, TableStatistics,
                                DomainDescriptor, FunctionDescriptor, ExtendedStatisticsDescriptor>;

Oid OidOf(const Descriptor& descriptor);

// The stored form (JSON with a format number). Decoding damaged bytes throws XX001.
std::string EncodeDescriptor(const Descriptor& descriptor);
Descriptor DecodeDescriptor(std::string_view bytes);

}  // namespace ordinal::catalog
