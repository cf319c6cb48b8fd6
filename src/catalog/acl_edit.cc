// Changes lists of privileges.
#include <algorithm>
#include <bit>
#include <utility>
#include <vector>

#include "base/error.h"
#include "catalog/privileges.h"
#include "catalog/roles.h"

namespace ordinal::catalog {
namespace {

using base::Error;
namespace sqlstate = base::sqlstate;

struct Letter {
  Privileges privilege;
  char letter;
  std::string_view name;
};

// In the order in which aclitem shows them.
constexpr Letter kLetters[] = {
    {kInsertPrivilege, 'a', "INSERT"},       {kSelectPrivilege, 'r', "SELECT"},
    {kUpdatePrivilege, 'w', "UPDATE"},       {kDeletePrivilege, 'd', "DELETE"},
    {kTruncatePrivilege, 'D', "TRUNCATE"},   {kReferencesPrivilege, 'x', "REFERENCES"},
    {kTriggerPrivilege, 't', "TRIGGER"},     {kExecutePrivilege, 'X', "EXECUTE"},
    {kUsagePrivilege, 'U', "USAGE"},         {kCreatePrivilege, 'C', "CREATE"},
    {kTemporaryPrivilege, 'T', "TEMPORARY"}, {kConnectPrivilege, 'c', "CONNECT"},
};

// What exactly this role may grant, memberships left aside.
Privileges OwnOptions(Oid role, const Acl& acl, Oid owner) {
  if (role == owner) return ~Privileges{0};
  Privileges options = 0;
  for (const AclItem& item : acl) {
    if (item.grantee == role) options |= item.grantable;
  }
  return options;
}

// What the role may grant, memberships included, whether it is a superuser or not.
Privileges OptionsOf(const Catalog& catalog, Oid role, const Acl& acl, Oid owner) {
  Privileges options = 0;
  if (HasPrivilegesOf(catalog, role, owner)) return ~Privileges{0};
  for (const AclItem& item : acl) {
    if (item.grantee != kPublicGrantee && HasPrivilegesOf(catalog, role, item.grantee)) {
      options |= item.grantable;
    }
  }
  return options;
}

Acl::iterator FindItem(Acl& acl, const AclItem& like) {
  return std::find_if(acl.begin(), acl.end(), [&like](const AclItem& item) {
    return item.grantee == like.grantee && item.grantor == like.grantor;
  });
}

Acl RevokePassedOn(const Catalog& catalog, Acl acl, Oid grantee, Privileges lost, Oid owner, bool cascade) {
  if (grantee == owner) return acl;
  lost &= ~OptionsOf(catalog, grantee, acl, owner);
  while (lost != 0) {
    const auto passed = std::find_if(acl.begin(), acl.end(), [&](const AclItem& item) {
      return item.grantor == grantee && (item.privileges & lost) != 0;
    });
    if (passed == acl.end()) return acl;
    if (!cascade) {
      throw Error(sqlstate::kDependentObjectsStillExist, "dependent privileges exist")
          .Hint("Use CASCADE to revoke them too.");
    }
    acl = Revoke(catalog, std::move(acl), {passed->grantee, grantee, lost, lost}, owner, cascade);
  }
  return acl;
}

// A grant option must not be given back to whom the grantor has it from.
void CheckNoCircle(const Catalog& catalog, Acl acl, const AclItem& change, Oid owner) {
  if (change.grantor == owner) return;
  while (true) {
    const auto found = std::find_if(acl.begin(), acl.end(), [&](const AclItem& item) {
      return item.grantee == change.grantee && item.grantable != 0;
    });
    if (found == acl.end()) break;
    acl = Revoke(catalog, acl, {found->grantee, found->grantor, 0, found->grantable}, owner, true);
  }
  if ((change.grantable & ~OptionsOf(catalog, change.grantor, acl, owner)) != 0) {
    throw Error(sqlstate::kInvalidGrantOperation, "grant options cannot be granted back to your own grantor");
  }
}

std::string ShownRole(const Catalog& catalog, Oid role) {
  if (role == kPublicGrantee) return "";
  const auto found = catalog.RoleByOid(role);
  if (!found) return std::to_string(role);
  const bool plain = std::all_of(found->name.begin(), found->name.end(),
                                 [](unsigned char c) { return std::isalnum(c) != 0 || c == '_'; });
  if (plain) return found->name;
  std::string quoted = "\"";
  for (const char c : found->name) quoted += c == '"' ? "\"\"" : std::string(1, c);
  return quoted + "\"";
}

}  // namespace

Grantor BestGrantor(const Catalog& catalog, Oid role, Privileges wanted, const Acl& acl, Oid owner) {
  if (role == owner || IsSuperuser(catalog, role)) return {owner, wanted};
  Grantor best{role, OwnOptions(role, acl, owner) & wanted};
  if (best.grantable == wanted) return best;
  for (const auto& other : catalog.Roles()) {
    if (other->oid == role || !HasPrivilegesOf(catalog, role, other->oid)) continue;
    const Privileges options = OwnOptions(other->oid, acl, owner) & wanted;
    if (std::popcount(options) > std::popcount(best.grantable)) best = {other->oid, options};
  }
  return best;
}

Acl Grant(const Catalog& catalog, Acl acl, const AclItem& change, Oid owner) {
  if (change.grantable != 0) CheckNoCircle(catalog, acl, change, owner);
  const auto item = FindItem(acl, change);
  if (item == acl.end()) {
    if ((change.privileges | change.grantable) != 0) acl.push_back(change);
    return acl;
  }
  item->privileges |= change.privileges;
  item->grantable |= change.grantable;
  return acl;
}

Acl Revoke(const Catalog& catalog, Acl acl, const AclItem& change, Oid owner, bool cascade) {
  const auto item = FindItem(acl, change);
  if (item == acl.end()) return acl;
  const Privileges lost = item->grantable & change.grantable;
  item->privileges &= ~change.privileges;
  item->grantable &= ~change.grantable;
  if (item->privileges == 0 && item->grantable == 0) acl.erase(item);
  if (lost == 0) return acl;
  return RevokePassedOn(catalog, std::move(acl), change.grantee, lost, owner, cascade);
}

Acl WithOwner(const Acl& acl, Oid old_owner, Oid new_owner) {
  Acl changed;
  for (AclItem item : acl) {
    if (item.grantee == old_owner) item.grantee = new_owner;
    if (item.grantor == old_owner) item.grantor = new_owner;
    const auto same = FindItem(changed, item);
    if (same == changed.end()) {
      changed.push_back(item);
    } else {
      same->privileges |= item.privileges;
      same->grantable |= item.grantable;
    }
  }
  return changed;
}

Acl Merge(const Catalog& catalog, Acl acl, const Acl& more, Oid owner) {
  for (const AclItem& item : more) acl = Grant(catalog, std::move(acl), item, owner);
  return acl;
}

OptionalAcl WithoutRole(const OptionalAcl& acl, Oid role) {
  if (!acl) return acl;
  Acl kept;
  for (const AclItem& item : *acl) {
    if (item.grantee != role && item.grantor != role) kept.push_back(item);
  }
  return kept;
}

bool Mentions(const OptionalAcl& acl, Oid role) {
  return acl && std::any_of(acl->begin(), acl->end(), [role](const AclItem& item) {
           return item.grantee == role || item.grantor == role;
         });
}

bool SameAcl(const Acl& left, const Acl& right) {
  return left.size() == right.size() && std::is_permutation(left.begin(), left.end(), right.begin());
}

std::string ShowAclItem(const Catalog& catalog, const AclItem& item) {
  std::string text = ShownRole(catalog, item.grantee) + "=";
  for (const Letter& letter : kLetters) {
    if ((item.privileges & letter.privilege) != 0) text += letter.letter;
    if ((item.grantable & letter.privilege) != 0) text += '*';
  }
  return text + "/" + ShownRole(catalog, item.grantor);
}

std::string_view PrivilegeName(Privileges privilege) {
  for (const Letter& letter : kLetters) {
    if (letter.privilege == privilege) return letter.name;
  }
  return "";
}

Privileges PrivilegeNamed(std::string_view word) {
  if (word == "TEMP") return kTemporaryPrivilege;
  for (const Letter& letter : kLetters) {
    if (letter.name == word) return letter.privilege;
  }
  return 0;
}

}  // namespace ordinal::catalog
