#include "syscat/catalog_names.h"
#include "syscat/relations.h"
#include "syscat/type_columns.h"

namespace ordinal::syscat {
namespace {

RowBuilder& SetDomain(const catalog::SessionView& session, RowBuilder& row,
                      const catalog::DomainDescriptor& domain) {
  return row.Set("domain_catalog", session.database_name())
      .Set("domain_schema", SchemaName(session.catalog(), domain.schema))
      .Set("domain_name", domain.name);
}

void FillDomains(const catalog::SessionView& session, RowBuilder& row) {
  for (const auto& domain : session.catalog().Domains()) {
    SetDomain(session, row, *domain);
    SetTypeColumns(session, row, domain->base);
    if (domain->default_expression) {
      row.Set("domain_default", session.DeparseExpression(*domain->default_expression, nullptr));
    }
    row.Set("dtd_identifier", "1").Emit();
  }
}

RowBuilder& SetConstraint(const catalog::SessionView& session, RowBuilder& row,
                          const catalog::DomainDescriptor& domain, const std::string& name) {
  return row.Set("constraint_catalog", session.database_name())
      .Set("constraint_schema", SchemaName(session.catalog(), domain.schema))
      .Set("constraint_name", name);
}

void FillConstraints(const catalog::SessionView& session, RowBuilder& row) {
  for (const auto& domain : session.catalog().Domains()) {
    for (const auto& check : domain->checks) {
      SetConstraint(session, row, *domain, check.name);
      SetDomain(session, row, *domain).Set("is_deferrable", "NO").Set("initially_deferred", "NO").Emit();
    }
  }
}

void FillColumnUsage(const catalog::SessionView& session, RowBuilder& row) {
  for (const auto& table : session.catalog().Tables()) {
    for (const auto& column : table->columns) {
      const auto domain = session.catalog().DomainByOid(column.type.domain);
      if (column.dropped || !domain) continue;
      SetDomain(session, row, *domain)
          .Set("table_catalog", session.database_name())
          .Set("table_schema", SchemaName(session.catalog(), table->schema))
          .Set("table_name", table->name)
          .Set("column_name", column.name)
          .Emit();
    }
  }
}

}  // namespace

const Relation& InformationDomains() {
  static const Relation relation(
      13320, catalog::kInformationSchema, "domains",
      "domain_catalog name, domain_schema name, domain_name name, data_type varchar, "
      "character_maximum_length int4, character_octet_length int4, character_set_catalog name, "
      "character_set_schema name, character_set_name name, collation_catalog name, collation_schema name, "
      "collation_name name, numeric_precision int4, numeric_precision_radix int4, numeric_scale int4, "
      "datetime_precision int4, interval_type varchar, interval_precision int4, domain_default varchar, "
      "udt_catalog name, udt_schema name, udt_name name, scope_catalog name, scope_schema name, "
      "scope_name name, maximum_cardinality int4, dtd_identifier name",
      &FillDomains);
  return relation;
}

const Relation& InformationDomainConstraints() {
  static const Relation relation(
      13310, catalog::kInformationSchema, "domain_constraints",
      "constraint_catalog name, constraint_schema name, constraint_name name, domain_catalog name, "
      "domain_schema name, domain_name name, is_deferrable varchar, initially_deferred varchar",
      &FillConstraints);
  return relation;
}

const Relation& InformationColumnDomainUsage() {
  static const Relation relation(
      13280, catalog::kInformationSchema, "column_domain_usage",
      "domain_catalog name, domain_schema name, domain_name name, table_catalog name, table_schema name, "
      "table_name name, column_name name",
      &FillColumnUsage);
  return relation;
}

}  // namespace ordinal::syscat
