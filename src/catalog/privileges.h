// Answers who may do what with which object, and computes what GRANT and REVOKE make of a list of privileges:
// PostgreSQL's manual, section 5.7, and its rules about grant options.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "catalog/catalog.h"

namespace ordinal::catalog {

// What privileges are about. `acl` outlives it.
struct Securable {
  AclKind kind = AclKind::kRelation;
  Oid owner = kAdminRole;
  const OptionalAcl* acl = nullptr;
};

// All privileges that objects of the kind have.
Privileges AllPrivileges(AclKind kind);
// What stands for a list that is absent.
Acl DefaultAcl(AclKind kind, Oid owner);
Acl AclOf(const Securable& object);

// The privileges that the role has, by itself, by PUBLIC, as the owner, or by memberships that it inherits. A
// superuser has all.
Privileges PrivilegesOf(const Catalog& catalog, Oid role, const Securable& object);
// Those that it may grant.
Privileges GrantableBy(const Catalog& catalog, Oid role, const Securable& object);

// The parts of a relation, or of one of its columns, that privileges are about. nullopt for an index, a
// system view, and a column that is not there.
std::optional<Securable> SecurableOf(const Catalog::Relation& relation);
std::optional<Securable> SecurableOf(const Catalog::Relation& relation, AttributeNumber column);
Securable SecurableOf(const FunctionDescriptor& function);
Securable SecurableOf(const SchemaDescriptor& schema);
Securable SecurableOf(const DatabaseDescriptor& database);
Securable SecurableOf(const DomainDescriptor& domain);
// What the lists of built-in types and of system relations say; the bootstrap role owns them.
Acl AclOfBuiltInType(const Catalog& catalog, types::TypeId type);
Acl AclOfSystemRelation(const Catalog& catalog, const VirtualTable& relation);
// Of a column of a sequence, which may only be read; empty where nothing was granted.
Acl AclOfSequenceColumn(const SequenceDescriptor& sequence, AttributeNumber column);

// What a role may do with a relation of any kind, system views included; pg_read_all_data and
// pg_write_all_data count.
Privileges RelationPrivileges(const Catalog& catalog, Oid role, const Catalog::Relation& relation);
// What it may do with the column, by a privilege on the column itself or on the whole relation.
Privileges ColumnPrivileges(const Catalog& catalog, Oid role, const Catalog::Relation& relation,
                            AttributeNumber column);
Privileges SchemaPrivileges(const Catalog& catalog, Oid role, const SchemaDescriptor& schema);
inline bool MayUseSchema(const Catalog& catalog, Oid role, const SchemaDescriptor& schema) {
  return (SchemaPrivileges(catalog, role, schema) & kUsagePrivilege) != 0;
}

// The privileges that an object has when a role makes it in a schema, as ALTER DEFAULT PRIVILEGES has it;
// absent when that is the default of its kind.
OptionalAcl InitialAcl(const Catalog& catalog, AclKind kind, Oid owner, Oid schema);

// Who grants or revokes when `role` says so, and which of the privileges he may: the owner for himself and
// for superusers, else the role of which `role` is a member that may grant the most.
struct Grantor {
  Oid role = 0;
  Privileges grantable = 0;
};
Grantor BestGrantor(const Catalog& catalog, Oid role, Privileges wanted, const Acl& acl, Oid owner);

// Adds what `change` says. Throws 0LP01 when an option would come back to who gave it.
Acl Grant(const Catalog& catalog, Acl acl, const AclItem& change, Oid owner);
// Takes away what `change` says, and what its grantee has passed on; throws 2BP01 when there is such, unless
// `cascade`.
Acl Revoke(const Catalog& catalog, Acl acl, const AclItem& change, Oid owner, bool cascade);
// What the list says once an owner has handed the object on.
Acl WithOwner(const Acl& acl, Oid old_owner, Oid new_owner);
// Adds all items of the second list.
Acl Merge(const Catalog& catalog, Acl acl, const Acl& more, Oid owner);
// The list without items of the role; absent stays absent.
OptionalAcl WithoutRole(const OptionalAcl& acl, Oid role);
bool Mentions(const OptionalAcl& acl, Oid role);
// Whether two lists say the same, in any order.
bool SameAcl(const Acl& left, const Acl& right);

// As aclitem shows it: grantee=privileges/grantor.
std::string ShowAclItem(const Catalog& catalog, const AclItem& item);
// The word of GRANT for a privilege, such as SELECT; REQUIRES exactly one.
std::string_view PrivilegeName(Privileges privilege);
// 0 when there is no such word. Upper case is wanted.
Privileges PrivilegeNamed(std::string_view word);

}  // namespace ordinal::catalog
