// Describes the objects of a database. A descriptor is immutable once published; DDL makes a new
// one with the next version. Everything refers to objects by oid, never by name, so that renames
// disturb nothing. Expressions (defaults, checks) are kept in the serialized form of sql/expr.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/ids.h"
#include "types/rules.h"
#include "types/type.h"

namespace ordinal::catalog {

using base::AttributeNumber;
using base::Oid;

// Built-in schemas and roles, with PostgreSQL's numbers.
inline constexpr Oid kPgCatalogSchema = 11;
inline constexpr Oid kPublicSchema = 2200;
inline constexpr Oid kInformationSchema = 13000;
inline constexpr Oid kSysSchema = 13001;
inline constexpr Oid kAdminRole = 10;

struct SchemaDescriptor {
  Oid oid = 0;
  std::string name;
  Oid owner = kAdminRole;
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
};

struct IndexDescriptor {
  Oid oid = 0;
  std::string name;
  std::vector<AttributeNumber> columns = {};
  bool unique = false;
  bool primary = false;
  bool is_constraint = false;  // made by PRIMARY KEY or UNIQUE
  bool nulls_not_distinct = false;
};

struct CheckDescriptor {
  Oid oid = 0;
  std::string name;
  std::string expression;  // serialized sql/expr over the table's columns
};

struct TableDescriptor {
  Oid oid = 0;
  Oid schema = 0;
  std::string name;
  Oid owner = kAdminRole;
  std::vector<ColumnDescriptor> columns = {};  // in order of number; dropped ones stay
  std::vector<IndexDescriptor> indexes = {};   // the primary key, when there is one, first
  std::vector<CheckDescriptor> checks = {};

  const IndexDescriptor* primary_key() const {
    return !indexes.empty() && indexes.front().primary ? &indexes.front() : nullptr;
  }
  const ColumnDescriptor* FindColumn(std::string_view column_name) const;
  const ColumnDescriptor* ColumnByNumber(AttributeNumber number) const;
};

struct ViewDescriptor {
  Oid oid = 0;
  Oid schema = 0;
  std::string name;
  Oid owner = kAdminRole;
  std::string definition;  // the SELECT, as text that names objects with their schemas
};

using Descriptor = std::variant<SchemaDescriptor, TableDescriptor, SequenceDescriptor, ViewDescriptor>;

Oid OidOf(const Descriptor& descriptor);

// The stored form (JSON with a format number). Decoding damaged bytes throws XX001.
std::string EncodeDescriptor(const Descriptor& descriptor);
Descriptor DecodeDescriptor(std::string_view bytes);

}  // namespace ordinal::catalog
