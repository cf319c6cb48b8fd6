#include "sql/bind/access.h"

#include <algorithm>
#include <string>

#include "catalog/privileges.h"
#include "catalog/roles.h"
#include "catalog/virtual_table.h"

namespace ordinal::sql {
namespace {

using base::Error;
using catalog::Privileges;
namespace sqlstate = base::sqlstate;

using Columns = std::set<base::AttributeNumber>;

int ColumnCount(const catalog::Catalog::Relation& relation) {
  if (relation.table) return static_cast<int>(relation.table->columns.size());
  if (relation.sequence) return 3;  // last_value, log_cnt, is_called
  return relation.view ? static_cast<int>(relation.view->columns.size()) : 0;
}

// Whether the columns give what the whole relation does not.
bool ColumnsPermit(const catalog::Catalog& catalog, base::Oid role,
                   const catalog::Catalog::Relation& relation, Privileges privilege, const Columns& columns) {
  const auto permits = [&](base::AttributeNumber column) {
    return (catalog::ColumnPrivileges(catalog, role, relation, column) & privilege) != 0;
  };
  if (!columns.empty()) return std::all_of(columns.begin(), columns.end(), permits);
  for (int number = 1; number <= ColumnCount(relation); ++number) {
    if (permits(static_cast<base::AttributeNumber>(number))) return true;
  }
  return false;
}

bool IsPermitted(const catalog::Catalog& catalog, base::Oid role, const RelationAccess& access) {
  if (const auto function = catalog.FunctionByOid(access.relation)) {
    return (access.required & ~catalog::PrivilegesOf(catalog, role, catalog::SecurableOf(*function))) == 0;
  }
  const auto relation = catalog.RelationByOid(access.relation);
  const Privileges missing = access.required & ~catalog::RelationPrivileges(catalog, role, relation);
  if (missing == 0) return true;
  constexpr Privileges kByColumn =
      catalog::kSelectPrivilege | catalog::kInsertPrivilege | catalog::kUpdatePrivilege;
  if ((missing & ~kByColumn) != 0) return false;
  const auto fits = [&](Privileges privilege, const Columns& columns) {
    return (missing & privilege) == 0 || ColumnsPermit(catalog, role, relation, privilege, columns);
  };
  return fits(catalog::kSelectPrivilege, access.selected) &&
         fits(catalog::kInsertPrivilege, access.inserted) && fits(catalog::kUpdatePrivilege, access.updated);
}

Error DenialOf(const catalog::FunctionDescriptor& function) {
  const char* kind = function.is_procedure ? "procedure " : "function ";
  return Error(sqlstate::kInsufficientPrivilege,
               std::string("permission denied for ") + kind + function.name);
}

Error DenialOf(const catalog::Catalog::Relation& relation) {
  std::string what;
  if (relation.table) what = "table " + relation.table->name;
  if (relation.view) what = "view " + relation.view->name;
  if (relation.sequence) what = "sequence " + relation.sequence->name;
  if (relation.virtual_table != nullptr) {
    // pg_authid is the one catalog among those that are not for everybody.
    const std::string& name = relation.virtual_table->name();
    what = (name == "pg_authid" ? "table " : "view ") + name;
  }
  return Error(sqlstate::kInsufficientPrivilege, "permission denied for " + what);
}

}  // namespace

std::optional<Error> FindDenial(const catalog::Catalog& catalog, base::Oid role,
                                std::span<const RelationAccess> accesses) {
  for (const RelationAccess& access : accesses) {
    const base::Oid as_role = access.as_role == 0 ? role : access.as_role;
    if (IsPermitted(catalog, as_role, access)) continue;
    if (const auto function = catalog.FunctionByOid(access.relation)) return DenialOf(*function);
    return DenialOf(catalog.RelationByOid(access.relation));
  }
  return std::nullopt;
}

void CheckSchemaUse(const catalog::Catalog& catalog, base::Oid role,
                    const catalog::SchemaDescriptor& schema) {
  if (catalog::MayUseSchema(catalog, role, schema)) return;
  throw Error(sqlstate::kInsufficientPrivilege, "permission denied for schema " + schema.name);
}

}  // namespace ordinal::sql
