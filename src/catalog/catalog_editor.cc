#include <utility>

#include "base/bytes.h"
#include "base/check.h"
#include "catalog/catalog.h"
#include "keys/key_space.h"

namespace ordinal::catalog {
namespace {

constexpr Oid kNoSchema = base::kInvalidOid;
constexpr Oid kNoOwner = base::kInvalidOid;
// Tables, indexes, sequences and views share one name space; domains, schemas, roles and
// extended statistics have their own.
constexpr char kRelationKind = 'r';
constexpr char kTypeKind = 't';
constexpr char kSchemaKind = 's';
constexpr char kRoleKind = 'u';
constexpr char kFunctionKind = 'f';
constexpr char kDefaultPrivilegesKind = 'd';
constexpr char kExtendedStatisticsKind = 'x';

std::map<std::string, Oid> NamesOf(const Descriptor& descriptor) {
  if (const auto* schema = std::get_if<SchemaDescriptor>(&descriptor)) {
    return {{keys::NameKey(kNoSchema, kSchemaKind, schema->name), schema->oid}};
  }
  if (const auto* role = std::get_if<RoleDescriptor>(&descriptor)) {
    return {{keys::NameKey(kNoSchema, kRoleKind, role->name), role->oid}};
  }
  if (std::holds_alternative<DatabaseDescriptor>(descriptor)) return {};
  if (std::holds_alternative<TableStatistics>(descriptor)) return {};
  if (const auto* defaults = std::get_if<DefaultPrivileges>(&descriptor)) {
    // The objects that they are about: one list for each.
    const std::string name = std::to_string(defaults->role) + static_cast<char>(defaults->kind);
    return {{keys::NameKey(defaults->schema_limit, kDefaultPrivilegesKind, name), defaults->oid}};
  }
  if (const auto* table = std::get_if<TableDescriptor>(&descriptor)) {
    std::map<std::string, Oid> names{{keys::NameKey(table->schema, kRelationKind, table->name), table->oid}};
    for (const auto& index : table->indexes) {
      names[keys::NameKey(table->schema, kRelationKind, index.name)] = index.oid;
    }
    return names;
  }
  if (const auto* sequence = std::get_if<SequenceDescriptor>(&descriptor)) {
    return {{keys::NameKey(sequence->schema, kRelationKind, sequence->name), sequence->oid}};
  }
  if (const auto* domain = std::get_if<DomainDescriptor>(&descriptor)) {
    return {{keys::NameKey(domain->schema, kTypeKind, domain->name), domain->oid}};
  }
  if (const auto* function = std::get_if<FunctionDescriptor>(&descriptor)) {
    // Functions of one name differ by what they take.
    std::string name = function->name;
    for (const types::Type& type : function->InputTypes()) {
      name += ' ' + std::to_string(static_cast<std::uint32_t>(type.id));
      if (type.domain != 0) name += '/' + std::to_string(type.domain);
    }
    return {{keys::NameKey(function->schema, kFunctionKind, name), function->oid}};
  }
  if (const auto* made = std::get_if<ExtendedStatisticsDescriptor>(&descriptor)) {
    return {{keys::NameKey(made->schema, kExtendedStatisticsKind, made->name), made->oid}};
  }
  const auto& view = std::get<ViewDescriptor>(descriptor);
  return {{keys::NameKey(view.schema, kRelationKind, view.name), view.oid}};
}

Oid SchemaOf(const Descriptor& descriptor) {
  return std::visit(
      [](const auto& object) -> Oid {
        if constexpr (requires { object.schema; }) {
          return object.schema;
        } else {
          return kNoSchema;
        }
      },
      descriptor);
}

// The bootstrap role stays, so nothing needs to be guarded for what it owns.
Oid OwnerOf(const Descriptor& descriptor) {
  return std::visit(
      [](const auto& object) -> Oid {
        if constexpr (requires { object.owner; }) {
          return object.owner == kAdminRole ? kNoOwner : object.owner;
        } else {
          return kNoOwner;
        }
      },
      descriptor);
}

// The descriptor that the catalog holds; REQUIRES that there is one.
Descriptor DescriptorIn(const Catalog& catalog, Oid oid) {
  if (const auto schema = catalog.SchemaByOid(oid)) return *schema;
  if (const auto role = catalog.RoleByOid(oid)) return *role;
  if (const auto domain = catalog.DomainByOid(oid)) return *domain;
  if (oid == catalog.database().oid) return catalog.database();
  if (const auto function = catalog.FunctionByOid(oid)) return *function;
  for (const auto& defaults : catalog.AllDefaultPrivileges()) {
    if (defaults->oid == oid) return *defaults;
  }
  if (const auto statistics = catalog.StatisticsByOid(oid)) return *statistics;
  if (const auto made = catalog.ExtendedStatisticsByOid(oid)) return *made;
  const auto relation = catalog.RelationByOid(oid);
  if (relation.table) return *relation.table;
  if (relation.sequence) return *relation.sequence;
  ORDINAL_CHECK(relation.view != nullptr);
  return *relation.view;
}

}  // namespace

CatalogEditor::CatalogEditor(txn::Transaction& transaction, CatalogPtr base)
    : transaction_(transaction), working_(std::move(base)) {}

void CatalogEditor::Create(Descriptor descriptor) {
  if (const Oid schema = SchemaOf(descriptor); schema != kNoSchema) EnterSchema(schema);
  if (const Oid owner = OwnerOf(descriptor); owner != kNoOwner) DependOn(owner);
  GuardAsSeen(keys::CatalogKey(OidOf(descriptor)));
  ReplaceNames({}, NamesOf(descriptor));
  Publish(std::move(descriptor));
}

void CatalogEditor::Update(Descriptor descriptor) {
  const Descriptor old = DescriptorIn(*working_, OidOf(descriptor));
  if (const Oid schema = SchemaOf(descriptor); schema != SchemaOf(old)) EnterSchema(schema);
  if (const Oid owner = OwnerOf(descriptor); owner != OwnerOf(old) && owner != kNoOwner) DependOn(owner);
  GuardAsSeen(keys::CatalogKey(OidOf(descriptor)));
  // What was made inside of a schema or belongs to a role does not mind a change of either.
  if (!std::holds_alternative<SchemaDescriptor>(old) && !std::holds_alternative<RoleDescriptor>(old)) {
    transaction_.GuardUntouched(keys::ObjectMarkerKey(OidOf(descriptor)));
  }
  ReplaceNames(NamesOf(old), NamesOf(descriptor));
  Publish(std::move(descriptor));
}

void CatalogEditor::Drop(Oid oid) {
  const Descriptor old = DescriptorIn(*working_, oid);
  GuardAsSeen(keys::CatalogKey(oid));
  transaction_.GuardUntouched(keys::ObjectMarkerKey(oid));
  ReplaceNames(NamesOf(old), {});
  if (oid < base::kFirstUserOid) {
    transaction_.Put(keys::CatalogKey(oid),
                     "");  // a built-in schema exists unless something says that it does not
  } else {
    transaction_.Delete(keys::CatalogKey(oid));
  }
  Change([oid](Catalog& catalog) { catalog.Erase(oid); });
}

void CatalogEditor::EnterSchema(Oid schema) { DependOn(schema); }

void CatalogEditor::DependOn(Oid oid) {
  GuardAsSeen(keys::CatalogKey(oid));
  transaction_.Touch(keys::ObjectMarkerKey(oid));
}

// A key is guarded once, as the snapshot has it: what this transaction itself writes later changes nothing
// about that.
void CatalogEditor::GuardAsSeen(const std::string& key) {
  if (!guarded_.insert(key).second) return;
  if (transaction_.Get(key)) {
    transaction_.GuardUnchanged(key);
  } else {
    transaction_.GuardAbsent(key);
  }
}

void CatalogEditor::ReplaceNames(const Names& old_names, const Names& new_names) {
  for (const auto& [key, oid] : old_names) {
    if (new_names.contains(key)) continue;
    GuardAsSeen(key);
    transaction_.Delete(key);
  }
  for (const auto& [key, oid] : new_names) {
    const auto old = old_names.find(key);
    if (old != old_names.end() && old->second == oid) continue;
    GuardAsSeen(key);
    std::string value;
    base::AppendBigEndian(value, oid);
    transaction_.Put(key, std::move(value));
  }
}

void CatalogEditor::Publish(Descriptor descriptor) {
  transaction_.Put(keys::CatalogKey(OidOf(descriptor)), EncodeDescriptor(descriptor));
  Change([&](Catalog& catalog) { catalog.Store(std::move(descriptor)); });
}

void CatalogEditor::Change(const std::function<void(Catalog&)>& change) {
  auto changed = std::make_shared<Catalog>(*working_);
  change(*changed);
  working_ = std::move(changed);
  changed_ = true;
  transaction_.SetChangesCatalog();
}

}  // namespace ordinal::catalog
