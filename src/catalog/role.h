// Describes a role: a user, a group, or both.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/ids.h"

namespace ordinal::catalog {

// Roles that every database has, with PostgreSQL's numbers.
inline constexpr base::Oid kAdminRole = 10;  // the bootstrap role, named admin unless renamed
inline constexpr base::Oid kReadAllDataRole = 6181;
inline constexpr base::Oid kWriteAllDataRole = 6182;

// A role of which another one is a member: what GRANT role TO role makes.
struct RoleMembership {
  base::Oid role = 0;
  base::Oid grantor = 0;
  bool admin = false;  // WITH ADMIN OPTION
  friend bool operator==(const RoleMembership&, const RoleMembership&) = default;
};

// An identity of AWS that may be the role: what AWS IAM GRANT makes.
struct IamMapping {
  base::Oid oid = 0;
  std::string arn;
  base::Oid grantor = 0;
  friend bool operator==(const IamMapping&, const IamMapping&) = default;
};

// What a session begins with, or a function runs with: names of parameters and their values, in the order in
// which they were set.
using ParameterSettings = std::vector<std::pair<std::string, std::string>>;

struct RoleDescriptor {
  base::Oid oid = 0;
  std::string name;
  bool superuser = false;
  bool inherit = true;
  bool create_role = false;
  bool create_db = false;
  bool login = false;
  bool replication = false;
  bool bypass_rls = false;
  std::int32_t connection_limit = -1;            // -1: none
  std::optional<std::string> password = {};      // a verifier, never a password: see auth/verifier.h
  std::optional<std::int64_t> valid_until = {};  // since 2000-01-01 UTC, in microseconds, as timestamptz
  std::vector<RoleMembership> member_of = {};    // in the order in which they were granted
  std::string comment = {};
  std::vector<IamMapping> iam_mappings = {};  // in the order in which they were granted
  ParameterSettings settings = {};            // ALTER ROLE ... SET
  ParameterSettings database_settings = {};   // the same with IN DATABASE
};

}  // namespace ordinal::catalog
