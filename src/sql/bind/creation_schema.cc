// Finds out in which schema something new is made.
#include "base/error.h"
#include "sql/bind/environment.h"
#include "sql/bind/node_access.h"
#include "sql/bind/table_as.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

// The relation that a statement makes; null when it makes none.
const RangeVar* MadeBy(const Node& node) {
  switch (nodeTag(&node)) {
    case T_CreateStmt:
      return As<CreateStmt>(node).relation;
    case T_CreateSeqStmt:
      return As<CreateSeqStmt>(node).sequence;
    case T_ViewStmt:
      return As<ViewStmt>(node).view;
    case T_CreateTableAsStmt:
      return As<CreateTableAsStmt>(node).into->rel;
    case T_SelectStmt: {
      const IntoClause* into = IntoOf(node);
      return into == nullptr ? nullptr : into->rel;
    }
    default:
      return nullptr;
  }
}

bool IsTemporary(const RangeVar& name) {
  return name.relpersistence == 't' || Text(name.schemaname) == kTemporaryAlias;
}

}  // namespace

base::Oid CreationSchema(const BindEnvironment& environment, std::string_view schema) {
  if (!schema.empty()) {
    const auto found = environment.catalog.FindSchema(schema);
    if (!found) {
      throw Error(sqlstate::kInvalidSchemaName, "schema \"" + std::string(schema) + "\" does not exist");
    }
    if (found->temporary_of && found->oid != environment.temporary_schema) {
      throw Error(sqlstate::kInvalidTableDefinition,
                  "cannot create relations in temporary schemas of other sessions");
    }
    return found->oid;
  }
  for (const base::Oid oid : environment.search_path) {
    if (oid != catalog::kPgCatalogSchema && oid != environment.temporary_schema &&
        environment.catalog.SchemaByOid(oid)) {
      return oid;
    }
  }
  throw Error(sqlstate::kInvalidSchemaName, "no schema has been selected to create in");
}

base::Oid CreationSchema(const BindEnvironment& environment, const RangeVar& name) {
  const std::string schema = Text(name.schemaname);
  if (!IsTemporary(name)) return CreationSchema(environment, schema);
  if (!schema.empty() && schema != kTemporaryAlias &&
      CreationSchema(environment, schema) != environment.temporary_schema) {
    throw Error(sqlstate::kInvalidTableDefinition,
                "cannot create temporary relation in non-temporary schema");
  }
  return environment.temporary_schema;
}

bool MakesTemporary(const Node& node) {
  if (nodeTag(&node) == T_CreateDomainStmt) {
    const std::vector<std::string> names = Names(As<CreateDomainStmt>(node).domainname);
    return names.size() > 1 && names[names.size() - 2] == kTemporaryAlias;
  }
  const RangeVar* made = MadeBy(node);
  return made != nullptr && IsTemporary(*made);
}

}  // namespace ordinal::sql
