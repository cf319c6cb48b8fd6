#include "catalog/roles.h"

#include <set>
#include <vector>

namespace ordinal::catalog {
namespace {

// Walks from a role to the roles of which it is a member, each once. `visit` says whether the walk goes on.
template <typename Visit, typename Follow>
void WalkMemberships(const Catalog& catalog, Oid from, const Follow& follow, const Visit& visit) {
  std::set<Oid> seen{from};
  std::vector<Oid> pending{from};
  while (!pending.empty()) {
    const Oid oid = pending.back();
    pending.pop_back();
    if (!visit(oid)) return;
    const auto role = catalog.RoleByOid(oid);
    if (!role || !follow(*role)) continue;
    for (const RoleMembership& membership : role->member_of) {
      if (seen.insert(membership.role).second) pending.push_back(membership.role);
    }
  }
}

bool Reaches(const Catalog& catalog, Oid member, Oid role, bool inherited_only) {
  bool found = false;
  WalkMemberships(
      catalog, member, [&](const RoleDescriptor& at) { return at.inherit || !inherited_only; },
      [&](Oid at) {
        found |= at == role;
        return !found;
      });
  return found;
}

}  // namespace

bool IsSuperuser(const Catalog& catalog, Oid role) {
  const auto found = catalog.RoleByOid(role);
  return found && found->superuser;
}

bool MayCreateRoles(const Catalog& catalog, Oid role) {
  const auto found = catalog.RoleByOid(role);
  return found && (found->superuser || found->create_role);
}

bool IsListedMember(const Catalog& catalog, Oid member, Oid role) {
  return member == role || Reaches(catalog, member, role, false);
}

bool IsMember(const Catalog& catalog, Oid member, Oid role) {
  return member == role || IsSuperuser(catalog, member) || Reaches(catalog, member, role, false);
}

bool HasPrivilegesOf(const Catalog& catalog, Oid member, Oid role) {
  return member == role || IsSuperuser(catalog, member) || Reaches(catalog, member, role, true);
}

bool MayGrantRole(const Catalog& catalog, Oid member, Oid role) {
  if (IsSuperuser(catalog, member)) return true;
  bool found = false;
  WalkMemberships(
      catalog, member, [](const RoleDescriptor&) { return true; },
      [&](Oid at) {
        const auto through = catalog.RoleByOid(at);
        if (!through) return true;
        for (const RoleMembership& membership : through->member_of) {
          found |= membership.role == role && membership.admin;
        }
        return !found;
      });
  return found;
}

std::string RoleName(const Catalog& catalog, Oid role) {
  const auto found = catalog.RoleByOid(role);
  return found ? found->name : "unknown (OID=" + std::to_string(role) + ")";
}

}  // namespace ordinal::catalog
