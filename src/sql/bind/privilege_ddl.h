// Says what bound GRANT, REVOKE and ALTER DEFAULT PRIVILEGES hold.
#pragma once

#include <string>
#include <vector>

#include "base/ids.h"
#include "catalog/acl.h"

namespace ordinal::sql {

// GRANT or REVOKE of privileges on objects of one kind.
struct GrantPrivileges {
  // SELECT (a, b): what is given on some columns of each table.
  struct OnColumns {
    catalog::Privileges privileges = 0;
    bool all = false;  // ALL (a, b)
    std::vector<std::string> columns;
  };
  bool grant = true;
  bool option = false;  // WITH GRANT OPTION, or REVOKE GRANT OPTION FOR
  bool cascade = false;
  catalog::AclKind kind = catalog::AclKind::kRelation;
  std::vector<base::Oid> objects;
  bool all = false;  // ALL PRIVILEGES
  catalog::Privileges privileges = 0;
  std::vector<OnColumns> on_columns;
  std::vector<base::Oid> grantees;  // kPublicGrantee for PUBLIC
};

struct AlterDefaultPrivileges {
  std::vector<base::Oid> roles;    // whose objects
  std::vector<base::Oid> schemas;  // empty: in all
  GrantPrivileges grant;           // without objects
};

}  // namespace ordinal::sql
