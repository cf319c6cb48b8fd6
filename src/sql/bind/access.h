// Says what a statement does with the relations that it names, so far as privileges are about it.
#pragma once

#include <optional>
#include <set>
#include <span>

#include "base/error.h"
#include "catalog/acl.h"
#include "catalog/catalog.h"

namespace ordinal::sql {

// A statement has at most one of these for each relation and role.
struct RelationAccess {
  base::Oid relation = 0;  // or a function of a user
  base::Oid as_role = 0;   // the owner of the view that reads the relation; 0: whoever runs the statement
  catalog::Privileges required = 0;
  // The columns that it is about; for a privilege that is required and has none here, any column will do.
  std::set<base::AttributeNumber> selected = {};
  std::set<base::AttributeNumber> inserted = {};
  std::set<base::AttributeNumber> updated = {};
};

// The first access that the role may not have, as the error that running the statement ends with: 42501.
// nullopt when all is permitted.
std::optional<base::Error> FindDenial(const catalog::Catalog& catalog, base::Oid role,
                                      std::span<const RelationAccess> accesses);

// Throws 42501 `permission denied for schema s` unless the role may look things up in it.
void CheckSchemaUse(const catalog::Catalog& catalog, base::Oid role, const catalog::SchemaDescriptor& schema);

}  // namespace ordinal::sql
