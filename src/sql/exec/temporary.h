// Drops what is temporary, without asking who depends on it: nobody but its session could.
#pragma once

#include <functional>

#include "catalog/catalog.h"
#include "txn/transaction.h"

namespace ordinal::sql {

// Hears each sequence that goes.
using SequenceDropped = std::function<void(base::Oid sequence)>;

// Drops all objects of a schema, and the schema itself when `with_schema`. Nothing happens when it is gone.
void DropTemporary(base::Oid schema, bool with_schema, catalog::CatalogEditor& editor,
                   txn::Transaction& transaction, const SequenceDropped& dropped);

// Does what ON COMMIT says about the tables of the schema.
void EndTemporaryRows(base::Oid schema, catalog::CatalogEditor& editor, txn::Transaction& transaction,
                      const SequenceDropped& dropped);

// Whether a table of the schema has something to do at the commit.
bool ActsOnCommit(const catalog::Catalog& catalog, base::Oid schema);

}  // namespace ordinal::sql
