#include "catalog/privileges.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "catalog/roles.h"
#include "catalog/virtual_table.h"

namespace ordinal::catalog {
namespace {

constexpr Privileges kRelationPrivileges = kInsertPrivilege | kSelectPrivilege | kUpdatePrivilege |
                                           kDeletePrivilege | kTruncatePrivilege | kReferencesPrivilege |
                                           kTriggerPrivilege;
constexpr Privileges kColumnPrivileges =
    kInsertPrivilege | kSelectPrivilege | kUpdatePrivilege | kReferencesPrivilege;

constexpr std::string_view kSecretRelations[] = {"pg_authid", "pg_shadow"};

// What PUBLIC has without any GRANT.
Privileges PublicPrivileges(AclKind kind) {
  switch (kind) {
    case AclKind::kDatabase:
      return kTemporaryPrivilege | kConnectPrivilege;
    case AclKind::kFunction:
      return kExecutePrivilege;
    case AclKind::kType:
      return kUsagePrivilege;
    default:
      return 0;
  }
}

bool IsSecret(const VirtualTable& relation) {
  return std::find(std::begin(kSecretRelations), std::end(kSecretRelations), relation.name()) !=
         std::end(kSecretRelations);
}

struct Held {
  Privileges privileges = 0;
  Privileges grantable = 0;
};

// What the list gives a role, memberships included. Superusers are the caller's matter.
Held HeldIn(const Catalog& catalog, Oid role, const Acl& acl, Oid owner) {
  Held held;
  if (HasPrivilegesOf(catalog, role, owner)) held.grantable = ~Privileges{0};
  for (const AclItem& item : acl) {
    if (item.grantee != kPublicGrantee && !HasPrivilegesOf(catalog, role, item.grantee)) continue;
    held.privileges |= item.privileges;
    held.grantable |= item.grantable;
  }
  return held;
}

}  // namespace

Privileges AllPrivileges(AclKind kind) {
  switch (kind) {
    case AclKind::kRelation:
      return kRelationPrivileges;
    case AclKind::kColumn:
      return kColumnPrivileges;
    case AclKind::kSequence:
      return kUsagePrivilege | kSelectPrivilege | kUpdatePrivilege;
    case AclKind::kDatabase:
      return kCreatePrivilege | kTemporaryPrivilege | kConnectPrivilege;
    case AclKind::kFunction:
      return kExecutePrivilege;
    case AclKind::kType:
      return kUsagePrivilege;
    case AclKind::kSchema:
      break;
  }
  return kUsagePrivilege | kCreatePrivilege;
}

Acl DefaultAcl(AclKind kind, Oid owner) {
  Acl acl;
  if (kind == AclKind::kColumn) return acl;
  if (const Privileges open = PublicPrivileges(kind); open != 0) {
    acl.push_back({kPublicGrantee, owner, open, 0});
  }
  acl.push_back({owner, owner, AllPrivileges(kind), 0});
  return acl;
}

Acl AclOf(const Securable& object) {
  return object.acl != nullptr && *object.acl ? **object.acl : DefaultAcl(object.kind, object.owner);
}

Privileges PrivilegesOf(const Catalog& catalog, Oid role, const Securable& object) {
  const Privileges all = AllPrivileges(object.kind);
  if (IsSuperuser(catalog, role)) return all;
  return HeldIn(catalog, role, AclOf(object), object.owner).privileges & all;
}

Privileges GrantableBy(const Catalog& catalog, Oid role, const Securable& object) {
  const Privileges all = AllPrivileges(object.kind);
  if (IsSuperuser(catalog, role)) return all;
  return HeldIn(catalog, role, AclOf(object), object.owner).grantable & all;
}

std::optional<Securable> SecurableOf(const Catalog::Relation& relation) {
  if (relation.table) return Securable{AclKind::kRelation, relation.table->owner, &relation.table->acl};
  if (relation.view) return Securable{AclKind::kRelation, relation.view->owner, &relation.view->acl};
  if (relation.sequence) {
    return Securable{AclKind::kSequence, relation.sequence->owner, &relation.sequence->acl};
  }
  return std::nullopt;
}

std::optional<Securable> SecurableOf(const Catalog::Relation& relation, AttributeNumber number) {
  if (number <= 0) return std::nullopt;
  if (relation.table) {
    const ColumnDescriptor* column = relation.table->ColumnByNumber(number);
    if (column == nullptr || column->dropped) return std::nullopt;
    return Securable{AclKind::kColumn, relation.table->owner, &column->acl};
  }
  if (relation.view && static_cast<std::size_t>(number) <= relation.view->columns.size()) {
    const ViewColumn& column = relation.view->columns[static_cast<std::size_t>(number - 1)];
    return Securable{AclKind::kColumn, relation.view->owner, &column.acl};
  }
  return std::nullopt;
}

Securable SecurableOf(const FunctionDescriptor& function) {
  return {AclKind::kFunction, function.owner, &function.acl};
}

Securable SecurableOf(const SchemaDescriptor& schema) {
  return {AclKind::kSchema, schema.owner, &schema.acl};
}

Securable SecurableOf(const DatabaseDescriptor& database) {
  return {AclKind::kDatabase, database.owner, &database.acl};
}

Securable SecurableOf(const DomainDescriptor& domain) { return {AclKind::kType, domain.owner, &domain.acl}; }

Acl AclOfBuiltInType(const Catalog& catalog, types::TypeId type) {
  // An array has the privileges of its elements.
  const types::TypeId element = types::ElementType(type);
  const bool is_vector = types::InfoOf(type).name[0] != '_';
  const types::TypeId own = element != types::TypeId::kInvalid && !is_vector ? element : type;
  const auto& changed = catalog.database().system_acls;
  const auto found = changed.find(static_cast<Oid>(own));
  return found != changed.end() ? found->second : DefaultAcl(AclKind::kType, kAdminRole);
}

Acl AclOfSystemRelation(const Catalog& catalog, const VirtualTable& relation) {
  const auto& changed = catalog.database().system_acls;
  const auto found = changed.find(relation.oid());
  if (found != changed.end()) return found->second;
  Acl acl = DefaultAcl(AclKind::kRelation, kAdminRole);
  if (!IsSecret(relation)) acl.push_back({kPublicGrantee, kAdminRole, kSelectPrivilege, 0});
  return acl;
}

Acl AclOfSequenceColumn(const SequenceDescriptor& sequence, AttributeNumber column) {
  const auto found = sequence.column_acls.find(column);
  return found != sequence.column_acls.end() ? found->second : Acl{};
}

Privileges RelationPrivileges(const Catalog& catalog, Oid role, const Catalog::Relation& relation) {
  const auto object = SecurableOf(relation);
  Privileges held = 0;
  if (object) {
    held = PrivilegesOf(catalog, role, *object);
  } else if (relation.virtual_table != nullptr) {
    if (IsSuperuser(catalog, role)) return kRelationPrivileges;
    // Whatever was granted, only superusers may change a system relation.
    constexpr Privileges kHarmless = kSelectPrivilege | kReferencesPrivilege | kTriggerPrivilege;
    held =
        HeldIn(catalog, role, AclOfSystemRelation(catalog, *relation.virtual_table), kAdminRole).privileges &
        kHarmless;
    if (IsSecret(*relation.virtual_table)) return held;
  } else if (relation.index_of) {
    // An index bears the privileges of nobody; only its owner does anything with it.
    held = HasPrivilegesOf(catalog, role, relation.index_of->owner) ? kRelationPrivileges : 0;
  }
  if ((held & kSelectPrivilege) == 0 && HasPrivilegesOf(catalog, role, kReadAllDataRole)) {
    held |= kSelectPrivilege;
  }
  constexpr Privileges kWriting = kInsertPrivilege | kUpdatePrivilege | kDeletePrivilege;
  if (!relation.virtual_table && (held & kWriting) != kWriting &&
      HasPrivilegesOf(catalog, role, kWriteAllDataRole)) {
    held |= kWriting;
  }
  return held;
}

Privileges ColumnPrivileges(const Catalog& catalog, Oid role, const Catalog::Relation& relation,
                            AttributeNumber column) {
  const Privileges held = RelationPrivileges(catalog, role, relation);
  if (relation.sequence) {
    const Acl acl = AclOfSequenceColumn(*relation.sequence, column);
    return held | HeldIn(catalog, role, acl, relation.sequence->owner).privileges;
  }
  const auto part = SecurableOf(relation, column);
  if (!part || !*part->acl) return held;
  return held | HeldIn(catalog, role, **part->acl, part->owner).privileges;
}

Privileges SchemaPrivileges(const Catalog& catalog, Oid role, const SchemaDescriptor& schema) {
  Privileges held = PrivilegesOf(catalog, role, SecurableOf(schema));
  if ((held & kUsagePrivilege) == 0 && (HasPrivilegesOf(catalog, role, kReadAllDataRole) ||
                                        HasPrivilegesOf(catalog, role, kWriteAllDataRole))) {
    held |= kUsagePrivilege;
  }
  return held;
}

OptionalAcl InitialAcl(const Catalog& catalog, AclKind kind, Oid owner, Oid schema) {
  const DefaultPrivileges* global = nullptr;
  const DefaultPrivileges* local = nullptr;
  const auto all = catalog.AllDefaultPrivileges();
  for (const auto& defaults : all) {
    if (defaults->role != owner || defaults->kind != kind) continue;
    if (defaults->schema_limit == 0) global = defaults.get();
    if (defaults->schema_limit != 0 && defaults->schema_limit == schema) local = defaults.get();
  }
  if (global == nullptr && local == nullptr) return std::nullopt;
  const Acl otherwise = DefaultAcl(kind, owner);
  Acl acl = global != nullptr ? global->acl : otherwise;
  if (local != nullptr) acl = Merge(catalog, std::move(acl), local->acl, owner);
  if (SameAcl(acl, otherwise)) return std::nullopt;
  return acl;
}

}  // namespace ordinal::catalog
