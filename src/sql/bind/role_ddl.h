// Says what bound statements about roles hold. Roles are oids; sql/exec checks who may do what.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"

namespace ordinal::sql {

// What CREATE ROLE or ALTER ROLE says; what was not said is nullopt.
struct RoleAttributes {
  std::optional<bool> superuser;
  std::optional<bool> inherit;
  std::optional<bool> create_role;
  std::optional<bool> create_db;
  std::optional<bool> login;
  std::optional<bool> replication;
  std::optional<bool> bypass_rls;
  std::optional<std::int32_t> connection_limit;
  std::optional<std::optional<std::string>> password;  // as it was given; inner nullopt for NULL
  std::optional<std::int64_t> valid_until;             // since 2000-01-01 UTC, in microseconds
};

struct CreateRole {
  std::string name;
  RoleAttributes attributes;
  std::vector<base::Oid> in_roles;  // IN ROLE: the new role becomes a member of these
  std::vector<base::Oid> members;   // ROLE: these become members of it
  std::vector<base::Oid> admins;    // ADMIN: the same, WITH ADMIN OPTION
};

struct AlterRole {
  base::Oid role = 0;
  RoleAttributes attributes;
  // ALTER GROUP ADD USER, or DROP USER.
  std::vector<base::Oid> members;
  bool adds_members = true;
};

// ALTER ROLE or ALTER DATABASE ... SET, and RESET.
struct AlterSettings {
  base::Oid role = 0;                // 0: all roles, or the database's own
  bool in_database = false;          // IN DATABASE
  bool of_database = false;          // ALTER DATABASE
  std::string parameter;             // empty: RESET ALL
  std::optional<std::string> value;  // nullopt: RESET
  bool from_current = false;         // FROM CURRENT: the session knows the value
};

struct DropRoles {
  std::vector<base::Oid> roles;
};

struct RenameRole {
  base::Oid role = 0;
  std::string name;
};

// GRANT role TO role, or REVOKE.
struct GrantRoles {
  std::vector<base::Oid> roles;
  std::vector<base::Oid> members;
  bool grant = true;
  bool admin_option = false;         // WITH ADMIN OPTION, or REVOKE ADMIN OPTION FOR
  std::optional<base::Oid> grantor;  // GRANTED BY
};

struct ReassignOwned {
  std::vector<base::Oid> from;
  base::Oid to = 0;
};

struct DropOwned {
  std::vector<base::Oid> roles;
  bool cascade = false;
};

}  // namespace ordinal::sql
