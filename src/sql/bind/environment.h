// Says what binding may need from the session.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/catalog.h"
#include "dialect/profile.h"
#include "sql/expr/eval_context.h"

struct Node;
struct RangeVar;

namespace ordinal::sql {

struct BindEnvironment {
  const catalog::Catalog& catalog;
  const dialect::Profile& profile;
  // Schemas searched for unqualified names, in order; pg_catalog is searched first when it is not listed.
  std::vector<base::Oid> search_path;
  // Used to fold constants such as 'name'::regclass and to print expressions.
  EvalContext& context;
  // Holds the session's temporary objects, and is on the search path; kInvalidOid while there is none.
  base::Oid temporary_schema = base::kInvalidOid;
  // Where not null, hears of the functions of users that are called.
  std::set<base::Oid>* called = nullptr;
};

// Finds a relation by schema name (empty: the search path) and name; false result when there is none.
catalog::Catalog::Relation LookupRelation(const BindEnvironment& environment, std::string_view schema,
                                          std::string_view name);

// What texts call the session's own temporary schema.
inline constexpr std::string_view kTemporaryAlias = "pg_temp";

// Returns the schema in which an unqualified new object is made; throws 3F000 `no schema has been selected to
// create in`, or 3F000 `schema "x" does not exist` for a schema that is named.
base::Oid CreationSchema(const BindEnvironment& environment, std::string_view schema);
// The same for the name of a new relation, which may be temporary: 42P16 where a schema is named that is not.
base::Oid CreationSchema(const BindEnvironment& environment, const ::RangeVar& name);
// Whether a statement makes temporary objects, so that the session needs a schema for them.
bool MakesTemporary(const ::Node& node);

}  // namespace ordinal::sql
