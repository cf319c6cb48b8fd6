// Names what rows of system relations refer to, and numbers what has no stored oid.
#pragma once

#include <string>

#include "catalog/role.h"
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
inline constexpr catalog::Oid kPgProcRelation = 1255;
inline constexpr catalog::Oid kPgClassRelation = 1259;
inline constexpr catalog::Oid kPgAuthidRelation = 1260;
inline constexpr catalog::Oid kPgDatabaseRelation = 1262;
inline constexpr catalog::Oid kPgAttrdefRelation = 2604;
inline constexpr catalog::Oid kPgConstraintRelation = 2606;
inline constexpr catalog::Oid kPgNamespaceRelation = 2615;
inline constexpr catalog::Oid kPgStatisticExtRelation = 3381;

// Returns the name of a schema, or its number as text when it is gone.
std::string SchemaName(const catalog::Catalog& catalog, catalog::Oid schema);

// Returns the name of a role, or `unknown (OID=n)`.
std::string RoleName(const catalog::SessionView& session, catalog::Oid role);

// Returns settings as an array of `name=value`; NULL when there are none.
types::Value ShowSettings(const catalog::ParameterSettings& settings);

// Returns a list of privileges as an array of aclitem; NULL when it is absent.
types::Value ShowAcl(const catalog::Catalog& catalog, const catalog::OptionalAcl& acl);

// Returns the collation of a type's values: the default one for strings, C for name, else zero.
catalog::Oid CollationOf(types::TypeId type);

// True for an index that stands for a PRIMARY KEY or UNIQUE constraint.
bool IsKey(const catalog::IndexDescriptor& index);

// Quotes a name unless it consists of lower-case letters, digits and underscores. Keywords stay bare.
std::string QuoteName(const std::string& name);

}  // namespace ordinal::syscat
