// Ties a commit to the descriptors that it relied on.
#pragma once

#include <string_view>

#include "base/ids.h"
#include "txn/transaction.h"

namespace ordinal::catalog {

// Makes the commit fail when the descriptor has changed since the transaction's snapshot.
void GuardDescriptor(txn::Transaction& transaction, base::Oid oid);

// Tells whether the key of a failed guard belongs to the catalog: then the conflict is with DDL.
bool IsCatalogKey(std::string_view key);

}  // namespace ordinal::catalog
