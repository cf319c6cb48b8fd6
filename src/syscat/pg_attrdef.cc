#include "syscat/column_defaults.h"
#include "syscat/relations.h"

namespace ordinal::syscat {
namespace {

void Fill(const catalog::SessionView& session, RowBuilder& row) {
  ForEachDefault(session.catalog(), [&](catalog::Oid oid, const catalog::TableDescriptor& table,
                                        const catalog::ColumnDescriptor& column) {
    row.Set("oid", oid)
        .Set("adrelid", table.oid)
        .Set("adnum", column.number)
        .Set("adbin", *column.default_expression)
        .Emit();
  });
  ForEachViewDefault(session.catalog(), [&](catalog::Oid oid, const catalog::ViewDescriptor& view,
                                            catalog::AttributeNumber number, const std::string& expression) {
    row.Set("oid", oid).Set("adrelid", view.oid).Set("adnum", number).Set("adbin", expression).Emit();
  });
}

}  // namespace

const Relation& PgAttrdef() {
  static const Relation relation(2604, catalog::kPgCatalogSchema, "pg_attrdef",
                                 "oid oid!, adrelid oid!, adnum int2!, adbin text!", &Fill);
  return relation;
}

}  // namespace ordinal::syscat
