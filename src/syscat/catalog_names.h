// Names what rows of system relations refer to, and numbers what has no stored oid.
#pragma once

#include <string>

#include "catalog/virtual_table.h"

namespace ordinal::syscat {

// Oids of rows that every database has, with PostgreSQL's numbers.
inline constexpr catalog::Oid kDatabaseOid = 5;
inline constexpr catalog::Oid kDefaultTablespace = 1663;
inline constexpr catalog::Oid kHeapMethod = 2;
inline constexpr catalog::Oid kBtreeMethod = 403;
inline constexpr catalog::Oid kDefaultCollation = 100;
inline constexpr catalog::Oid kCCollation = 950;

// Oids of the catalogs that rows of pg_depend name.
inline constexpr catalog::Oid kPgTypeRelation = 1247;
inline constexpr catalog::Oid kPgClassRelation = 1259;
inline constexpr catalog::Oid kPgAttrdefRelation = 2604;
inline constexpr catalog::Oid kPgConstraintRelation = 2606;
inline constexpr catalog::Oid kPgNamespaceRelation = 2615;

// Returns the name of a schema, or its number as text when it is gone.
std::string SchemaName(const catalog::Catalog& catalog, catalog::Oid schema);

// Returns the name of a role. The administrator bears the name under which the session logged in.
std::string RoleName(const catalog::SessionView& session, catalog::Oid role);

// Returns the collation of a type's values: the default one for strings, C for name, else zero.
catalog::Oid CollationOf(types::TypeId type);

// True for pg_catalog, information_schema and sys, whose relations are computed.
bool IsSystemSchema(catalog::Oid schema);

// Counts the columns that are not dropped.
std::size_t LiveColumns(const catalog::TableDescriptor& table);

}  // namespace ordinal::syscat
