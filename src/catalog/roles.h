// Answers who is a member of what, as PostgreSQL's manual, chapter 22, has it. A role that is gone has no
// attributes and no memberships.
#pragma once

#include <string>

#include "catalog/catalog.h"

namespace ordinal::catalog {

bool IsSuperuser(const Catalog& catalog, Oid role);
// A superuser may create roles too.
bool MayCreateRoles(const Catalog& catalog, Oid role);

// Whether `member` is `role`, or a member of it, directly or through others. Superusers are no exception.
bool IsListedMember(const Catalog& catalog, Oid member, Oid role);
// The same, where a superuser counts as a member of every role: what SET ROLE asks.
bool IsMember(const Catalog& catalog, Oid member, Oid role);
// Whether `member` may do what `role` may, without SET ROLE: by memberships of roles that inherit. A
// superuser may do everything.
bool HasPrivilegesOf(const Catalog& catalog, Oid member, Oid role);
// Whether `member` may grant `role`: a superuser may, and who is a member of it WITH ADMIN OPTION.
bool MayGrantRole(const Catalog& catalog, Oid member, Oid role);

// The name, or `unknown (OID=n)` for a role that is gone, as pg_get_userbyid() has it.
std::string RoleName(const Catalog& catalog, Oid role);

}  // namespace ordinal::catalog
