#include <algorithm>
#include <utility>

#include "base/bytes.h"
#include "base/error.h"
#include "catalog/catalog.h"
#include "keys/key_space.h"

namespace ordinal::catalog {
namespace {

// Sessions in long transactions keep reading the catalog of their snapshot; more than a few at once are rare,
// and one that was forgotten is only read again.
constexpr std::size_t kCatalogsKept = 8;

Oid OidOfKey(std::string_view key) {
  if (key.size() != 1 + sizeof(Oid))
    throw base::Error(base::sqlstate::kDataCorrupted, "a catalog key is damaged");
  return base::LoadBigEndian<Oid>(key.data() + 1);
}

}  // namespace

CatalogCache::CatalogCache(kv::Engine& engine, std::vector<const VirtualTable*> virtual_tables)
    : engine_(engine), virtual_tables_(std::move(virtual_tables)) {}

CatalogPtr CatalogCache::At(const kv::Snapshot& snapshot) {
  const kv::Revision revision = snapshot.catalog_revision();
  const auto is_wanted = [revision](const auto& entry) { return entry.first == revision; };
  {
    const std::lock_guard lock(mutex_);
    const auto found = std::find_if(entries_.begin(), entries_.end(), is_wanted);
    if (found != entries_.end()) return found->second;
  }
  // Two sessions may load the same catalog at once; the mutex is not held over reads.
  CatalogPtr loaded = Load(snapshot);
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(entries_.begin(), entries_.end(), is_wanted);
  if (found != entries_.end()) return found->second;
  const auto place = std::find_if(entries_.begin(), entries_.end(),
                                  [revision](const auto& entry) { return entry.first < revision; });
  entries_.insert(place, {revision, loaded});
  if (entries_.size() > kCatalogsKept) entries_.pop_back();
  return loaded;
}

CatalogPtr CatalogCache::Load(const kv::Snapshot& snapshot) {
  auto catalog = std::make_shared<Catalog>();
  for (const VirtualTable* table : virtual_tables_) catalog->RegisterVirtual(table);
  const std::string prefix(1, keys::kCatalogPrefix);
  const auto cursor = engine_.Scan(snapshot, {prefix, keys::PrefixEnd(prefix)}, {});
  while (cursor->Next()) {
    if (cursor->value().empty()) {
      catalog->Erase(OidOfKey(cursor->key()));
    } else {
      catalog->Store(DecodeDescriptor(cursor->value()));
    }
  }
  return catalog;
}

}  // namespace ordinal::catalog
