#include "syscat/catalog_names.h"

#include <algorithm>

namespace ordinal::syscat {

std::string SchemaName(const catalog::Catalog& catalog, catalog::Oid schema) {
  const catalog::Catalog::SchemaPtr found = catalog.SchemaByOid(schema);
  return found ? found->name : std::to_string(schema);
}

std::string RoleName(const catalog::SessionView& session, catalog::Oid role) {
  return role == catalog::kAdminRole ? session.user_name() : "unknown (OID=" + std::to_string(role) + ")";
}

catalog::Oid CollationOf(types::TypeId type) {
  switch (type) {
    case types::TypeId::kText:
    case types::TypeId::kVarchar:
    case types::TypeId::kBpchar:
      return kDefaultCollation;
    case types::TypeId::kName:
      return kCCollation;
    default:
      return base::kInvalidOid;
  }
}

bool IsSystemSchema(catalog::Oid schema) {
  return schema == catalog::kPgCatalogSchema || schema == catalog::kInformationSchema ||
         schema == catalog::kSysSchema;
}

std::size_t LiveColumns(const catalog::TableDescriptor& table) {
  return static_cast<std::size_t>(std::count_if(table.columns.begin(), table.columns.end(),
                                                [](const auto& column) { return !column.dropped; }));
}

}  // namespace ordinal::syscat
