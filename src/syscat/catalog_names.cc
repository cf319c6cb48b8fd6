#include "syscat/catalog_names.h"

#include <algorithm>

#include "catalog/privileges.h"
#include "catalog/roles.h"
#include "types/array.h"

namespace ordinal::syscat {

std::string SchemaName(const catalog::Catalog& catalog, catalog::Oid schema) {
  const catalog::Catalog::SchemaPtr found = catalog.SchemaByOid(schema);
  return found ? found->name : std::to_string(schema);
}

std::string RoleName(const catalog::SessionView& session, catalog::Oid role) {
  return catalog::RoleName(session.catalog(), role);
}

types::Value ShowSettings(const catalog::ParameterSettings& settings) {
  if (settings.empty()) return {};
  std::vector<types::Value> texts;
  for (const auto& [name, value] : settings) texts.push_back(types::Value::String(name + "=" + value));
  return types::MakeArray(types::TypeId::kText, std::move(texts));
}

types::Value ShowAcl(const catalog::Catalog& catalog, const catalog::OptionalAcl& acl) {
  if (!acl) return types::Value::Null();
  std::vector<types::Value> items;
  for (const catalog::AclItem& item : *acl) {
    items.push_back(types::Value::String(catalog::ShowAclItem(catalog, item)));
  }
  return types::MakeArray(types::TypeId::kText, std::move(items));
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

bool IsKey(const catalog::IndexDescriptor& index) { return index.primary || index.is_constraint; }

std::string QuoteName(const std::string& name) {
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; };
  const bool starts_with_digit = !name.empty() && name[0] >= '0' && name[0] <= '9';
  if (!name.empty() && !starts_with_digit && std::all_of(name.begin(), name.end(), plain)) return name;
  std::string quoted = "\"";
  for (const char c : name) {
    if (c == '"') quoted += '"';
    quoted += c;
  }
  return quoted + '"';
}

}  // namespace ordinal::syscat
