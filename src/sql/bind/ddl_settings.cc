// Binds ALTER ROLE ... SET and ALTER DATABASE ... SET, and the SET of functions. Whether there is such a
// parameter, and what values it takes, is the matter of the session.
#include <string>
#include <utility>

#include "base/error.h"
#include "sql/bind/ddl_binder.h"
#include "sql/bind/node_access.h"
#include "sql/bind/utility.h"

namespace ordinal::sql {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

}  // namespace

void DdlBinder::ReadSetting(const VariableSetStmt& set, AlterSettings& bound) const {
  bound.parameter = Text(set.name);
  if (set.kind == VAR_SET_MULTI) {
    throw Error(sqlstate::kUndefinedObject,
                "unrecognized configuration parameter \"" + bound.parameter + "\"");
  }
  if (set.kind == VAR_SET_CURRENT) {
    bound.from_current = true;
  } else if (set.kind == VAR_SET_VALUE) {
    bound.value = ReadUtility(reinterpret_cast<const Node&>(set), tree_).value;
  }
}

void DdlBinder::CheckDatabase(const std::string& name) const {
  if (name == environment_.context.DatabaseName()) return;
  throw Error(sqlstate::kInvalidCatalogName, "database \"" + name + "\" does not exist");
}

void DdlBinder::BindRoleSettings(const AlterRoleSetStmt& alter) {
  ddl_.tag = "ALTER ROLE";
  AlterSettings bound;
  bound.in_database = alter.database != nullptr;
  if (alter.role != nullptr) bound.role = RoleOf(*alter.role);
  if (bound.in_database) CheckDatabase(alter.database);
  ReadSetting(*alter.setstmt, bound);
  ddl_.statement = std::move(bound);
}

void DdlBinder::BindDatabaseSettings(const AlterDatabaseSetStmt& alter) {
  ddl_.tag = "ALTER DATABASE";
  environment_.profile.CheckAllowed(dialect::Feature::kStatement, "AlterDatabaseSet");
  CheckDatabase(alter.dbname);
  AlterSettings bound;
  bound.of_database = true;
  ReadSetting(*alter.setstmt, bound);
  ddl_.statement = std::move(bound);
}

}  // namespace ordinal::sql
