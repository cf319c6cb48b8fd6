#include "catalog/view_updates.h"
#include "syscat/catalog_names.h"
#include "syscat/relations.h"
#include "syscat/type_columns.h"

namespace ordinal::syscat {
namespace {

// Sets everything but nullability, default and identity.
void SetColumn(const catalog::SessionView& session, RowBuilder& row, std::string_view name, types::Type type,
               std::size_t number) {
  row.Set("column_name", name).Set("ordinal_position", number);
  const auto domain = session.catalog().DomainByOid(type.domain);
  SetTypeColumns(session, row, domain ? domain->base : type);
  if (CollationOf(type.id) == kCCollation) {
    row.Set("collation_catalog", session.database_name())
        .Set("collation_schema", "pg_catalog")
        .Set("collation_name", "C");
  }
  if (domain) {
    row.Set("domain_catalog", session.database_name())
        .Set("domain_schema", SchemaName(session.catalog(), domain->schema))
        .Set("domain_name", domain->name);
  }
  row.Set("dtd_identifier", std::to_string(number))
      .Set("is_self_referencing", "NO")
      .Set("is_identity", "NO")
      .Set("identity_cycle", "NO")
      .Set("is_generated", "NEVER");
}

void SetIdentity(const catalog::Catalog& catalog, RowBuilder& row,
                 const catalog::IdentityDescriptor& identity) {
  row.Set("is_identity", "YES").Set("identity_generation", identity.always ? "ALWAYS" : "BY DEFAULT");
  const catalog::Catalog::SequencePtr sequence = catalog.SequenceByOid(identity.sequence);
  if (!sequence) return;
  const catalog::SequenceDefinition& definition = sequence->definition;
  row.Set("identity_start", std::to_string(definition.start))
      .Set("identity_increment", std::to_string(definition.increment))
      .Set("identity_maximum", std::to_string(definition.max_value))
      .Set("identity_minimum", std::to_string(definition.min_value))
      .Set("identity_cycle", definition.cycle ? "YES" : "NO");
}

RowBuilder& Begin(const catalog::SessionView& session, RowBuilder& row, catalog::Oid schema,
                  const std::string& table) {
  return row.Set("table_catalog", session.database_name())
      .Set("table_schema", SchemaName(session.catalog(), schema))
      .Set("table_name", table);
}

void EmitColumns(const catalog::SessionView& session, RowBuilder& row,
                 const catalog::TableDescriptor& table) {
  for (const catalog::ColumnDescriptor& column : table.columns) {
    if (column.dropped) continue;
    Begin(session, row, table.schema, table.name);
    SetColumn(session, row, column.name, column.type, static_cast<std::size_t>(column.number));
    if (column.identity) {
      SetIdentity(session.catalog(), row, *column.identity);
    } else if (column.generated) {
      row.Set("is_generated", "ALWAYS")
          .Set("generation_expression", session.DeparseExpression(*column.default_expression, &table));
    } else if (column.default_expression) {
      row.Set("column_default", session.DeparseExpression(*column.default_expression, &table));
    }
    const auto domain = session.catalog().DomainByOid(column.type.domain);
    const bool not_null = column.not_null || (domain && domain->not_null);
    row.Set("is_nullable", not_null ? "NO" : "YES").Set("is_updatable", "YES").Emit();
  }
}

void Fill(const catalog::SessionView& session, RowBuilder& row) {
  for (const Relation* relation : Relations()) {
    for (std::size_t i = 0; i < relation->columns().size(); ++i) {
      const catalog::VirtualTable::Column& column = relation->columns()[i];
      Begin(session, row, relation->schema(), relation->name());
      SetColumn(session, row, column.name, column.type, i + 1);
      row.Set("is_nullable", relation->defaults()[i].is_null() ? "YES" : "NO")
          .Set("is_updatable", "NO")
          .Emit();
    }
  }
  for (const auto& table : session.catalog().Tables()) EmitColumns(session, row, *table);
  for (const auto& view : session.catalog().Views()) {
    for (std::size_t i = 0; i < view->columns.size(); ++i) {
      Begin(session, row, view->schema, view->name);
      SetColumn(session, row, view->columns[i].name, view->columns[i].type, i + 1);
      if (const auto& value = view->columns[i].default_expression) {
        row.Set("column_default", session.DeparseExpression(*value, nullptr));
      }
      const int taken = catalog::ChangesTaken(session.catalog(), view->oid,
                                              {{static_cast<catalog::AttributeNumber>(i + 1)}});
      constexpr int kBoth = catalog::kTakesUpdate | catalog::kTakesDelete;
      row.Set("is_nullable", "YES").Set("is_updatable", (taken & kBoth) == kBoth ? "YES" : "NO").Emit();
    }
  }
}

}  // namespace

const Relation& InformationColumns() {
  static const Relation relation(
      13295, catalog::kInformationSchema, "columns",
      "table_catalog name, table_schema name, table_name name, column_name name, "
      "ordinal_position int4, column_default varchar, is_nullable varchar, data_type varchar, "
      "character_maximum_length int4, character_octet_length int4, numeric_precision int4, "
      "numeric_precision_radix int4, numeric_scale int4, datetime_precision int4, "
      "interval_type varchar, interval_precision int4, character_set_catalog name, "
      "character_set_schema name, character_set_name name, collation_catalog name, "
      "collation_schema name, collation_name name, domain_catalog name, domain_schema name, "
      "domain_name name, udt_catalog name, udt_schema name, udt_name name, scope_catalog name, "
      "scope_schema name, scope_name name, maximum_cardinality int4, dtd_identifier name, "
      "is_self_referencing varchar, is_identity varchar, identity_generation varchar, "
      "identity_start varchar, identity_increment varchar, identity_maximum varchar, "
      "identity_minimum varchar, identity_cycle varchar, is_generated varchar, "
      "generation_expression varchar, is_updatable varchar",
      &Fill);
  return relation;
}

}  // namespace ordinal::syscat
