// Says who may do what with an object: what GRANT gives. A list that is absent means the defaults of
// PostgreSQL's manual, section 5.7: all to the owner, and to PUBLIC what the kind of object gives.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "base/ids.h"

namespace ordinal::catalog {

// A set of privileges, with the bits of PostgreSQL's AclMode.
using Privileges = std::uint32_t;
inline constexpr Privileges kInsertPrivilege = 1U << 0;
inline constexpr Privileges kSelectPrivilege = 1U << 1;
inline constexpr Privileges kUpdatePrivilege = 1U << 2;
inline constexpr Privileges kDeletePrivilege = 1U << 3;
inline constexpr Privileges kTruncatePrivilege = 1U << 4;
inline constexpr Privileges kReferencesPrivilege = 1U << 5;
inline constexpr Privileges kTriggerPrivilege = 1U << 6;
inline constexpr Privileges kExecutePrivilege = 1U << 7;
inline constexpr Privileges kUsagePrivilege = 1U << 8;
inline constexpr Privileges kCreatePrivilege = 1U << 9;
inline constexpr Privileges kTemporaryPrivilege = 1U << 10;
inline constexpr Privileges kConnectPrivilege = 1U << 11;

inline constexpr base::Oid kPublicGrantee = base::kInvalidOid;

// What one role gave another one. There is at most one item for each pair in a list.
struct AclItem {
  base::Oid grantee = kPublicGrantee;
  base::Oid grantor = 0;
  Privileges privileges = 0;
  Privileges grantable = 0;  // those of them WITH GRANT OPTION
  friend bool operator==(const AclItem&, const AclItem&) = default;
};

using Acl = std::vector<AclItem>;
using OptionalAcl = std::optional<Acl>;

// The kinds of objects that privileges are about, with the letters of pg_default_acl.
enum class AclKind : char {
  kRelation = 'r',
  kSequence = 'S',
  kFunction = 'f',
  kType = 'T',
  kSchema = 'n',
  kColumn = 'c',
  kDatabase = 'd',
};

}  // namespace ordinal::catalog
