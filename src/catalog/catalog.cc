#include "catalog/catalog.h"

#include <algorithm>
#include <map>
#include <utility>

#include "catalog/virtual_table.h"

namespace ordinal::catalog {
namespace {

template <typename T>
std::vector<std::shared_ptr<const T>> ValuesOf(const std::map<Oid, std::shared_ptr<const T>>& objects) {
  std::vector<std::shared_ptr<const T>> values;
  values.reserve(objects.size());
  for (const auto& [oid, object] : objects) values.push_back(object);
  return values;
}

template <typename T>
std::shared_ptr<const T> Find(const std::map<Oid, std::shared_ptr<const T>>& objects, Oid oid) {
  const auto found = objects.find(oid);
  return found == objects.end() ? nullptr : found->second;
}

constexpr std::pair<Oid, const char*> kPredefinedRoles[] = {
    {kReadAllDataRole, "pg_read_all_data"},
    {kWriteAllDataRole, "pg_write_all_data"},
};

constexpr std::pair<Oid, const char*> kBuiltInSchemas[] = {
    {kPgCatalogSchema, "pg_catalog"},
    {kPublicSchema, "public"},
    {kInformationSchema, "information_schema"},
    {kSysSchema, "sys"},
};

RoleDescriptor BootstrapRole() {
  RoleDescriptor role;
  role.oid = kAdminRole;
  role.name = "admin";
  role.superuser = role.create_role = role.create_db = role.login = true;
  role.bypass_rls = true;
  return role;
}

// Lets a string_view look a (schema, name) pair up.
struct NameLess {
  using is_transparent = void;
  using View = std::pair<Oid, std::string_view>;
  static View ViewOf(const std::pair<Oid, std::string>& name) { return {name.first, name.second}; }
  static View ViewOf(const View& name) { return name; }
  bool operator()(const auto& left, const auto& right) const { return ViewOf(left) < ViewOf(right); }
};

}  // namespace

struct Catalog::State {
  std::map<Oid, SchemaPtr> schemas;
  std::map<Oid, TablePtr> tables;
  std::map<Oid, SequencePtr> sequences;
  std::map<Oid, ViewPtr> views;
  std::map<Oid, DomainPtr> domains;
  std::map<Oid, FunctionPtr> functions;
  std::map<Oid, RolePtr> roles;
  std::map<Oid, DefaultPrivilegesPtr> default_privileges;
  std::map<Oid, StatisticsPtr> statistics;  // by table
  std::map<Oid, Oid> statistics_tables;     // statistics to their table
  std::map<Oid, ExtendedStatisticsPtr> extended_statistics;
  DatabaseDescriptor database;
  std::map<Oid, Oid> index_tables;  // index to its table
  std::map<Oid, const VirtualTable*> virtual_tables;
  std::map<std::string, Oid, std::less<>> schema_names;
  std::map<std::string, Oid, std::less<>> role_names;
  std::map<std::pair<Oid, std::string>, Oid, NameLess> relation_names;
  std::map<std::pair<Oid, std::string>, Oid, NameLess> domain_names;
  std::map<std::pair<Oid, std::string>, Oid, NameLess> extended_statistics_names;
  std::map<std::pair<Oid, std::string>, std::set<Oid>, NameLess> function_names;
  std::set<std::pair<Oid, Oid>> references;  // a table, and one with a foreign key that refers to it

  void StoreObject(SchemaDescriptor schema) {
    schema_names[schema.name] = schema.oid;
    const Oid oid = schema.oid;
    schemas[oid] = std::make_shared<const SchemaDescriptor>(std::move(schema));
  }
  void StoreObject(TableDescriptor table) {
    relation_names[{table.schema, table.name}] = table.oid;
    for (const auto& index : table.indexes) {
      relation_names[{table.schema, index.name}] = index.oid;
      index_tables[index.oid] = table.oid;
    }
    for (const auto& key : table.foreign_keys) references.emplace(key.referenced_table, table.oid);
    const Oid oid = table.oid;
    tables[oid] = std::make_shared<const TableDescriptor>(std::move(table));
  }
  void StoreObject(SequenceDescriptor sequence) {
    relation_names[{sequence.schema, sequence.name}] = sequence.oid;
    const Oid oid = sequence.oid;
    sequences[oid] = std::make_shared<const SequenceDescriptor>(std::move(sequence));
  }
  void StoreObject(ViewDescriptor view) {
    relation_names[{view.schema, view.name}] = view.oid;
    const Oid oid = view.oid;
    views[oid] = std::make_shared<const ViewDescriptor>(std::move(view));
  }
  void StoreObject(DomainDescriptor domain) {
    domain_names[{domain.schema, domain.name}] = domain.oid;
    const Oid oid = domain.oid;
    domains[oid] = std::make_shared<const DomainDescriptor>(std::move(domain));
  }
  void StoreObject(FunctionDescriptor function) {
    const Oid oid = function.oid;
    function_names[{function.schema, function.name}].insert(oid);
    functions[oid] = std::make_shared<const FunctionDescriptor>(std::move(function));
  }
  void StoreObject(DatabaseDescriptor stored) { database = std::move(stored); }
  void StoreObject(DefaultPrivileges defaults) {
    const Oid oid = defaults.oid;
    default_privileges[oid] = std::make_shared<const DefaultPrivileges>(std::move(defaults));
  }
  void StoreObject(TableStatistics about) {
    const Oid table = about.table;
    statistics_tables[about.oid] = table;
    statistics[table] = std::make_shared<const TableStatistics>(std::move(about));
  }
  void StoreObject(ExtendedStatisticsDescriptor made) {
    const Oid oid = made.oid;
    extended_statistics_names[{made.schema, made.name}] = oid;
    extended_statistics[oid] = std::make_shared<const ExtendedStatisticsDescriptor>(std::move(made));
  }
  void StoreObject(RoleDescriptor role) {
    role_names[role.name] = role.oid;
    const Oid oid = role.oid;
    roles[oid] = std::make_shared<const RoleDescriptor>(std::move(role));
  }

  // Forgets a name unless another object has taken it over.
  void ForgetName(Oid schema, const std::string& name, Oid oid) {
    const auto found = relation_names.find(std::pair<Oid, std::string_view>(schema, name));
    if (found != relation_names.end() && found->second == oid) relation_names.erase(found);
  }
  template <typename Map>
  bool EraseNamed(Map& objects, Oid oid) {
    const auto found = objects.find(oid);
    if (found == objects.end()) return false;
    ForgetName(found->second->schema, found->second->name, oid);
    objects.erase(found);
    return true;
  }
  bool EraseDomain(Oid oid) {
    const DomainPtr domain = Find(domains, oid);
    if (!domain) return false;
    const auto found = domain_names.find(std::pair<Oid, std::string_view>(domain->schema, domain->name));
    if (found != domain_names.end() && found->second == oid) domain_names.erase(found);
    domains.erase(oid);
    return true;
  }
  bool EraseExtendedStatistics(Oid oid) {
    const ExtendedStatisticsPtr made = Find(extended_statistics, oid);
    if (!made) return false;
    const auto named =
        extended_statistics_names.find(std::pair<Oid, std::string_view>(made->schema, made->name));
    if (named != extended_statistics_names.end() && named->second == oid) {
      extended_statistics_names.erase(named);
    }
    extended_statistics.erase(oid);
    return true;
  }
  bool EraseTable(Oid oid) {
    const TablePtr table = Find(tables, oid);
    if (!table) return false;
    for (const auto& index : table->indexes) {
      ForgetName(table->schema, index.name, index.oid);
      index_tables.erase(index.oid);
    }
    for (const auto& key : table->foreign_keys) references.erase({key.referenced_table, oid});
    return EraseNamed(tables, oid);
  }
  bool EraseFunction(Oid oid) {
    const FunctionPtr function = Find(functions, oid);
    if (!function) return false;
    const auto named =
        function_names.find(std::pair<Oid, std::string_view>(function->schema, function->name));
    named->second.erase(oid);
    if (named->second.empty()) function_names.erase(named);
    functions.erase(oid);
    return true;
  }
  // Of objects that are in no schema.
  static bool EraseGlobal(auto& objects, auto& names, Oid oid) {
    const auto found = objects.find(oid);
    if (found == objects.end()) return false;
    const auto name = names.find(found->second->name);
    if (name != names.end() && name->second == oid) names.erase(name);
    objects.erase(found);
    return true;
  }
};

Oid Catalog::Relation::oid() const {
  if (table) return table->oid;
  if (sequence) return sequence->oid;
  if (view) return view->oid;
  if (index != nullptr) return index->oid;
  return virtual_table != nullptr ? virtual_table->oid() : base::kInvalidOid;
}

Catalog::Catalog() : state_(std::make_unique<State>()) {
  // Everybody may look things up in these, and nobody but their owner may make things there.
  const Acl open = {{kAdminRole, kAdminRole, kUsagePrivilege | kCreatePrivilege, 0},
                    {kPublicGrantee, kAdminRole, kUsagePrivilege, 0}};
  for (const auto& [oid, name] : kBuiltInSchemas) {
    state_->StoreObject(SchemaDescriptor{oid, name, kAdminRole, "", open, {}});
  }
  state_->StoreObject(BootstrapRole());
  for (const auto& [oid, name] : kPredefinedRoles) {
    RoleDescriptor role;
    role.oid = oid;
    role.name = name;
    state_->StoreObject(std::move(role));
  }
}

Catalog::~Catalog() = default;

Catalog::Catalog(const Catalog& other) : state_(std::make_unique<State>(*other.state_)) {}

Catalog::SchemaPtr Catalog::FindSchema(std::string_view name) const {
  const auto found = state_->schema_names.find(name);
  return found == state_->schema_names.end() ? nullptr : SchemaByOid(found->second);
}

Catalog::SchemaPtr Catalog::SchemaByOid(Oid oid) const { return Find(state_->schemas, oid); }

Catalog::Relation Catalog::FindRelation(Oid schema, std::string_view name) const {
  const auto found = state_->relation_names.find(std::pair(schema, name));
  return found == state_->relation_names.end() ? Relation{} : RelationByOid(found->second);
}

Catalog::Relation Catalog::RelationByOid(Oid oid) const {
  Relation relation;
  if ((relation.table = TableByOid(oid))) return relation;
  if ((relation.sequence = SequenceByOid(oid))) return relation;
  if ((relation.view = Find(state_->views, oid))) return relation;
  if (const auto owner = state_->index_tables.find(oid); owner != state_->index_tables.end()) {
    relation.index_of = TableByOid(owner->second);
    for (const auto& index : relation.index_of->indexes) {
      if (index.oid == oid) relation.index = &index;
    }
    return relation;
  }
  const auto found = state_->virtual_tables.find(oid);
  if (found != state_->virtual_tables.end()) relation.virtual_table = found->second;
  return relation;
}

Catalog::TablePtr Catalog::TableByOid(Oid oid) const { return Find(state_->tables, oid); }

Catalog::SequencePtr Catalog::SequenceByOid(Oid oid) const { return Find(state_->sequences, oid); }

Catalog::FunctionPtr Catalog::FunctionByOid(Oid oid) const { return Find(state_->functions, oid); }

std::vector<Catalog::FunctionPtr> Catalog::FunctionsNamed(Oid schema, std::string_view name) const {
  std::vector<FunctionPtr> found;
  const auto named = state_->function_names.find(std::pair(schema, name));
  if (named == state_->function_names.end()) return found;
  for (const Oid oid : named->second) found.push_back(FunctionByOid(oid));
  return found;
}

std::vector<Catalog::FunctionPtr> Catalog::Functions() const { return ValuesOf(state_->functions); }

std::vector<Catalog::SchemaPtr> Catalog::Schemas() const { return ValuesOf(state_->schemas); }

std::vector<Catalog::TablePtr> Catalog::Tables() const { return ValuesOf(state_->tables); }

std::vector<Catalog::SequencePtr> Catalog::Sequences() const { return ValuesOf(state_->sequences); }

std::vector<Catalog::ViewPtr> Catalog::Views() const { return ValuesOf(state_->views); }

std::vector<Catalog::DomainPtr> Catalog::Domains() const { return ValuesOf(state_->domains); }

Catalog::DomainPtr Catalog::FindDomain(Oid schema, std::string_view name) const {
  const auto found = state_->domain_names.find(std::pair<Oid, std::string_view>(schema, name));
  return found == state_->domain_names.end() ? nullptr : DomainByOid(found->second);
}

Catalog::DomainPtr Catalog::DomainByOid(Oid oid) const { return Find(state_->domains, oid); }

Catalog::RolePtr Catalog::FindRole(std::string_view name) const {
  const auto found = state_->role_names.find(name);
  return found == state_->role_names.end() ? nullptr : RoleByOid(found->second);
}

Catalog::RolePtr Catalog::RoleByOid(Oid oid) const { return Find(state_->roles, oid); }

const DatabaseDescriptor& Catalog::database() const { return state_->database; }

Catalog::StatisticsPtr Catalog::StatisticsOf(Oid table) const { return Find(state_->statistics, table); }

Catalog::StatisticsPtr Catalog::StatisticsByOid(Oid oid) const {
  const auto found = state_->statistics_tables.find(oid);
  return found == state_->statistics_tables.end() ? nullptr : StatisticsOf(found->second);
}

Catalog::ExtendedStatisticsPtr Catalog::FindExtendedStatistics(Oid schema, std::string_view name) const {
  const auto found = state_->extended_statistics_names.find(std::pair(schema, name));
  return found == state_->extended_statistics_names.end() ? nullptr : ExtendedStatisticsByOid(found->second);
}

Catalog::ExtendedStatisticsPtr Catalog::ExtendedStatisticsByOid(Oid oid) const {
  return Find(state_->extended_statistics, oid);
}

std::vector<Catalog::ExtendedStatisticsPtr> Catalog::AllExtendedStatistics() const {
  return ValuesOf(state_->extended_statistics);
}

std::vector<Catalog::DefaultPrivilegesPtr> Catalog::AllDefaultPrivileges() const {
  return ValuesOf(state_->default_privileges);
}

std::vector<Catalog::RolePtr> Catalog::Roles() const { return ValuesOf(state_->roles); }

std::size_t Catalog::SequenceCount() const { return state_->sequences.size(); }

bool Catalog::IsReferenced(Oid table) const {
  const auto first = state_->references.lower_bound({table, 0});
  return first != state_->references.end() && first->first == table;
}

std::vector<Catalog::Reference> Catalog::ReferencesTo(Oid table) const {
  std::vector<Reference> found;
  for (auto it = state_->references.lower_bound({table, 0});
       it != state_->references.end() && it->first == table; ++it) {
    const TablePtr from = TableByOid(it->second);
    for (const ForeignKeyDescriptor& key : from->foreign_keys) {
      if (key.referenced_table == table) found.push_back({from, &key});
    }
  }
  std::sort(found.begin(), found.end(),
            [](const Reference& a, const Reference& b) { return a.key->oid < b.key->oid; });
  return found;
}

void Catalog::Store(Descriptor descriptor) {
  Erase(OidOf(descriptor));
  std::visit([this](auto& object) { state_->StoreObject(std::move(object)); }, descriptor);
}

void Catalog::Erase(Oid oid) {
  if (state_->EraseTable(oid)) return;
  if (state_->EraseNamed(state_->sequences, oid)) return;
  if (state_->EraseNamed(state_->views, oid)) return;
  if (state_->EraseDomain(oid)) return;
  if (state_->EraseFunction(oid)) return;
  if (state_->EraseExtendedStatistics(oid)) return;
  if (state_->EraseGlobal(state_->schemas, state_->schema_names, oid)) return;
  if (state_->EraseGlobal(state_->roles, state_->role_names, oid)) return;
  if (state_->default_privileges.erase(oid) != 0) return;
  if (const auto found = state_->statistics_tables.find(oid); found != state_->statistics_tables.end()) {
    state_->statistics.erase(found->second);
    state_->statistics_tables.erase(found);
  }
}

void Catalog::RegisterVirtual(const VirtualTable* table) {
  state_->relation_names[{table->schema(), table->name()}] = table->oid();
  state_->virtual_tables[table->oid()] = table;
}

}  // namespace ordinal::catalog
