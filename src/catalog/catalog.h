// Gives all descriptors as of one revision, and turns changes into writes of a transaction.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "catalog/descriptor.h"
#include "kv/engine.h"
#include "txn/transaction.h"

namespace ordinal::catalog {

class VirtualTable;

// Looks objects up. Immutable and shared between threads. Tables, sequences, indexes and views of one schema
// share one name space; domains and
// extended statistics have their own.
class Catalog {
 public:
  using SchemaPtr = std::shared_ptr<const SchemaDescriptor>;
  using TablePtr = std::shared_ptr<const TableDescriptor>;
  using SequencePtr = std::shared_ptr<const SequenceDescriptor>;
  using ViewPtr = std::shared_ptr<const ViewDescriptor>;
  using DomainPtr = std::shared_ptr<const DomainDescriptor>;
  using FunctionPtr = std::shared_ptr<const FunctionDescriptor>;
  using RolePtr = std::shared_ptr<const RoleDescriptor>;
  using DefaultPrivilegesPtr = std::shared_ptr<const DefaultPrivileges>;
  using StatisticsPtr = std::shared_ptr<const TableStatistics>;
  using ExtendedStatisticsPtr = std::shared_ptr<const ExtendedStatisticsDescriptor>;

  // A relation name resolves to at most one of these; `index_of` is the table of an index of that name.
  struct Relation {
    TablePtr table;
    SequencePtr sequence;
    ViewPtr view;
    TablePtr index_of;
    const IndexDescriptor* index = nullptr;  // within index_of
    const VirtualTable* virtual_table = nullptr;
    Oid oid() const;
    explicit operator bool() const { return table || sequence || view || index || virtual_table; }
  };

  Catalog();
  ~Catalog();
  Catalog(const Catalog&);

  SchemaPtr FindSchema(std::string_view name) const;
  SchemaPtr SchemaByOid(Oid oid) const;
  Relation FindRelation(Oid schema, std::string_view name) const;
  Relation RelationByOid(Oid oid) const;
  TablePtr TableByOid(Oid oid) const;
  SequencePtr SequenceByOid(Oid oid) const;
  DomainPtr FindDomain(Oid schema, std::string_view name) const;
  DomainPtr DomainByOid(Oid oid) const;
  FunctionPtr FunctionByOid(Oid oid) const;
  // Functions and procedures of one name, in order of oid.
  std::vector<FunctionPtr> FunctionsNamed(Oid schema, std::string_view name) const;
  RolePtr FindRole(std::string_view name) const;
  RolePtr RoleByOid(Oid oid) const;
  const DatabaseDescriptor& database() const;
  // Null for a table that was never analyzed.
  StatisticsPtr StatisticsOf(Oid table) const;
  StatisticsPtr StatisticsByOid(Oid oid) const;
  // What CREATE STATISTICS made.
  ExtendedStatisticsPtr FindExtendedStatistics(Oid schema, std::string_view name) const;
  ExtendedStatisticsPtr ExtendedStatisticsByOid(Oid oid) const;

  // All objects, in order of oid.
  std::vector<SchemaPtr> Schemas() const;
  std::vector<TablePtr> Tables() const;
  std::vector<SequencePtr> Sequences() const;
  std::vector<ViewPtr> Views() const;
  std::vector<DomainPtr> Domains() const;
  std::vector<FunctionPtr> Functions() const;
  std::vector<RolePtr> Roles() const;
  std::vector<ExtendedStatisticsPtr> AllExtendedStatistics() const;
  std::vector<DefaultPrivilegesPtr> AllDefaultPrivileges() const;
  std::size_t SequenceCount() const;

  // A foreign key, and the table that declares it.
  struct Reference {
    TablePtr table;
    const ForeignKeyDescriptor* key = nullptr;  // within `table`
  };
  // The foreign keys that refer to a table, its own among them, in order of their oids.
  std::vector<Reference> ReferencesTo(Oid table) const;
  bool IsReferenced(Oid table) const;

  // Changes this copy. Used by CatalogCache and CatalogEditor only.
  void Store(Descriptor descriptor);
  void Erase(Oid oid);
  void RegisterVirtual(const VirtualTable* table);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

using CatalogPtr = std::shared_ptr<const Catalog>;

// Keeps the catalogs of recent catalog revisions. Safe from any thread.
class CatalogCache {
 public:
  // `virtual_tables` are the system views that every catalog shows; they outlive the cache.
  CatalogCache(kv::Engine& engine, std::vector<const VirtualTable*> virtual_tables);

  // Returns the catalog that the snapshot sees, reading the descriptors when it is not known yet.
  CatalogPtr At(const kv::Snapshot& snapshot);

 private:
  CatalogPtr Load(const kv::Snapshot& snapshot);

  kv::Engine& engine_;
  std::vector<const VirtualTable*> virtual_tables_;
  std::mutex mutex_;                                          // guards entries_
  std::vector<std::pair<kv::Revision, CatalogPtr>> entries_;  // newest first, at most kCatalogsKept
};

// Applies DDL to a transaction: writes descriptors and names with the guards that make concurrent DDL meet,
// and keeps the working catalog that later statements of the transaction see. Belongs to one transaction.
//
// At commit, two creations of one name meet on the name's key, two changes of one object on its descriptor's
// key, and a creation inside a schema meets the dropping of that schema on the schema's descriptor and
// marker; so does a creation that depends on a table, view or sequence.
class CatalogEditor {
 public:
  CatalogEditor(txn::Transaction& transaction, CatalogPtr base);

  const CatalogPtr& catalog() const { return working_; }
  bool changed() const { return changed_; }

  // Adds a new object. The caller has checked that the name is free.
  void Create(Descriptor descriptor);
  // Replaces a descriptor; renames and moves between schemas included.
  void Update(Descriptor descriptor);
  void Drop(Oid oid);
  // Ties the commit to an object that what is made here will need: it meets whoever changes or drops it.
  void DependOn(Oid oid);

 private:
  using Names = std::map<std::string, Oid>;  // key in the name space to the oid it stands for

  void EnterSchema(Oid schema);
  void GuardAsSeen(const std::string& key);
  void ReplaceNames(const Names& old_names, const Names& new_names);
  void Publish(Descriptor descriptor);
  void Change(const std::function<void(Catalog&)>& change);

  txn::Transaction& transaction_;
  CatalogPtr working_;
  std::set<std::string> guarded_;  // keys that the commit already guards
  bool changed_ = false;
};

// Hands out oids that were never used before, in blocks that are durable before use. Safe from any thread.
class OidAllocator {
 public:
  explicit OidAllocator(kv::Engine& engine) : engine_(engine) {}
  // May block on a commit.
  Oid Next();

 private:
  kv::Engine& engine_;
  std::mutex mutex_;  // guards the block
  Oid next_ = 0;
  Oid end_ = 0;
};

}  // namespace ordinal::catalog
