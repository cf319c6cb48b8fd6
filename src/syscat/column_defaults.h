// Numbers the defaults of columns, which have no stored oid, and finds the sequences that they call.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "catalog/virtual_table.h"

namespace ordinal::syscat {

using DefaultVisitor = std::function<void(catalog::Oid oid, const catalog::TableDescriptor& table,
                                          const catalog::ColumnDescriptor& column)>;

// Visits every default expression, identities excluded, with the oid that it has in pg_attrdef. The numbers
// lie above those of stored objects and hold for this catalog only.
void ForEachDefault(const catalog::Catalog& catalog, const DefaultVisitor& visit);

// The same of columns of views.
using ViewDefaultVisitor =
    std::function<void(catalog::Oid oid, const catalog::ViewDescriptor& view, catalog::AttributeNumber number,
                       const std::string& expression)>;
void ForEachViewDefault(const catalog::Catalog& catalog, const ViewDefaultVisitor& visit);

// Finds the sequence in a printed `nextval('name'::regclass)`; nullptr when there is none. A name without a
// schema is looked for in `schema` first.
catalog::Catalog::SequencePtr SequenceOfDefault(const catalog::Catalog& catalog, std::string_view expression,
                                                catalog::Oid schema);

}  // namespace ordinal::syscat
