// information_schema.routines and parameters: the functions that users made.
#include "catalog/privileges.h"
#include "catalog/roles.h"
#include "syscat/catalog_names.h"
#include "syscat/relations.h"

namespace ordinal::syscat {
namespace {

using catalog::FunctionArgument;
using catalog::FunctionDescriptor;
using types::TypeId;

const char* YesOrNo(bool yes) { return yes ? "YES" : "NO"; }

struct TypeNames {
  std::string shown;
  std::string schema = "pg_catalog";
  std::string name;
};

TypeNames NamesOf(const catalog::Catalog& catalog, const types::Type& type) {
  TypeNames names;
  names.shown = "USER-DEFINED";
  if (const auto domain = catalog.DomainByOid(type.domain)) {
    names.schema = SchemaName(catalog, domain->schema);
    names.name = domain->name;
    return names;
  }
  const auto relation = catalog.RelationByOid(type.domain);
  if (type.domain != 0 && (relation.table || relation.view)) {
    names.schema = SchemaName(catalog, relation.table ? relation.table->schema : relation.view->schema);
    names.name = relation.table ? relation.table->name : relation.view->name;
    return names;
  }
  const types::TypeInfo& info = types::InfoOf(type.id);
  names.shown = types::IsArray(type.id) && info.length == -1 ? "ARRAY" : info.sql_name;
  names.name = info.name;
  return names;
}

// What its owner sees, and whoever may call it.
enum class Sight { kNone, kCalls, kOwns };

Sight SightOf(const catalog::SessionView& session, const FunctionDescriptor& function) {
  const catalog::Catalog& catalog = session.catalog();
  if (catalog::HasPrivilegesOf(catalog, session.current_role(), function.owner)) return Sight::kOwns;
  const auto held = catalog::PrivilegesOf(catalog, session.current_role(), catalog::SecurableOf(function));
  return (held & catalog::kExecutePrivilege) != 0 ? Sight::kCalls : Sight::kNone;
}

RowBuilder& SetSpecific(const catalog::SessionView& session, RowBuilder& row,
                        const FunctionDescriptor& function) {
  return row.Set("specific_catalog", session.database_name())
      .Set("specific_schema", SchemaName(session.catalog(), function.schema))
      .Set("specific_name", function.name + "_" + std::to_string(function.oid))
      .Set("as_locator", "NO");
}

void FillRoutines(const catalog::SessionView& session, RowBuilder& row) {
  for (const auto& function : session.catalog().Functions()) {
    const Sight sight = SightOf(session, *function);
    if (sight == Sight::kNone) continue;
    const TypeNames result = NamesOf(session.catalog(), function->result);
    SetSpecific(session, row, *function)
        .Set("routine_catalog", session.database_name())
        .Set("routine_schema", SchemaName(session.catalog(), function->schema))
        .Set("routine_name", function->name)
        .Set("routine_type", "FUNCTION")
        .Set("data_type", result.shown)
        .Set("type_udt_catalog", session.database_name())
        .Set("type_udt_schema", result.schema)
        .Set("type_udt_name", result.name)
        .Set("dtd_identifier", "0")
        .Set("routine_body", "SQL")
        .Set("external_language", "SQL")
        .Set("parameter_style", "GENERAL")
        .Set("is_deterministic", YesOrNo(function->volatility == catalog::FunctionVolatility::kImmutable))
        .Set("sql_data_access", "MODIFIES")
        .Set("is_null_call", YesOrNo(function->strict))
        .Set("schema_level_routine", "YES")
        .Set("max_dynamic_result_sets", 0)
        .Set("security_type", function->security_definer ? "DEFINER" : "INVOKER")
        .Set("is_udt_dependent", "NO");
    // A standard body is no text in PostgreSQL.
    if (sight == Sight::kOwns) row.Set("routine_definition", function->is_standard ? "" : function->body);
    row.Emit();
  }
}

const char* ModeOf(const FunctionArgument& argument) {
  if (!argument.is_input()) return "OUT";
  return argument.is_output() ? "INOUT" : "IN";
}

void FillParameters(const catalog::SessionView& session, RowBuilder& row) {
  for (const auto& function : session.catalog().Functions()) {
    const Sight sight = SightOf(session, *function);
    if (sight == Sight::kNone) continue;
    int position = 0;
    for (const FunctionArgument& argument : function->arguments) {
      const TypeNames type = NamesOf(session.catalog(), argument.type);
      ++position;
      SetSpecific(session, row, *function)
          .Set("ordinal_position", position)
          .Set("parameter_mode", ModeOf(argument))
          .Set("is_result", "NO")
          .Set("data_type", type.shown)
          .Set("udt_catalog", session.database_name())
          .Set("udt_schema", type.schema)
          .Set("udt_name", type.name)
          .Set("dtd_identifier", std::to_string(position));
      if (!argument.name.empty()) row.Set("parameter_name", argument.name);
      if (sight == Sight::kOwns && argument.default_expression) {
        row.Set("parameter_default", session.DeparseExpression(*argument.default_expression, nullptr));
      }
      row.Emit();
    }
  }
}

}  // namespace

const Relation& InformationParameters() {
  static const Relation relation(
      13334, catalog::kInformationSchema, "parameters",
      "specific_catalog name, specific_schema name, specific_name name, ordinal_position int4, "
      "parameter_mode varchar, is_result varchar, as_locator varchar, parameter_name name, "
      "data_type varchar, character_maximum_length int4, character_octet_length int4, "
      "character_set_catalog name, character_set_schema name, character_set_name name, "
      "collation_catalog name, collation_schema name, collation_name name, numeric_precision int4, "
      "numeric_precision_radix int4, numeric_scale int4, datetime_precision int4, interval_type varchar, "
      "interval_precision int4, udt_catalog name, udt_schema name, udt_name name, scope_catalog name, "
      "scope_schema name, scope_name name, maximum_cardinality int4, dtd_identifier name, "
      "parameter_default varchar",
      &FillParameters);
  return relation;
}

const Relation& InformationRoutines() {
  static const Relation relation(
      13377, catalog::kInformationSchema, "routines",
      "specific_catalog name, specific_schema name, specific_name name, routine_catalog name, "
      "routine_schema name, routine_name name, routine_type varchar, module_catalog name, "
      "module_schema name, module_name name, udt_catalog name, udt_schema name, udt_name name, "
      "data_type varchar, character_maximum_length int4, character_octet_length int4, "
      "character_set_catalog name, character_set_schema name, character_set_name name, "
      "collation_catalog name, collation_schema name, collation_name name, numeric_precision int4, "
      "numeric_precision_radix int4, numeric_scale int4, datetime_precision int4, interval_type varchar, "
      "interval_precision int4, type_udt_catalog name, type_udt_schema name, type_udt_name name, "
      "scope_catalog name, scope_schema name, scope_name name, maximum_cardinality int4, "
      "dtd_identifier name, routine_body varchar, routine_definition varchar, external_name varchar, "
      "external_language varchar, parameter_style varchar, is_deterministic varchar, "
      "sql_data_access varchar, is_null_call varchar, sql_path varchar, schema_level_routine varchar, "
      "max_dynamic_result_sets int4, is_user_defined_cast varchar, is_implicitly_invocable varchar, "
      "security_type varchar, to_sql_specific_catalog name, to_sql_specific_schema name, "
      "to_sql_specific_name name, as_locator varchar, created timestamptz, last_altered timestamptz, "
      "new_savepoint_level varchar, is_udt_dependent varchar, result_cast_from_data_type varchar, "
      "result_cast_as_locator varchar, result_cast_char_max_length int4, "
      "result_cast_char_octet_length int4, result_cast_char_set_catalog name, "
      "result_cast_char_set_schema name, result_cast_char_set_name name, "
      "result_cast_collation_catalog name, result_cast_collation_schema name, "
      "result_cast_collation_name name, result_cast_numeric_precision int4, "
      "result_cast_numeric_precision_radix int4, result_cast_numeric_scale int4, "
      "result_cast_datetime_precision int4, result_cast_interval_type varchar, "
      "result_cast_interval_precision int4, result_cast_type_udt_catalog name, "
      "result_cast_type_udt_schema name, result_cast_type_udt_name name, result_cast_scope_catalog name, "
      "result_cast_scope_schema name, result_cast_scope_name name, result_cast_maximum_cardinality int4, "
      "result_cast_dtd_identifier name",
      &FillRoutines);
  return relation;
}

}  // namespace ordinal::syscat
