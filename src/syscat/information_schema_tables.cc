#include "catalog/view_updates.h"
#include "syscat/catalog_names.h"
#include "syscat/relations.h"

namespace ordinal::syscat {
namespace {

RowBuilder& BeginTable(const catalog::SessionView& session, RowBuilder& row, catalog::Oid schema,
                       const std::string& name) {
  return row.Set("table_catalog", session.database_name())
      .Set("table_schema", SchemaName(session.catalog(), schema))
      .Set("table_name", name);
}

const char* YesOrNo(bool yes) { return yes ? "YES" : "NO"; }

void EmitView(RowBuilder& row, bool insertable) {
  row.Set("table_type", "VIEW").Set("is_insertable_into", YesOrNo(insertable)).Set("is_typed", "NO").Emit();
}

bool IsTemporary(const catalog::Catalog& catalog, catalog::Oid schema) {
  const auto in = catalog.SchemaByOid(schema);
  return in && in->temporary_of.has_value();
}

void FillTables(const catalog::SessionView& session, RowBuilder& row) {
  for (const Relation* relation : Relations()) {
    EmitView(BeginTable(session, row, relation->schema(), relation->name()), false);
  }
  for (const auto& table : session.catalog().Tables()) {
    BeginTable(session, row, table->schema, table->name)
        .Set("table_type", IsTemporary(session.catalog(), table->schema) ? "LOCAL TEMPORARY" : "BASE TABLE")
        .Set("is_insertable_into", "YES")
        .Set("is_typed", "NO")
        .Emit();
  }
  for (const auto& view : session.catalog().Views()) {
    const int taken = catalog::ChangesTaken(session.catalog(), view->oid);
    EmitView(BeginTable(session, row, view->schema, view->name), (taken & catalog::kTakesInsert) != 0);
  }
}

void FillSchemata(const catalog::SessionView& session, RowBuilder& row) {
  for (const auto& schema : session.catalog().Schemas()) {
    row.Set("catalog_name", session.database_name())
        .Set("schema_name", schema->name)
        .Set("schema_owner", RoleName(session, schema->owner))
        .Emit();
  }
}

void FillSequences(const catalog::SessionView& session, RowBuilder& row) {
  constexpr int kBitsPerByte = 8;
  for (const auto& sequence : session.catalog().Sequences()) {
    if (sequence->is_identity) continue;
    const catalog::SequenceDefinition& definition = sequence->definition;
    const types::TypeInfo& type = types::InfoOf(definition.type);
    row.Set("sequence_catalog", session.database_name())
        .Set("sequence_schema", SchemaName(session.catalog(), sequence->schema))
        .Set("sequence_name", sequence->name)
        .Set("data_type", type.sql_name)
        .Set("numeric_precision", type.length * kBitsPerByte)
        .Set("numeric_precision_radix", 2)
        .Set("numeric_scale", 0)
        .Set("start_value", std::to_string(definition.start))
        .Set("minimum_value", std::to_string(definition.min_value))
        .Set("maximum_value", std::to_string(definition.max_value))
        .Set("increment", std::to_string(definition.increment))
        .Set("cycle_option", definition.cycle ? "YES" : "NO")
        .Emit();
  }
}

void FillViews(const catalog::SessionView& session, RowBuilder& row) {
  constexpr int kBoth = catalog::kTakesUpdate | catalog::kTakesDelete;
  for (const auto& view : session.catalog().Views()) {
    const auto option = catalog::OptionOf(*view, "check_option");
    const char* const check = !option ? "NONE" : *option == "local" ? "LOCAL" : "CASCADED";
    const int taken = catalog::ChangesTaken(session.catalog(), view->oid);
    BeginTable(session, row, view->schema, view->name)
        .Set("view_definition", session.ShowView(*view))
        .Set("check_option", check)
        .Set("is_updatable", YesOrNo((taken & kBoth) == kBoth))
        .Set("is_insertable_into", YesOrNo((taken & catalog::kTakesInsert) != 0))
        .Set("is_trigger_updatable", "NO")
        .Set("is_trigger_deletable", "NO")
        .Set("is_trigger_insertable_into", "NO")
        .Emit();
  }
}

}  // namespace

const Relation& InformationViews() {
  static const Relation relation(
      13472, catalog::kInformationSchema, "views",
      "table_catalog name, table_schema name, table_name name, view_definition varchar, "
      "check_option varchar, is_updatable varchar, is_insertable_into varchar, "
      "is_trigger_updatable varchar, is_trigger_deletable varchar, is_trigger_insertable_into varchar",
      &FillViews);
  return relation;
}

const Relation& InformationTables() {
  static const Relation relation(
      13425, catalog::kInformationSchema, "tables",
      "table_catalog name, table_schema name, table_name name, table_type varchar, "
      "self_referencing_column_name name, reference_generation varchar, "
      "user_defined_type_catalog name, user_defined_type_schema name, user_defined_type_name name, "
      "is_insertable_into varchar, is_typed varchar, commit_action varchar",
      &FillTables);
  return relation;
}

const Relation& InformationSchemata() {
  static const Relation relation(
      13382, catalog::kInformationSchema, "schemata",
      "catalog_name name, schema_name name, schema_owner name, default_character_set_catalog name, "
      "default_character_set_schema name, default_character_set_name name, sql_path varchar",
      &FillSchemata);
  return relation;
}

const Relation& InformationSequences() {
  static const Relation relation(
      13386, catalog::kInformationSchema, "sequences",
      "sequence_catalog name, sequence_schema name, sequence_name name, data_type varchar, "
      "numeric_precision int4, numeric_precision_radix int4, numeric_scale int4, "
      "start_value varchar, minimum_value varchar, maximum_value varchar, increment varchar, "
      "cycle_option varchar",
      &FillSequences);
  return relation;
}

}  // namespace ordinal::syscat
