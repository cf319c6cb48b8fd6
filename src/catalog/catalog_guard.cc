#include "catalog/catalog_guard.h"

#include "keys/key_space.h"

namespace ordinal::catalog {

void GuardDescriptor(txn::Transaction& transaction, base::Oid oid) {
  transaction.GuardUnchanged(keys::CatalogKey(oid));
}

bool IsCatalogKey(std::string_view key) {
  return !key.empty() && (key.front() == keys::kCatalogPrefix || key.front() == keys::kObjectMarkerPrefix);
}

}  // namespace ordinal::catalog
